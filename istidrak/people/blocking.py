"""Which records of two lists are worth comparing at all: those that share a block. Pure.

Most rows of school lists carry a Massar code, and two codes that are far apart speak against one person: then only
the same day of birth, the same telephone or a guardian can outweigh them (`likeness.compare`). Such rows are looked
up by day and telephone alone, which leaves a small part of the pairs that names would gather.
"""

from array import array
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby

from rapidfuzz.distance import OSA

from istidrak.people.likeness import RecordFacts, is_first_of_january, phone_digits, valid_code
from istidrak.people.names import name_key

_ROWS = 1 << 22  # more rows than any list has: a row and a hash share one 64-bit number
_HASHES = (1 << 41) - 1


def blocks(record: RecordFacts) -> set[Hashable]:
    """Keys of which two records of one person share at least one, chosen so that few others do.

    Same code; same phone; two skeletons of the name; a skeleton with the year and the first letter of another; the
    first letters of two skeletons with the year; the day of birth, day and month in either order (not 1 January).
    """
    keys: set[Hashable] = {("code", valid_code(record.massar_code)), ("phone", phone_digits(record.phone))}
    if (day := record.birth_date) and not is_first_of_january(day):
        keys.add(("day", day.year, *sorted((day.month, day.day))))
    for name in record.names:
        bones = [unit.skeletons for unit in name_key(name).units]
        for at, here in enumerate(bones):
            others = [bone for i, other in enumerate(bones) if i != at for bone in other]
            for one in here:
                if len(bones) == 1:
                    keys.add(("lone", one, record.year))
                for two in others:
                    keys.add(("pair", *sorted((one, two))))
                    if record.year:
                        keys.add(("year", record.year, one, two[:1]))
                        keys.add(("start", record.year, *sorted((one[:2], two[:2]))))
    return keys - {("code", None), ("phone", None)}


def _is_settled(record: RecordFacts) -> bool:
    """True when a code and a year are known and no guardian can speak against a far code."""
    return bool(valid_code(record.massar_code)) and record.year is not None and not record.guardian_names


def _settled_keys(record: RecordFacts, *, only_sure: bool) -> set[Hashable]:
    """Blocks in which two settled records may be more than NONE; LIKELY or LINKED, only the code itself."""
    keys: set[Hashable] = {valid_code(record.massar_code)}
    if not only_sure:
        if phone := phone_digits(record.phone):
            keys.add(phone)
        if (day := record.birth_date) and not is_first_of_january(day):
            keys.add(day)
    return keys


def paired_by_block(
    left: Sequence[RecordFacts], right: Sequence[RecordFacts], *, only_sure: bool = False
) -> Iterator[tuple[int, int]]:
    """Pairs that share a block, each once; within one list, the later row second.

    Left out are pairs that `compare` is sure to call NONE, and with `only_sure` those it calls at most POSSIBLE.
    """
    small, large = (left, right) if len(left) <= len(right) else (right, left)
    settled = {id(record) for records in (small, large) for record in records if _is_settled(record)}
    is_open_in_large = any(id(record) not in settled for record in large)
    by_name: dict[Hashable, list[int]] = defaultdict(list)  # records of which anything may come
    by_settled: dict[Hashable, list[int]] = defaultdict(list)
    settled_by_name: dict[Hashable, list[int]] = defaultdict(list)
    for i, record in enumerate(small):
        if id(record) in settled:
            _put(by_settled, _settled_keys(record, only_sure=only_sure), i)
        if id(record) not in settled or is_open_in_large:
            _put(settled_by_name if id(record) in settled else by_name, blocks(record), i)
    near = _near_codes(small, large, settled)
    for j, record in enumerate(large):
        found = near.get(j, set())
        if id(record) in settled:
            found |= _met(by_settled, _settled_keys(record, only_sure=only_sure))
            found |= _met(by_name, blocks(record)) if by_name else set()
        else:
            keys = blocks(record)
            found |= _met(by_name, keys) | _met(settled_by_name, keys)
        for i in sorted(found):
            if left is right:
                if i < j:
                    yield i, j
            else:
                yield (i, j) if small is left else (j, i)


def _put(holders: dict[Hashable, list[int]], keys: set[Hashable], i: int) -> None:
    for key in keys:
        holders[key].append(i)


def _met(holders: dict[Hashable, list[int]], keys: set[Hashable]) -> set[int]:
    return {i for key in keys for i in holders.get(key, ())}


def _near_codes(small: Sequence[RecordFacts], large: Sequence[RecordFacts], settled: set[int]) -> dict[int, set[int]]:
    """Place in large -> places in small of settled records whose codes are one slip apart and that share a block.

    Two codes that one slip separates give one text when a sign is taken out of each, at some place.
    """
    is_one_list = small is large
    places = [(0, i, r) for i, r in enumerate(small)]
    places += [] if is_one_list else [(1, j, r) for j, r in enumerate(large)]
    codes = [(side, at, valid_code(r.massar_code) or "", r) for side, at, r in places if id(r) in settled]
    marks = array("q")
    for number, (_side, _at, code, _r) in enumerate(codes):
        for text in {code, *(code[:p] + code[p + 1 :] for p in range(len(code)))}:
            marks.append((hash(text) & _HASHES) * _ROWS + number)
    near: dict[int, set[int]] = defaultdict(set)
    for _hash, group in groupby(sorted(marks), key=lambda mark: mark // _ROWS):
        numbers = [mark % _ROWS for mark in group]
        for place, one in enumerate(numbers):
            for two in numbers[place + 1 :]:
                (side, i, code, a), (other, j, second, b) = codes[one], codes[two]
                if (side == other and not is_one_list) or OSA.distance(code, second, score_cutoff=1) != 1:
                    continue
                if i not in near.get(j, ()) and not blocks(a).isdisjoint(blocks(b)):
                    near[j].add(i)
    return near
