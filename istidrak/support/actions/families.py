"""Complaints of families: registered with a holder and a day, taken up by another, answered once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from istidrak.accounts.models import Assignment, User
from istidrak.accounts.roles import ComplaintsOfficer, SupportCoordinator
from istidrak.base import days, history, workflow
from istidrak.base.parameters import value_of
from istidrak.people import actions as people
from istidrak.support.actions.registrations import directorate_of
from istidrak.support.models import Complaint, Registration
from istidrak.support.rules.months import months_of_year

ANSWERS = ("accept", "refuse")


class ComplaintRefused(Exception):
    """The step is not possible; `code` says why (words stand with the page)."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


@transaction.atomic
def register_complaint(
    *,
    by: Any,
    registration: Registration,
    about: str,
    channel: str,
    text: str,
    received_date: dt.date,
    month: int | None = None,
    submission: uuid.UUID | None = None,
) -> Complaint:
    """Keep an objection of a family about a registered pupil (and a month of that year, 201810, or none of them).

    It is answered within the days of `support.answer_days`, by whoever registers it when that is a complaints
    officer, else by the one of the school's directorate. The same `submission` again returns the first. Raises
    ComplaintRefused: "month", "future" (a day to come), "empty", "nobody" when no complaints officer or coordinator
    of the directorate could hold it; SubmissionReused.
    """
    said = {"registration_id": registration.pk, "about": about, "channel": channel, "text": text.strip()}
    said |= {"month": month, "received_date": received_date}
    if submission and (before := Complaint.unscoped.filter(submission=submission).first()):
        people.refuse_other(before, **said)
        return before
    if not text.strip():
        raise ComplaintRefused("empty")
    if month is not None and month not in months_of_year(registration.school_year):
        raise ComplaintRefused("month")
    if received_date > days.today():
        raise ComplaintRefused("future")
    answer_days: Any = value_of("support.answer_days", as_of=received_date).value
    complaint = Complaint.unscoped.create(
        **said,
        due_date=received_date + dt.timedelta(days=answer_days),
        holder=_holder(by, registration),
        submission=submission,
    )
    details = {"registration": registration.pk, "month": month, "due": str(complaint.due_date)}
    history.record(complaint, "complain", by=by, thread=registration.person, after=complaint.state, details=details)
    return complaint


def _holder(by: Any, registration: Registration) -> Any:
    """Who answers: the officer who registers, else the first of the directorate, else its coordinator."""
    if by.holds(ComplaintsOfficer):
        return by
    directorate = directorate_of(registration.school)
    for role in (ComplaintsOfficer, SupportCoordinator):
        held = (
            Assignment.objects.in_force(days.today()).filter(role=role.code, organisation=directorate).order_by("pk")
        )
        user = User.objects.filter(pk__in=held.values("user")[:1]).first() if directorate else None
        if user is not None:
            return user
    raise ComplaintRefused("nobody")


@transaction.atomic
def take_up(*, by: Any, complaint: Complaint) -> None:
    """Whoever presses holds the complaint from now on. Raises MoveRefused once it is answered."""
    held = Complaint.unscoped.select_for_update().get(pk=complaint.pk)
    if held.state != Complaint.State.RECEIVED:
        raise workflow.MoveRefused("take_up", held.state)
    if held.holder_id == by.pk:
        return
    before = held.holder_id
    Complaint.unscoped.filter(pk=held.pk).update(holder=by)
    details = {"holder": [before, by.pk]}
    history.record(held, "take_up_complaint", by=by, thread=held.registration.person, details=details)


def answer(*, by: Any, complaint: Complaint, verb: str, text: str) -> None:
    """Accept or refuse ("accept", "refuse"), with the reason that the family reads. Raises MoveRefused,
    ReasonMissing."""
    if verb not in ANSWERS:
        raise workflow.MoveRefused(verb, complaint.state)
    workflow.move(
        complaint,
        verb,
        by=by,
        reason=text.strip(),
        thread=complaint.registration.person,
        answer=text.strip(),
        answered_by=by,
        answered_at=days.now(),
    )
