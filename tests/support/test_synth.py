"""The invented country: figures measured on it are worth nothing if it is another each time, or does not hold."""

import csv
import json
from hashlib import sha256

import polars as pl
import pytest
from django.core.management import CommandError, call_command

from istidrak.support.computing import compute
from istidrak.support.facts import open_facts
from istidrak.support.facts.database import GUARDIANS
from istidrak.support.synth import make, pupils, schools
from istidrak.territory.rules import directorate_span

MONTHS = (201809, 201810)
TABLES = ("absences", "children", "guardians", "households", "persons", "schools", "sheets")


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """A country of five thousand pupils: (its folder, its counts)."""
    folder = tmp_path_factory.mktemp("country")
    return folder, make(folder, size=5_000, months=MONTHS)


def table(folder, name):
    return pl.read_parquet(folder / f"{name}.parquet")


def test_the_same_numbers_give_the_same_bytes_and_another_seed_does_not(country, tmp_path):
    def bytes_of(folder):
        return {name: sha256((folder / f"{name}.parquet").read_bytes()).hexdigest() for name in TABLES}

    folder, _counts = country
    make(tmp_path / "again", size=5_000, months=MONTHS)
    make(tmp_path / "other", size=5_000, seed=2, months=MONTHS)
    assert bytes_of(tmp_path / "again") == bytes_of(folder)
    assert not set(bytes_of(tmp_path / "other").values()) & set(bytes_of(folder).values())


def test_more_households_than_are_made_at_once_make_one_country(country, tmp_path, monkeypatch):
    monkeypatch.setattr("istidrak.support.synth.HOUSEHOLDS_AT_ONCE", 300)
    make(tmp_path, size=5_000, months=MONTHS)
    for name in TABLES:
        assert table(tmp_path, name).equals(table(country[0], name)), name


def test_every_number_names_a_row_and_no_key_repeats(country):
    folder, counts = country
    children, guardians = table(folder, "children"), table(folder, "guardians")
    homes, places = table(folder, "households"), table(folder, "schools")
    assert children.height == counts.pupils == 5_000
    assert children["child"].to_list() == list(range(1, 5_001))
    for of, column, among in (
        (children, "household", homes["household"]),
        (children, "guardian", guardians["guardian"]),
        (guardians, "household", homes["household"]),
        (children, "school", places["school"]),
        (table(folder, "absences"), "child", children["child"]),
        (table(folder, "sheets"), "school", places["school"]),
        (table(folder, "persons"), "child", children["child"]),
    ):
        assert set(of[column].drop_nulls()) <= set(among), column
    assert guardians["identity_card"].is_unique().all()
    assert places["code"].is_unique().all()
    assert dict(guardians.schema.items()) == GUARDIANS


def test_every_school_lies_in_its_directorate_and_every_directorate_has_each_cycle(country):
    places = table(country[0], "schools")
    with schools.DIRECTORATES.open(encoding="utf-8") as file:
        spans = [directorate_span(row["region_code"], row["directorate_code"]) for row in csv.DictReader(file)]
    assert len(spans) == 82
    for number, (low, high) in enumerate(spans):
        here = places.filter(pl.col("directorate") == number)
        assert set(here["cycle"]) == {"PRIMARY", "LOWER_SECONDARY", "UPPER_SECONDARY"}
        assert here["place_number"].is_between(low, high).all()


def test_what_is_not_known_is_left_so(country):
    children = table(country[0], "children")
    for column in ("household", "guardian", "cover", "level"):
        assert 0 < children[column].null_count() < 400, column
    assert (children["level"].is_null() == children["cycle"].is_null()).all()


def test_an_instalment_is_computed_from_it_with_paid_unpaid_and_open_lines(country, tmp_path):
    done = compute(open_facts(country[0]), school_year=2018, instalment=1, out=tmp_path / "lines.parquet")
    assert min(done.paid, done.unpaid, done.to_complete) > 0
    # About as many entitled as the programme had: between a quarter and a third of all pupils.
    september = pl.read_parquet(tmp_path / "lines.parquet").filter(pl.col("month") == 201809)
    assert 0.25 < september.height / 5_000 < 0.36


def test_names_are_those_of_the_reference_list(country):
    persons = table(country[0], "persons")
    known = {ar for names in pupils._names().values() for ar, _fr in names}
    assert set(persons["first_name_ar"]) | set(persons["last_name_ar"]) <= known


def test_the_command_prints_its_counts_and_leaves_a_folder_in_use_alone(tmp_path, capsys):
    call_command("synth", pupils=1_000, out=tmp_path / "c", months="201809")
    assert json.loads(capsys.readouterr().out)["pupils"] == 1_000
    with pytest.raises(CommandError):
        call_command("synth", pupils=1_000, out=tmp_path / "c")
    with pytest.raises(CommandError):
        call_command("synth", pupils=1_000, out=tmp_path / "d", months="September")
