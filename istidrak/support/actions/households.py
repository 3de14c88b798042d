"""Households and their guardians: made, corrected, joined and split. Nothing is ever merged by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, history
from istidrak.people.models import Person
from istidrak.support.actions.registrations import ChangedMeanwhile, RegistrationRefused
from istidrak.support.models import Guardian, Household, Registration

GUARDIAN = ("relation", "name_ar", "name_fr", "identity_card", "phone", "account")
NOT_LETTERS = re.compile(r"[\s.\-/]+")
ACCOUNT_DIGITS = 24


class NumberTaken(Exception):
    """Another household holds this number of the social register; `household` is that one."""

    def __init__(self, household: Household):
        self.household = household
        super().__init__(household.pk)


def card_of(text: str) -> str:
    """An identity card as it is kept: capital letters and digits, without spaces or signs between them."""
    return NOT_LETTERS.sub("", text or "").upper()


def account_of(text: str) -> str:
    """An account as it is kept: its digits. Raises RegistrationRefused("account") unless there are 24."""
    digits = NOT_LETTERS.sub("", text or "")
    if digits and (len(digits) != ACCOUNT_DIGITS or not digits.isascii() or not digits.isdigit()):
        raise RegistrationRefused("account")
    return digits


@transaction.atomic
def make_household(*, by: Any, register_number: str = "") -> Household:
    """A new household. Raises NumberTaken when its number of the social register is another's."""
    household = Household(register_number=card_of(register_number), created_at=days.now())
    _save(household)
    history.record(household, "make_household", by=by)
    return household


def _save(household: Household) -> None:
    try:
        with transaction.atomic():
            household.save()
    except IntegrityError as error:
        raise NumberTaken(Household.unscoped.get(register_number=household.register_number)) from error


@transaction.atomic
def number_household(*, by: Any, household: Household, register_number: str) -> None:
    """Write the household's number of the social register, or take it off. Raises NumberTaken."""
    before, household.register_number = household.register_number, card_of(register_number)
    if before == household.register_number:
        return
    try:
        _save(household)
    except NumberTaken:
        household.register_number = before
        raise
    details = {"changes": {"register_number": [before, household.register_number]}}
    _record(household, "number_household", by, pupils_of(household), details)


def pupils_of(household: Household) -> list[Person]:
    """Pupils registered with a household, in any year, each once."""
    return list(Person.unscoped.filter(registrations__household=household).distinct().order_by("pk"))


def _record(subject: Any, verb: str, by: Any, pupils: Iterable[Person], details: dict[str, Any]) -> None:
    """One row of history in the file of every pupil concerned."""
    for person in pupils:
        history.record(subject, verb, by=by, thread=person, details=details)


@transaction.atomic
def put_guardian(
    *,
    by: Any,
    household: Household,
    relation: str = "",
    name_ar: str = "",
    name_fr: str = "",
    identity_card: str = "",
    phone: str = "",
    account: str = "",
    school_year: int | None = None,
) -> Guardian:
    """A new guardian, who receives for the household's pupils registered in `school_year`; None: for nobody yet.

    A card that a guardian of another household holds is written all the same: pages say it, and it blocks payment.
    Raises RegistrationRefused ("name", "account").
    """
    if not name_ar.strip() and not name_fr.strip():
        raise RegistrationRefused("name")
    guardian = Guardian.unscoped.create(
        household=household,
        relation=relation,
        name_ar=name_ar.strip(),
        name_fr=name_fr.strip(),
        identity_card=card_of(identity_card),
        phone=phone.strip(),
        account=account_of(account),
    )
    rows = Registration.unscoped.filter(household=household, school_year=school_year)
    rows.exclude(state=Registration.State.WITHDRAWN).update(guardian=guardian)
    _record(guardian, "put_guardian", by, pupils_of(household), {"relation": relation})
    return guardian


@transaction.atomic
def correct_guardian(*, by: Any, guardian: Guardian, version: int, changes: Mapping[str, Any]) -> Guardian:
    """Change what is said of a guardian. `version` is the one that the editor read.

    Raises ChangedMeanwhile, RegistrationRefused ("name", "account"), ValueError for another column.
    """
    if unknown := set(changes) - set(GUARDIAN):
        raise ValueError(f"not of a guardian: {sorted(unknown)}")
    row = Guardian.unscoped.select_for_update().select_related("household").get(pk=guardian.pk)
    kept = {name: str(value or "").strip() for name, value in changes.items()}
    if "identity_card" in kept:
        kept["identity_card"] = card_of(kept["identity_card"])
    if "account" in kept:
        kept["account"] = account_of(kept["account"])
    wanted = {name: value for name, value in kept.items() if getattr(row, name) != value}
    if not wanted:
        return row
    if row.version != version:
        raise ChangedMeanwhile(row)
    before = {name: getattr(row, name) for name in wanted}
    for name, value in wanted.items():
        setattr(row, name, value)
    if not row.name_ar and not row.name_fr:
        raise RegistrationRefused("name")
    row.version += 1
    row.save(update_fields=[*wanted, "version"])
    details = {"changes": {name: [before[name], value] for name, value in wanted.items()}}
    _record(row, "correct_guardian", by, pupils_of(row.household), details)
    return row


@transaction.atomic
def join_household(*, by: Any, registration: Registration, household: Household) -> Registration:
    """The pupil lives with that household. Its guardian receives for the pupil too when all its pupils name one.

    Raises RegistrationRefused("same_household"), ("withdrawn").
    """
    row = Registration.unscoped.select_for_update().select_related("person").get(pk=registration.pk)
    if row.state == Registration.State.WITHDRAWN:
        raise RegistrationRefused("withdrawn")
    if row.household_id == household.pk:
        raise RegistrationRefused("same_household")
    receivers = set(
        Registration.unscoped.filter(household=household, school_year=row.school_year, guardian__isnull=False)
        .exclude(state=Registration.State.WITHDRAWN)
        .values_list("guardian", flat=True)
    )
    guardian = receivers.pop() if len(receivers) == 1 else None
    return _live_with(by, row, "join_household", household, guardian, "")


@transaction.atomic
def split_household(*, by: Any, registration: Registration, reason: str) -> Registration:
    """The pupil lives with another household, alone in it for now; who receives there is not known yet.

    Raises RegistrationRefused ("alone" when nobody else is in the household, "reason", "withdrawn").
    """
    row = Registration.unscoped.select_for_update().select_related("person").get(pk=registration.pk)
    if row.state == Registration.State.WITHDRAWN:
        raise RegistrationRefused("withdrawn")
    if not reason.strip():
        raise RegistrationRefused("reason")
    others = Registration.unscoped.filter(household=row.household).exclude(person=row.person_id)
    if row.household is not None and not others.exists():
        raise RegistrationRefused("alone")
    return _live_with(by, row, "split_household", make_household(by=by), None, reason.strip())


def _live_with(
    by: Any, row: Registration, verb: str, household: Household, guardian: Guardian | int | None, reason: str
) -> Registration:
    """The pupil's rows of the year go together: a pupil who changed school did not change family."""
    before = row.household_id
    rows = Registration.unscoped.filter(person=row.person, school_year=row.school_year)
    pk = guardian.pk if isinstance(guardian, Guardian) else guardian
    for one in rows.exclude(state=Registration.State.WITHDRAWN):
        Registration.unscoped.filter(pk=one.pk).update(household=household, guardian=pk, version=one.version + 1)
    row.refresh_from_db()
    details = {"household": [before, household.pk]}
    history.record(row, verb, by=by, thread=row.person, reason=reason, details=details)
    return row
