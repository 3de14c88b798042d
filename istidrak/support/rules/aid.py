"""Direct social aid, estimated: which children of a family are counted, and at which amount. Pure.

The national agency decides, from the family's index in the social register; here the family is taken as admitted.
Amounts, ages and ranks are parameters with their texts. What no text says (which three children come first, on which
day an age is counted) is a sample value; supplements whose details were not read are left out, never guessed.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import narwhals as nw
from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Columns, Condition, Example, Outcome, Rule, age_between
from istidrak.support import columns as c

FIRST_DAY = "FIRST_DAY"
BIRTH = (c.BIRTH_DATE, c.BIRTH_YEAR, c.AGE)
MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN
IN_2024, IN_2025, IN_2026 = dt.date(2024, 3, 1), dt.date(2025, 3, 1), dt.date(2026, 3, 1)


def day_of_age(month_begins: dt.date, which: str) -> dt.date:
    """The day of a month on which ages are counted."""
    if which == FIRST_DAY:
        return month_begins.replace(day=1)
    following = month_begins.replace(day=28) + dt.timedelta(days=4)
    return following.replace(day=1) - dt.timedelta(days=1)


def _at_most(of: Columns, upper: int) -> nw.Expr:
    """Is the age, from the birth if it is known and else as it was said, not above `upper`?"""

    def read(which: str) -> nw.Expr:
        by_birth = age_between(of, None, upper, day_of_age(of.as_of, which))
        is_said_only = of[c.BIRTH_DATE].is_null() & of[c.BIRTH_YEAR].is_null()
        return nw.when(is_said_only).then(of[c.AGE].is_between(0, upper)).otherwise(by_birth)

    return of.parameter("support.aid_age_day", read)


def _is_young_enough(of: Columns) -> nw.Expr:
    return of.parameter("support.aid_ages", lambda ages: _at_most(of, ages["last"]))


def _is_under_school_age(of: Columns) -> nw.Expr:
    return of.parameter("support.aid_ages", lambda ages: _at_most(of, ages["school_from"] - 1))


def _is_within_ranks(of: Columns) -> nw.Expr:
    return of.parameter("support.aid_ranks", lambda ranks: of[c.RANK] <= ranks["reduced"])


CHILD = Rule(
    "aid_child",
    _("Child counted in direct social aid"),
    conditions=(
        Condition("age", _("Within the ages paid"), _is_young_enough, needs=BIRTH),
        Condition("rank", _("Within the number of children paid in a family"), _is_within_ranks, needs=(c.RANK,)),
    ),
    examples=(
        Example(
            _("March 2024: three years old, first child"),
            {"birth_date": dt.date(2020, 6, 1), "rank": 1},
            MET,
            IN_2024,
        ),
        Example(
            _("Twenty-one on the first day of the month"),
            {"birth_date": dt.date(2004, 3, 1), "rank": 1},
            NOT_MET,
            IN_2025,
        ),
        Example(
            _("Twenty-one on the second day of the month: the month is still paid"),
            {"birth_date": dt.date(2004, 3, 2), "rank": 1},
            MET,
            IN_2025,
        ),
        Example(_("The sixth child, of ten years"), {"age": 10, "rank": 6}, MET, IN_2026),
        Example(_("The seventh child, of ten years"), {"age": 10, "rank": 7}, NOT_MET, IN_2026),
        Example(
            _("Nobody knows the age; how many children come before neither"),
            {},
            UNKNOWN,
            IN_2026,
        ),
    ),
)
FULL_RATE = Rule(
    "aid_schooling",
    _("Paid as a child under school age or in school"),
    conditions=(
        Condition("under_school_age", _("Under school age"), _is_under_school_age, needs=BIRTH),
        Condition(
            "in_school",
            _("In school"),
            lambda of: of[c.IS_IN_SCHOOL],
            needs=(c.IS_IN_SCHOOL,),
            source=_("National agency for social support, types of aid: in school or not changes the amount"),
        ),
    ),
    combine="ANY",
    examples=(
        Example(_("Five years old"), {"age": 5}, MET, IN_2024),
        Example(_("Six years old, not in school"), {"age": 6, "is_in_school": False}, NOT_MET, IN_2025),
        Example(_("Twelve years old, in school"), {"age": 12, "is_in_school": True}, MET, IN_2025),
        Example(_("Twelve years old, nobody knows whether in school"), {"age": 12}, UNKNOWN, IN_2026),
        Example(
            _("Born in 2020, in March 2026: five or six years old, and not in school"),
            {"birth_year": 2020, "is_in_school": False},
            UNKNOWN,
            IN_2026,
        ),
    ),
)
FACTS: dict[str, Any] = {column.name: column for column in (c.CHILD, *BIRTH, c.IS_IN_SCHOOL)}
