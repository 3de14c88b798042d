"""Ages in completed years on a reference day, for one person and for a frame.

Bounds are inclusive: from 15 to 18 begins on the 15th birthday and ends on the day before the 19th. Someone
born on 29 February completes a year on 1 March of a common year. When only the birth year is known, an answer
is given if it is the same for every day of that year; otherwise it is not known. Two bands that overlap are
two conditions, each answered by itself: both stay open to the person.
"""

from __future__ import annotations

import datetime as dt

import narwhals as nw

from istidrak.base.rules.columns import Column, Columns
from istidrak.base.rules.outcomes import Outcome

BIRTH_DATE = Column("birth_date", dt.date)
BIRTH_YEAR = Column("birth_year", int)
BIRTH = (BIRTH_DATE, BIRTH_YEAR)

OLDEST = 150  # years; stands for "no upper bound"


def completed_years(birth_date: dt.date, day: dt.date) -> int:
    """The age on a day, in completed years; negative before birth."""
    is_birthday_ahead = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - is_birthday_ahead


def age_outcome(
    birth_date: dt.date | None,
    birth_year: int | None,
    lower: int | None,
    upper: int | None,
    reference_day: dt.date,
) -> Outcome:
    """Is the person from `lower` to `upper` completed years old on the reference day, both included?

    A bound that is None does not limit, but nobody has an age before birth. The year is read only when the
    date is not known. Raises ValueError when the bounds are not 0 <= lower <= upper <= 150.
    """
    lower, upper = _bounds(lower, upper)
    if birth_date is not None:
        ages = {completed_years(birth_date, reference_day)}
    elif birth_year is not None:
        # Born on the first day of the year or on the last: no day between gives another age.
        is_last_day = (reference_day.month, reference_day.day) == (12, 31)
        ages = {reference_day.year - birth_year, reference_day.year - birth_year - (not is_last_day)}
    else:
        return Outcome.UNKNOWN
    answers = {lower <= age <= upper for age in ages}
    return Outcome.of(None if len(answers) > 1 else answers.pop())


def age_between(columns: Columns, lower: int | None, upper: int | None, reference_day: dt.date) -> nw.Expr:
    """The same question as `age_outcome` for every row; null where it is not known. Reads BIRTH.

    The band is turned into the first and last birth date that lie in it, so that rows are only compared with
    constants: no date arithmetic, which engines do not share.
    """
    lower, upper = _bounds(lower, upper)
    first = _years_before(reference_day, upper + 1) + dt.timedelta(days=1)
    last = _years_before(reference_day, lower)
    date, year = columns[BIRTH_DATE], columns[BIRTH_YEAR]
    first_whole_year = first.year if (first.month, first.day) == (1, 1) else first.year + 1
    last_whole_year = last.year if (last.month, last.day) == (12, 31) else last.year - 1
    by_year = (
        nw.when(year.is_between(first_whole_year, last_whole_year))
        .then(nw.lit(value=True))
        .when((year < first.year) | (year > last.year))
        .then(nw.lit(value=False))
    )
    return nw.when(~date.is_null()).then(date.is_between(first, last)).otherwise(by_year)


def _bounds(lower: int | None, upper: int | None) -> tuple[int, int]:
    lower, upper = lower or 0, OLDEST if upper is None else upper
    if not 0 <= lower <= upper <= OLDEST:
        raise ValueError(f"an age band from {lower} to {upper} holds nobody")
    return lower, upper


def _years_before(day: dt.date, years: int) -> dt.date:
    """The last birth date with which `years` are completed on the day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February, and the earlier year has none
        return day.replace(year=day.year - years, day=28)
