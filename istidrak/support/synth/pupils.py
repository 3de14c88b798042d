"""The invented country's families: households of one to seven pupils, who receives, levels, cards and absences."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import polars as pl

from istidrak.people import names as people
from istidrak.support.rules.levels import CYCLES, LEVELS
from istidrak.support.synth.chance import drawn, happens, mixed, one_of

NAMES = Path(people.__file__).parent / "data" / "names.csv"
SIZES = ((1, 34), (2, 30), (3, 19), (4, 10), (5, 4), (6, 2), (7, 1))
# Public pupils by cycle in 2024-25: 3,716, 2,025 and 1,235 thousand, shared over the years of the cycle.
LEVEL_WEIGHTS = tuple(
    (level, {"PRIMARY": 619, "LOWER_SECONDARY": 675, "UPPER_SECONDARY": 412}[cycle])
    for level, cycle in CYCLES.items()
)
COVERS = {
    "RURAL": (("RAMED", 52), ("RAMED_RECEIPT", 5), ("NONE", 40), (None, 3)),
    "URBAN": (("RAMED", 30), ("RAMED_RECEIPT", 3), ("NONE", 64), (None, 3)),
}
UNKNOWN_HOUSEHOLD, UNKNOWN_GUARDIAN, UNKNOWN_LEVEL = 4, 6, 2  # in a thousand
CAME_LATE, LEFT_EARLY, ABSENT = 12, 15, 160  # in a thousand
ACCOUNTS = 180  # guardians in a thousand who gave an account
CHILDREN = (
    *("child", "household", "guardian", "school", "place_number", "sex", "birth_date", "level", "cycle", "milieu"),
    *("enrolled_from", "enrolled_until", "is_commune_covered", "was_commune_covered", "cover"),
)


@cache
def names_by_kind() -> dict[str, list[tuple[str, str]]]:
    """Names by kind, in Arabic and with their first Latin spelling."""
    found: dict[str, list[tuple[str, str]]] = {}
    with NAMES.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["kind"], []).append((row["ar"], row["latin_spellings"].split(";")[0]))
    return found


def _named(kind: str, number: pl.Expr, seed: int, salt: str) -> tuple[pl.Expr, pl.Expr]:
    """A name of a kind in both scripts."""
    names = names_by_kind()[kind]
    which = one_of(number, len(names), seed, salt)
    positions = list(range(len(names)))
    return (
        which.replace_strict(positions, [ar for ar, _fr in names], return_dtype=pl.String),
        which.replace_strict(positions, [fr for _ar, fr in names], return_dtype=pl.String),
    )


def households(first: int, last: int, places: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Households `first` to `last`: their number of pupils and the primary school near which they live."""
    number = pl.col("household")
    near = places.filter(pl.col("cycle") == "PRIMARY")
    frame = pl.DataFrame({"household": pl.int_range(first, last + 1, dtype=pl.Int64, eager=True)})
    return frame.with_columns(
        size=drawn(number, SIZES, seed, "size").cast(pl.Int64), home=one_of(number, near.height, seed, "home")
    ).join(
        near.select("directorate", "milieu").with_row_index("home").with_columns(pl.col("home").cast(pl.Int64)),
        on="home",
        how="left",
        maintain_order="left",
    )


def children(
    families: pl.DataFrame, places: pl.DataFrame, most: int, seed: int, school_year: int, *, after: int
) -> pl.DataFrame:
    """The pupils of these households, `most` at most, numbered from `after` + 1; `own`: the household of each."""
    rows = families.select(pl.col("household").repeat_by("size").explode().alias("own")).head(most)
    rows = rows.with_columns(child=pl.int_range(after + 1, after + 1 + pl.len(), dtype=pl.Int64))
    rows = rows.join(families.drop("size"), left_on="own", right_on="household", how="left", maintain_order="left")
    child, own = pl.col("child"), pl.col("own")
    rows = rows.with_columns(true_level=drawn(child, LEVEL_WEIGHTS, seed, "level"))
    rows = rows.with_columns(wanted=pl.col("true_level").replace_strict(dict(CYCLES)))
    rows = _in_schools(rows, places, seed)
    september = school_year * 100 + 9
    from_month = pl.when(happens(child, CAME_LATE, seed, "late")).then(september + 1).otherwise(september)
    until = pl.when(happens(child, LEFT_EARLY, seed, "left")).then(pl.lit(september + 1))
    unknown_level = happens(child, UNKNOWN_LEVEL, seed, "no level")
    cover = pl.when(pl.col("milieu") == "RURAL").then(drawn(own, COVERS["RURAL"], seed, "cover"))
    return rows.with_columns(
        household=pl.when(~happens(child, UNKNOWN_HOUSEHOLD, seed, "no household")).then(own),
        guardian=pl.when(
            ~happens(child, UNKNOWN_HOUSEHOLD, seed, "no household")
            & ~happens(child, UNKNOWN_GUARDIAN, seed, "no guardian")
        ).then(own),
        sex=drawn(child, (("F", 49), ("M", 51)), seed, "sex"),
        birth_date=_birth(school_year, seed),
        level=pl.when(~unknown_level).then(pl.col("true_level")),
        cycle=pl.when(~unknown_level).then(pl.col("wanted")),
        enrolled_from=from_month.cast(pl.Int64),
        enrolled_until=until.cast(pl.Int64),
        is_commune_covered=pl.col("is_covered"),
        was_commune_covered=pl.col("is_covered"),
        cover=cover.otherwise(drawn(own, COVERS["URBAN"], seed, "cover")),
    )


