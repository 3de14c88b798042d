import datetime as dt
import html
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from istidrak.accounts.roles import Educator
from istidrak.orientation import actions as orientation
from istidrak.outreach.models import Case, Referral
from istidrak.people.models import Tie
from istidrak.training import actions
from istidrak.training.models import Enrolment, Group, Insertion, Session

from .conftest import FIRST, PDF

GROUPS, GROUP, ROLL_CALL, INSERTIONS = 5, 18, 8, 5  # queries of a page, whatever its number of rows


@pytest.fixture
def learner(enrolled):
    return enrolled()


def rows_of(answer):
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    return sheet.to_python()


def test_the_centre_director_makes_a_group_once(centre_director, centre, programme, season, client_of):
    client = client_of(centre_director)
    typed = {"centre": centre.pk, "programme": programme.pk, "name": "الفوج الأول", "capacity": ""}
    assert client.post("/groups/new/", typed).status_code == 302
    group = Group.unscoped.get()
    assert (group.name, group.capacity, group.season) == ("الفوج الأول", None, season)
    again = client.post("/groups/new/", typed)
    assert again.status_code == 200
    assert again.context["form"].errors["name"]
    assert 'value="الفوج الأول"' in again.content.decode()  # what was typed stays


def test_a_group_is_not_made_in_another_centre(centre_director, other_centre, programme, season, client_of):
    typed = {"centre": other_centre.pk, "programme": programme.pk, "name": "x"}
    assert client_of(centre_director).post("/groups/new/", typed).status_code == 200
    assert not Group.unscoped.exists()


def test_a_group_needs_an_open_season(centre_director, centre, programme, season, client_of):
    season.state = "CLOSED"
    season.save()
    typed = {"centre": centre.pk, "programme": programme.pk, "name": "x"}
    answer = client_of(centre_director).post("/groups/new/", typed)
    assert answer.context["form"].non_field_errors()


def test_enrolling_from_those_awaited(awaited, make_person, group, centre_director, client_of):
    person, stranger = awaited(), make_person()
    client, address = client_of(centre_director), f"/groups/{group.uuid}/"
    assert list(client.get(address).context["awaited"]) == [person]
    refused = client.post(f"{address}enrol/", {"person": stranger.uuid, "on": "2025-11-20"})
    assert refused.status_code == 200
    assert not Enrolment.unscoped.exists()
    to_come = client.post(f"{address}enrol/", {"person": person.uuid, "on": "2025-11-21"})
    assert to_come.context["enrol_form"].errors["on"]
    assert client.post(f"{address}enrol/", {"person": person.uuid, "on": "2025-11-20"}).status_code == 302
    assert Enrolment.unscoped.get().person == person
    assert list(client.get(address).context["awaited"]) == []
    assert client.post(f"{address}enrol/", {"person": person.uuid, "on": "2025-11-20"}).status_code == 200
    assert Enrolment.unscoped.count() == 1


def test_somebody_known_whom_nobody_sent_is_enrolled_by_the_number_of_the_file(
    group, awaited, make_person, centre, other_centre, centre_director, client_of
):
    known, elsewhere, sent = make_person(), make_person(), awaited()
    Tie.objects.create(person=known, organisation=centre, reason="ENROLLED", since=FIRST)
    Tie.objects.create(person=elsewhere, organisation=other_centre, reason="ENROLLED", since=FIRST)
    client, address = client_of(centre_director), f"/groups/{group.uuid}/enrol/"
    wrong_letter = known.file_number[:-1] + ("A" if known.file_number[-1] != "A" else "B")
    for number in (elsewhere.file_number, wrong_letter, "' OR 1=1", str(known.pk)):
        answer = client.post(address, {"file_number": number, "on": "2025-11-20"})
        assert answer.context["enrol_form"].errors["file_number"]
        assert html.escape(number) in answer.content.decode()  # what was typed stays
    both = client.post(address, {"person": sent.uuid, "file_number": known.file_number, "on": "2025-11-20"})
    assert both.context["enrol_form"].errors["file_number"]
    assert client.post(address, {"on": "2025-11-20"}).context["enrol_form"].errors["person"]
    assert not Enrolment.unscoped.exists()
    arabic = known.file_number.lower().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert client.post(address, {"file_number": arabic, "on": "2025-11-20"}).status_code == 302
    assert Enrolment.unscoped.get().person == known
    again = client.post(address, {"file_number": known.file_number, "on": "2025-11-20"})
    assert again.context["enrol_form"].errors["file_number"]
    assert Enrolment.unscoped.count() == 1


def test_enrolling_keeps_the_decision_behind_it(
    group, awaited, officer, centre, programme, centre_director, client_of
):
    person = awaited()
    decision = orientation.propose(
        by=officer,
        case=Case.unscoped.get(person=person),
        exit="FULL_TRAINING",
        programme=programme,
        receiver=centre,
        departure_reason="دراسة الحالة",
    )
    client, address = client_of(centre_director), f"/groups/{group.uuid}/enrol/"
    orientation.decide(by=officer, decision=decision)
    client.post(address, {"person": person.uuid, "on": "2025-11-20"})
    client.post(address, {"person": awaited().uuid, "on": "2025-11-20"})
    kept = dict(Enrolment.unscoped.values_list("person", "decision"))
    assert kept.pop(person.pk) == decision.pk
    assert list(kept.values()) == [None]


