"""Sessions: planned, their roll-call opened, marked, closed, corrected, cancelled."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.base import days
from istidrak.base.scope import Scope
from istidrak.base.workflow import MoveRefused
from istidrak.outreach.forms.following import say_reused
from istidrak.people.actions import SubmissionReused
from istidrak.training import actions, forms, queries
from istidrak.training.models import Attendance, Session
from istidrak.training.queries.calendar import name_of
from istidrak.training.queries.sessions import corrections_of
from istidrak.training.rules import may_open_roll_call
from istidrak.training.views.common import READS_GROUPS, TEACHES
from istidrak.training.views.groups import group_page, visible_group

WORDS = dict(Attendance.Mark.choices)


@open_to(*TEACHES)
@require_POST
def create(request: HttpRequest, group: str) -> HttpResponse:
    """Plan a session of the group."""
    subject = visible_group(request, group)
    form = forms.SessionForm(request.POST, season=subject.season)
    if form.is_valid():
        try:
            session = actions.plan_session(by=request.user, group=subject, **form.cleaned_data)
        except actions.DayClosed as refusal:
            words = _(
                "The centre is closed on that day: %(name)s. Say below that the session takes place all the same."
            )
            form.add_error("date", words % {"name": name_of(refusal.closed, get_language() or "ar")})
        except SubmissionReused:
            say_reused(form)
        else:
            messages.success(request, _("The session is planned. Its roll-call is opened here on its day."))
            return redirect("training:session", session=session.uuid)
    return group_page(request, subject, session_form=form)


def _visible(scope: Scope, session: str) -> Session:
    rows = Session.objects.visible_to(scope).select_related("group__centre", "host", "closure")
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
    except MoveRefused as refusal:
        if refusal.state == Session.State.CANCELLED:
            messages.error(request, _("This session is cancelled: nobody is roll-called."))
        else:
            messages.error(request, _("The roll-call was opened meanwhile: it is shown below."))
    return redirect("training:session", session=subject.uuid)


@open_to(*READS_GROUPS)
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest, session: str) -> HttpResponse:
    """The roll-call."""
    if request.method == "GET":
        return _page(request, _visible(request.scope, session))
    subject = _visible(scope_acting_as(request, *TEACHES), session)
    acts = {"reopen": _with_reason, "cancel": _with_reason, "restore": _restore}
    try:
        return acts.get(request.POST.get("do", ""), _save)(request, subject)
    except actions.RollCallChanged as refusal:
        return _page(request, subject, typed=forms.marks_of(request.POST), changes=refusal.changes)
    except MoveRefused:
        subject.refresh_from_db()
        return _refused(request, subject)


def _save(request: HttpRequest, subject: Session) -> HttpResponse:
    sent = {
        "marks": forms.marks_of(request.POST),
        "seen": forms.marks_of(request.POST, "seen-"),
        "version": forms.version_of(request.POST),
    }
    if request.POST.get("do") == "close":
        actions.close_session(by=request.user, session=subject, **sent)
        messages.success(request, _("The roll-call is done."))
        return redirect("training:group", group=subject.group.uuid)
    actions.save_roll_call(by=request.user, session=subject, **sent)
    messages.success(request, _("Saved. Close the roll-call when the session is over."))
    return redirect("training:session", session=subject.uuid)


def _restore(request: HttpRequest, subject: Session) -> HttpResponse:
    actions.restore_session(by=request.user, session=subject)
    messages.success(request, _("The session is planned again."))
    return redirect("training:session", session=subject.uuid)


def _with_reason(request: HttpRequest, subject: Session) -> HttpResponse:
    form, is_reopening = forms.ReasonForm(request.POST), request.POST["do"] == "reopen"
    if not form.is_valid():
        return _page(request, subject, reason_form=form)
    reason = form.cleaned_data["reason"]
    if is_reopening:
        actions.reopen_session(by=request.user, session=subject, reason=reason)
        messages.success(request, _("The roll-call is open again."))
    else:
        actions.cancel_session(by=request.user, session=subject, reason=reason)
        messages.success(request, _("The session is cancelled: nobody is counted absent from it."))
    return redirect("training:session", session=subject.uuid)


def _refused(request: HttpRequest, subject: Session) -> HttpResponse:
    """The roll-call moved meanwhile. The same form sent again after a lost answer lost nothing: it is done."""
    marks = forms.marks_of(request.POST)
    rows = {row["enrolment"].uuid: row["mark"] for row in queries.roll_call_of(request.scope, subject)}
    is_done = subject.state == Session.State.CLOSED and request.POST.get("do") in {"save", "close"}
    if is_done and marks and all(rows.get(key) == mark for key, mark in marks.items()):
        messages.success(request, _("The roll-call is done."))
        return redirect("training:group", group=subject.group.uuid)
    return _page(request, subject, typed=marks, was_refused=True)


def _rows(request: HttpRequest, subject: Session, typed: dict, changes: list) -> list[dict[str, Any]]:
    """The roll-call as it stands; after another's saving, what this editor had changed stays chosen."""
    if subject.state in (Session.State.PLANNED, Session.State.CANCELLED):
        return []
    rows = queries.roll_call_of(request.scope, subject)
    seen, theirs = forms.marks_of(request.POST, "seen-"), {change.enrolment.uuid: change for change in changes}
    for row in rows:
        key = row["enrolment"].uuid
        row["chosen"] = row["mark"]
        if changes and key in typed and typed[key] != seen.get(key):
            row["chosen"] = typed[key]
        row["change"] = theirs.get(key)
    return rows


def _page(
    request: HttpRequest,
    subject: Session,
    *,
    typed: dict | None = None,
    changes: list | None = None,
    was_refused: bool = False,
    reason_form: forms.ReasonForm | None = None,
) -> HttpResponse:
    typed, changes = typed or {}, changes or []
    rows = _rows(request, subject, typed, changes)
    # What was typed while somebody else closed the roll-call is shown, not lost.
    unsaved = [
        (row["enrolment"].person, WORDS[mark])
        for row in rows
        if was_refused and (mark := typed.get(row["enrolment"].uuid, row["mark"])) != row["mark"] and mark in WORDS
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
        "was_refused": was_refused,
        "unsaved": unsaved,
        "changes": [
            (change.enrolment.person, WORDS[change.now], WORDS.get(change.wished or "", "")) for change in changes
        ],
        "submission": uuid.uuid4(),
        "lines": corrections_of(subject),
        "reason_form": reason_form or forms.ReasonForm(),
    }
    return render(request, "training/session.html", context)
