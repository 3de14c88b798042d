"""The figures of a large territory as the last run stored them, dated; of everything smaller, counted as asked.

Counting a country of a million files takes seconds, and its figures are read all day (docs/decisions/0014-speed.md).
"""

import datetime as dt
from dataclasses import astuple, dataclass
from typing import Any

from istidrak.base import days
from istidrak.desk.models import CountedSeason
from istidrak.desk.queries.figure_bodies import Body
from istidrak.desk.queries.figures import figures_of
from istidrak.desk.queries.stations import BY_CODE, rows_of
from istidrak.programmes.models import Season
from istidrak.training.facts.insertions import BaseRate, base_rates


@dataclass(frozen=True)
class Counted:
    """Figures and insertion rates of a body. `counted_at`: when the run counted them; None when just now."""

    figures: dict[str, Any]
    rates: list[BaseRate]
    counted_at: dt.datetime | None = None


def last_day_of(season: Season) -> dt.date:
    """The day that the figures of a season are of: today, or its end once it is over."""
    return min(days.today(), dt.date(season.year + 1, 8, 31))


def counted_for(body: Body, season: Season, on: dt.date) -> Counted:
    """The stored figures of a territory, one query, when a run kept them and no earlier day is asked; else live.

    The stored ones say the day and the moment that they are of.
    """
    if body.is_territory and on == last_day_of(season):
        row = CountedSeason.objects.filter(season=season, organisation=body.organisation).first()
        if row is not None:
            return Counted(row.figures, [BaseRate(*rate) for rate in row.rates], row.counted_at)
    return count(body, season, on)


def count(body: Body, season: Season, on: dt.date) -> Counted:
    """Count now, whatever is stored."""
    rates = base_rates(body.scope, season, on) if body.kind != "SCHOOL" else []
    return Counted(figures_of(body, season, on), rates)


def counted_row(body: Body, season: Season) -> CountedSeason:
    """An unsaved row with the figures of a body."""
    now = days.now()
    counted = count(body, season, last_day_of(season))
    return CountedSeason(
        season=season,
        organisation=body.organisation,
        figures=counted.figures,
        rates=[list(astuple(rate)) for rate in counted.rates],
        counted_at=now,
    )


def persons_named(body: Body, season: Season) -> int:
    """How many persons are named in a territory, which says how long it takes to count; one query."""
    named = BY_CODE["named"]
    rows = rows_of(named, body, season, last_day_of(season))
    return rows.values(named.source.person).distinct().count()
