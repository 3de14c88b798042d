"""Replaying an instalment: whoever audits it later must find the same centimes, or learn what differs."""

import json

import polars as pl
import pytest
from django.core.management import call_command
from django.db import connection

from istidrak.support.actions import instalments as actions
from istidrak.support.models import MonthAbsence, Registration
from istidrak.support.queries.runs import folder_of, last_run
from istidrak.support.replaying import NothingToReplay, replay

pytestmark = pytest.mark.django_db


@pytest.fixture
def saved(village, computed, signers):
    """An instalment with paid, unpaid and open lines, saved."""
    first, _second = village.family("5AP", "1AC")
    village.family("2AC", cover=None)
    village.sheets()
    village.absent(first, 201810, unexcused_days=9)
    return actions.save(by=signers["SUPPORT_COORDINATOR"], instalment=computed())


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_what_was_saved_is_found_again_after_everything_changed(saved, engine):
    MonthAbsence.unscoped.all().delete()
    Registration.unscoped.update(level_code="1AP", cover="NONE")
    found = replay(saved, engine=engine)
    assert found.is_same
    assert (found.lines_digest, found.amount) == (saved.lines_digest, saved.amount)
    assert found.payments_amount == saved.amount


def test_a_frozen_line_changed_behind_the_program_is_found(saved):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE support_line DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE support_line_tayssir_201809 DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER support_line_frozen")
        cursor.execute("UPDATE support_line SET amount = amount + 1 WHERE month = 201809 AND amount > 0")
        changed = cursor.rowcount
    found = replay(saved)
    assert (found.is_same, found.changed_lines, found.differing) == (False, changed, changed)
    was = found.differences[0]["changed"]["amount"]
    assert was["frozen"] == was["computed"] + 1


def test_facts_changed_behind_the_program_are_found(saved):
    path = folder_of(last_run(saved)) / "children.parquet"
    pl.read_parquet(path).with_columns(level=pl.lit("6AP"), cycle=pl.lit("PRIMARY")).write_parquet(path)
    found = replay(saved)
    assert found.facts_changed
    assert not found.is_same


def test_an_instalment_that_was_only_computed_is_not_replayed(village, computed):
    with pytest.raises(NothingToReplay):
        replay(computed())


def test_the_command_says_the_same_with_and_without_the_database(saved, capsys, tmp_path):
    call_command("replay", "2018-19/1", body="321")
    assert json.loads(capsys.readouterr().out)["is_same"]
    folder = folder_of(last_run(saved))
    call_command("replay", "2018-19/1", facts=folder, lines=folder / "lines.parquet")
    assert json.loads(capsys.readouterr().out)["is_same"]
    other = tmp_path / "other.parquet"
    pl.read_parquet(folder / "lines.parquet").with_columns(amount=pl.lit(1, pl.Int32)).write_parquet(other)
    with pytest.raises(SystemExit):
        call_command("replay", "2018-19/1", facts=folder, lines=other)
    assert json.loads(capsys.readouterr().out)["differing"] == saved.lines
