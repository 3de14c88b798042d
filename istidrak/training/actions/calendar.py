"""Closing days, and planning the sessions of each week."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, history, workflow
from istidrak.organisations.models import Organisation
from istidrak.outreach.rules.following import earliest_day, latest_due
from istidrak.people.actions import refuse_other
from istidrak.training.models import Closure, Group, Session, TimetableEntry
from istidrak.training.queries.calendar import closed_days
from istidrak.training.rules.calendar import Holiday, days_of_week

LONGEST = dt.timedelta(days=100)  # a closure longer than the summer was mistyped


class BadDays(Exception):
    """Days that cannot be. `code`: BACKWARDS, BEFORE_SEASON, TOO_FAR, TOO_LONG."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


class AlreadyInTimetable(Exception):
    """The group already has this on that weekday from that day."""


def refuse_session_day(group: Group, *dates: dt.date) -> None:
    """A session is not long before its season, nor more than a year ahead. Raises BadDays."""
    if min(dates) < earliest_day(group.season.year):
        raise BadDays("BEFORE_SEASON")
    if max(dates) > latest_due(days.today()):
        raise BadDays("TOO_FAR")


@transaction.atomic
def close_days(
    *,
    by: Any,
    organisation: Organisation | None,
    kind: str,
    start_date: dt.date,
    end_date: dt.date,
    name_ar: str = "",
    name_fr: str = "",
    source: str = "",
    submission: uuid.UUID | None = None,
) -> Closure:
    """Close days of a body (None: the country): its planned sessions are cancelled, with this as the reason.

    A session whose roll-call was opened took place and stays. A form sent twice closes once. Raises BadDays;
    SubmissionReused when the form comes again with something else.
    """
    sent = {"organisation": organisation, "kind": kind, "start_date": start_date, "end_date": end_date}
    sent |= {"name_ar": name_ar, "name_fr": name_fr, "source": source, "made_by": by}
    if submission and (known := Closure.unscoped.filter(submission=submission).first()):
        refuse_other(known, **sent)
        return known
    if end_date < start_date:
        raise BadDays("BACKWARDS")
    if end_date - start_date > LONGEST:
        raise BadDays("TOO_LONG")
    if end_date > latest_due(days.today()):
        raise BadDays("TOO_FAR")
    closure = Closure.unscoped.create(**sent, submission=submission, made_at=days.now())
    history.record(closure, "close_days", by=by, reason=closure.name_ar or closure.name_fr)
    _cancel_sessions(by, closure)
    return closure


def _cancel_sessions(by: Any, closure: Closure) -> None:
    rows = Session.unscoped.filter(
        state=Session.State.PLANNED, date__gte=closure.start_date, date__lte=closure.end_date
    )
    body = closure.organisation
    if body is not None and body.kind in ("ACADEMY", "DIRECTORATE") and body.place is not None:
        rows = rows.filter(group__centre__place_number__range=body.place.span)
    elif body is not None:
        rows = rows.filter(group__centre=body)
    reason = closure.name_ar or closure.name_fr
    for session in rows.order_by("pk"):
        workflow.move(session, "cancel", by=by, reason=reason, closure=closure)


@transaction.atomic
def take_back_closure(*, by: Any, closure: Closure, reason: str) -> int:
    """Days closed by mistake are open again; the sessions that this cancelled are planned again: how many.

    Raises MoveRefused, ReasonMissing.
    """
    workflow.move(closure, "take_back_closure", by=by, reason=reason)
    rows = list(
        Session.unscoped.filter(closure=closure, state=Session.State.CANCELLED).select_related("group__centre")
    )
    again = 0
    for session in rows:
        if session.date not in closed_days(session.group.centre, session.date, session.date):
            workflow.move(session, "restore", by=by, closure=None)
            again += 1
    return again


@transaction.atomic
def put_in_timetable(
    *,
    by: Any,
    group: Group,
    weekday: int,
    kind: str,
    first_date: dt.date,
    last_date: dt.date,
    title: str = "",
    host: Organisation | None = None,
    starts_at: dt.time | None = None,
    ends_at: dt.time | None = None,
) -> TimetableEntry:
    """What a group does on a weekday, from day to day. Raises BadDays, AlreadyInTimetable."""
    if last_date < first_date or (starts_at and ends_at and ends_at <= starts_at):
        raise BadDays("BACKWARDS")
    refuse_session_day(group, first_date, last_date)
    try:
        with transaction.atomic():
            entry = TimetableEntry.unscoped.create(
                group=group,
                weekday=weekday,
                kind=kind,
                title=title,
                host=host,
                starts_at=starts_at,
                ends_at=ends_at,
                first_date=first_date,
                last_date=last_date,
            )
    except IntegrityError as error:
        raise AlreadyInTimetable(group.pk) from error
    history.record(entry, "put_in_timetable", by=by, thread=group)
    return entry


@transaction.atomic
def end_timetable_entry(*, by: Any, entry: TimetableEntry, last_date: dt.date, reason: str) -> int:
    """The group no longer does it after a day: later sessions still planned are cancelled; how many.

    Raises BadDays when the day is before the first, ReasonMissing.
    """
    if not reason.strip():
        raise workflow.ReasonMissing("end_timetable_entry")
    if last_date < entry.first_date or last_date > entry.last_date:
        raise BadDays("BACKWARDS")
    TimetableEntry.unscoped.filter(pk=entry.pk).update(last_date=last_date)
    entry.last_date = last_date
    history.record(entry, "end_timetable_entry", by=by, thread=entry.group, reason=reason)
    later = list(Session.unscoped.filter(entry=entry, state=Session.State.PLANNED, date__gt=last_date))
    for session in later:
        workflow.move(session, "cancel", by=by, reason=reason)
    return len(later)


@dataclass
class Planned:
    """What planning a timetable did: sessions made, those already there, days skipped with what closes them."""

    made: list[Session] = field(default_factory=list)
    already: int = 0
    skipped: list[tuple[dt.date, Closure | Holiday]] = field(default_factory=list)


@transaction.atomic
def plan_timetable(*, by: Any, group: Group, until: dt.date) -> Planned:
    """Plan the sessions of a group's timetable up to a day; done twice, it adds nothing. Closed days are skipped.

    Raises BadDays.
    """
    refuse_session_day(group, until)
    # The row of the group is locked by an update: two plans at once do not both find a day free.
    Group.unscoped.filter(pk=group.pk).update(name=group.name)
    entries = list(TimetableEntry.unscoped.filter(group=group))
    outcome = Planned()
    if not entries:
        return outcome
    first = min(entry.first_date for entry in entries)
    closed = closed_days(group.centre, first, until)
    there = set(Session.unscoped.filter(group=group, entry__isnull=False).values_list("entry_id", "date"))
    for entry in entries:
        for day in days_of_week(entry.weekday, entry.first_date, min(entry.last_date, until)):
            if (entry.pk, day) in there:
                outcome.already += 1
            elif day in closed:
                outcome.skipped.append((day, closed[day]))
            else:
                outcome.made.append(_session_of(entry, day))
    outcome.skipped.sort(key=lambda pair: pair[0])
    Session.unscoped.bulk_create(outcome.made)
    if outcome.made:
        details = {"made": len(outcome.made), "until": until.isoformat()}
        history.record(group, "plan_timetable", by=by, details=details)
    return outcome


def _session_of(entry: TimetableEntry, day: dt.date) -> Session:
    return Session(
        group_id=entry.group_id,
        entry=entry,
        date=day,
        kind=entry.kind,
        title=entry.title,
        host=entry.host,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
    )
