"""A folder of facts written from the database: what the rules read of an instalment's pupils, on the day of writing.

Registrations that somebody validated, and nobody else: the others are counted on the instalment's page. A household
with a pupil in the territory comes with all its pupils, wherever their schools are: the number of pupils paid in a
household is counted over all of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, NullIf

from istidrak.base.frames_out import scan_of
from istidrak.base.parameters import values_of
from istidrak.base.rules import Column
from istidrak.support import columns as c
from istidrak.support.facts import ABSENCES, CHILDREN, KINDS, MOVES, SHEETS, keep_parameters
from istidrak.support.models import CoveredCommune, Guardian, MonthAbsence, MonthSheet, Registration
from istidrak.support.rules.levels import CYCLES

EVERYWHERE = (0, 9_999_999_999)  # place numbers of the whole country
LAST_YEAR_OF_COMMUNES = 2017  # communes were the target until 2017-18
NOT_YET_LEFT = 999_912
PREFIX = "support."
GUARDIANS = {
    "guardian": pl.Int64,
    "household": pl.Int64,
    "identity_card": pl.String,
    "account": pl.String,
    "name": pl.String,
}
STRETCH = {
    "registration": pl.Int64,
    "child": pl.Int64,
    "household": pl.Int64,
    "guardian": pl.Int64,
    "school": pl.Int64,
    "place_number": pl.Int64,
    "sex": pl.String,
    "birth_date": pl.Date,
    "level": pl.String,
    "milieu": pl.String,
    "enrolled_from": pl.Int64,
    "enrolled_until": pl.Int64,
    "cover": pl.String,
}


@dataclass(frozen=True)
class Written:
    """Counts of what was written, and the pupils with two registrations that hold for the same month."""

    children: int
    registered_twice: tuple[int, ...]


def write_facts(
    folder: Path,
    *,
    territory: tuple[int, int] = EVERYWHERE,
    school_year: int,
    months: Sequence[int],
    pupils: Q | None = None,
    also: Q | None = None,
) -> Written:
    """Write the folder that `open_facts` opens, for the schools whose place lies in `territory`.

    `months` are written 201809. Also writes guardians.parquet: who receives, for the checks before money.
    `pupils`: a condition on registrations; theirs and their families' alone are written, wherever their schools are,
    and no territory is kept. `also`: registrations to write besides those of the territory.
    """
    folder.mkdir(parents=True, exist_ok=True)
    asked = _of_year(territory, school_year, also) if pupils is None else _of_families(school_year, pupils)
    is_whole = pupils is None and territory == EVERYWHERE
    stretches = _fetch(folder, "registrations", _registrations(asked), STRETCH)
    written = _write_children(folder, stretches, _communes(school_year), sorted(months))
    sheets = _sheets(school_year, months)
    for name, rows, types in (
        ("absences", _absences(asked, school_year, months), _types(ABSENCES)),
        ("sheets", sheets if pupils is None else sheets.filter(school__in=asked.values("school")), _types(SHEETS)),
        ("guardians", _guardians(asked, is_whole=is_whole), GUARDIANS),
    ):
        _fetch(folder, name, rows, types).sort(list(types)[:2]).sink_parquet(folder / f"{name}.parquet")
    if pupils is None:
        low, high = territory
        (folder / "territory.json").write_text(json.dumps({"low": low, "high": high}), encoding="utf-8")
    keep_parameters(folder, tuple(value for value in values_of() if value.name.startswith(PREFIX)))
    for left in folder.glob("*.csv"):
        left.unlink()
    return written


def _types(columns: Sequence[Column]) -> dict[str, Any]:
    return {column.name: KINDS[column.kind] for column in columns}


# The file that holds a person now: files merged into another are that other person.
_PERSON = Coalesce("person__merged_into__merged_into", "person__merged_into", "person")


def _valid(school_year: int) -> QuerySet[Registration]:
    return Registration.unscoped.filter(school_year=school_year, state=Registration.State.VALIDATED)


def _of_families(school_year: int, pupils: Q) -> QuerySet[Registration]:
    """The registrations of these pupils and of all pupils of their households, those in other schools too."""
    valid = _valid(school_year)
    named = valid.filter(pupils)
    at_home = valid.filter(household__in=named.filter(household__isnull=False).values("household"))
    return valid.filter(Q(pk__in=named.values("pk")) | Q(person__in=at_home.values("person")))


def _of_year(territory: tuple[int, int], school_year: int, also: Q | None = None) -> QuerySet[Registration]:
    low, high = territory
    valid = _valid(school_year)
    if territory == EVERYWHERE:
        return valid
    here = Q(school__place_number__gte=low, school__place_number__lte=high)
    if also is not None:
        here |= also
    return valid.filter(here | Q(household__in=valid.filter(here, household__isnull=False).values("household")))


def _registrations(asked: QuerySet[Registration]) -> QuerySet[Any]:
    return asked.values_list(
        "pk",
        _PERSON,
        "household",
        "guardian",
        "school",
        "school__place_number",
        Coalesce("person__merged_into__sex", "person__sex"),
        Coalesce("person__merged_into__birth_date", "person__birth_date"),
        "level_code",
        "school__milieu",
        "enrolled_from",
        "enrolled_until",
        "cover",
    )


def _absences(asked: QuerySet[Registration], school_year: int, months: Sequence[int]) -> QuerySet[Any]:
    """A pupil who changed school in the month was absent from both: the two are added."""
    person = Coalesce(
        "registration__person__merged_into__merged_into",
        "registration__person__merged_into",
        "registration__person",
    )
    counts = [Sum(column.name) for column in c.ABSENCES.values()]
    return (
        MonthAbsence.unscoped.filter(
            sheet__month__in=months,
            sheet__school_year=school_year,
            registration__in=asked,
        )
        .order_by()
        .values_list(person, "sheet__month")
        .annotate(*counts)
    )


def _sheets(school_year: int, months: Sequence[int]) -> QuerySet[Any]:
    """All that were validated, here and elsewhere: a pupil may come from another territory in the year."""
    return MonthSheet.unscoped.filter(
        school_year=school_year, month__in=months, state=MonthSheet.State.VALIDATED
    ).values_list("school", "month")


def _guardians(asked: QuerySet[Registration], *, is_whole: bool) -> QuerySet[Any]:
    named = asked.filter(guardian=OuterRef("pk"))
    wanted = Guardian.unscoped.all() if is_whole else Guardian.unscoped.filter(Exists(named))
    return wanted.values_list(
        "pk", "household", "identity_card", "account", Coalesce(_text("name_ar"), _text("name_fr"))
    )


def _text(name: str) -> Any:
    """The column, null when it is empty: the other script is taken then."""
    return NullIf(name, Value(""))


def _fetch(folder: Path, name: str, rows: QuerySet[Any], types: dict[str, Any]) -> pl.LazyFrame:
    """The rows as a frame that reads a file beside the folder's."""
    return scan_of(rows, folder / f"{name}.csv", types)


