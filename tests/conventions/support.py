"""Rows of social support that an address can name, in the province of `world`."""

from typing import Any

from istidrak.base import days
from istidrak.organisations.models import Organisation
from istidrak.people.models import Person
from istidrak.support.models import Guardian, Household, Registration

KINDS = ("registration",)


def rows(bodies: dict[str, Organisation], person: Person) -> dict[str, Any]:
    """A family with a pupil registered in the school."""
    household = Household.unscoped.create(created_at=days.now())
    guardian = Guardian.unscoped.create(
        household=household, name_ar="فاطمة المنصوري", identity_card=f"X{bodies['DIRECTORATE'].code}"
    )
    registration = Registration.unscoped.create(
        person=person,
        household=household,
        guardian=guardian,
        school=bodies["SCHOOL"],
        school_year=2018,
        level_code="1AC",
        class_name="1AC-1",
        cover="RAMED",
        enrolled_from=201809,
        state="VALIDATED",
    )
    return {"registration": registration}
