import datetime as dt

import pytest

from istidrak.accounts.roles import EVERYBODY
from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.outreach.models import Referral
from istidrak.training import actions, queries
from istidrak.training.models import Attendance, Session

from .conftest import FIRST


def marks_in(session):
    return list(session.attendances.order_by("enrolment_id").values_list("mark", flat=True))


def test_not_opened_is_not_taken(enrolled, make_session, group, officer):
    enrolled()
    session = make_session()
    assert session.get_state_display() == Session.State.PLANNED.label
    assert marks_in(session) == []
    (row,) = queries.learners_of(officer.scope_as(*EVERYBODY), group)
    assert (row["rate"], row["marks"]) == (None, 0)


def test_opened_makes_those_enrolled_that_day_present(enrolled, make_session, educator):
    enrolled(), enrolled(), enrolled(on=dt.date(2025, 10, 7))
    session = make_session(FIRST)
    actions.open_session(by=educator, session=session)
    assert marks_in(session) == ["PRESENT", "PRESENT"]


def test_who_dropped_out_is_not_marked_present(enrolled, make_session, educator, centre_director):
    stays, leaves = enrolled(), enrolled()
    actions.drop_out(by=centre_director, enrolment=leaves, on=dt.date(2025, 11, 1), reason="x")
    session = make_session(dt.date(2025, 11, 3))
    actions.open_session(by=educator, session=session)
    assert [a.enrolment for a in session.attendances.all()] == [stays]


def test_a_roll_call_opened_late_holds_who_completed_since(enrolled, make_session, educator, centre_director):
    ends, ended_before = enrolled(), enrolled()
    actions.complete(by=centre_director, enrolment=ended_before, on=dt.date(2025, 11, 12))
    actions.complete(by=centre_director, enrolment=ends, on=dt.date(2025, 11, 14))
    session = make_session(dt.date(2025, 11, 14))
    actions.open_session(by=educator, session=session)
    assert [a.enrolment for a in session.attendances.all()] == [ends]


def test_a_day_to_come_is_not_opened(enrolled, make_session, educator):
    enrolled()
    session = make_session(dt.date(2025, 11, 21))
    with pytest.raises(actions.SessionToCome):
        actions.open_session(by=educator, session=session)
    assert marks_in(session) == []


def test_saved_twice_is_once(enrolled, make_session, educator):
    one, two = enrolled(), enrolled()
    session = make_session()
    actions.open_session(by=educator, session=session)
    marks = {one.uuid: "LATE", two.uuid: "PRESENT"}
    assert actions.save_roll_call(by=educator, session=session, marks=marks) == 1
    assert actions.save_roll_call(by=educator, session=session, marks=marks) == 0
    assert marks_in(session) == ["LATE", "PRESENT"]
    assert History.objects.filter(verb="save_roll_call").count() == 1


def test_an_unknown_mark_or_learner_changes_nothing(enrolled, make_session, educator, make_group):
    learner = enrolled()
    stranger = enrolled(of=make_group(name="other"))
    session = make_session()
    actions.open_session(by=educator, session=session)
    forged = {learner.uuid: "HERE", stranger.uuid: "PRESENT"}
    assert actions.save_roll_call(by=educator, session=session, marks=forged) == 0
    assert marks_in(session) == ["PRESENT"]


def test_enrolled_after_the_opening_has_no_mark_until_given_one(enrolled, make_session, educator):
    enrolled()
    session = make_session()
    actions.open_session(by=educator, session=session)
    late = enrolled()
    rows = queries.roll_call_of(educator.scope_as(*EVERYBODY), session)
    assert [row["mark"] for row in rows] == ["PRESENT", ""]
    assert actions.save_roll_call(by=educator, session=session, marks={late.uuid: "ABSENT"}) == 1
    assert marks_in(session) == ["PRESENT", "ABSENT"]


def test_closed_refuses_marks_and_a_second_closing(enrolled, make_session, educator):
    learner = enrolled()
    session = make_session()
    actions.open_session(by=educator, session=session)
    stale = Session.unscoped.get(pk=session.pk)
    actions.close_session(by=educator, session=session, marks={learner.uuid: "ABSENT"})
    assert marks_in(session) == ["ABSENT"]
    with pytest.raises(MoveRefused):
        actions.save_roll_call(by=educator, session=stale, marks={learner.uuid: "PRESENT"})
    with pytest.raises(MoveRefused):
        actions.close_session(by=educator, session=session)
    assert marks_in(session) == ["ABSENT"]


