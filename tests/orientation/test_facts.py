import pytest

from istidrak.orientation.facts import facts_of
from istidrak.outreach import actions as outreach
from istidrak.people.models import SourceRecord
from istidrak.programmes.models import Season
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
        "motivation",
        "readiness",
        "names_a_trade",
        "arabic_score",
        "mathematics_score",
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
    assert (facts["is_in_school"], facts["was_ever_in_school"]) == (False, False)


def test_never_in_school_said_this_season_is_not_in_school(make_case, officer, programme):
    case = make_case()
    before = Season.objects.create(year=2024, state="CLOSED")
    old = outreach.open_case(by=officer, person=case.person, season=before, directorate=case.directorate)
    outreach.sort_case(by=officer, case=old, was_ever_in_school=False)
    assert facts_of(case)["is_in_school"] is None  # a year has passed
    outreach.sort_case(by=officer, case=case, was_ever_in_school=False)
    assert facts_of(case)["is_in_school"] is False


def test_an_answer_stands_until_it_is_given_anew(make_case, officer):
    case = make_case(wish="TRADE", is_free_in_daytime=True)
    outreach.sort_case(by=officer, case=case, is_free_in_daytime=False)
    facts = facts_of(case)
    assert (facts["wish"], facts["is_free_in_daytime"]) == ("TRADE", False)


def test_the_level_of_a_caravan_list_counts_and_gives_no_year(make_case):
    case = make_case()
    record = SourceRecord.unscoped.get(person=case.person)
    SourceRecord.unscoped.filter(pk=record.pk).update(facts={"level": "السنة الثانية إعدادي", "level_code": "2AC"})
    facts = facts_of(case)
    assert (facts["last_level"], facts["was_ever_in_school"], facts["is_in_school"]) == ("2AC", True, None)


def test_never_schooled_on_a_list_is_known(make_case):
    case = make_case()
    SourceRecord.unscoped.filter(person=case.person).update(
        facts={"level": "لم يسبق له التمدرس", "is_never_schooled": True}
    )
    facts = facts_of(case)
    assert (facts["last_level"], facts["was_ever_in_school"]) == (None, False)


def test_an_older_level_does_not_stand_for_one_nobody_recognised(make_case, stay, school):
    case = make_case()
    stay(case, school_year=2023, organisation=school, level_code="2AC", level="الثانية إعدادي")
    stay(case, school_year=2024, organisation=school, level="مسار خاص")
    assert facts_of(case)["last_level"] is None
