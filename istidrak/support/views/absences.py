"""Absences of pupils: the schools of a year, and the months of one school with what to do next."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.base import days, paging, workflow
from istidrak.base.days import school_year_words
from istidrak.base.exchange.answers import workbook_answer
from istidrak.base.templatetags.ui import year_month_words
from istidrak.organisations.models import Organisation
from istidrak.support.actions import absences as actions
from istidrak.support.queries import absences as queries
from istidrak.support.queries import control
from istidrak.support.rules.absences import year_of_month
from istidrak.support.views.common import FOLLOWS_SCHOOLS, READS_SHEETS, SCHOOLS

REFUSED = {
    "not_a_school": gettext_lazy("Only schools have sheets of absences."),
    "month": gettext_lazy("This month is in no school year: choose it in the list."),
    "not_begun": gettext_lazy("This month has not begun."),
    "no_pupil": gettext_lazy("No pupil is registered for the transfers in that month: nothing to enter."),
    "not_over": gettext_lazy("The month is not over: hand the sheet over from the first day of the next month."),
    "has_absences": gettext_lazy("Absences are entered in this sheet: open it, and hand it over from there."),
    "handed_over": gettext_lazy("The sheet was handed over to the head meanwhile: what you typed was not saved."),
    "validated": gettext_lazy("The sheet was validated meanwhile: use a correction, with its reason."),
    "not_validated": gettext_lazy("The sheet is not validated: enter the absences in the sheet itself."),
    "other_school": gettext_lazy("The form named a pupil who is not on this sheet: nothing was saved."),
    "entered_it": gettext_lazy("You entered this sheet: another head of the school validates it."),
}


@open_to(*READS_SHEETS)
@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """Months of my school and what to do next; of several schools, the list of them."""
    if request.method == "POST":
        return _open(request)
    years = queries.years(request.scope)
    year = _year(request, years)
    found = queries.schools(request.scope, year)
    asked = request.GET.get("school", "")
    chosen = found.filter(code=asked).first() if asked else None
    if chosen is None and len(few := list(found[:2])) == 1:
        chosen = few[0]
    context = {"years": years, "year": year, "may_enter": request.user.holds(*SCHOOLS)}
    context["may_follow"] = request.user.holds(*FOLLOWS_SCHOOLS)
    if chosen is not None:
        return _months(request, chosen, context)
    return _schools(request, found, context)


def _year(request: HttpRequest, years: list[int]) -> int:
    """The school year asked for; else the last with registered pupils, else the present one."""
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdigit() and 2000 < int(asked[:6]) < 2100:
        return int(asked)
    return years[0] if years else days.school_year_of(days.today())


def _months(request: HttpRequest, school: Organisation, context: dict[str, Any]) -> HttpResponse:
    rows = queries.months(request.scope, school, context["year"])
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Month"), 18, "text"), (_("State"), 18, "text"), (_("Pupils"), 10, "number")),
            (_("With absences"), 12, "number"),
        ]
        lines = ((year_month_words(r.month), _state(r), r.pupils, r.absent if r.sheet else None) for r in rows)
        return workbook_answer(request, f"absences-{school.code}", _("Absences of pupils"), columns, lines)
    found = control.differences_of(request.scope, school, [row.month for row in rows])
    context |= {"school": school, "rows": rows, "to_correct": [m for m, made in found.items() if made.is_open]}
    return render(request, "support/absences.html", context)


def _state(row: queries.Month) -> str:
    if row.sheet:
        return str(row.sheet.get_state_display())
    return pgettext("sheet", "Not entered") if row.is_over else ""


def _schools(request: HttpRequest, found: Any, context: dict[str, Any]) -> HttpResponse:
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Code"), 10, "text"), (_("School"), 34, "text"), (_("Pupils"), 10, "number")),
            *((_("Months validated"), 12, "number"), (_("Months to validate"), 12, "number")),
            (_("Months not entered"), 12, "number"),
        ]
        lines = (
            (line.school.code, str(line.school), line.pupils, line.validated, line.entered, line.missing)
            for line in queries.school_lines(request.scope, list(found), context["year"])
        )
        title = f"{_('Absences of pupils')} {school_year_words(context['year'])}".replace("/", "-")
        return workbook_answer(request, "absences", title, columns, lines)
    page = paging.page_of(found, after=request.GET.get("after", ""), newest_first=False)
    lines = queries.school_lines(request.scope, page.rows, context["year"])
    context |= {"page": paging.Page(lines, page.after)}
    return render(request, "support/absences_schools.html", context)


def _open(request: HttpRequest) -> HttpResponse:
    """Open the sheet of a month, or say that nobody was absent in it."""
    scope, text = scope_acting_as(request, *SCHOOLS), request.POST.get("month", "")
    month = int(text) if text.isascii() and text.isdigit() and len(text) == 6 else 0
    school = get_object_or_404(queries.schools(scope, year_of_month(month) or 0), code=request.POST.get("school", ""))
    back = redirect(f"{request.path}?year={year_of_month(month)}&school={school.code}")
    try:
        sheet = actions.open_sheet(by=request.user, school=school, month=month)
        if request.POST.get("do") != "none":
            return redirect("support:sheet", sheet=sheet.uuid)
        actions.no_absence(by=request.user, sheet=sheet)
    except actions.SheetRefused as refused:
        messages.error(request, REFUSED[refused.code])
    except workflow.MoveRefused:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
    else:
        messages.success(request, _("Handed over without absence: now the head of the school validates it."))
    return back
