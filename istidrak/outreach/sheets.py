"""The workbook that goes with printed visit sheets: written for a team, filled in by hand, read back.

Row 1 is hidden and names the columns for the program, so that a sheet sorted, translated or with a column taken out
is still read; row 2 has the headings. Column B, hidden, ties each row to its case. No table is read or written here.
"""

import datetime as dt
import io
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from istidrak.base.exchange.dates import parse_day
from istidrak.base.exchange.reading import Cell, Table, as_text
from istidrak.outreach.models import Contact
from istidrak.outreach.rules.following import step_problem

# (code, heading, width, kind); what the team fills in comes after what it is given.
GIVEN = (
    ("file_number", _("File number"), 12, "text"),
    ("case", "case", 2, "hidden"),
    ("name_ar", _("Name in Arabic"), 26, "text"),
    ("name_fr", _("Name in French"), 26, "text"),
    ("born", _("Born or age"), 20, "text"),
    ("school", _("School"), 28, "text"),
    ("level", _("Level"), 20, "text"),
    ("guardian", _("Parent or guardian"), 22, "text"),
    ("phone", _("Telephone"), 13, "text"),
    ("quarter", _("Quarter or douar"), 20, "text"),
    ("last_contact", _("Last contact"), 28, "text"),
)
FILLED = (
    ("date", _("Date of the visit"), 14, "day"),
    ("kind", _("Visit, call or meeting"), 18, "kind"),
    ("result", _("Result"), 26, "result"),
    ("next_step", _("Next step"), 24, "free"),
    ("next_step_date", _("Day of the next step"), 14, "day"),
    ("note", _("Note"), 34, "free"),
)
COLUMNS = (*GIVEN, *FILLED)
HEADINGS = {code: heading for code, heading, _width, _kind in COLUMNS}
ROWS_SEARCHED = 5
NAMESPACE = uuid.UUID("6f1b6f2e-0a4c-5c8e-9d3b-2f6f0f0c7a51")  # of visits that come back on paper


@dataclass(frozen=True)
class Line:
    """One person on a sheet: the values of GIVEN, in words."""

    values: Mapping[str, str]


def workbook(title: str, lines: Iterable[Line]) -> bytes:
    """The sheet in the reader's language, right to left for Arabic; results and kinds are chosen from lists."""
    output = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(output, options) as book:
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "border": 1})
        day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "border": 1, "bg_color": "#FFF9E5"})
        fill = book.add_format({"num_format": "@", "valign": "top", "border": 1, "bg_color": "#FFF9E5"})
        bold = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#EEF2F0"})
        sheet = book.add_worksheet(_sheet_name(title))
        if translation.get_language_bidi():
            sheet.right_to_left()
        for at, (code, heading, width, kind) in enumerate(COLUMNS):
            sheet.set_column(at, at, width, None, {"hidden": kind == "hidden"})
            sheet.write_string(0, at, code)
            sheet.write_string(1, at, str(heading), bold)
        sheet.set_row(0, None, None, {"hidden": True})
        count = 0
        for count, line in enumerate(lines, start=1):
            for at, (code, _heading, _width, kind) in enumerate(COLUMNS):
                look = day if kind == "day" else fill if kind in {"free", "kind", "result"} else text
                sheet.write(count + 1, at, _before(code, line), look)
        _add_lists(sheet, count + 1)
        sheet.freeze_panes(2, 3)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
    return output.getvalue()


def _sheet_name(title: str) -> str:
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31].strip() or "1"


def _before(code: str, line: Line) -> str:
    """What a cell holds before the visit: what is known, and "home visit", the reason for the sheet."""
    return str(Contact.Kind.VISIT.label) if code == "kind" else line.values.get(code, "")


def _add_lists(sheet: Any, last: int) -> None:
    at = {code: index for index, (code, *_rest) in enumerate(COLUMNS)}
    for code, choices in (("kind", Contact.Kind), ("result", Contact.Result)):
        labels = [str(choice.label) for choice in choices]
        sheet.data_validation(2, at[code], max(last, 2), at[code], {"validate": "list", "source": labels})


