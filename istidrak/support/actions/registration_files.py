"""Writing the rows of a school's list that were looked at: persons, families, guardians, registrations."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from istidrak.organisations.models import Organisation
from istidrak.people.actions import SubmissionReused
from istidrak.people.models import Person
from istidrak.support.actions import households
from istidrak.support.actions.registrations import AlreadyRegistered, register, register_new
from istidrak.support.models import Guardian, Household

NAMESPACE = uuid.UUID("6a3c7a54-27c1-7b0e-9d2b-5b1f0c6e8a11")  # a row sent again is the same registration
PUPIL = ("massar_code", "last_name_ar", "first_name_ar", "last_name_fr", "first_name_fr", "sex", "birth_date")


@dataclass
class _Family:
    household: Household
    guardian: Guardian | None = None


def write_list(
    *,
    by: Any,
    rows: Sequence[tuple[Mapping[str, Any], Person | None]],
    schools: Mapping[str, Organisation],
    year: int,
) -> int:
    """Register the pupils of rows that were shown, each with the person it is of (None: new); returns how many.

    Rows of one family number, or of none but with a guardian, are a household. Each row is one transaction: a list
    cut short is sent again, and what stands already is left as it is.
    """
    families: dict[str, _Family] = {}
    return sum(_write(by, said, person, schools, year, families) for said, person in rows)


@transaction.atomic
def _write(
    by: Any,
    said: Mapping[str, Any],
    person: Person | None,
    schools: Mapping[str, Organisation],
    year: int,
    families: dict[str, _Family],
) -> bool:
    submission = uuid.uuid5(NAMESPACE, json.dumps([year, *(said[name] for name in ("school_code", *PUPIL))]))
    known = {
        "school": schools[said["school_code"]],
        "school_year": year,
        "level_code": said["level_code"],
        "class_name": said["class_name"][:60],
        "cover": said["cover"] or None,
        "cover_number": said["cover_number"][:30],
        "enrolled_from": said["enrolled_from"] or None,
        "submission": submission,
    }
    try:
        if person is not None:
            row = register(by=by, person=person, **known)
        else:
            facts = {name: said[name] for name in PUPIL if said[name]}
            row = register_new(by=by, facts=facts, **known)
    except (AlreadyRegistered, SubmissionReused):
        return False
    if row.household_id is None:
        _give_family(by, row, said, families, year)
    return True


def _give_family(by: Any, row: Any, said: Mapping[str, Any], families: dict[str, _Family], year: int) -> None:
    has_guardian = bool(said["guardian_name_ar"] or said["guardian_name_fr"])
    if not said["family"] and not has_guardian:
        return
    family = families.get(said["family"]) if said["family"] else None
    if family is None:
        family = _Family(households.make_household(by=by))
        if said["family"]:
            families[said["family"]] = family
    households.join_household(by=by, registration=row, household=family.household)
    if has_guardian and family.guardian is None:
        family.guardian = households.put_guardian(
            by=by,
            household=family.household,
            relation=said["relation"],
            name_ar=said["guardian_name_ar"][:160],
            name_fr=said["guardian_name_fr"][:160],
            identity_card=said["identity_card"],
            phone=said["phone"][:20],
            account=said["account"],
            school_year=year,
        )
