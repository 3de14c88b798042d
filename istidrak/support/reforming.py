"""Comparing the law of an instalment with a changed copy of it, on a folder of facts; no database is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from istidrak.base.rules import Parameters, ParameterValue
from istidrak.support.facts import Facts
from istidrak.support.rules import lines, reform
from istidrak.support.rules.changes import Change, changed

COUNTS = ("pupils", "before", "after", "paid_before", "paid_after", "gaining", "gained", "losing", "lost")
COUNTS = (*COUNTS, "open_before", "open_after")


@dataclass(frozen=True)
class Comparison:
    """What a change does: `cube` has a row per level, sex, milieu and place, with COUNTS; money in centimes."""

    months: tuple[int, ...]
    cube: pl.DataFrame

    @property
    def totals(self) -> dict[str, int]:
        """COUNTS over all pupils."""
        return {name: int(self.cube[name].sum() or 0) for name in COUNTS}

    def by(self, name: str) -> list[dict[str, Any]]:
        """COUNTS by one of reform.BY, in its order; None for the pupils of whom it is not known."""
        grouped = self.cube.group_by(name).agg(pl.col(COUNTS).sum()).sort(name, nulls_last=True)
        return grouped.to_dicts()

    def as_json(self) -> dict[str, Any]:
        """Totals, and counts by level, sex, milieu and place."""
        return {"months": list(self.months), **self.totals, "by": {name: self.by(name) for name in reform.BY}}


def compare(facts: Facts, changes: Iterable[Change], *, school_year: int, instalment: int) -> Comparison:
    """What changes of parameters would do to an instalment. Raises BadChange, and what `compare_laws` raises."""
    days = [lines.first_day(month) for month in months_of(facts, school_year, instalment)]
    return compare_laws(
        facts, changed(facts.parameters, changes, days), school_year=school_year, instalment=instalment
    )


def months_of(facts: Facts, school_year: int, instalment: int) -> list[int]:
    """The months of an instalment under the law as it is. Raises NoParameter, IndexError."""
    return lines.months_of(school_year, instalment, Parameters(facts.parameters, dt.date(school_year, 9, 1)))


def compare_laws(facts: Facts, other: Sequence[ParameterValue], *, school_year: int, instalment: int) -> Comparison:
    """What an instalment costs under the facts' own parameters, and under `other` ones.

    The months are those of the instalment under the law as it is. Raises NoParameter when a text is missing on either
    side, IndexError for an instalment that the calendar does not have.
    """
    months = months_of(facts, school_year, instalment)
    children, absences, sheets = (pl.scan_parquet(facts.path(name)) for name in ("children", "absences", "sheets"))
    has_moves = facts.path("moves").exists()
    parts = []
    for laws in _laws(facts.parameters, tuple(other), months, is_each=has_moves):
        pupils = children
        if has_moves:
            moves = pl.scan_parquet(facts.path("moves"))
            pupils = lines.pupils_of_month(children, moves, laws.months[0])
        found = reform.totals(pupils, absences, sheets, laws)
        parts.append(lines.within(found, facts.territory) if facts.territory else found)
    return Comparison(tuple(months), reform.counted(reform.summed(parts)).collect())


def _laws(
    before: tuple[ParameterValue, ...], after: tuple[ParameterValue, ...], months: Sequence[int], *, is_each: bool
) -> list[reform.Laws]:
    """Both laws, with the months that they are the same for; `is_each` keeps every month apart."""
    found: list[tuple[Any, reform.Laws]] = []
    for month in months:
        day = lines.first_day(month)
        in_force = [[v for v in values if v.is_in_force(day)] for values in (before, after)]
        laws = reform.Laws(Parameters(before, day), Parameters(after, day), (month,))
        if found and not is_each and found[-1][0] == in_force:
            last = found[-1][1]
            found[-1] = (in_force, replace(last, months=(*last.months, month)))
        else:
            found.append((in_force, laws))
    return [laws for _in_force, laws in found]
