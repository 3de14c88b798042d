"""Requests for a place: the list, a new one, one with everything that the family brings, what is printed."""

import datetime as dt
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import AssociationManager, CentreDirector
from istidrak.base import days, paging, workflow
from istidrak.base.exchange.answers import list_of_names
from istidrak.base.parameters import value_of
from istidrak.outreach.forms.following import say_reused
from istidrak.outreach.models import Referral
from istidrak.people.actions import SubmissionReused
from istidrak.people.models import Person
from istidrak.people.queries import refuse_if_shared
from istidrak.programmes.queries import current_season
from istidrak.training import actions
from istidrak.training.facts.applications import acceptance_of, is_tied_elsewhere, open_places
from istidrak.training.forms import applications as forms
from istidrak.training.models import Application
from istidrak.training.queries import applications as queries
from istidrak.training.queries import centres_of, person_of_number
from istidrak.training.views import application_acts
from istidrak.training.views.common import COMPLETES_REQUESTS, READS_REQUESTS


@open_to(*READS_REQUESTS)
@require_GET
def applications(request: HttpRequest) -> HttpResponse:
    """Requests for a place in my centre or territory."""
    state = request.GET.get("state", "OPEN")
    rows = queries.applications(request.scope, state)
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Request"), 14, "text"), (_("File number"), 12, "text"), (_("Name in Arabic"), 30, "text")),
            *((_("Name in French"), 30, "text"), (_("Centre"), 30, "text"), (_("Programme"), 30, "text")),
            *((_("Season"), 10, "text"), (_("Day of the request"), 14, "day"), (_("Origin"), 24, "text")),
            *((_("State"), 20, "text"), (_("Next step"), 30, "text"), (_("On"), 14, "day")),
        ]
        lines = (
            (
                *(row.number, row.person.file_number, row.person.name_ar, row.person.name_fr, str(row.centre)),
                *(str(row.programme), str(row.season), row.requested_date, row.get_origin_display()),
                *(row.get_state_display(), row.next_step, row.next_step_date),
            )
            for row in rows.order_by("centre", "requested_date", "pk")
        )
        return list_of_names(request, "requests", _("Requests for a place"), columns, lines)
    context = {
        "page": paging.page_of(rows, after=request.GET.get("after", "")),
        "states": [("OPEN", _("To answer or waiting")), *Application.State.choices, ("ALL", _("All"))],
        "state": state,
        "may_receive": request.user.holds(CentreDirector),
        "centres": centres_of(request.scope) if request.user.holds(*COMPLETES_REQUESTS, AssociationManager) else [],
        "today": days.today(),
    }
    return render(request, "training/applications.html", context)


