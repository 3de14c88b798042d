"""Invented facts of pupils, with every kind of hole."""

import datetime as dt
import random

import polars as pl
import pytest

from istidrak.support.facts import KINDS, TABLES

LEVELS = ("1AP", "2AP", "3AP", "4AP", "5AP", "6AP", "1AC", "2AC", "3AC", "TC")
COUNTS = ("unexcused_days", "excused_days", "unexcused_hours", "excused_hours")


def rows_of(seed, pupils, months):
    """Rows by table: pupils of households of one to nine, absences, sheets of some schools."""
    chance = random.Random(seed)

    def perhaps(value, hole=0.06):
        return None if chance.random() < hole else value

    children, absences = [], []
    for child in range(1, pupils + 1):
        level = chance.choice(LEVELS)
        cycle = (
            "PRIMARY" if level.endswith("AP") else "LOWER_SECONDARY" if level.endswith("AC") else "UPPER_SECONDARY"
        )
        first = perhaps(chance.choice((months[0], months[0], months[-1])), 0.02)
        children.append(
            {
                "child": child,
                "household": perhaps(chance.randrange(1, pupils // 3 + 2), 0.04),
                "guardian": perhaps(chance.randrange(1, pupils)),
                "school": chance.randrange(1, 9),
                "place_number": perhaps(chance.randrange(113_210_000, 113_210_050)),
                "sex": perhaps(chance.choice("FM")),
                "birth_date": perhaps(dt.date(2004, 1, 1) + dt.timedelta(chance.randrange(3_000))),
                "level": perhaps(level),
                "cycle": perhaps(cycle),
                "milieu": perhaps(chance.choice(("RURAL", "RURAL", "URBAN"))),
                "enrolled_from": first,
                "enrolled_until": perhaps(months[0], 0.9),
                "is_commune_covered": perhaps(chance.random() < 0.5),
                "was_commune_covered": perhaps(chance.random() < 0.5),
                "cover": perhaps(chance.choice(("RAMED", "RAMED_RECEIPT", "AMO_TADAMON", "NONE"))),
            }
        )
        for month in months:
            if chance.random() < 0.3:
                counts = {name: chance.randrange(9) for name in COUNTS}
                absences.append({"child": child, "month": month, **counts})
    sheets = [
        {"school": school, "month": month} for school in range(1, 8) for month in months if chance.random() < 0.9
    ]
    return {"children": children, "absences": absences, "sheets": sheets}


def write(folder, rows):
    """The rows as a folder of facts."""
    for table, columns in TABLES.items():
        schema = {column.name: KINDS[column.kind] for column in columns}
        pl.DataFrame(rows[table], schema=schema).write_parquet(folder / f"{table}.parquet")
    return folder


@pytest.fixture
def make_facts(tmp_path):
    """A folder of facts for some months: (folder, its rows by table)."""

    def make(seed=1, pupils=400, months=(201809, 201810, 201811, 201812)):
        rows = rows_of(seed, pupils, months)
        folder = tmp_path / f"facts-{seed}"
        folder.mkdir()
        return write(folder, rows), rows

    return make
