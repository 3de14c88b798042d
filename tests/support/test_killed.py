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

ROOT = Path(__file__).parents[2]
KILLS = 4


def environment(home):
    """Of a program apart: its own folder and database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "ISTIDRAK"))}
    return {**kept, "ISTIDRAK_HOME": str(home), "DJANGO_SETTINGS_MODULE": "istidrak.web.settings",
            "PYTHONPATH": str(ROOT)}  # fmt: skip


def kill_somewhere(command, home, upto, chance):
    """Start the command and kill it after a random part of the time that it takes; True when it had not ended."""
    process = subprocess.Popen(command, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(chance.uniform(0.3, 1.0) * upto)
    is_cut = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return is_cut


def run_whole(command, home):
    """Run the command to its end; how long it took."""
    began = time.monotonic()
    subprocess.run(command, env=environment(home), check=True, capture_output=True)
    return time.monotonic() - began


def test_a_file_of_lines_is_whole_or_not_there(make_facts, tmp_path):
    folder, _rows = make_facts(9, pupils=20_000)
    whole = tmp_path / "whole.parquet"
    expected = compute(open_facts(folder), school_year=2018, instalment=1, out=whole).lines_digest
    out = tmp_path / "lines.parquet"
    command = [sys.executable, "-m", "istidrak", "run", "transfers", "--facts", folder, "--instalment", "2018-19/1"]
    command = [*map(str, command), "--out", str(out)]
    takes, chance = run_whole(command, tmp_path), random.Random()
    for _number in range(KILLS):
        out.unlink(missing_ok=True)
        kill_somewhere(command, tmp_path, takes, chance)
        assert not out.exists() or digest_of(out) == expected
    run_whole(command, tmp_path)
    assert digest_of(out) == expected


@pytest.mark.skipif("postgres" in os.environ.get("DATABASE_URL", ""), reason="makes its own SQLite database")
def test_an_instalment_cut_short_anywhere_ends_with_the_same_lines_and_payments_once(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    run_whole([sys.executable, "-m", "istidrak", "migrate", "-v", "0"], home)
    script = str(Path(__file__).with_name("killed.py"))
    run_whole([sys.executable, script, "prepare"], home)
    database = home / "istidrak.sqlite3"
    untouched = database.read_bytes()
    go = [sys.executable, script, "go"]
    takes = run_whole(go, home)
    expected = frozen(database)
    assert expected[0] == 4 * 1_500
    chance = random.Random()
    for _number in range(KILLS):
        for left in home.glob("istidrak.sqlite3*"):
            left.unlink()
        database.write_bytes(untouched)
        kill_somewhere(go, home, takes, chance)
        assert frozen(database)[0] in {0, expected[0]}  # all of the lines, or none
        kill_somewhere(go, home, takes, chance)
        run_whole(go, home)
        assert frozen(database) == expected


def frozen(database):
    """Count, amount and digests of the lines, and of the payments, as the database has them."""
    with sqlite3.connect(database) as connection:
        lines = connection.execute("SELECT count(*), sum(amount), sum(digest % 1000003) FROM support_line").fetchone()
        payments = connection.execute("SELECT count(*), sum(amount) FROM support_payment").fetchone()
        digest = connection.execute("SELECT lines_digest FROM support_instalment").fetchone()[0] if lines[0] else ""
    return (*lines, *payments, digest)
