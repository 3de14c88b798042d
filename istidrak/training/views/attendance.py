"""Roll-calls not taken, sheets of a month, attendance of a learner, learners who stay away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.base import days, history, paging, workflow
from istidrak.base.exchange.answers import XLSX, list_of_names, names_leave, workbook_answer
from istidrak.base.parameters import value_of
from istidrak.training import actions, forms, queries, sheets
from istidrak.training.models import AbsenceFollowUp
from istidrak.training.queries import absences as absent
from istidrak.training.queries import attendance as attended
from istidrak.training.queries import sessions as held
from istidrak.training.queries.calendar import closed_days
from istidrak.training.rules.calendar import days_late, month_of
from istidrak.training.views.common import FOLLOWS_ABSENCES, READS_ABSENCES, READS_GROUPS, READS_LEARNERS
from istidrak.training.views.groups import visible_group


@open_to(*READS_GROUPS)
@require_GET
def not_taken(request: HttpRequest) -> HttpResponse:
    """Sessions of days that have come whose roll-call is not done, by group and educator, with the days late."""
    lines = held.waiting_by_group(request.scope)
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Centre"), 34, "text"), (_("Group"), 24, "text"), (_("Educators"), 34, "text")),
            *((_("Roll-calls not taken"), 12, "number"), (_("Open, not finished"), 14, "number")),
            *((_("Oldest day"), 14, "day"), (_("Days late"), 12, "number")),
        ]
        rows = (
            (
                *(str(line["group"].centre), line["group"].name, "، ".join(map(str, line["group"].educators.all()))),
                *(line["not_taken"], line["unfinished"], line["oldest"], line["late"]),
            )
            for line in lines
        )
        return workbook_answer(request, "roll-calls-not-taken", _("Roll-calls not taken"), columns, rows)
    context = {
        "lines": lines,
        "not_taken": sum(line["not_taken"] for line in lines),
        "unfinished": sum(line["unfinished"] for line in lines),
        "educators": held.waiting_by_educator(lines),
    }
    return render(request, "training/not_taken.html", context)


@open_to(*READS_GROUPS)
@require_GET
def sheet(request: HttpRequest, group: str) -> HttpResponse:
    """The roll-call sheet of a month, to print: filled, or blank for a class without a computer."""
    subject = visible_group(request, group)
    first, last = month_of(request.GET.get("month", ""), days.today())
    is_blank = request.GET.get("blank") == "1"
    found = attended.sheet_of(request.scope, subject, first, last)
    columns = sheets.columns_of(found["sessions"])
    if is_blank and not columns:
        columns = sheets.open_days(first, last, closed_days(subject.centre, first, last))
    rows = []
    for row in found["rows"]:
        marks = row["marks"] or [""] * len(columns)
        cells = sheets.cells_of(columns, marks, is_blank=is_blank, as_of=days.today())
        rows.append((row["enrolment"].person, cells))
    if request.GET.get("format") == "xlsx":
        return _sheet_workbook(request, subject, first, columns, rows)
    context = {
        "group": subject,
        "first": first,
        "before": _months(first, -1),
        "after": _months(first, 1),
        "columns": [(sheets.short_weekday(c.date), c) for c in columns],
        "rows": rows,
        "is_blank": is_blank,
        "legend": sheets.legend(),
    }
    return render(request, "training/sheet.html", context)


def _months(first: Any, step: int) -> str:
    number = first.year * 12 + first.month - 1 + step
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _sheet_workbook(request: HttpRequest, subject: Any, first: Any, columns: Any, rows: Any) -> HttpResponse:
    body = sheets.sheet_workbook(
        titles=[f"{subject.centre} · {subject.programme}", f"{subject.name} · {first:%m/%Y}"],
        columns=columns,
        rows=[(person.file_number, person.name_ar or person.name_fr, cells) for person, cells in rows],
        right_to_left=translation.get_language_bidi(),
    )
    names_leave(request, "roll-call-sheet", len(rows), about=subject, month=f"{first:%Y-%m}")
    response = HttpResponse(body, content_type=XLSX)
    name = f"roll-call-{first:%Y-%m}.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


@open_to(*READS_LEARNERS)
@require_GET
def learner(request: HttpRequest, enrolment: str) -> HttpResponse:
    """Attendance of a learner by month, with what the rate means, and the times somebody asked after them."""
    subject = get_object_or_404(queries.enrolments(request.scope), uuid=enrolment)
    months = attended.attendance_by_month(subject)
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Month"), 12, "text"), (_("Present"), 10, "number"), (_("Late"), 10, "number")),
            *((_("Absent"), 10, "number"), (_("Excused absence"), 14, "number"), (_("Roll-calls"), 12, "number")),
            *((_("Roll-calls not taken"), 12, "number"), (_("Attendance (%)"), 12, "number")),
        ]
        rows = (
            (
                *(f"{m['month']:%m/%Y}", m["present"], m["late"], m["absent"], m["excused"]),
                *(m["taken"], m["not_taken"], m["rate"]),
            )
            for m in months
        )
        return list_of_names(request, "attendance", _("Attendance"), columns, rows, about=subject.person)
    follow_ups = AbsenceFollowUp.objects.visible_to(request.scope).filter(enrolment=subject).order_by("-pk")
    context = {
        "enrolment": subject,
        "months": months,
        "follow_ups": follow_ups,
        "opens_follow_ups": request.user.holds(*READS_ABSENCES),
    }
    return render(request, "training/attendance.html", context)


@open_to(*READS_ABSENCES)
@require_GET
def absences(request: HttpRequest) -> HttpResponse:
    """Learners absent several times in a row without excuse: to contact, awaited, or all of them."""
    shows_all = request.GET.get("show") == "all"
    rows = absent.absence_follow_ups(request.scope) if shows_all else absent.absences_waiting(request.scope)
    if request.GET.get("format") == "xlsx":
        return _absences_workbook(request, rows)
    context = {
        "page": paging.page_of(rows, after=request.GET.get("after", "")),
        "shows_all": shows_all,
        "today": days.today(),
        "number": value_of("training.absences_in_a_row", as_of=days.today()),
    }
    return render(request, "training/absences.html", context)


def _absences_workbook(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = [
        *((_("File number"), 12, "text"), (_("Name in Arabic"), 30, "text"), (_("Name in French"), 30, "text")),
        *((_("Centre"), 34, "text"), (_("Group"), 24, "text"), (_("Absences in a row"), 12, "number")),
        *(
            (_("Since"), 14, "day"),
            (_("To do by"), 14, "day"),
            (_("Days late"), 10, "number"),
            (_("State"), 20, "text"),
        ),
    ]
    today = days.today()
    lines = (
        (
            *(f.person.file_number, f.person.name_ar, f.person.name_fr, str(f.enrolment.group.centre)),
            *(f.enrolment.group.name, f.count, f.since_date, f.due_date),
            *(days_late(f.due_date, today) if f.state in f.WAITING else None, f.get_state_display()),
        )
        for f in rows.order_by("due_date", "pk")
    )
    return list_of_names(request, "absences", _("Absences in a row"), columns, lines)


@open_to(*READS_ABSENCES)
@require_http_methods(["GET", "POST"])
def absence(request: HttpRequest, absence_follow_up: str) -> HttpResponse:
    """One learner who stays away: since when, what was done, what the family said."""
    scope = request.scope if request.method == "GET" else scope_acting_as(request, *FOLLOWS_ABSENCES)
    subject = get_object_or_404(absent.absence_follow_ups(scope), uuid=absence_follow_up)
    form = forms.AbsenceContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.contact_absent(by=request.user, follow_up=subject, **form.cleaned_data)
        except workflow.MoveRefused:
            messages.error(request, _("This changed meanwhile: look at the state before going on."))
        else:
            messages.success(request, _("Written down. When the learner comes again, this ends by itself."))
        return redirect("training:absence", absence_follow_up=subject.uuid)
    context = {
        "follow_up": subject,
        "form": form,
        "may_act": request.user.holds(*FOLLOWS_ABSENCES) and bool(workflow.open_moves(subject)),
        "lines": history.of_threads([subject.person]).filter(subject=history.key_of(subject)),
        "today": days.today(),
    }
    return render(request, "training/absence.html", context)