def test_a_full_group_says_so(make_group, awaited, enrolled, centre_director, client_of):
    group = make_group(name="2", capacity=1)
    enrolled(of=group)
    late = awaited()
    answer = client_of(centre_director).post(
        f"/groups/{group.uuid}/enrol/", {"person": late.uuid, "on": "2025-11-20"}
    )
    assert answer.context["enrol_form"].non_field_errors()
    assert Referral.unscoped.get(case__person=late).state == "SENT"


def test_educators_are_those_of_the_centre(group, educator, officer, centre_director, client_of):
    client, address = client_of(centre_director), f"/groups/{group.uuid}/educators/"
    assert client.post(address, {"educators": [officer.pk]}).status_code == 200
    assert list(group.educators.all()) == [educator]
    assert client.post(address, {"educators": []}).status_code == 302
    assert not group.educators.exists()


def test_the_educator_plans_a_session(group, educator, client_of):
    client, address = client_of(educator), f"/groups/{group.uuid}/sessions/"
    refused = client.post(address, {"date": "32/10/2025", "title": "اللغة العربية"})
    assert refused.status_code == 200
    assert "اللغة العربية" in refused.content.decode()
    assert client.post(address, {"date": "2025-11-20", "title": "اللغة العربية"}).status_code == 302
    assert Session.unscoped.get().date == dt.date(2025, 11, 20)
    assert client.post(f"/groups/{group.uuid}/enrol/", {}).status_code == 403


def test_the_page_of_a_learner(learner, centre_director, officer, client_of):
    client, address = client_of(centre_director), f"/enrolments/{learner.uuid}/"
    early = client.post(address, {"do": "drop_out", "on": "2025-10-01", "cause": "WORK"})
    assert early.context["leaving_form"].errors["on"]
    no_cause = client.post(address, {"do": "drop_out", "on": "2025-11-01", "reason": "x"})
    assert no_cause.context["leaving_form"].errors["cause"]
    other = client.post(address, {"do": "drop_out", "on": "2025-11-01", "cause": "OTHER"})
    assert other.context["leaving_form"].errors["reason"]
    completing = f"{address}completing/"
    assert client_of(officer).post(completing, {"on": "2025-11-01", "reason": "x"}).status_code == 403
    learner.refresh_from_db()
    assert learner.state == "ENROLLED"
    client.post(address, {"do": "drop_out", "on": "2025-11-01", "cause": "WORK"})
    learner.refresh_from_db()
    assert (learner.state, learner.left_date) == ("DROPPED_OUT", dt.date(2025, 11, 1))
    assert learner.leaving_cause == "WORK"
    client.post(address, {"do": "take_back"})
    client.post(address, {"do": "take_back"})  # stale: told, not an error
    early = client.post(completing, {"on": "2025-11-19", "reason": "x"})
    assert early.context["form"].errors["on"]  # back since the 20th
    client.post(completing, {"on": "2025-11-20", "reason": "x"})
    learner.refresh_from_db()
    assert learner.state == "COMPLETED"
    typed = {"do": "declare", "kind": "JOB", "where": "ورشة", "since_date": "2025-11-19"}
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 200  # sent twice is declared once
    assert Insertion.unscoped.count() == 1


def test_the_educator_declares_and_proves_and_does_no_more(learner, educator, make_user, centre, client_of):
    client, address = client_of(educator), f"/enrolments/{learner.uuid}/"
    page = client.get(address).content.decode()
    assert 'value="declare"' in page
    assert 'value="complete"' not in page
    assert client.post(f"{address}completing/", {"on": "2025-11-01", "reason": "x"}).status_code == 403
    for verb in ("drop_out", "take_back"):
        assert client.post(address, {"do": verb, "on": "2025-11-01", "reason": "x"}).status_code == 403
    typed = {"do": "declare", "kind": "JOB", "where": "ورشة", "since_date": "2025-11-19"}
    insertion_address = client.post(address, typed)["Location"]
    upload = SimpleUploadedFile("preuve.pdf", PDF, content_type="application/pdf")
    client.post(insertion_address, {"do": "prove", "proof": upload})
    insertion = Insertion.unscoped.get()
    assert (insertion.state, insertion.declared_by) == ("PROVED", educator)
    for verb in ("verify", "not_confirm"):
        assert client.post(insertion_address, {"do": verb, "reason": "x"}).status_code == 403
    colleague = client_of(make_user(Educator, centre))  # of another group
    assert colleague.get(address).status_code == 404
    assert colleague.get(insertion_address).status_code == 404
    assert colleague.post(f"{insertion_address}proof/").status_code == 404


