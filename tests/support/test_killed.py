"""A machine that stops in the middle, at any moment, must not leave half an instalment or other lines."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from istidrak.support.computing import compute, digest_of
from istidrak.support.facts import open_facts
from tests.running import template

ROOT = Path(__file__).parents[2]
FEW, MANY = {"id": "few"}, {"id": "many", "marks": pytest.mark.long}


def environment(home):
    """Of a program apart: its own folder and database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "ISTIDRAK"))}
    return {**kept, "ISTIDRAK_HOME": str(home), "DJANGO_SETTINGS_MODULE": "istidrak.web.settings",
            "PYTHONPATH": str(ROOT)}  # fmt: skip


def start(command, home, *, says_when_it_begins):
    """Start the command; it has begun to work when this returns, if it says so."""
    process = subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if says_when_it_begins:
        process.stdout.readline()
    return process


def kill_somewhere(command, home, upto, chance, *, says_when_it_begins=False):
    """Start the command and kill it after a random part of the time that it takes."""
    process = start(command, home, says_when_it_begins=says_when_it_begins)
    time.sleep(chance.uniform(0.0 if says_when_it_begins else 0.5, 1.0) * upto)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def run_whole(command, home, *, says_when_it_begins=False):
    """Run the command to its end; how long it took."""
    process = start(command, home, says_when_it_begins=says_when_it_begins)
    began = time.monotonic()
    _said, why = process.communicate()
    assert process.returncode == 0, why.decode()
    return time.monotonic() - began


@pytest.mark.parametrize(("pupils", "kills"), [pytest.param(20_000, 2, **FEW), pytest.param(100_000, 20, **MANY)])
def test_a_file_of_lines_is_whole_or_not_there(make_facts, tmp_path, pupils, kills):
    folder, _rows = make_facts(9, pupils=pupils)
    whole = tmp_path / "whole.parquet"
    expected = compute(open_facts(folder), school_year=2018, instalment=1, out=whole).lines_digest
    out = tmp_path / "lines.parquet"
    command = [sys.executable, "-m", "istidrak", "run", "transfers", "--facts", folder, "--instalment", "2018-19/1"]
    command = [*map(str, command), "--out", str(out)]
    takes, chance = run_whole(command, tmp_path), random.Random()
    for _number in range(kills):
        out.unlink(missing_ok=True)
        kill_somewhere(command, tmp_path, takes, chance)
        assert not out.exists() or digest_of(out) == expected
    run_whole(command, tmp_path)
    assert digest_of(out) == expected


@pytest.mark.skipif("postgres" in os.environ.get("DATABASE_URL", ""), reason="makes its own SQLite database")
@pytest.mark.parametrize(("families", "rounds"), [pytest.param(200, 1, **FEW), pytest.param(1_500, 12, **MANY)])
def test_an_instalment_cut_short_anywhere_ends_with_the_same_lines_and_payments_once(tmp_path, families, rounds):
    home = template.install(tmp_path / "home")
    script = str(Path(__file__).with_name("killed.py"))
    run_whole([sys.executable, script, "prepare", str(families)], home)
    database = home / "istidrak.sqlite3"
    untouched = database.read_bytes()
    go, chance = [sys.executable, script, "go"], random.Random()
    takes = run_whole(go, home, says_when_it_begins=True)
    expected = frozen(database)
    assert expected[0] == 4 * families
    for _number in range(rounds):
        for left in home.glob("istidrak.sqlite3*"):
            left.unlink()
        database.write_bytes(untouched)
        kill_somewhere(go, home, takes, chance, says_when_it_begins=True)
        assert frozen(database)[0] in {0, expected[0]}  # all of the lines, or none
        kill_somewhere(go, home, takes, chance, says_when_it_begins=True)
        run_whole(go, home)
        assert frozen(database) == expected


def frozen(database):
    """Count, amount and digests of the lines, and of the payments, as the database has them."""
    with sqlite3.connect(database) as connection:
        lines = connection.execute("SELECT count(*), sum(amount), sum(digest % 1000003) FROM support_line").fetchone()
        payments = connection.execute("SELECT count(*), sum(amount) FROM support_payment").fetchone()
        digest = connection.execute("SELECT lines_digest FROM support_instalment").fetchone()[0] if lines[0] else ""
    return (*lines, *payments, digest)
