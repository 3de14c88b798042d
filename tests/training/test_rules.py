import datetime as dt

from istidrak.training import rules


def test_a_group_is_full_at_its_capacity_and_never_when_nobody_stated_it():
    assert not rules.is_group_full(2, 1)
    assert rules.is_group_full(2, 2)
    assert rules.is_group_full(2, 3)
    assert not rules.is_group_full(None, 500)


def test_late_counts_as_come_and_excused_as_not():
    assert rules.attendance_rate(["PRESENT", "LATE", "ABSENT", "EXCUSED"]) == 0.5
    assert rules.attendance_rate(["LATE"]) == 1.0
    assert rules.attendance_rate(["EXCUSED"]) == 0.0


def test_no_roll_call_is_no_rate_and_not_zero():
    assert rules.attendance_rate([]) is None


def test_a_roll_call_is_opened_on_its_day_or_later():
    day = dt.date(2025, 11, 20)
    assert rules.may_open_roll_call(day, day)
    assert rules.may_open_roll_call(dt.date(2025, 9, 1), day)
    assert not rules.may_open_roll_call(dt.date(2025, 11, 21), day)
