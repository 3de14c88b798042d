"""An invented country as a folder of facts: nobody in it exists, its sizes are those of the real one.

Sizes at 8,300,000 pupils: 12,400 schools in the 82 directorates (pupils and schools of 2025-26, social-support facts
1.2). Levels follow the public enrolment by cycle of 2024-25, households the number of pupils of a family from one to
seven. Shares of rural schools, of cards and of absences are chosen so that about 2.5 million pupils are entitled
under the law of 2018-19, the number that the press gave for 2020-21. Some covers, households, guardians and levels
are left unknown, and some schools hand in no sheet.

children, absences, sheets, guardians   as support/facts describes them
persons        child, names in both scripts, sex, birth_date
households     household, register_number
schools        school, code, name_ar, name_fr, place_number, milieu, cycle
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from istidrak.support.synth import pupils, schools

HOUSEHOLDS_AT_ONCE = 250_000
PUPILS_OF_A_SCHOOL = 669  # 8,300,000 in 12,400
TABLES = ("children", "absences", "guardians", "persons", "households")


class BadMonths(ValueError):
    """A month that the school year does not have, or one that stands twice: nobody could be paid for it."""


@dataclass(frozen=True)
class Country:
    """What was made."""

    pupils: int
    households: int
    schools: int
    absences: int
    sheets: int


def make(out: Path, *, size: int, seed: int = 1, school_year: int = 2018, months: Sequence[int]) -> Country:
    """Write the tables into `out`, which must not exist or be empty. The same numbers give the same bytes.

    `months` are written 201809. Raises BadMonths when they are not those of the school year, once each;
    FileExistsError when the folder holds something.
    """
    _check(months, school_year)
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise FileExistsError(out)
    places = schools.make(max(schools.LEAST, round(size / PUPILS_OF_A_SCHOOL)), seed)
    places.write_parquet(out / "schools.parquet")
    sheets = schools.sheets(places, months, seed)
    sheets.write_parquet(out / "sheets.parquet")
    parts = out / "parts"
    parts.mkdir()
    made, households = 0, 0
    while made < size:
        first = households + 1
        households += HOUSEHOLDS_AT_ONCE
        made += _part(parts, places, first, households, size - made, seed, school_year, months)
    for table in TABLES:
        _joined(parts, table, out)
    shutil.rmtree(parts)
    return Country(made, _rows(out, "households"), places.height, _rows(out, "absences"), sheets.height)


def _check(months: Sequence[int], school_year: int) -> None:
    of_year = {(school_year + (month < 9)) * 100 + month for month in range(1, 13)}
    if not months or len(set(months)) < len(months) or not of_year.issuperset(months):
        raise BadMonths(months)


def _part(
    parts: Path,
    places: pl.DataFrame,
    first: int,
    last: int,
    left: int,
    seed: int,
    school_year: int,
    months: Sequence[int],
) -> int:
    families = pupils.households(first, last, places, seed)
    rows = pupils.children(families, places, left, seed, school_year, after=_before(parts))
    used = families.join(rows.select("own").unique(), left_on="household", right_on="own", how="semi")
    tables = {
        "children": rows.select(pupils.CHILDREN),
        "persons": pupils.persons(rows, seed),
        "absences": pupils.absences(rows, months, seed),
        "guardians": pupils.guardians(used, seed),
        "households": used.select("household", pupils.register_number(seed)),
    }
    for table, frame in tables.items():
        folder = parts / table
        folder.mkdir(exist_ok=True)
        frame.write_parquet(folder / f"{first:09}.parquet")
    return rows.height


def _before(parts: Path) -> int:
    """How many pupils the parts before hold."""
    folder = parts / "children"
    return _rows(parts, "children/*") if folder.exists() else 0


def _rows(folder: Path, name: str) -> int:
    return int(pl.scan_parquet(folder / f"{name}.parquet").select(pl.len()).collect().item())


def _joined(parts: Path, table: str, out: Path) -> None:
    files = sorted((parts / table).glob("*.parquet"))
    pl.scan_parquet(files).sink_parquet(out / f"{table}.parquet", maintain_order=True)
