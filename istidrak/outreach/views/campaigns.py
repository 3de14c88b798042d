"""Campaigns and caravans: plan, teams, stops, progress; cases handed to teams."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import TERRITORIAL, DirectorateOfficer, FieldAgent
from istidrak.base import days, paging, workflow
from istidrak.base.exchange.answers import list_of_names, workbook_answer
from istidrak.outreach import actions
from istidrak.outreach.forms import campaigns as forms
from istidrak.outreach.models import Campaign, Stop, Team
from istidrak.outreach.queries import campaigns as queries
from istidrak.outreach.queries.lists import directorates_of
from istidrak.outreach.views.common import address_if_open, season_of

VERBS = {"start": actions.start_campaign, "end": actions.end_campaign}


@open_to(*TERRITORIAL, FieldAgent)
@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """Campaigns of the season in my territory; a field agent sees those of the own teams."""
    season = season_of(request)
    rows = queries.campaigns_of(request.scope, season)
    if request.GET.get("format") == "xlsx":
        columns = [
            (_("Name in Arabic"), 40, "text"),
            (_("Name in French"), 40, "text"),
            (_("Directorate"), 34, "text"),
            (_("State"), 14, "text"),
            (_("First day"), 12, "day"),
            (_("Last day"), 12, "day"),
            (_("Teams"), 8, "number"),
            (_("Stops"), 8, "number"),
        ]
        lines = (
            (
                *(c.name_ar, c.name_fr, str(c.directorate), c.get_state_display()),
                *(c.start_date, c.end_date, c.team_count, c.stop_count),
            )
            for c in rows.order_by("start_date", "pk")
        )
        return workbook_answer(request, f"campaigns-{season.year}", _("Campaigns"), columns, lines)
    context = {
        "season": season,
        "page": paging.page_of(rows, after=request.GET.get("after", "")),
        "may_create": request.user.holds(DirectorateOfficer),
        "hand_over_url": address_if_open(request, "outreach:hand_over"),
    }
    return render(request, "outreach/campaigns/campaigns.html", context)


@open_to(DirectorateOfficer)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new campaign of my directorate."""
    season = season_of(request)
    mine = directorates_of(request.user, DirectorateOfficer)
    form = forms.CampaignForm(request.POST if request.method == "POST" else None, directorates=mine)
    if request.method == "POST" and form.is_valid():
        campaign = actions.create_campaign(by=request.user, season=season, **form.cleaned_data)
        messages.success(request, _("The campaign is planned. Now make its teams, then its stops."))
        return redirect("outreach:campaign", campaign=campaign.uuid)
    return render(request, "outreach/campaigns/create.html", {"form": form, "season": season})


def _campaign(request: HttpRequest, uuid: str) -> Campaign:
    found = queries.visible_campaign(request.scope, uuid)
    if found is None:
        raise Http404
    return found


@open_to(*TERRITORIAL, FieldAgent)
@require_GET
def campaign(request: HttpRequest, campaign: str) -> HttpResponse:
    """Progress, teams and stops of one campaign; every number opens on its people."""
    subject = _campaign(request, campaign)
    is_officer = request.user.holds(DirectorateOfficer)
    counts = queries.progress_of(request.scope, subject)
    context = {
        "campaign": subject,
        "progress": [(line, counts[line.code]) for line in queries.PROGRESS],
        "teams": queries.teams_of(subject),
        "stops": queries.stops_of(request.scope, subject),
        "moves": workflow.open_moves(subject).items() if is_officer else (),
        "is_officer": is_officer,
        "team_form": forms.TeamForm(campaign=subject, as_of=days.today()) if is_officer else None,
        "stop_form": forms.StopForm(campaign=subject) if is_officer else None,
        "capture_url": address_if_open(request, "outreach:capture"),
    }
    return render(request, "outreach/campaigns/campaign.html", context)


@open_to(*TERRITORIAL, FieldAgent)
@require_GET
def plan(request: HttpRequest, campaign: str) -> HttpResponse:
    """The plan on paper: day, quarter, commune, team with its members, room for the families met."""
    subject = _campaign(request, campaign)
    context = {
        "campaign": subject,
        "teams": queries.teams_of(subject),
        "stops": queries.stops_of(request.scope, subject),
        "as_of": days.today(),
    }
    return render(request, "outreach/campaigns/plan.html", context)


