import datetime as dt
import uuid

import pytest
from django.urls import reverse

from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.people.actions import SubmissionReused
from istidrak.training import actions, queries
from istidrak.training.models import Attendance, Closure, Session, TimetableEntry

from .conftest import FIRST

UNTIL = dt.date(2025, 12, 31)


@pytest.fixture
def tuesdays(group, centre_director):
    """Every Tuesday of October to December; 18 November, a Tuesday, is a holiday of a fixed day."""
    return actions.put_in_timetable(
        by=centre_director,
        group=group,
        weekday=2,
        kind="WORKSHOP",
        title="الحلاقة",
        first_date=dt.date(2025, 10, 1),
        last_date=UNTIL,
    )


@pytest.fixture
def close(centre_director, centre):
    def make(start, end=None, organisation=centre, **more):
        return actions.close_days(
            by=centre_director,
            organisation=organisation,
            kind="OTHER",
            start_date=start,
            end_date=end or start,
            name_ar="أشغال الصيانة",
            **more,
        )

    return make


def dates(state="PLANNED"):
    return [s.date for s in Session.unscoped.filter(state=state).order_by("date")]


def test_the_plan_skips_closed_days_and_says_so(tuesdays, group, centre_director, close):
    close(dt.date(2025, 12, 2))
    outcome = actions.plan_timetable(by=centre_director, group=group, until=UNTIL)
    skipped = [day for day, _ in outcome.skipped]
    assert skipped == [dt.date(2025, 11, 18), dt.date(2025, 12, 2)]
    assert len(outcome.made) == 13 - 2
    assert not set(skipped) & set(dates())
    session = Session.unscoped.first()
    assert (session.kind, session.title, session.state) == ("WORKSHOP", "الحلاقة", "PLANNED")


def test_planned_twice_is_planned_once(tuesdays, group, centre_director):
    first = actions.plan_timetable(by=centre_director, group=group, until=dt.date(2025, 10, 31))
    again = actions.plan_timetable(by=centre_director, group=group, until=dt.date(2025, 10, 31))
    assert (len(first.made), len(again.made), again.already) == (4, 0, 4)
    later = actions.plan_timetable(by=centre_director, group=group, until=dt.date(2025, 11, 7))
    assert [s.date for s in later.made] == [dt.date(2025, 11, 4)]
    assert History.objects.filter(verb="plan_timetable").count() == 2  # the second time nothing happened


def test_a_cancelled_session_is_not_planned_anew(tuesdays, group, centre_director):
    actions.plan_timetable(by=centre_director, group=group, until=dt.date(2025, 10, 10))
    actions.cancel_session(by=centre_director, session=Session.unscoped.get(), reason="غياب المنشط")
    assert actions.plan_timetable(by=centre_director, group=group, until=dt.date(2025, 10, 10)).made == []


def test_a_session_on_a_closed_day_is_refused_unless_said(group, educator):
    with pytest.raises(actions.DayClosed) as refusal:
        actions.plan_session(by=educator, group=group, date=dt.date(2025, 11, 6))
    assert refusal.value.closed.name_ar == "عيد المسيرة الخضراء"
    actions.plan_session(by=educator, group=group, date=dt.date(2025, 11, 6), is_despite_closed_day=True)
    assert dates() == [dt.date(2025, 11, 6)]


@pytest.mark.parametrize(
    ("date", "code"), [(dt.date(2024, 12, 31), "BEFORE_SEASON"), (dt.date(2026, 11, 21), "TOO_FAR")]
)
def test_a_session_is_of_its_season(group, educator, date, code):
    with pytest.raises(actions.BadDays) as refusal:
        actions.plan_session(by=educator, group=group, date=date)
    assert refusal.value.code == code
    assert not Session.unscoped.exists()


def test_a_form_sent_twice_plans_once(group, educator):
    form = uuid.uuid4()
    one = actions.plan_session(by=educator, group=group, date=FIRST, submission=form)
    assert actions.plan_session(by=educator, group=group, date=FIRST, submission=form) == one
    assert Session.unscoped.count() == 1


def test_a_form_sent_again_with_another_day_is_not_taken_for_the_first(group, educator, client_of):
    """Back, another day, sent: the second lesson would never be planned, and the page would say that it is."""
    typed = {"submission": str(uuid.uuid4()), "kind": "LESSON", "title": "Soudure"}
    client, address = client_of(educator), reverse("training:session_create", args=[group.uuid])
    assert client.post(address, {**typed, "date": FIRST.isoformat()}).status_code == 302
    again = client.post(address, {**typed, "date": "2025-10-08"})
    form = again.context["session_form"]
    assert form.non_field_errors() and form["date"].value() == "2025-10-08"
    assert form["submission"].value() != typed["submission"]
    client.post(address, {**typed, "date": "2025-10-08", "submission": form["submission"].value()})
    assert Session.unscoped.count() == 2


