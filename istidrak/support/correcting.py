"""What facts known since a saving change: lines computed again under the law of their months, beside what was frozen.

Nothing is written here, and a line never changes: support/actions/corrections turns differences into adjustments.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet

from istidrak.base.bulk import chunks
from istidrak.base.parameters import values_of
from istidrak.base.rules import Parameters, ParameterValue, apply_compact
from istidrak.support.computing import compute
from istidrak.support.facts import Facts, open_facts, parameters_of
from istidrak.support.facts.database import EVERYWHERE, write_facts
from istidrak.support.models import Adjustment, Instalment, Line, Registration
from istidrak.support.queries.families import numbers_of, survivors
from istidrak.support.queries.runs import last_folder
from istidrak.support.replaying import lines_frame
from istidrak.support.rules import lines as rules
from istidrak.support.rules.lines import TO_COMPLETE, UNPAID
from istidrak.support.rules.tayssir import ENTITLED

RULES, CALENDAR = "support.tayssir_", "support.tayssir_instalments"
ASKED_AT_ONCE = 10_000  # numbers in one question to the database
# Why a pupil of a line has none now, when no rule says it.
WITHDRAWN = "WITHDRAWN"  # no registration of the year counts any more
WAITS = "WAITS"  # the registration is being checked again: nobody is refused meanwhile
JOINED = "JOINED"  # two files were joined, and the other one has the line of that month
PLACED = ("household", "guardian", "place_number")
ANSWERED = ("amount", "outcome", "met", "not_met")
KEPT = ("month", "child", "person", "level", *PLACED, *ANSWERED)
TYPES = {
    **dict.fromkeys(("month", "met", "not_met"), pl.Int32),
    **dict.fromkeys(("child", "person", "amount", *PLACED), pl.Int64),
    "level": pl.String,
    "outcome": pl.Int16,
}
IS_REFUSED = 1 << len(ENTITLED.conditions)  # the month's condition "entitled", as a bit of a line


class NothingFrozen(LookupError):
    """The instalment's lines are not saved: computing it again is enough."""


@dataclass(frozen=True)
class Difference:
    """What a pupil is due for a month as it is known now, beside the line and its adjustments so far. Centimes.

    `child` is the number on the line, `person` the file that holds the pupil today. `was_outcome` is None without a
    line. `why` is one of the codes above when no condition of the rule explains it. Household, guardian and place are
    those of whoever was paid when money is to be taken back, else those of today.
    """

    month: int
    child: int
    person: int
    household: int | None
    guardian: int | None
    place_number: int | None
    has_line: bool
    was_amount: int
    amount: int
    was_outcome: int | None
    outcome: int
    was_met: int
    was_not_met: int
    met: int
    not_met: int
    was_level: str | None
    level: str | None
    why: str = ""

    @property
    def change(self) -> int:
        """What the family is owed more (above nought) or received too much (below)."""
        return self.amount - self.was_amount

    @property
    def is_settled(self) -> bool:
        """True when it can be adjusted: money changes, and nothing is left to complete."""
        return self.change != 0 and self.outcome != TO_COMPLETE


@dataclass(frozen=True)
class Superseded:
    """A value that the lines were computed with, and the one in force today for the same months; one may lack."""

    name: str
    was: ParameterValue | None
    now: ParameterValue | None
    months: tuple[int, ...]


def differences(instalment: Instalment, *, family: Registration | None = None) -> list[Difference]:
    """Every difference of a saved instalment, by month and pupil; of one pupil's household only with `family`.

    The parameters are those of today that hold for the months. Raises NothingFrozen.
    """
    if not instalment.is_frozen:
        raise NothingFrozen(str(instalment))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines, adjusted = _standing(instalment, family)
        facts = _facts_of_today(instalment, folder, lines, family)
        was = _was(folder, lines, adjusted)
        now = _now(instalment, facts, folder)
        both = _beside(instalment, was, now)
        return _explained(instalment, facts, both)


