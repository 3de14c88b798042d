import datetime as dt
from dataclasses import replace

import pytest

from istidrak.base.parameters import parameters_on
from istidrak.base.rules import check_examples
from istidrak.training.rules.enrolling import ACCEPTANCE, Waiting, is_adult, places_left, waiting_order
from istidrak.training.rules.returns import COLUMNS, difference, digest_of

DAY = dt.date(2025, 11, 20)
ROW = Waiting(key=1, requested=dt.date(2025, 10, 5))


@pytest.mark.django_db
def test_examples_of_acceptance_hold():
    parameters = parameters_on(DAY, "programmes.age_band", "training.majority")
    assert not check_examples(ACCEPTANCE, parameters)


def test_an_unknown_birth_is_neither_adult_nor_minor():
    assert is_adult(None, None, 18, DAY) is None
    assert is_adult(None, 2007, 18, DAY) is None  # turns eighteen this year, nobody knows when
    assert is_adult(dt.date(2007, 11, 20), None, 18, DAY) is True
    assert is_adult(dt.date(2007, 11, 21), None, 18, DAY) is False


def test_moves_by_hand_keep_the_rest_in_their_order():
    rows = [replace(ROW, key=n, requested=dt.date(2025, 10, n)) for n in range(1, 5)]
    rows[3] = replace(rows[3], moved_to=2)
    placed = waiting_order(rows, ["REQUESTED"])
    assert [(p.waiting.key, p.place, p.by_criteria) for p in placed] == [(1, 1, 1), (4, 2, 4), (2, 3, 2), (3, 4, 3)]


def test_a_place_beyond_the_end_is_the_last():
    rows = [ROW, replace(ROW, key=2, moved_to=99)]
    assert [p.place for p in waiting_order(rows, ["REQUESTED"])] == [1, 2]


def test_an_unknown_criterion_is_an_error_not_an_order():
    with pytest.raises(KeyError):
        waiting_order([ROW, replace(ROW, key=2)], ["LUCK"])


def test_places_not_stated_are_not_known_and_never_under_none():
    assert places_left([20, None], 3, 0) is None
    assert places_left([], 0, 0) is None
    assert places_left([20, 10], 25, 4) == 1
    assert places_left([20], 25, 0) == 0


def _line(key, **more):
    return {"enrolment": key, **dict.fromkeys(COLUMNS), "file_number": f"000000{key}", **more}


def test_one_letter_changes_the_digest_and_the_order_does_not():
    one, two = _line(1, name_ar="سعاد"), _line(2)
    assert digest_of([one, two]) == digest_of([two, one])
    assert digest_of([one, two]) != digest_of([{**one, "name_ar": "سعادة"}, two])


def test_what_changed_between_two_submissions():
    now = [_line(1, name_ar="سعاد"), _line(3)]
    change = difference(now, [_line(1), _line(2)])
    assert [line["enrolment"] for line in change.added] == [3]
    assert [line["enrolment"] for line in change.removed] == [2]
    assert [names for _now, _old, names in change.changed] == [("name_ar",)]
    assert not difference(now, now)
