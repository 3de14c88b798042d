"""Whole lists compared: who may be one person, which rows were typed twice, and how well that is done. Pure."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from istidrak.people.blocking import blocks, paired_by_block
from istidrak.people.likeness import (
    SAME_NAME,
    Likeness,
    RecordFacts,
    are_far_codes,
    compare,
    compare_births,
    has_name,
    may_outweigh_codes,
    names_likeness,
    phone_digits,
    plain_text,
    valid_code,
)
from istidrak.people.names import NAME_NEAR


def _may_be_one(a: RecordFacts, b: RecordFacts) -> bool:
    """A cheap look at a pair from a block: False only where `compare` is sure to say NONE."""
    if (code := valid_code(a.massar_code)) and code == valid_code(b.massar_code):
        return True
    # Where a year is missing every namesake counts (`only_namesake`), so nothing is cut short.
    if a.year is not None and b.year is not None and are_far_codes(a, b):
        return may_outweigh_codes(a, b)
    if (phone := phone_digits(a.phone)) and phone == phone_digits(b.phone):
        return True
    birth = compare_births(a, b)
    if birth.note == "OTHER_YEAR":
        return False
    return birth.verdict == "AGREES" or names_likeness(a.names, b.names) >= NAME_NEAR


def candidate_pairs(
    left: Sequence[RecordFacts], right: Sequence[RecordFacts], *, only_sure: bool = False
) -> Iterator[tuple[int, int, Likeness]]:
    """Every pair (place in left, place in right, likeness) that is not NONE, without comparing all with all.

    With one list twice (`left is right`) the pairs within it. `only_sure`: those that are LINKED or LIKELY alone.
    Pairs whose birth is unknown come last: they are LIKELY only when the side without a birth has no other namesake
    among the other list.
    """
    wanted = ("LINKED", "LIKELY") if only_sure else ("LINKED", "LIKELY", "POSSIBLE")
    waiting: list[tuple[int, int, Likeness]] = []
    namesakes_of_left: dict[int, int] = defaultdict(int)
    namesakes_of_right: dict[int, int] = defaultdict(int)
    for i, j in paired_by_block(left, right, only_sure=only_sure):
        if not _may_be_one(left[i], right[j]):
            continue
        likeness = compare(left[i], right[j])
        if likeness.verdict("NAME") == "AGREES":
            namesakes_of_left[i] += 1
            namesakes_of_right[j] += 1
        if likeness.kind == "POSSIBLE" and likeness.verdict("BIRTH") == "UNKNOWN":
            waiting.append((i, j, likeness))
        elif likeness.kind in wanted:
            yield i, j, likeness
    for i, j, likeness in waiting:
        is_only = (left[i].year is not None or namesakes_of_left[i] == 1) and (
            right[j].year is not None or namesakes_of_right[j] == 1
        )
        answer = compare(left[i], right[j], only_namesake=True) if is_only else likeness
        if answer.kind in wanted:
            yield i, j, answer


def repeated_rows(records: Sequence[RecordFacts]) -> dict[int, int]:
    """Rows typed twice in one list: place of the later row -> place of the first.

    The name is (nearly) identical, birth, sex, place, phone and code say the same on both rows. Where neither row has
    birth, code or phone, only neighbouring rows count: two namesakes are not one row.
    """
    twins: dict[int, int] = {}
    alike: dict[Hashable, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        alike[_identity(record)].append(place)
    for places in alike.values():
        if len(places) > 1:
            _find_twins(records, places, twins)
    return twins


def _find_twins(records: Sequence[RecordFacts], places: Sequence[int], twins: dict[int, int]) -> None:
    """Add the twins among rows of one identity, of which only those that share a block are compared."""
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for j in places:
        keys = blocks(records[j])
        earlier = sorted({i for key in keys for i in holders.get(key, ())})
        for i in earlier if _is_known(records[j]) else [i for i in earlier if j - i == 1]:
            if _is_typed_twice(records[i], records[j], are_neighbours=j - i == 1):
                twins[j] = twins.get(i, i)
                break
        for key in keys:
            holders[key].append(j)


def _identity(r: RecordFacts) -> Hashable:
    """What two rows that are one say the same, besides the name."""
    phone, code = phone_digits(r.phone), valid_code(r.massar_code)
    return (r.birth_date, r.birth_year, r.sex, plain_text(r.place), phone, code)


def _is_known(r: RecordFacts) -> bool:
    return r.year is not None or bool(phone_digits(r.phone) or valid_code(r.massar_code))


def _is_typed_twice(a: RecordFacts, b: RecordFacts, *, are_neighbours: bool) -> bool:
    """Of two rows of one identity and one block."""
    if not has_name(a) and not has_name(b):
        return _is_known(a) and are_neighbours
    return names_likeness(a.names, b.names) >= SAME_NAME


def best_matches(
    pairs: Iterable[tuple[int, int, Likeness]],
    repeated: Mapping[int, int] | None = None,
    repeated_right: Mapping[int, int] | None = None,
) -> dict[int, int]:
    """For each row of the left list the one row of the right list it is predicted to be: the automatic link, else the
    best LIKELY candidate; POSSIBLE predicts nothing.

    The best score is served first and a right row goes to one left person only, save where both are linked by code.
    Two right rows that tie for a left row predict nothing, unless they are one row typed twice (`repeated_right`):
    the officer must choose. A repeated left row takes its twin's answer.
    """
    repeated, same = repeated or {}, repeated_right or {}
    by_left: dict[int, list[tuple[Likeness, int]]] = defaultdict(list)
    for i, j, likeness in pairs:
        if likeness.kind in ("LINKED", "LIKELY"):
            by_left[repeated.get(i, i)].append((likeness, same.get(j, j)))
    offers = sorted(
        ((likeness.rank, -i, -j, likeness) for i, found in by_left.items() for likeness, j in found),
        key=lambda offer: offer[:3],
        reverse=True,
    )
    matches: dict[int, int] = {}
    taken: set[int] = set()
    undecided: set[int] = set()
    for rank, minus_i, minus_j, likeness in offers:
        i, j = -minus_i, -minus_j
        if i in matches or i in undecided or (j in taken and likeness.kind != "LINKED"):
            continue
        if any(other.rank == rank and k != j and k not in taken for other, k in by_left[i]):
            undecided.add(i)
            continue
        matches[i] = j
        taken.add(j)
    return matches | {twin: matches[first] for twin, first in repeated.items() if first in matches}


class TruthRow(NamedTuple):
    """One row of a truth file: its number, the row of the same person in the other list (None: nobody), its kind."""

    row: int
    match: int | None
    kind: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Recall over the rows that have a match, precision over the rows predicted; None when there are no such rows."""

    known: int
    found: int
    predicted: int
    correct: int

    @property
    def recall(self) -> float | None:
        """Share of the rows with a match that were given it, repeated rows included."""
        return self.found / self.known if self.known else None

    @property
    def precision(self) -> float | None:
        """Share of the predictions that are right, repeated rows left out."""
        return self.correct / self.predicted if self.predicted else None


def evaluate(truth_rows: Iterable[TruthRow], predictions: Mapping[int, int]) -> Evaluation:
    """Compare predictions (row -> row of the other list) with the truth, all row numbers counted the same way.

    A row of kind `repeated row` is to have its twin's answer: it counts for recall, never for or against precision.
    """
    known = found = predicted = correct = 0
    for truth in truth_rows:
        guess = predictions.get(truth.row)
        is_right = guess is not None and guess == truth.match
        known += truth.match is not None
        found += is_right
        if guess is not None and truth.kind != "repeated row":
            predicted += 1
            correct += is_right
    return Evaluation(known, found, predicted, correct)
