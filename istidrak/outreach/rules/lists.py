"""When a school's list is late, and what a school's mark means for a case."""

import datetime as dt

# Values of ExpectedList.State and Case.Mark, repeated because rules know no table.
EXPECTED = "EXPECTED"
STRIKING_OUT = frozenset({"CAME_BACK", "TRANSFERRED"})


def is_late(state: str, due_date: dt.date, as_of: dt.date) -> bool:
    """A list is late from the day after it was due, as long as the school neither sent it nor said "nothing"."""
    return state == EXPECTED and as_of > due_date


def days_late(state: str, due_date: dt.date, as_of: dt.date) -> int:
    """Whole days since the due day; 0 for a list that is not late."""
    return (as_of - due_date).days if is_late(state, due_date, as_of) else 0


def strikes_out(mark: str) -> bool:
    """True when a mark says that a school has the pupil.

    Came back: this one. Transferred: another one is responsible, and should it not have the pupil, its own list of
    the next round names the child again. Moved away, not known, still absent: somebody has to go and look.
    """
    return mark in STRIKING_OUT
