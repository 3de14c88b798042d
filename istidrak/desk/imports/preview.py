"""What a list says, before anything of it is written: rows by status, problems in words, what does not agree.

`read_list` reads tables; `preview_of` shows one sheet of it as a received file; both read the database, neither
writes it. `Background` holds what forty previews share, so that their number of queries is that of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from istidrak.base import days, history
from istidrak.base.exchange.headings import FORBIDDEN, IGNORE, HeaderMatch, normalised
from istidrak.base.exchange.reading import Table, as_text, column_letters
from istidrak.desk.imports import corrections, establishments, keeping
from istidrak.desk.imports.layouts import ESTABLISHMENT_LIST, Recognition, recognise
from istidrak.desk.imports.notes import Note, notes_on, words_of
from istidrak.desk.imports.problems import NOTED, Problem, RowStatus
from istidrak.desk.imports.rows import ParsedRow, parse_rows
from istidrak.desk.imports.schools import SchoolBook, SchoolsNamed, schools_named
from istidrak.organisations.models import Organisation
from istidrak.people.models import HeadingMapping, SourceFile
from istidrak.territory.models import Place

CELLS_IN_A_SAMPLE = 3
READ_WITH = "read_with"  # the verb of the history row that keeps the mapping a file was written with


class ContentGone(Exception):
    """The tables of a file are no longer kept: it must be dropped again."""


@dataclass(frozen=True)
class ProblemLine:
    """A problem as people and programs read it: sheet row, heading, stable code, sentence."""

    row: int
    column: str
    reason: str
    message: str


@dataclass(frozen=True)
class UnknownHeading:
    """A column that nobody explained yet: its letters, its heading, a few of its cells."""

    letters: str
    heading: str
    sample: tuple[str, ...]


@dataclass
class Preview:
    """One sheet of a list. Counts are rows; `rows` are all of them, refused ones too."""

    layout: str
    sheet: str
    rows: list[ParsedRow]
    table: Table
    header: HeaderMatch
    unknown: list[UnknownHeading] = field(default_factory=list)
    left_out: tuple[str, ...] = ()  # sheets that hold something else
    schools: SchoolsNamed = field(default_factory=SchoolsNamed)
    notes: list[Note] = field(default_factory=list)
    remembered: Mapping[str, str] = field(default_factory=dict)

    def _count(self, status: RowStatus) -> int:
        return sum(row.status == status for row in self.rows)

    @cached_property
    def accepted(self) -> int:
        """Rows with all that a file needs."""
        return self._count(RowStatus.ACCEPTED)

    @cached_property
    def incomplete(self) -> int:
        """Rows that are written, and that a person must complete."""
        return self._count(RowStatus.INCOMPLETE)

    @cached_property
    def refused(self) -> int:
        """Rows that name nobody: they are not written."""
        return self._count(RowStatus.REFUSED)

    @property
    def disagreements(self) -> list[Note]:
        """What the list says against what was chosen, or about others than chosen."""
        return [note for note in self.notes if note.is_disagreement]

    def problems(self, most: int | None = None, only_errors: bool = False) -> list[ProblemLine]:
        """Problems in the order of the sheet, in the active language; `only_errors` leaves out what is noted."""
        lines: list[ProblemLine] = []
        for problem in (problem for row in self.rows for problem in row.problems):
            if only_errors and problem.reason in NOTED:
                continue
            if most is not None and len(lines) >= most:
                break
            lines.append(ProblemLine(problem.row, problem.column, str(problem.reason), words_of(problem)))
        return lines

    def noted(self, most: int) -> list[tuple[list[int], int, str, str]]:
        """What is noted on rows that are as good as before, said once for each column and reason: the first rows
        (`most` of them), how many more, the column, the sentence of the first."""
        said: dict[tuple[str, str], tuple[list[int], Problem]] = {}
        for problem in (problem for row in self.rows for problem in row.problems):
            if problem.reason in NOTED:
                said.setdefault((problem.column, str(problem.reason)), ([], problem))[0].append(problem.row)
        return [
            (rows[:most], len(rows) - len(rows[:most]), column, words_of(first))
            for (column, _reason), (rows, first) in said.items()
        ]

    @property
    def error_count(self) -> int:
        """How many remarks make a row refused or incomplete."""
        return sum(problem.reason not in NOTED for row in self.rows for problem in row.problems)


def same_said_once(lines: list[ProblemLine]) -> list[tuple[list[int], int, str, str]]:
    """Problems that say the same of the same column, once with all their rows: rows, 0 more, column, message."""
    said: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        said.setdefault((line.column, line.message), []).append(line.row)
    return [(rows, 0, column, message) for (column, message), rows in said.items()]


# Headings that officers explained


def remembered_headings() -> dict[str, dict[str, str]]:
    """Layout -> normalised heading -> field, IGNORE or FORBIDDEN; one query."""
    found: dict[str, dict[str, str]] = {}
    for layout, heading, name in HeadingMapping.objects.values_list("layout", "heading", "field"):
        found.setdefault(layout, {})[heading] = name
    return found


def remembered_for(layout: str, all_remembered: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The mapping for one layout. What is a secret on one list is a secret on every list; the columns that
    our own lists of corrections add are left out of every list."""
    mapping: dict[str, str] = {}
    for name, headings in all_remembered.items():
        for heading, meaning in headings.items():
            if name == layout or meaning == FORBIDDEN:
                mapping[heading] = meaning
    return mapping | dict.fromkeys(map(normalised, corrections.own_headings()), IGNORE)


