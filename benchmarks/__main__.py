"""Measures the program on a database with a country in it, and prints tables in Markdown.

make bench                          everything, at full size
BENCH_PEOPLE=50000 make bench       a small country
BENCH_ONLY=pages | lists            one part alone
BENCH_KEEP=FOLDER                   keep the database and its rows for the next run
BENCH_DATABASE_URL=postgresql://... an empty PostgreSQL instead of a temporary one
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.cluster import cluster, make_durable

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
ONLY = os.environ.get("BENCH_ONLY", "")
THINK = 2.0
PAGES = (
    "list of cases",
    "search, Arabic",
    "search, Latin",
    "a person's file",
    "a roll-call",
    "saving a roll-call of 25",
    "season page, a centre",
    "season page, the country",
)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _fill(is_new: bool) -> None:
    from django.core.management import call_command

    from benchmarks.country import generate

    call_command("migrate", verbosity=0)
    if is_new:
        begun = time.monotonic()
        counts = generate(PEOPLE)
        _say(
            f"generated in {time.monotonic() - begun:.0f} s: " + ", ".join(f"{n:,} {of}" for of, n in counts.items())
        )
    make_durable()


def _measure_pages() -> None:
    from django.core.management import call_command

    from benchmarks import load, pages
    from benchmarks.server import serving

    begun = time.monotonic()
    call_command("count", verbosity=0)
    print(f"\nCounting the season of every territory (`istidrak count`): {time.monotonic() - begun:.0f} s.\n")
    people = pages.visitors()
    counted = pages.queries_per_page(people)
    _say("queries counted")
    with serving() as port:
        for visitor in people:  # nobody is the first reader of the day in the figures
            load.run(port, [visitor], users=1, seconds=0.3, think=0.0)
        floor = load.floor(port, people)
        alone = load.run_in_turn(port, people, seconds=SECONDS / 2, think=0.05)
        _say("one user measured")
        together = load.run(port, people, users=20, seconds=SECONDS, think=THINK)
        _say("twenty users measured")
        steps = load.saturation(port, people, seconds=max(4.0, SECONDS / 8))
    _print_pages(counted, alone, together, floor)
    _print_steps(steps)


def _print_pages(counted: dict[str, int], alone: object, together: object, floor: object) -> None:
    from benchmarks.load import quantile
    from benchmarks.pages import FLOOR

    print("| Page | Queries | 1 user: p50 | p95 | n | 20 users: p50 | p95 | n | Errors |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for kind in PAGES:
        cells = [kind, str(counted.get(kind, "?"))]
        for got in (alone, together):
            some = got.seconds[kind]
            cells += [f"{quantile(some, 0.5) * 1000:.0f} ms", f"{quantile(some, 0.95) * 1000:.0f} ms", str(len(some))]
        cells.append(str(alone.errors[kind] + together.errors[kind]))
        print("| " + " | ".join(cells) + " |")
    some = floor.seconds[FLOOR]
    print(
        f"| {FLOOR} | 0 | {quantile(some, 0.5) * 1000:.1f} ms | {quantile(some, 0.95) * 1000:.1f} ms | {len(some)} "
        f"| | | | {floor.errors[FLOOR]} |"
    )
    print(f"\n20 users with {THINK:.0f} s of thinking time: {together.per_second:.1f} requests a second.")
    print("1 user: every visitor in turn, nobody else.\n")


def _print_steps(steps: list) -> None:
    print("| Users without thinking time | Requests/s | p50 | p95 | Errors |")
    print("|--:|--:|--:|--:|--:|")
    for step in steps:
        print(
            f"| {step.users} | {step.per_second:.0f} | {step.p50 * 1000:.0f} ms | {step.p95 * 1000:.0f} ms "
            f"| {step.errors} |"
        )
    print(f"\nSaturation: about {max(step.per_second for step in steps):.0f} requests a second.\n")


def main() -> None:
    """Make the database, fill it, measure, print; leave nothing behind."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="istidrak-bench-") as home, cluster() as (address, is_new):
        os.environ |= {
            "ISTIDRAK_HOME": home,
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "istidrak.web.settings",
            "ISTIDRAK_TODAY": "2025-11-20",
        }
        import django

        django.setup()
        from benchmarks import machine

        _fill(is_new)
        print(f"{PEOPLE:,} people. {machine.described()}\n")
        if ONLY in ("", "pages"):
            _measure_pages()
        if ONLY in ("", "lists"):
            from benchmarks.lists import measure

            measure(ROWS, Path(home), address)
        django.db.connections.close_all()
    print(f"The whole run took {time.monotonic() - begun:.0f} s.")


main()