def _standing(instalment: Instalment, family: Registration | None) -> tuple[QuerySet[Line], QuerySet[Adjustment]]:
    """The lines and adjustments to compare with."""
    lines = Line.unscoped.filter(instalment=instalment)
    adjusted = Adjustment.unscoped.filter(origin=instalment)
    if family is None:
        return lines, adjusted
    pupils = Registration.unscoped.filter(_at_home(family), school_year=instalment.school_year)
    children = numbers_of(pupils.values_list("person", flat=True))
    of_family = Q(child__in=children)
    if family.household_id is not None:
        of_family |= Q(household=family.household_id)
    return lines.filter(of_family), adjusted.filter(of_family)


def _at_home(family: Registration) -> Q:
    """Registrations of the pupil and of the household."""
    pupils = Q(person__in=numbers_of([family.person_id]))
    return pupils | Q(household=family.household_id) if family.household_id is not None else pupils


def _facts_of_today(
    instalment: Instalment, folder: Path, lines: QuerySet[Line], family: Registration | None
) -> Facts:
    """Facts as they are now, for every pupil with a line too, wherever the school is; no territory narrows them."""
    territory = (instalment.place_low, instalment.place_high)
    of_lines = Q(person__in=lines.order_by().values("child"))
    write_facts(
        folder,
        territory=territory,
        school_year=instalment.school_year,
        months=instalment.months,
        pupils=_at_home(family) if family else None,
        also=None if territory == EVERYWHERE else of_lines,
    )
    return replace(open_facts(folder), territory=None)


def _was(folder: Path, lines: QuerySet[Line], adjusted: QuerySet[Adjustment]) -> pl.DataFrame:
    """A row per line, and per pupil and month without a line that was adjusted: what it comes to so far."""
    frozen = lines_frame(lines, folder).with_columns(
        pl.col("amount").cast(pl.Int64), pl.lit(value=True).alias("line")
    )
    rows = list(adjusted.order_by("number").values_list("month", "child", *PLACED, *ANSWERED))
    schema = {name: TYPES[name] for name in ("month", "child", *PLACED, *ANSWERED)}
    so_far = (
        pl.LazyFrame(rows, schema=schema, orient="row")
        .group_by("month", "child", maintain_order=True)
        .agg(pl.col("amount").sum(), pl.col("outcome", "met", "not_met").last(), pl.col(PLACED).last())
    )
    both = frozen.join(so_far, on=["month", "child"], how="full", coalesce=True, suffix="_so_far")
    latest = [pl.coalesce(f"{name}_so_far", name).alias(name) for name in ("outcome", "met", "not_met")]
    placed = [pl.coalesce(name, f"{name}_so_far").alias(name) for name in PLACED]
    amount = pl.col("amount").fill_null(0) + pl.col("amount_so_far").fill_null(0)
    was = both.with_columns(amount, *latest, *placed, pl.col("line").fill_null(value=False)).collect()
    return _of_survivors(was)


def _of_survivors(was: pl.DataFrame) -> pl.DataFrame:
    """With `person`, the file that holds the child now; the first line of a person and month is compared, the others
    paid the same child again."""
    merged = survivors(was["child"].unique().to_list())
    person = pl.col("child").replace(list(merged), list(merged.values())) if merged else pl.col("child")
    rows = was.with_columns(person.alias("person")).sort(
        "month", "person", pl.col("child") != pl.col("person"), "child"
    )
    return rows.with_columns((pl.int_range(pl.len()).over("month", "person") == 0).alias("is_first"))


def _now(instalment: Instalment, facts: Facts, folder: Path) -> pl.DataFrame:
    out = folder / "now.parquet"
    compute(
        facts,
        school_year=instalment.school_year,
        instalment=instalment.number,
        months=instalment.months,
        out=out,
    )
    return (
        pl.scan_parquet(out)
        .with_columns(pl.col("amount").cast(pl.Int64), pl.col("child").alias("person"))
        .select(*(pl.col(name).cast(TYPES[name]) for name in KEPT))
        .collect()
    )


