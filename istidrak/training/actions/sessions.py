"""Planning sessions and taking roll-calls."""

import datetime as dt
import uuid as uuids
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from istidrak.base import days, history, workflow
from istidrak.outreach import actions as outreach
from istidrak.training.models import Attendance, Enrolment, Group, Session
from istidrak.training.rules import CAME, may_open_roll_call


class SessionToCome(Exception):
    """The roll-call of a day to come cannot be opened."""


@transaction.atomic
def plan_session(*, by: Any, group: Group, date: dt.date, title: str = "") -> Session:
    """A session of a group on a day; until its roll-call is opened it is "not taken"."""
    session = Session.unscoped.create(group=group, date=date, title=title)
    history.record(session, "plan_session", by=by)
    return session


@transaction.atomic
def open_session(*, by: Any, session: Session) -> None:
    """Open the roll-call: everybody enrolled that day is present until marked otherwise.

    Opened late, it also holds those who completed since. Who dropped out since gets no mark: their educators no
    longer see them, and a presence that nobody could correct is not supposed. Raises SessionToCome, MoveRefused.
    """
    if not may_open_roll_call(session.date, days.today()):
        raise SessionToCome(session.pk)
    workflow.move(session, "open", by=by)
    learners = Enrolment.unscoped.filter(
        Q(state=Enrolment.State.ENROLLED) | Q(state=Enrolment.State.COMPLETED, left_date__gte=session.date),
        group_id=session.group_id,
        enrolled_date__lte=session.date,
    )
    Attendance.objects.bulk_create(
        [Attendance(session=session, enrolment=learner, mark=Attendance.Mark.PRESENT) for learner in learners],
        ignore_conflicts=True,
    )


@transaction.atomic
def save_roll_call(*, by: Any, session: Session, marks: Mapping[uuids.UUID, str]) -> int:
    """Set the marks of some learners (by enrolment uuid) of an open roll-call; returns how many changed.

    Saved twice is once. Raises MoveRefused when the roll-call is not open.
    """
    still_open = Session.unscoped.filter(pk=session.pk, state=Session.State.OPENED).update(title=session.title)
    if not still_open:
        session.refresh_from_db(fields=["state"])
        raise workflow.MoveRefused("save_roll_call", session.state)
    changed = _set_marks(session, {k: v for k, v in marks.items() if v in Attendance.Mark.values})
    if changed:
        history.record(session, "save_roll_call", by=by, details={"changed": changed})
    return changed


def _set_marks(session: Session, marks: Mapping[uuids.UUID, str]) -> int:
    kept = {row.enrolment.uuid: row for row in session.attendances.select_related("enrolment")}
    changed = [(row, marks[key]) for key, row in kept.items() if key in marks and marks[key] != row.mark]
    for row, mark in changed:
        row.mark = mark
        row.save(update_fields=["mark"])
    # A learner enrolled after the roll-call was opened has no mark until somebody gives one.
    late_comers = Enrolment.unscoped.filter(
        group_id=session.group_id, state=Enrolment.State.ENROLLED, uuid__in=set(marks) - set(kept)
    )
    fresh = [Attendance(session=session, enrolment=row, mark=marks[row.uuid]) for row in late_comers]
    Attendance.objects.bulk_create(fresh)
    return len(changed) + len(fresh)


@transaction.atomic
def close_session(*, by: Any, session: Session, marks: Mapping[uuids.UUID, str] | None = None) -> None:
    """The roll-call is done, with the last marks: who came counts one session more towards the arrival, once.

    Raises MoveRefused.
    """
    if marks:
        save_roll_call(by=by, session=session, marks=marks)
    workflow.move(session, "close", by=by)
    came = Attendance.objects.filter(session=session, mark__in=CAME, is_counted=False)
    centre = session.group.centre
    for attendance in came.select_related("enrolment__person"):
        outreach.attend_session(by=by, person=attendance.enrolment.person, centre=centre, on=session.date)
    came.update(is_counted=True)


@transaction.atomic
def reopen_session(*, by: Any, session: Session, reason: str) -> None:
    """Correct a roll-call that was done; the marks stay as they were. Raises MoveRefused, ReasonMissing."""
    workflow.move(session, "reopen", by=by, reason=reason)