@open_to(*TERRITORIAL, FieldAgent)
@require_GET
def people(request: HttpRequest, campaign: str) -> HttpResponse:
    """The people behind one number of a campaign (`?count=`)."""
    subject = _campaign(request, campaign)
    code = request.GET.get("count", "named")
    definition = next((line for line in queries.PROGRESS if line.code == code), None)
    if definition is None:
        raise Http404
    rows = queries.cases_behind(request.scope, subject, code)
    if request.GET.get("format") == "xlsx":
        return _people_workbook(request, subject, str(definition.label), rows)
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    context = {"campaign": subject, "definition": definition, "page": page}
    return render(request, "outreach/campaigns/people.html", context)


def _people_workbook(request: HttpRequest, campaign: Campaign, title: str, rows: Any) -> HttpResponse:
    columns = [
        (_("File number"), 12, "text"),
        (_("Name in Arabic"), 30, "text"),
        (_("Name in French"), 30, "text"),
        (_("Quarter or douar"), 24, "text"),
        (_("School"), 34, "text"),
        (_("State"), 24, "text"),
        (_("Mark of the school"), 24, "text"),
        (_("Found on"), 12, "day"),
        (_("First contact"), 12, "day"),
    ]
    lines = (
        (
            *(case.person.file_number, case.person.name_ar, case.person.name_fr, case.quarter),
            *(str(case.school or ""), case.get_state_display(), case.get_mark_display() or ""),
            *(case.found_at, case.first_contact_date),
        )
        for case in rows.order_by("pk").iterator()
    )
    return list_of_names(request, "campaign-people", title, columns, lines, about=campaign)


@open_to(DirectorateOfficer)
@require_POST
def move(request: HttpRequest, campaign: str) -> HttpResponse:
    """Start or end a campaign (`verb` in the answer)."""
    subject = _campaign(request, campaign)
    verb = VERBS.get(request.POST.get("verb", ""))
    if verb is None:
        raise Http404
    try:
        verb(by=request.user, campaign=subject)
        messages.success(request, _("The campaign: %(state)s.") % {"state": subject.get_state_display()})
    except workflow.MoveRefused:
        messages.error(request, _("The campaign changed meanwhile: look at its state before going on."))
    return redirect("outreach:campaign", campaign=subject.uuid)


@open_to(DirectorateOfficer)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, campaign: str) -> HttpResponse:
    """Names and days of a campaign."""
    subject = _campaign(request, campaign)
    columns = ("name_ar", "name_fr", "start_date", "end_date")
    initial = {name: getattr(subject, name) for name in columns}
    data = request.POST if request.method == "POST" else None
    form = forms.CampaignForm(data, initial=initial)
    del form.fields["directorate"]
    if request.method == "POST" and form.is_valid():
        actions.change_campaign(by=request.user, campaign=subject, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("outreach:campaign", campaign=subject.uuid)
    return render(request, "outreach/campaigns/change.html", {"form": form, "campaign": subject})


@open_to(DirectorateOfficer)
@require_http_methods(["GET", "POST"])
def create_team(request: HttpRequest, campaign: str) -> HttpResponse:
    """A team of the campaign, with its field agents."""
    subject = _campaign(request, campaign)
    data = request.POST if request.method == "POST" else None
    form = forms.TeamForm(data, campaign=subject, as_of=days.today())
    if request.method == "POST" and form.is_valid():
        try:
            actions.create_team(by=request.user, campaign=subject, **form.cleaned_data)
        except IntegrityError:  # somebody made it between the look and the writing, or sent the form twice
            form.add_error("name", _("This campaign already has a team of this name."))
        else:
            messages.success(request, _("The team is there. Hand quarters to it when names wait for a visit."))
            return redirect("outreach:campaign", campaign=subject.uuid)
    return render(request, "outreach/campaigns/team.html", {"form": form, "campaign": subject})


@open_to(DirectorateOfficer)
@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, team: str) -> HttpResponse:
    """Members of a team; the people handed to it follow them."""
    subject = queries.visible_team(request.scope, team)
    if subject is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    initial = {"members": list(subject.members.values_list("uuid", flat=True))}
    form = forms.MembersForm(data, initial=initial, campaign=subject.campaign, as_of=days.today())
    if request.method == "POST" and form.is_valid():
        actions.set_team_members(by=request.user, team=subject, members=form.cleaned_data["members"])
        messages.success(request, _("Saved. From now on the members see the people handed to the team."))
        return redirect("outreach:campaign", campaign=subject.campaign.uuid)
    context = {"form": form, "campaign": subject.campaign, "team": subject}
    return render(request, "outreach/campaigns/team.html", context)


