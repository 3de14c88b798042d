"""Counts of absences in a month: what is possible."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import NamedTuple

# A day of school has at most a morning of four hours and an afternoon of four.
HOURS_A_DAY = 8


class Counts(NamedTuple):
    """What one pupil missed in one month: whole days, and hours of other days; excused (justified) or not."""

    unexcused_days: int = 0
    excused_days: int = 0
    unexcused_hours: int = 0
    excused_hours: int = 0


NONE = Counts()


def school_days(month: int) -> int:
    """The most days of school that a month (201809) can have: all but Sundays, holidays included."""
    year, number = divmod(month, 100)
    days = range(1, calendar.monthrange(year, number)[1] + 1)
    return sum(dt.date(year, number, day).weekday() != calendar.SUNDAY for day in days)


def problem_of(counts: Counts, month: int) -> str:
    """Why these counts cannot be: "negative", "days" (more than the month has), "hours"; empty when they can."""
    if min(counts) < 0:
        return "negative"
    most = school_days(month)
    if counts.unexcused_days + counts.excused_days > most:
        return "days"
    if counts.unexcused_hours + counts.excused_hours > most * HOURS_A_DAY:
        return "hours"
    return ""


def year_of_month(month: int) -> int | None:
    """The school year (2018) that a month is of: 201809 and 201906 give 2018. None in July, August, or no month."""
    year, number = divmod(month, 100)
    if 9 <= number <= 12:
        return year
    return year - 1 if 1 <= number <= 6 else None


def after_month(month: int) -> dt.date:
    """The first day after a month (201812): only from then on is known what the month's absences were."""
    year, number = divmod(month, 100)
    return dt.date(year + number // 12, number % 12 + 1, 1)
