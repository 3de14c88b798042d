"""A reform is judged on figures: they must be those that the payment itself would give, under both laws."""

import json
from dataclasses import replace

import polars as pl
import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from istidrak.support.computing import compute
from istidrak.support.facts import keep_parameters, open_facts, parameters_of
from istidrak.support.reforming import COUNTS, compare, compare_laws
from istidrak.support.rules.changes import BadChange, Change, changed, read
from istidrak.support.rules.lines import first_day
from tests.running.examples import examples

from .conftest import rows_of, write

MONTHS = (201809, 201810, 201811, 201812)
DAYS = [first_day(month) for month in MONTHS]
CHANGES = {
    "limit": [Change("support.tayssir_household_limit", 1)],
    "more": [Change("support.tayssir_household_limit", 5), Change("support.tayssir_household_order", "YOUNGEST")],
    "amount": [Change("support.tayssir_amount", 9000, key="1AP"), Change("support.tayssir_amount", 0, key="3AC")],
    "absences": [Change("support.tayssir_absences", 1, key="PRIMARY", part="limit")],
    "excused": [Change("support.tayssir_absences", True, key="LOWER_SECONDARY", part="counts_excused")],
    "exclusive": [Change("support.tayssir_absences", False, key="PRIMARY", part="is_limit_allowed")],
    "covers": [Change("support.tayssir_covers", [])],
    "areas": [Change("support.tayssir_areas", ["RURAL", "URBAN"], key="PRIMARY")],
    "levels": [Change("support.tayssir_levels", ["1AP", "2AP"])],
    "all": [
        Change("support.tayssir_household_limit", 2),
        Change("support.tayssir_covers", ["AMO_TADAMON"]),
        Change("support.tayssir_absences", "NONE", key="PRIMARY", part="effect"),
        Change("support.tayssir_amount", 12345, key="5AP"),
    ],
}


def paid(folder, values, tmp_path, name):
    """What the payment itself gives each pupil: {child: centimes}, and the months left open."""
    keep_parameters(folder, tuple(values))
    compute(open_facts(folder), school_year=2018, instalment=1, out=tmp_path / f"{name}.parquet")
    (folder / "parameters.json").unlink()
    lines = pl.read_parquet(tmp_path / f"{name}.parquet")
    sums = lines.group_by("child").agg(pl.col("amount").cast(pl.Int64).sum())
    return dict(sums.iter_rows()), lines.filter(pl.col("outcome") == -1).height


@pytest.mark.parametrize("name", CHANGES)
def test_both_sides_are_what_the_payment_itself_would_give(make_facts, tmp_path, name):
    """A preview that differs from the payment decides a law on a wrong figure."""
    folder, _rows = make_facts(seed=7, pupils=500)
    shipped = parameters_of(folder)
    other = changed(shipped, CHANGES[name], DAYS)
    before, open_before = paid(folder, shipped, tmp_path, "before")
    after, open_after = paid(folder, other, tmp_path, "after")
    found = compare_laws(open_facts(folder), other, school_year=2018, instalment=1).totals
    change = {child: after.get(child, 0) - before.get(child, 0) for child in before | after}
    assert (found["before"], found["after"]) == (sum(before.values()), sum(after.values()))
    assert (found["open_before"], found["open_after"]) == (open_before, open_after)
    assert found["gaining"] == sum(c > 0 for c in change.values()) and found["losing"] == sum(
        c < 0 for c in change.values()
    )
    assert found["gained"] == sum(c for c in change.values() if c > 0)
    assert found["lost"] == -sum(c for c in change.values() if c < 0)
    assert found["gaining"] + found["losing"] > 0, "the change must change something here"


@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), pupils=st.integers(2, 120))
def test_parameters_left_as_they_are_change_exactly_nothing(tmp_path_factory, seed, pupils):
    """One centime of noise and nobody believes the rest."""
    folder = write(tmp_path_factory.mktemp("facts"), rows_of(seed, pupils, MONTHS))
    facts = open_facts(folder)
    same = [
        Change("support.tayssir_household_limit", 3),
        Change("support.tayssir_amount", 6000, key="1AP"),
        Change("support.tayssir_absences", 4, key="PRIMARY", part="limit"),
    ]
    for found in (
        compare_laws(facts, facts.parameters, school_year=2018, instalment=1),
        compare(facts, same, school_year=2018, instalment=1),
    ):
        told = found.totals
        assert told["gaining"] == told["losing"] == told["gained"] == told["lost"] == 0
        assert told["before"] == told["after"] and told["open_before"] == told["open_after"]


