"""The stages of benchmarks.support: each is called by name in its own process and prints its figures as JSON."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import django

django.setup()

import polars as pl  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from benchmarks.cluster import make_durable  # noqa: E402
from benchmarks.support_clock import STAGES, Figures, Spent, forget_peak, peak_so_far, stage, timed  # noqa: E402
from istidrak.accounts.models import Assignment, User  # noqa: E402
from istidrak.base import days  # noqa: E402
from istidrak.base.rules import Parameters  # noqa: E402
from istidrak.organisations.models import Organisation  # noqa: E402
from istidrak.support import saving  # noqa: E402
from istidrak.support.actions import instalments as actions  # noqa: E402
from istidrak.support.actions import payer_files, returns  # noqa: E402
from istidrak.support.computing import compute  # noqa: E402
from istidrak.support.facts import keep_parameters, open_facts, parameters_of  # noqa: E402
from istidrak.support.facts.database import EVERYWHERE  # noqa: E402
from istidrak.support.models import Instalment, Run  # noqa: E402
from istidrak.support.reforming import compare_laws  # noqa: E402
from istidrak.support.replaying import replay as replay_instalment  # noqa: E402
from istidrak.support.rules.household import decide_household  # noqa: E402

YEAR, NUMBER, MONTHS = 2018, 1, [201809, 201810]
CALENDAR = [[9, 10], [11, 12], [1, 2], [3, 4], [5, 6]]
TABLES = ("children", "absences", "sheets")
SIGNERS = ("SUPPORT_UNIT", "PAYMENT_CHECKER", "PAYMENT_AUTHORISER", "PAYMENT_AUTHORISER")


def _instalment() -> Instalment:
    return Instalment.unscoped.get()


def _by(number: int) -> User:
    return User.objects.get(username=f"bench-{number}")


@stage
def prepare(folder: Path) -> Figures:
    """Tables, four people, the instalment of the country with the short calendar beside the facts; not measured."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    make_durable()
    values = [v for v in parameters_of(folder) if v.name.startswith("support.")]
    shorter = (replace(v, value=CALENDAR) if v.name == "support.tayssir_instalments" else v for v in values)
    keep_parameters(folder, tuple(shorter))
    ministry = Organisation.objects.get(kind="MINISTRY")
    for number, role in enumerate(SIGNERS):
        user = User.objects.create_user(f"bench-{number}", name_ar="فاعل تجريبي")
        Assignment.objects.create(user=user, role=role, organisation=ministry, since=dt.date(2018, 9, 1))
    low, high = EVERYWHERE
    instalment = Instalment.unscoped.create(
        purpose="TAYSSIR", school_year=YEAR, number=NUMBER, months=MONTHS, place_low=low, place_high=high,
        body=ministry, opened_by=_by(0), opened_at=days.now(),
    )  # fmt: skip
    run = actions.begin_run(by=_by(0), instalment=instalment)
    runs = Path(settings.HOME) / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    (runs / run.folder).symlink_to(folder.resolve())
    return Spent(0.0, 0.0), 0


@stage
def scan(folder: Path) -> Figures:
    """Every value of the three tables read once."""

    def read() -> int:
        rows = 0
        for name in TABLES:
            frame = pl.scan_parquet(folder / f"{name}.parquet")
            counts = frame.select(pl.len().alias("n"), pl.all().null_count()).collect(engine="streaming")
            rows += int(counts["n"][0])
        return rows

    return timed(read)


@stage
def facts(folder: Path) -> Figures:
    seconds, opened = timed(lambda: open_facts(folder))
    return seconds, sum(opened.counts.values())


@stage
def compute_lines(folder: Path) -> Figures:
    opened = open_facts(folder)
    out = folder / "lines.parquet"
    seconds, done = timed(lambda: compute(opened, school_year=YEAR, instalment=NUMBER, out=out))
    run = Run.unscoped.latest("pk")
    if run.state == Run.State.RUNNING:
        rules = saving.rules_digest(opened.parameters)
        actions.end_run(run=run, summary={**done.as_json(), "rules_digest": rules})
    return seconds, done.lines


STAGES["compute"] = STAGES.pop("compute_lines")


