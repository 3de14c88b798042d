import datetime as dt
import uuid

import pytest

from istidrak.accounts.roles import DirectorateOfficer
from istidrak.training import actions
from istidrak.training.facts.insertions import RATE_BASES, Interval, insertion_people, insertion_rates, intervals
from istidrak.training.models import Confirmation

from .conftest import PDF

ON = dt.date(2025, 11, 20)


def numbers(rates):
    return {base.code: (base.people, base.declared, base.verified) for base in rates.bases}


@pytest.fixture
def five(enrolled, centre_director, officer, declared):
    """Five learners: verified and completed, declared only, completed with nothing and reached, dropped out, there."""
    rows = [enrolled() for _ in range(5)]
    for row in (rows[0], rows[2]):
        actions.complete(by=centre_director, enrolment=row, on=dt.date(2025, 11, 1))
    insertion = declared(enrolment=rows[0])
    actions.prove_insertion(by=centre_director, insertion=insertion, data=PDF, name="p.pdf")
    actions.verify_insertion(by=officer, insertion=insertion)
    declared(enrolment=rows[1])
    step = Confirmation.unscoped.filter(enrolment=rows[2]).first()
    actions.record_follow_up(
        by=centre_director,
        confirmation=step,
        submission=uuid.uuid4(),
        kind="CALL",
        result="REACHED",
        date=dt.date(2025, 11, 15),
        answer=actions.Answer("NOT_INSERTED", standing="LOOKING"),
    )
    actions.drop_out(by=centre_director, enrolment=rows[3], on=dt.date(2025, 10, 20), reason="x")
    return rows


def test_three_populations_are_never_mixed(five, officer, season):
    rates = insertion_rates(officer.scope_as(DirectorateOfficer), season, ON)
    assert numbers(rates) == {"ENROLLED": (5, 2, 1), "COMPLETED": (2, 1, 1), "CONTACTED": (1, 0, 0)}
    assert [base.verified_percent for base in rates.bases] == [20, 50, 0]
    assert rates.by_kind == {"VOCATIONAL": (2, 1)}


def test_a_number_opens_on_its_people(five, officer, season):
    scope = officer.scope_as(DirectorateOfficer)
    for base in insertion_rates(scope, season, ON).bases:
        counted = (base.people, base.declared, base.verified)
        opened = [insertion_people(scope, season, ON, base.code, m) for m in ("PEOPLE", "DECLARED", "VERIFIED")]
        assert tuple(people.count() for people in opened) == counted
    found = insertion_people(scope, season, ON, "CONTACTED", "PEOPLE").get()
    assert found == five[2].person


def test_what_was_not_set_aside_and_what_came_later_does_not_count(five, officer, centre_director, season):
    scope = officer.scope_as(DirectorateOfficer)
    insertion = five[1].insertions.model.unscoped.get(enrolment=five[1])
    actions.not_confirm_insertion(by=officer, insertion=insertion, reason="x")
    assert numbers(insertion_rates(scope, season, ON))["ENROLLED"] == (5, 1, 1)
    before = insertion_rates(scope, season, dt.date(2025, 10, 31))
    assert numbers(before) == {"ENROLLED": (5, 0, 0), "COMPLETED": (0, 0, 0), "CONTACTED": (0, 0, 0)}
    assert before.bases[1].verified_percent is None  # nobody completed: no rate, not zero


def test_a_person_in_two_groups_is_one_person(five, enrolled, make_group, officer, season):
    enrolled(person=five[0].person, of=make_group("2"))
    assert numbers(insertion_rates(officer.scope_as(DirectorateOfficer), season, ON))["ENROLLED"] == (5, 2, 1)


def test_outside_the_scope_nothing_is_counted_and_every_base_is_defined(five, other_officer, season):
    rates = insertion_rates(other_officer.scope_as(DirectorateOfficer), season, ON)
    assert set(numbers(rates).values()) == {(0, 0, 0)}
    assert rates.by_kind == {}
    assert all(str(base.definition) and str(base.label) for base in rates.bases)
    assert [base.code for base in rates.bases] == list(RATE_BASES)


def test_two_queries(five, officer, season, django_assert_num_queries):
    scope = officer.scope_as(DirectorateOfficer)
    with django_assert_num_queries(2):
        insertion_rates(scope, season, ON)


def test_looking_is_known_lost_is_lost_and_unanswered_is_not_known(five, officer, other_officer):
    scope = officer.scope_as(DirectorateOfficer)
    answered = intervals(scope, ON)
    assert answered == [Interval(2025, 3, not_inserted=1)]  # answered before it fell due; the others are to come
    later = {row.months: row for row in intervals(scope, dt.date(2026, 6, 1))}
    assert later[3] == Interval(2025, 3, not_inserted=1, unknown=1)
    assert (later[6].unknown, later[6].asked, 12 in later) == (2, 2, False)
    Confirmation.unscoped.filter(months=6).update(is_drawn=False)
    assert {row.months: row for row in intervals(scope, dt.date(2026, 6, 1))}[6].not_asked == 2
    assert intervals(other_officer.scope_as(DirectorateOfficer), dt.date(2026, 6, 1)) == []
