"""Asking after learners who stay away."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from istidrak.base import days, history, parameters, workflow
from istidrak.base.models import History
from istidrak.training.models import AbsenceFollowUp, Attendance, Enrolment, Session
from istidrak.training.rules import CAME
from istidrak.training.rules.absence import Row, absences_in_a_row, outcome_of

NUMBER, DAYS = "training.absences_in_a_row", "training.absence_follow_up_days"


def follow_absences(*, by: Any, session: Session) -> list[AbsenceFollowUp]:
    """After a roll-call is done: raise, lengthen or end the follow-ups of its learners; those raised anew.

    Within the caller's transaction. Done twice, it changes nothing more. Six queries, and two for each change.
    """
    learners = list(
        Enrolment.unscoped.filter(attendances__session=session).select_related("person", "group__centre").distinct()
    )
    marks = _marks_of(learners)
    waiting = {
        row.enrolment_id: row
        for row in AbsenceFollowUp.unscoped.filter(enrolment__in=learners, state__in=AbsenceFollowUp.WAITING)
    }
    number, within = _numbers(session)
    raised = []
    for learner in learners:
        row, follow_up = absences_in_a_row(marks[learner.pk]), waiting.get(learner.pk)
        if follow_up is not None:
            _go_on(by, follow_up, row, number, marks[learner.pk], learner)
        elif row is not None and row.count >= number and learner.state == Enrolment.State.ENROLLED:
            raised.append(_raise(by, learner, row, within))
    return raised


def _numbers(session: Session) -> tuple[int, int]:
    today, place = days.today(), session.group.centre.place_number
    known = parameters.parameters_on(today, NUMBER, DAYS)
    return int(str(known.resolve(NUMBER, place).value)), int(str(known.resolve(DAYS, place).value))


def _marks_of(learners: Iterable[Enrolment]) -> dict[int, list[tuple[dt.date, str]]]:
    """Marks of the roll-calls that are done, in the order of the sessions; one query."""
    marks: dict[int, list[tuple[dt.date, str]]] = {learner.pk: [] for learner in learners}
    rows = Attendance.objects.filter(enrolment__in=list(marks), session__state=Session.State.CLOSED)
    ordered = rows.order_by("session__date", "session__starts_at", "session_id")
    for enrolment, date, mark in ordered.values_list("enrolment_id", "session__date", "mark"):
        marks[enrolment].append((date, mark))
    return marks


def _raise(by: Any, learner: Enrolment, row: Row, within: int) -> AbsenceFollowUp:
    follow_up = AbsenceFollowUp.unscoped.create(
        person=learner.person,
        enrolment=learner,
        since_date=row.since,
        last_date=row.last,
        count=row.count,
        due_date=days.today() + dt.timedelta(days=within),
    )
    details = {"count": row.count, "since": row.since.isoformat()}
    history.record(follow_up, "raise_absence", by=by, thread=learner.person, after=follow_up.state, details=details)
    return follow_up


def _go_on(by: Any, follow_up: AbsenceFollowUp, row: Row | None, number: int, marks: Any, learner: Enrolment) -> None:
    came = [day for day, mark in marks if mark in CAME and day >= follow_up.last_date]
    match outcome_of(row, number, bool(came)):
        case "COME_BACK":
            workflow.move(follow_up, "come_back", by=by, thread=learner.person, ended_date=came[0])
        case "SET_ASIDE":
            workflow.move(follow_up, "set_aside", by=by, thread=learner.person, ended_date=days.today())
        case _ if row is not None:
            AbsenceFollowUp.unscoped.filter(pk=follow_up.pk).update(
                since_date=row.since, last_date=row.last, count=row.count
            )


@transaction.atomic
def contact_absent(*, by: Any, follow_up: AbsenceFollowUp, said: str, due_date: dt.date) -> None:
    """Somebody spoke with the learner or the family: what was said, and until when the learner is awaited.

    A form sent twice writes once. Raises PastDay, MoveRefused, ReasonMissing.
    """
    if follow_up.state == AbsenceFollowUp.State.CONTACTED and follow_up.due_date == due_date:
        last = History.objects.filter(subject=history.key_of(follow_up), verb="contact").order_by("-pk").first()
        if last is not None and last.reason == said and last.by_id == by.pk:
            return
    if due_date < days.today():
        raise PastDay(due_date)
    workflow.move(follow_up, "contact", by=by, thread=follow_up.person, reason=said, due_date=due_date)


class PastDay(Exception):
    """The day until which a learner is awaited is past."""


@transaction.atomic
def end_absence_follow_ups(*, by: Any, enrolment: Enrolment, reason: str) -> int:
    """The learner left the group: nobody asks after them here any more. Returns how many follow-ups ended."""
    rows = AbsenceFollowUp.unscoped.filter(enrolment=enrolment, state__in=AbsenceFollowUp.WAITING)
    ended = list(rows.select_related("person"))
    for row in ended:
        workflow.move(row, "leave", by=by, thread=row.person, reason=reason, ended_date=days.today())
    return len(ended)