@stage
def save(folder: Path) -> Figures:
    instalment = _instalment()
    rules = saving.rules_digest(parameters_of(folder))

    def write() -> int:
        with transaction.atomic():
            return saving.write_lines(instalment, folder / "lines.parquet", rules=rules)

    seconds, written = timed(write)
    Instalment.unscoped.update(state="SAVED", rules_digest=rules, signatures_needed=2)
    return seconds, written


@stage
def copy_lines(folder: Path) -> Figures:
    """The same lines from ready text into bare tables, a month each, with the same key and index."""
    return _floor_of(folder, "support_line", saving.COLUMNS, *(f"support_line_tayssir_{month}" for month in MONTHS))


def _copied_out(query: str, path: Path) -> int:
    """The rows of a query into a file of text; how many bytes."""
    with (
        connection.cursor() as cursor,
        path.open("wb") as file,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy,
    ):
        for block in copy:
            file.write(block)
    return path.stat().st_size


def _copied(cursor: Any, table: str, columns: tuple[str, ...], path: Path) -> int:
    """A file of text into a table that this transaction made; how many rows."""
    with (
        path.open("rb") as file,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv, FREEZE)") as copy,
    ):
        while block := file.read(1 << 20):
            copy.write(block)
    return int(cursor.rowcount)


