"""Suspended, back to school, and the bounds of days."""

import datetime as dt

import pytest

from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.schooling.models import Stay
from istidrak.training import actions

from .conftest import FIRST, sees_person

NOV = dt.date(2025, 11, 3)


def test_a_suspended_learner_keeps_the_place_and_comes_back(make_group, enrolled, awaited, educator, centre_director):
    group = make_group(name="2", capacity=1, educators=[educator])
    enrolment = enrolled(of=group)
    with pytest.raises(ReasonMissing):
        actions.suspend(by=centre_director, enrolment=enrolment, on=NOV, reason="")
    actions.suspend(by=centre_director, enrolment=enrolment, on=NOV, reason="مرض")
    assert (enrolment.state, enrolment.suspended_date) == ("SUSPENDED", NOV)
    with pytest.raises(actions.GroupFull):
        actions.enrol(by=centre_director, person=awaited(), group=group, on=FIRST)
    assert sees_person(educator, enrolment.person)
    actions.resume(by=centre_director, enrolment=enrolment)
    assert (enrolment.state, enrolment.suspended_date) == ("ENROLLED", None)
    with pytest.raises(MoveRefused):
        actions.resume(by=centre_director, enrolment=enrolment)


def test_back_to_school_ends_the_stay_and_begins_another(enrolled, educator, school, centre_director):
    enrolment = enrolled()
    actions.return_to_school(by=centre_director, enrolment=enrolment, on=NOV, reason="شهادة مدرسية", school=school)
    assert (enrolment.state, enrolment.left_date) == ("RETURNED_TO_SCHOOL", NOV)
    stays = {stay.organisation_id: stay for stay in Stay.unscoped.filter(person=enrolment.person)}
    assert stays[enrolment.group.centre_id].until == NOV
    assert stays[school.pk].status == "REINTEGRATED" and stays[school.pk].since == NOV
    assert not sees_person(educator, enrolment.person)
    assert History.objects.get(verb="return_to_school").reason == "شهادة مدرسية"


@pytest.mark.parametrize("day", [dt.date(2025, 11, 21), dt.date(2015, 1, 1)])
def test_days_that_cannot_be_are_refused_by_the_action(day, awaited, group, centre_director):
    """A list or a script that calls the action must not write a day that the form would refuse."""
    with pytest.raises(actions.BadDay):
        actions.enrol(by=centre_director, person=awaited(), group=group, on=day)


def test_nobody_leaves_before_coming_nor_tomorrow(enrolled, centre_director):
    enrolment = enrolled()
    for day, code in ((dt.date(2025, 10, 5), "BEFORE_ENROLMENT"), (dt.date(2025, 11, 21), "TO_COME")):
        for leave in (actions.drop_out, actions.return_to_school, actions.suspend):
            with pytest.raises(actions.BadDay) as told:
                leave(by=centre_director, enrolment=enrolment, on=day, reason="x")
            assert told.value.code == code
        with pytest.raises(actions.BadDay):
            actions.complete(by=centre_director, enrolment=enrolment, on=day)
    enrolment.refresh_from_db()
    assert enrolment.state == "ENROLLED"


def test_the_page_suspends_and_takes_back(enrolled, centre_director, client_of):
    enrolment, client = enrolled(), client_of(centre_director)
    address = f"/enrolments/{enrolment.uuid}/"
    text = client.post(address, {"do": "suspend", "on": "2025-11-03"}).content.decode()
    assert 'value="2025-11-03"' in text  # the reason is missing, the day stays
    client.post(address, {"do": "suspend", "on": "2025-11-03", "reason": "مرض"})
    enrolment.refresh_from_db()
    assert enrolment.state == "SUSPENDED"
    assert "resume" in client.get(address).content.decode()
    client.post(address, {"do": "resume"})
    client.post(address, {"do": "return_to_school", "on": "2025-11-04", "reason": "عاد إلى الإعدادية"})
    enrolment.refresh_from_db()
    assert enrolment.state == "RETURNED_TO_SCHOOL"


def test_a_supplementary_group_is_said_to_be_one(make_group, centre_director, client_of):
    make_group(name="more", kind="SUPPLEMENTARY")
    text = client_of(centre_director).get("/groups/").content.decode()
    assert "badge-purple" in text
