"""Measures two months of transfers for a country, stage by stage, each in a process of its own beside its floor.

make bench-support                     8,300,000 pupils, a temporary PostgreSQL
BENCH_PUPILS=200000 make bench-support a small country
BENCH_FACTS=FOLDER                     keep the invented country there, for the next run

A floor is the least that the stage could do, measured in the same run: reading the same files, COPY of the same rows
into a bare table with the same indexes, writing one row. Seconds of processors, of the program and of its database
connection, tell what a stage costs on a machine that has other work; the load beside them tells how much.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cluster import cluster

PUPILS = int(os.environ.get("BENCH_PUPILS", "8300000"))
MONTHS = "201809,201810"
STAGES = (
    ("reading and checking the facts", "facts", "scan"),
    ("computing", "compute", "scan"),
    ("saving the lines", "save", "copy_lines"),
    ("saving the payments", "payments", "copy_payments"),
    ("approving: every signature", "approve", "one_row"),
    ("file to the payer", "payer_file", "payments_to_file"),
    ("return file", "return_file", "copy_events"),
    ("replaying", "replay", "compute"),
    ("reform: a fourth pupil paid", "reform", "scan"),
    ("reform: fewer cards taken", "reform_of_covers", "scan"),
    ("one household, with reasons", "household", ""),
)


@dataclass(frozen=True)
class Measured:
    """Seconds by the clock and of processors, rows that passed, peak memory in MB, load of the machine."""

    seconds: float
    processor: float
    rows: int
    peak: int
    load: float


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measure(stage: str, folder: Path) -> Measured:
    """Run a stage in its own process."""
    command = [sys.executable, "-m", "benchmarks.support_stages", stage, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    _say(f"{stage}: {found['seconds']:.2f} s, {found['processor']:.2f} s, {found['rows']:,} rows, {found['peak']} MB")
    return Measured(**found)


def main() -> None:
    """Make the country, measure every stage, print the table."""
    with tempfile.TemporaryDirectory(prefix="istidrak-bench-") as home, cluster() as (address, _is_new):
        kept = os.environ.get("BENCH_FACTS")
        folder = Path(kept) if kept else Path(home) / "facts"
        os.environ |= {
            "DATABASE_URL": address,
            "ISTIDRAK_HOME": home,
            "DJANGO_SETTINGS_MODULE": "istidrak.web.settings",
        }
        if not (folder / "children.parquet").exists():
            made = [sys.executable, "-m", "istidrak", "synth", "--pupils", str(PUPILS), "--out", str(folder)]
            subprocess.run([*made, "--months", MONTHS], check=True, stdout=subprocess.DEVNULL)
        measure("prepare", folder)
        floors: dict[str, Measured] = {}
        rows = []
        for words, stage, floor in STAGES:
            done = measure(stage, folder)
            if floor and floor not in floors:
                floors[floor] = measure(floor, folder)
            floors.setdefault(stage, done)
            rows.append((words, done, floors.get(floor)))
        about = measure_words(folder)
    _print(rows, about)


def measure_words(folder: Path) -> dict[str, str]:
    """What the figures are of: counts and machine."""
    command = [sys.executable, "-m", "benchmarks.support_stages", "about", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _print(rows: list[tuple[str, Measured, Measured | None]], about: dict[str, str]) -> None:
    print(f"\n{about['counts']}\n\n{about['machine']}.\n")
    print("In brackets: seconds of processors. Load: what waited for a processor, our own work included.\n")
    print("| stage | seconds | of processor | rows | rows/s | peak memory | its floor | times the floor | load |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for words, done, floor in rows:
        least = times = ""
        if floor is not None:
            least = f"{_short(floor.seconds)} ({_short(floor.processor)})"
            times = f"{_times(done.seconds, floor.seconds)} ({_times(done.processor, floor.processor)})"
        speed = f"{done.rows / done.seconds:,.0f}" if done.seconds else ""
        cells = (words, _short(done.seconds), _short(done.processor), f"{done.rows:,}", speed, f"{done.peak:,} MB")
        print("| " + " | ".join((*cells, least, times, f"{done.load:.1f}")) + " |")


def _times(one: float, other: float) -> str:
    return f"{one / other:.1f}" if other else "?"


def _short(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds:.2f} s"


if __name__ == "__main__":
    main()
