"""Sessions: planned, their roll-call opened, marked, closed, corrected."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.base import days
from istidrak.base.scope import Scope
from istidrak.base.workflow import MoveRefused
from istidrak.training import actions, forms, queries
from istidrak.training.models import Attendance, Session
from istidrak.training.rules import may_open_roll_call
from istidrak.training.views.common import READS_GROUPS, TEACHES, scope_acting_as
from istidrak.training.views.groups import group_page, visible_group


@open_to(*TEACHES)
@require_POST
def create(request: HttpRequest, group: str) -> HttpResponse:
    """Plan a session of the group."""
    subject = visible_group(request, group)
    form = forms.SessionForm(request.POST, season=subject.season)
    if not form.is_valid():
        return group_page(request, subject, session_form=form)
    session = actions.plan_session(by=request.user, group=subject, **form.cleaned_data)
    messages.success(request, _("The session is planned. Its roll-call is opened here on its day."))
    return redirect("training:session", session=session.uuid)


def _visible(scope: Scope, session: str) -> Session:
    rows = Session.objects.visible_to(scope).select_related("group__centre")
    return get_object_or_404(rows, uuid=session)


@open_to(*TEACHES)
@require_POST
def open_roll_call(request: HttpRequest, session: str) -> HttpResponse:
    """Open the roll-call: everybody is present until marked otherwise."""
    subject = _visible(request.scope, session)
    try:
        actions.open_session(by=request.user, session=subject)
    except actions.SessionToCome:
        messages.error(request, _("This session is still to come: its roll-call is opened on its day."))
    except MoveRefused:
        messages.error(request, _("The roll-call was opened meanwhile: it is shown below."))
    return redirect("training:session", session=subject.uuid)


@open_to(*READS_GROUPS)
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest, session: str) -> HttpResponse:
    """The roll-call."""
    if request.method == "GET":
        return _page(request, _visible(request.scope, session))
    subject = _visible(scope_acting_as(request, *TEACHES), session)
    marks = forms.marks_of(request.POST)
    try:
        match request.POST.get("do"):
            case "reopen":
                return _reopen(request, subject)
            case "close":
                actions.close_session(by=request.user, session=subject, marks=marks)
                messages.success(request, _("The roll-call is done."))
                return redirect("training:group", group=subject.group.uuid)
            case _:
                actions.save_roll_call(by=request.user, session=subject, marks=marks)
                messages.success(request, _("Saved. Close the roll-call when the session is over."))
    except MoveRefused:
        subject.refresh_from_db()
        return _page(request, subject, typed=marks)
    return redirect("training:session", session=subject.uuid)


def _reopen(request: HttpRequest, subject: Session) -> HttpResponse:
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, subject, reopen_form=form)
    actions.reopen_session(by=request.user, session=subject, reason=form.cleaned_data["reason"])
    messages.success(request, _("The roll-call is open again."))
    return redirect("training:session", session=subject.uuid)


def _page(
    request: HttpRequest, subject: Session, *, typed: dict | None = None, reopen_form: forms.ReasonForm | None = None
) -> HttpResponse:
    rows = queries.roll_call_of(request.scope, subject) if subject.state != Session.State.PLANNED else []
    words = dict(Attendance.Mark.choices)
    # What was typed while somebody else closed the roll-call is shown, not lost.
    unsaved = [
        (row["enrolment"].person, words[mark])
        for row in rows
        if (mark := (typed or {}).get(row["enrolment"].uuid, row["mark"])) != row["mark"] and mark in words
    ]
    context = {
        "session": subject,
        "rows": rows,
        "counts": [
            (label, count)
            for mark, label in Attendance.Mark.choices
            if (count := sum(row["mark"] == mark for row in rows))
        ],
        "marks": Attendance.Mark.choices,
        "may_mark": request.user.holds(*TEACHES),
        "is_to_come": not may_open_roll_call(subject.date, days.today()),
        "was_refused": typed is not None,
        "unsaved": unsaved,
        "reopen_form": reopen_form or forms.ReasonForm(),
    }
    return render(request, "training/session.html", context)