@pytest.mark.parametrize("by", ["level", "sex", "milieu", "place_number"])
def test_each_division_adds_up_to_the_whole(make_facts, by):
    """Pupils of whom the level or the sex is not known must not fall out of the count."""
    folder, _rows = make_facts(seed=3)
    found = compare(open_facts(folder), CHANGES["all"], school_year=2018, instalment=1)
    rows = found.by(by)
    assert {name: sum(row[name] for row in rows) for name in COUNTS} == found.totals
    assert any(row[by] is None for row in rows)


def test_only_the_schools_of_the_territory_are_counted(make_facts, tmp_path):
    folder, _rows = make_facts(seed=4)
    whole = compare(open_facts(folder), CHANGES["limit"], school_year=2018, instalment=1).totals
    (folder / "territory.json").write_text(json.dumps({"low": 113_210_000, "high": 113_210_010}))
    part = compare(open_facts(folder), CHANGES["limit"], school_year=2018, instalment=1).totals
    computed = compute(open_facts(folder), school_year=2018, instalment=1, out=tmp_path / "lines.parquet")
    assert 0 < part["before"] == computed.amount < whole["before"]


def test_a_law_that_changes_inside_the_instalment_is_read_month_by_month(make_facts, tmp_path):
    """September to December 2022: RAMED until November, AMO-Tadamon in December."""
    months = (202210, 202211, 202212, 202301)
    folder, _rows = make_facts(seed=5, months=months)
    facts = open_facts(folder)
    computed = compute(facts, school_year=2022, instalment=1, out=tmp_path / "lines.parquet")
    found = compare_laws(facts, facts.parameters, school_year=2022, instalment=1)
    assert found.totals["before"] == found.totals["after"] == computed.amount > 0


def test_a_pupil_who_was_elsewhere_for_a_month_is_counted_there(make_facts, tmp_path):
    folder, rows = make_facts(seed=6)
    moved = [{"month": 201810, **row, "level": "6AP", "cycle": "PRIMARY"} for row in rows["children"][:80]]
    schema = {"month": pl.Int64, **pl.read_parquet_schema(folder / "children.parquet")}
    pl.DataFrame(moved, schema=schema).write_parquet(folder / "moves.parquet")
    facts = open_facts(folder)
    computed = compute(facts, school_year=2018, instalment=1, out=tmp_path / "lines.parquet")
    found = compare(facts, CHANGES["limit"], school_year=2018, instalment=1).totals
    assert found["before"] == computed.amount and found["losing"] > 0


@pytest.mark.parametrize(
    "text",
    [
        *("support.nothing=3", "support.tayssir_household_limit", "support.tayssir_household_limit=three"),
        *("support.tayssir_household_limit=-1", "support.tayssir_amount=7000", "support.tayssir_covers=RAMED"),
        *("support.tayssir_absences[PRIMARY].limt=3", "support.tayssir_household_limit[1AP]=3"),
        *("support.tayssir_amount[1AP]=70.5", "support.tayssir_covers=[1]"),
    ],
)
def test_a_change_that_cannot_be_tried_is_refused(make_facts, text):
    """A misspelt change that is silently left out looks like a reform without effect."""
    values = parameters_of(make_facts()[0])
    with pytest.raises(BadChange):
        changed(values, [read(text, {v.name for v in values})], DAYS)


def test_a_change_leaves_the_parameters_themselves_alone(make_facts):
    values = parameters_of(make_facts()[0])
    before = tuple(replace(value) for value in values)
    changed(values, CHANGES["all"], DAYS)
    assert values == before


def test_the_command_prints_what_changes(make_facts, capsys):
    folder, _rows = make_facts(seed=7, pupils=500)
    call_command("reform", facts=folder, instalment="2018-19/1", set=["support.tayssir_household_limit=1"])
    told = json.loads(capsys.readouterr().out)
    expected = compare(open_facts(folder), CHANGES["limit"], school_year=2018, instalment=1)
    assert told == json.loads(json.dumps(expected.as_json())) and told["losing"] > 0
    with pytest.raises(CommandError, match="limt"):
        call_command("reform", facts=folder, instalment="2018-19/1", set=["support.tayssir_household_limt=1"])
    with pytest.raises(CommandError):
        call_command("reform", facts=folder, instalment="2018-19/9", set=[])
