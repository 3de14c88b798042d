import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from istidrak.base.rules.parameters import ParameterValue
from istidrak.training.rules.absence import Row, absences_in_a_row, outcome_of
from istidrak.training.rules.calendar import days_late, days_of_week, fixed_holidays, month_of

FIRST = dt.date(2025, 10, 6)
MARKS = st.lists(st.sampled_from(["PRESENT", "LATE", "ABSENT", "EXCUSED"]), max_size=30)


def dated(marks):
    return [(FIRST + dt.timedelta(days=n), mark) for n, mark in enumerate(marks)]


@pytest.mark.parametrize(
    ("marks", "count"),
    [
        ("A A A", 3),
        ("A E A", 2),
        ("A P A", 1),
        ("A A L", None),
        ("A A E", 2),
        ("E E", None),
        ("", None),
        ("P A E A A", 3),
    ],
)
def test_examples(marks, count):
    """A number that is wrong calls a family whose child was in the room, or leaves one alone for weeks."""
    words = {"A": "ABSENT", "E": "EXCUSED", "P": "PRESENT", "L": "LATE"}
    row = absences_in_a_row(dated([words[mark] for mark in marks.split()]))
    assert (row.count if row else None) == count


@given(MARKS)
def test_the_row_is_the_absences_since_the_learner_last_came(marks):
    came = [n for n, mark in enumerate(marks) if mark in {"PRESENT", "LATE"}]
    tail = dated(marks)[came[-1] + 1 if came else 0 :]
    absences = [day for day, mark in tail if mark == "ABSENT"]
    expected = Row(len(absences), absences[0], absences[-1]) if absences else None
    assert absences_in_a_row(dated(marks)) == expected


@given(MARKS, st.integers(0, 30))
def test_an_excuse_anywhere_changes_no_row(marks, at):
    excused = [*marks[:at], "EXCUSED", *marks[at:]]
    before, after = absences_in_a_row(dated(marks)), absences_in_a_row(dated(excused))
    assert (before.count if before else None) == (after.count if after else None)


@given(MARKS)
def test_coming_ends_the_row(marks):
    assert absences_in_a_row(dated([*marks, "LATE"])) is None


def test_what_a_roll_call_says_of_a_follow_up():
    row = Row(3, FIRST, FIRST)
    assert outcome_of(row, 3, False) == "RAISE"
    assert outcome_of(None, 3, True) == "COME_BACK"
    assert outcome_of(Row(1, FIRST, FIRST), 3, True) == "COME_BACK"  # came, and was absent once more
    assert outcome_of(None, 3, False) == "SET_ASIDE"


def test_days_of_a_week_day():
    first, last = dt.date(2025, 10, 1), dt.date(2025, 10, 31)
    mondays = list(days_of_week(1, first, last))
    assert [day.day for day in mondays] == [6, 13, 20, 27]
    assert list(days_of_week(3, first, first)) == [first]  # a Wednesday, both ends included
    assert list(days_of_week(4, first, first)) == []


def test_holidays_hold_from_their_own_text_on():
    """A holiday decided in November 2025 must not close the October before it."""
    values = [
        ParameterValue("x", {"ar": "عيد الوحدة", "fr": "Unité"}, dt.date(2025, 11, 4), "…", keys={"day": "10-31"}),
        ParameterValue("x", {"ar": "…", "fr": "…"}, dt.date(2000, 1, 1), "…", keys={"day": "02-29"}),
    ]
    found = fixed_holidays(values, dt.date(2024, 1, 1), dt.date(2026, 12, 31))
    assert [holiday.date for holiday in found] == [dt.date(2024, 2, 29), dt.date(2026, 10, 31)]


def test_month_and_lateness():
    assert month_of("2026-02", FIRST) == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    for nonsense in ("", "2026-13", "x", "0000-01"):
        assert month_of(nonsense, FIRST)[0] == dt.date(2025, 10, 1)
    assert days_late(FIRST, FIRST + dt.timedelta(days=4)) == 4
    assert days_late(FIRST, FIRST - dt.timedelta(days=1)) == 0
