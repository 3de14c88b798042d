"""Pages of cases, referrals and concerns: what is typed, who may do what, what is never shown."""

import datetime as dt
import uuid
from io import BytesIO

import pytest
import python_calamine
from django.urls import reverse

from istidrak.base.models import AuditRecord
from istidrak.organisations.models import Organisation
from istidrak.outreach import actions
from istidrak.outreach.models import Contact, ProtectionConcern, Referral, Sorting
from istidrak.people import actions as people

TODAY = dt.date(2025, 11, 20)
SECRET = "نص سري جدا"
pytestmark = pytest.mark.django_db


@pytest.fixture
def case(officer, season, directorate, make_person):
    return actions.open_case(
        by=officer, person=make_person(), season=season, directorate=directorate, quarter="حي الوحدة"
    )


@pytest.fixture
def handed(officer, case, field_agent):
    people.tie(by=officer, person=case.person, reason="HANDED", user=field_agent)
    return case


@pytest.fixture
def referral(officer, case, school):
    return actions.refer(by=officer, case=case, receiver=school)


def page_of(name, **kwargs):
    return reverse(f"outreach:{name}", kwargs=kwargs)


def typed(**more):
    return {"submission": str(uuid.uuid4()), "kind": "VISIT", "result": "MET", "date": "2025-11-20", **more}


def test_a_field_agent_writes_a_contact_and_the_sorting_in_one_form(field_agent, handed, client_of):
    url = page_of("make_contact", case=handed.uuid)
    form = typed(
        next_step="زيارة ثانية", next_step_date="2025-11-27", **{"sort-wish": "TRADE", "sort-family_agrees": "no"}
    )
    client = client_of(field_agent)
    for _sent_twice in range(2):
        assert client.post(url, form).status_code == 302
    sorting = Sorting.unscoped.get(case=handed)
    assert (sorting.wish, sorting.family_agrees, sorting.reads_and_writes) == ("TRADE", False, None)
    assert Contact.unscoped.get(case=handed).made_by == field_agent


def test_nothing_is_answered_beforehand(field_agent, handed, client_of):
    page = client_of(field_agent).get(page_of("make_contact", case=handed.uuid)).content.decode()
    assert " checked" not in page


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"date": "2025-11-21"}, "date"),
        ({"next_step": "زيارة"}, "next_step_date"),
        ({"outcome": "refuse"}, "outcome"),
        ({"date": "غدا"}, "date"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(officer, case, client_of, more, field):
    response = client_of(officer).post(page_of("make_contact", case=case.uuid), typed(note="ملاحظة مكتوبة", **more))
    assert response.status_code == 200
    assert response.context["form"].errors[field]
    assert "ملاحظة مكتوبة" in response.content.decode()
    assert not Contact.unscoped.exists()


def test_a_refusal_in_the_form_ends_the_case_for_now(officer, case, client_of):
    client_of(officer).post(page_of("make_contact", case=case.uuid), typed(result="REFUSED", outcome="refuse"))
    case.refresh_from_db()
    assert (case.state, case.comes_back_date) == ("REFUSED", dt.date(2026, 1, 12))


def test_directors_read_the_case_without_what_the_family_said(officer, provincial_director, case, client_of):
    actions.make_contact(by=officer, case=case, kind="CALL", result="MET", date=TODAY, note="كلام الأسرة")
    url = page_of("case", case=case.uuid)
    assert "كلام الأسرة" in client_of(officer).get(url).content.decode()
    assert "كلام الأسرة" not in client_of(provincial_director).get(url).content.decode()


def test_an_agent_sees_only_what_was_handed_over(field_agent, case, client_of):
    client = client_of(field_agent)
    assert client.get(page_of("case", case=case.uuid)).status_code == 404
    assert client.post(page_of("make_contact", case=case.uuid), typed()).status_code == 404
    assert client.get(page_of("cases")).context["page"].rows == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_a_known_number_of_times(
    officer, season, directorate, make_person, client_of, count, django_assert_num_queries
):
    for _n in range(count):
        actions.open_case(by=officer, person=make_person(), season=season, directorate=directorate, quarter="أ")
    client = client_of(officer)
    client.get(page_of("cases"))
    with django_assert_num_queries(LIST_QUERIES):
        assert len(client.get(page_of("cases")).context["page"].rows) == count


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "TO_VISIT"}, 1),
        ({"state": "REFUSED"}, 0),
        ({"quarter": "حي الوحدة"}, 1),
        ({"quarter": "آخر"}, 0),
        ({"team": "NONE"}, 1),
        ({"team": "not-a-team"}, 1),
        ({"season": "1999"}, 1),
    ],
)
def test_the_list_answers_what_is_asked(officer, case, client_of, asked, found):
    assert len(client_of(officer).get(page_of("cases"), asked).context["page"].rows) == found


