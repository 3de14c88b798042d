"""Reads the rows of a recognised list: facts, remarks, and whether a row is accepted, to complete or refused.

What makes a row to complete and what is only noted stands in `problems`. Nothing is filled in: a fact that a row does
not state is absent, except what the block above the table states for the whole list (school, class, level), and that
only when the table has no column for it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from istidrak.base.exchange.headings import HeaderMatch, normalised
from istidrak.base.exchange.reading import Cell, Table, as_text, column_letters
from istidrak.desk.imports import cells
from istidrak.desk.imports.cells import NOTHING, Reader, Reading
from istidrak.desk.imports.layouts import ESTABLISHMENT_LIST, LAYOUTS, Recognition
from istidrak.desk.imports.preface import Preface
from istidrak.desk.imports.problems import Problem, Reason, RowStatus, status_of
from istidrak.desk.imports.vocabulary import CLOSING_WORDS, TOTAL_WORDS

# A list of people who are or were of school age; outside, the year was probably mistyped.
YOUNGEST, OLDEST = 3, 40
SEASON_START = (9, 1)
DISTINCT_VALUES_KEPT = 20_000
MOST_CELLS_OF_A_TOTAL, MOST_CELLS_OF_A_CLOSING = 6, 3

PERSON_READERS: dict[str, Reader] = {
    "massar_code": cells.read_massar_code,
    **{
        f"{part}_{s}": cells.name_reader(part)
        for part in ("last_name", "first_name", "full_name")
        for s in ("ar", "fr")
    },
    "sex": cells.read_sex,
    "birth_date": cells.read_birth,
    "birth_year": cells.read_birth,
    "birth_date_and_place": cells.read_birth_and_place,
    "age": cells.read_age,
    "level": cells.read_level,
    "status": cells.read_status,
    "dropout_reason": cells.read_dropout_reason,
    "dropout_year": cells.read_dropout_year,
    "phone": cells.phone_reader("phone"),
    "guardian_phone": cells.phone_reader("guardian_phone"),
    "contact_date": cells.date_reader("contact_date"),
    "registration_date": cells.date_reader("registration_date"),
    "school_code": cells.establishment_code_reader("school_code", Reason.SCHOOL_CODE_SHAPE),
    **dict.fromkeys(("trade_1", "trade_2", "trade_3"), cells.read_trades),
    **{name: cells.text_reader(name) for name in ("wish", "notes")},
    **{
        name: cells.place_reader(name)
        for name in (
            *("birth_place", "class_name", "school_name", "last_school", "guardian_name", "guardian_relation"),
            *("quarter", "address", "commune", "group_name"),
        )
    },
}
ESTABLISHMENT_READERS: dict[str, Reader] = {
    "code": cells.establishment_code_reader("code", Reason.ESTABLISHMENT_CODE_SHAPE),
    "parent_code": cells.establishment_code_reader("parent_code", Reason.SCHOOL_CODE_SHAPE),
    "milieu": cells.read_milieu,
    "milieu_code": cells.read_milieu,
    **{
        name: cells.place_reader(name)
        for name in (
            *("region_code", "province_code", "province_name_ar", "province_name_fr", "commune_code", "commune_ar"),
            *("commune_fr", "name_ar", "name_fr", "type", "cycle", "kind", "gipe_code"),
        )
    },
}


@dataclass(slots=True)
class ParsedRow:
    """One row. `row` is the sheet's, from 1; `raw` its filled cells as (heading, text), never a forbidden one."""

    sheet: str
    row: int
    raw: list[tuple[str, str]]
    facts: dict[str, Any]
    status: RowStatus
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that names nobody by nature: HEADER (repeated on each printed page), TOTAL or CLOSING (signatures)."""

    sheet: str
    row: int
    kind: str


@dataclass
class Parsed:
    """The rows of a list. Blank rows are nowhere; `skipped` are not counted."""

    layout: str
    rows: list[ParsedRow] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)

    def counts(self) -> dict[RowStatus, int]:
        """Rows by status, all three always there."""
        counted = Counter(row.status for row in self.rows)
        return {status: counted[status] for status in RowStatus}


def parse_rows(
    recognition: Recognition,
    tables: Sequence[Table],
    *,
    season: int | None = None,
    today: dt.date | None = None,
) -> Parsed:
    """Every row of the recognised sheets.

    `season` (a school year's starting integer) gives the day at which an age is judged when the row has no contact
    date; without it the title block's year does. `today`: days after it are in the future. Raises ValueError when
    nothing was recognised.
    """
    if recognition.layout is None:
        raise ValueError("no list was recognised in this file")
    parsed = Parsed(recognition.layout)
    seen = _Seen()
    for part in recognition.sheets:
        _Sheet(part, tables[part.table], season, today, seen).read_into(parsed)
    return parsed


@dataclass
class _Seen:
    """Where rows and codes were first met in the file."""

    rows: dict[int, tuple[str, int]] = field(default_factory=dict)
    codes: dict[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Column:
    """A column that may be read: its heading, how to read it, and what its values gave before."""

    heading: str
    field_name: str | None
    read: Callable[[Cell], Reading]
    is_counted: bool = True
    known: dict[Cell, tuple[tuple[str, str], Reading]] = field(default_factory=dict)

    def take(self, cell: Cell) -> tuple[tuple[str, str], Reading]:
        """The raw pair and the reading; kept per distinct text, because levels, schools and sexes repeat."""
        if cell.__class__ is not str:  # 1, 1.0 and True are one key of a dictionary, and three different cells
            return (self.heading, as_text(cell)), self.read(cell)
        taken = self.known.get(cell)
        if taken is None:
            taken = (self.heading, str(cell).replace("\x00", "")), self.read(cell)
            if len(self.known) < DISTINCT_VALUES_KEPT:
                self.known[cell] = taken
        return taken


def _no_reading(_: Cell) -> Reading:
    return NOTHING


class _Sheet:
    """Reads one sheet. Made once per sheet, so that a hundred thousand rows share readers and answers."""

    def __init__(self, part: Recognition, table: Table, season: int | None, today: dt.date | None, seen: _Seen):
        header = part.header
        assert header is not None and part.layout is not None  # noqa: S101 - `recognise` gives both or neither
        self.sheet, self.table, self.header, self.seen, self.today = table.sheet, table, header, seen, today
        self.is_of_schools = part.layout == ESTABLISHMENT_LIST.name
        self.needed = LAYOUTS[part.layout].needed
        self.columns = _columns(header, table, self.is_of_schools)
        self.field_headings = {name: header.headings.get(at, "") for name, at in header.columns.items()}
        self.heading_texts = {normalised(text) for text in header.headings.values()}
        self.last_heading = max({*header.headings, *header.forbidden}, default=-1)
        self.header_cells = max(map(len, table.rows[header.row_index : header.row_index + header.height]))
        self.stated = {} if self.is_of_schools else _stated_for_all(part.preface, header)
        year = season if season is not None else part.preface.school_year
        self.season_start = dt.date(year, *SEASON_START) if year else None

    def read_into(self, parsed: Parsed) -> None:
        first = self.header.row_index + self.header.height
        for index in range(first, len(self.table.rows)):
            self._read_row(index + 1, self.table.rows[index], parsed)

    def _read_row(self, number: int, row: Sequence[Cell], parsed: Parsed) -> None:
        raw: list[tuple[str, str]] = []
        facts: dict[str, Any] = {}
        remarks: list[tuple[str, Reason, dict[str, object]]] = []
        strays: list[tuple[str, str, object]] = []
        says_something = False
        for cell, column in zip(row, self.columns, strict=False):
            if column is None or cell == "" or cell is None:
                continue
            pair, reading = column.take(cell)
            says_something = says_something or column.is_counted
            raw.append(pair)
            for name, value in reading.facts:
                _keep(facts, strays, column, name, value)
            for reason, params in reading.remarks:
                remarks.append((column.heading, reason, params))
        if not says_something or not any(not cells.is_blank(text) for _, text in raw):
            return
        if self.header.forbidden and self._is_shifted(row):
            self._refuse_shifted(number, parsed)
            return
        if kind := self._kind_of_line(raw, facts):
            parsed.skipped.append(SkippedRow(self.sheet, number, kind))
            return
        remarks += _settle(facts, strays)
        problems = [Problem(number, heading, reason, params) for heading, reason, params in remarks]
        problems += self._of_school(number, facts) if self.is_of_schools else self._of_person(number, facts, remarks)
        problems += self._repeated(number, raw, facts)
        for name, value in self.stated.items():
            facts.setdefault(name, value)
        parsed.rows.append(ParsedRow(self.sheet, number, raw, facts, status_of(problems), problems))

    # Lines that are no rows

    def _kind_of_line(self, raw: list[tuple[str, str]], facts: dict[str, Any]) -> str | None:
        if "massar_code" in facts or "birth_date" in facts or "sex" in facts or "code" in facts:
            return None
        texts = [normalised(text) for _, text in raw if text.strip()]
        if len(texts) > 1 and sum(text in self.heading_texts for text in texts) > len(texts) / 2:
            return "HEADER"
        first = next((text for text in texts if not text.isdigit()), "")
        if len(texts) <= MOST_CELLS_OF_A_TOTAL and first.startswith(_TOTAL_STARTS):
            return "TOTAL"
        if len(texts) <= MOST_CELLS_OF_A_CLOSING and first.startswith(_CLOSING_STARTS):
            return "CLOSING"
        return None

    def _is_shifted(self, row: Sequence[Cell]) -> bool:
        """In a list with a forbidden column, a row with more cells than the header (an unquoted separator in a name),
        or a filled cell beyond the last heading, may hold that column's cell, pushed aside."""
        return len(row) > self.header_cells or any(as_text(cell).strip() for cell in row[self.last_heading + 1 :])

    def _refuse_shifted(self, number: int, parsed: Parsed) -> None:
        problems = [Problem(number, "", Reason.CELLS_SHIFTED)]
        parsed.rows.append(ParsedRow(self.sheet, number, [], {}, RowStatus.REFUSED, problems))

    # What a row lacks

    def _of_school(self, number: int, facts: dict[str, Any]) -> list[Problem]:
        problems = []
        if "code" not in facts:
            reason = Reason.NO_ESTABLISHMENT_CODE
            problems.append(Problem(number, self._heading("code"), reason))
        if "name_ar" not in facts and "name_fr" not in facts:
            reason = Reason.NAME_MISSING if "code" in facts else Reason.NO_NAME
            problems.append(Problem(number, self._heading("name_ar", "name_fr"), reason))
        return problems

    def _of_person(
        self, number: int, facts: dict[str, Any], remarks: list[tuple[str, Reason, dict[str, object]]]
    ) -> list[Problem]:
        remarked = {reason for _, reason, _ in remarks}
        problems = self._about_name(number, facts)
        if "sex" in self.needed and "sex" not in facts and Reason.SEX_UNREADABLE not in remarked:
            problems.append(Problem(number, self._heading("sex"), Reason.SEX_MISSING))
        problems += self._about_birth(number, facts, remarks)
        contact = facts.get("contact_date")
        if contact and self.today and contact > self.today:
            del facts["contact_date"]
            problems.append(Problem(number, self._heading("contact_date"), Reason.DATE_IN_FUTURE, {"date": contact}))
        return problems

    def _about_name(self, number: int, facts: dict[str, Any]) -> list[Problem]:
        """A whole name, or a family name and a first name in one script, is a name."""
        column = self._heading(*_NAME_FIELDS)
        if facts.keys().isdisjoint(_NAME_FIELDS):
            return [Problem(number, column, Reason.NAME_MISSING if "massar_code" in facts else Reason.NO_NAME)]
        is_whole = any(name in facts for name in ("full_name_ar", "full_name_fr")) or any(
            {f"last_name_{script}", f"first_name_{script}"} <= facts.keys() for script in ("ar", "fr")
        )
        return [] if is_whole else [Problem(number, column, Reason.NAME_PART_MISSING)]

    def _about_birth(
        self, number: int, facts: dict[str, Any], remarks: list[tuple[str, Reason, dict[str, object]]]
    ) -> list[Problem]:
        column = self._heading("birth_date", "birth_date_and_place", "birth_year")
        birth, year = facts.get("birth_date"), facts.get("birth_year")
        if year is None:
            is_remarked = any(heading == column and reason in cells.DATE_REASONS for heading, reason, _ in remarks)
            is_fine = is_remarked or "birth" not in self.needed
            return [] if is_fine else [Problem(number, column, Reason.BIRTH_MISSING)]
        problems = [] if birth else [Problem(number, column, Reason.BIRTH_YEAR_ONLY, {"year": year})]
        reference = facts.get("contact_date") or self.season_start
        last_day = self.today or reference
        if last_day and (birth > last_day if birth else year > last_day.year):
            facts.pop("birth_date", None)
            del facts["birth_year"]
            return [Problem(number, column, Reason.DATE_IN_FUTURE, {"date": birth or year})]
        if reference and not _is_of_age(birth, year, reference):
            params = {"youngest": YOUNGEST, "oldest": OLDEST, "date": reference}
            problems.append(Problem(number, column, Reason.AGE_OUT_OF_RANGE, params))
        return problems

    def _repeated(self, number: int, raw: list[tuple[str, str]], facts: dict[str, Any]) -> list[Problem]:
        """The same row typed twice, or one code on two rows. Noted: whether they are one person is decided later."""
        here = (self.sheet, number)
        content = hash(tuple(pair for pair in raw if pair[0] != self.field_headings.get("order_number")))
        first = self.seen.rows.setdefault(content, here)
        if first != here:
            return [Problem(number, "", Reason.ROW_REPEATED, {"sheet": first[0], "first": first[1]})]
        name = "code" if self.is_of_schools else "massar_code"
        code = facts.get(name)
        first = self.seen.codes.setdefault(code, here) if code else here
        if first != here:
            params = {"text": code, "sheet": first[0], "first": first[1]}
            return [Problem(number, self._heading(name), Reason.CODE_REPEATED, params)]
        return []

    def _heading(self, *names: str) -> str:
        """The heading of the first of these fields that the sheet has; "" when it has none."""
        return next((self.field_headings[name] for name in names if name in self.field_headings), "")


_NAME_FIELDS = tuple(f"{part}_{s}" for part in ("full_name", "last_name", "first_name") for s in ("ar", "fr"))
_TOTAL_STARTS = tuple(normalised(words) for words in TOTAL_WORDS)
_CLOSING_STARTS = tuple(normalised(words) for words in CLOSING_WORDS)


def _columns(header: HeaderMatch, table: Table, is_of_schools: bool) -> list[_Column | None]:
    """A reader per column of the sheet; None for a column that must not be read.

    Beside a forbidden column, columns without any heading are not read either: a cell may have been pushed there.
    """
    readers = ESTABLISHMENT_READERS if is_of_schools else PERSON_READERS
    field_at = {at: name for name, at in header.columns.items()}
    width = max(map(len, table.rows), default=0)
    columns: list[_Column | None] = []
    for at in range(width):
        heading = header.headings.get(at, "")
        if at in header.forbidden or (header.forbidden and not heading):
            columns.append(None)
            continue
        name = field_at.get(at)
        read = readers.get(name, _no_reading) if name else _no_reading
        # A row that holds only its printed number is an empty line of the form.
        columns.append(_Column(heading or column_letters(at), name, read, is_counted=name != "order_number"))
    return columns


def _keep(
    facts: dict[str, Any], strays: list[tuple[str, str, object]], column: _Column, name: str, value: Any
) -> None:
    """A name in the other script than its column's waits: the column made for that script goes first. So does a year
    of birth beside another."""
    if name == "trades":
        facts["trades"] = facts.get("trades", ()) + value
    elif (name in _NAME_FIELDS and name != column.field_name) or (name == "birth_year" and name in facts):
        strays.append((column.heading, name, value))
    else:
        facts.setdefault(name, value)


def _settle(
    facts: dict[str, Any], strays: list[tuple[str, str, object]]
) -> list[tuple[str, Reason, dict[str, object]]]:
    """Takes what waited where nothing stands yet, and remarks on what disagrees. A full date outweighs a year."""
    remarks: list[tuple[str, Reason, dict[str, object]]] = []
    for heading, name, value in strays:
        if facts.setdefault(name, value) == value:
            continue
        if name == "birth_year":
            birth = facts.get("birth_date")
            stated_apart = facts[name] if birth and value == birth.year else value
            remarks.append(
                (heading, Reason.BIRTH_CONTRADICTS_YEAR, {"date": birth or facts[name], "year": stated_apart})
            )
            facts[name] = birth.year if birth else facts[name]
        else:
            remarks.append((heading, Reason.NAME_STATED_TWICE, {"text": value}))
    return remarks


def _stated_for_all(preface: Preface, header: HeaderMatch) -> dict[str, Any]:
    """What the title block says of every row, where the table has no column of its own for it."""
    stated: dict[str, Any] = {}
    for name in ("school_name", "school_code", "class_name", "level"):
        text = getattr(preface, name)
        if text and name not in header.columns:
            stated.update(PERSON_READERS[name](text).facts)
    return stated


def _is_of_age(birth: dt.date | None, year: int, reference: dt.date) -> bool:
    """With a year alone, false only when no day of that year would do."""
    if birth is None:
        return reference.year - year >= YOUNGEST and reference.year - year - 1 <= OLDEST
    age = reference.year - birth.year - ((reference.month, reference.day) < (birth.month, birth.day))
    return YOUNGEST <= age <= OLDEST
