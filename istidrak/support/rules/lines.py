"""From facts of pupils to a line per pupil and month, on any engine. Pure: frames and parameters in, frames out.

Every step is written once in Narwhals and runs on Polars, DuckDB and Spark alike: no arithmetic on dates, whole
numbers cast explicitly, and a total order wherever rows are counted.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from istidrak.base.rules import Parameters, apply_compact
from istidrak.support import columns as c
from istidrak.support.rules.tayssir import ENTITLED, MONTH_DUE

LINE = ("month", "child", "household", "guardian", "school", "place_number", "level", "amount")
LINE = (*LINE, "outcome", "met", "not_met")
PAID, UNPAID, TO_COMPLETE = 1, 0, -1  # outcome of a line

NEVER = dt.date(9999, 12, 31)  # stands for a birth date that is not known: such pupils come last


def first_day(month: int) -> dt.date:
    """The first day of a month written 201809."""
    return dt.date(month // 100, month % 100, 1)


def months_of(school_year: int, instalment: int, parameters: Parameters) -> list[int]:
    """The months, written 201809, that an instalment (from 1) of a school year (2018 for 2018/19) covers.

    Raises IndexError when the year has no such instalment, NoParameter when no text sets any.
    """
    calendar: Any = parameters.resolve("support.tayssir_instalments").value
    if not 1 <= instalment <= len(calendar):
        raise IndexError(instalment)
    return [(school_year + (month < 9)) * 100 + month for month in calendar[instalment - 1]]


def entitled(children: IntoFrameT, parameters: Parameters) -> IntoFrameT:
    """The pupils with the answers of ENTITLED, their monthly `amount`, and who comes before them at home."""
    return with_pupils_before(with_amount(apply_compact(ENTITLED, children, parameters), parameters), parameters)


def with_amount(children: IntoFrameT, parameters: Parameters) -> IntoFrameT:
    """Add `monthly`: centimes a month for the pupil's level; null where no text sets an amount."""
    choices = parameters.choices("support.tayssir_amount", ("level",))
    level = nw.col(c.LEVEL.name)
    branch: Any = nw
    for choice in choices:
        branch = branch.when(level == choice.keys["level"]).then(nw.lit(choice.value, nw.Int64))
    frame: Any = nw.from_native(children)
    return frame.with_columns(branch.alias("monthly")).to_native()  # type: ignore[no-any-return]


def with_pupils_before(children: IntoFrameT, parameters: Parameters) -> IntoFrameT:
    """Add how many pupils of the household come first: those entitled, and those of whom it is not known.

    Null where the household is not known. Only households with more pupils than the limit are put in order: in the
    others, nobody is one too many.
    """
    limit: Any = parameters.resolve("support.tayssir_household_limit").value
    order = parameters.resolve("support.tayssir_household_order").value
    frame: Any = nw.from_native(children)
    counted = frame.with_columns(*counts_and_rank(str(order)))
    may_count = counted.filter((nw.col("is_yes") + nw.col("is_open") > 0) & ~nw.col("household").is_null())
    sizes = may_count.group_by("household").agg(nw.len().alias("pupils"))
    large = sizes.filter(nw.col("pupils") > limit).select("household")
    ordered = may_count.join(large, on="household", how="semi").select("child", *who_comes_before())
    joined = frame.join(ordered, on="child", how="left")
    has_household = ~nw.col("household").is_null()
    filled = (
        nw.when(has_household).then(nw.coalesce(name, nw.lit(0, nw.Int64))).alias(name)
        for name in (c.PUPILS_BEFORE.name, c.PUPILS_UNSURE_BEFORE.name)
    )
    return joined.with_columns(*filled).to_native()  # type: ignore[no-any-return]


def counts_and_rank(order: str) -> tuple[nw.Expr, ...]:
    """Whether a pupil counts (`is_yes`), may count (`is_open`), and what puts pupils in order (`rank_key`)."""
    is_yes, is_open = nw.col(ENTITLED.code), nw.col(ENTITLED.code).is_null()
    return (
        nw.when(is_yes).then(nw.lit(1, nw.Int64)).otherwise(nw.lit(0, nw.Int64)).alias("is_yes"),
        nw.when(is_open).then(nw.lit(1, nw.Int64)).otherwise(nw.lit(0, nw.Int64)).alias("is_open"),
        _rank_key(order),
    )


def who_comes_before() -> tuple[nw.Expr, nw.Expr]:
    """How many pupils of the household come first, entitled and not known; reads `counts_and_rank`."""
    return _before("is_yes").alias(c.PUPILS_BEFORE.name), _before("is_open").alias(c.PUPILS_UNSURE_BEFORE.name)


