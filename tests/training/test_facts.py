import datetime as dt

import pytest

from istidrak.accounts.roles import EVERYBODY
from istidrak.desk.queries import season_page
from istidrak.orientation import actions as orientation
from istidrak.outreach.models import Case
from istidrak.programmes.models import Programme, Season
from istidrak.training import actions
from istidrak.training.facts import season_counts

from .conftest import FIRST, PDF

NG = "NEW_GENERATION"


@pytest.fixture
def counts(officer, season):
    def counted(by=officer, on=None, of=season):
        return season_counts(by.scope_as(*EVERYBODY), of, on=on)

    return counted


@pytest.fixture
def decided(awaited, officer, centre, programme):
    def make(**facts):
        person = awaited(**facts)
        decision = orientation.propose(
            by=officer,
            case=Case.unscoped.get(person=person),
            exit="FULL_TRAINING",
            programme=programme,
            receiver=centre,
            departure_reason="دراسة الحالة",
        )
        orientation.decide(by=officer, decision=decision)
        return person

    return make


def test_an_empty_season_counts_nobody(counts):
    assert not any(counts().values())


def test_an_unknown_sex_is_neither_girl_nor_boy(enrolled, counts):
    enrolled(sex="F", birth_year=2009), enrolled(sex="M", birth_year=2009), enrolled(birth_year=2009)
    assert counts()["enrolled"] == {(NG, "F"): 1, (NG, "M"): 1, (NG, None): 1}


def test_enrolled_on_a_day(enrolled, centre_director, counts):
    stays, leaves = enrolled(sex="F"), enrolled(sex="M")
    actions.drop_out(by=centre_director, enrolment=leaves, on=dt.date(2025, 11, 1), reason="x")
    assert counts(on=FIRST - dt.timedelta(days=1))["enrolled"] == {}
    assert counts(on=FIRST)["enrolled"] == {(NG, "F"): 1, (NG, "M"): 1}
    assert counts(on=dt.date(2025, 11, 1))["enrolled"] == {(NG, "F"): 1, (NG, "M"): 1}
    assert counts(on=dt.date(2025, 11, 2))["enrolled"] == {(NG, "F"): 1}
    assert counts()["enrolled"] == {(NG, "F"): 1, (NG, "M"): 1}
    assert stays.state == "ENROLLED"


def test_two_groups_are_one_person_and_two_programmes_two_cells(enrolled, make_group, centre_director, counts):
    learner = enrolled(sex="F")
    enrolled(of=make_group(name="workshop"), person=learner.person)
    assert counts()["enrolled"] == {(NG, "F"): 1}
    basic, _ = Programme.objects.get_or_create(code="BASIC", defaults={"name_ar": "الأساس", "name_fr": "Base"})
    third = make_group(name="basic")
    third.programme = basic
    third.save()
    enrolled(of=third, person=learner.person)
    assert counts()["enrolled"] == {(NG, "F"): 1, ("BASIC", "F"): 1}


def test_from_the_decision_to_the_verified_insertion(
    decided, awaited, enrolled, declared, make_session, educator, officer, centre_director, counts
):
    learner = enrolled(person=decided(sex="F"))
    sent_alone = enrolled(person=awaited(sex="M"))
    for day in (6, 7, 8):
        session = make_session(dt.date(2025, 10, day))
        actions.open_session(by=educator, session=session)
        actions.close_session(by=educator, session=session)
    actions.complete(by=centre_director, enrolment=learner, on=dt.date(2025, 11, 14))
    verified, refused = declared(enrolment=learner), declared(enrolment=sent_alone)
    actions.prove_insertion(by=centre_director, insertion=verified, data=PDF, name="a.pdf")
    actions.verify_insertion(by=officer, insertion=verified)
    actions.not_confirm_insertion(by=officer, insertion=refused, reason="x")
    assert counts() == {
        "oriented": {(NG, "F"): 1},
        "arrived": {(NG, "F"): 1, (None, "M"): 1},
        "enrolled": {(NG, "F"): 1, (NG, "M"): 1},
        "completed": {(NG, "F"): 1},
        "declared": {(NG, "F"): 1},
        "verified": {(NG, "F"): 1},
    }


def test_totals_are_those_of_the_season_page(decided, enrolled, declared, counts, officer, season):
    enrolled(person=decided(sex="F")), declared(enrolment=enrolled())
    shown = {
        row["definition"].code: row["total"] for row in season_page.counts_of(officer.scope_as(*EVERYBODY), season)
    }
    for name, cells in counts().items():
        assert sum(cells.values()) == shown[name], name


def test_outside_and_another_season_count_nobody(enrolled, other_officer, counts):
    enrolled(sex="F")
    assert counts(by=other_officer)["enrolled"] == {}
    assert counts(of=Season.objects.create(year=2024))["enrolled"] == {}


@pytest.mark.parametrize("number", [1, 3])
def test_queries(number, enrolled, officer, season, django_assert_num_queries):
    for _ in range(number):
        enrolled(sex="F")
    scope = officer.scope_as(*EVERYBODY)
    with django_assert_num_queries(6):
        season_counts(scope, season)