def test_the_list_finds_a_name_written_otherwise(officer, season, directorate, client_of):
    record = people.record_by_hand(
        by=officer, season=season, facts={"first_name_ar": "محمد", "last_name_ar": "الإدريسي"}, submission=None
    )
    actions.open_case(by=officer, person=record.person, season=season, directorate=directorate)
    client = client_of(officer)
    assert len(client.get(page_of("cases"), {"text": "الادريسي"}).context["page"].rows) == 1
    assert len(client.get(page_of("cases"), {"text": "بوزيان"}).context["page"].rows) == 0


def test_the_receiver_finds_the_referral_and_answers(school_head, referral, client_of):
    client = client_of(school_head)
    assert [row.pk for row, _late, _due in client.get(page_of("referrals")).context["rows"]] == [referral.pk]
    client.post(page_of("referral", referral=referral.uuid), {"verb": "accept"})
    referral.refresh_from_db()
    assert referral.state == "ACCEPTED"


def test_a_receiver_who_refuses_no_longer_sees_the_person(school_head, referral, client_of):
    client, url = client_of(school_head), page_of("referral", referral=referral.uuid)
    assert client.post(url, {"verb": "refuse"}).context["form"].errors["reason"]
    assert client.post(url, {"verb": "refuse", "reason": "لا مقعد"})["Location"] == page_of("referrals")
    assert client.get(url).status_code == 404


def test_a_receiver_does_not_give_up_and_a_stranger_sees_nothing(
    school_head, other_school_head, centre_director, referral, client_of
):
    url = page_of("referral", referral=referral.uuid)
    step = {"next_step": "x", "next_step_date": "2025-12-01"}
    client_of(school_head).post(url, {"verb": "give_up", **step})
    for stranger in (other_school_head, centre_director):
        assert client_of(stranger).get(url).status_code == 404
    referral.refresh_from_db()
    assert referral.state == "SENT"


def test_directors_read_a_referral_and_answer_nothing(provincial_director, referral, client_of):
    client_of(provincial_director).post(page_of("referral", referral=referral.uuid), {"verb": "accept"})
    referral.refresh_from_db()
    assert referral.state == "SENT"


def test_the_officer_answers_in_the_receiver_s_place_and_says_how_they_know(officer, referral, client_of):
    client, url = client_of(officer), page_of("referral", referral=referral.uuid)
    assert client.post(url, {"verb": "accept"}).context["form"].errors["reason"]
    client.post(url, {"verb": "accept", "reason": "مكالمة مع المدير"})
    referral.refresh_from_db()
    assert referral.state == "ACCEPTED"


def test_the_officer_refers_to_a_body_of_the_territory_only(officer, case, school, other_school, client_of):
    client, url = client_of(officer), page_of("refer", case=case.uuid)
    answer = client.post(url, {"receiver": str(other_school.uuid), "due_date": "2025-12-05"})
    assert answer.context["form"].errors["receiver"]
    client.post(url, {"receiver": str(school.uuid), "due_date": "2025-12-05"})
    assert Referral.unscoped.get(case=case).due_date == dt.date(2025, 12, 5)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["83109K", "C1", "83999Z"]),  # the school the person left, then centres, then other schools
        ({"text": "امل"}, ["83999Z"]),
        ({"text": "ecole amal"}, ["83999Z"]),
        ({"text": "83109k"}, ["83109K"]),
        ({"kind": "CENTRE"}, ["C1"]),
        ({"text": "لا شيء"}, []),
    ],
)
def test_a_receiver_is_found_by_name_code_or_kind(
    officer, season, directorate, make_person, school, centre, other_school, client_of, asked, found
):
    Organisation.objects.create(
        kind="SCHOOL",
        code="83999Z",
        name_ar="مدرسة الأمل",
        name_fr="École Al Amal",
        place=directorate.place,
        place_number=directorate.place.low,
    )
    case = actions.open_case(by=officer, person=make_person(), season=season, directorate=directorate, school=school)
    page = client_of(officer).get(page_of("refer", case=case.uuid), asked)
    assert [body.code for body in page.context["found"].rows] == found


