"""The school offered for a return: never one that holds no class in reach, never refused for what is not known."""

import pytest

from istidrak.orientation.rules import may_hold


@pytest.mark.parametrize(
    ("cycle", "levels", "expected"),
    [
        ("PRIMARY", ["1AC"], False),  # seventeen, left the last year of primary: sent back to a primary school
        ("PRIMARY", ["6AP", "1AC"], True),
        ("LOWER_SECONDARY", ["6AP", "1AC"], True),
        ("LOWER_SECONDARY", ["TC"], False),
        ("UPPER_SECONDARY", ["TC", "1BAC"], True),
        (None, ["1AC"], True),
        ("PRIMARY", [], True),
    ],
)
def test_a_school_is_offered_when_it_may_hold_a_class_in_reach(cycle, levels, expected):
    assert may_hold(cycle, levels) is expected
