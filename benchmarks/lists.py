"""A school list of a whole region: read, looked at and written, on PostgreSQL and on the embedded database.

Each part runs in a process of its own, as `istidrak import FILE` does, and says how long it took and the most memory
that it held. Reading the same file without understanding it is printed beside.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import xlsxwriter

from istidrak.web.demo.invented import LEVELS, REASONS, Names

DIRECTORATE, SEASON = "321", "2025"
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # the letter that checks the number of a school
HEADINGS = (
    "رقم مسار",
    "النسب",
    "الإسم",
    "Nom",
    "Prénom",
    "النوع",
    "تاريخ الازدياد",
    "المستوى",
    "القسم",
    "رمز المؤسسة",
    "هاتف الولي",
    "سبب الانقطاع",
)
# Runs a part and tells its seconds and its peak of memory, children included (a workbook is read by a child).
MEASURED = """
import json, resource, runpy, sys, time
begun = time.perf_counter()
sys.argv = sys.argv[1:]
try:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True) if sys.argv[0] != "-" else exec(sys.argv[1])
except SystemExit as end:
    if end.code:
        raise
# Of this program alone: the peak that getrusage tells for the process itself is that of whoever started it, too.
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
peak = max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
whole = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
used = sum(one.ru_utime + one.ru_stime for one in whole)
print("\\n" + json.dumps([time.perf_counter() - begun, used, peak / 1024]), file=sys.stderr)
"""
READING = """
import sys, python_calamine
book = python_calamine.load_workbook(sys.argv[2])
for name in book.sheet_names:
    book.get_sheet_by_name(name).to_python()
"""


def make_list(path: Path, rows: int, seed: int = 7) -> None:
    """A list of `rows` invented pupils by 12 columns, of ages and names as drawn, codes all different."""
    chance, names = random.Random(seed), Names()
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("2025")
    sheet.write_row(0, 0, HEADINGS)
    codes = chance.sample(range(100_000_000, 1_000_000_000), rows + 1)
    for row in range(1, rows + 1):
        kind, sex = chance.choice((("female", "أنثى"), ("male", "ذكر")))
        (first_ar, firsts), (last_ar, lasts) = chance.choice(names.of[kind]), chance.choice(names.of["family"])
        level, usual_age = chance.choice(LEVELS)
        birth = dt.date(2025 - usual_age - chance.choice((0, 1, 1, 2, 3)), 1, 1) + dt.timedelta(chance.randrange(365))
        cells = (f"K{codes[row]}", last_ar, first_ar, chance.choice(lasts).upper(), chance.choice(firsts), sex)
        sheet.write_row(row, 0, cells)
        sheet.write_datetime(row, 6, birth)
        number = chance.randrange(10_000, 10_400)
        school = f"{number}{LETTERS[(number - 1) % len(LETTERS)]}"
        phone = f"06{chance.randrange(10_000_000, 100_000_000)}"
        sheet.write_row(row, 7, (level, str(chance.randrange(1, 9)), school, phone, chance.choice(REASONS)))
    book.close()


def _run(arguments: list[str], environment: dict[str, str]) -> tuple[str, str]:
    """A Python process of its own: (cells of the table: seconds, processor time, peak in MB; what it printed)."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    seconds, used, peak = json.loads(done.stderr.rstrip().rpartition("\n")[2])
    return f"{seconds:.1f} | {used:.1f} | {peak:.0f} MB", done.stdout


def measure(rows: int, folder: Path, postgresql: str) -> None:
    """Print one table: reading, preview, writing; PostgreSQL (beside everybody else's rows) and SQLite (empty)."""
    path = folder / "list.xlsx"
    make_list(path, rows)
    print(f"A school list of {rows:,} rows x {len(HEADINGS)} columns ({path.stat().st_size / 2**20:.1f} MB .xlsx):\n")
    print("| What | Seconds | of processor | Peak memory | |")
    print("|---|--:|--:|--:|---|")
    cells, _said = _run(["-", READING, str(path)], {})
    print(f"| Reading the cells and nothing else | {cells} | |", flush=True)
    for name, url in (("PostgreSQL", postgresql), ("SQLite", f"sqlite:///{folder / 'lists.sqlite3'}")):
        environment = {"DATABASE_URL": url, "ISTIDRAK_HOME": str(folder / name)}
        _run(["istidrak", "migrate", "--verbosity", "0"], environment)
        command = ["istidrak", "import", str(path), "--season", SEASON, "--directorate", DIRECTORATE, "--json"]
        cells, said = _run(command, environment)
        summary = json.loads(said)
        note = f"{summary['accepted']:,} accepted, {summary['incomplete']:,} to complete"
        print(f"| {name}: preview | {cells} | {note} |", flush=True)
        cells, said = _run([*command, "--apply"], environment)
        written = json.loads(said)["applied"]
        note = ", ".join(f"{number:,} {what}" for what, number in written.items() if number)
        print(f"| {name}: preview and writing | {cells} | {note} |", flush=True)
    print()
