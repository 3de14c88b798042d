"""Registering pupils for the transfers of a school year: registered, corrected, checked, moved, withdrawn."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from istidrak.base import bulk, history, workflow
from istidrak.organisations.models import Organisation
from istidrak.people import actions as people
from istidrak.people.models import Person, Tie
from istidrak.programmes.actions import season_of
from istidrak.support.models import Guardian, Household, Registration
from istidrak.support.rules.levels import LEVELS
from istidrak.support.rules.months import month_before, months_of_year

State = Registration.State
CHUNK = 1_000
# What a correction may say of a registration.
CORRECTED = ("level_code", "class_name", "cover", "cover_number", "enrolled_from", "enrolled_until")


class AlreadyRegistered(Exception):
    """The pupil is registered for those months of the year already; `registration` is that one."""

    def __init__(self, registration: Registration):
        self.registration = registration
        super().__init__(registration.pk)


class RegistrationRefused(Exception):
    """The step is not possible; `code` says why (words stand with the page)."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


class ChangedMeanwhile(Exception):
    """Somebody else changed the row since it was read; `row` is as it stands now."""

    def __init__(self, row: Any):
        self.row = row
        super().__init__(row.pk)


@transaction.atomic
def register(
    *,
    by: Any,
    person: Person,
    school: Organisation,
    school_year: int,
    level_code: str = "",
    class_name: str = "",
    cover: str | None = None,
    cover_number: str = "",
    household: Household | None = None,
    guardian: Guardian | None = None,
    enrolled_from: int | None = None,
    submission: uuid.UUID | None = None,
) -> Registration:
    """Register a pupil in a school for a school year (2018 for 2018/19); to be checked by the coordinator.

    What is not known stays empty. `enrolled_from` is a month of that year (201809). The school, and the territory
    that it lies in, see the pupil's file from now on. The same `submission` again returns the first registration.
    Raises AlreadyRegistered, RegistrationRefused ("level", "month", "not_a_school", "guardian"), SubmissionReused.
    """
    person = people.held(person)
    if submission and (before := Registration.unscoped.filter(submission=submission).first()):
        people.refuse_other(before, person_id=person.pk, school_id=school.pk, school_year=school_year)
        return before
    _refuse_impossible(school, school_year, level_code, enrolled_from)
    if guardian is not None and (household is None or guardian.household_id != household.pk):
        raise RegistrationRefused("guardian")
    row = Registration(
        person=person,
        household=household,
        guardian=guardian,
        school=school,
        school_year=school_year,
        level_code=level_code,
        class_name=class_name.strip(),
        cover=cover or None,
        cover_number=cover_number.strip(),
        enrolled_from=enrolled_from,
        submission=submission,
    )
    _write(row)
    _let_school_see(by, person, school)
    history.record(row, "register", by=by, thread=person, after=row.state, details=_said(row))
    return row


def register_new(
    *, by: Any, facts: Mapping[str, Any], school: Organisation, school_year: int, submission: uuid.UUID, **said: Any
) -> Registration:
    """Register a pupil whom the program does not know: `facts` as record_by_hand takes them, `said` as `register`.

    Files that may be of the same pupil are looked for afterwards, and the registration follows when the code says
    that they are one. Raises what `register` raises, and SubmissionReused.
    """
    known = Registration.unscoped.filter(submission=submission).first()
    with transaction.atomic():
        record = people.record_by_hand(by=by, season=season_of(school_year), facts=facts, submission=submission)
        row = register(
            by=by, person=record.person, school=school, school_year=school_year, submission=submission, **said
        )
    directorate = directorate_of(school)
    if known is None and directorate is not None:
        people.find_candidates(by=by, records=[record], directorate=directorate)
        row.refresh_from_db()
    return row


def directorate_of(school: Organisation) -> Organisation | None:
    """The directorate that a school belongs to; None when no link says it."""
    parent = school.parent
    while parent is not None and parent.kind != Organisation.Kind.DIRECTORATE:
        parent = parent.parent
    return parent