def test_a_receiver_that_the_search_does_not_show_stays_chosen_beside_an_error(officer, case, school, client_of):
    url = page_of("refer", case=case.uuid) + "?text=none"
    page = client_of(officer).post(url, {"receiver": str(school.uuid), "due_date": ""}).content.decode()
    assert f'<option value="{school.uuid}" selected>' in page
    assert (
        client_of(officer).post(url, {"receiver": "x", "due_date": "2025-12-05"}).context["form"].errors["receiver"]
    )


def test_a_month_after_the_arrival_the_head_is_asked_to_confirm(school_head, officer, referral, client_of, settings):
    actions.answer_referral(by=school_head, referral=referral, verb="arrive", on=TODAY)
    client, ask = client_of(school_head), {"show": "to_confirm"}
    settings.PINNED_TODAY = TODAY + dt.timedelta(days=29)
    assert client.get(page_of("referrals"), ask).context["rows"] == []
    settings.PINNED_TODAY = TODAY + dt.timedelta(days=30)
    assert [(row.pk, due) for row, _late, due in client.get(page_of("referrals"), ask).context["rows"]] == [
        (referral.pk, True)
    ]


def test_three_visits_that_met_nobody_offer_not_found(officer, case, client_of):
    client, url = client_of(officer), page_of("case", case=case.uuid)
    for expected in (False, False, True):
        actions.make_contact(by=officer, case=case, kind="VISIT", result="ABSENT", date=TODAY)
        assert client.get(url).context["is_to_be_lost"] is expected
    case.refresh_from_db()
    assert case.state == "FOLLOWED"


def test_a_confidential_text_is_opened_by_an_answer_and_is_in_no_page_or_list(
    officer, field_agent, handed, client_of
):
    client_of(field_agent).post(page_of("raise_concern", case=handed.uuid), {"text": SECRET})
    concern = ProtectionConcern.unscoped.get(case=handed)
    officers, agents = client_of(officer), client_of(field_agent)
    url = page_of("concern", concern=concern.uuid)
    for client in (officers, agents):
        for path in (url, page_of("case", case=handed.uuid), page_of("todo")):
            assert SECRET not in client.get(path).content.decode()
    read = page_of("read_concern", concern=concern.uuid)
    assert officers.get(read).status_code == 405
    assert agents.post(read, {"reason": "x"}).status_code == 403
    assert SECRET not in officers.post(read, {"reason": ""}).content.decode()
    opened = officers.post(read, {"reason": "معالجة اليوم"})
    assert SECRET in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    assert AuditRecord.objects.get(verb="read_concern").by == officer
    workbook = officers.post(page_of("cases"), query_params={"format": "xlsx"}).content
    cells = [
        str(cell)
        for row in python_calamine.load_workbook(BytesIO(workbook)).get_sheet_by_index(0).to_python()
        for cell in row
    ]
    assert handed.person.file_number in cells
    assert SECRET not in cells


def test_an_officer_of_elsewhere_does_not_know_of_a_concern(field_agent, other_officer, handed, client_of):
    concern = actions.raise_concern(by=field_agent, case=handed, text=SECRET)
    client = client_of(other_officer)
    assert client.get(page_of("concern", concern=concern.uuid)).status_code == 404
    assert client.post(page_of("read_concern", concern=concern.uuid), {"reason": "x"}).status_code == 404


def test_closing_from_the_page_needs_a_reason(officer, case, client_of):
    client, url = client_of(officer), page_of("case_move", case=case.uuid)
    client.post(url, {"verb": "close"})
    case.refresh_from_db()
    assert case.state == "TO_VISIT"
    client.post(url, {"verb": "close", "reason": "انتقلت"})
    case.refresh_from_db()
    assert case.state == "CLOSED"
    assert client.post(url, {"verb": "arrive"}).status_code == 404


LIST_QUERIES = 10
