import datetime as dt

import pytest

from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.training import actions, queries
from istidrak.training.models import AbsenceFollowUp

from .conftest import FIRST


@pytest.fixture
def taken(make_session, educator):
    """A roll-call of a day of October, done, with the marks of learners who are not present."""

    def make(day, marks=None):
        session = make_session(dt.date(2025, 10, day))
        actions.open_session(by=educator, session=session)
        marks = {learner.uuid: mark for learner, mark in (marks or {}).items()}
        actions.close_session(by=educator, session=session, marks=marks)
        return session

    return make


def follow_ups():
    return list(AbsenceFollowUp.unscoped.order_by("pk"))


def test_the_third_absence_in_a_row_raises_one_follow_up(enrolled, taken, educator):
    """A girl who stops coming must be asked after in the week, by somebody whose list says so."""
    away, there = enrolled(), enrolled()
    for day in (6, 7):
        taken(day, {away: "ABSENT"})
    assert follow_ups() == []
    taken(8, {away: "ABSENT"})
    (follow_up,) = follow_ups()
    assert (follow_up.enrolment, follow_up.count, follow_up.state) == (away, 3, "OPEN")
    assert (follow_up.since_date, follow_up.last_date) == (dt.date(2025, 10, 6), dt.date(2025, 10, 8))
    assert follow_up.due_date == dt.date(2025, 11, 23)  # three days after today
    taken(9, {away: "ABSENT"})
    (follow_up,) = follow_ups()
    assert follow_up.count == 4
    line = History.objects.get(verb="raise_absence")
    assert line.thread == f"people.person:{away.person_id}"
    assert there.state == "ENROLLED"


def test_excused_sessions_not_taken_and_cancelled_ones_do_not_count(enrolled, taken, make_session, educator):
    away = enrolled()
    taken(6, {away: "ABSENT"})
    taken(7, {away: "EXCUSED"})
    make_session(dt.date(2025, 10, 8))  # never opened
    actions.cancel_session(by=educator, session=make_session(dt.date(2025, 10, 9)), reason="x")
    taken(10, {away: "ABSENT"})
    assert follow_ups() == []
    taken(13, {away: "ABSENT"})
    assert [f.count for f in follow_ups()] == [3]


def test_an_older_roll_call_taken_late_is_counted_in_its_place(enrolled, taken):
    away = enrolled()
    for day in (6, 8, 9):
        taken(day, {away: "ABSENT"})
    assert len(follow_ups()) == 1
    taken(7)  # the learner was there on the 7th: two absences since
    assert [f.state for f in follow_ups()] == ["SET_ASIDE"]


def test_coming_again_ends_it_by_itself(enrolled, taken):
    away = enrolled()
    for day in (6, 7, 8):
        taken(day, {away: "ABSENT"})
    taken(9, {away: "LATE"})
    (follow_up,) = follow_ups()
    assert (follow_up.state, follow_up.ended_date) == ("CAME_BACK", dt.date(2025, 10, 9))
    for day in (10, 13, 14):
        taken(day, {away: "ABSENT"})
    assert [f.state for f in follow_ups()] == ["CAME_BACK", "OPEN"]


def test_a_corrected_roll_call_sets_it_aside_and_not_came_back(enrolled, taken, educator):
    away = enrolled()
    sessions = [taken(day, {away: "ABSENT"}) for day in (6, 7, 8)]
    actions.reopen_session(by=educator, session=sessions[1], reason="خطأ")
    actions.close_session(by=educator, session=sessions[1], marks={away.uuid: "PRESENT"})
    assert [f.state for f in follow_ups()] == ["SET_ASIDE"]


def test_a_mistake_on_the_last_day_is_not_a_return(enrolled, taken, educator):
    away = enrolled()
    sessions = [taken(day, {away: "ABSENT"}) for day in (6, 7, 8)]
    actions.reopen_session(by=educator, session=sessions[2], reason="خطأ")
    actions.close_session(by=educator, session=sessions[2], marks={away.uuid: "PRESENT"})
    (follow_up,) = follow_ups()
    assert follow_up.state == "CAME_BACK"  # on that day the learner was there, whoever wrote what before


def test_contacting_needs_words_and_is_written_once(enrolled, taken, centre_director, educator):
    away = enrolled()
    for day in (6, 7, 8):
        taken(day, {away: "ABSENT"})
    (follow_up,) = follow_ups()
    due = dt.date(2025, 11, 25)
    with pytest.raises(ReasonMissing):
        actions.contact_absent(by=centre_director, follow_up=follow_up, said=" ", due_date=due)
    with pytest.raises(actions.PastDay):
        actions.contact_absent(by=centre_director, follow_up=follow_up, said="مريض", due_date=FIRST)
    for _ in range(2):
        actions.contact_absent(by=centre_director, follow_up=follow_up, said="مريض", due_date=due)
    assert History.objects.filter(verb="contact").count() == 1
    stale = AbsenceFollowUp.unscoped.get()
    taken(9)
    with pytest.raises(MoveRefused):
        actions.contact_absent(by=centre_director, follow_up=stale, said="عاد", due_date=due)


def test_who_left_is_asked_after_no_more(enrolled, taken, centre_director, officer):
    away = enrolled()
    for day in (6, 7, 8):
        taken(day, {away: "ABSENT"})
    scope = officer.scope_as(*officer.roles)
    assert queries.absences_waiting(scope).count() == 1
    assert queries.count_absences_due(scope, dt.date(2025, 11, 23)) == 1
    assert queries.count_absences_due(scope, dt.date(2025, 11, 22)) == 0
    assert actions.end_absence_follow_ups(by=centre_director, enrolment=away, reason="عمل") == 1
    assert actions.end_absence_follow_ups(by=centre_director, enrolment=away, reason="عمل") == 0
    assert queries.absences_waiting(scope).count() == 0
    assert follow_ups()[0].state == "LEFT"


def test_who_leaves_is_no_longer_asked_after(enrolled, taken, centre_director):
    """A family told that the child left would be telephoned again for absences, by a list that nobody closes."""
    away = enrolled()
    for day in (6, 7, 8):
        taken(day, {away: "ABSENT"})
    actions.drop_out(by=centre_director, enrolment=away, on=dt.date(2025, 10, 8), reason="انتقلت الأسرة")
    (follow_up,) = follow_ups()
    assert follow_up.state == "LEFT" and follow_up.ended_date is not None
