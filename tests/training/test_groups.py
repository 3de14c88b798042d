import datetime as dt

import pytest
from django.db import IntegrityError

from istidrak.accounts.roles import EVERYBODY, Educator
from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.outreach.models import Case, Referral
from istidrak.people.models import Tie
from istidrak.schooling.models import Stay
from istidrak.training import actions
from istidrak.training.models import Enrolment, Group

from .conftest import FIRST, sees, sees_person


@pytest.fixture
def second_educator(make_user, centre):

    return make_user(Educator, centre)


def test_a_name_is_given_once_in_a_centre_and_season(make_group):
    make_group(name="1")
    with pytest.raises(IntegrityError):
        make_group(name="1")


def test_enrolling_ties_tells_who_referred_and_writes_school_life(awaited, group, educator, centre_director, centre):
    person = awaited()
    assert not sees_person(educator, person)
    enrolment = actions.enrol(by=centre_director, person=person, group=group, on=FIRST)
    assert sees_person(educator, person)
    assert sees_person(centre_director, person)
    assert Referral.unscoped.get(case__person=person).state == "ARRIVED"
    stay = Stay.unscoped.get(person=person)
    assert (stay.organisation, stay.school_year, stay.since, stay.until) == (centre, 2025, FIRST, None)
    line = History.objects.get(verb="enrol")
    assert (line.thread, line.after) == (f"people.person:{person.pk}", "ENROLLED")
    assert enrolment.state == "ENROLLED"


def test_a_page_opened_before_neither_renames_the_group_nor_keeps_its_former_capacity(
    make_group, awaited, centre_director
):
    group = make_group(name="2", capacity=None)
    Group.unscoped.filter(pk=group.pk).update(name="صباح", capacity=1)
    actions.enrol(by=centre_director, person=awaited(), group=group, on=FIRST)
    with pytest.raises(actions.GroupFull):
        actions.enrol(by=centre_director, person=awaited(), group=make_stale(group), on=FIRST)
    assert Group.unscoped.get(pk=group.pk).name == "صباح"


def make_stale(group):
    """The group as a page opened earlier holds it."""
    group.name, group.capacity = "2", None
    return group


def test_the_last_place_is_given_once(make_group, awaited, centre_director):
    group = make_group(name="2", capacity=1)
    actions.enrol(by=centre_director, person=awaited(), group=group, on=FIRST)
    late = awaited()
    with pytest.raises(actions.GroupFull):
        actions.enrol(by=centre_director, person=late, group=group, on=FIRST)
    assert not Stay.unscoped.filter(person=late).exists()
    assert Referral.unscoped.get(case__person=late).state == "SENT"


def test_enrolled_twice_is_refused_and_leaves_one_of_everything(enrolled, group, centre_director):
    enrolment = enrolled()
    with pytest.raises(actions.AlreadyEnrolled):
        actions.enrol(by=centre_director, person=enrolment.person, group=group, on=FIRST)
    assert Enrolment.unscoped.count() == 1
    assert Stay.unscoped.filter(person=enrolment.person).count() == 1


def test_drop_out_needs_a_reason_and_changes_nothing_without(enrolled, centre_director):
    enrolment = enrolled()
    with pytest.raises(ReasonMissing):
        actions.drop_out(by=centre_director, enrolment=enrolment, on=dt.date(2025, 11, 1), reason="  ")
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.left_date) == ("ENROLLED", None)


def test_who_dropped_out_is_no_longer_seen_by_the_educator(enrolled, educator, centre_director):
    enrolment = enrolled()
    actions.drop_out(by=centre_director, enrolment=enrolment, on=dt.date(2025, 11, 1), reason="عمل")
    assert not sees_person(educator, enrolment.person)
    assert sees_person(centre_director, enrolment.person)
    assert Stay.unscoped.get(person=enrolment.person).until == dt.date(2025, 11, 1)
    assert History.objects.get(verb="drop_out").reason == "عمل"