def _beside(instalment: Instalment, was: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Rows that differ, with the columns of today ending in `_now` (null without a line today)."""
    compared = now.drop("child").with_columns(pl.lit(value=True).alias("is_first"))
    rows = was.join(compared, on=["month", "person", "is_first"], how="left", suffix="_now")
    names = [*(name for name in KEPT), "line", "is_first", *(f"{n}_now" for n in ("level", *PLACED, *ANSWERED))]
    differs = (pl.col("amount") != pl.col("amount_now").fill_null(0)) | pl.col("outcome").ne_missing(
        pl.col("outcome_now").fill_null(UNPAID)
    )
    changed = rows.filter(differs).select(names)
    return pl.concat([changed, _new(instalment, was, now, names)], how="vertical_relaxed")


def _new(instalment: Instalment, was: pl.DataFrame, now: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Pupils of the territory who have a line now and had none, here or elsewhere."""
    place = pl.col("place_number")
    new = now.join(was, on=["month", "person"], how="anti").filter(
        place.is_between(instalment.place_low, instalment.place_high)
    )
    elsewhere = list(_lines_elsewhere(instalment, new["child"].unique().to_list()))
    if elsewhere:
        keys = pl.DataFrame(elsewhere, schema={"month": pl.Int32, "person": pl.Int64}, orient="row")
        new = new.join(keys, on=["month", "person"], how="anti")
    renamed = new.rename({name: f"{name}_now" for name in ("level", *PLACED, *ANSWERED)})
    nothing = [pl.lit(None, TYPES[name]).alias(name) for name in ("level", *PLACED, "outcome")]
    noughts = [pl.lit(0, TYPES[name]).alias(name) for name in ("amount", "met", "not_met")]
    flags = [pl.lit(value=False).alias("line"), pl.lit(value=True).alias("is_first")]
    return renamed.with_columns(*nothing, *noughts, *flags).select(names)


def _lines_elsewhere(instalment: Instalment, persons: list[int]) -> Iterator[tuple[int, int]]:
    """Month and person of those who have a line of this purpose already, under any number of their files."""
    for some in chunks(persons, ASKED_AT_ONCE):
        numbers = numbers_of(some)
        merged = survivors(numbers)
        found = Line.unscoped.filter(purpose=instalment.purpose, month__in=instalment.months, child__in=numbers)
        for month, child in found.order_by().values_list("month", "child"):
            yield month, merged.get(child, child)


def _explained(instalment: Instalment, facts: Facts, rows: pl.DataFrame) -> list[Difference]:
    """The rows as differences; of those without a line today, the conditions that refuse them, or why none does."""
    without = rows.filter(pl.col("outcome_now").is_null() & pl.col("is_first"))["person"].unique().to_list()
    refused = _refused(facts, without, instalment.months)
    known = {person for _month, person in refused}
    waiting = _waiting(instalment, [person for person in without if person not in known])
    found = []
    for row in rows.sort("month", "person", "child").to_dicts():
        answer = _answer(row, refused, waiting)
        if answer["amount"] != row["amount"] or answer["outcome"] != row["outcome"]:
            found.append(_difference(row, answer))
    return found


def _answer(row: dict[str, Any], refused: dict[tuple[int, int], dict[str, Any]], waiting: set[int]) -> dict[str, Any]:
    """What is known today of a row: amount, outcome, reasons, level, and why when no rule says it."""
    if row["outcome_now"] is not None:
        return {name: row[f"{name}_now"] for name in (*ANSWERED, "level")} | {"why": ""}
    nothing = {"amount": 0, "outcome": UNPAID, "met": 0, "not_met": 0, "level": row["level"], "why": WITHDRAWN}
    if not row["is_first"]:
        return nothing | {"why": JOINED}
    if (row["month"], row["person"]) in refused:
        return nothing | refused[row["month"], row["person"]] | {"why": ""}
    if row["person"] in waiting:
        return nothing | {"outcome": TO_COMPLETE, "why": WAITS}
    return nothing


def _difference(row: dict[str, Any], answer: dict[str, Any]) -> Difference:
    is_less = answer["amount"] < row["amount"]
    first, second = ("", "_now") if is_less else ("_now", "")
    placed = {n: row[n + first] if row[n + first] is not None else row[n + second] for n in PLACED}
    return Difference(
        month=row["month"],
        child=row["child"],
        person=row["person"],
        has_line=row["line"],
        was_amount=row["amount"],
        was_outcome=row["outcome"],
        was_met=row["met"],
        was_not_met=row["not_met"],
        was_level=row["level"],
        **placed,
        **answer,
    )


def _refused(facts: Facts, persons: Sequence[int], months: Sequence[int]) -> dict[tuple[int, int], dict[str, Any]]:
    """Pupils who are registered and not entitled, by month and person: their reasons as a line holds them."""
    if not persons:
        return {}
    of_them = pl.col("child").is_in(list(persons))
    children = pl.scan_parquet(facts.path("children")).filter(of_them)
    moves = pl.scan_parquet(facts.path("moves")).filter(of_them) if "moves" in facts.counts else None
    found = {}
    for month in months:
        pupils = children if moves is None else rules.pupils_of_month(children, moves, month)
        law = Parameters(facts.parameters, rules.first_day(month))
        answered = apply_compact(ENTITLED, pupils, law).collect()
        for row in answered.to_dicts():
            not_met = row[f"{ENTITLED.code}__not_met"] | IS_REFUSED
            reasons = {"met": row[f"{ENTITLED.code}__met"], "not_met": not_met, "level": row["level"]}
            found[month, row["child"]] = reasons
    return found


def _waiting(instalment: Instalment, persons: list[int]) -> set[int]:
    """Those of the persons with a registration of the year that waits to be validated again."""
    waits = (Registration.State.SUBMITTED, Registration.State.RETURNED)
    found: set[int] = set()
    for some in chunks(persons, ASKED_AT_ONCE):
        numbers = numbers_of(some)
        merged = survivors(numbers)
        rows = Registration.unscoped.filter(
            school_year=instalment.school_year, state__in=waits, person__in=numbers
        ).values_list("person", flat=True)
        found.update(merged.get(number, number) for number in rows)
    return found


def superseded(instalment: Instalment) -> list[Superseded] | None:
    """Values of the rules that other values replace today for the instalment's months; None when those that it was
    computed with are no longer kept."""
    folder = last_folder(instalment)
    if folder is None or not (folder / "parameters.json").exists():
        return None
    kept, today = parameters_of(folder), tuple(values_of())
    months: dict[str, list[int]] = {}
    pairs: dict[str, tuple[str, ParameterValue | None, ParameterValue | None]] = {}
    for month in instalment.months:
        was, now = (_in_force(values, month) for values in (kept, today))
        for key in sorted({*was, *now}, key=str):
            pair = (was.get(key), now.get(key))
            if pair[0] is None or pair[1] is None or pair[0].value != pair[1].value:
                said = str(pair)
                pairs[said] = (key[0], *pair)
                months.setdefault(said, []).append(month)
    return [Superseded(name, was, now, tuple(months[said])) for said, (name, was, now) in pairs.items()]


def _in_force(values: tuple[ParameterValue, ...], month: int) -> dict[Any, ParameterValue]:
    """The values of the rule that hold for a month, by name, place and keys. Months of instalments are frozen."""
    law = Parameters(values, rules.first_day(month))
    of_rule = {(v.name, tuple(sorted(v.keys))) for v in values if v.name.startswith(RULES) and v.name != CALENDAR}
    found = (value for name, keys in of_rule for value in law.choices(name, keys))
    return {(value.name, value.place, *sorted(value.keys.items())): value for value in found}
