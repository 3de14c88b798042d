"""A case sent somewhere is closed only by an arrival that is confirmed."""

import datetime as dt

import pytest

from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.outreach import actions
from istidrak.outreach.models import Case, Referral
from istidrak.outreach.rules import referrals as rules
from istidrak.people.models import Tie
from istidrak.schooling.models import Stay

TODAY = dt.date(2025, 11, 20)


@pytest.fixture
def case(officer, season, directorate, make_person):
    found = actions.open_case(by=officer, person=make_person(), season=season, directorate=directorate)
    actions.make_contact(by=officer, case=found, kind="VISIT", result="MET", date=TODAY)
    return found


@pytest.fixture
def to_school(officer, case, school):
    return actions.refer(by=officer, case=case, receiver=school)


@pytest.fixture
def to_centre(officer, case, centre):
    return actions.refer(by=officer, case=case, receiver=centre)


def ties_of(case, receiver):
    return Tie.objects.filter(person=case.person, organisation=receiver, reason="REFERRED", until=None)


@pytest.mark.parametrize(
    ("state", "day", "late"),
    [
        ("SENT", dt.date(2025, 12, 5), False),
        ("SENT", dt.date(2025, 12, 6), True),
        ("ACCEPTED", dt.date(2025, 12, 6), True),
        ("ARRIVED", dt.date(2025, 12, 6), False),
        ("REFUSED", dt.date(2025, 12, 6), False),
    ],
)
def test_a_referral_is_overdue_from_the_day_after(state, day, late):
    assert rules.is_overdue(state, dt.date(2025, 12, 5), day) is late


def test_a_month_in_school_ends_on_its_thirtieth_day():
    arrived = dt.date(2025, 10, 1)
    ask = ("SCHOOL", 0, arrived, 3, 30)
    assert rules.confirmation_problem(*ask, dt.date(2025, 10, 30)) == "TOO_EARLY"
    assert rules.confirmation_problem(*ask, dt.date(2025, 10, 31)) is None


@pytest.mark.django_db
def test_a_receiver_sees_who_is_sent_and_the_case_stays_open(case, school, to_school):
    case.refresh_from_db()
    assert case.state == "REFERRED"
    assert to_school.due_date == TODAY + dt.timedelta(days=15)
    assert ties_of(case, school).count() == 1


@pytest.mark.django_db
def test_sent_again_to_the_same_receiver_is_one_referral(officer, case, school, centre, to_school):
    assert actions.refer(by=officer, case=case, receiver=school).pk == to_school.pk
    with pytest.raises(actions.AlreadyReferred):
        actions.refer(by=officer, case=case, receiver=centre)
    assert Referral.unscoped.count() == 1


@pytest.mark.django_db
def test_only_schools_centres_and_training_bodies_receive(officer, case, directorate):
    with pytest.raises(actions.NotAReceiver):
        actions.refer(by=officer, case=case, receiver=directorate)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verb", "reason", "state"), [("refuse", "لا مقعد", "REFUSED"), ("give_up", "", "NEVER_CAME")]
)
def test_refused_or_never_came_is_followed_again(officer, case, school, to_school, verb, reason, state):
    actions.answer_referral(by=officer, referral=to_school, verb=verb, reason=reason)
    case.refresh_from_db()
    to_school.refresh_from_db()
    assert (to_school.state, case.state, case.next_step_date) == (state, "FOLLOWED", None)
    assert not ties_of(case, school).exists()


@pytest.mark.django_db
def test_a_refusal_says_why(officer, to_school):
    with pytest.raises(ReasonMissing):
        actions.answer_referral(by=officer, referral=to_school, verb="refuse")


@pytest.mark.django_db
def test_a_month_in_school_confirms_and_writes_the_stay(school_head, case, school, to_school, settings):
    actions.answer_referral(by=school_head, referral=to_school, verb="accept")
    actions.answer_referral(by=school_head, referral=to_school, verb="arrive", on=TODAY)
    with pytest.raises(actions.NotConfirmable) as early:
        actions.answer_referral(by=school_head, referral=to_school, verb="confirm")
    assert early.value.from_day == TODAY + dt.timedelta(days=30)
    settings.PINNED_TODAY = TODAY + dt.timedelta(days=30)
    actions.answer_referral(by=school_head, referral=to_school, verb="confirm")
    case.refresh_from_db()
    stay = Stay.unscoped.get(person=case.person)
    assert (case.state, stay.organisation, stay.school_year, stay.since) == ("ARRIVED", school, 2025, TODAY)


@pytest.mark.django_db
def test_one_who_arrives_after_the_summer_is_a_pupil_of_the_new_year(officer, case, school, settings):
    settings.PINNED_TODAY = dt.date(2026, 10, 20)
    referral = actions.refer(by=officer, case=case, receiver=school)
    actions.answer_referral(by=officer, referral=referral, verb="arrive", on=dt.date(2026, 9, 10))
    actions.answer_referral(by=officer, referral=referral, verb="confirm")
    assert Stay.unscoped.get(person=case.person).school_year == 2026


@pytest.mark.django_db
def test_nobody_arrives_tomorrow(officer, to_school):
    with pytest.raises(actions.BadDay):
        actions.answer_referral(by=officer, referral=to_school, verb="arrive", on=TODAY + dt.timedelta(days=1))


@pytest.mark.django_db
def test_three_sessions_confirm_an_arrival_in_a_centre(centre_director, educator, case, centre, to_centre):
    actions.arrive_in(by=centre_director, person=case.person, organisation=centre, on=TODAY)
    to_centre.refresh_from_db()
    with pytest.raises(actions.NotConfirmable):
        actions.answer_referral(by=centre_director, referral=to_centre, verb="confirm")
    states = []
    for _session in range(4):
        actions.attend_session(by=educator, person=case.person, centre=centre, on=TODAY)
        case.refresh_from_db()
        states.append(case.state)
    assert states == ["REFERRED", "REFERRED", "ARRIVED", "ARRIVED"]
    to_centre.refresh_from_db()
    assert (to_centre.state, to_centre.sessions_attended) == ("CONFIRMED", 3)


@pytest.mark.django_db
def test_one_who_came_without_being_sent_is_counted_too(centre_director, case, centre, make_person):
    referral = actions.arrive_in(by=centre_director, person=case.person, organisation=centre, on=TODAY)
    assert (referral.state, Case.unscoped.get(pk=case.pk).state) == ("ARRIVED", "REFERRED")
    stranger = make_person()
    assert actions.arrive_in(by=centre_director, person=stranger, organisation=centre, on=TODAY) is None
    assert actions.attend_session(by=centre_director, person=stranger, centre=centre, on=TODAY) is None


@pytest.mark.django_db
def test_an_answer_given_twice_is_refused(school_head, to_school):
    stale = Referral.unscoped.get(pk=to_school.pk)
    actions.answer_referral(by=school_head, referral=to_school, verb="accept")
    with pytest.raises(MoveRefused):
        actions.answer_referral(by=school_head, referral=stale, verb="accept")