@open_to(CentreDirector)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Receive a request: somebody awaited, known by the number of the file, or new."""
    season, today = current_season(days.today()), days.today()
    if season is None:
        messages.error(request, _("No season is open: requests belong to a season."))
        return redirect("training:applications")
    centres = list(centres_of(request.scope))
    form = forms.ApplicationForm(
        request.POST or None,
        initial={"person": request.GET.get("person")},
        centres=centres_of(request.scope),
        awaited=_awaited(request, centres, season),
        find=partial(person_of_number, request.scope),
        season=season,
        answer_by=today + dt.timedelta(days=value_of("training.answer_days", as_of=today).value),
    )
    if request.method == "POST" and form.is_valid() and (answer := _receive(request, form, season)) is not None:
        return answer
    return render(request, "training/application_create.html", {"form": form, "season": season})


def _awaited(request: HttpRequest, centres: list[Any], season: Any) -> Any:
    referrals = Referral.objects.visible_to(request.scope).filter(
        receiver__in=centres, state__in=Referral.AWAITED, case__season=season
    )
    return Person.objects.visible_to(request.scope).filter(pk__in=referrals.values("case__person")).order_by("pk")


def _receive(request: HttpRequest, form: forms.ApplicationForm, season: Any) -> HttpResponse | None:
    data = form.cleaned_data
    if data["person"] is not None:
        refuse_if_shared(request.scope, data["person"])
    asked = Application(person=data["person"], centre=data["centre"], season=season)
    decision = queries.standing_decision(request.scope, asked) if data["person"] else None
    kept = ("centre", "programme", "requested_date", "submission", "person", "no_massar_reason", "next_step")
    try:
        application = actions.receive_application(
            by=request.user,
            season=season,
            facts=form.facts,
            decision=decision,
            next_step_date=data["next_step_date"] if data["next_step"] else None,
            **{name: data[name] for name in kept},
        )
    except actions.AlreadyApplied as error:
        messages.warning(request, _("This person has an open request here: this is it. Nothing was written."))
        return redirect("training:application", application=error.application.uuid)
    except SubmissionReused:
        say_reused(form)
        return None
    messages.success(request, _("The request is received. Print the receipt for the family, then complete the file."))
    return redirect("training:application", application=application.uuid)


@open_to(*READS_REQUESTS)
@require_http_methods(["GET", "POST"])
def application(request: HttpRequest, application: str) -> HttpResponse:
    """One request: what is to complete, the conditions of acceptance, the answer."""
    if request.method == "GET":
        return page(request, get_object_or_404(queries.applications(request.scope), uuid=application))
    verb = request.POST.get("do", "")
    roles = COMPLETES_REQUESTS if verb in application_acts.COMPLETING else (CentreDirector,)
    scope = scope_acting_as(request, *roles)
    subject = get_object_or_404(queries.applications(scope), uuid=application)
    refuse_if_shared(scope, subject.person)
    act = application_acts.ACTS.get(verb)
    if act is None:
        messages.error(request, _("Nothing was written: use one of the buttons."))
        return redirect("training:application", application=subject.uuid)
    try:
        bound = act(request, subject)
    except workflow.MoveRefused:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
        bound = None
    return page(request, subject, **bound) if bound else redirect("training:application", application=subject.uuid)


def page(request: HttpRequest, subject: Application, **bound: Any) -> HttpResponse:
    """The page of a request; `bound`: a form that came back with its mistakes takes the place of the empty one."""
    is_of_age = queries.is_adult_today(subject)
    papers, asked = queries.papers_of(subject)
    guardian, consents = (
        queries.guardian_of(request.scope, subject),
        list(queries.consents_of(request.scope, subject)),
    )
    moves = workflow.open_moves(subject)
    runs, completes = request.user.holds(CentreDirector), request.user.holds(*COMPLETES_REQUESTS)
    context = {
        "application": subject,
        "is_of_age": is_of_age,
        "guardian": guardian,
        "consents": consents,
        "papers": papers,
        "papers_source": queries.source_words(asked),
        "papers_are_sample": asked.is_sample,
        "to_complete": queries.to_complete(subject, papers, guardian, consents, is_of_age),
        "owes_papers": subject.state not in Application.OWES_NOTHING,
        "moves": moves,
        "may_complete": completes,
        "may_act": runs,
    }
    if subject.state in Application.OPEN_STATES:
        context["acceptance"] = queries.in_words(acceptance_of(subject, days.today()))
        context["places"] = open_places(subject.centre, subject.programme, subject.season)
        context["is_elsewhere"] = is_tied_elsewhere(subject.person, subject.centre)
    if completes:
        context |= application_acts.completing_forms(subject, papers, guardian, is_of_age)
        for consent in consents:
            consent.forms = application_acts.consent_forms(consent)
    if runs:
        context |= application_acts.answering_forms(subject)
    return render(request, "training/application.html", {**context, **bound})


@open_to(*READS_REQUESTS)
@require_GET
def receipt(request: HttpRequest, application: str) -> HttpResponse:
    """The receipt of a request for the family, or the refusal, to print in Arabic or in French."""
    subject = get_object_or_404(queries.applications(request.scope), uuid=application)
    chosen = request.GET.get("in")
    with translation.override(chosen if chosen in {"ar", "fr"} else translation.get_language()):
        papers, _asked = queries.papers_of(subject)
        consents = list(queries.consents_of(request.scope, subject))
        guardian, is_of_age = queries.guardian_of(request.scope, subject), queries.is_adult_today(subject)
        owes_nothing = subject.state in Application.OWES_NOTHING
        is_no = subject.state in (Application.State.REFUSED, Application.State.REFERRED_ELSEWHERE)
        context = {
            "application": subject,
            "contact": queries.contact_of(request.scope, subject.centre),
            "received": [p for p in papers if p.said and p.said.state == "RECEIVED"],
            "missing": [] if owes_nothing else queries.to_complete(subject, papers, guardian, consents, is_of_age),
            "today": days.today(),
        }
        return render(request, "training/refusal.html" if is_no else "training/receipt.html", context)
