"""Recording what lists and people say: rows, entries by hand, corrections, verified codes."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from istidrak.base import bulk, days, history
from istidrak.base.models import History
from istidrak.people import rules
from istidrak.people.actions.columns import MassarCodeTaken, columns_of, holder_of, refresh, storable
from istidrak.people.models import Person, SourceFile, SourceRecord
from istidrak.people.queries.facts import shown_values

__all__ = ["MassarCodeTaken", "StaleVersion", "correct", "record_by_hand", "record_rows", "verify_massar_code"]

CHUNK = 2_000  # rows in one transaction: SQLite has one writer, and others wait for at most about a second


@dataclass(frozen=True)
class FieldChange:
    """What somebody else did to one fact: its value when mine was read, theirs, by whom, when."""

    field: str
    base: Any
    theirs: Any
    by: Any
    at: dt.datetime


class StaleVersion(Exception):
    """Facts that I change were changed by others since I read them.

    `conflicts` maps each such fact to its FieldChange; `version` is the person's version now, to send along with the
    choices made field by field.
    """

    def __init__(self, conflicts: dict[str, FieldChange], version: int):
        self.conflicts, self.version = conflicts, version
        super().__init__(f"changed meanwhile: {', '.join(sorted(conflicts))}")

    @property
    def fields(self) -> list[str]:
        """Names of the facts in conflict."""
        return sorted(self.conflicts)


def record_rows(*, by: Any, file: SourceFile, rows: Iterable[Any]) -> list[SourceRecord]:
    """Write rows of a list as source records, each with a provisional person of its own.

    A row has `row` (its number in the sheet), `raw`, `facts`, `problems`, `status` (ACCEPTED, INCOMPLETE; REFUSED
    rows are left out). Safe to call again with the same rows: those already written are returned as they are. Each
    chunk is one transaction, so an interrupted call is resumed by calling again.
    """
    kept = [row for row in rows if str(getattr(row.status, "value", row.status)) != "REFUSED"]
    records: list[SourceRecord] = []
    for start in range(0, len(kept), CHUNK):
        records += _record_chunk(by, file, kept[start : start + CHUNK])
    return records


@transaction.atomic
def _record_chunk(by: Any, file: SourceFile, rows: Sequence[Any]) -> list[SourceRecord]:
    numbers = [row.row for row in rows]
    known = {
        record.row: record
        for record in SourceRecord.unscoped.filter(file=file, row__range=(min(numbers), max(numbers)))
    }
    fresh = {row.row: row for row in rows if row.row not in known}
    now = days.now()
    records = [_record_of(row, by, file, now) for row in fresh.values()]
    persons = [bulk.new(Person, **columns_of([rules.Said(0, file.layout, now, r.facts)])) for r in records]
    bulk.insert(persons)
    for record, person in zip(records, persons, strict=True):
        record.person = person
    bulk.insert(records)
    bulk.insert([history.entry(record, "record_row", by=by, thread=record.person) for record in records])
    known.update({record.row: record for record in records})
    return [known[number] for number in numbers]


def _record_of(row: Any, by: Any, file: SourceFile, now: dt.datetime) -> SourceRecord:
    record = bulk.new(
        SourceRecord,
        origin=file.layout,
        file_id=file.pk,
        row=row.row,
        raw=storable(row.raw),
        facts=storable(row.facts),
        problems=storable(row.problems),
        is_complete=str(getattr(row.status, "value", row.status)) == "ACCEPTED",
        season_id=file.season_id,
        recorded_by_id=by.pk,
        recorded_at=now,
    )
    record._state.fields_cache["file"] = file
    return record


class SubmissionReused(Exception):
    """A form that was already sent comes again with other facts, or from somebody else: nothing is written."""


def refuse_other(known: Any, **sent: Any) -> None:
    """Raise SubmissionReused unless the row that a form wrote is what it says again now, column by column."""
    if any(getattr(known, name) != value for name, value in sent.items()):
        raise SubmissionReused


def _stated(facts: Mapping[str, Any]) -> dict[str, Any]:
    stated = {name: storable(value) for name, value in facts.items() if value not in (None, "")}
    if stated.get("birth_date"):
        stated["birth_year"] = int(stated["birth_date"][:4])
    return stated


def refuse_reused(record: SourceRecord, *, by: Any, facts: Mapping[str, Any]) -> None:
    """Raise SubmissionReused unless the record is what `by` sent the first time: Back, then another child's name."""
    if record.recorded_by_id != by.pk or record.facts != _stated(facts):
        raise SubmissionReused


@transaction.atomic
def record_by_hand(
    *,
    by: Any,
    season: Any,
    facts: Mapping[str, Any],
    submission: uuid.UUID | None = None,
    sent_with: Mapping[str, Any] | None = None,
) -> SourceRecord:
    """Write what somebody was told by a young person as a new person's first record; returns the record.

    `sent_with`: what the form said besides the facts, kept beside the entry in the history.

    Facts as lists have them (days as dates or ISO text); empty ones are left out, none is filled in. The same
    `submission` again returns the record of the first time. Raises SubmissionReused when it comes with other facts.
    """
    if submission and (before := SourceRecord.unscoped.filter(submission=submission).first()):
        refuse_reused(before, by=by, facts=facts)
        return before
    stated = _stated(facts)
    now = days.now()
    person = Person(is_provisional=False, **columns_of([rules.Said(0, "HAND", now, stated)]))
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            record = SourceRecord.unscoped.create(
                person=person,
                origin=SourceRecord.Origin.HAND,
                facts=stated,
                season=season,
                submission=submission,
                recorded_by=by,
                recorded_at=now,
            )
    except IntegrityError:  # the same form arrived twice at once
        before = SourceRecord.unscoped.get(submission=submission)
        refuse_reused(before, by=by, facts=facts)
        return before
    history.record(record, "record_by_hand", by=by, thread=person, details=dict(sent_with or {}))
    return record


