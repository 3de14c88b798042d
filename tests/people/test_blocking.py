"""What a user would lose if the short way through a region's list left somebody out: a pair nobody is ever shown."""

import datetime as dt
import random

import pytest

from istidrak.people.blocking import blocks
from istidrak.people.likeness import RecordFacts, compare
from istidrak.people.pairing import candidate_pairs

FIRST = [("محمد", "Mohamed"), ("محمود", "Mahmoud"), ("فاطمة", "Fatima"), ("حسن", "Hassan"), ("حسين", "Houssine")]
LAST = [("الإدريسي", "El Idrissi"), ("الدريسي", "Drissi"), ("بنعلي", "Benali"), ("بن عليلو", "Ben Alilou")]


def _record(chance: random.Random) -> RecordFacts:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    names = [f"{last[0]} {first[0]}", f"{last[1]} {first[1]}"]
    kept = chance.choice((names, names[:1], names[1:]))
    script = 0 if kept[0] == names[0] else 1
    day = dt.date(2010 + chance.randrange(2), chance.choice((1, 2, 3)), chance.choice((1, 2, 3)))
    birth = chance.choice((day, day, day, None))
    return RecordFacts(
        names=tuple(kept),
        given_names=(first[script],) if chance.random() < 0.7 else (),
        family_names=(last[script],) if chance.random() < 0.7 else (),
        sex=chance.choice(("F", "M", None)),
        birth_date=birth,
        birth_year=None if birth or chance.random() < 0.5 else 2010,
        massar_code=chance.choice((f"J1300{chance.randrange(30):05d}"[:10], "J130000012", "J130000021", None)),
        guardian_names=("أحمد الإدريسي",) if chance.random() < 0.2 else (),
        phone=chance.choice(("0612345678", "0699887766", None, None)),
    )


def _plainly(left: list[RecordFacts], right: list[RecordFacts]) -> dict[tuple[int, int], str]:
    """All with all: those of one block that are not NONE, by the same sentences about namesakes."""
    every = {
        (i, j): compare(a, b)
        for i, a in enumerate(left)
        for j, b in enumerate(right)
        if (left is not right or i < j) and not blocks(a).isdisjoint(blocks(b))
    }
    named = [pair for pair, likeness in every.items() if likeness.verdict("NAME") == "AGREES"]
    found = {}
    for (i, j), likeness in every.items():
        kind = likeness.kind
        if kind == "POSSIBLE" and likeness.verdict("BIRTH") == "UNKNOWN":
            alone = (left[i].year is not None or sum(p[0] == i for p in named) == 1) and (
                right[j].year is not None or sum(p[1] == j for p in named) == 1
            )
            kind = compare(left[i], right[j], only_namesake=True).kind if alone else kind
        if kind != "NONE":
            found[i, j] = kind
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_short_way_finds_every_pair_that_the_long_way_finds(seed):
    chance = random.Random(seed)
    left, right = [_record(chance) for _ in range(60)], [_record(chance) for _ in range(40)]
    for one, two in ((left, right), (right, left), (left, left)):
        quickly = {(i, j): likeness.kind for i, j, likeness in candidate_pairs(one, two)}
        assert quickly == _plainly(one, two)
        assert len(quickly) > 20


@pytest.mark.parametrize("seed", range(6))
def test_only_sure_pairs_are_the_sure_ones_of_all(seed):
    chance = random.Random(seed)
    rows = [_record(chance) for _ in range(80)]
    sure = {(i, j): likeness.kind for i, j, likeness in candidate_pairs(rows, rows, only_sure=True)}
    assert sure == {pair: kind for pair, kind in _plainly(rows, rows).items() if kind in ("LINKED", "LIKELY")}
    assert sure


def test_two_codes_one_slip_apart_are_met_without_the_same_day_or_telephone():
    one = RecordFacts(names=("محمد الإدريسي",), birth_date=dt.date(2010, 3, 2), massar_code="J130000012")
    two = RecordFacts(names=("محمد الإدريسي",), birth_date=dt.date(2010, 3, 20), massar_code="J130000102")
    assert [(i, j) for i, j, _likeness in candidate_pairs([one], [two])] == [(0, 0)]
