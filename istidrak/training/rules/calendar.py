"""Days of a weekly timetable, closed days, how late a roll-call is. Pure."""

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from istidrak.base.rules.parameters import ParameterValue
from istidrak.base.words import Bilingual


@dataclass(frozen=True)
class Holiday(Bilingual):
    """A holiday of a fixed day of the year, on its day of one year."""

    date: dt.date
    name_ar: str
    name_fr: str
    source: str


def days_of_week(weekday: int, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The days between two days, both included, that fall on a weekday (1 Monday to 7 Sunday)."""
    day = first + dt.timedelta(days=(weekday - first.isoweekday()) % 7)
    while day <= last:
        yield day
        day += dt.timedelta(days=7)


def fixed_holidays(values: Iterable[ParameterValue], first: dt.date, last: dt.date) -> list[Holiday]:
    """Holidays of a fixed day between two days, both included, those in force on the day itself, by day.

    `values`: of the parameter `training.fixed_holiday`, keyed by day (month-day), {"ar": name, "fr": name}.
    """
    found = []
    for value in values:
        month, number = (int(part) for part in value.keys["day"].split("-"))
        for year in range(first.year, last.year + 1):
            if number > calendar.monthrange(year, month)[1]:
                continue
            day = dt.date(year, month, number)
            if first <= day <= last and value.is_in_force(day) and isinstance(value.value, dict):
                found.append(Holiday(day, value.value["ar"], value.value["fr"], value.source))
    return sorted(found, key=lambda holiday: holiday.date)


def month_of(text: str, as_of: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of a month written as year-month (2025-10); of today's month when it is no month."""
    try:
        first = dt.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a day of the calendar
    except ValueError:
        first = as_of.replace(day=1)
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def days_late(session_date: dt.date, as_of: dt.date) -> int:
    """Days since a session whose roll-call is not done; 0 on its own day."""
    return max(0, (as_of - session_date).days)
