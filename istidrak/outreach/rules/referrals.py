"""When a referral is overdue, when an arrival may be confirmed. Pure.

A case is not closed by sending somebody somewhere: the receiver confirms the arrival, after a number of sessions
attended or a month in school (parameters of this module).
"""

import datetime as dt

# Values of Referral.State and Organisation.Kind, repeated because rules know no table.
NOT_THERE = frozenset({"SENT", "ACCEPTED"})
THERE = "ARRIVED"
CENTRE = "CENTRE"


def due_on(sent: dt.date, delay_days: int) -> dt.date:
    """The day by which the young person is awaited."""
    return sent + dt.timedelta(days=delay_days)


def is_overdue(state: str, due_date: dt.date, as_of: dt.date) -> bool:
    """From the day after it was due, as long as nobody said that the young person has come or never will."""
    return state in NOT_THERE and as_of > due_date


def confirmable_from(arrived: dt.date, month_days: int) -> dt.date:
    """The first day on which a month in school is over."""
    return arrived + dt.timedelta(days=month_days)


def is_unconfirmed(state: str, arrived: dt.date | None, month_days: int, delay_days: int, as_of: dt.date) -> bool:
    """Has come, and nobody confirmed when it could have been long since: perhaps left again after a day."""
    return state == THERE and arrived is not None and as_of > confirmed_by(arrived, month_days, delay_days)


def confirmed_by(arrived: dt.date, month_days: int, delay_days: int) -> dt.date:
    """The day by which an arrival is confirmed at the latest: once the month is over, the delay of an answer."""
    return due_on(confirmable_from(arrived, month_days), delay_days)


def has_attended_enough(sessions: int, needed: int) -> bool:
    """The number of sessions that confirms an arrival in a centre is reached."""
    return sessions >= needed


def confirmation_problem(
    kind: str, sessions: int, arrived: dt.date | None, needed: int, month_days: int, as_of: dt.date
) -> str | None:
    """Why an arrival cannot be confirmed yet, or None: TOO_FEW_SESSIONS in a centre, TOO_EARLY elsewhere.

    `kind`: of the receiver. A training body counts days as a school does: its sessions are not kept here.
    """
    if kind == CENTRE:
        return None if has_attended_enough(sessions, needed) else "TOO_FEW_SESSIONS"
    if arrived is None or as_of < confirmable_from(arrived, month_days):
        return "TOO_EARLY"
    return None
