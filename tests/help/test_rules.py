import pytest

from istidrak.base.identifiers import file_number
from istidrak.help import rules


@pytest.mark.parametrize(
    "text",
    [
        "التلميذ G123456789 لم يظهر",
        "g 123456789",
        "رمز G١٢٣٤٥٦٧٨٩",
        "Code:J987654321.",
        f"الملف {file_number(1234)}",
        "dossier 0001234–K",
        "dossier 0001234 - K",
    ],
)
def test_codes_of_children_are_found(text):
    """A code in a question travels to three levels; it must not leave the form."""
    assert rules.codes_in(text)


@pytest.mark.parametrize(
    "text", ["2025/26", "Tél. 0661234567", "25 élèves, 12 absents", "83109K", "G12345", "", "2025-26"]
)
def test_ordinary_numbers_are_not(text):
    """A telephone of the office or a school's code is no child's code."""
    assert not rules.codes_in(text)


@pytest.mark.parametrize(
    ("role_level", "coordinator", "has_place", "level"),
    [
        (1, False, True, 2),
        (2, False, True, 2),
        (2, True, True, 3),
        (3, False, True, 4),
        (4, False, False, 4),
        (1, False, False, 4),
    ],
)
def test_where_a_question_begins(role_level, coordinator, has_place, level):
    """Nobody's question stays without somebody who answers."""
    assert rules.first_level(role_level, is_coordinator=coordinator, has_place=has_place) == level


def test_nothing_above_the_national_unit():
    assert rules.level_above(3) == 4
    assert rules.level_above(4) is None


def test_who_answers():
    assert rules.may_answer(3, 2) and rules.may_answer(2, 2)
    assert not rules.may_answer(2, 3) and not rules.may_answer(None, 2)
