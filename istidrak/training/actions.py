"""Groups, enrolment, roll-call, completion, insertion."""

import datetime as dt
import uuid as uuids
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from istidrak.accounts.models import User
from istidrak.base import days, files, history, workflow
from istidrak.organisations.models import Organisation
from istidrak.orientation.models import Decision
from istidrak.outreach import actions as outreach
from istidrak.people import actions as people
from istidrak.people.models import Person
from istidrak.programmes.models import Programme, Season
from istidrak.schooling import actions as schooling
from istidrak.schooling.models import Stay
from istidrak.training.models import Attendance, Enrolment, Group, Insertion, Session
from istidrak.training.rules import CAME, is_group_full, may_open_roll_call

# While enrolled and once completed, a learner's file is open to the educators of the group.
TAUGHT = (Enrolment.State.ENROLLED, Enrolment.State.COMPLETED)


class GroupFull(Exception):
    """The group holds as many learners as its capacity says."""


class AlreadyEnrolled(Exception):
    """The person is, or was, in this group."""


class SessionToCome(Exception):
    """The roll-call of a day to come cannot be opened."""


class AlreadyDeclared(Exception):
    """The same insertion (kind, place, day) is declared for this learner."""


class SameVerifier(Exception):
    """An insertion is verified by another person than the one who declared it."""


@transaction.atomic
def create_group(
    *,
    by: Any,
    season: Season,
    centre: Organisation,
    programme: Programme,
    name: str,
    capacity: int | None = None,
    educators: Iterable[User] = (),
) -> Group:
    """A new group. Raises IntegrityError when the centre already has one of that name in the season."""
    group = Group.unscoped.create(season=season, centre=centre, programme=programme, name=name, capacity=capacity)
    group.educators.set(educators)
    history.record(group, "create_group", by=by)
    return group


@transaction.atomic
def set_educators(*, by: Any, group: Group, educators: Iterable[User]) -> None:
    """Who teaches a group; personal ties to its learners follow, both ways.

    Whoever completed keeps an educator (an insertion may still be declared), until that educator leaves the group.
    """
    chosen, before = set(educators), set(group.educators.all())
    group.educators.set(chosen)
    learners = Enrolment.unscoped.filter(group=group, state__in=TAUGHT).select_related("person")
    for enrolment in learners:
        if enrolment.state == Enrolment.State.ENROLLED:
            for user in chosen - before:
                people.tie(by=by, person=enrolment.person, reason="TAUGHT", user=user)
        for user in before - chosen:
            _stop_teaching(by, enrolment.person, user, group)
    history.record(group, "set_educators", by=by, details={"educators": sorted(user.pk for user in chosen)})


def _stop_teaching(by: Any, person: Person, user: User, left: Group) -> None:
    # The same educator may teach the person in another group: then the tie stays.
    others = Enrolment.unscoped.filter(person=person, state__in=TAUGHT, group__educators=user)
    if not others.exclude(group=left).exists():
        people.untie(by=by, person=person, reason="TAUGHT", user=user)


def _take_a_place(group: Group) -> None:
    # The row of the group is locked by an update, so that two last places are not given at once on either database.
    Group.unscoped.filter(pk=group.pk).update(name=group.name)
    held = Enrolment.unscoped.filter(group=group, state=Enrolment.State.ENROLLED).count()
    if is_group_full(group.capacity, held):
        raise GroupFull(group.pk)


@transaction.atomic
def enrol(*, by: Any, person: Person, group: Group, on: dt.date, decision: Decision | None = None) -> Enrolment:
    """Enrol a person in a group: tie to the centre and the educators, arrival, a stay in school life.

    Raises GroupFull, AlreadyEnrolled.
    """
    _take_a_place(group)
    try:
        with transaction.atomic():
            enrolment = Enrolment.unscoped.create(person=person, group=group, decision=decision, enrolled_date=on)
    except IntegrityError as error:
        raise AlreadyEnrolled(person.pk) from error
    people.tie(by=by, person=person, reason="ENROLLED", organisation=group.centre, since=on)
    for user in group.educators.all():
        people.tie(by=by, person=person, reason="TAUGHT", user=user, since=on)
    outreach.arrive_in(by=by, person=person, organisation=group.centre, on=on)
    _begin_stay(by, enrolment, on)
    history.record(enrolment, "enrol", by=by, thread=person, after=enrolment.state, details={"group": group.name})
    return enrolment


def _begin_stay(by: Any, enrolment: Enrolment, on: dt.date) -> None:
    group = enrolment.group
    schooling.record_stay(
        by=by,
        person=enrolment.person,
        school_year=group.season.year,
        organisation=group.centre,
        status="ENROLLED",
        since=on,
    )


