"""Holding two files to be one person, and taking it back exactly.

A merge moves every row that points to the absorbed person, in every table of the program, and remembers each: taking
it back returns exactly those. What was written to the survivor since stays there and is listed.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from istidrak.base import days, history
from istidrak.people import rules
from istidrak.people.actions.columns import MassarCodeTaken, refresh
from istidrak.people.actions.recording import grow_version
from istidrak.people.models import CandidatePair, Merge, Person
from istidrak.people.queries.facts import shown_values
from istidrak.people.queries.merges import Row, later_decisions, rows_of, written_since


class AlreadyOne(Exception):
    """The two records are of one file already."""


class MergeBlocked(Exception):
    """The two files cannot become one as they are. `model` is the table in which both have a row that may exist
    once; None when the two were decided to be two persons (`decided` is that pair)."""

    def __init__(self, *, model: type[models.Model] | None = None, decided: CandidatePair | None = None):
        self.model, self.decided = model, decided
        super().__init__(model._meta.label if model else "held to be two persons")


class UndoBlocked(Exception):
    """A merge cannot be taken back yet. `later`: the decisions that must be taken back first; `taken_by`: the person
    who holds, as verified, the code that a separated file would have."""

    def __init__(self, *, later: Iterable[Merge] = (), taken_by: Person | None = None):
        self.later, self.taken_by = list(later), taken_by
        super().__init__("a later decision stands on this one")


class AlreadyUndone(Exception):
    """Somebody took this decision back already."""


@dataclass(frozen=True)
class Undone:
    """What taking back a merge left: rows written to the survivor since, and rows that had moved on elsewhere."""

    merge: Merge
    stayed: list[Row] = field(default_factory=list)
    elsewhere: list[Row] = field(default_factory=list)


@transaction.atomic
def merge(*, by: Any, one: Person, two: Person, pair: CandidatePair | None = None) -> Merge:
    """Hold two persons to be one: the older file (smaller id) survives, the other's rows move to it.

    Raises AlreadyOne, MergeBlocked when both have a row that may exist only once or were decided to be two persons,
    MassarCodeTaken.
    """
    if one.pk == two.pk:
        raise AlreadyOne
    locked = Person.unscoped.select_for_update().order_by("pk").filter(pk__in=(one.pk, two.pk))
    survivor, absorbed = locked
    if survivor.merged_into_id or absorbed.merged_into_id:
        raise AlreadyOne
    if decided := _held_apart(survivor, absorbed):
        raise MergeBlocked(decided=decided)
    row = Merge(
        pair=pair,
        survivor=survivor,
        absorbed=absorbed,
        kept=rows_of(survivor),
        moved=rows_of(absorbed),
        was_provisional=survivor.is_provisional,
        merged_by=by,
        merged_at=days.now(),
    )
    before = shown_values(survivor)
    _move(row.moved, absorbed, survivor)
    Person.unscoped.filter(pk=absorbed.pk).update(merged_into=survivor)
    row.save()
    grow_version(survivor)
    refresh(survivor, is_provisional=survivor.is_provisional and absorbed.is_provisional)
    history.record(
        survivor, "merge", by=by, details={"absorbed": absorbed.file_number, **_facts_changed(survivor, before)}
    )
    return row


def _held_apart(one: Person, two: Person) -> CandidatePair | None:
    """The decision that says that some record of the one and some record of the other are of two persons."""
    return (
        CandidatePair.unscoped.filter(
            state=CandidatePair.State.OTHER,
            left_record__person__in=(one, two),
            right_record__person__in=(one, two),
        )
        .exclude(left_record__person=models.F("right_record__person"))
        .first()
    )


def _move(rows: Iterable[Row], source: Person, target: Person) -> list[Row]:
    """Point rows to the target; returns those that no longer pointed to the source. Raises MergeBlocked."""
    grouped: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for label, column, pk in rows:
        grouped[label, column].append(pk)
    gone: list[Row] = []
    for (label, column), pks in grouped.items():
        model = apps.get_model(label)
        here = model._base_manager.filter(pk__in=pks, **{column: source.pk})
        found = set(here.values_list("pk", flat=True))
        gone += [[label, column, pk] for pk in pks if pk not in found]
        try:
            with transaction.atomic():
                here.update(**{column: target})
        except IntegrityError as error:
            raise MergeBlocked(model=model) from error
    return gone


def _facts_changed(person: Person, before: dict[str, Any]) -> dict[str, Any]:
    after = shown_values(person)
    changes = {name: [before[name], after[name]] for name in rules.FACTS if before[name] != after[name]}
    return {"version": person.version, "changes": changes}


@transaction.atomic
def undo_merge(*, by: Any, row: Merge) -> Undone:
    """Separate two files again: each row that the merge moved goes back to the file it came from.

    Rows written to the survivor since stay there; rows that were moved elsewhere or removed since are left where they
    are; both are listed. Raises AlreadyUndone, UndoBlocked while a later merge of the survivor stands or when a code
    was verified for a third person meanwhile.
    """
    people = Person.unscoped.select_for_update().in_bulk([row.survivor_id, row.absorbed_id])
    survivor, absorbed = people[row.survivor_id], people[row.absorbed_id]
    row.survivor, row.absorbed = survivor, absorbed
    if later := later_decisions(row):
        raise UndoBlocked(later=later)
    if not Merge.objects.filter(pk=row.pk, undone_at__isnull=True).update(undone_by=by, undone_at=days.now()):
        raise AlreadyUndone
    stayed = written_since(row)
    before = shown_values(survivor)
    elsewhere = _move(row.moved, survivor, absorbed)
    grow_version(survivor)
    grow_version(absorbed)
    try:
        refresh(survivor, is_provisional=row.was_provisional and not stayed)
        refresh(absorbed, merged_into=None)
    except MassarCodeTaken as error:
        raise UndoBlocked(taken_by=error.other) from error
    Merge.objects.filter(pk=row.pk).update(stayed=stayed, elsewhere=elsewhere)
    for person, other in ((survivor, absorbed), (absorbed, survivor)):
        changed = _facts_changed(person, before) if person is survivor else {"version": person.version}
        history.record(person, "undo_merge", by=by, details={"other": other.file_number, **changed})
    row.refresh_from_db()
    return Undone(row, stayed, elsewhere)