def _drop(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {table}")


@stage
def payments(folder: Path) -> Figures:
    instalment = _instalment()

    def write() -> int:
        with transaction.atomic():
            rows = saving.payments_of(
                folder / "lines.parquet", folder / "guardians.parquet", instalment=instalment.pk, held=()
            )
            return saving.write_payments(rows)

    return timed(write)


@stage
def copy_payments(folder: Path) -> Figures:
    return _floor_of(folder, "support_payment", saving.PAYMENT_COLUMNS, "support_payment")


def _floor_of(folder: Path, table: str, columns: tuple[str, ...], *parts: str) -> Figures:
    """COPY of the rows of a table's parts from ready text into bare ones, then the indexes that the parts have.

    No reference to another table is checked, no trigger runs: less cannot be done.
    """
    names = ", ".join(columns)
    for part in parts:
        _copied_out(f"SELECT {names} FROM {part}", folder / f"bench-{part}.csv")

    def write() -> int:
        rows = 0
        with transaction.atomic(), connection.cursor() as cursor:
            for part in parts:
                cursor.execute(f"CREATE TABLE bench_{part} (LIKE {table} INCLUDING IDENTITY)")
                rows += _copied(cursor, f"bench_{part}", columns, folder / f"bench-{part}.csv")
                for definition in _indexes(cursor, part):
                    cursor.execute(definition)
        return rows

    figures = timed(write)
    for part in parts:
        (folder / f"bench-{part}.csv").unlink()
        _drop(f"bench_{part}")
    return figures


def _indexes(cursor: Any, table: str) -> list[str]:
    """What makes the indexes of a table, for the table of the same name after `bench_`."""
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s ORDER BY indexname", [table])
    return [
        definition.replace(f" INDEX {name} ON ", " INDEX ON ").replace(f".{table} ", f".bench_{table} ")
        for name, definition in cursor.fetchall()
    ]


@stage
def approve(folder: Path) -> Figures:
    instalment = _instalment()

    def sign() -> None:
        for number, step in enumerate(("PREPARE", "CHECK", "AUTHORISE", "AUTHORISE")):
            actions.sign(by=_by(number), instalment=instalment, step=step)

    spent, _done = timed(sign)
    return spent, instalment.lines or 0


@stage
def one_row(folder: Path) -> Figures:
    """Four committed changes of one row."""

    def write() -> int:
        for _number in range(4):
            Instalment.unscoped.update(number=NUMBER)
        return 4

    return timed(write)


@stage
def payer_file(folder: Path) -> Figures:
    instalment = _instalment()
    seconds, files = timed(lambda: payer_files.send_to_payer(by=_by(0), instalment=instalment))
    return seconds, sum(file.rows for file in files)


@stage
def payments_to_file(folder: Path) -> Figures:
    """The columns that are sent, by COPY into a file."""
    columns = "reference, guardian_name, identity_card, account, amount"
    path = folder / "bench.csv"
    spent, _bytes = timed(lambda: _copied_out(f"SELECT {columns} FROM support_payment", path))
    rows = pl.scan_csv(path, has_header=False).select(pl.len()).collect().item()
    path.unlink()
    return spent, rows


@stage
def return_file(folder: Path) -> Figures:
    """Nine payments in ten are paid, one is not collected."""
    instalment = _instalment()
    path = folder / "bench-return.csv"
    chance, paid, total, rows, in_paid = random.Random(1), 0, 0, 0, 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT reference, amount FROM support_payment WHERE NOT is_held ORDER BY id")
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write(f"H;ISTIDRAK-RETURN;1;{instalment.pk}\n")
            day = days.today().isoformat()
            for reference, amount in cursor.fetchall():
                kind = "PAID" if chance.random() < 0.9 else "UNCLAIMED"
                rows, total = rows + 1, total + amount
                if kind == "PAID":
                    paid, in_paid = paid + 1, in_paid + amount
                file.write(f"D;{reference};{kind};{day};{amount};\n")
            file.write(f"T;{rows};{total};{paid};{in_paid}\n")
    data = path.read_bytes()
    path.unlink()
    forget_peak()
    by = _by(0)
    seconds, file_taken = timed(
        lambda: returns.take_return(by=by, instalment=instalment, name="return.csv", data=data)
    )
    return seconds, file_taken.rows


@stage
def copy_events(folder: Path) -> Figures:
    columns = ("payment_id", "kind", "date", "cause", "file_id", "row", "recorded_by_id", "recorded_at")
    return _floor_of(folder, "support_paymentevent", columns, "support_paymentevent")


@stage
def replay(folder: Path) -> Figures:
    seconds, found = timed(lambda: replay_instalment(_instalment()))
    if found.differing or found.changed_lines or found.lines_digest != _instalment().lines_digest:
        raise RuntimeError(found.as_json() | {"differences": found.differences[:3]})
    return seconds, found.lines


@stage
def reform(folder: Path) -> Figures:
    """A fourth pupil of a household paid."""
    opened = open_facts(folder)
    limit = "support.tayssir_household_limit"
    changed = tuple(replace(v, value=4) if v.name == limit else v for v in opened.parameters)
    spent, _found = timed(lambda: compare_laws(opened, changed, school_year=YEAR, instalment=NUMBER))
    return spent, opened.counts["children"]


@stage
def reform_of_covers(folder: Path) -> Figures:
    """Receipts of a request no longer taken for a card: who is entitled is decided twice."""
    opened = open_facts(folder)
    changed = tuple(
        replace(v, value=["RAMED"]) if v.name == "support.tayssir_covers" and v.since.year == YEAR else v
        for v in opened.parameters
    )
    spent, _found = timed(lambda: compare_laws(opened, changed, school_year=YEAR, instalment=NUMBER))
    return spent, opened.counts["children"]


@stage
def household(folder: Path) -> Figures:
    """The mean of two hundred households of five."""
    law = Parameters(parameters_of(folder), dt.date(2018, 9, 1))
    child = {"level": "3AP", "cycle": "PRIMARY", "milieu": "RURAL", "cover": "RAMED", "is_sheet_validated": True}
    child |= {"enrolled_from": 201809, "is_commune_covered": False, "was_commune_covered": False}
    family = [child, *({**child, "level": level} for level in ("1AP", "6AP", "2AP", "4AP"))]
    decide_household(family, 201809, law)
    spent, _done = timed(lambda: [decide_household(family, 201809, law) for _number in range(200)])
    return Spent(spent.seconds / 200, spent.processor / 200), len(family)


def about(folder: Path) -> dict[str, str]:
    """Counts of what was measured, and the machine."""
    from benchmarks.machine import described

    instalment = _instalment()
    pupils = pl.scan_parquet(folder / "children.parquet").select(pl.len()).collect().item()
    return {
        "counts": (
            f"{pupils:,} pupils, two months: {instalment.lines:,} lines ({instalment.paid:,} paid, "
            f"{instalment.unpaid:,} not due, {instalment.to_complete:,} to complete), "
            f"{(instalment.amount or 0) / 1e8:,.1f} million dirhams"
        ),
        "machine": described(),
    }


if __name__ == "__main__":
    name, at = sys.argv[1], Path(sys.argv[2])
    if name == "about":
        print(json.dumps(about(at)))
    else:
        spent, passed = STAGES[name](at)
        print(json.dumps({**spent._asdict(), "rows": passed, "peak": peak_so_far(), "load": os.getloadavg()[0]}))
    sys.stdout.flush()
    os._exit(0)  # threads of engines need not be waited for
