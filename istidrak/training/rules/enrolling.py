"""Who may be accepted, and the order of a waiting list. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import BIRTH, Columns, Condition, Example, Outcome, Rule, age_between
from istidrak.orientation.rules import reference_day
from istidrak.training.columns import HAS_AGREEMENT, HAS_GUARDIAN, PROGRAMME


def _of_age_for_the_programme(of: Columns) -> nw.Expr:
    def read(band: dict[str, Any]) -> nw.Expr:
        return age_between(of, band.get("lower"), band.get("upper"), reference_day(of.as_of, band["reference"]))

    return of.parameter("programmes.age_band", read, programme=PROGRAMME)


def _is_adult(of: Columns) -> nw.Expr:
    return of.parameter("training.majority", lambda age: age_between(of, age, None, of.as_of))


ACCEPTANCE = Rule(
    "acceptance",
    _("May be accepted"),
    (
        Condition(
            "age", _("Age within the band of the programme"), _of_age_for_the_programme, needs=(*BIRTH, PROGRAMME)
        ),
        Condition(
            "guardian",
            _("An adult, or a guardian is known"),
            lambda of: _is_adult(of) | of[HAS_GUARDIAN],
            needs=(*BIRTH, HAS_GUARDIAN),
        ),
        Condition(
            "agreement",
            _("The declaration and agreement to enrol was given"),
            lambda of: of[HAS_AGREEMENT],
            needs=(HAS_AGREEMENT,),
            source=_("Law 09-08 on personal data: consent of the person or of the legal representative"),
        ),
    ),
    examples=(
        Example(
            _("A girl of sixteen with her father's agreement"),
            {
                "birth_date": dt.date(2009, 5, 2),
                "place_number": 113210000,
                "programme": "NEW_GENERATION",
                "has_guardian": True,
                "has_agreement": True,
            },
            Outcome.MET,
        ),
        Example(
            _("A boy of sixteen of whose guardian nothing is known"),
            {
                "birth_date": dt.date(2009, 5, 2),
                "place_number": 113210000,
                "programme": "NEW_GENERATION",
                "has_agreement": True,
            },
            Outcome.UNKNOWN,
        ),
        Example(
            _("A girl of eighteen who signs for herself"),
            {
                "birth_date": dt.date(2007, 1, 15),
                "place_number": 113210000,
                "programme": "NEW_GENERATION",
                "has_agreement": True,
            },
            Outcome.MET,
        ),
        Example(
            _("A boy of sixteen whose guardian withdrew the agreement"),
            {
                "birth_date": dt.date(2009, 5, 2),
                "place_number": 113210000,
                "programme": "NEW_GENERATION",
                "has_guardian": True,
                "has_agreement": False,
            },
            Outcome.NOT_MET,
        ),
    ),
)


def is_adult(birth_date: dt.date | None, birth_year: int | None, majority: int, as_of: dt.date) -> bool | None:
    """Is the person of age today? None when the birth is not known well enough."""
    if birth_date is not None:
        had = (as_of.month, as_of.day) >= (birth_date.month, birth_date.day)
        return as_of.year - birth_date.year - (not had) >= majority
    if birth_year is None:
        return None
    years = as_of.year - birth_year
    return True if years > majority else False if years < majority else None


@dataclass(frozen=True)
class Waiting:
    """What orders somebody on a waiting list. None: not known."""

    key: int
    requested: dt.date
    decided: dt.date | None = None  # day of a standing decision that sends them here
    last_year: int | None = None  # calendar year in which they still are of the age of the programme
    moved_to: int | None = None  # the place somebody gave by hand, from 1


@dataclass(frozen=True)
class Placed:
    """One place of a waiting list, from 1; `by_criteria` is the place without moves by hand."""

    waiting: Waiting
    place: int
    by_criteria: int

    @property
    def is_moved(self) -> bool:
        """True when somebody moved this person by hand."""
        return self.waiting.moved_to is not None


LAST = dt.date.max
CRITERIA: dict[str, Any] = {
    "DECISION": lambda row: (row.decided is None, row.decided or LAST),
    # Who passes the age soonest has no other season; an age that is not known comes after those that are.
    "UPPER_AGE": lambda row: (row.last_year is None, row.last_year or 0),
    "REQUESTED": lambda row: row.requested,
}


def waiting_order(rows: Iterable[Waiting], criteria: Sequence[str]) -> list[Placed]:
    """The waiting list by its criteria, in their order; then the moves by hand, from the first place on.

    Equal on every criterion, the request received first comes first. Raises KeyError for an unknown criterion.
    """
    ordered = sorted(rows, key=lambda row: (*(CRITERIA[name](row) for name in criteria), row.key))
    before = {row.key: place for place, row in enumerate(ordered, start=1)}
    moved = sorted((row for row in ordered if row.moved_to is not None), key=lambda row: row.moved_to or 0)
    line = [row for row in ordered if row.moved_to is None]
    for row in moved:
        line.insert(min((row.moved_to or 1) - 1, len(line)), row)
    return [Placed(row, place, before[row.key]) for place, row in enumerate(line, start=1)]


def last_year_of_age(birth: int | None, upper: int | None) -> int | None:
    """The calendar year in which somebody born in year `birth` still turns `upper`; None when one is not known."""
    return None if birth is None or upper is None else birth + upper


def places_left(capacities: Iterable[int | None], held: int, promised: int) -> int | None:
    """Places of a programme that are neither held nor promised; None when the capacity of a group is not stated.

    Never under 0: a centre that holds more than its capacity has no place.
    """
    known = list(capacities)
    if not known or None in known:
        return None
    return max(0, sum(filter(None, known)) - held - promised)