def test_late_counts_towards_the_arrival_absent_does_not(enrolled, make_session, educator):
    came, missed = enrolled(), enrolled()
    session = make_session()
    actions.open_session(by=educator, session=session)
    actions.close_session(by=educator, session=session, marks={came.uuid: "LATE", missed.uuid: "ABSENT"})
    counted = {r.case.person_id: r.sessions_attended for r in Referral.unscoped.select_related("case")}
    assert counted == {came.person_id: 1, missed.person_id: 0}


def test_corrected_and_closed_again_counts_nobody_twice(enrolled, make_session, educator):
    came, missed = enrolled(), enrolled()
    session = make_session()
    actions.open_session(by=educator, session=session)
    actions.close_session(by=educator, session=session, marks={missed.uuid: "ABSENT"})
    with pytest.raises(ReasonMissing):
        actions.reopen_session(by=educator, session=session, reason="")
    actions.reopen_session(by=educator, session=session, reason="خطأ في التسجيل")
    actions.close_session(by=educator, session=session, marks={missed.uuid: "PRESENT"})
    counted = {r.case.person_id: r.sessions_attended for r in Referral.unscoped.select_related("case")}
    assert counted == {came.person_id: 1, missed.person_id: 1}
    assert Attendance.objects.filter(is_counted=True).count() == 2


def test_the_page_of_the_roll_call(enrolled, make_session, educator, client_of):
    learner = enrolled()
    session = make_session()
    client, address = client_of(educator), f"/sessions/{session.uuid}/"
    page = client.get(address).content.decode()
    assert f"{address}open/" in page
    assert 'type="radio"' not in page
    assert client.post(f"{address}open/").status_code == 302
    page = client.get(address).content.decode()
    assert f'id="mark-{learner.uuid}-PRESENT" value="PRESENT" checked' in page
    client.post(address, {f"mark-{learner.uuid}": "EXCUSED", "mark-nonsense": "ABSENT", "do": "save"})
    assert marks_in(session) == ["EXCUSED"]
    assert client.post(address, {"do": "close"})["Location"] == f"/groups/{session.group.uuid}/"
    assert client.post(address, {"do": "reopen", "reason": ""}).status_code == 200
    session.refresh_from_db()
    assert session.state == "CLOSED"
    client.post(address, {"do": "reopen", "reason": "x"})
    session.refresh_from_db()
    assert session.state == "OPENED"


def test_marks_typed_while_somebody_closed_are_shown_and_not_lost(enrolled, make_session, educator, client_of):
    learner = enrolled(first_name_ar="سعاد", last_name_ar="المنصوري")
    session = make_session()
    actions.open_session(by=educator, session=session)
    actions.close_session(by=educator, session=session)
    answer = client_of(educator).post(f"/sessions/{session.uuid}/", {f"mark-{learner.uuid}": "ABSENT", "do": "save"})
    assert answer.status_code == 200
    assert answer.context["unsaved"] == [(learner.person, Attendance.Mark.ABSENT.label)]
    assert marks_in(session) == ["PRESENT"]


def test_who_only_reads_marks_nothing(enrolled, make_session, officer, association_manager, client_of):
    learner = enrolled()
    session = make_session()
    actions.open_session(by=officer, session=session)
    for user in (officer, association_manager):
        client = client_of(user)
        assert 'type="radio"' not in client.get(f"/sessions/{session.uuid}/").content.decode()
        answer = client.post(f"/sessions/{session.uuid}/", {f"mark-{learner.uuid}": "ABSENT", "do": "save"})
        assert answer.status_code == 403
    assert marks_in(session) == ["PRESENT"]


def test_nobody_is_marked_present_before_they_came(enrolled, make_session, educator):
    """A forged or late form would give a learner attendance of weeks in which nobody knew them."""
    there, later = enrolled(), enrolled(on=dt.date(2025, 10, 20))
    session = make_session(dt.date(2025, 10, 8))
    actions.open_session(by=educator, session=session)
    actions.save_roll_call(by=educator, session=session, marks={there.uuid: "PRESENT", later.uuid: "PRESENT"})
    assert [row.enrolment for row in session.attendances.all()] == [there]
