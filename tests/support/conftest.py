"""Invented facts of pupils, with every kind of hole."""

import datetime as dt
import random

import polars as pl
import pytest

from istidrak.accounts.models import Assignment, User
from istidrak.base import days
from istidrak.people.models import Person
from istidrak.support import running
from istidrak.support.actions import instalments
from istidrak.support.facts import KINDS, TABLES
from istidrak.support.models import CoveredCommune, Guardian, Household, MonthAbsence, MonthSheet, Registration

LEVELS = ("1AP", "2AP", "3AP", "4AP", "5AP", "6AP", "1AC", "2AC", "3AC", "TC")
COUNTS = ("unexcused_days", "excused_days", "unexcused_hours", "excused_hours")


def rows_of(seed, pupils, months):
    """Rows by table: pupils of households of one to nine, absences, sheets of some schools."""
    chance = random.Random(seed)

    def perhaps(value, hole=0.06):
        return None if chance.random() < hole else value

    children, absences = [], []
    for child in range(1, pupils + 1):
        level = chance.choice(LEVELS)
        cycle = (
            "PRIMARY" if level.endswith("AP") else "LOWER_SECONDARY" if level.endswith("AC") else "UPPER_SECONDARY"
        )
        first = perhaps(chance.choice((months[0], months[0], months[-1])), 0.02)
        children.append(
            {
                "child": child,
                "household": perhaps(chance.randrange(1, pupils // 3 + 2), 0.04),
                "guardian": perhaps(chance.randrange(1, pupils)),
                "school": chance.randrange(1, 9),
                "place_number": perhaps(chance.randrange(113_210_000, 113_210_050)),
                "sex": perhaps(chance.choice("FM")),
                "birth_date": perhaps(dt.date(2004, 1, 1) + dt.timedelta(chance.randrange(3_000))),
                "level": perhaps(level),
                "cycle": perhaps(cycle),
                "milieu": perhaps(chance.choice(("RURAL", "RURAL", "URBAN"))),
                "enrolled_from": first,
                "enrolled_until": perhaps(months[0], 0.9),
                "is_commune_covered": perhaps(chance.random() < 0.5),
                "was_commune_covered": perhaps(chance.random() < 0.5),
                "cover": perhaps(chance.choice(("RAMED", "RAMED_RECEIPT", "AMO_TADAMON", "NONE"))),
            }
        )
        for month in months:
            if chance.random() < 0.3:
                counts = {name: chance.randrange(9) for name in COUNTS}
                absences.append({"child": child, "month": month, **counts})
    sheets = [
        {"school": school, "month": month} for school in range(1, 8) for month in months if chance.random() < 0.9
    ]
    return {"children": children, "absences": absences, "sheets": sheets}


def write(folder, rows):
    """The rows as a folder of facts."""
    for table, columns in TABLES.items():
        schema = {column.name: KINDS[column.kind] for column in columns}
        pl.DataFrame(rows[table], schema=schema).write_parquet(folder / f"{table}.parquet")
    return folder


@pytest.fixture
def make_facts(tmp_path):
    """A folder of facts for some months: (folder, its rows by table)."""

    def make(seed=1, pupils=400, months=(201809, 201810, 201811, 201812)):
        rows = rows_of(seed, pupils, months)
        folder = tmp_path / f"facts-{seed}"
        folder.mkdir()
        return write(folder, rows), rows

    return make


class Village:
    """Families of a rural school of 2018/19 in the database, with their sheets validated: enough for an instalment."""

    MONTHS = (201809, 201810, 201811, 201812)

    def __init__(self, school, head):
        self.school, self.head, self.cards = school, head, 0
        type(school).objects.filter(pk=school.pk).update(milieu="RURAL")
        CoveredCommune.unscoped.get_or_create(
            place_number=school.place_number + 1,
            since=2010,
            defaults={"source": "…", "recorded_by": head, "recorded_at": days.now()},
        )

    def family(self, *levels, school=None, cover="RAMED", card=None, account="", with_guardian=True):
        """A household with a pupil a level; its registrations, in that order."""
        household = Household.unscoped.create(created_at=days.now())
        guardian = None
        if with_guardian:
            self.cards += 1
            card = f"JA{100_000 + self.cards}" if card is None else card
            guardian = Guardian.unscoped.create(
                household=household, name_ar="فاطمة المنصوري", identity_card=card, account=account, relation="MOTHER"
            )
        return [self.pupil(level, household, guardian, school=school, cover=cover) for level in levels]

    def pupil(self, level, household, guardian, *, school=None, cover="RAMED", person=None, since=201809, until=None):
        """One registration, validated."""
        return Registration.unscoped.create(
            person=person or Person.unscoped.create(last_name_ar="المنصوري", first_name_ar="سعاد", sex="F"),
            household=household,
            guardian=guardian,
            school=school or self.school,
            school_year=2018,
            level_code=level,
            cover=cover,
            enrolled_from=since,
            enrolled_until=until,
            state="VALIDATED",
        )

    def sheets(self, school=None, months=MONTHS, state="VALIDATED"):
        """The months' sheets of a school."""
        return [
            MonthSheet.unscoped.create(school=school or self.school, school_year=2018, month=month, state=state)
            for month in months
        ]

    def absent(self, registration, month, **counts):
        """What a pupil missed in a month."""
        sheet = MonthSheet.unscoped.get(school=registration.school, month=month)
        return MonthAbsence.unscoped.create(sheet=sheet, registration=registration, **counts)


@pytest.fixture
def village(school, school_head):
    return Village(school, school_head)


@pytest.fixture
def signers(directorate, ministry, settings, tmp_path):
    """One account for each role that an instalment passes through; its folders are the test's own."""
    settings.HOME = tmp_path

    def account(code, body):
        user = User.objects.create_user(code.lower(), name_ar="فاعل تجريبي", name_fr="Compte d'essai")
        Assignment.objects.create(user=user, role=code, organisation=body, since=dt.date(2018, 1, 1))
        return user

    roles = {"SUPPORT_COORDINATOR": directorate, "PAYMENT_CHECKER": ministry, "PAYMENT_AUTHORISER": ministry}
    roles |= {"SUPPORT_UNIT": ministry, "PAYER": ministry, "COMPLAINTS_OFFICER": directorate}
    return {code: account(code, body) for code, body in roles.items()}


@pytest.fixture
def computed(village, signers, directorate):
    """Opens instalment 1 of 2018/19 for the directorate and computes it: `computed()` gives it."""

    def make():
        by = signers["SUPPORT_COORDINATOR"]
        instalment = instalments.open_instalment(by=by, body=directorate, school_year=2018, number=1)
        return compute_again(instalment, by)

    return make


def compute_again(instalment, by):
    """A new run of an instalment, carried out; the instalment as it stands then."""
    run = running.carry_out(running.take(instalments.begin_run(by=by, instalment=instalment)))
    assert run.state == "DONE", run.failure
    instalment.refresh_from_db()
    return instalment