# Reading


@dataclass
class ListRead:
    """A file, read: `layout` None when no list was found in it."""

    layout: str | None
    tables: list[Table] = field(default_factory=list)
    recognition: Recognition | None = None
    rows: list[ParsedRow] = field(default_factory=list)
    remembered: dict[str, str] = field(default_factory=dict)

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets that hold the list."""
        return [self.tables[part.table].sheet for part in self.recognition.sheets] if self.recognition else []


def read_list(
    tables: Sequence[Table],
    *,
    season: int,
    only: str | None = None,
    remembered: Mapping[str, Mapping[str, str]] | None = None,
    fixed: Mapping[str, str] | None = None,
) -> ListRead:
    """Recognise and read tables, secrets taken out first. `only`: the layout, when a person said which it is.

    `fixed`: the mapping that the file was written with, in place of what is remembered today.
    """
    every = remembered or {}
    layout = only or _layout_of(tables, every)
    if layout is None:
        return ListRead(None)
    mapping = dict(fixed) if fixed is not None else remembered_for(layout, every)
    clean = keeping.without_secrets(tables, mapping, layout)
    recognition = recognise(clean, mapping, layout)
    if recognition.layout is None:
        return ListRead(None)
    parsed = parse_rows(recognition, clean, season=season, today=days.today())
    return ListRead(layout, clean, recognition, parsed.rows, mapping)


def _layout_of(tables: Sequence[Table], remembered: Mapping[str, Mapping[str, str]]) -> str | None:
    """The kind of a list by the words that everybody uses; what officers explained is a clue only when those do
    not do: a heading explained once must not turn later lists into another kind."""
    layout = recognise(tables).layout
    if layout is None:
        layout = recognise(tables, {h: f for headings in remembered.values() for h, f in headings.items()}).layout
    return layout


# Showing


@dataclass
class Background:
    """What previews of one directorate share: remembered headings, its schools and those named from elsewhere, and
    its communes for a file of establishments."""

    remembered: Mapping[str, Mapping[str, str]]
    book: SchoolBook
    span: tuple[int, int]

    @classmethod
    def of(cls, directorate: Organisation, remembered: Mapping[str, Mapping[str, str]] | None = None) -> Background:
        """Two queries: headings and schools."""
        inside = Organisation.objects.filter(kind="SCHOOL", place_number__range=directorate.place.span)
        every = remembered_headings() if remembered is None else remembered
        return cls(every, SchoolBook.of(inside), directorate.place.span)

    @cached_property
    def communes(self) -> frozenset[str]:
        """Codes of the communes of the directorate; one query, asked by files of establishments alone."""
        rows = Place.objects.filter(kind="COMMUNE", low__range=self.span)
        return frozenset(rows.values_list("code", flat=True))

    def look_up(self, reads: Iterable[ListRead]) -> None:
        """Find the schools of elsewhere that the lists name by code; one query at most."""
        named = {code for read in reads for row in read.rows if (code := row.facts.get("school_code"))}
        named |= {
            code
            for read in reads
            for part in (read.recognition.sheets if read.recognition else ())
            if (code := part.preface.school_code)
        }
        strangers = named - self.book.by_code.keys()
        if strangers:
            for school in Organisation.objects.filter(kind="SCHOOL", code__in=strangers):
                self.book.by_code[school.code] = school


def preview_of_sheet(
    read: ListRead,
    sheet: str,
    *,
    season: int,
    directorate: Organisation,
    organisation: Organisation | None,
    background: Background,
) -> Preview:
    """The preview of one sheet of a list that was read and whose schools were looked up."""
    recognition = read.recognition
    if read.layout is None or recognition is None:
        raise ValueError("no list was recognised")
    part = next(p for p in recognition.sheets if read.tables[p.table].sheet == sheet)
    rows = [row for row in read.rows if row.sheet == sheet]
    if read.layout == ESTABLISHMENT_LIST.name:
        rows = [_judged(row, directorate, background.communes) for row in rows]
    table, header = read.tables[part.table], part.header
    assert header is not None  # noqa: S101 - a recognised sheet has a header
    named = schools_named(rows, part.preface, background.book)
    preview = Preview(
        layout=read.layout,
        sheet=sheet,
        rows=rows,
        table=table,
        header=header,
        unknown=[_unknown(at, text, table, header.row_index + header.height) for at, text in header.unknown],
        left_out=tuple(t.sheet for t in read.tables if not t.rows),
        schools=named if read.layout == "SCHOOL_LIST" else SchoolsNamed(),
        remembered=read.remembered,
    )
    preview.notes = notes_on(preview, part.preface, season=season, directorate=directorate, organisation=organisation)
    return preview


def _judged(row: ParsedRow, directorate: Organisation, communes: frozenset[str]) -> ParsedRow:
    """A school of another directorate is refused here: its own officer puts it in. An unknown commune is noted."""
    if row.status == RowStatus.REFUSED:
        return row
    if problem := establishments.problem_of(row, directorate.code, directorate.place.span):
        return replace(row, status=RowStatus.REFUSED, problems=[*row.problems, problem])
    note = establishments.note_of(row, communes)
    return replace(row, problems=[*row.problems, note]) if note else row


def _unknown(at: int, heading: str, table: Table, first: int) -> UnknownHeading:
    sample: dict[str, None] = {}
    for row in table.rows[first:]:
        if at < len(row) and (text := as_text(row[at]).strip()):
            sample[text] = None
        if len(sample) == CELLS_IN_A_SAMPLE:
            break
    return UnknownHeading(column_letters(at), heading, tuple(sample))


def read_again(file: SourceFile, background: Background, fixed: Mapping[str, str] | None = None) -> ListRead:
    """Read the kept tables of a received file. Raises ContentGone."""
    tables = keeping.kept(file.digest, file.layout)
    if tables is None:
        raise ContentGone(file.name)
    read = read_list(tables, season=file.season.year, only=file.layout, remembered=background.remembered, fixed=fixed)
    if read.layout is None:
        raise ContentGone(file.name)
    return read


def sheet_in(read: ListRead, file: SourceFile) -> str:
    """The sheet of a read list that a received file is; text files have one, without a name of its own."""
    return next((name for name in read.sheets if name[:120] == file.sheet), read.sheets[0])


def preview_of(file: SourceFile, *, background: Background | None = None) -> Preview:
    """The preview of a received file, read with what is remembered today; once written, as it was written.

    Raises ContentGone when its tables are no longer kept.
    """
    background = background or Background.of(file.directorate)
    read = read_again(file, background, written_with(file))
    background.look_up([read])
    return preview_of_sheet(
        read,
        sheet_in(read, file),
        season=file.season.year,
        directorate=file.directorate,
        organisation=file.organisation,
        background=background,
    )


def written_with(file: SourceFile) -> dict[str, str] | None:
    """The mapping of headings that a file is being or was written with; None before."""
    if file.state in {SourceFile.State.PREVIEWED, SourceFile.State.SET_ASIDE}:
        return None
    row = history.of_threads([file]).filter(verb=READ_WITH).last()
    return dict(row.details["headings"]) if row else None


def previews_of(files: Sequence[SourceFile]) -> dict[int, Preview | None]:
    """Previews of files not yet written, by their id, None where the tables are gone; the number of queries is
    that of the directorates, not of the files."""
    found: dict[int, Preview | None] = {}
    remembered = remembered_headings() if files else {}
    for directorate in {file.directorate_id: file.directorate for file in files}.values():
        background = Background.of(directorate, remembered)
        reads: list[tuple[SourceFile, ListRead]] = []
        for file in (f for f in files if f.directorate_id == directorate.pk):
            try:
                reads.append((file, read_again(file, background)))
            except ContentGone:
                found[file.pk] = None
        background.look_up([read for _, read in reads])
        for file, read in reads:
            found[file.pk] = preview_of_sheet(
                read,
                sheet_in(read, file),
                season=file.season.year,
                directorate=directorate,
                organisation=file.organisation,
                background=background,
            )
    return found


def is_clean(preview: Preview, organisation: Organisation | None) -> bool:
    """True when a list may be written without being looked at one by one: every row read, nothing against what was
    chosen, and its school or centre known (incomplete rows are written, and wait to be completed)."""
    if preview.refused or preview.disagreements or not preview.rows:
        return False
    if preview.layout == "SCHOOL_LIST":
        return organisation is not None or (bool(preview.schools.known) and not preview.schools.unknown)
    return organisation is not None or preview.layout != "CENTRE_LIST"
