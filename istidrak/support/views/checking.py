"""The coordinator's pages: what is left to check, and the schools that are late."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import TERRITORIAL, SupportCoordinator, SupportUnit
from istidrak.base import paging, workflow
from istidrak.base.exchange.answers import list_of_names, workbook_answer
from istidrak.support.actions import registrations as actions
from istidrak.support.models import Registration
from istidrak.support.queries import registrations as queries
from istidrak.support.views.registration_acts import is_uuid

State = Registration.State


@open_to(SupportCoordinator)
@require_http_methods(["GET", "POST"])
def to_validate(request: HttpRequest) -> HttpResponse:
    """Registrations to check: those that miss something are listed, the others are validated in one click."""
    year = queries.year_of(request.scope, request.GET.get("year", ""))
    waiting = queries.with_problem(queries.narrowed(request.scope, year=year, state=State.SUBMITTED))
    exceptions = waiting.exclude(problem="")
    if request.GET.get("format") == "xlsx":
        return _workbook(request, exceptions)
    if request.method == "POST":
        return _validate(request, waiting, year)
    page = paging.page_of(exceptions, after=request.GET.get("after", ""))
    context = {
        "year": year,
        "years": queries.years_of(request.scope),
        "complete": waiting.filter(problem="").count(),
        "exceptions": exceptions.count(),
        "page": page,
        "rows": [(row, queries.PROBLEMS[row.problem]) for row in page.rows],
    }
    return render(request, "support/registration_check.html", context)


def _validate(request: HttpRequest, waiting: Any, year: int) -> HttpResponse:
    if request.POST.get("do") == "complete":
        done = actions.validate_all(by=request.user, registrations=list(waiting.filter(problem="")))
        said = ngettext("%(n)s registration validated.", "%(n)s registrations validated.", done)
        messages.success(request, said % {"n": done})
    elif is_uuid(request.POST.get("registration", "")):
        row = get_object_or_404(waiting, uuid=request.POST["registration"])
        try:
            actions.validate(by=request.user, registration=row)
        except workflow.MoveRefused:
            messages.error(request, _("This changed meanwhile: look at the state before going on."))
        else:
            messages.success(request, _("Validated: what is not known stays so, and its months wait."))
    else:
        messages.error(request, _("Nothing was written: use one of the buttons."))
    return redirect(f"{reverse('support:registrations_to_validate')}?year={year}")


def _workbook(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = [
        *((_("Massar code"), 14, "text"), (_("Name in Arabic"), 30, "text"), (_("Name in French"), 30, "text")),
        *((_("School"), 30, "text"), (_("Level"), 8, "text"), (_("What is missing"), 50, "text")),
    ]
    lines = (
        (
            *(row.person.massar_code, row.person.name_ar, row.person.name_fr, str(row.school), row.level_code),
            str(queries.PROBLEMS[row.problem]),
        )
        for row in queries.in_order(rows)
    )
    return list_of_names(request, "registrations-to-check", _("Registrations to check"), columns, lines)


@open_to(*TERRITORIAL, SupportCoordinator, SupportUnit)
@require_GET
def late(request: HttpRequest) -> HttpResponse:
    """Schools that registered nobody, or have registrations to redo, and the window with its extension."""
    year = queries.year_of(request.scope, request.GET.get("year", ""))
    only_late = request.GET.get("show") != "all"
    rows = queries.schools_registering(request.scope, year, only_late=only_late)
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Code"), 12, "text"), (_("School"), 36, "text"), (_("Registered"), 12, "number")),
            *((_("To check"), 12, "number"), (_("Returned"), 12, "number")),
        ]
        lines = (
            (school.code, str(school), school.registered or 0, school.to_check or 0, school.returned or 0)
            for school in rows
        )
        return workbook_answer(request, "late-schools", _("Schools that register"), columns, lines)
    context = {
        "year": year,
        "years": queries.years_of(request.scope),
        "page": paging.page_of(rows, after=request.GET.get("after", ""), newest_first=False),
        "only_late": only_late,
        "window": queries.window_of(year),
    }
    return render(request, "support/registration_late.html", context)
