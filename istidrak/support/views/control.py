"""What a directorate follows: schools late with a month; control visits drawn, made, written."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import SupportCoordinator
from istidrak.base import paging, workflow
from istidrak.base.exchange.answers import workbook_answer
from istidrak.base.history import of_threads
from istidrak.base.templatetags.ui import year_month_words
from istidrak.organisations.models import Organisation
from istidrak.support.actions import control as actions
from istidrak.support.forms.control import DrawForm, ReportForm
from istidrak.support.models import ControlVisit
from istidrak.support.queries import absences as sheets
from istidrak.support.queries import control as queries
from istidrak.support.views.common import FOLLOWS_SCHOOLS

REFUSED = {
    "no_place": gettext_lazy("The place of this directorate is not known: no schools to draw from."),
    "month": gettext_lazy("Choose a month of school that is over."),
    "drawn": gettext_lazy("Schools were drawn for this month already: a month is drawn once."),
    "nothing": gettext_lazy("No sheet of this month is validated: there is nothing to compare yet."),
    "day": gettext_lazy("The visit was made after the month began, and not later than today."),
    "counts": gettext_lazy("More pupils differ than were compared."),
}


@open_to(*FOLLOWS_SCHOOLS)
@require_GET
def absences_late(request: HttpRequest) -> HttpResponse:
    """Schools whose month is over and not validated, with what is missing."""
    months = queries.months_over(request.scope)
    asked = request.GET.get("month", "")
    month = int(asked) if asked.isascii() and asked.isdigit() and int(asked[:6]) in months else None
    month = month or queries.month_to_follow(request.scope, months)
    rows = queries.late(request.scope, month) if month else []
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Code"), 10, "text"), (_("School"), 34, "text"), (_("Month"), 18, "text")),
            *((_("Pupils"), 10, "number"), (_("State"), 20, "text"), (_("Since"), 12, "day")),
        ]
        words = year_month_words(month) if month else ""
        lines = ((row.school.code, str(row.school), words, row.pupils, _state(row), row.since) for row in rows)
        return workbook_answer(request, f"late-{month or ''}", _("Schools late with absences"), columns, lines)
    return render(request, "support/absences_late.html", {"months": months, "month": month, "rows": rows})


def _state(row: queries.Late) -> str:
    return str(row.sheet.get_state_display()) if row.sheet else pgettext("sheet", "Not entered")


@open_to(*FOLLOWS_SCHOOLS)
@require_http_methods(["GET", "POST"])
def visits(request: HttpRequest) -> HttpResponse:
    """Control visits, and the draw of a month."""
    rows = queries.visits(request.scope)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, list(rows.order_by("-month", "pk")))
    form = None
    if request.method == "POST":
        scope_acting_as(request, SupportCoordinator)
        form = _draw_form(request, request.POST)
        if form.is_valid() and _draw(request, form):
            return redirect("support:visits")
    elif request.user.holds(SupportCoordinator):
        form = _draw_form(request)
    asked = request.GET.get("state", "")
    if asked in ControlVisit.State.values:
        rows = rows.filter(state=asked)
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    made = queries.differences(request.scope, page.rows)
    context = {
        "page": paging.Page([(row, made.get(row.pk)) for row in page.rows], page.after),
        "form": form,
        "share": queries.share(),
        "states": ControlVisit.State.choices,
        "asked": asked,
    }
    return render(request, "support/visits.html", context)


def _draw_form(request: HttpRequest, data: Any = None) -> DrawForm:
    held = [a.organisation_id for a in request.user.current_assignments if a.role == SupportCoordinator.code]
    directorates = Organisation.objects.filter(pk__in=held, kind=Organisation.Kind.DIRECTORATE).order_by("pk")
    months = queries.months_over(request.scope)
    initial = {"month": queries.month_to_follow(request.scope, months)}
    return DrawForm(data, directorates=directorates, months=months, initial=initial)


def _draw(request: HttpRequest, form: DrawForm) -> bool:
    try:
        drawn = actions.draw(by=request.user, **form.cleaned_data)
    except actions.ControlRefused as refused:
        form.add_error("directorate" if refused.code == "no_place" else "month", REFUSED[refused.code])
        return False
    names = " · ".join(str(visit.school) for visit in drawn)
    messages.success(request, _("Drawn: %(names)s. The seed stays with each visit.") % {"names": names})
    return True


def _workbook(request: HttpRequest, rows: list[ControlVisit]) -> HttpResponse:
    made = queries.differences(request.scope, rows)
    columns = [
        *((_("Code"), 10, "text"), (_("School"), 34, "text"), (_("Month"), 18, "text"), (_("State"), 12, "text")),
        *((_("Day of the visit"), 12, "day"), (_("Pupils whose month was compared"), 14, "number")),
        *(
            (_("Pupils for whom the sheet differs from the registers"), 14, "number"),
            (_("Pupils corrected since the visit"), 14, "number"),
            (_("Seed of the draw"), 20, "text"),
        ),
    ]
    lines = (
        (
            *(row.school.code, str(row.school), year_month_words(row.month), row.get_state_display()),
            *(row.visited_date, row.pupils_seen, row.pupils_differing),
            *(made[row.pk].corrected if row.pk in made else None, row.seed),
        )
        for row in rows
    )
    return workbook_answer(request, "control-visits", _("Control visits"), columns, lines)


@open_to(*FOLLOWS_SCHOOLS)
@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, visit: str) -> HttpResponse:
    """One control visit: its sheet, and what was found."""
    is_post = request.method == "POST"
    scope = scope_acting_as(request, SupportCoordinator) if is_post else request.scope
    subject = get_object_or_404(queries.visits(scope), uuid=visit)
    form = ReportForm(request.POST or None)
    if is_post and form.is_valid() and _report(request, subject, form):
        return redirect("support:visit", visit=subject.uuid)
    context = {
        "visit": subject,
        "month_words": year_month_words(subject.month),
        "sheet": sheets.sheets(request.scope).filter(school=subject.school_id, month=subject.month).first(),
        "form": form
        if subject.state == ControlVisit.State.DRAWN and request.user.holds(SupportCoordinator)
        else None,
        "written": of_threads([subject]).filter(verb="report").first(),
        "difference": queries.differences(request.scope, [subject]).get(subject.pk),
    }
    return render(request, "support/visit.html", context)


def _report(request: HttpRequest, subject: ControlVisit, form: ReportForm) -> bool:
    try:
        actions.report(by=request.user, visit=subject, **form.cleaned_data)
    except actions.ControlRefused as refused:
        form.add_error("visited_date" if refused.code == "day" else "pupils_differing", REFUSED[refused.code])
        return False
    except workflow.ReasonMissing:
        form.add_error("found", _("Write what was found."))
        return False
    except workflow.MoveRefused:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
        return True
    if subject.pupils_differing:
        messages.success(request, _("Written: the school is asked to correct these pupils, each with its reason."))
    else:
        messages.success(request, _("Written: it stays beside the sheet of the month."))
    return True
