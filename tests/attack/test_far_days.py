"""What would be lost: a child whose next step a mistyped year put beyond anybody's list; a page that breaks."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from istidrak.outreach import actions as outreach
from istidrak.outreach.models import Case, Contact
from istidrak.training import actions as training
from istidrak.training.models import Session

pytestmark = pytest.mark.django_db
TODAY = dt.date(2025, 11, 20)


@pytest.fixture
def case(make_person, season, directorate, officer):
    return outreach.open_case(by=officer, person=make_person(), season=season, directorate=directorate)


@pytest.mark.parametrize("day", ["1900-01-01", "0001-01-01", "2024-12-31", "9999-12-31"])
def test_a_contact_of_a_far_day_is_refused_beside_the_day(client_of, officer, case, day):
    typed = {"kind": "VISIT", "result": "REFUSED", "outcome": "refuse", "date": day, "note": "كلام الأب"}
    address = reverse("outreach:make_contact", args=[case.uuid])
    answer = client_of(officer).post(address, {**typed, "submission": str(uuid.uuid4())})
    assert answer.status_code == 200
    assert answer.context["form"].errors["date"]
    assert "كلام الأب" in answer.content.decode()
    assert not Contact.unscoped.filter(case=case).exists()
    with pytest.raises(outreach.BadContact):
        typed |= {"date": dt.date.fromisoformat(day), "submission": uuid.uuid4()}
        outreach.make_contact(by=officer, case=case, **typed)


def test_the_first_day_of_the_season_s_year_is_taken(officer, case):
    first = dt.date(2025, 1, 1)
    outreach.make_contact(
        by=officer, case=case, kind="VISIT", result="REFUSED", outcome="refuse", date=first, submission=uuid.uuid4()
    )
    assert Case.unscoped.get(pk=case.pk).comes_back_date > TODAY


@pytest.mark.parametrize(("day", "is_taken"), [("2026-11-20", True), ("2026-11-21", False), ("9999-12-31", False)])
def test_a_next_step_is_within_a_year(client_of, officer, case, day, is_taken):
    client, step = client_of(officer), {"next_step": "زيارة", "next_step_date": day}
    contact = {"kind": "VISIT", "result": "MET", "date": "2025-11-20", "submission": str(uuid.uuid4()), **step}
    for name, typed in (("set_next_step", step), ("make_contact", contact)):
        answer = client.post(reverse(f"outreach:{name}", args=[case.uuid]), typed)
        assert (answer.status_code == 302) is is_taken
        if not is_taken:
            assert answer.context["form"].errors["next_step_date"]
            assert "زيارة" in answer.content.decode()
    assert (Case.unscoped.get(pk=case.pk).next_step_date is not None) is is_taken


def test_a_referral_is_awaited_within_a_year(client_of, officer, case, school):
    address = reverse("outreach:refer", args=[case.uuid])
    answer = client_of(officer).post(address, {"receiver": str(school.uuid), "due_date": "9999-12-31"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["due_date"]


def test_somebody_met_before_the_season_is_asked_about(client_of, officer, season, directorate):
    typed = {"directorate": str(directorate.uuid), "quarter": "حي الوحدة", "name": "سعاد المنصوري"}
    typed |= {"met_on": "1900-01-01", "submission": str(uuid.uuid4())}
    answer = client_of(officer).post(reverse("outreach:capture"), typed)
    assert answer.context["form"].errors["met_on"]
    assert "سعاد المنصوري" in answer.content.decode()


def test_sessions_and_enrolments_are_of_the_season(client_of, centre_director, officer, season, centre, programme):
    group = training.create_group(
        by=centre_director, season=season, centre=centre, programme=programme, name="1", educators=[]
    )
    client = client_of(centre_director)
    for day in ("1900-01-01", "9999-12-31"):
        answer = client.post(reverse("training:session_create", args=[group.uuid]), {"date": day})
        assert answer.context["session_form"].errors["date"]
        answer = client.post(reverse("training:enrol", args=[group.uuid]), {"on": day})
        assert answer.context["enrol_form"].errors["on"]
    assert not Session.unscoped.filter(group=group).exists()
