"""Looking for records of one person: new records against those of their directorate, and codes in the country."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q

from istidrak.base import days
from istidrak.organisations.models import Organisation
from istidrak.people.actions.columns import MassarCodeTaken
from istidrak.people.actions.merging import AlreadyOne, MergeBlocked
from istidrak.people.actions.pairs import link_pair
from istidrak.people.comparable import comparable
from istidrak.people.likeness import Likeness, RecordFacts, compare, valid_code
from istidrak.people.models import CandidatePair, Person, SourceFile, SourceRecord, Tie
from istidrak.people.pairing import candidate_pairs, repeated_rows

CHUNK = 500
Kind = CandidatePair.Kind
_Row = tuple[int, int, dict[str, Any]]  # key of a record, of its person, its facts
_ORDER = {"LINKED": 0, "LIKELY": 1, "POSSIBLE": 2}


@dataclass(slots=True)
class _Entry:
    """A record to compare: its key, whose it is, what it states (with what was corrected since)."""

    record: int
    person: int
    facts: RecordFacts


@dataclass
class _Found:
    """The best likeness of two persons, by their two ids, with the two records that show it."""

    pairs: dict[tuple[int, int], tuple[Likeness, int, int]] = field(default_factory=dict)
    automatic: set[tuple[int, int]] = field(default_factory=set)

    def add(self, one: _Entry, two: _Entry, likeness: Likeness, *, is_near: bool) -> None:
        """Keep a likeness unless these two are one already or look more alike by other records."""
        if one.person == two.person:
            return
        left, right = (one, two) if one.person < two.person else (two, one)
        key = (left.person, right.person)
        if key not in self.pairs or self.pairs[key][0].rank < likeness.rank:
            self.pairs[key] = (likeness, left.record, right.record)
        if is_near and likeness.kind == "LINKED":
            self.automatic.add(key)


def find_candidates(
    *,
    by: Any,
    file: SourceFile | None = None,
    records: Iterable[SourceRecord] | None = None,
    directorate: Organisation | None = None,
) -> list[CandidatePair]:
    """Compare records with those of their directorate, and their codes with the whole country; returns new pairs.

    `file`: the records of one list; `records` with `directorate`: these entries by hand; neither: every written
    list in turn. Pairs with an exact code and an agreeing name or birth inside the directorate are held to be one at
    once, and the history says that it was automatic; all others wait for a person. A match elsewhere in the country
    always waits: the other directorate answers for its own files. Safe to call again.
    """
    if file is not None:
        rows = SourceRecord.unscoped.filter(file=file).order_by("row")
        return _find(by, rows.values_list("pk", "person_id", "facts").iterator(), file.directorate)
    if records is not None:
        if directorate is None:
            raise ValueError("records are compared inside a directorate")
        stated = [r for r in records if r.origin != SourceRecord.Origin.CORRECTION]
        return _find(by, [(r.pk, r.person_id, r.facts) for r in stated], directorate)
    found: list[CandidatePair] = []
    for written in SourceFile.objects.filter(state=SourceFile.State.APPLIED).select_related("directorate__place"):
        found += find_candidates(by=by, file=written)
    return found


def _find(by: Any, records: Iterable[_Row], directorate: Organisation) -> list[CandidatePair]:
    new = _entries(records)
    if not new:
        return []
    old = _entries(_others_in(directorate, {entry.record for entry in new}))
    found = _Found()
    _compare_within(new, found)
    for i, j, likeness in candidate_pairs([e.facts for e in new], [e.facts for e in old]):
        found.add(new[i], old[j], likeness, is_near=True)
    _compare_codes(new, old, found)
    fresh = _write(found, _paired_already(new))
    for pair in fresh:
        if (pair.left_id, pair.right_id) in found.automatic:
            _link(by, pair)
    return fresh


def _entries(rows: Iterable[_Row]) -> list[_Entry]:
    """What is compared of each row; the rows go by, for a region's list would not fit in memory with all it says."""
    entries: list[_Entry] = []
    rows = iter(rows)
    while part := list(islice(rows, CHUNK)):
        corrected = _corrections({person for _, person, _ in part})
        entries += [
            _Entry(record, person, comparable(facts, corrected.get(person))) for record, person, facts in part
        ]
    return entries


def _corrections(persons: set[int]) -> dict[int, dict[str, Any]]:
    """What was corrected of each person, the newest correction of a fact last."""
    corrected: dict[int, dict[str, Any]] = defaultdict(dict)
    rows = SourceRecord.unscoped.filter(origin=SourceRecord.Origin.CORRECTION, person__in=persons)
    for person, facts in rows.order_by("recorded_at", "pk").values_list("person_id", "facts"):
        corrected[person].update(facts)
    return corrected


