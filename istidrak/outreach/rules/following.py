"""What makes a contact acceptable, when a case is taken up again, what is late on a to-do list. Pure."""

import datetime as dt
from collections.abc import Iterable

# Values of Case.State and Contact.Result, repeated because rules know no table.
WAITING = frozenset({"NAMED", "TO_VISIT"})
LEFT = frozenset({"REFUSED", "NOT_FOUND"})
CLOSED = frozenset({"ARRIVED", "CLOSED", "STRUCK_OUT"})
MET = frozenset({"MET", "FAMILY_MET"})
# Whose case came to nothing: opened anew in the next season.
CARRIED = WAITING | LEFT | {"FOLLOWED"}
OUTCOMES = {
    "refuse": frozenset({"REFUSED"}),
    "lose": frozenset({"WRONG_ADDRESS", "MOVED", "ABSENT"}),
}
A_YEAR = dt.timedelta(days=365)
FIRST_MONTH = 9  # of a school year


def earliest_day(season_year: int) -> dt.date:
    """The first day on which something of a season may have taken place; a year before it was mistyped."""
    return dt.date(season_year, 1, 1)


def latest_due(as_of: dt.date) -> dt.date:
    """The last day that may be planned: a year ahead. What is due later is on nobody's list while it matters."""
    return as_of + A_YEAR


def a_year_before(as_of: dt.date) -> dt.date:
    """The first day that a form of today may still be about, when no season says it."""
    return as_of - A_YEAR


def step_problem(step: str, step_date: dt.date | None, since: dt.date, as_of: dt.date | None = None) -> str | None:
    """What is wrong with a next step, or None: STEP_WITHOUT_DAY, DAY_WITHOUT_STEP, STEP_IN_THE_PAST, STEP_TOO_FAR.

    `since`: the day before which it cannot be; `as_of`: today, when that is another day.
    """
    if step.strip() and step_date is None:
        return "STEP_WITHOUT_DAY"
    if step_date is not None and not step.strip():
        return "DAY_WITHOUT_STEP"
    if step_date is not None and step_date < since:
        return "STEP_IN_THE_PAST"
    if step_date is not None and step_date > latest_due(as_of or since):
        return "STEP_TOO_FAR"
    return None


def contact_problem(
    date: dt.date, step: str, step_date: dt.date | None, as_of: dt.date, season_year: int
) -> str | None:
    """What is wrong with a contact, or None: FUTURE, BEFORE_SEASON, or what `step_problem` says of its next step.

    The step is compared with the day of the contact: a visit may be written down after its next step was due.
    """
    if date > as_of:
        return "FUTURE"
    return "BEFORE_SEASON" if date < earliest_day(season_year) else step_problem(step, step_date, date, as_of)


def may_end_with(result: str, outcome: str) -> bool:
    """A case is refused after a refusal only, and lost after a contact that met nobody at the place."""
    return outcome == "" or result in OUTCOMES.get(outcome, frozenset())


def is_not_found_after(results: Iterable[str], tries: int) -> bool:
    """True when the last `tries` contacts met nobody: "not found" is then offered, never written by itself.

    `results`: values of Contact.Result, the newest first.
    """
    last = list(results)[:tries]
    return len(last) == tries and all(result in OUTCOMES["lose"] for result in last)


def is_followed_after(state: str, result: str) -> bool:
    """The first contact begins the following, whatever came of it; one who had refused or was lost is followed
    again when somebody was met."""
    return state in WAITING or (state in LEFT and result in MET)


def comes_back_on(date: dt.date, season_year: int, dates: Iterable[str]) -> dt.date:
    """The first day after `date` on which a case is taken up again.

    `dates`: month and day (`01-12`); before September it is in the season, from September on it is in the next one.
    A case written down after all of them waits for the first one of a later season. Raises ValueError without dates.
    """
    pairs = [tuple(map(int, text.split("-"))) for text in dates]
    # A day of the following seasons too: whoever writes down an old season late still gets a day to come.
    years = range(season_year + 1, max(season_year, date.year) + 3)
    return min(day for year in years for month, number in pairs if (day := dt.date(year, month, number)) > date)


def days_late(due: dt.date | None, as_of: dt.date) -> int:
    """Whole days since a step was due; 0 on its day, before, or without a day."""
    return max(0, (as_of - due).days) if due else 0
