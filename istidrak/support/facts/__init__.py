"""A folder of facts: what a computing of transfers reads, and nothing else. Enough to run it again.

children.parquet    a row per pupil: child, household, guardian, school, place_number, sex, birth_date, level, cycle,
                    milieu, enrolled_from, enrolled_until, is_commune_covered, was_commune_covered, cover
absences.parquet    one row per pupil and month with any absence: child, month, the four counts
sheets.parquet      one row per school and month that its head validated: school, month
moves.parquet       optional: for a pupil who was elsewhere that month, the row of `children` that holds then, with
                    its month
territory.json      optional: {"low": ..., "high": ...}, place numbers of the schools whose pupils get a line; the
                    others are there for the number of pupils that a household is paid for
parameters.json     the values of parameters in force, with their sources; without it, those shipped
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from istidrak.base.rules import Column, ParameterValue, load_yaml
from istidrak.base.rules.columns import PLACE_NUMBER
from istidrak.support import columns as c

CHILDREN = (c.CHILD, c.HOUSEHOLD, c.GUARDIAN, c.SCHOOL, PLACE_NUMBER, c.SEX, c.BIRTH_DATE, c.LEVEL, c.CYCLE, c.MILIEU)
CHILDREN = (*CHILDREN, c.ENROLLED_FROM, c.ENROLLED_UNTIL, c.IS_COMMUNE_COVERED, c.WAS_COMMUNE_COVERED, c.COVER)
ABSENCES = (c.CHILD, c.MONTH, *c.ABSENCES.values())
SHEETS = (c.SCHOOL, c.MONTH)
TABLES: dict[str, tuple[Column, ...]] = {"children": CHILDREN, "absences": ABSENCES, "sheets": SHEETS}
MOVES = (c.MONTH, *CHILDREN)
KEYS = {
    "children": ["child"],
    "absences": ["child", "month"],
    "sheets": ["school", "month"],
    "moves": ["month", "child"],
}
KINDS = {int: pl.Int64, str: pl.String, bool: pl.Boolean, date: pl.Date}


class BadFacts(ValueError):
    """A folder of facts that cannot be computed; the message says which file and what to correct."""


@dataclass(frozen=True)
class Facts:
    """A folder that was checked. `digest` is over the bytes of its files: other facts have another."""

    folder: Path
    parameters: tuple[ParameterValue, ...]
    digest: str
    counts: dict[str, int]
    territory: tuple[int, int] | None = None

    def path(self, table: str) -> Path:
        """The file of one of TABLES."""
        return self.folder / f"{table}.parquet"


def open_facts(folder: Path) -> Facts:
    """Check a folder of facts and open it. Raises BadFacts."""
    tables = dict(TABLES)
    if (folder / "moves.parquet").exists():
        tables["moves"] = MOVES
    counts = {table: _check(folder, table, columns) for table, columns in tables.items()}
    return Facts(folder, parameters_of(folder), _digest(folder), counts, _territory_of(folder))


def reopen(folder: Path) -> Facts:
    """A folder that a run checked before: its keys are not counted again. Raises BadFacts when a file is gone."""
    for table in TABLES:
        if not (folder / f"{table}.parquet").exists():
            raise BadFacts(_("The folder has no file %(name)s.") % {"name": f"{table}.parquet"})
    return Facts(folder, parameters_of(folder), "", {}, _territory_of(folder))


def _territory_of(folder: Path) -> tuple[int, int] | None:
    path = folder / "territory.json"
    if not path.exists():
        return None
    try:
        span = json.loads(path.read_text(encoding="utf-8"))
        return int(span["low"]), int(span["high"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadFacts(_("territory.json cannot be read: %(error)s") % {"error": error}) from error


def _check(folder: Path, table: str, columns: tuple[Column, ...]) -> int:
    path = folder / f"{table}.parquet"
    if not path.exists():
        raise BadFacts(_("The folder has no file %(name)s.") % {"name": path.name})
    try:
        frame = pl.scan_parquet(path)
        schema = frame.collect_schema()
    except pl.exceptions.PolarsError as error:
        raise BadFacts(
            _("The file %(name)s is not a Parquet file that can be read.") % {"name": path.name}
        ) from error
    for column in columns:
        found = schema.get(column.name)
        if found is None:
            raise BadFacts(_("%(name)s has no column %(column)s.") % {"name": path.name, "column": column.name})
        if found != KINDS[column.kind]:
            raise BadFacts(
                _("%(name)s: the column %(column)s holds %(found)s, and %(kind)s is expected.")
                % {"name": path.name, "column": column.name, "found": found, "kind": KINDS[column.kind]}
            )
    return _check_keys(frame, path.name, KEYS[table])


def _check_keys(frame: pl.LazyFrame, name: str, keys: list[str]) -> int:
    """How many rows there are. Two rows with one key would pay twice; a row without a key pays nobody."""
    rows, different, without = (
        frame.select(
            pl.len(), pl.struct(keys).n_unique().alias("different"), pl.any_horizontal(pl.col(keys).is_null()).sum()
        )
        .collect()
        .row(0)
    )
    if without:
        raise BadFacts(_("%(name)s: %(rows)s rows have no %(keys)s.") % {"name": name, "rows": without, "keys": keys})
    if different < rows:
        raise BadFacts(
            _("%(name)s: %(rows)s rows repeat the %(keys)s of another.")
            % {"name": name, "rows": rows - different, "keys": ", ".join(keys)}
        )
    return int(rows)


def parameters_of(folder: Path) -> tuple[ParameterValue, ...]:
    """The parameters kept beside the facts; without any, those that the program ships."""
    path = folder / "parameters.json"
    if not path.exists():
        return _shipped()
    try:
        return tuple(_value(entry) for entry in json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise BadFacts(_("parameters.json cannot be read: %(error)s") % {"error": error}) from error


def keep_parameters(folder: Path, values: tuple[ParameterValue, ...]) -> None:
    """Write the parameters beside the facts."""
    text = json.dumps([value.as_json() for value in values], ensure_ascii=False, indent=1)
    (folder / "parameters.json").write_text(text, encoding="utf-8")


@cache
def _shipped() -> tuple[ParameterValue, ...]:
    return tuple(load_yaml((Path(__file__).parents[1] / "parameters.yaml").read_text(encoding="utf-8")))


def _value(entry: dict[str, Any]) -> ParameterValue:
    place, until = entry["place"], entry["until"]
    return ParameterValue(
        name=entry["name"],
        value=entry["value"],
        since=date.fromisoformat(entry["since"]),
        until=until and date.fromisoformat(until),
        place=tuple(place) if place else None,
        keys=entry["keys"],
        source=entry["source"],
        is_sample=entry["is_sample"],
    )


def _digest(folder: Path) -> str:
    whole = sha256()
    for name in (*(f"{table}.parquet" for table in TABLES), "moves.parquet", "territory.json"):
        if not (folder / name).exists():
            continue  # the two that may be absent: open_facts has looked for the others
        with (folder / name).open("rb") as file:
            whole.update(file_digest(file, "sha256").digest())
    return whole.hexdigest()