def _in_schools(rows: pl.DataFrame, places: pl.DataFrame, seed: int) -> pl.DataFrame:
    """A school of the pupil's cycle in the household's directorate; brothers and sisters of a cycle share it."""
    numbered = places.with_columns(
        nth=pl.int_range(pl.len()).over("directorate", "cycle"), schools=pl.len().over("directorate", "cycle")
    ).with_columns(pl.col("nth").cast(pl.Int64), pl.col("schools").cast(pl.Int64))
    counts = numbered.select("directorate", pl.col("cycle").alias("wanted"), "schools").unique()
    chosen = rows.drop("milieu").join(counts, on=["directorate", "wanted"], how="left", maintain_order="left")
    chosen = chosen.with_columns(nth=one_of(pl.col("own"), 1 << 40, seed, "school") % pl.col("schools"))
    return chosen.join(
        numbered.select(
            "directorate", pl.col("cycle").alias("wanted"), "nth", "school", "place_number", "milieu", "is_covered"
        ),
        on=["directorate", "wanted", "nth"],
        how="left",
        maintain_order="left",
    )


def _birth(school_year: int, seed: int) -> pl.Expr:
    """Six years old in the first year, a year more each level, sometimes two; a few are not known."""
    child = pl.col("child")
    years = pl.col("true_level").replace_strict(
        {level: 6 + n for n, level in enumerate(LEVELS)}, return_dtype=pl.Int64
    )
    late = happens(child, 180, seed, "late birth").cast(pl.Int64)
    day = pl.date(pl.lit(school_year, pl.Int64) - years - late, 1, 1) + pl.duration(
        days=one_of(child, 365, seed, "day")
    )
    return pl.when(~happens(child, 3, seed, "no birth")).then(day)


def persons(rows: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Names of the pupils in both scripts; those of a household share the family's."""
    boy_ar, boy_fr = _named("male", pl.col("child"), seed, "boy")
    girl_ar, girl_fr = _named("female", pl.col("child"), seed, "girl")
    last_ar, last_fr = _named("family", pl.col("own"), seed, "family")
    is_girl = pl.col("sex") == "F"
    return rows.select(
        "child",
        last_ar.alias("last_name_ar"),
        pl.when(is_girl).then(girl_ar).otherwise(boy_ar).alias("first_name_ar"),
        last_fr.alias("last_name_fr"),
        pl.when(is_girl).then(girl_fr).otherwise(boy_fr).alias("first_name_fr"),
        "sex",
        "birth_date",
    )


def guardians(families: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Who receives for each household, under the household's own number: one card each, an account for some."""
    number = pl.col("household")
    first, _first_fr = _named("female", number, seed, "mother")
    last, _last_fr = _named("family", number, seed, "mother's family")
    account = pl.concat_str(pl.lit("9"), (number + 10**14).cast(pl.String).str.zfill(23))
    return families.select(
        number.alias("guardian"),
        "household",
        pl.concat_str(pl.lit("ZZ"), number.cast(pl.String).str.zfill(8)).alias("identity_card"),
        pl.when(happens(number, ACCOUNTS, seed, "account")).then(account).otherwise(pl.lit("")).alias("account"),
        pl.concat_str(first, pl.lit(" "), last).alias("name"),
    )


def register_number(seed: int) -> pl.Expr:
    """A number of the social register for most households; letters that no real one has."""
    number = pl.col("household")
    text = pl.concat_str(pl.lit("Z"), number.cast(pl.String).str.zfill(10))
    return pl.when(happens(number, 900, seed, "register")).then(text).otherwise(pl.lit("")).alias("register_number")


def absences(rows: pl.DataFrame, months: Sequence[int], seed: int) -> pl.DataFrame:
    """What pupils missed: a row for a pupil and month with any absence, few of them beyond the limits."""
    parts = []
    for month in sorted(months):
        key = pl.col("child") * 13 + month % 100
        missed = rows.filter(happens(key, ABSENT, seed, f"absent {month}")).select("child", key.alias("key"))
        weights = ((0, 20), (1, 35), (2, 20), (3, 10), (4, 5), (5, 4), (6, 2), (7, 2), (9, 2))
        number = pl.col("key")
        days, excused = (
            drawn(number, weights, seed, "days"),
            drawn(number, ((0, 70), (1, 20), (3, 10)), seed, "excused"),
        )
        hours = (mixed(number, seed, "hours") % pl.lit(12, pl.UInt64)).cast(pl.Int64)
        parts.append(
            missed.select(
                "child",
                pl.lit(month, pl.Int64).alias("month"),
                days.cast(pl.Int64).alias("unexcused_days"),
                excused.cast(pl.Int64).alias("excused_days"),
                hours.alias("unexcused_hours"),
                (hours // 3).alias("excused_hours"),
            )
        )
    return pl.concat(parts).sort("child", "month")
