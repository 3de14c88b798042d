"""Planning sessions and taking roll-calls."""

import datetime as dt
import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from istidrak.base import days, history, workflow
from istidrak.organisations.models import Organisation
from istidrak.outreach import actions as outreach
from istidrak.people.actions import refuse_other
from istidrak.training.actions.absences import follow_absences
from istidrak.training.actions.calendar import BadDays, refuse_session_day
from istidrak.training.models import Attendance, Closure, Enrolment, Group, Session
from istidrak.training.queries.calendar import closed_days
from istidrak.training.rules import CAME, may_open_roll_call
from istidrak.training.rules.calendar import Holiday


class SessionToCome(Exception):
    """The roll-call of a day to come cannot be opened."""


class DayClosed(Exception):
    """The centre is closed on that day; `closed` says why."""

    def __init__(self, closed: Closure | Holiday):
        self.closed = closed
        super().__init__(str(closed))


@dataclass(frozen=True)
class Changed:
    """A mark that somebody else changed meanwhile: now, and what the second one wished (None: nothing else)."""

    enrolment: Enrolment
    now: str
    wished: str | None


class RollCallChanged(Exception):
    """Somebody saved other marks meanwhile; nothing was written. `changes`: which; `version`: where it stands now."""

    def __init__(self, changes: list[Changed], version: int):
        self.changes, self.version = changes, version
        super().__init__(f"{len(changes)} marks changed meanwhile")


@transaction.atomic
def plan_session(
    *,
    by: Any,
    group: Group,
    date: dt.date,
    title: str = "",
    kind: str = Session.Kind.LESSON,
    host: Organisation | None = None,
    starts_at: dt.time | None = None,
    ends_at: dt.time | None = None,
    is_despite_closed_day: bool = False,
    submission: uuids.UUID | None = None,
) -> Session:
    """A session of a group on a day; until its roll-call is opened it is "not taken".

    Raises BadDays for a day outside what the season allows or an end before the start, DayClosed unless it is
    said that the session takes place all the same. A form sent twice plans once; SubmissionReused when it comes
    again with something else, or from another group's page.
    """
    sent = {"group": group, "date": date, "title": title, "kind": kind}
    sent |= {"host": host, "starts_at": starts_at, "ends_at": ends_at}
    if submission and (known := Session.unscoped.filter(submission=submission).first()):
        refuse_other(known, **sent)
        return known
    if starts_at and ends_at and ends_at <= starts_at:
        raise BadDays("BACKWARDS")
    refuse_session_day(group, date)
    closed = closed_days(group.centre, date, date).get(date)
    if closed is not None and not is_despite_closed_day:
        raise DayClosed(closed)
    session = Session.unscoped.create(**sent, submission=submission)
    history.record(session, "plan_session", by=by, details={"despite": True} if closed else {})
    return session


@transaction.atomic
def cancel_session(*, by: Any, session: Session, reason: str) -> None:
    """The session does not take place: nobody is absent from it. Raises MoveRefused, ReasonMissing."""
    workflow.move(session, "cancel", by=by, reason=reason)


@transaction.atomic
def restore_session(*, by: Any, session: Session) -> None:
    """A cancelled session takes place after all. Raises MoveRefused."""
    workflow.move(session, "restore", by=by, closure=None)


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
def save_roll_call(
    *,
    by: Any,
    session: Session,
    marks: Mapping[uuids.UUID, str],
    seen: Mapping[uuids.UUID, str] | None = None,
    version: int | None = None,
) -> int:
    """Set the marks of some learners (by enrolment uuid) of an open roll-call; returns how many changed.

    `version` and `seen`: the version and marks that the editor started from. Saved twice is once. Raises
    MoveRefused when the roll-call is not open, RollCallChanged when somebody saved other marks meanwhile.
    """
    _lock_open(session)
    marks = {key: mark for key, mark in marks.items() if mark in Attendance.Mark.values}
    kept = {row.enrolment.uuid: row for row in session.attendances.select_related("enrolment__person")}
    if version is not None and version != session.version:
        _refuse_overwriting(session, kept, marks, seen or {})
    changed = _set_marks(session, kept, marks)
    if changed:
        Session.unscoped.filter(pk=session.pk).update(version=F("version") + 1)
        session.version += 1
        history.record(session, "save_roll_call", by=by, details={"changed": changed})
    return len(changed)


def _lock_open(session: Session) -> None:
    # The row is locked by an update, so that two savings wait for each other on either database.
    still_open = Session.unscoped.filter(pk=session.pk, state=Session.State.OPENED).update(title=F("title"))
    session.refresh_from_db(fields=["state", "version"])
    if not still_open:
        raise workflow.MoveRefused("save_roll_call", session.state)


def _refuse_overwriting(
    session: Session,
    kept: Mapping[uuids.UUID, Attendance],
    marks: Mapping[uuids.UUID, str],
    seen: Mapping[uuids.UUID, str],
) -> None:
    """What now stands and is neither what the editor saw nor what the editor wishes was written by somebody else."""
    changes = []
    for key, row in kept.items():
        if key not in marks or row.mark in (seen.get(key), marks[key]):
            continue
        wished = marks[key] if marks[key] != seen.get(key) else None
        changes.append(Changed(row.enrolment, row.mark, wished))
    if changes:
        raise RollCallChanged(changes, session.version)


def _set_marks(
    session: Session, kept: Mapping[uuids.UUID, Attendance], marks: Mapping[uuids.UUID, str]
) -> dict[str, list[str]]:
    """Write the marks; {enrolment's uuid: [before, after]} of those that changed."""
    changed = {}
    moved = [row for key, row in kept.items() if key in marks and marks[key] != row.mark]
    for row in moved:
        changed[str(row.enrolment.uuid)] = [row.mark, marks[row.enrolment.uuid]]
        row.mark = marks[row.enrolment.uuid]
    Attendance.objects.bulk_update(moved, ["mark"])
    # A learner enrolled after the roll-call was opened has no mark until somebody gives one.
    late_comers = Enrolment.unscoped.filter(
        group_id=session.group_id,
        state=Enrolment.State.ENROLLED,
        enrolled_date__lte=session.date,  # nobody was present before they came
        uuid__in=set(marks) - set(kept),
    )
    fresh = [Attendance(session=session, enrolment=row, mark=marks[row.uuid]) for row in late_comers]
    Attendance.objects.bulk_create(fresh)
    return changed | {str(row.enrolment.uuid): ["", row.mark] for row in fresh}


@transaction.atomic
def close_session(
    *,
    by: Any,
    session: Session,
    marks: Mapping[uuids.UUID, str] | None = None,
    seen: Mapping[uuids.UUID, str] | None = None,
    version: int | None = None,
) -> None:
    """The roll-call is done, with the last marks: who came counts one session more towards the arrival, once.

    Absences in a row raise a follow-up; whoever came again ends theirs. Raises MoveRefused, RollCallChanged.
    """
    if marks:
        save_roll_call(by=by, session=session, marks=marks, seen=seen, version=version)
    workflow.move(session, "close", by=by)
    came = Attendance.objects.filter(session=session, mark__in=CAME, is_counted=False)
    centre = session.group.centre
    for attendance in came.select_related("enrolment__person"):
        outreach.attend_session(by=by, person=attendance.enrolment.person, centre=centre, on=session.date)
    came.update(is_counted=True)
    follow_absences(by=by, session=session)


@transaction.atomic
def reopen_session(*, by: Any, session: Session, reason: str) -> None:
    """Correct a roll-call that was done; the marks stay as they were. Raises MoveRefused, ReasonMissing."""
    workflow.move(session, "reopen", by=by, reason=reason)
