"""Registrations of a school year: the list, a new one, one with its household, the list that a school prints."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import TERRITORIAL, SupportCoordinator, SupportUnit
from istidrak.base import days, paging, workflow
from istidrak.base.exchange.answers import list_of_names
from istidrak.outreach.forms.following import say_reused
from istidrak.people.actions import SubmissionReused
from istidrak.people.models import Person
from istidrak.people.queries import refuse_if_shared
from istidrak.support.actions import households
from istidrak.support.actions import registrations as actions
from istidrak.support.forms import registrations as forms
from istidrak.support.models import Registration
from istidrak.support.queries import registrations as queries
from istidrak.support.views import registration_acts as acts
from istidrak.support.views.common import READS_SHEETS, SCHOOLS

State = Registration.State
WRITES = (*SCHOOLS, SupportCoordinator)


def _asked(request: HttpRequest) -> dict[str, Any]:
    return {
        "year": queries.year_of(request.scope, request.GET.get("year", "")),
        "school": request.GET.get("school", ""),
        "state": request.GET.get("state", ""),
        "text": request.GET.get("q", "")[:80],
    }


@open_to(*READS_SHEETS)
@require_GET
def registrations(request: HttpRequest) -> HttpResponse:
    """Pupils registered for a school year, by school, state and name."""
    asked = _asked(request)
    rows = queries.narrowed(request.scope, **asked)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, rows)
    context = {
        **asked,
        "page": paging.page_of(rows, after=request.GET.get("after", "")),
        "years": queries.years_of(request.scope),
        "schools": list(queries.schools_with_registrations(request.scope, asked["year"])[:200]),
        "states": State.choices,
        "may_register": request.user.holds(*SCHOOLS),
        "may_validate": request.user.holds(SupportCoordinator),
        "may_import": request.user.holds(*WRITES),
        "may_see_aid": request.user.holds(SupportUnit),
        "may_see_communes": request.user.holds(*TERRITORIAL, SupportCoordinator, SupportUnit),
        "window": queries.window_of(asked["year"]),
    }
    return render(request, "support/registrations.html", context)


def _workbook(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = [
        *((_("Massar code"), 14, "text"), (_("Name in Arabic"), 30, "text"), (_("Name in French"), 30, "text")),
        *((_("Sex"), 8, "text"), (_("Birth date"), 12, "day"), (_("School"), 30, "text"), (_("Level"), 8, "text")),
        *((_("Class"), 12, "text"), (_("First month"), 12, "number"), (_("Last month"), 12, "number")),
        *((_("Social cover"), 24, "text"), (_("Number of the card or receipt"), 20, "text")),
        *((_("Guardian"), 30, "text"), (_("State"), 20, "text")),
    ]
    lines = (
        (
            *(row.person.massar_code, row.person.name_ar, row.person.name_fr, row.person.get_sex_display()),
            *(row.person.birth_date, str(row.school), row.level_code, row.class_name),
            *(row.enrolled_from, row.enrolled_until, row.get_cover_display() or "", row.cover_number),
            *(row.guardian and (row.guardian.name_ar or row.guardian.name_fr), row.get_state_display()),
        )
        for row in queries.in_order(rows)
    )
    return list_of_names(request, "registrations", _("Registrations"), columns, lines)


@open_to(*SCHOOLS)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Register a pupil of the school, found by name or code, or a new one."""
    year = queries.year_of(request.scope, request.GET.get("year", ""))
    known = Person.objects.visible_to(request.scope)
    asked = request.POST.get("person") or request.GET.get("person", "")
    person = get_object_or_404(known, uuid=asked) if acts.is_uuid(asked) else None
    text = request.GET.get("q", "")[:80]
    form = forms.RegisterForm(
        request.POST or None,
        schools=queries.schools_of(request.scope),
        school_year=year,
        find=partial(queries.registration_of_number, request.scope, year=year),
        person=person,
    )
    if request.method == "POST" and form.is_valid() and (answer := _register(request, form, year)) is not None:
        return answer
    context = {
        "form": form,
        "year": year,
        "years": queries.years_of(request.scope),
        "person": person,
        "text": text,
        "found": queries.pupils_found(request.scope, text, year),
        "is_new": person is None and (request.method == "POST" or "new" in request.GET),
        "window": queries.window_of(year),
    }
    return render(request, "support/registration_create.html", context)


