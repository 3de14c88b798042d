"""Order and lateness of meetings. Pure."""

import datetime as dt


def is_overdue(next_date: dt.date | None, as_of: dt.date) -> bool:
    """True when the planned meeting was before today; one that nobody planned is not late."""
    return next_date is not None and next_date < as_of


def date_problem(date: dt.date, next_date: dt.date | None, as_of: dt.date, earliest: dt.date) -> str | None:
    """What is wrong with the days of a note, or None: TO_COME, TOO_OLD, NEXT_PAST, NEXT_TOO_FAR.

    `earliest`: the first day that a note may bear. The next meeting is from today to a year ahead.
    """
    if date > as_of:
        return "TO_COME"
    if date < earliest:
        return "TOO_OLD"
    if next_date is not None and next_date < as_of:
        return "NEXT_PAST"
    if next_date is not None and next_date > as_of + dt.timedelta(days=365):
        return "NEXT_TOO_FAR"
    return None
