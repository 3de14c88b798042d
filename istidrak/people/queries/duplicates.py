"""Pairs to decide, each side as the reader may see it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from istidrak.base import days
from istidrak.base.paging import PAGE, Page
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.people.models import CandidatePair, Merge, Person, SourceRecord, Tie
from istidrak.people.queries.merges import later_decisions, written_since
from istidrak.people.words import row_word

State = CandidatePair.State
_RANK = Case(
    When(kind="LINKED", then=Value(0)),
    When(kind="LIKELY", then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)
_BOTH_SEEN = Q(sees_left=True, sees_right=True)
# What a list of pairs may be narrowed to, by the name in the address.
FILTERS: dict[str, Q] = {
    "": Q(state=State.OPEN) & _BOTH_SEEN,
    "likely": Q(state=State.OPEN, kind="LIKELY") & _BOTH_SEEN,
    "possible": Q(state=State.OPEN, kind="POSSIBLE") & _BOTH_SEEN,
    "linked": Q(state=State.OPEN, kind="LINKED") & _BOTH_SEEN,
    "not_sure": Q(state=State.NOT_SURE) & _BOTH_SEEN,
    "elsewhere": Q(state__in=(State.OPEN, State.NOT_SURE)) & ~_BOTH_SEEN,
    "decided": Q(state__in=(State.SAME, State.OTHER)),
}


@dataclass(frozen=True)
class Side:
    """One side of a pair. Of a person outside the reader's scope nothing is here but where they are known."""

    is_seen: bool
    person: Person | None = None
    record: SourceRecord | None = None
    known_in: list[Organisation] = field(default_factory=list)


@dataclass(frozen=True)
class PairShown:
    """A pair with its two sides; `is_whole` when the reader sees both, and may thus decide."""

    pair: CandidatePair
    left: Side
    right: Side

    @property
    def is_whole(self) -> bool:
        """Both sides are inside the reader's scope."""
        return self.left.is_seen and self.right.is_seen

    @property
    def hidden(self) -> Side:
        """The side outside the reader's scope (the right one when there is none)."""
        return self.right if self.left.is_seen else self.left

    @property
    def seen(self) -> Side:
        """The side inside the reader's scope."""
        return self.left if self.left.is_seen else self.right


def _pairs(scope: Scope, narrowed: str) -> QuerySet[CandidatePair]:
    rows = CandidatePair.objects.visible_to(scope).filter(FILTERS.get(narrowed, FILTERS[""]))
    if narrowed != "decided":
        rows = rows.undecided()
    return rows.annotate(rank=_RANK).order_by("rank", "-score", "pk")


def _with_sides(rows: QuerySet[CandidatePair]) -> QuerySet[CandidatePair]:
    return rows.select_related(
        *(f"{side}_record__{inner}" for side in ("left", "right") for inner in ("person", "file", "recorded_by"))
    )


def pairs_page(scope: Scope, narrowed: str = "", *, after: str = "", size: int = PAGE) -> Page:
    """Pairs of the scope, the likeliest first, narrowed to a name of FILTERS; rows are PairShown.

    Its cursor holds the place in that order, so that page 1,000 costs what page 1 does.
    """
    rows = _pairs(scope, narrowed)
    if place := _place_of(after):
        rank, score, pk = place
        rows = rows.filter(Q(rank__gt=rank) | Q(rank=rank, score__lt=score) | Q(rank=rank, score=score, pk__gt=pk))
    found = list(_with_sides(rows)[: size + 1])
    more = len(found) > size
    return Page(_shown(found[:size]), _cursor(found[size - 1]) if more else "")


def all_pairs(scope: Scope, narrowed: str = "", most: int = 5_000) -> list[PairShown]:
    """As `pairs_page`, in one piece: for a workbook."""
    return _shown(list(_with_sides(_pairs(scope, narrowed))[:most]))


def _cursor(pair: Any) -> str:
    return f"{pair.rank}_{pair.score!r}_{pair.pk}"


def _place_of(cursor: str) -> tuple[int, float, int] | None:
    """The place that a cursor names; one that somebody mangled starts anew."""
    try:
        rank, score, pk = cursor.split("_")
        return int(rank), float(score), min(int(pk), 2**63 - 1)
    except ValueError:
        return None


