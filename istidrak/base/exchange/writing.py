"""Writes one list as an .xlsx workbook in little memory, safe to open: no text becomes a formula or a link."""

import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

# Limits of the format itself.
MOST_ROWS = 1_048_576
MOST_SIGNS_IN_A_CELL = 32_767
MOST_SIGNS_IN_A_SHEET_NAME = 31
FIRST_DAY = dt.date(1900, 1, 1)

KINDS = frozenset({"text", "date", "number"})
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")

# Everything is written by kind; these keep the library from looking at a text and deciding otherwise.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


Columns = Sequence[tuple[str, float, str]]
Sheet = tuple[str, Columns, Iterable[Sequence[Any]]]


def workbook_bytes(
    title: str,
    columns: Columns,
    rows: Iterable[Sequence[Any]],
    *,
    right_to_left: bool = False,
) -> bytes:
    """One sheet named by `title`, its headings in row 1, frozen; `rows` is read once, row by row.

    A column is (heading, width in characters, kind): `text`, `date` (a day, shown day first) or `number`. A value
    not of its column's kind is written as text, so that an unreadable date is not lost. None is an empty cell.
    Raises ValueError for an unknown kind, for a row of another length, and beyond the rows that the format holds.
    """
    return sheets_bytes(title, [(title, columns, rows)], right_to_left=right_to_left)


def sheets_bytes(title: str, sheets: Iterable[Sheet], *, right_to_left: bool = False) -> bytes:
    """Several sheets (title, columns, rows), each as `workbook_bytes` writes one."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, _OPTIONS) as workbook:
        workbook.set_properties({"title": title})
        bold = workbook.add_format({"bold": True, "bottom": 1})
        formats = {kind: workbook.add_format(_LOOKS[kind]) for kind in KINDS}
        for name, columns, rows in sheets:
            _write_sheet(workbook.add_worksheet(_sheet_name(name)), columns, rows, bold, formats, right_to_left)
    return output.getvalue()


def _write_sheet(
    sheet: Any,
    columns: Columns,
    rows: Iterable[Sequence[Any]],
    bold: Any,
    formats: dict[str, Any],
    right_to_left: bool,
) -> None:
    if unknown := {kind for _, _, kind in columns} - KINDS:
        raise ValueError(f"unknown kind of column: {sorted(unknown)}")
    if right_to_left:
        sheet.right_to_left()
    sheet.freeze_panes(1, 0)
    for at, (heading, width, kind) in enumerate(columns):
        sheet.set_column(at, at, width, formats[kind])
        sheet.write_string(0, at, heading, bold)
    kinds = [kind for _, _, kind in columns]
    for number, row in enumerate(rows, start=1):
        if number >= MOST_ROWS:
            raise ValueError(f"a sheet holds {MOST_ROWS} rows")
        _write_row(sheet, number, zip(row, kinds, strict=True), formats)


_LOOKS = {"text": {"num_format": "@"}, "date": {"num_format": "dd/mm/yyyy"}, "number": {}}


def _sheet_name(title: str) -> str:
    name = _NOT_IN_A_SHEET_NAME.sub(" ", title).strip(" '")[:MOST_SIGNS_IN_A_SHEET_NAME].strip(" '")
    return name if name and name.casefold() != "history" else "Sheet1"


def _write_row(sheet: Any, number: int, cells: Iterable[tuple[Any, str]], formats: dict[str, Any]) -> None:
    for at, (value, kind) in enumerate(cells):
        if value is None or value == "":
            continue
        if kind == "date" and isinstance(value, dt.date) and _day(value) >= FIRST_DAY:
            sheet.write_datetime(number, at, _day(value), formats[kind])
        elif kind == "number" and _is_plain_number(value):
            sheet.write_number(number, at, value, formats[kind])
        else:
            sheet.write_string(number, at, _cell_text(value), formats["text"])


def _day(value: dt.date) -> dt.date:
    """The day itself: an instant has no place in a date column before its caller chose the time zone."""
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            raise ValueError("an aware instant in a date column: turn it into a local day first")
        return value.date()
    return value


def _is_plain_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _cell_text(value: Any) -> str:
    text = str(value)
    if len(text) > MOST_SIGNS_IN_A_CELL:
        # The library would drop the whole cell without a word; the mark shows that something follows.
        return text[: MOST_SIGNS_IN_A_CELL - 1] + "…"
    return text
