import pytest

from istidrak.orientation.facts import facts_of
from istidrak.schooling import actions as schooling


@pytest.fixture
def stay(officer):
    def record(case, **facts):
        return schooling.record_stay(by=officer, person=case.person, **{"school_year": 2025, **facts})

    return record


def test_what_nobody_said_is_unknown(make_case):
    facts = facts_of(make_case())
    assert {name for name, value in facts.items() if value is None} == {
        "birth_year",
        "last_level",
        "is_in_school",
        "was_ever_in_school",
        "wish",
        "is_free_in_daytime",
    }
    assert facts["place_number"] == 113210000


def test_what_lists_and_the_sorting_say(known_case):
    facts = facts_of(known_case())
    assert (facts["last_level"], facts["is_in_school"], facts["was_ever_in_school"]) == ("2AC", False, True)
    assert (facts["wish"], facts["is_free_in_daytime"]) == ("TRADE", True)


def test_last_year_says_nothing_of_this_year(make_case, stay, school):
    case = make_case()
    stay(case, school_year=2024, organisation=school, level_code="1AC", status="ENROLLED")
    facts = facts_of(case)
    assert (facts["last_level"], facts["is_in_school"], facts["was_ever_in_school"]) == ("1AC", None, True)


def test_a_return_counts_whatever_an_earlier_list_said(known_case, stay, school):
    case = known_case()
    stay(case, organisation=school, status="REINTEGRATED")
    assert facts_of(case)["is_in_school"] is True


def test_a_centre_is_not_a_school(make_case, stay, centre):
    case = make_case(was_ever_in_school=False)
    stay(case, organisation=centre, status="ENROLLED")
    facts = facts_of(case)
    assert (facts["is_in_school"], facts["was_ever_in_school"]) == (None, False)