def _rank_key(order: str) -> nw.Expr:
    """A whole number per pupil, the smallest first; the pupil's own number decides between equals."""
    if order == "HIGHEST_AMOUNT":
        return (nw.lit(0, nw.Int64) - nw.coalesce("monthly", nw.lit(0, nw.Int64))).alias("rank_key")
    birth = nw.coalesce(c.BIRTH_DATE.name, nw.lit(NEVER, nw.Date()))
    number = birth.dt.year().cast(nw.Int64) * 10_000 + birth.dt.month().cast(nw.Int64) * 100
    number = number + birth.dt.day().cast(nw.Int64)
    if order == "ELDEST":
        return number.alias("rank_key")
    if order == "YOUNGEST":
        is_known = ~nw.col(c.BIRTH_DATE.name).is_null()
        return nw.when(is_known).then(nw.lit(0, nw.Int64) - number).otherwise(number).alias("rank_key")
    raise ValueError(f"support.tayssir_household_order: {order}")


def _before(name: str) -> nw.Expr:
    column = nw.col(name)
    return column.cum_sum().over("household", order_by=["rank_key", "child"]) - column


def pupils_of_month(children: IntoFrameT, moves: IntoFrameT, month: int) -> IntoFrameT:
    """The pupils as they were in a month: who was elsewhere has the row of `moves`, with its school and its level."""
    elsewhere: Any = nw.from_native(moves)
    elsewhere = elsewhere.filter(nw.col("month") == month).drop("month")
    frame: Any = nw.from_native(children)
    names = frame.collect_schema().names()
    stayed = frame.join(elsewhere.select("child"), on="child", how="anti")
    return nw.concat([stayed, elsewhere.select(names)], how="vertical").to_native()  # type: ignore[no-any-return]


def within(lines: IntoFrameT, territory: tuple[int, int]) -> IntoFrameT:
    """The lines of pupils whose school lies between two place numbers, both included."""
    low, high = territory
    place = nw.col("place_number")
    frame: Any = nw.from_native(lines)
    return frame.filter((place >= low) & (place <= high)).to_native()  # type: ignore[no-any-return]


def lines_of_month(
    children: IntoFrameT, absences: IntoFrameT, sheets: IntoFrameT, month: int, parameters: Parameters
) -> IntoFrameT:
    """One line per pupil who is entitled, or may be, for one month. `children` come from `entitled`.

    `absences` (child, month, the four counts) hold exceptions only; `sheets` (school, month) the months that a head
    has validated: in those, a pupil without a row was never absent.
    """
    frame: Any = nw.from_native(children)
    of_month = nw.col("month") == month
    missed: Any = nw.from_native(absences)
    missed = missed.filter(of_month).drop("month")
    validated: Any = nw.from_native(sheets)
    validated = (
        validated.filter(of_month).select("school").with_columns(nw.lit(value=True).alias("is_sheet_validated"))
    )
    counts = [column.name for column in c.ABSENCES.values()]
    rows = (
        frame.filter(nw.col(ENTITLED.code).is_null() | nw.col(ENTITLED.code))
        .with_columns(nw.lit(month, nw.Int64).alias("month"), nw.col(ENTITLED.code).alias(c.IS_ENTITLED.name))
        .join(missed, on="child", how="left")
        .join(validated, on="school", how="left")
        .with_columns(*(nw.coalesce(name, nw.lit(0, nw.Int64)).alias(name) for name in counts))
        .to_native()
    )
    answered: Any = nw.from_native(apply_compact(MONTH_DUE, rows, parameters))
    return _as_lines(answered).to_native()  # type: ignore[no-any-return]


def _as_lines(answered: Any) -> Any:
    """The columns of LINE: the reasons of the pupil (low bits) and of the month (high bits) in two numbers."""
    is_due = nw.col(MONTH_DUE.code)
    shift = 1 << len(ENTITLED.conditions)
    masks = (
        (nw.col(f"{ENTITLED.code}__{kind}") + nw.col(f"{MONTH_DUE.code}__{kind}") * shift).cast(nw.Int32).alias(kind)
        for kind in ("met", "not_met")
    )
    outcome = (
        nw.when(is_due & ~nw.col("monthly").is_null())
        .then(nw.lit(PAID))
        .when(~is_due)
        .then(nw.lit(UNPAID))
        .otherwise(nw.lit(TO_COMPLETE))
    )
    amount = nw.when(is_due).then(nw.col("monthly")).otherwise(nw.lit(0, nw.Int64))
    return answered.with_columns(
        *masks, outcome.cast(nw.Int16).alias("outcome"), nw.coalesce(amount, nw.lit(0, nw.Int64)).alias("amount")
    ).select(*(_typed(name) for name in LINE))


NARROW = {"month": nw.Int32(), "amount": nw.Int32()}


def _typed(name: str) -> nw.Expr:
    return nw.col(name).cast(NARROW[name]) if name in NARROW else nw.col(name)
