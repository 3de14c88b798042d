"""Run apart by test_killed.py: `prepare N` makes an instalment of N families, `go` computes and saves it.

`go` prints a line when it begins: what comes before is Python that reads its modules, and tells nothing when killed.
"""

import sys

import django

django.setup()

from istidrak.accounts.models import User  # noqa: E402
from istidrak.base import days  # noqa: E402
from istidrak.organisations.models import Organisation  # noqa: E402
from istidrak.people.models import Person  # noqa: E402
from istidrak.support import running  # noqa: E402
from istidrak.support.actions import instalments as actions  # noqa: E402
from istidrak.support.models import Guardian, Household, Instalment, MonthSheet, Registration, Run  # noqa: E402

MONTHS = (201809, 201810, 201811, 201812)


def prepare(families):
    """One rural school, a pupil a family, every sheet validated; the instalment opened."""
    by = User.objects.create_user("coordinator", name_ar="فاعل تجريبي")
    ministry = Organisation.objects.get(kind="MINISTRY")
    school = Organisation.objects.create(
        kind="SCHOOL", code="83109K", name_ar="م", place_number=113_210_000, milieu="RURAL"
    )
    people = Person.unscoped.bulk_create(Person(first_name_ar="سعاد", sex="F") for _ in range(families))
    households = Household.unscoped.bulk_create(Household(created_at=days.now()) for _ in range(families))
    guardians = Guardian.unscoped.bulk_create(
        Guardian(household=h, name_ar="فاطمة", identity_card=f"JA{n}") for n, h in enumerate(households)
    )
    Registration.unscoped.bulk_create(
        Registration(
            person=p, household=h, guardian=g, school=school, school_year=2018, level_code="5AP", cover="RAMED",
            enrolled_from=201809, state="VALIDATED",
        )
        for p, h, g in zip(people, households, guardians, strict=True)
    )  # fmt: skip
    for month in MONTHS:
        MonthSheet.unscoped.create(school=school, school_year=2018, month=month, state="VALIDATED")
    actions.open_instalment(by=by, body=ministry, school_year=2018, number=1)


def go():
    """Take up the run that was left, or begin one; then save. Nothing to do once it is saved."""
    by, instalment = User.objects.get(username="coordinator"), Instalment.unscoped.get()
    if instalment.state == "OPEN":
        Run.unscoped.filter(state="RUNNING").update(beat_at=None, attempts=0)  # as a minute later
        running.carry_out(running.take(actions.begin_run(by=by, instalment=instalment)))
        instalment.refresh_from_db()
    if instalment.state == "COMPUTED":
        actions.save(by=by, instalment=instalment)


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]))
    else:
        print("begins", flush=True)
        go()