def _end_stay(by: Any, enrolment: Enrolment, on: dt.date) -> None:
    # Only when no other group of the centre still has the learner.
    group = enrolment.group
    elsewhere = Enrolment.unscoped.filter(
        person=enrolment.person_id, state=Enrolment.State.ENROLLED, group__centre=group.centre_id
    )
    if elsewhere.exclude(pk=enrolment.pk).exists():
        return
    stays = Stay.unscoped.filter(
        person=enrolment.person_id,
        organisation=group.centre_id,
        school_year=group.season.year,
        status="ENROLLED",
        until__isnull=True,
    )
    for stay in stays:
        schooling.end_stay(by=by, stay=stay, until=on)


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


@transaction.atomic
def complete(*, by: Any, enrolment: Enrolment, on: dt.date) -> None:
    """The learner completed the programme; the stay in the centre ends. Raises MoveRefused, EndBeforeStart."""
    workflow.move(enrolment, "complete", by=by, thread=enrolment.person, left_date=on)
    _end_stay(by, enrolment, on)


@transaction.atomic
def drop_out(*, by: Any, enrolment: Enrolment, on: dt.date, reason: str) -> None:
    """The learner left before the end; educators no longer see the file, the stay in the centre ends.

    Raises MoveRefused, ReasonMissing, EndBeforeStart.
    """
    workflow.move(enrolment, "drop_out", by=by, thread=enrolment.person, reason=reason, left_date=on)
    _end_stay(by, enrolment, on)
    for user in enrolment.group.educators.all():
        _stop_teaching(by, enrolment.person, user, enrolment.group)


@transaction.atomic
def take_back(*, by: Any, enrolment: Enrolment) -> None:
    """The learner is back in the group, from today. Raises GroupFull, MoveRefused."""
    _take_a_place(enrolment.group)
    workflow.move(enrolment, "take_back", by=by, thread=enrolment.person, left_date=None)
    _begin_stay(by, enrolment, days.today())
    for user in enrolment.group.educators.all():
        people.tie(by=by, person=enrolment.person, reason="TAUGHT", user=user)


@transaction.atomic
def declare_insertion(*, by: Any, enrolment: Enrolment, kind: str, since_date: dt.date, where: str) -> Insertion:
    """Declare where a learner stands after the programme; a proof is then awaited. Raises AlreadyDeclared."""
    try:
        with transaction.atomic():
            insertion = Insertion.unscoped.create(
                person_id=enrolment.person_id,
                enrolment=enrolment,
                kind=kind,
                since_date=since_date,
                where=where,
                declared_by=by,
                declared_at=days.now(),
            )
    except IntegrityError as error:
        raise AlreadyDeclared(enrolment.pk) from error
    history.record(
        insertion, "declare_insertion", by=by, thread=enrolment.person, after=insertion.state, details={"kind": kind}
    )
    return insertion


@transaction.atomic
def prove_insertion(*, by: Any, insertion: Insertion, data: bytes, name: str) -> None:
    """Add the proof (PDF, JPEG or PNG). Raises FileRefused, MoveRefused."""
    digest = files.store(data)
    workflow.move(
        insertion,
        "prove",
        by=by,
        thread=insertion.person,
        proof_digest=digest,
        proof_name=name.replace("\\", "/").split("/")[-1][:200],
    )


@transaction.atomic
def verify_insertion(*, by: Any, insertion: Insertion) -> None:
    """Verify on the proof. Raises SameVerifier (never by who declared), MoveRefused."""
    if insertion.declared_by_id == by.pk:
        raise SameVerifier
    workflow.move(insertion, "verify", by=by, thread=insertion.person, verified_by=by, verified_at=days.now())


@transaction.atomic
def not_confirm_insertion(*, by: Any, insertion: Insertion, reason: str) -> None:
    """The proof does not hold, or nothing was found. Raises SameVerifier, MoveRefused, ReasonMissing."""
    if insertion.declared_by_id == by.pk:
        raise SameVerifier
    workflow.move(insertion, "not_confirm", by=by, thread=insertion.person, reason=reason)


@transaction.atomic
def open_proof(*, by: Any, insertion: Insertion) -> tuple[bytes, str]:
    """The bytes of a proof and their media type; who opened it is recorded. Raises FileNotFoundError."""
    if not insertion.proof_digest:
        raise FileNotFoundError(insertion.pk)
    history.audit("open_proof", insertion, by=by)
    data = files.path_of(insertion.proof_digest).read_bytes()
    return data, files.type_of(data) or "application/octet-stream"