def test_the_educator_of_another_group_of_the_learner_keeps_the_file(enrolled, make_group, educator, centre_director):
    enrolment = enrolled()
    workshop = make_group(name="workshop", educators=[educator])
    second = enrolled(of=workshop, person=enrolment.person)
    actions.drop_out(by=centre_director, enrolment=enrolment, on=dt.date(2025, 11, 1), reason="x")
    assert sees_person(educator, enrolment.person)
    assert Stay.unscoped.filter(person=enrolment.person, until=None).exists()  # still in the centre
    actions.drop_out(by=centre_director, enrolment=second, on=dt.date(2025, 11, 2), reason="x")
    assert not sees_person(educator, enrolment.person)


def test_taken_back_is_seen_again_and_needs_a_place(make_group, enrolled, educator, centre_director):
    group = make_group(name="2", capacity=1, educators=[educator])
    first = enrolled(of=group)
    actions.drop_out(by=centre_director, enrolment=first, on=dt.date(2025, 11, 1), reason="x")
    second = enrolled(of=group)
    with pytest.raises(actions.GroupFull):
        actions.take_back(by=centre_director, enrolment=first)
    actions.complete(by=centre_director, enrolment=second, on=dt.date(2025, 11, 10))
    actions.take_back(by=centre_director, enrolment=first)
    assert (first.state, first.left_date) == ("ENROLLED", None)
    assert sees_person(educator, first.person)
    assert Stay.unscoped.filter(person=first.person, until=None).count() == 1


def test_a_stale_move_is_refused(enrolled, centre_director):
    enrolment = enrolled()
    stale = Enrolment.unscoped.get(pk=enrolment.pk)
    actions.complete(by=centre_director, enrolment=enrolment, on=dt.date(2025, 11, 1))
    with pytest.raises(MoveRefused):
        actions.drop_out(by=centre_director, enrolment=stale, on=dt.date(2025, 11, 2), reason="x")
    with pytest.raises(MoveRefused):
        actions.complete(by=centre_director, enrolment=enrolment, on=dt.date(2025, 11, 2))


def test_ties_follow_the_educators(enrolled, group, educator, second_educator, centre_director):
    enrolment = enrolled()
    actions.set_educators(by=centre_director, group=group, educators=[second_educator])
    assert not sees_person(educator, enrolment.person)
    assert sees_person(second_educator, enrolment.person)
    assert not sees(educator, group)
    actions.set_educators(by=centre_director, group=group, educators=[educator, second_educator])
    assert sees_person(educator, enrolment.person)
    assert Group.objects.visible_to(educator.scope_as(*EVERYBODY)).count() == 1  # two educators, one row
    assert Tie.objects.filter(person=enrolment.person, reason="TAUGHT", until=None).count() == 2


def test_who_completed_stays_with_the_educator_until_that_educator_leaves_the_group(
    enrolled, group, educator, second_educator, centre_director
):
    enrolment = enrolled()
    actions.complete(by=centre_director, enrolment=enrolment, on=dt.date(2025, 11, 14))
    assert sees_person(educator, enrolment.person)
    actions.set_educators(by=centre_director, group=group, educators=[second_educator])
    assert not sees_person(educator, enrolment.person)
    assert not sees_person(second_educator, enrolment.person)  # never taught them


def test_group_scope(group, educator, second_educator, centre_director, officer, other_officer, association_manager):
    assert all(sees(user, group) for user in (educator, centre_director, officer, association_manager))
    assert not sees(second_educator, group)
    assert not sees(other_officer, group)


def test_three_sessions_confirm_the_arrival(enrolled, make_session, educator):
    enrolment = enrolled()
    for day in (6, 7, 8):
        session = make_session(dt.date(2025, 10, day))
        actions.open_session(by=educator, session=session)
        actions.close_session(by=educator, session=session)
    referral = Referral.unscoped.get(case__person=enrolment.person)
    assert (referral.state, referral.sessions_attended) == ("CONFIRMED", 3)
    assert Case.unscoped.get(person=enrolment.person).state == "ARRIVED"