@dataclass(frozen=True)
class _Communes:
    """Place numbers on the programme's list in the year, and until 2017-18; None while no list was entered."""

    now: list[int] | None
    before: list[int] | None


def _communes(school_year: int) -> _Communes:
    rows = list(CoveredCommune.unscoped.values_list("place_number", "since", "until"))
    if not rows:
        return _Communes(None, None)

    def on_the_list(year: int) -> list[int]:
        return [place for place, since, until in rows if since <= year and (until is None or year <= until)]

    before = [place for place, since, _until in rows if since <= LAST_YEAR_OF_COMMUNES]
    return _Communes(on_the_list(school_year), before)


def _write_children(folder: Path, stretches: pl.LazyFrame, communes: _Communes, months: list[int]) -> Written:
    """children.parquet with the row that holds in the last month, and moves.parquet with those of earlier months."""
    level = pl.col("level")
    cycle = level.replace_strict(list(CYCLES), list(CYCLES.values()), default=None, return_dtype=pl.String)
    rows = stretches.with_columns(
        cycle.alias("cycle"),
        _is_on(communes.now).alias("is_commune_covered"),
        _is_on(communes.before).alias("was_commune_covered"),
    )
    of_month = {month: _holding(rows, month) for month in months}
    names = [column.name for column in CHILDREN]
    last = of_month[months[-1]]
    last.select(names).sink_parquet(folder / "children.parquet")
    last_row = last.select("child", pl.col("registration").alias("last"))
    moves = [
        frame.join(last_row, on="child")
        .filter(pl.col("registration") != pl.col("last"))
        .with_columns(pl.lit(month, pl.Int64).alias("month"))
        for month, frame in of_month.items()
        if month != months[-1]
    ]
    if moves:
        moved = pl.concat(moves).select([column.name for column in MOVES]).collect()
        if moved.height:
            moved.write_parquet(folder / "moves.parquet")
    children = pl.scan_parquet(folder / "children.parquet").select(pl.len()).collect().item()
    return Written(children, tuple(_registered_twice(rows, months)))


def _is_on(places: list[int] | None) -> pl.Expr:
    return pl.lit(None, pl.Boolean) if places is None else pl.col("place_number").is_in(places)


def _is_held_in(month: int) -> pl.Expr:
    return (pl.col("enrolled_from") <= month) & (pl.col("enrolled_until").fill_null(NOT_YET_LEFT) >= month)


def _holding(rows: pl.LazyFrame, month: int) -> pl.LazyFrame:
    """One row per pupil: the registration that holds in the month; without any, the latest begun.

    Of two that both hold the earlier one: a pupil registered twice stops the saving until somebody answers.
    """
    began = pl.col("enrolled_from").fill_null(0)
    holds = _is_held_in(month).fill_null(value=False)
    key = pl.when(holds).then(began - 2 * NOT_YET_LEFT).otherwise(-began)
    return rows.sort("child", key, "registration").unique("child", keep="first", maintain_order=True)


def _registered_twice(rows: pl.LazyFrame, months: list[int]) -> list[int]:
    twice: set[int] = set()
    for month in months:
        held = rows.filter(_is_held_in(month)).group_by("child").len().filter(pl.col("len") > 1)
        twice.update(held.select("child").collect()["child"].to_list())
    return sorted(twice)