def _others_in(directorate: Organisation, besides: set[int]) -> Iterator[_Row]:
    """Records of lists of the directorate, then of persons tied to its territory by other lists or by hand.

    Two questions, since a database answers one with an "or" between two tables by reading all records of the country.
    """
    rows = SourceRecord.unscoped.exclude(origin=SourceRecord.Origin.CORRECTION).order_by("pk")
    asked = [rows.filter(file__directorate=directorate)]
    if directorate.place is not None:
        tied = Tie.objects.filter(place_number__range=directorate.place.span).values("person")
        elsewhere = Q(file__isnull=True) | ~Q(file__directorate=directorate)
        asked.append(rows.filter(elsewhere, person__in=tied))
    for some in asked:
        for row in some.values_list("pk", "person_id", "facts").iterator():
            if row[0] not in besides:
                yield row


def _compare_within(entries: Sequence[_Entry], found: _Found) -> None:
    """Rows of one list that are one person: typed twice, or alike enough that somebody must look.

    Possible candidates are left out: brothers and sisters stand side by side in every list.
    """
    facts = [entry.facts for entry in entries]
    for later, first in repeated_rows(facts).items():
        likeness = compare(facts[first], facts[later])
        if likeness.kind not in (Kind.LINKED, Kind.LIKELY):
            likeness = Likeness("LIKELY", likeness.score, likeness.findings)
        found.add(entries[first], entries[later], likeness, is_near=True)
    for i, j, likeness in candidate_pairs(facts, facts, only_sure=True):
        found.add(entries[i], entries[j], likeness, is_near=True)


def _compare_codes(new: Sequence[_Entry], old: Sequence[_Entry], found: _Found) -> None:
    """The same code anywhere in the country, outside the directorate."""
    by_code: dict[str, list[_Entry]] = defaultdict(list)
    for entry in new:
        if code := valid_code(entry.facts.massar_code):
            by_code[code].append(entry)
    near = {entry.person for entry in (*new, *old)}
    for person, code, far in _holders(sorted(by_code), near):
        for entry in by_code[code]:
            likeness = compare(entry.facts, far.facts)
            if likeness.kind != "NONE" and person != entry.person:
                found.add(entry, far, likeness, is_near=False)


def _holders(codes: Sequence[str], near: set[int]) -> Iterable[tuple[int, str, _Entry]]:
    for start in range(0, len(codes), CHUNK):
        people = Person.unscoped.filter(massar_code__in=codes[start : start + CHUNK], merged_into__isnull=True)
        far = {pk: code for pk, code in people.values_list("pk", "massar_code") if pk not in near}
        rows = SourceRecord.unscoped.filter(person__in=far).exclude(origin=SourceRecord.Origin.CORRECTION)
        for entry in _entries(rows.values_list("pk", "person_id", "facts")):
            if valid_code(entry.facts.massar_code) == far[entry.person]:
                yield entry.person, far[entry.person], entry


def _paired_already(entries: Sequence[_Entry]) -> set[tuple[int, int]]:
    """Pairs of persons between whom a pair stands, decided or not."""
    pairs: set[tuple[int, int]] = set()
    persons = sorted({entry.person for entry in entries})
    for start in range(0, len(persons), CHUNK):
        some = persons[start : start + CHUNK]
        rows = CandidatePair.unscoped.filter(
            Q(left_record__person__in=some) | Q(right_record__person__in=some)
        ).values_list("left_record__person", "right_record__person")
        pairs |= {(min(row), max(row)) for row in rows}
    return pairs


@transaction.atomic
def _write(found: _Found, standing: set[tuple[int, int]]) -> list[CandidatePair]:
    now = days.now()
    pairs = [
        CandidatePair(
            left_id=left,
            right_id=right,
            left_record_id=left_record,
            right_record_id=right_record,
            kind=likeness.kind,
            score=likeness.score,
            findings=[finding._asdict() for finding in likeness.findings],
            found_at=now,
        )
        for (left, right), (likeness, left_record, right_record) in found.pairs.items()
        if (left, right) not in standing
    ]
    pairs.sort(key=lambda pair: (_ORDER[pair.kind], -pair.score, pair.left_record_id, pair.right_record_id))
    CandidatePair.unscoped.bulk_create(pairs)
    return pairs


def _link(by: Any, pair: CandidatePair) -> None:
    """Hold two files to be one by their code; what stands in the way leaves the pair for a person to decide."""
    try:
        with transaction.atomic():
            link_pair(by=by, pair=pair)
    except (AlreadyOne, MergeBlocked, MassarCodeTaken):
        pair.refresh_from_db(fields=["state"])
