"""The timetable of a group, and the days on which nobody is taught."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.base import days, paging, workflow
from istidrak.base.exchange.answers import workbook_answer
from istidrak.base.templatetags.ui import day_words
from istidrak.outreach.forms.following import say_reused
from istidrak.people.actions import SubmissionReused
from istidrak.training import actions, forms
from istidrak.training.models import Closure, TimetableEntry
from istidrak.training.queries import calendar as queries
from istidrak.training.views.common import CLOSES_DAYS, READS_GROUPS, TEACHES
from istidrak.training.views.groups import visible_group


@open_to(*READS_GROUPS)
@require_http_methods(["GET", "POST"])
def timetable(request: HttpRequest, group: str) -> HttpResponse:
    """What a group does each week; the plan makes the sessions."""
    if request.method == "POST":
        request.scope = scope_acting_as(request, *TEACHES)
    subject = visible_group(request, group)
    if request.method == "GET":
        return (
            _timetable_workbook(request, subject) if request.GET.get("format") else _timetable_page(request, subject)
        )
    return _plan(request, subject) if request.POST.get("do") == "plan" else _add(request, subject)


def _add(request: HttpRequest, subject: Any) -> HttpResponse:
    form = forms.TimetableForm(request.POST, season=subject.season)
    if form.is_valid():
        try:
            actions.put_in_timetable(by=request.user, group=subject, **form.cleaned_data)
        except actions.AlreadyInTimetable:
            form.add_error(None, _("This is already in the timetable from that day."))
        else:
            messages.success(request, _("Added to the timetable. Plan the sessions once the week is complete."))
            return redirect("training:timetable", group=subject.uuid)
    return _timetable_page(request, subject, entry_form=form)


def _plan(request: HttpRequest, subject: Any) -> HttpResponse:
    form = forms.PlanForm(request.POST, season=subject.season)
    if not form.is_valid():
        return _timetable_page(request, subject, plan_form=form)
    outcome = actions.plan_timetable(by=request.user, group=subject, until=form.cleaned_data["until"])
    made = len(outcome.made)
    words = ngettext("%(number)d session planned.", "%(number)d sessions planned.", made) % {"number": made}
    if outcome.already:
        words += " " + _("Already there: %(number)d.") % {"number": outcome.already}
    messages.success(request, words)
    if outcome.skipped:
        # What was left out is said: nobody wonders why a day has no session.
        language = get_language() or "ar"
        named = {f"{day_words(day)} ({queries.name_of(closed, language)})": None for day, closed in outcome.skipped}
        messages.info(request, _("Closed days skipped: %(days)s") % {"days": "؛ ".join(named)})
    return redirect("training:timetable", group=subject.uuid)


def _timetable_page(request: HttpRequest, subject: Any, **bound: Any) -> HttpResponse:
    context = {
        "group": subject,
        "entries": queries.timetable_of(request.scope, subject),
        "may_plan": request.user.holds(*TEACHES),
        "entry_form": forms.TimetableForm(season=subject.season),
        "plan_form": forms.PlanForm(season=subject.season, auto_id="plan_%s"),
    }
    return render(request, "training/timetable.html", {**context, **bound})


def _timetable_workbook(request: HttpRequest, subject: Any) -> HttpResponse:
    columns = [
        *((_("Day of the week"), 14, "text"), (_("Kind of session"), 22, "text"), (_("Subject"), 30, "text")),
        *((_("From (hour)"), 10, "text"), (_("Until (hour)"), 10, "text"), (_("School"), 30, "text")),
        *((_("From (day)"), 12, "day"), (_("Until (day)"), 12, "day")),
    ]
    lines = (
        (
            *(e.get_weekday_display(), e.get_kind_display(), e.title, _hour(e.starts_at), _hour(e.ends_at)),
            *(str(e.host or ""), e.first_date, e.last_date),
        )
        for e in queries.timetable_of(request.scope, subject)
    )
    return workbook_answer(request, "timetable", subject.name, columns, lines)


def _hour(time: Any) -> str:
    return time.strftime("%H:%M") if time else ""


@open_to(*TEACHES)
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, timetable_entry: str) -> HttpResponse:
    """End a line of the timetable: its later sessions are cancelled."""
    rows = TimetableEntry.objects.visible_to(request.scope).select_related("group", "host")
    subject = get_object_or_404(rows, uuid=timetable_entry)
    form = forms.EndEntryForm(request.POST or None, entry=subject)
    if request.method == "POST" and form.is_valid():
        number = actions.end_timetable_entry(by=request.user, entry=subject, **form.cleaned_data)
        words = ngettext("Ended; %(number)d session cancelled.", "Ended; %(number)d sessions cancelled.", number)
        messages.success(request, words % {"number": number})
        return redirect("training:timetable", group=subject.group.uuid)
    return render(request, "training/timetable_entry.html", {"entry": subject, "form": form})


@open_to(*READS_GROUPS)
@require_http_methods(["GET", "POST"])
def closures(request: HttpRequest) -> HttpResponse:
    """Closed days that concern me; whoever answers for a body closes its days."""
    form = None
    if request.user.holds(*CLOSES_DAYS):
        held = [a for a in request.user.current_assignments if a.role in {role.code for role in CLOSES_DAYS}]
        bodies = queries.closing_bodies(request.scope, held)
        form = forms.ClosureForm(request.POST or None, bodies=bodies)
    if request.method == "POST":
        scope_acting_as(request, *CLOSES_DAYS)
        if form is not None and form.is_valid() and (answer := _close(request, form)):
            return answer
    rows = queries.closures(request.scope)
    if request.GET.get("format") == "xlsx":
        return _closures_workbook(request, rows)
    today = days.today()
    context = {
        "page": paging.page_of(rows, after=request.GET.get("after", "")),
        "holidays": queries.holidays_between(today, today.replace(year=today.year + 1)),
        "form": form,
    }
    return render(request, "training/closures.html", context)


def _close(request: HttpRequest, form: forms.ClosureForm) -> HttpResponse | None:
    organisation = form.organisation()
    typed = {key: value for key, value in form.cleaned_data.items() if key != "body"}
    try:
        closure = actions.close_days(by=request.user, organisation=organisation, **typed)
    except SubmissionReused:
        say_reused(form)
        return None
    number = queries.cancelled_by(closure)
    words = ngettext(
        "Closed; %(number)d planned session is cancelled.",
        "Closed; %(number)d planned sessions are cancelled.",
        number,
    )
    messages.success(request, words % {"number": number})
    return redirect("training:closure", closure=closure.uuid)


def _closures_workbook(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = [
        *((_("First closed day"), 14, "day"), (_("Last closed day"), 14, "day"), (_("Where"), 34, "text")),
        *(
            (_("Kind of closing"), 26, "text"),
            (_("Reason in Arabic"), 34, "text"),
            (_("Reason in French"), 34, "text"),
        ),
        *((_("Text that says so"), 30, "text"), (_("State"), 14, "text")),
    ]
    lines = (
        (
            *(c.start_date, c.end_date, str(c.organisation or _("The whole country")), c.get_kind_display()),
            *(c.name_ar, c.name_fr, c.source, c.get_state_display()),
        )
        for c in rows
    )
    return workbook_answer(request, "closed-days", _("Closed days"), columns, lines)


def _may_take_back(request: HttpRequest, subject: Closure) -> bool:
    held = {a.organisation_id: a.organisation for a in request.user.current_assignments if _closes(a)}
    if subject.organisation_id is None:
        return any(body.kind == "MINISTRY" for body in held.values())
    return subject.organisation_id in held


def _closes(assignment: Any) -> bool:
    return assignment.role in {role.code for role in CLOSES_DAYS}


@open_to(*READS_GROUPS)
@require_http_methods(["GET", "POST"])
def closure(request: HttpRequest, closure: str) -> HttpResponse:
    """One closing: its sessions in numbers; taken back by the body that made it."""
    subject = get_object_or_404(queries.closures(request.scope), uuid=closure)
    may_take_back = _may_take_back(request, subject)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST":
        if not may_take_back:
            scope_acting_as(request)  # refuses: closed by another body
        if form.is_valid():
            return _take_back(request, subject, form.cleaned_data["reason"])
    context = {
        "closure": subject,
        "form": form,
        "may_take_back": may_take_back and bool(workflow.open_moves(subject)),
        "cancelled": queries.cancelled_by(subject),
    }
    return render(request, "training/closure.html", context)


def _take_back(request: HttpRequest, subject: Closure, reason: str) -> HttpResponse:
    try:
        number = actions.take_back_closure(by=request.user, closure=subject, reason=reason)
    except workflow.MoveRefused:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
    else:
        words = ngettext(
            "Taken back; %(number)d session is planned again.",
            "Taken back; %(number)d sessions are planned again.",
            number,
        )
        messages.success(request, words % {"number": number})
    return redirect("training:closure", closure=subject.uuid)