# Reading back


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: its row in the sheet, the heading of the column, the reason in words (lazy)."""

    row: int
    column: Any
    reason: Any


@dataclass(frozen=True)
class Visit:
    """A row that says what happened; `submission` is the same each time the row is read."""

    row: int
    case: uuid.UUID
    file_number: str
    kind: str
    result: str
    date: dt.date
    next_step: str = ""
    next_step_date: dt.date | None = None
    note: str = ""

    @property
    def result_label(self) -> Any:
        """The result in words."""
        return Contact.Result(self.result).label

    @property
    def submission(self) -> uuid.UUID:
        """One visit to a person on a day in one way: the same row sent twice is one contact."""
        return uuid.uuid5(NAMESPACE, f"{self.case}|{self.date.isoformat()}|{self.kind}")


@dataclass
class Filled:
    """What a sheet says: visits, rows refused, rows left blank (their number)."""

    visits: list[Visit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    blank: int = 0


class NotASheet(Exception):
    """The file is not a visit sheet of this program."""


def read(tables: Sequence[Table], today: dt.date) -> Filled:
    """The visits of a filled sheet. Raises NotASheet when no sheet has the hidden row that names the columns."""
    for table in tables:
        for index, row in enumerate(table.rows[:ROWS_SEARCHED]):
            at = {as_text(cell): place for place, cell in enumerate(row)}
            if {"file_number", "case", "date", "result"} <= at.keys():
                return _read_rows(table, index + 2, at, today)
    raise NotASheet


def _read_rows(table: Table, first: int, at: Mapping[str, int], today: dt.date) -> Filled:
    filled = Filled()
    seen: dict[uuid.UUID, int] = {}
    for index in range(first, len(table.rows)):
        row = table.rows[index]
        cells = {code: row[place] for code, place in at.items() if place < len(row)}
        if not any(_text(cells, code) for code in ("date", "result", "next_step", "next_step_date", "note")):
            filled.blank += bool(_text(cells, "file_number") or _text(cells, "case"))
            continue
        visit, problems = _read_row(index + 1, cells, today)
        if visit and (earlier := seen.setdefault(visit.submission, visit.row)) != visit.row:
            reason = _("This person has the same day and kind of visit on row %(row)d.") % {"row": earlier}
            visit, problems = None, [Problem(index + 1, HEADINGS["date"], reason)]
        filled.problems += problems
        if visit:
            filled.visits.append(visit)
    return filled


def _text(cells: Mapping[str, Cell], code: str) -> str:
    return " ".join(as_text(cells.get(code, "")).split())


def _read_row(number: int, cells: Mapping[str, Cell], today: dt.date) -> tuple[Visit | None, list[Problem]]:
    problems: list[Problem] = []

    def refuse(code: str, reason: Any) -> None:
        problems.append(Problem(number, HEADINGS[code], reason))

    try:
        case = uuid.UUID(_text(cells, "case"))
    except ValueError:
        refuse("file_number", _("The hidden column of this row is empty or changed: write this visit on the file."))
        return None, problems
    date = _day(cells, "date", refuse, _("A result without the day of the visit."))
    if date and date > today:
        refuse("date", _("This day has not come yet."))
    kind = _code(_text(cells, "kind"), Contact.Kind) if _text(cells, "kind") else None
    if kind is None:
        refuse("kind", _("Choose visit, call or meeting from the list."))
    result = _code(_text(cells, "result"), Contact.Result)
    if result is None:
        refuse("result", _("Choose the result from the list."))
    step_date = _day(cells, "next_step_date", refuse, None)
    _check_step(cells, date, step_date, today, refuse)
    if problems or date is None or kind is None or result is None:
        return None, problems
    visit = Visit(
        row=number,
        case=case,
        file_number=_text(cells, "file_number"),
        kind=kind,
        result=result,
        date=date,
        next_step=_text(cells, "next_step")[:200],
        next_step_date=step_date,
        note=as_text(cells.get("note", "")).strip(),
    )
    return visit, problems


def _check_step(
    cells: Mapping[str, Cell], date: dt.date | None, step_date: dt.date | None, today: dt.date, refuse: Any
) -> None:
    wrong = step_problem(_text(cells, "next_step"), step_date, date, today) if date else None
    if wrong == "STEP_WITHOUT_DAY" and not _text(cells, "next_step_date"):
        refuse("next_step_date", _("Write the day of the next step."))
    elif wrong == "DAY_WITHOUT_STEP":
        refuse("next_step", _("Write what is to be done that day."))
    elif wrong == "STEP_IN_THE_PAST":
        refuse("next_step_date", _("The next step is before the visit."))
    elif wrong == "STEP_TOO_FAR":
        refuse("next_step_date", _("This day is more than a year away: look at the year again."))


def _day(cells: Mapping[str, Cell], code: str, refuse: Any, missing: Any) -> dt.date | None:
    parsed = parse_day(cells.get(code, ""))
    if parsed.date:
        return parsed.date
    if _text(cells, code):
        refuse(code, _("This is not a day: write it as 14/03/2026."))
    elif missing:
        refuse(code, missing)
    return None


def _code(text: str, choices: Any) -> str | None:
    """The code of a label, in whichever language the sheet was printed."""
    for choice in choices:
        if text == choice.value:
            return str(choice.value)
        for language in ("ar", "fr"):
            with translation.override(language):
                if text.casefold() == str(choice.label).casefold():
                    return str(choice.value)
    return None
