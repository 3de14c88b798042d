"""The invented country: figures measured on it are worth nothing if it is another each time, or does not hold."""

import csv
import json
from hashlib import sha256
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest
from django.core.management import CommandError, call_command

from istidrak.accounts.models import User
from istidrak.people.actions.columns import refresh
from istidrak.people.models import Person
from istidrak.people.names import search_form
from istidrak.support.computing import compute
from istidrak.support.facts import open_facts
from istidrak.support.facts.database import GUARDIANS, write_facts
from istidrak.support.loading import load
from istidrak.support.models import Registration
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
    known = {ar for names in pupils.names_by_kind().values() for ar, _fr in names}
    assert set(persons["first_name_ar"]) | set(persons["last_name_ar"]) <= known


def test_the_command_prints_its_counts_and_leaves_a_folder_in_use_alone(tmp_path, capsys):
    call_command("synth", pupils=1_000, out=tmp_path / "c", months="201809")
    assert json.loads(capsys.readouterr().out)["pupils"] == 1_000
    with pytest.raises(CommandError):
        call_command("synth", pupils=1_000, out=tmp_path / "c")
    with pytest.raises(CommandError):
        call_command("synth", pupils=1_000, out=tmp_path / "d", months="September")


@pytest.mark.parametrize("months", ["201813", "9", "201809,201809", "201709", "201909"])
def test_months_that_the_school_year_does_not_have_make_no_country(tmp_path, months):
    """Otherwise every line of its instalments waits, or its folder is refused after minutes of making it."""
    with pytest.raises(CommandError):
        call_command("synth", pupils=1_000, out=tmp_path / "c", months=months)
    assert not (tmp_path / "c").exists()


@pytest.fixture
def loaded(country, db):
    """The country in the database: how many rows each table got."""
    return load(country[0])


def test_facts_written_from_the_loaded_country_give_the_lines_of_its_folder(country, loaded, tmp_path):
    """Otherwise figures measured in the database are those of another country than the folder's."""
    folder, counts = country
    assert (loaded["person"], loaded["registration"], loaded["tie"]) == (5_000, 5_000, 10_000)
    assert (loaded["organisation"], loaded["household"]) == (counts.schools, counts.households)
    write_facts(tmp_path / "facts", school_year=2018, months=MONTHS)
    lines = []
    for facts in (folder, tmp_path / "facts"):
        opened = open_facts(facts)
        compute(opened, school_year=2018, instalment=1, out=tmp_path / "lines.parquet", months=MONTHS)
        lines.append(pl.read_parquet(tmp_path / "lines.parquet"))
    assert lines[0].drop("school").equals(lines[1].drop("school"))
    assert (lines[1]["school"] - lines[0]["school"]).n_unique() == 1


def test_a_pupil_of_the_country_is_found_and_its_names_survive_a_correction(loaded):
    person = Person.unscoped.get(pk=7)
    assert search_form(person.name_ar, person.name_fr) == person.search_text
    refresh(person)
    after = Person.unscoped.get(pk=7)
    assert (after.name_ar, after.name_fr, after.birth_date) == (person.name_ar, person.name_fr, person.birth_date)
    assert after.search_text == person.search_text
    assert Person.unscoped.exclude(pk=7).filter(uuid=person.uuid).count() == 0


def test_new_rows_follow_those_that_were_loaded(loaded):
    person = Person.unscoped.create(first_name_ar="جديد")
    assert person.pk == 5_001


def test_who_recorded_the_country_cannot_sign_in(loaded):
    for user in User.objects.filter(username__startswith="invented-"):
        assert not user.is_active and not user.has_usable_password()


def test_a_country_is_not_mixed_with_pupils_who_are_there(country, make_person):
    make_person()
    with pytest.raises(CommandError):
        call_command("synth", load=country[0])
    assert Registration.unscoped.count() == 0


@pytest.mark.parametrize("lost", ["children", "persons"])
def test_a_folder_without_its_files_is_refused(country, lost, tmp_path, db):
    folder = Path(copytree(country[0], tmp_path / "country"))
    (folder / f"{lost}.parquet").unlink()
    with pytest.raises(CommandError, match=lost):
        call_command("synth", load=folder)
    assert not User.objects.filter(username__startswith="invented-").exists()
