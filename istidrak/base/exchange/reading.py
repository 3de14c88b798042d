"""Reads the sheets of an .xlsx, .xls or .csv file as they are: cells, rows and numbers of the sheet, nothing mended.

The content decides what a file is, not its name: registries export text under the name .xls, and people rename.
Nothing is evaluated: a formula gives the value the workbook stored, a text that looks like one stays text.
"""

import datetime as dt
import io
import pickle
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from istidrak.base.exchange.separated_text import rows_of_text, text_of

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta

ZIP_START = b"PK\x03\x04"
OLD_WORKBOOK_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
READING_APART = Path(__file__).with_name("reading_apart.py")
ENCRYPTED_FLAG = 0x1
TEXTS_KEPT_ONCE = 50_000


class UnreadableFile(Exception):
    """The file gives no table. `code` says why, in words for programs:

    NOT_A_SPREADSHEET, WEB_PAGE (a page saved under the name .xls), DAMAGED, ENCRYPTED (a password is asked), EMPTY,
    TOO_LARGE (bytes, unpacked bytes, memory or time), TOO_MANY_ROWS, TOO_MANY_COLUMNS. `params` holds the limit.
    """

    def __init__(self, code: str, **params: int):
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Limits:
    """How large a file may be. Defaults hold the pupils of a large academy in one list, with room."""

    file_bytes: int = 40_000_000
    unpacked_bytes: int = 400_000_000
    rows: int = 250_000
    columns: int = 300
    memory_bytes: int = 1_500_000_000
    processor_seconds: int = 90


@dataclass
class Table:
    """One sheet. `rows[0]` is row 1 of the sheet, `rows[0][0]` its cell A1; an empty cell is the empty text."""

    sheet: str
    rows: list[list[Cell]] = field(default_factory=list)


def read_tables(data: bytes, filename: str, limits: Limits | None = None) -> list[Table]:
    """The sheets of a file, in the order of the workbook, leading empty rows kept, trailing ones cut.

    Raises UnreadableFile, and nothing else, whatever the bytes are.
    """
    limits = limits or Limits()
    if not data.strip():
        raise UnreadableFile("EMPTY")
    if len(data) > limits.file_bytes:
        raise UnreadableFile("TOO_LARGE", limit=limits.file_bytes)
    if data.startswith(ZIP_START):
        _check_zip(data, limits)
        tables = _workbook_tables(data, limits)
    elif data.startswith(OLD_WORKBOOK_START):
        if ENCRYPTED_PACKAGE in data:
            raise UnreadableFile("ENCRYPTED")
        tables = _workbook_tables(data, limits)
    else:
        tables = [_text_table(data, filename, limits)]
    for table in tables:
        _cut_empty_end(table.rows)
    if not any(table.rows for table in tables):
        raise UnreadableFile("EMPTY")
    return tables


def as_text(cell: Cell) -> str:
    """A cell as a person reads it: whole numbers without ".0", days day first; text as it is."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        has_time = cell.time() != dt.time(0)
        return f"{_day_text(cell)} {cell:%H:%M:%S}" if has_time else _day_text(cell)
    if isinstance(cell, dt.date):
        return _day_text(cell)
    return str(cell)


def _day_text(day: dt.date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def _check_zip(data: bytes, limits: Limits) -> None:
    """Looks at the table of contents only. A member that lies about its size meets the other process's ceiling."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, UnicodeError) as error:
        raise UnreadableFile("DAMAGED") from error
    if not any(member.filename.lower().startswith("xl/") for member in members):
        raise UnreadableFile("NOT_A_SPREADSHEET")
    if any(member.flag_bits & ENCRYPTED_FLAG for member in members):
        raise UnreadableFile("ENCRYPTED")
    if sum(member.file_size for member in members) > limits.unpacked_bytes:
        raise UnreadableFile("TOO_LARGE", limit=limits.unpacked_bytes)


def _workbook_tables(data: bytes, limits: Limits) -> list[Table]:
    """Reads in the other process (see `reading_apart`), message by message."""
    command = [sys.executable, "-I", str(READING_APART), str(limits.rows), str(limits.columns)]
    command += [str(limits.memory_bytes), str(limits.processor_seconds)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and our own file; the data go through a pipe
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as reader:
        try:
            tables, end = _listen(reader, data)
        finally:
            reader.kill()
    if end is None:
        # It was stopped half-way: the allocation that failed, or the ceiling of processor time.
        raise UnreadableFile("TOO_LARGE", limit=limits.file_bytes)
    if end:
        limit = {"TOO_MANY_ROWS": limits.rows, "TOO_MANY_COLUMNS": limits.columns}.get(end)
        raise UnreadableFile(end, **({} if limit is None else {"limit": limit}))
    return tables


def _listen(reader: "subprocess.Popen[bytes]", data: bytes) -> tuple[list[Table], str | None]:
    """The tables and how it ended: "" well, a code when refused, None when the process died."""
    to_reader, from_reader = cast(IO[bytes], reader.stdin), cast(IO[bytes], reader.stdout)
    try:
        to_reader.write(data)
        to_reader.close()
    except OSError:
        return [], None
    tables: list[Table] = []
    once: dict[str, str] = {}
    while (message := _next_message(from_reader)) is not None:
        kind, content = message
        if kind == "sheet":
            tables.append(Table(content))
        elif kind == "rows":
            tables[-1].rows.extend(_with_texts_once(content, once))
        else:
            return tables, content
    return tables, None


def _next_message(stream: IO[bytes]) -> tuple[str, Any] | None:
    try:
        message: tuple[str, Any] = pickle.load(stream)  # noqa: S301 - written by our own process
    except (EOFError, pickle.UnpicklingError):
        return None
    return message


def _with_texts_once(rows: list[list[Cell]], once: dict[str, str]) -> list[list[Cell]]:
    """Repeated texts (a level, a school) share one object: a long list takes a third of the memory."""
    for row in rows:
        for at, cell in enumerate(row):
            if cell.__class__ is str:
                kept = once.get(cell)
                if kept is not None:
                    row[at] = kept
                elif len(once) < TEXTS_KEPT_ONCE:
                    once[cell] = cell
    return rows


def _text_table(data: bytes, filename: str, limits: Limits) -> Table:
    text = text_of(data)
    if text is None:
        raise UnreadableFile("NOT_A_SPREADSHEET")
    start = text[:2000].lstrip().lower()
    if start.startswith(("<!doctype html", "<html", "<table", "<?xml")) or "<table" in start:
        raise UnreadableFile("WEB_PAGE")
    if start.startswith(("%pdf", "{\\rtf")):
        raise UnreadableFile("NOT_A_SPREADSHEET")
    rows = rows_of_text(text, most_rows=limits.rows)
    if rows is None:
        raise UnreadableFile("TOO_MANY_ROWS", limit=limits.rows)
    if max(map(len, rows), default=0) > limits.columns:
        raise UnreadableFile("TOO_MANY_COLUMNS", limit=limits.columns)
    return Table(Path(filename).stem, cast(list[list[Cell]], rows))


def _cut_empty_end(rows: list[list[Cell]]) -> None:
    while rows and all(isinstance(cell, str) and not cell.strip() for cell in rows[-1]):
        rows.pop()


def column_letters(index: int) -> str:
    """The letters a spreadsheet shows over a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