def _register(request: HttpRequest, form: forms.RegisterForm, year: int) -> HttpResponse | None:
    data = form.cleaned_data
    if form.pupil is not None:
        refuse_if_shared(request.scope, form.pupil)
    said = {"school": data["school"], "school_year": year, "submission": data["submission"], **form.said}
    beside = data["household_of"]
    if beside is not None:
        said |= {"household": beside.household, "guardian": beside.guardian}
    try:
        if form.pupil is not None:
            row = actions.register(by=request.user, person=form.pupil, **said)
        else:
            row = actions.register_new(by=request.user, facts=form.facts, **said)
    except actions.AlreadyRegistered as error:
        return _say_standing(request, form, error.registration)
    except SubmissionReused:
        say_reused(form)
        return None
    if data["family"] == forms.NEW and row.household_id is None:
        _put_family(request, form, row, year)
    messages.success(request, _("Registered. The coordinator checks it; see below what is still missing."))
    return redirect("support:registration", registration=row.uuid)


def _put_family(request: HttpRequest, form: forms.RegisterForm, row: Registration, year: int) -> None:
    household = households.make_household(by=request.user)
    row = households.join_household(by=request.user, registration=row, household=household)
    if form.guardian["name_ar"] or form.guardian["name_fr"]:
        households.put_guardian(by=request.user, household=household, school_year=year, **form.guardian)


def _say_standing(request: HttpRequest, form: Any, standing: Registration) -> HttpResponse | None:
    seen = queries.registrations(request.scope).filter(pk=standing.pk).first()
    if seen is not None:
        messages.warning(request, _("This pupil is registered this year already: this is it. Nothing was written."))
        return redirect("support:registration", registration=seen.uuid)
    words = _("This pupil is registered this year in another school: that school says when the pupil left.")
    form.add_error(None, words)
    return None


@open_to(*READS_SHEETS)
@require_http_methods(["GET", "POST"])
def registration(request: HttpRequest, registration: str) -> HttpResponse:
    """One registration: the pupil, the household, who receives, what is missing, moves."""
    if request.method == "GET":
        return _page(request, get_object_or_404(queries.registrations(request.scope), uuid=registration))
    verb = request.POST.get("do", "")
    roles = (SupportCoordinator,) if verb in acts.COORDINATOR_ONLY else WRITES
    scope = scope_acting_as(request, *roles)
    subject = get_object_or_404(queries.registrations(scope), uuid=registration)
    act = acts.ACTS.get(verb)
    if act is None:
        messages.error(request, _("Nothing was written: use one of the buttons."))
        return redirect("support:registration", registration=subject.uuid)
    if acts.is_checked_for(request, subject, verb):
        words = _("Checked already: ask the coordinator to correct it, or to return it to you.")
        messages.error(request, words)
        return redirect("support:registration", registration=subject.uuid)
    try:
        bound = act(request, scope, subject)
    except workflow.MoveRefused:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
        bound = None
    if bound is not None:
        return _page(request, get_object_or_404(queries.registrations(request.scope), pk=subject.pk), **bound)
    return redirect("support:registration", registration=subject.uuid)


def _page(request: HttpRequest, subject: Registration, **bound: Any) -> HttpResponse:
    beside, hidden = queries.household_pupils(request.scope, subject)
    may_validate = request.user.holds(SupportCoordinator)
    is_open = subject.state in (State.SUBMITTED, State.RETURNED)
    may_write = request.user.holds(*WRITES) and subject.state != State.WITHDRAWN
    context = {
        "registration": subject,
        "beside": beside,
        "hidden": hidden,
        "others": queries.others_of_year(request.scope, subject),
        "problems": [(code, queries.PROBLEMS[code]) for code in queries.problems_of(subject)],
        "same_card": queries.shown_with_card(request.scope, subject),
        "findings": queries.in_words(queries.entitlement(subject)),
        "moves": workflow.open_moves(subject),
        "remark": queries.remark_of(subject),
        "may_validate": may_validate,
        "may_correct": may_write and (may_validate or is_open),
        "may_move": may_write and subject.enrolled_until is None,
        "may_submit": request.user.holds(*SCHOOLS),
        **acts.forms_of(subject),
        **bound,
    }
    return render(request, "support/registration.html", context)


@open_to(*READS_SHEETS)
@require_http_methods(["GET", "POST"])
def printed(request: HttpRequest, school: str) -> HttpResponse:
    """The list of a school, to print and to sign."""
    body = get_object_or_404(queries.schools_of(request.scope), uuid=school)
    year = queries.year_of(request.scope, request.GET.get("year", ""))
    rows = queries.narrowed(request.scope, year=year, school=body.code).exclude(state=State.WITHDRAWN)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, rows)
    context = {"school": body, "year": year, "rows": list(queries.in_order(rows)), "today": days.today()}
    return render(request, "support/registration_print.html", context)
