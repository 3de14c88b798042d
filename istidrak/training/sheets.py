"""The roll-call sheet of a month: its columns, its marks in one letter, and its workbook twin."""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from istidrak.training.models import Attendance, Session

NOT_TAKEN, CANCELLED = "–", "×"
SUNDAY = 7


@dataclass(frozen=True)
class Column:
    """One session of the sheet, or a day on which one may be held (no session: a sheet to fill by hand)."""

    date: dt.date
    state: str = ""
    kind: str = ""


def letters() -> dict[str, str]:
    """One letter for each mark, in the reader's language."""
    return {
        Attendance.Mark.PRESENT: pgettext("letter of a mark", "P"),
        Attendance.Mark.ABSENT: pgettext("letter of a mark", "A"),
        Attendance.Mark.LATE: pgettext("letter of a mark", "L"),
        Attendance.Mark.EXCUSED: pgettext("letter of a mark", "E"),
    }


def legend() -> list[tuple[str, str]]:
    """The letters with their words, and the two signs of a session without marks."""
    words = dict(Attendance.Mark.choices)
    marks = [(letter, str(words[mark])) for mark, letter in letters().items()]
    return [*marks, (NOT_TAKEN, _("Roll-call not taken")), (CANCELLED, pgettext("session", "Cancelled"))]


def columns_of(sessions: Iterable[Session]) -> list[Column]:
    """A column per session."""
    return [Column(s.date, s.state, str(s.get_kind_display())) for s in sessions]


def open_days(first: dt.date, last: dt.date, closed: Iterable[dt.date]) -> list[Column]:
    """Days of a month on which a session may be held: neither Sundays nor closed days."""
    shut = set(closed)
    days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return [Column(day) for day in days if day.isoweekday() != SUNDAY and day not in shut]


def cells_of(columns: Sequence[Column], marks: Sequence[str], *, is_blank: bool, as_of: dt.date) -> list[str]:
    """The cells of a learner: a letter, a sign for a session without marks, nothing on a blank sheet."""
    known = letters()
    cells = []
    for column, mark in zip(columns, marks, strict=True):
        if column.state == Session.State.CANCELLED:
            cells.append(CANCELLED)
        elif is_blank or column.date > as_of:
            cells.append("")
        elif column.state == Session.State.PLANNED:
            cells.append(NOT_TAKEN)
        else:
            cells.append(known.get(mark, ""))
    return cells


def sheet_workbook(
    *,
    titles: Sequence[str],
    columns: Sequence[Column],
    rows: Iterable[tuple[str, str, Sequence[str]]],
    right_to_left: bool,
) -> bytes:
    """The sheet as a workbook laid out like the page: A4 landscape, one page wide.

    `titles`: lines above the grid; `rows`: (file number, name, cells) of each learner.
    """
    output = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(output, {"in_memory": True, **options}) as workbook:
        sheet = workbook.add_worksheet()
        if right_to_left:
            sheet.right_to_left()
        looks = {
            "title": workbook.add_format({"bold": True, "font_size": 12}),
            "head": workbook.add_format({"bold": True, "border": 1, "align": "center", "bg_color": "#EEF2F0"}),
            "cell": workbook.add_format({"border": 1, "align": "center"}),
            "name": workbook.add_format({"border": 1}),
        }
        _paper(sheet, len(columns))
        for number, title in enumerate(titles):
            sheet.write_string(number, 0, title, looks["title"])
        top = len(titles) + 1
        _headings(sheet, top, columns, looks)
        for number, row in enumerate(rows, start=1):
            _learner(sheet, top + 1 + number, number, row, looks)
        end = sheet.dim_rowmax + 2
        words = " · ".join(f"{letter} {word}" for letter, word in legend())
        sheet.write_string(end, 0, words)
        sheet.write_string(end + 2, 0, _("Signature"))
        sheet.repeat_rows(top, top + 1)
        sheet.freeze_panes(top + 2, 3)
    return output.getvalue()


def _paper(sheet: Any, number: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, 11)
    sheet.set_column(2, 2, 30)
    if number:
        sheet.set_column(3, 2 + number, 4)


def _headings(sheet: Any, top: int, columns: Sequence[Column], looks: dict[str, Any]) -> None:
    for at, words in enumerate((_("No."), _("File number"), _("Name"))):
        sheet.merge_range(top, at, top + 1, at, words, looks["head"])
    for at, column in enumerate(columns, start=3):
        sheet.write_string(top, at, short_weekday(column.date), looks["head"])
        sheet.write_number(top + 1, at, column.date.day, looks["head"])


def _learner(sheet: Any, line: int, number: int, row: tuple[str, str, Sequence[str]], looks: dict[str, Any]) -> None:
    file_number, name, cells = row
    sheet.write_number(line, 0, number, looks["cell"])
    sheet.write_string(line, 1, file_number, looks["cell"])
    sheet.write_string(line, 2, name, looks["name"])
    for at, cell in enumerate(cells, start=3):
        sheet.write_string(line, at, cell, looks["cell"])


def short_weekday(day: dt.date) -> str:
    """The day of the week in one or two letters."""
    names = (
        pgettext("short weekday", "Mo"),
        pgettext("short weekday", "Tu"),
        pgettext("short weekday", "We"),
        pgettext("short weekday", "Th"),
        pgettext("short weekday", "Fr"),
        pgettext("short weekday", "Sa"),
        pgettext("short weekday", "Su"),
    )
    return names[day.isoweekday() - 1]
