"""When a learner who left is asked for, who is drawn, who may be called lost, what a sample says. Pure."""

import calendar
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


def due_date(since: dt.date, months: int) -> dt.date:
    """The same day some months later; the last day of a shorter month."""
    year, month = divmod(since.year * 12 + since.month - 1 + months, 12)
    return dt.date(year, month + 1, min(since.day, calendar.monthrange(year, month + 1)[1]))


def chosen(seed: str, share: int, by_centre: Mapping[str, Iterable[str]]) -> set[str]:
    """The ids that a draw of `share` percent takes, centre by centre, rounded up: at least one of each centre.

    Each id is ranked by the SHA-256 of the seed and itself: whoever has the seed and the ids draws the same again,
    and nobody chooses.
    """
    taken: set[str] = set()
    for ids in by_centre.values():
        ranked = sorted(ids, key=lambda one: hashlib.sha256(f"{seed}|{one}".encode()).digest())
        taken.update(ranked[: -(-len(ranked) * share // 100)])
    return taken


def is_lost_after(days_without_news: Iterable[dt.date], tries: int) -> bool:
    """Lost may be said after tries on so many different days."""
    return len(set(days_without_news)) >= tries


@dataclass(frozen=True)
class Estimate:
    """What a sample says of its population, in percent; between two bounds while some drawn are not answered."""

    drawn: int
    answered: int
    confirmed: int
    population: int
    low: int
    high: int


def estimate(by_centre: Mapping[str, tuple[int, int]], answers: Mapping[str, tuple[int, int]]) -> Estimate | None:
    """The share still inserted, each centre weighing as many as it had; None when nothing was drawn.

    `by_centre`: (population, drawn) by centre. `answers`: (answered, of them confirmed or in another insertion).
    Who is lost from sight is answered and not confirmed. Drawn and not yet answered: none, then all, are confirmed.
    """
    population = sum(there for there, _ in by_centre.values())
    drawn = sum(taken for _, taken in by_centre.values())
    if not drawn:
        return None
    low = high = 0.0
    for centre, (there, taken) in by_centre.items():
        answered, confirmed = answers.get(centre, (0, 0))
        if taken:
            low += there * confirmed / taken
            high += there * (confirmed + taken - answered) / taken
    return Estimate(
        drawn=drawn,
        answered=sum(answered for answered, _ in answers.values()),
        confirmed=sum(confirmed for _, confirmed in answers.values()),
        population=population,
        low=round(100 * low / population),
        high=round(100 * high / population),
    )
