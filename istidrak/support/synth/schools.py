"""The invented country's schools, in the real directorates, and the sheets that they hand in."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from istidrak.support.synth.chance import drawn, happens, one_of
from istidrak.territory import rules as territory

DIRECTORATES = Path(territory.__file__).parent / "data" / "directorates.csv"
LEAST = 328  # four a directorate: each cycle is everywhere
RURAL = {"province": 580, "préfecture": 150}  # in a thousand schools; arrondissements have none
CYCLES = (("PRIMARY", 62), ("LOWER_SECONDARY", 25), ("UPPER_SECONDARY", 13))
WORDS = {
    "PRIMARY": ("مدرسة تجريبية", "École d'essai"),
    "LOWER_SECONDARY": ("إعدادية تجريبية", "Collège d'essai"),
    "UPPER_SECONDARY": ("ثانوية تجريبية", "Lycée d'essai"),
}
COMMUNES = 20  # of a directorate, at most
HANDED_IN = 965  # sheets in a thousand that a head validated


def _directorates() -> list[dict[str, str]]:
    with DIRECTORATES.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def directorate_codes() -> list[str]:
    """The codes of the directorates in the order by which schools number them, from 0."""
    return [row["directorate_code"] for row in _directorates()]


def make(count: int, seed: int) -> pl.DataFrame:
    """The schools in the order of their directorates: school, directorate, code, names, place, area, cycle.

    A commune is rural or urban as a whole, and covered or not as a whole: a list of communes says all of it.
    """
    rows = _directorates()
    spans = [territory.directorate_span(row["region_code"], row["directorate_code"]) for row in rows]
    directorates = pl.DataFrame(
        {
            "directorate": list(range(len(rows))),
            "low": [low for low, _high in spans],
            "room": [min(COMMUNES, high - low) for low, high in spans],
            "rural": [RURAL.get(row["kind"], 0) for row in rows],
        }
    )
    number = pl.col("school")
    frame = pl.DataFrame({"school": pl.int_range(1, count + 1, dtype=pl.Int64, eager=True)})
    frame = frame.with_columns(directorate=((number - 1) * len(rows) // count).cast(pl.Int64))
    frame = frame.join(directorates, on="directorate", how="left", maintain_order="left")
    cycle = drawn(number, CYCLES, seed, "cycle")
    # The first schools of each directorate are one of each cycle, so that every pupil has a school.
    nth = number - number.min().over("directorate")
    cycle = pl.when(nth == 0).then(pl.lit("PRIMARY")).when(nth == 1).then(pl.lit("LOWER_SECONDARY")).otherwise(cycle)
    cycle = pl.when(nth == 2).then(pl.lit("UPPER_SECONDARY")).otherwise(cycle)
    frame = frame.with_columns(
        cycle=cycle,
        place_number=pl.col("low") + 1 + one_of(number, 1 << 30, seed, "commune") % pl.col("room"),
        code=pl.concat_str((10_000 + number % 90_000).cast(pl.String), _letter(number)),
    )
    is_rural = one_of(pl.col("place_number"), 1_000, seed, "rural") < pl.col("rural")
    frame = frame.with_columns(milieu=pl.when(is_rural).then(pl.lit("RURAL")).otherwise(pl.lit("URBAN")))
    covered = happens(pl.col("place_number"), 300, seed, "covered") & (pl.col("milieu") == "RURAL")
    return frame.with_columns(_name(0).alias("name_ar"), _name(1).alias("name_fr"), covered.alias("is_covered")).drop(
        "low", "room", "rural"
    )


def _letter(number: pl.Expr) -> pl.Expr:
    letters = [chr(65 + n) for n in range(26)]
    return (number // 90_000 % 26).replace_strict(list(range(26)), letters, return_dtype=pl.String)


def _name(script: int) -> pl.Expr:
    words = pl.col("cycle").replace_strict({cycle: names[script] for cycle, names in WORDS.items()})
    return pl.concat_str(words, pl.lit(" "), pl.col("school").cast(pl.String))


def sheets(places: pl.DataFrame, months: Sequence[int], seed: int) -> pl.DataFrame:
    """School and month of each sheet that a head validated."""
    of = places.select("school").join(pl.DataFrame({"month": list(months)}, schema={"month": pl.Int64}), how="cross")
    number = pl.col("school") * 1_000_003 + pl.col("month")
    return of.filter(happens(number, HANDED_IN, seed, "sheet")).sort("school", "month")
