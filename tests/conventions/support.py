"""Rows of social support that an address can name, in the province of `world`."""

from typing import Any

from istidrak.accounts.models import User
from istidrak.base import days
from istidrak.organisations.models import Organisation
from istidrak.people.models import Person
from istidrak.support.models import Complaint, Guardian, Household, Registration

KINDS = ("registration", "complaint")


def rows(bodies: dict[str, Organisation], users: dict[str, User], person: Person) -> dict[str, Any]:
    """A family with a pupil registered in the school, and its complaint."""
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
    complaint = Complaint.unscoped.create(
        registration=registration,
        month=201810,
        about="AMOUNT",
        channel="COUNTER",
        text="…",
        received_date=days.today(),
        due_date=days.today(),
        holder=users["COMPLAINTS_OFFICER"],
    )
    return {"registration": registration, "complaint": complaint}