def _shown(pairs: Iterable[Any]) -> list[PairShown]:
    pairs = list(pairs)
    hidden = {
        record.person_id: record
        for pair in pairs
        for record, is_seen in ((pair.left_record, pair.sees_left), (pair.right_record, pair.sees_right))
        if not is_seen
    }
    places = directorates_of(hidden) if hidden else {}

    def side(record: SourceRecord, is_seen: bool) -> Side:
        if is_seen:
            return Side(True, record.person, record)
        return Side(False, known_in=places.get(record.person_id, []))

    return [
        PairShown(pair, side(pair.left_record, pair.sees_left), side(pair.right_record, pair.sees_right))
        for pair in pairs
    ]


def pair_of(scope: Scope, uuid: Any) -> PairShown | None:
    """One pair of the scope, decided or not; None outside it."""
    rows = _with_sides(CandidatePair.objects.visible_to(scope).filter(uuid=uuid))
    return next(iter(_shown(rows)), None)


@dataclass(frozen=True)
class MergeShown:
    """The last merge of a pair: what stays with the survivor when it is taken back (or stayed, when it was), and the
    later decisions that must be taken back first."""

    row: Merge
    stays: list[tuple[Any, int]]
    elsewhere: list[tuple[Any, int]]
    later: list[Merge]


def last_merge(pair: CandidatePair) -> MergeShown | None:
    """The last time the two files of a pair became one; None when they never did."""
    row = pair.merges.select_related("survivor", "absorbed", "merged_by", "undone_by").order_by("-pk").first()
    if row is None:
        return None
    if row.undone_at:
        return MergeShown(row, _by_table(row.stayed), _by_table(row.elsewhere), [])
    return MergeShown(row, _by_table(written_since(row)), [], later_decisions(row))


def _by_table(rows: Iterable[Any]) -> list[tuple[Any, int]]:
    """How many rows of each table, each in words."""
    counts = Counter(label for label, _column, _pk in rows)
    return [(row_word(label), count) for label, count in sorted(counts.items())]


def next_pair(scope: Scope, pair: CandidatePair) -> CandidatePair | None:
    """The pair to decide after this one in the order of the list, else the first that waits."""
    rows = _pairs(scope, "").exclude(pk=pair.pk)
    rank = {"LINKED": 0, "LIKELY": 1}.get(pair.kind, 2)
    later = rows.filter(
        Q(rank__gt=rank) | Q(rank=rank, score__lt=pair.score) | Q(rank=rank, score=pair.score, pk__gt=pair.pk)
    )
    return later.first() or rows.first()


def undecided_counts(scope: Scope) -> dict[str, int]:
    """How many pairs each filter holds (decided ones apart), in one query."""
    parts = {name or "all": Count("pk", filter=condition) for name, condition in FILTERS.items() if name != "decided"}
    return CandidatePair.objects.visible_to(scope).undecided().aggregate(**parts)


def possible_duplicates(scope: Scope) -> int:
    """Pairs with a side in the scope that nobody has decided: said beside every total of persons."""
    return CandidatePair.objects.visible_to(scope).undecided().count()


def pairs_of_person(scope: Scope, person: Person) -> QuerySet[CandidatePair]:
    """Undecided pairs of one person."""
    return CandidatePair.objects.visible_to(scope).undecided().of_person(person)


def directorates_of(persons: Iterable[int]) -> dict[int, list[Organisation]]:
    """Where each person (by key) is known: the directorates whose territory holds an open tie, else those whose
    lists name them. Two queries or three; names of bodies are public."""
    persons = set(persons)
    bodies = [
        (body, body.place.span)
        for body in Organisation.objects.filter(kind="DIRECTORATE", place__isnull=False).select_related("place")
    ]
    numbers: dict[int, set[int]] = defaultdict(set)
    ties = Tie.objects.filter(Q(until__isnull=True) | Q(until__gte=days.today()), person__in=persons)
    for person, place, of_body in ties.values_list("person", "place_number", "organisation__place_number"):
        numbers[person] |= {number for number in (place, of_body) if number is not None}
    found = {
        person: [body for body, (low, high) in bodies if any(low <= n <= high for n in numbers[person])]
        for person in persons
    }
    if lost := [person for person, known in found.items() if not known]:
        by_key = {body.pk: body for body, _span in bodies}
        rows = SourceRecord.unscoped.filter(person__in=lost, file__isnull=False)
        for person, directorate in rows.values_list("person", "file__directorate").distinct():
            if directorate in by_key:
                found[person].append(by_key[directorate])
    return found