@transaction.atomic
def correct(
    *, by: Any, person: Person, changes: Mapping[str, Any], version: int, submission: uuid.UUID | None = None
) -> SourceRecord | None:
    """Write a correction of facts as an immutable record; returns it, or None when nothing differs from what shows.

    `changes` maps facts of `rules.FACTS` to values; None or an empty text declares a fact unknown. A birth date sets
    its year. `version` is the person's version that the editor read. Changes of others to other facts do not stand
    in the way. The same `submission` again returns the record of the first time. Raises StaleVersion when a fact to
    change, or one that belongs with it, was changed meanwhile to something else, or when `version` is one that the
    file never had; SubmissionReused when the form comes again with other facts; MassarCodeTaken; ValueError for an
    unknown fact.
    """
    if unknown := set(changes) - set(rules.FACTS):
        raise ValueError(f"not facts of a person: {sorted(unknown)}")
    person = Person.unscoped.select_for_update().get(pk=person.pk)
    shown = shown_values(person)
    wanted = _with_year({name: storable(value) or None for name, value in changes.items()})
    if submission and (before := SourceRecord.unscoped.filter(submission=submission).first()):
        if before.recorded_by_id != by.pk or before.person_id != person.pk or not _is_same(before, wanted, shown):
            raise SubmissionReused
        return before
    if version > person.version:
        raise StaleVersion({}, person.version)  # no page ever showed it
    wanted = {name: value for name, value in wanted.items() if value != shown.get(name)}
    if not wanted:
        return None
    if person.version != version:
        conflicts = _conflicts(person, version, wanted)
        if conflicts:
            raise StaleVersion(conflicts, person.version)
    return _write_correction(by, person, wanted, submission)


def _is_same(record: SourceRecord, wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """True when `wanted` says what the correction wrote, and besides nothing that does not show already."""
    missing = object()
    if any(wanted.get(name, missing) != value for name, value in record.facts.items()):
        return False
    return all(name in record.facts or value == shown.get(name) for name, value in wanted.items())


def _with_year(changes: dict[str, Any]) -> dict[str, Any]:
    if changes.get("birth_date"):
        changes["birth_year"] = int(changes["birth_date"][:4])
    return changes


def _conflicts(person: Person, version: int, wanted: Mapping[str, Any]) -> dict[str, FieldChange]:
    """Changes of others since `version` that touch what is wanted, the first base and the last value of each."""
    meanwhile: dict[str, FieldChange] = {}
    entries = History.objects.filter(thread=history.key_of(person)).select_related("by").order_by("at", "pk")
    for entry in entries:
        if entry.details.get("version", 0) <= version:
            continue
        for name, (before, after) in entry.details.get("changes", {}).items():
            base = meanwhile[name].base if name in meanwhile else before
            meanwhile[name] = FieldChange(name, base, after, entry.by, entry.at)
    return {
        name: meanwhile[name]
        for name in rules.in_conflict(wanted, meanwhile)
        if name not in wanted or meanwhile[name].theirs != wanted[name]
    }


def _write_correction(
    by: Any, person: Person, facts: dict[str, Any], submission: uuid.UUID | None, verb: str = "correct"
) -> SourceRecord:
    before = shown_values(person)
    newest = SourceRecord.unscoped.filter(person=person).order_by("-recorded_at", "-pk").first()
    record = SourceRecord.unscoped.create(
        person=person,
        origin=SourceRecord.Origin.CORRECTION,
        facts=facts,
        season_id=newest.season_id,
        submission=submission,
        recorded_by=by,
        recorded_at=days.now(),
    )
    grow_version(person)
    refresh(person)
    after = shown_values(person)
    changes = {name: [before[name], after[name]] for name in rules.FACTS if before[name] != after[name]}
    history.record(record, verb, by=by, thread=person, details={"version": person.version, "changes": changes})
    return record


def grow_version(person: Person) -> None:
    """One more version of the facts, by a conditional UPDATE. Raises StaleVersion when the row moved on meanwhile."""
    if not Person.unscoped.filter(pk=person.pk, version=person.version).update(version=F("version") + 1):
        now = Person.unscoped.get(pk=person.pk).version
        raise StaleVersion({}, now)
    person.version += 1


@transaction.atomic
def verify_massar_code(*, by: Any, person: Person, code: str | None = None) -> SourceRecord:
    """Say that a Massar code was checked against the registry: the one shown, or `code`, which replaces it.

    Raises ValueError when there is no code, MassarCodeTaken when another person holds it as verified.
    """
    person = Person.unscoped.select_for_update().get(pk=person.pk)
    code = code or person.massar_code
    if not code:
        raise ValueError("there is no code to verify")
    if other := holder_of(code, besides=person):
        raise MassarCodeTaken(other)
    facts = {"massar_code": code, "is_massar_verified": True}
    return _write_correction(by, person, facts, None, verb="verify_massar_code")
