"""What a family is answered: the notice of a pupil's month, printed in both languages."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_GET

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import ComplaintsOfficer, SchoolHead
from istidrak.base import days
from istidrak.base.scope import Scope
from istidrak.support import noticing
from istidrak.support.models import Registration
from istidrak.support.queries import notices as queries
from istidrak.support.queries.families import months_with_lines
from istidrak.support.rules.months import months_of_year
from istidrak.support.views.common import READS_SHEETS

REGISTERS = (ComplaintsOfficer, SchoolHead)  # complaints
LANGUAGES = (("ar", "rtl"), ("fr", "ltr"))


def visible_registration(scope: Scope, registration: Any) -> Registration:
    """The registration of an address, inside a scope. Raises Http404."""
    rows = Registration.objects.visible_to(scope).select_related("person", "school", "guardian")
    return get_object_or_404(rows, uuid=registration)


def month_asked(request: HttpRequest, registration: Registration) -> int:
    """The month of the address when it is one of the school year; else the last with a line, or the first."""
    months, text = months_of_year(registration.school_year), request.GET.get("month", "")
    if text.isascii() and text.isdigit() and int(text) in months:
        return int(text)
    return max(months_with_lines(registration), default=months[0])


def bodies_of(notice: noticing.Notice) -> list[tuple[str, str, str]]:
    """The notice in Arabic, then in French: language, direction, HTML."""
    until = days.today() + dt.timedelta(days=notice.objection_days.value)  # type: ignore[union-attr, arg-type]
    context = {
        "notice": notice,
        "registration": notice.registration,
        "outcome": queries.outcome_of(notice),
        "findings": queries.shown_findings(notice),
        "steps": queries.steps_of(notice),
        "money": queries.money_of(notice.payment) if notice.payment else None,
        "until": until,
    }
    bodies = []
    for language, side in LANGUAGES:
        with translation.override(language):
            bodies.append((language, side, render_to_string("support/notice_body.html", context)))
    return bodies


@open_to(*READS_SHEETS)
@require_GET
def notice(request: HttpRequest, registration: str) -> HttpResponse:
    """The notice of a pupil for a month, to be printed or shown: about this pupil's family alone."""
    subject = visible_registration(request.scope, registration)
    month = month_asked(request, subject)
    found = noticing.notice_of(subject, month)
    context = {
        "registration": subject,
        "month": month,
        "months": months_of_year(subject.school_year),
        "bodies": bodies_of(found),
        "may_register": request.user.holds(*REGISTERS),
    }
    return render(request, "support/notice.html", context)