def test_the_directorate_does_not_bring_the_proof_it_verifies(declared, officer, client_of):
    insertion = declared()
    client, address = client_of(officer), f"/insertions/{insertion.uuid}/"
    assert 'value="prove"' not in client.get(address).content.decode()
    upload = SimpleUploadedFile("preuve.pdf", PDF, content_type="application/pdf")
    assert client.post(address, {"do": "prove", "proof": upload}).status_code == 403
    insertion.refresh_from_db()
    assert insertion.state == "DECLARED"


def test_an_answer_without_its_button_writes_nothing(learner, declared, officer, centre_director, client_of):
    """The reason of leaving and the Enter key: no learner completes by it, and no insertion is refused."""
    client_of(centre_director).post(f"/enrolments/{learner.uuid}/", {"on": "2025-11-20", "reason": "عمل"})
    learner.refresh_from_db()
    assert learner.state == "ENROLLED"
    insertion = declared(enrolment=learner)
    client_of(officer).post(f"/insertions/{insertion.uuid}/", {"reason": "x"})
    insertion.refresh_from_db()
    assert insertion.state == "DECLARED"


def test_another_centre_acts_on_its_own_group_alone(learner, other_centre, other_centre_director, client_of):
    """A learner known to two centres: the second sees the person, and changes nothing in the first's group."""
    Tie.objects.create(person=learner.person, organisation=other_centre, reason="REFERRED", since=FIRST)
    client = client_of(other_centre_director)
    assert client.get(f"/enrolments/{learner.uuid}/").status_code == 404
    answer = client.post(f"/enrolments/{learner.uuid}/completing/", {"on": "2025-11-01", "reason": "x"})
    assert answer.status_code == 404
    learner.refresh_from_db()
    assert learner.state == "ENROLLED"


def test_outside_nothing_exists(
    group, learner, make_session, declared, other_officer, other_centre_director, client_of
):
    session, insertion = make_session(), declared()
    for user in (other_officer, other_centre_director):
        client = client_of(user)
        assert client.get("/groups/").context["page"].rows == []
        assert client.get("/insertions/").context["page"].rows == []
        for address in (
            f"/groups/{group.uuid}/",
            f"/sessions/{session.uuid}/",
            f"/enrolments/{learner.uuid}/",
            f"/insertions/{insertion.uuid}/",
        ):
            assert client.get(address).status_code == 404
            assert client.post(address, {"do": "save"}).status_code in {403, 404, 405}
        assert client.post(f"/insertions/{insertion.uuid}/proof/").status_code == 404


def test_workbooks(group, learner, declared, make_session, educator, officer, client_of):
    declared(enrolment=learner)
    session = make_session()
    actions.open_session(by=educator, session=session)
    client = client_of(officer)
    person = learner.person
    listed = [row for row in rows_of(client.get("/groups/?format=xlsx")) if row[0] == "1"]
    assert listed[0][5:] == [1, "", 1]
    learners = rows_of(client.post(f"/groups/{group.uuid}/?format=xlsx"))
    assert [row[-2:] for row in learners if row[0] == person.file_number] == [[1, 100]]
    insertions = rows_of(client.post("/insertions/?format=xlsx"))
    assert [row[6] for row in insertions if row[0] == person.file_number] == ["OFPPT"]


def test_sessions_to_come_and_not_taken_are_two_things(group, make_session, educator, client_of):
    make_session(dt.date(2025, 11, 19)), make_session(dt.date(2025, 11, 21))
    client = client_of(educator)
    client.cookies["django_language"] = "fr"
    assert client.get("/groups/").context["page"].rows[0].waiting == 1


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_the_groups(number, make_group, officer, client_of, django_assert_num_queries):
    for name in range(number):
        make_group(name=str(name))
    client = client_of(officer)
    with django_assert_num_queries(GROUPS):
        assert len(client.get("/groups/").context["page"].rows) == number


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_a_group(
    number, group, enrolled, awaited, declared, make_session, centre_director, client_of, django_assert_num_queries
):
    for day in range(1, number + 1):
        declared(enrolment=enrolled())
        awaited()
        make_session(dt.date(2025, 11, day))
    client = client_of(centre_director)
    with django_assert_num_queries(GROUP):
        assert len(client.get(f"/groups/{group.uuid}/").context["learners"]) == number


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_a_roll_call(number, enrolled, make_session, educator, client_of, django_assert_num_queries):
    for _ in range(number):
        enrolled()
    session = make_session()
    actions.open_session(by=educator, session=session)
    client = client_of(educator)
    with django_assert_num_queries(ROLL_CALL):
        assert len(client.get(f"/sessions/{session.uuid}/").context["rows"]) == number


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_the_insertions(number, declared, officer, client_of, django_assert_num_queries):
    for _ in range(number):
        declared()
    client = client_of(officer)
    with django_assert_num_queries(INSERTIONS):
        assert len(client.get("/insertions/").context["page"].rows) == number
