"""Writes the rows of a confirmed list in parts: each part is one transaction, keyed by file and row."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from istidrak.base import days
from istidrak.base.exchange.reading import Table
from istidrak.desk.imports.establishments import school_row
from istidrak.desk.imports.preview import Preview
from istidrak.desk.imports.problems import RowStatus
from istidrak.desk.imports.queue import TakenOver
from istidrak.desk.imports.rows import ParsedRow
from istidrak.organisations import actions as organisations
from istidrak.outreach import actions as outreach
from istidrak.people import actions as people
from istidrak.people.models import CandidatePair, SourceFile, SourceRecord
from istidrak.schooling import actions as schooling

# SQLite has one writer: a part is small enough that a page saved meanwhile waits less than a second.
ROWS_IN_A_PART = 1_000


@dataclass(frozen=True)
class RowToRecord:
    """A row as `people.actions.record_rows` takes it: problems as dictionaries that can be stored."""

    row: int
    raw: list[tuple[str, str]]
    facts: dict[str, Any]
    problems: list[dict[str, Any]]
    status: str


def write_preview(*, by: Any, file: SourceFile, preview: Preview) -> dict[str, int]:
    """Write what a preview shows, and empty it; returns counts of what was new. Rows already written are left as
    they are. Raises TakenOver when another run took the list meanwhile."""
    rows: list[Any] = [row for row in preview.rows if row.status != RowStatus.REFUSED]
    if preview.layout == "ESTABLISHMENTS":
        given = [school_row(row) for row in rows]
        new, corrected = organisations.put_schools(by=by, directorate=file.directorate, rows=given)
        return {"schools_new": new, "schools_corrected": corrected}
    preview.rows, preview.table = [], Table(preview.sheet)
    counts: Counter[str] = Counter(records=0)
    for start in range(0, len(rows), ROWS_IN_A_PART):
        part = rows[start : start + ROWS_IN_A_PART]
        counts += _write_part(by, file, part, start + len(part))
        rows[start : start + len(part)] = [None] * len(part)  # what is written need not stay in memory
    if preview.layout == "SCHOOL_LIST":
        counts["schools_received"] = _receive_lists(by, file, preview)
    pairs = people.find_candidates(file=file, by=by)
    _join_cases(by, file)
    counts["linked"] = sum(pair.kind == CandidatePair.Kind.LINKED for pair in pairs)
    counts["candidates"] = len(pairs) - counts["linked"]
    return {"records": 0, **counts}


@transaction.atomic
def _write_part(by: Any, file: SourceFile, rows: list[ParsedRow], upto: int) -> Counter[str]:
    # Two requests that write the same list take turns: the second finds the rows of the first.
    held = SourceFile.objects.select_for_update().get(pk=file.pk)
    if held.writer != file.writer:
        raise TakenOver
    SourceFile.objects.filter(pk=file.pk).update(written=upto, beat_at=days.now())
    numbers = [row.row for row in rows]
    done = set(SourceRecord.unscoped.filter(file=file, row__in=numbers).values_list("row", flat=True))
    waiting = [_to_record(row) for row in rows if row.row not in done]
    if not waiting:
        return Counter()
    records = people.record_rows(by=by, file=file, rows=waiting)
    counts = Counter(records=len(records))
    counts["stays"] = len(schooling.record_stays_of(by=by, file=file, records=records))
    # Cases tie each person to the directorate, and to the school or the centre whose list it is.
    cases = outreach.open_cases(
        by=by, records=records, season=file.season, directorate=file.directorate, origin=file.layout
    )
    counts["cases"] = len({case.pk for case in cases})
    return counts


def _join_cases(by: Any, file: SourceFile) -> None:
    """One case for each person whom a code linked to an earlier file: both had opened theirs.

    Read from what is written, not from what this call linked: a writing that stopped in between is completed. A
    part opens the cases of its own rows, so that it is whole; candidates are looked for over the whole list.
    """
    linked = CandidatePair.unscoped.filter(
        Q(left_record__file=file) | Q(right_record__file=file),
        kind=CandidatePair.Kind.LINKED,
        state=CandidatePair.State.SAME,
    )
    persons = list(linked.values_list("left_record__person", flat=True))
    outreach.join_cases_of(by=by, persons=persons, season=file.season)


def _receive_lists(by: Any, file: SourceFile, preview: Preview) -> int:
    """The schools of the directorate that the list names, and the one it is of, have sent their list."""
    low, high = file.directorate.place.span
    named = [s for s in preview.schools.known if s.place_number is not None and low <= s.place_number <= high]
    schools = {school.pk: school for school in [*named, *([file.organisation] if file.organisation else [])]}
    received_on = file.received_at.astimezone(days.CASABLANCA).date()
    for school in schools.values():
        outreach.receive_list(by=by, season=file.season, school=school, on=received_on)
    return len(schools)


def _to_record(row: ParsedRow) -> RowToRecord:
    problems = [
        {"column": p.column, "reason": str(p.reason), "params": {name: _stored(v) for name, v in p.params.items()}}
        for p in row.problems
    ]
    return RowToRecord(row.row, row.raw, row.facts, problems, str(row.status))


def _stored(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value