@open_to(DirectorateOfficer)
@require_http_methods(["GET", "POST"])
def plan_stop(request: HttpRequest, campaign: str) -> HttpResponse:
    """A day and a place of the campaign."""
    subject = _campaign(request, campaign)
    form = forms.StopForm(request.POST if request.method == "POST" else None, campaign=subject)
    if request.method == "POST" and form.is_valid():
        actions.plan_stop(by=request.user, campaign=subject, **form.cleaned_data)
        messages.success(request, _("The stop is planned."))
        return redirect("outreach:campaign", campaign=subject.uuid)
    return render(request, "outreach/campaigns/stop.html", {"form": form, "campaign": subject})


@open_to(DirectorateOfficer, FieldAgent)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, stop: str) -> HttpResponse:
    """What a stop brought back; the officer may change its plan too, the agent writes the figures."""
    subject = _stop(request, stop)
    data = request.POST if request.method == "POST" else None
    form = forms.FiguresForm(data, initial=forms.FiguresForm.initial_of(subject), campaign=subject.campaign)
    # An officer of another directorate who is an agent here has an agent's part in this plan.
    office = request.user.scope_as(DirectorateOfficer)
    if not office.covers_place(subject.campaign.directorate.place_number):
        for name in ("date", "quarter", "commune", "team"):
            del form.fields[name]
    if request.method == "POST" and form.is_valid():
        actions.change_stop(by=request.user, stop=subject, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("outreach:campaign", campaign=subject.campaign.uuid)
    context = {"form": form, "campaign": subject.campaign, "stop": subject}
    return render(request, "outreach/campaigns/stop.html", context)


def _stop(request: HttpRequest, uuid: str) -> Stop:
    found = queries.visible_stop(request.scope, uuid)
    if found is None:
        raise Http404
    return found


@open_to(DirectorateOfficer)
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """Cases to visit by quarter: tick quarters, choose the team (`?of=` a team: what that team has)."""
    season = season_of(request)
    directorate = _directorate(request)
    holder = _team_asked(request)
    waiting = queries.waiting_cases(request.scope, season, directorate, holder)
    teams = queries.teams_visible(request.scope, season).filter(campaign__directorate=directorate)
    form = forms.HandOverForm(
        request.POST if request.method == "POST" else None,
        quarters=queries.quarters_waiting(waiting),
        teams=teams.exclude(pk=holder.pk) if holder else teams,
        may_take_back=holder is not None,
    )
    if request.method == "POST" and form.is_valid():
        cases = waiting.filter(quarter__in=form.chosen)
        count = actions.hand_over(by=request.user, cases=cases, team=form.cleaned_data["team"])
        text = ngettext("%(count)d person handed over.", "%(count)d persons handed over.", count)
        messages.success(request, text % {"count": count})
        return redirect(request.get_full_path())
    context = {"season": season, "form": form, "teams": teams, "holder": holder, "directorate": directorate}
    return render(request, "outreach/campaigns/hand_over.html", context)


def _directorate(request: HttpRequest) -> Any:
    mine = directorates_of(request.user, DirectorateOfficer)
    asked = request.GET.get("directorate", "")
    return next((body for body in mine if str(body.uuid) == asked), mine[0])


def _team_asked(request: HttpRequest) -> Team | None:
    try:
        return queries.visible_team(request.scope, uuid.UUID(request.GET.get("of", "")))
    except ValueError:
        return None