def _refuse_impossible(school: Organisation, school_year: int, level_code: str, enrolled_from: int | None) -> None:
    if school.kind != Organisation.Kind.SCHOOL:
        raise RegistrationRefused("not_a_school")
    if level_code and level_code not in LEVELS:
        raise RegistrationRefused("level")
    if enrolled_from is not None and enrolled_from not in months_of_year(school_year):
        raise RegistrationRefused("month")


def _write(row: Registration) -> None:
    """Save a new row unless the pupil is in a school already for those months. Raises AlreadyRegistered."""
    others = Registration.unscoped.filter(person=row.person, school_year=row.school_year).exclude(
        state=State.WITHDRAWN
    )
    for other in others:
        if other.enrolled_until is None or row.enrolled_from is None or other.enrolled_until >= row.enrolled_from:
            raise AlreadyRegistered(other)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        standing = others.filter(enrolled_until__isnull=True).first()
        if standing is None:
            raise
        raise AlreadyRegistered(standing) from error


def _let_school_see(by: Any, person: Person, school: Organisation) -> None:
    people.tie(by=by, person=person, reason=Tie.Reason.NAMED, organisation=school)
    if school.place_number is not None:
        people.tie(by=by, person=person, reason=Tie.Reason.NAMED, place_number=school.place_number)


def _said(row: Registration) -> dict[str, Any]:
    return {
        "school": row.school_id,
        "school_year": row.school_year,
        **{name: getattr(row, name) for name in CORRECTED},
        "household": row.household_id,
        "guardian": row.guardian_id,
    }


@transaction.atomic
def correct_registration(
    *, by: Any, registration: Registration, version: int, changes: Mapping[str, Any]
) -> Registration:
    """Change what is said of a registration: level, class, cover, its number, first and last month.

    `version` is the one that the editor read. Nothing is written when nothing differs. Raises ChangedMeanwhile,
    RegistrationRefused ("level", "month", "order", "withdrawn"), AlreadyRegistered when the months run into another
    registration of the pupil, ValueError for another column.
    """
    if unknown := set(changes) - set(CORRECTED):
        raise ValueError(f"not of a registration: {sorted(unknown)}")
    row = Registration.unscoped.select_for_update().select_related("school", "person").get(pk=registration.pk)
    wanted = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not wanted:
        return row
    if row.version != version:
        raise ChangedMeanwhile(row)
    if row.state == State.WITHDRAWN:
        raise RegistrationRefused("withdrawn")
    before = {name: getattr(row, name) for name in wanted}
    for name, value in wanted.items():
        setattr(row, name, value)
    _refuse_impossible(row.school, row.school_year, row.level_code, row.enrolled_from)
    _refuse_months(row)
    row.version += 1
    row.save(update_fields=[*wanted, "version"])
    details = {"changes": {name: [before[name], value] for name, value in wanted.items()}}
    history.record(row, "correct_registration", by=by, thread=row.person, details=details)
    return row


def _refuse_months(row: Registration) -> None:
    first, last = row.enrolled_from, row.enrolled_until
    if last is not None and last not in months_of_year(row.school_year):
        raise RegistrationRefused("month")
    if first is not None and last is not None and last < first:
        raise RegistrationRefused("order")
    others = Registration.unscoped.filter(person=row.person, school_year=row.school_year)
    for other in others.exclude(pk=row.pk).exclude(state=State.WITHDRAWN):
        begins_after = other.enrolled_from is not None and last is not None and other.enrolled_from > last
        ends_before = other.enrolled_until is not None and first is not None and other.enrolled_until < first
        if not begins_after and not ends_before:
            raise AlreadyRegistered(other)


def validate(*, by: Any, registration: Registration) -> None:
    """The registration was checked: it counts from the next computation on. Raises MoveRefused."""
    workflow.move(registration, "validate", by=by, thread=registration.person)


