"""Groups, enrolment, roll-call, completion, insertion."""

import datetime as dt
import uuid as uuids
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.accounts.models import User
from istidrak.base import days, files, history, workflow
from istidrak.organisations.models import Organisation
from istidrak.orientation.models import Decision
from istidrak.outreach import actions as outreach
from istidrak.people import actions as people
from istidrak.people.models import Person
from istidrak.programmes.models import Programme, Season
from istidrak.schooling import actions as schooling
from istidrak.training.models import Attendance, Enrolment, Group, Insertion, Session
from istidrak.training.rules import is_group_full


class GroupFull(Exception):
    """The group holds as many learners as its capacity says."""


class AlreadyEnrolled(Exception):
    """The person is, or was, in this group."""


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
    """Who teaches a group; personal ties to its learners follow, both ways."""
    chosen, before = set(educators), set(group.educators.all())
    group.educators.set(chosen)
    for enrolment in group.enrolments.filter(state=Enrolment.State.ENROLLED).select_related("person"):
        for user in chosen - before:
            people.tie(by=by, person=enrolment.person, reason="TAUGHT", user=user)
        for user in before - chosen:
            _stop_teaching(by, enrolment.person, user, group)
    history.record(group, "set_educators", by=by, details={"educators": sorted(user.pk for user in chosen)})


def _stop_teaching(by: Any, person: Person, user: User, left: Group) -> None:
    # The same educator may teach the person in another group: then the tie stays.
    others = Enrolment.unscoped.filter(person=person, state=Enrolment.State.ENROLLED, group__educators=user)
    if not others.exclude(group=left).exists():
        people.untie(by=by, person=person, reason="TAUGHT", user=user)


@transaction.atomic
def enrol(*, by: Any, person: Person, group: Group, on: dt.date, decision: Decision | None = None) -> Enrolment:
    """Enrol a person in a group: tie to the centre and the educators, arrival, a stay in school life.

    Raises GroupFull, AlreadyEnrolled.
    """
    # The row of the group is locked by an update, so that two last places are not given at once on either database.
    Group.unscoped.filter(pk=group.pk).update(name=group.name)
    held = Enrolment.unscoped.filter(group=group, state=Enrolment.State.ENROLLED).count()
    if is_group_full(group.capacity, held):
        raise GroupFull(group.pk)
    try:
        with transaction.atomic():
            enrolment = Enrolment.unscoped.create(person=person, group=group, decision=decision, enrolled_date=on)
    except IntegrityError as error:
        raise AlreadyEnrolled(person.pk) from error
    people.tie(by=by, person=person, reason="ENROLLED", organisation=group.centre, since=on)
    for user in group.educators.all():
        people.tie(by=by, person=person, reason="TAUGHT", user=user, since=on)
    outreach.arrive_in(by=by, person=person, organisation=group.centre, on=on)
    schooling.record_stay(
        by=by, person=person, school_year=group.season.year, organisation=group.centre, status="ENROLLED", since=on
    )
    history.record(enrolment, "enrol", by=by, thread=person, after=enrolment.state, details={"group": group.name})
    return enrolment


@transaction.atomic
def plan_session(*, by: Any, group: Group, date: dt.date, title: str = "") -> Session:
    """A session of a group on a day; until its roll-call is opened it is "not taken"."""
    session = Session.unscoped.create(group=group, date=date, title=title)
    history.record(session, "plan_session", by=by)
    return session


@transaction.atomic
def open_session(*, by: Any, session: Session) -> None:
    """Open the roll-call: everybody enrolled that day is present until marked otherwise. Raises MoveRefused."""
    workflow.move(session, "open", by=by)
    learners = Enrolment.unscoped.filter(
        group_id=session.group_id, state=Enrolment.State.ENROLLED, enrolled_date__lte=session.date
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
    changed = 0
    for attendance in Attendance.objects.filter(session=session).select_related("enrolment"):
        mark = marks.get(attendance.enrolment.uuid)
        if mark is not None and mark in Attendance.Mark.values and mark != attendance.mark:
            attendance.mark = mark
            attendance.save(update_fields=["mark"])
            changed += 1
    if changed:
        history.record(session, "save_roll_call", by=by, details={"changed": changed})
    return changed


@transaction.atomic
def close_session(*, by: Any, session: Session) -> None:
    """The roll-call is done: those who came count one session more towards their arrival. Raises MoveRefused."""
    workflow.move(session, "close", by=by)
    came = Attendance.objects.filter(session=session, mark__in=[Attendance.Mark.PRESENT, Attendance.Mark.LATE])
    centre = session.group.centre
    for attendance in came.select_related("enrolment__person"):
        outreach.attend_session(by=by, person=attendance.enrolment.person, centre=centre, on=session.date)


@transaction.atomic
def complete(*, by: Any, enrolment: Enrolment, on: dt.date) -> None:
    """The learner completed the programme. Raises MoveRefused."""
    workflow.move(enrolment, "complete", by=by, thread=enrolment.person, left_date=on)


@transaction.atomic
def drop_out(*, by: Any, enrolment: Enrolment, on: dt.date, reason: str) -> None:
    """The learner left before the end; educators no longer see the file. Raises MoveRefused, ReasonMissing."""
    workflow.move(enrolment, "drop_out", by=by, thread=enrolment.person, reason=reason, left_date=on)
    for user in enrolment.group.educators.all():
        _stop_teaching(by, enrolment.person, user, enrolment.group)


@transaction.atomic
def take_back(*, by: Any, enrolment: Enrolment) -> None:
    """The learner is back in the group. Raises MoveRefused."""
    workflow.move(enrolment, "take_back", by=by, thread=enrolment.person, left_date=None)
    for user in enrolment.group.educators.all():
        people.tie(by=by, person=enrolment.person, reason="TAUGHT", user=user)


@transaction.atomic
def declare_insertion(*, by: Any, enrolment: Enrolment, kind: str, since_date: dt.date, where: str) -> Insertion:
    """Declare where a learner stands after the programme; a proof is then awaited."""
    insertion = Insertion.unscoped.create(
        person_id=enrolment.person_id,
        enrolment=enrolment,
        kind=kind,
        since_date=since_date,
        where=where,
        declared_by=by,
        declared_at=days.now(),
    )
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
    history.audit("open_proof", insertion, by=by)
    data = files.path_of(insertion.proof_digest).read_bytes()
    return data, files.type_of(data) or "application/octet-stream"
