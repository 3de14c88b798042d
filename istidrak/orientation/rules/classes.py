"""Which classes of formal school a young person may still reach, from age and last level. Pure.

Ceilings are those of the note of September 2025 on class councils: 17, 18, 19 for the three years of lower
secondary, 20 for the common core, 21 for the first baccalaureate year, tolerance 22; automatic under 16.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from istidrak.base.rules import Outcome, age_outcome

LEVELS = ("1AP", "2AP", "3AP", "4AP", "5AP", "6AP", "1AC", "2AC", "3AC", "TC", "1BAC", "2BAC")


@dataclass(frozen=True)
class ReachableClass:
    """A class one may ask for: its level, whether age opens it, the oldest age, and whether a council is needed.

    `needs_council` is None where the age that would say so is not known.
    """

    level: str
    is_next: bool  # the class after the last one; otherwise the same class again
    outcome: Outcome
    ceiling: int
    needs_council: bool | None


def cycle_of(level: str) -> str:
    """The cycle that a level of LEVELS belongs to."""
    return "PRIMARY" if level.endswith("AP") else "LOWER_SECONDARY" if level.endswith("AC") else "UPPER_SECONDARY"


def may_hold(cycle: str | None, levels: Iterable[str]) -> bool:
    """Can a school of this cycle hold one of these classes? Without a cycle or a class, it may: unknown is not no."""
    cycles = {cycle_of(level) for level in levels}
    return cycle is None or not cycles or cycle in cycles


def next_level(level: str) -> str | None:
    """The level after one; None after the last, and for a level that is not known."""
    after = LEVELS.index(level) + 1 if level in LEVELS else len(LEVELS)
    return LEVELS[after] if after < len(LEVELS) else None


def reachable_classes(
    last_level: str | None,
    birth_date: dt.date | None,
    birth_year: int | None,
    ceilings: Mapping[str, int],
    automatic_age: int,
    reference_day: dt.date,
) -> list[ReachableClass]:
    """The class of the last level and the one after it, each with what age says of it.

    Whether the pupil repeats or goes up is the council's to say: both are shown. Up to `automatic_age` (completed
    years on the reference day) every class is open and no council is needed. A level without a ceiling opens no
    further than that. Nothing for a last level that is not known.
    """
    if last_level not in LEVELS:
        return []
    automatic = age_outcome(birth_date, birth_year, None, automatic_age, reference_day)
    needs_council = None if automatic is Outcome.UNKNOWN else automatic is Outcome.NOT_MET
    rows = []
    for level in filter(None, (last_level, next_level(last_level))):
        ceiling = max(ceilings.get(level, automatic_age), automatic_age)
        outcome = age_outcome(birth_date, birth_year, None, ceiling, reference_day)
        rows.append(ReachableClass(level, level != last_level, outcome, ceiling, needs_council))
    return rows
