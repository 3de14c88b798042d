"""A change of the rules before it is decided: what it costs, who gains and who loses. Pure: frames in, frames out.

Both laws are decided on the same rows by the expressions that pay, and only what is counted is kept: no reasons, no
lines. What a change leaves as it was (who is entitled, who comes first at home) is decided once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from istidrak.base.rules import Parameters, apply_compact
from istidrak.support import columns as c
from istidrak.support.rules.lines import with_amount, with_pupils_before
from istidrak.support.rules.tayssir import ENTITLED, MONTH_DUE

# What a pupil is counted by.
BY = (c.LEVEL.name, c.SEX.name, c.MILIEU.name, "place_number")
# Parameters that decide who is entitled to how much, and who comes first in a household.
OF_PUPILS = tuple(
    f"support.tayssir_{name}" for name in ("levels", "amount", "areas", "needs_commune", "covers", "household_order")
)
LIMIT = "support.tayssir_household_limit"
OF_LAW = ("monthly", c.PUPILS_BEFORE.name, c.PUPILS_UNSURE_BEFORE.name)
WORKED_OUT = (ENTITLED.code, *OF_LAW)
OF_HOUSEHOLD = ("child", "household", "school", "cycle", *BY, "birth_date", "enrolled_from", "enrolled_until")
READ = (*OF_HOUSEHOLD, c.IS_COMMUNE_COVERED.name, c.WAS_COMMUNE_COVERED.name, c.COVER.name)
SIDES = ("before", "after")


@dataclass(frozen=True)
class Laws:
    """The law as it is and as it would be, for months that share both."""

    before: Parameters
    after: Parameters
    months: tuple[int, ...]

    @property
    def change_pupils(self) -> bool:
        """Does the change touch who is entitled, to how much, or who comes first?"""
        return any(_in_force(self.before, name) != _in_force(self.after, name) for name in OF_PUPILS)

    @property
    def lower_limit(self) -> Parameters:
        """The law that pays fewer pupils of a household."""
        return min(self.before, self.after, key=lambda law: int(str(law.resolve(LIMIT).value)))


def _in_force(law: Parameters, name: str) -> list[tuple[object, ...]]:
    found = [v for v in law.values if v.name == name and v.is_in_force(law.as_of)]
    return sorted((str(sorted(v.keys.items())), v.since, str(v.place), str(v.value)) for v in found)


def totals(children: pl.LazyFrame, absences: pl.LazyFrame, sheets: pl.LazyFrame, laws: Laws) -> pl.LazyFrame:
    """A row per pupil whom either law may pay: BY, centimes of the months `before` and `after`, months left open.

    `children`, `absences` and `sheets` are the tables of a folder of facts (istidrak.support.facts).
    """
    both = _decided(children.select(READ), laws)
    kept = ["child", "school", "cycle", *BY, "enrolled_from", "enrolled_until"]
    rows = both.select(*kept, *(f"{name}__{side}" for name in WORKED_OUT for side in SIDES))
    zero = pl.lit(0, pl.Int64)
    rows = rows.with_columns(*(zero.alias(name) for name in (*SIDES, *(f"open_{side}" for side in SIDES))))
    for month in laws.months:
        rows = _with_month(rows, absences, sheets, month, laws)
    return rows.select("child", *BY, *SIDES, *(f"open_{side}" for side in SIDES))


def _may_be(name: str) -> pl.Expr:
    return pl.col(name).is_null() | pl.col(name)


def _decided(children: pl.LazyFrame, laws: Laws) -> pl.LazyFrame:
    """Those whom either law may pay, with what each works out of them: `<name>__before` and `<name>__after`."""
    right = pl.col(ENTITLED.code)
    rows = apply_compact(ENTITLED, children, laws.before).with_columns(right.alias(f"{ENTITLED.code}__before"))
    if laws.change_pupils:
        rows = apply_compact(ENTITLED, rows.drop(ENTITLED.code), laws.after)
    rows = rows.with_columns(right.alias(f"{ENTITLED.code}__after"))
    rows = rows.filter(pl.any_horizontal(_may_be(f"{ENTITLED.code}__{side}") for side in SIDES))
    rows = rows.select(*OF_HOUSEHOLD, *(f"{ENTITLED.code}__{side}" for side in SIDES))
    for side, law in zip(SIDES, (laws.before, laws.after), strict=True):
        if side == "after" and not laws.change_pupils:
            # Only the limit may differ: an order worked out for the lower one serves both.
            return rows.with_columns(*(pl.col(f"{n}__before").alias(f"{n}__after") for n in OF_LAW))
        rows = rows.with_columns(pl.col(f"{ENTITLED.code}__{side}").alias(ENTITLED.code))
        rows = with_pupils_before(with_amount(rows, law), law if laws.change_pupils else laws.lower_limit)
        others = [name for name in rows.collect_schema().names() if name not in OF_LAW]
        rows = rows.select(*others, *(pl.col(name).alias(f"{name}__{side}") for name in OF_LAW))
    return rows


def _with_month(
    rows: pl.LazyFrame, absences: pl.LazyFrame, sheets: pl.LazyFrame, month: int, laws: Laws
) -> pl.LazyFrame:
    """Add one month to what each law pays."""
    of_month = pl.col("month") == month
    counts = [column.name for column in c.ABSENCES.values()]
    missed = absences.filter(of_month).select("child", *counts)
    validated = sheets.filter(of_month).select("school", pl.lit(value=True).alias("is_sheet_validated"))
    kept = rows.collect_schema().names()
    rows = rows.join(missed, on="child", how="left").join(validated, on="school", how="left")
    rows = rows.with_columns(
        pl.lit(month, pl.Int64).alias("month"), *(pl.col(name).fill_null(pl.lit(0, pl.Int64)) for name in counts)
    )
    for side, law in zip(SIDES, (laws.before, laws.after), strict=True):
        rows = _paid(rows, side, law)
    return rows.select(kept)


def _paid(rows: pl.LazyFrame, side: str, law: Parameters) -> pl.LazyFrame:
    """Add the month's amount and whether it is open, for one law."""
    names = {ENTITLED.code: c.IS_ENTITLED.name}
    facts = (pl.col(f"{n}__{side}").alias(names.get(n, n)) for n in WORKED_OUT if n != "monthly")
    answered = apply_compact(MONTH_DUE, rows.with_columns(*facts), law)
    is_due, monthly = pl.col(MONTH_DUE.code), pl.col(f"monthly__{side}")
    is_open = is_due.is_null() | (is_due & monthly.is_null())
    return answered.with_columns(
        (pl.col(side) + pl.when(is_due).then(monthly).otherwise(0).fill_null(0)).alias(side),
        (pl.col(f"open_{side}") + is_open.cast(pl.Int64)).alias(f"open_{side}"),
    )


def summed(parts: Sequence[pl.LazyFrame]) -> pl.LazyFrame:
    """The totals of several months or laws, a row per pupil; counted where the pupil was first."""
    if len(parts) == 1:
        return parts[0]
    sums = [*SIDES, *(f"open_{side}" for side in SIDES)]
    return pl.concat(parts).group_by("child", maintain_order=True).agg(pl.col(BY).first(), pl.col(sums).sum())


def counted(pupils: pl.LazyFrame) -> pl.LazyFrame:
    """The cube: for each level, sex, milieu and place, money before and after, who gains, who loses and how much."""
    change = pl.col("after") - pl.col("before")
    gains, loses = change > 0, change < 0
    return pupils.group_by(BY).agg(
        pl.len().alias("pupils"),
        *(pl.col(side).sum() for side in SIDES),
        *((pl.col(side) > 0).sum().cast(pl.Int64).alias(f"paid_{side}") for side in SIDES),
        gains.sum().cast(pl.Int64).alias("gaining"),
        change.filter(gains).sum().alias("gained"),
        loses.sum().cast(pl.Int64).alias("losing"),
        (-change.filter(loses)).sum().alias("lost"),
        *(pl.col(f"open_{side}").sum() for side in SIDES),
    )