def validate_all(*, by: Any, registrations: Sequence[Registration]) -> int:
    """Validate those of the registrations that still wait, a thousand at once; returns how many.

    Safe to press twice: those that somebody moved meanwhile are left as they are.
    """
    keys = [row.pk for row in registrations]
    return sum(_validate_chunk(by, keys[start : start + CHUNK]) for start in range(0, len(keys), CHUNK))


VALIDATE = "validate"  # the move of a registration, which has its own words


@transaction.atomic
def _validate_chunk(by: Any, keys: Sequence[int]) -> int:
    waiting = Registration.unscoped.select_for_update().filter(pk__in=keys, state=State.SUBMITTED)
    rows = list(waiting.order_by("pk"))
    Registration.unscoped.filter(pk__in=[row.pk for row in rows]).update(state=State.VALIDATED)
    moved = {"before": State.SUBMITTED, "after": State.VALIDATED}
    bulk.insert(
        [history.entry(row, VALIDATE, by=by, thread=history.key(Person, row.person_id), **moved) for row in rows]
    )
    return len(rows)


def return_(*, by: Any, registration: Registration, reason: str) -> None:
    """Send a registration back to the school with a remark. Raises MoveRefused, ReasonMissing."""
    workflow.move(registration, "return", by=by, reason=reason, thread=registration.person)


def submit_again(*, by: Any, registration: Registration) -> None:
    """The school hands a returned registration in again. Raises MoveRefused."""
    workflow.move(registration, "submit", by=by, thread=registration.person)


def withdraw(*, by: Any, registration: Registration, reason: str) -> None:
    """Take a registration out: it counts for nothing, and stays to be read. Raises MoveRefused, ReasonMissing."""
    workflow.move(registration, "withdraw", by=by, reason=reason, thread=registration.person)


@transaction.atomic
def leave(*, by: Any, registration: Registration, last_month: int) -> Registration:
    """The pupil left the school: `last_month` (201812) is the last one there, included.

    Raises RegistrationRefused ("month", "order", "left", "withdrawn").
    """
    row = Registration.unscoped.select_for_update().select_related("person").get(pk=registration.pk)
    if row.state == State.WITHDRAWN:
        raise RegistrationRefused("withdrawn")
    if row.enrolled_until is not None:
        raise RegistrationRefused("left")
    if last_month not in months_of_year(row.school_year):
        raise RegistrationRefused("month")
    if row.enrolled_from is not None and last_month < row.enrolled_from:
        raise RegistrationRefused("order")
    changed = Registration.unscoped.filter(pk=row.pk, version=row.version)
    changed.update(enrolled_until=last_month, version=F("version") + 1)
    row.enrolled_until, row.version = last_month, row.version + 1
    history.record(row, "leave_school", by=by, thread=row.person, details={"last_month": last_month})
    return row


@transaction.atomic
def move_to(*, by: Any, registration: Registration, school: Organisation, month: int) -> Registration:
    """The pupil is in another school from `month` (201901): this row closes the month before, another opens there.

    The new one keeps level, cover, household and guardian, and is to be checked by the coordinator of the new school.
    Raises RegistrationRefused ("same_school", "first_month", and what `leave` gives), AlreadyRegistered.
    """
    if school.pk == registration.school_id:
        raise RegistrationRefused("same_school")
    if month not in months_of_year(registration.school_year):
        raise RegistrationRefused("month")
    if month == months_of_year(registration.school_year)[0]:
        raise RegistrationRefused("first_month")  # never in the first school that year: correct, or withdraw
    old = leave(by=by, registration=registration, last_month=month_before(month))
    return register(
        by=by,
        person=old.person,
        school=school,
        school_year=old.school_year,
        level_code=old.level_code,
        cover=old.cover,
        cover_number=old.cover_number,
        household=old.household,
        guardian=old.guardian,
        enrolled_from=month,
    )
