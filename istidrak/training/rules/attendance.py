"""What is allowed in a group, and how attendance is counted. Pure."""

import datetime as dt
from collections.abc import Iterable

CAME = {"PRESENT", "LATE"}


def is_group_full(capacity: int | None, enrolled: int) -> bool:
    """True when no place is left; a capacity that nobody stated never refuses."""
    return capacity is not None and enrolled >= capacity


def attendance_rate(marks: Iterable[str]) -> float | None:
    """Share of marks that are present or late, 0 to 1; None when there is no mark.

    Only sessions whose roll-call was opened have marks: a session not taken counts neither for nor against.
    """
    counted = list(marks)
    return sum(mark in CAME for mark in counted) / len(counted) if counted else None


def may_open_roll_call(session_date: dt.date, as_of: dt.date) -> bool:
    """A roll-call is opened on the day of the session or later: nobody is present on a day to come."""
    return session_date <= as_of
