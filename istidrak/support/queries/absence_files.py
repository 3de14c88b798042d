"""The school's list of absences (layout: docs/absences-file.md): read, and compared with the sheet of the month.

A line is taken or refused on its own, with its row and column. Pupils who are not in the file stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from istidrak.base.exchange.headings import normalised
from istidrak.base.exchange.reading import Cell, Limits, Table, as_text, column_letters, read_tables
from istidrak.support.models import MonthSheet
from istidrak.support.queries.absences import Pupil
from istidrak.support.rules.absences import Counts, problem_of

# Columns of the layout, in its order: key, heading, width in the workbook.
COLUMNS = (
    ("school", gettext_lazy("Code of the school"), 12),
    ("month", gettext_lazy("Month (year and month, 201809)"), 12),
    ("code", gettext_lazy("Massar code"), 14),
    ("file", gettext_lazy("File number"), 14),
    ("name", gettext_lazy("Name"), 30),
    ("class", gettext_lazy("Class"), 12),
    ("unexcused_days", gettext_lazy("Unexcused days"), 12),
    ("excused_days", gettext_lazy("Excused days"), 12),
    ("unexcused_hours", gettext_lazy("Unexcused hours"), 12),
    ("excused_hours", gettext_lazy("Excused hours"), 12),
)
HEADING_ROWS = 15  # lines above the headings, at most
MOST_DIGITS = 4


class NotTheLayout(Exception):
    """No line of the file holds the headings; `missing` are those of the best line that are not there."""

    def __init__(self, missing: Sequence[str]):
        self.missing = list(missing)
        super().__init__(", ".join(self.missing))


@dataclass(frozen=True)
class Problem:
    """Why a line is refused: its row in the sheet, the letter of the column, what stands there."""

    row: int
    column: str
    code: str
    value: str = ""


@dataclass(frozen=True)
class Line:
    """A line that can be written."""

    row: int
    pupil: Pupil
    counts: Counts

    @property
    def is_new(self) -> bool:
        """True when it changes what the sheet holds."""
        return self.counts != self.pupil.counts


@dataclass(frozen=True)
class Preview:
    """What a file would do to a sheet."""

    digest: str
    lines: list[Line]
    problems: list[Problem]
    left: int  # pupils of the sheet that the file does not name
    was_imported: bool

    @property
    def changes(self) -> list[Line]:
        """The lines that change something."""
        return [line for line in self.lines if line.is_new]


def compare(
    data: bytes, filename: str, sheet: MonthSheet, pupils: list[Pupil], limits: Limits | None = None
) -> Preview:
    """What a file says of the pupils of a sheet. Raises UnreadableFile, NotTheLayout."""
    table = next(table for table in read_tables(data, filename, limits) if table.rows)
    heading, places = _headings(table)
    known = _by_code(pupils)
    lines: list[Line] = []
    problems: list[Problem] = []
    seen: set[int] = set()
    for number, cells in enumerate(table.rows[heading + 1 :], start=heading + 2):
        texts = {key: as_text(cells[at]).strip() if at < len(cells) else "" for key, at in places.items()}
        if not any(texts.values()):
            continue
        found = _read(number, texts, places, sheet, known)
        if isinstance(found, Problem):
            problems.append(found)
        elif found.pupil.registration.pk in seen:
            problems.append(
                Problem(number, column_letters(places["code"]), "twice", texts["code"] or texts.get("file", ""))
            )
        else:
            seen.add(found.pupil.registration.pk)
            lines.append(found)
    digest = hashlib.sha256(data).hexdigest()
    was_imported = digest == sheet.file_digest
    return Preview(digest, lines, problems, len(pupils) - len(seen), was_imported)


def _headings(table: Table) -> tuple[int, dict[str, int]]:
    """The index of the line of headings, and the place of each column."""
    names = {normalised(words): key for key, _heading, _width in COLUMNS for words in _in_both(key)}
    best: tuple[int, dict[str, int]] = (0, {})
    for index, cells in enumerate(table.rows[:HEADING_ROWS]):
        places: dict[str, int] = {}
        for at, cell in enumerate(cells):
            key = names.get(normalised(as_text(cell)))
            if key:
                places.setdefault(key, at)
        if len(places) > len(best[1]):
            best = index, places
    needed = ("code", *Counts._fields)
    if missing := [key for key in needed if key not in best[1]]:
        raise NotTheLayout([heading_of(key) for key in missing])
    return best


def _in_both(key: str) -> Iterator[str]:
    """The heading of a column in each language, and its key."""
    yield key
    for language in ("ar", "fr"):
        with translation.override(language):
            yield heading_of(key)


def heading_of(key: str) -> str:
    """The heading of a column in the language in force."""
    return next(str(heading) for name, heading, _width in COLUMNS if name == key)


def _by_code(pupils: list[Pupil]) -> dict[str, Pupil]:
    """Pupils by Massar code and by file number."""
    known = {}
    for pupil in pupils:
        person = pupil.registration.person
        for code in (person.massar_code, person.file_number):
            if code:
                known[code.upper()] = pupil
    return known


def _read(
    row: int, texts: dict[str, str], places: dict[str, int], sheet: MonthSheet, known: dict[str, Pupil]
) -> Line | Problem:
    """One line as a pupil and counts, or why it is refused."""

    def problem(key: str, code: str) -> Problem:
        return Problem(row, column_letters(places[key]), code, texts.get(key, ""))

    if texts.get("school") and texts["school"].upper() != sheet.school.code.upper():
        return problem("school", "other_school")
    if texts.get("month") and texts["month"] != str(sheet.month):
        return problem("month", "other_month")
    pupil = known.get(texts["code"].upper()) if texts["code"] else known.get(texts.get("file", "").upper())
    if pupil is None:
        key = "code" if texts["code"] or not texts.get("file") else "file"
        return problem(key, "unknown" if texts[key] else "no_code")
    numbers = []
    for key in Counts._fields:
        text = texts[key]
        if text and not (text.isdecimal() and len(text) <= MOST_DIGITS):
            return problem(key, "number")
        numbers.append(int(text or 0))
    counts = Counts(*numbers)
    if impossible := problem_of(counts, sheet.month):
        key = "unexcused_days" if impossible == "days" else "unexcused_hours"
        return Problem(row, column_letters(places[key]), impossible, " + ".join(texts[k] or "0" for k in _pair(key)))
    return Line(row, pupil, counts)


def _pair(key: str) -> tuple[str, str]:
    return key, key.removeprefix("un")


def to_fill(sheet: MonthSheet, pupils: list[Pupil]) -> Iterator[tuple[Cell, ...]]:
    """Lines of the workbook that a school fills in: its pupils, and what the sheet holds already."""
    for pupil in pupils:
        row = pupil.registration
        person = row.person
        counts = (count or "" for count in pupil.counts)
        name = person.name_ar or person.name_fr
        yield (sheet.school.code, sheet.month, person.massar_code, person.file_number, name, row.class_name, *counts)


def problem_words(problem: Problem) -> Any:
    """Why a line is refused, in words."""
    return {
        "other_school": _("This line is of another school."),
        "other_month": _("This line is of another month."),
        "no_code": _("Neither Massar code nor file number: nobody can say whose absences these are."),
        "unknown": _("No pupil of this school and month has this code."),
        "twice": _("This pupil stands in the file twice: the first line is taken."),
        "number": _("This is no whole number."),
        "days": _("More days than the month has."),
        "hours": _("More hours than the month has."),
        "negative": _("This is no whole number."),
    }[problem.code]