def test_the_same_line_of_the_week_is_refused(tuesdays, group, centre_director):
    with pytest.raises(actions.AlreadyInTimetable):
        actions.put_in_timetable(
            by=centre_director,
            group=group,
            weekday=2,
            kind="WORKSHOP",
            title="الحلاقة",
            first_date=dt.date(2025, 10, 1),
            last_date=UNTIL,
        )
    with pytest.raises(actions.BadDays):
        actions.put_in_timetable(
            by=centre_director, group=group, weekday=3, kind="LESSON", first_date=UNTIL, last_date=FIRST
        )
    assert TimetableEntry.unscoped.count() == 1


def test_a_day_closed_afterwards_cancels_what_was_planned(group, enrolled, educator, make_session, close, officer):
    """Closed for a flood: nobody is absent, and no educator is reminded of a roll-call that could not be."""
    learner = enrolled()
    taken, planned, outside = make_session(FIRST), make_session(FIRST), make_session(dt.date(2025, 10, 8))
    actions.open_session(by=educator, session=taken)
    closure = close(FIRST, dt.date(2025, 10, 7))
    for session in (taken, planned, outside):
        session.refresh_from_db()
    assert (taken.state, planned.state, outside.state) == ("OPENED", "CANCELLED", "PLANNED")
    assert planned.closure == closure
    line = History.objects.get(verb="cancel")
    assert (line.after, line.reason) == ("CANCELLED", "أشغال الصيانة")
    assert not Attendance.objects.filter(session=planned).exists()
    scope = officer.scope_as(*officer.roles)
    assert list(queries.roll_calls_waiting(scope).filter(state="PLANNED")) == [outside]
    assert learner.state == "ENROLLED"
    with pytest.raises(MoveRefused):
        actions.open_session(by=educator, session=planned)
    assert not Attendance.objects.filter(session=planned).exists()


def test_another_centre_is_not_closed(group, make_session, close, other_centre, academy, officer):
    session = make_session(FIRST)
    close(FIRST, organisation=other_centre)
    session.refresh_from_db()
    assert session.state == "PLANNED"
    close(FIRST, organisation=academy)  # whose territory holds the centre
    session.refresh_from_db()
    assert session.state == "CANCELLED"


def test_taken_back_plans_again_unless_closed_otherwise(make_session, close, centre_director):
    one, two = make_session(FIRST), make_session(dt.date(2025, 10, 7))
    closure = close(FIRST, dt.date(2025, 10, 7))
    close(dt.date(2025, 10, 7))
    with pytest.raises(ReasonMissing):
        actions.take_back_closure(by=centre_director, closure=closure, reason=" ")
    assert actions.take_back_closure(by=centre_director, closure=closure, reason="خطأ") == 1
    one.refresh_from_db(), two.refresh_from_db()
    assert (one.state, two.state) == ("PLANNED", "CANCELLED")
    with pytest.raises(MoveRefused):
        actions.take_back_closure(by=centre_director, closure=closure, reason="خطأ")


def test_closing_twice_by_one_form_and_impossible_days(close):
    form = uuid.uuid4()
    assert close(FIRST, submission=form) == close(FIRST, submission=form)
    assert Closure.unscoped.count() == 1
    with pytest.raises(SubmissionReused):  # other days: they would stay open, and be called closed
        close(FIRST + dt.timedelta(days=1), submission=form)
    for start, end in ((FIRST, FIRST - dt.timedelta(days=1)), (FIRST, FIRST + dt.timedelta(days=200))):
        with pytest.raises(actions.BadDays):
            close(start, end)


def test_ending_a_line_cancels_what_comes_after(tuesdays, group, centre_director):
    actions.plan_timetable(by=centre_director, group=group, until=dt.date(2025, 11, 30))
    with pytest.raises(ReasonMissing):
        actions.end_timetable_entry(by=centre_director, entry=tuesdays, last_date=FIRST, reason="")
    number = actions.end_timetable_entry(
        by=centre_director, entry=tuesdays, last_date=dt.date(2025, 11, 12), reason="نهاية الورشة"
    )
    assert (number, dates("CANCELLED")) == (1, [dt.date(2025, 11, 25)])
    with pytest.raises(actions.BadDays):
        actions.end_timetable_entry(by=centre_director, entry=tuesdays, last_date=UNTIL, reason="x")
