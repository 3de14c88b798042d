"""Places agreed, count days, figures said in public, frozen seasons."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import (
    TERRITORIAL,
    AcademyOfficer,
    DirectorateOfficer,
    LegalOfficer,
    NationalOfficer,
)
from istidrak.base import days, paging, workflow
from istidrak.base.exchange.answers import workbook_answer
from istidrak.desk import models
from istidrak.desk.actions import figures as actions
from istidrak.desk.actions import freezing
from istidrak.desk.forms.figures import ClaimForm, CountDayForm, PlacesForm
from istidrak.desk.forms.seasons import ReasonForm
from istidrak.desk.queries import claims as claim_queries
from istidrak.desk.queries import season_page as queries
from istidrak.desk.queries.figure_bodies import is_open, own_bodies, reads_files
from istidrak.desk.queries.figures import count_day_of
from istidrak.desk.views.season_page import FOLLOWS_A_BODY, READS_TOTALS, SEASON_READERS, body_asked
from istidrak.outreach.forms.following import say_reused
from istidrak.people.actions import SubmissionReused
from istidrak.programmes.models import Season

AGREES = (DirectorateOfficer, LegalOfficer)
ANNOUNCES = (AcademyOfficer, DirectorateOfficer)
CLAIMS = (NationalOfficer, AcademyOfficer, DirectorateOfficer, LegalOfficer)


@open_to(*SEASON_READERS)
@require_http_methods(["GET", "POST"])
def places_agreed(request: HttpRequest, year: int) -> HttpResponse:
    """Places promised by agreements, each with its text; entered by the directorate or its legal officer."""
    season = get_object_or_404(Season, year=year)
    may_enter = request.user.holds(*AGREES)
    if request.method == "POST" and not may_enter:
        return HttpResponse(status=403)
    scope = request.user.scope_as(*AGREES) if may_enter else None
    form = PlacesForm(request.POST or None, scope=scope, season=season) if scope else None
    if request.method == "POST" and form.is_valid():
        try:
            actions.agree_places(by=request.user, season=season, **form.cleaned_data)
        except actions.AlreadyAgreed:
            form.add_error(
                "centre", _("Places of this centre, programme and season stand already: withdraw them first.")
            )
        except SubmissionReused:
            say_reused(form)
        else:
            messages.success(request, _("The places agreed are entered."))
            return redirect("desk:places_agreed", year)
    rows = models.PlacesAgreed.objects.visible_to(request.scope).filter(season=season)
    rows = rows.select_related("centre", "programme", "entered_by")
    if request.GET.get("format") == "xlsx":
        return _places_workbook(request, season, rows)
    context = {"season": season, "form": form, "page": paging.page_of(rows, after=request.GET.get("after", ""))}
    return render(request, "desk/places_agreed.html", context, status=422 if form and form.errors else 200)


def _places_workbook(request: HttpRequest, season: Season, rows: Any) -> HttpResponse:
    columns = [
        (_("Centre"), 36, "text"),
        (_("Programme"), 36, "text"),
        (_("Places agreed"), 12, "number"),
        (_("Day of the agreement"), 14, "day"),
        (_("Source"), 50, "text"),
        (_("State"), 14, "text"),
    ]
    lines = (
        (str(r.centre), str(r.programme), r.places, r.agreed_date, r.source, str(r.get_state_display()))
        for r in rows.order_by("pk")
    )
    return workbook_answer(request, f"places-{season.year}", _("Places agreed"), columns, lines)


@open_to(*AGREES)
@require_http_methods(["GET", "POST"])
def places_withdraw(request: HttpRequest, places: str) -> HttpResponse:
    """Withdraw places agreed, with the reason."""
    row = get_object_or_404(models.PlacesAgreed.objects.visible_to(request.scope), uuid=places)
    return _withdraw(request, row, reverse("desk:places_agreed", args=[row.season.year]))


@open_to(*ANNOUNCES)
@require_http_methods(["GET", "POST"])
def count_day_withdraw(request: HttpRequest, count_day: str) -> HttpResponse:
    """Withdraw a count day announced for a territory of mine, with the reason."""
    rows = models.CountDay.objects.visible_to(request.scope).select_related("organisation__place")
    row = get_object_or_404(rows, uuid=count_day)
    if not is_open(request.scope, row.organisation):
        raise Http404
    return _withdraw(request, row, reverse("desk:count_days", args=[row.season.year]))


@open_to(*CLAIMS)
@require_http_methods(["GET", "POST"])
def claim_withdraw(request: HttpRequest, claim: str) -> HttpResponse:
    """Withdraw a figure said in public that was entered by mistake, with the reason."""
    row = get_object_or_404(models.Claim.objects.visible_to(request.scope), uuid=claim)
    return _withdraw(request, row, reverse("desk:claims", args=[row.season.year]))


def _withdraw(request: HttpRequest, row: Any, back: str) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(by=request.user, figure=row, reason=form.cleaned_data["reason"])
        except workflow.MoveRefused:
            messages.error(request, _("It was withdrawn meanwhile."))
        else:
            messages.success(request, _("Withdrawn; it is counted no more and stays readable with its reason."))
        return redirect(back)
    return render(request, "desk/withdraw.html", {"form": form, "row": row, "back": back})


@open_to(*SEASON_READERS)
@require_http_methods(["GET", "POST"])
def count_days(request: HttpRequest, year: int) -> HttpResponse:
    """Days on which a territory counts who is present; announced by a directorate or an academy."""
    season = get_object_or_404(Season, year=year)
    bodies = [body for body in own_bodies(request.user, ANNOUNCES) if body.place]
    if request.method == "POST" and not bodies:
        return HttpResponse(status=403)
    form = CountDayForm(request.POST or None, bodies=bodies, season=season) if bodies else None
    if request.method == "POST" and form.is_valid():
        try:
            actions.announce_count_day(by=request.user, season=season, **form.cleaned_data)
        except actions.AlreadyAnnounced:
            form.add_error("date", _("This count day is announced already."))
        else:
            messages.success(
                request,
                _("The count day is announced: take every roll-call on that day, or its group is not counted."),
            )
            return redirect("desk:count_days", year)
    rows = models.CountDay.objects.visible_to(request.scope).filter(season=season).select_related("organisation")
    if request.GET.get("format") == "xlsx":
        columns = [(_("Territory"), 40, "text"), (_("Count day"), 14, "day"), (_("State"), 14, "text")]
        lines = ((str(r.organisation), r.date, str(r.get_state_display())) for r in rows)
        return workbook_answer(request, f"count-days-{year}", _("Count days"), columns, lines)
    own = {body.pk for body in bodies}
    context = {"season": season, "form": form, "rows": [(row, row.organisation_id in own) for row in rows[:100]]}
    return render(request, "desk/count_days.html", context, status=422 if form and form.errors else 200)


@open_to(*SEASON_READERS)
@require_GET
def not_counted(request: HttpRequest, year: int) -> HttpResponse:
    """Groups with learners and no roll-call done on the count day: nobody of them is counted present."""
    season = get_object_or_404(Season, year=year)
    body = body_asked(request)
    counted = count_day_of(body, season, days.today())
    rows = queries.groups_not_counted(request.scope, body, season, counted.date) if counted else []
    if request.GET.get("format") == "xlsx":
        columns = [(_("Centre"), 40, "text"), (_("Group"), 30, "text")]
        lines = ((str(group.centre), group.name) for group in rows)
        return workbook_answer(request, f"not-counted-{year}", _("Groups not counted that day"), columns, lines)
    context = {"season": season, "body": body, "counted": counted, "groups": rows}
    return render(request, "desk/not_counted.html", context)


@open_to(*TERRITORIAL, *READS_TOTALS)
@require_http_methods(["GET", "POST"])
def claims(request: HttpRequest, year: int) -> HttpResponse:
    """Figures said in public about a season, with their source; and the form to enter one."""
    season = get_object_or_404(Season, year=year)
    may_enter = request.user.holds(*CLAIMS)
    if request.method == "POST" and not may_enter:
        return HttpResponse(status=403)
    form = _claim_form(request) if may_enter else None
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.enter_claim(by=request.user, season=season, **form.cleaned_data)
        except SubmissionReused:
            say_reused(form)
        else:
            messages.success(request, _("The figure is kept with its source; here is what our counts say of it."))
            return redirect("desk:claim", row.uuid)
    rows = claim_queries.claims_of(request.scope, season)
    if request.GET.get("format") == "xlsx":
        return _claims_workbook(request, season, rows)
    context = {"season": season, "form": form, "page": paging.page_of(rows, after=request.GET.get("after", ""))}
    return render(request, "desk/claims.html", context, status=422 if form and form.errors else 200)


def _claim_form(request: HttpRequest) -> ClaimForm:
    bodies = own_bodies(request.user, CLAIMS)
    return ClaimForm(request.POST or None, scope=request.user.scope_as(*CLAIMS), bodies=bodies)


def _claims_workbook(request: HttpRequest, season: Season, rows: Any) -> HttpResponse:
    columns = [
        (_("Body that the figure is about"), 40, "text"),
        (_("Figure"), 10, "number"),
        (_("Said on"), 12, "day"),
        (_("Source"), 50, "text"),
        (_("State"), 14, "text"),
    ]
    lines = ((str(r.organisation), r.value, r.said_date, r.source, str(r.get_state_display())) for r in rows)
    return workbook_answer(request, f"said-{season.year}", _("Figures said in public"), columns, lines)


@open_to(*TERRITORIAL, *READS_TOTALS)
@require_GET
def claim(request: HttpRequest, claim: str) -> HttpResponse:
    """One figure said in public: its words and source, the count that it equals, or none and which comes nearest."""
    rows = models.Claim.objects.visible_to(request.scope).select_related("organisation__place", "season", "programme")
    row = get_object_or_404(rows, uuid=claim)
    subject = claim_queries.read(
        request.scope, row, is_own=row.organisation in own_bodies(request.user, SEASON_READERS)
    )
    context = {
        "subject": subject,
        "claim": row,
        "counted_as": claim_queries.label_of(row.counted_as or None),
        "is_open": reads_files(request.scope, subject.body) and request.user.holds(*FOLLOWS_A_BODY),
        "may_withdraw": request.user.holds(*CLAIMS) and row.state == "STANDING",
    }
    return render(request, "desk/claim.html", context)


@open_to(NationalOfficer)
@require_POST
def freeze(request: HttpRequest, year: int) -> HttpResponse:
    """Freeze a closed season: its figures never move again."""
    season = get_object_or_404(Season, year=year)
    try:
        freezing.freeze_season(by=request.user, season=season)
    except freezing.SeasonNotClosed:
        messages.error(request, _("Close the season first: an open season still moves."))
    except freezing.AlreadyFrozen:
        messages.error(request, _("This season is frozen already."))
    else:
        messages.success(
            request, _("The season %(season)s is frozen: later seasons are compared with it.") % {"season": season}
        )
    return redirect("desk:seasons")
