import datetime as dt
import re
import uuid

import pytest

from istidrak.accounts.roles import EVERYBODY, SocialWorker
from istidrak.base.models import AuditRecord, History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.outreach.models import Case
from istidrak.people.actions import SubmissionReused
from istidrak.people.models import Person
from istidrak.training import actions
from istidrak.training.facts.applications import open_places
from istidrak.training.models import Application, Consent, Enrolment, Guardianship, PaperOfApplication
from istidrak.training.queries.applications import places_to_offer, waiting_lists

from .conftest import FIRST, PDF, sees_person

ASKED = dt.date(2025, 10, 5)
NEW = {"full_name_ar": "ليلى العلوي", "sex": "F", "birth_date": dt.date(2009, 3, 1)}


@pytest.fixture
def ask(centre_director, centre, programme, season):
    """A request of somebody new, or of `person`."""

    def make(person=None, on=ASKED, submission=None, **more):
        facts = None if person else {**NEW, "full_name_ar": f"ليلى {uuid.uuid4().hex[:6]}"}
        given = {"person": person, "facts": more.pop("facts", facts), "requested_date": on, **more}
        return actions.receive_application(
            by=centre_director,
            centre=centre,
            programme=programme,
            season=season,
            submission=submission or uuid.uuid4(),
            **given,
        )

    return make


@pytest.fixture
def complete_file(centre_director):
    """Guardian and agreement, so that the conditions are met."""

    def do(application):
        actions.state_guardian(by=centre_director, person=application.person, name="أحمد", kinship="FATHER")
        actions.record_consent(
            by=centre_director,
            person=application.person,
            centre=application.centre,
            kind="ENROLMENT",
            giver="GUARDIAN",
            giver_name="أحمد",
            given_date=ASKED,
        )
        return application

    return do


@pytest.fixture
def social_worker(make_user, centre):
    return make_user(SocialWorker, centre)


def test_somebody_who_comes_gets_a_file_a_case_and_a_number(ask, centre_director, directorate):
    application = ask()
    assert (application.state, application.origin) == ("PRE_REGISTERED", "WALK_IN")
    assert re.fullmatch(r"A\d{7}-[0-9A-Z]", application.number)
    assert sees_person(centre_director, application.person)
    assert Case.unscoped.get(person=application.person).directorate == directorate
    assert History.objects.get(verb="pre_register").thread == f"people.person:{application.person_id}"


def test_the_same_form_twice_is_one_request_and_another_child_is_refused(ask):
    form = uuid.uuid4()
    first = ask(facts=NEW, submission=form)
    assert ask(facts=NEW, submission=form) == first
    assert Person.unscoped.filter(full_name_ar=NEW["full_name_ar"]).count() == 1
    with pytest.raises(SubmissionReused):
        ask(facts={**NEW, "full_name_ar": "طفل آخر"}, submission=form)
    assert Application.unscoped.count() == 1


def test_one_open_request_a_person_and_place(ask):
    first = ask()
    with pytest.raises(actions.AlreadyApplied) as told:
        ask(person=first.person)
    assert told.value.application == first


def test_a_day_to_come_or_long_ago_is_refused_and_nobody_is_made(ask):
    for day in (dt.date(2025, 11, 21), dt.date(2015, 10, 5)):
        with pytest.raises(actions.BadDay):
            ask(on=day)
    assert not Application.unscoped.exists() and not Person.unscoped.exists()


def test_what_is_not_known_blocks_by_name_and_an_exception_is_kept(ask, centre_director, make_group):
    make_group(capacity=5)
    application = ask()
    with pytest.raises(actions.NotAcceptable) as told:
        actions.accept(by=centre_director, application=application)
    assert {f.code: f.outcome.value for f in told.value.findings.findings} == {
        "age": "MET",
        "guardian": "UNKNOWN",
        "agreement": "UNKNOWN",
    }
    actions.accept(by=centre_director, application=application, exception_reason="الأب مسافر")
    application.refresh_from_db()
    assert (application.state, application.exception_reason) == ("ACCEPTED", "الأب مسافر")
    assert {f["code"] for f in application.findings["findings"]} == {"age", "guardian", "agreement"}
    assert History.objects.get(verb="accept").reason == "الأب مسافر"


def test_a_complete_file_is_accepted_without_exception(ask, complete_file, centre_director):
    application = complete_file(ask())
    actions.accept(by=centre_director, application=application, exception_reason="لا حاجة")
    assert (application.state, application.exception_reason) == ("ACCEPTED", "")


def test_the_last_place_is_promised_once(ask, complete_file, make_group, centre_director, centre, programme, season):
    make_group(capacity=1)
    first, second = complete_file(ask()), complete_file(ask())
    actions.accept(by=centre_director, application=first)
    assert open_places(centre, programme, season) == 0
    with pytest.raises(actions.NoPlaceLeft):
        actions.accept(by=centre_director, application=second)
    second.refresh_from_db()
    assert second.state == "PRE_REGISTERED"
    actions.put_on_waiting_list(by=centre_director, application=second)
    assert places_to_offer(centre_director.scope_as(*EVERYBODY), season) == 0
    actions.answer_no(by=centre_director, application=first, verb="withdraw", reason="سافرت الأسرة")
    assert places_to_offer(centre_director.scope_as(*EVERYBODY), season) == 1


def test_two_directors_answer_at_once_and_the_second_is_told(ask, complete_file, centre_director):
    application = complete_file(ask())
    stale = Application.unscoped.get(pk=application.pk)
    actions.answer_no(by=centre_director, application=application, verb="refuse", reason="خارج السن")
    with pytest.raises(MoveRefused):
        actions.accept(by=centre_director, application=stale)


def test_a_refusal_needs_its_reason_and_may_be_examined_again(ask, centre_director):
    application = ask()
    with pytest.raises(ReasonMissing):
        actions.answer_no(by=centre_director, application=application, verb="refuse", reason=" ")
    actions.answer_no(
        by=centre_director, application=application, verb="refuse", reason="خارج السن", other_possibility="التكوين"
    )
    another = ask(person=application.person)
    with pytest.raises(actions.AlreadyApplied):
        actions.examine_again(by=centre_director, application=application, reason="وثيقة جديدة")
    actions.answer_no(by=centre_director, application=another, verb="withdraw", reason="طلب مكرر")
    actions.examine_again(by=centre_director, application=application, reason="وثيقة جديدة")
    assert (application.state, application.answer_reason) == ("UNDER_STUDY", "")


def test_enrolling_ends_the_request_and_without_one_makes_the_file(ask, group, awaited, centre_director, season):
    application = ask()
    enrolment = actions.enrol(by=centre_director, person=application.person, group=group, on=FIRST)
    application.refresh_from_db()
    assert (application.state, application.enrolment) == ("ENROLLED", enrolment)
    direct = actions.enrol(by=centre_director, person=awaited(), group=group, on=FIRST)
    assert Application.unscoped.get(enrolment=direct).origin == "DIRECT"


def test_the_waiting_list_has_its_order_and_says_why(ask, centre_director, centre, season):
    late = ask(on=dt.date(2025, 10, 9), facts={**NEW, "full_name_ar": "متأخرة"})
    early = ask(on=dt.date(2025, 10, 2), facts={**NEW, "full_name_ar": "مبكرة"})
    old = ask(on=dt.date(2025, 10, 9), facts={**NEW, "full_name_ar": "كبيرة", "birth_date": dt.date(2007, 5, 1)})
    nobody = ask(on=dt.date(2025, 10, 1), facts={"full_name_ar": "بلا تاريخ"})
    for row in (late, early, old, nobody):
        actions.put_on_waiting_list(by=centre_director, application=row)

    def order():
        (one,) = waiting_lists(centre_director.scope_as(*EVERYBODY), centre, season)
        return [line.application for line in one.lines], one.lines

    rows, lines = order()
    assert rows == [old, early, late, nobody]  # passes the age soonest; then the day; unknown birth last
    assert any("2025" in why for why in lines[0].why) and not lines[0].is_offered
    with pytest.raises(ReasonMissing):
        actions.move_on_waiting_list(by=centre_director, application=nobody, place=1, reason="")
    actions.move_on_waiting_list(by=centre_director, application=nobody, place=1, reason="حالة اجتماعية")
    rows, lines = order()
    assert rows == [nobody, old, early, late]
    assert "حالة اجتماعية" in lines[0].why[0]
    actions.answer_no(by=centre_director, application=early, verb="withdraw", reason="x")
    with pytest.raises(actions.NotWaiting):
        actions.move_on_waiting_list(by=centre_director, application=early, place=1, reason="x")


def test_guardian_statements_stay_and_the_same_is_kept_once(ask, centre_director):
    person = ask().person
    for name in ("أحمد", "أحمد", "فاطمة"):
        actions.state_guardian(by=centre_director, person=person, name=name, kinship="MOTHER")
    assert [row.name for row in Guardianship.unscoped.filter(person=person)] == ["فاطمة", "أحمد"]


def test_a_consent_stands_once_and_withdrawn_blocks_again(ask, complete_file, centre_director):
    application = complete_file(ask())
    given = Consent.unscoped.get()
    with pytest.raises(actions.AlreadyGiven):
        complete_file(application)
    with pytest.raises(ReasonMissing):
        actions.withdraw_consent(by=centre_director, consent=given, on=FIRST, reason="")
    actions.withdraw_consent(by=centre_director, consent=given, on=FIRST, reason="غيرت الأسرة رأيها")
    with pytest.raises(actions.NotAcceptable) as told:
        actions.accept(by=centre_director, application=application)
    assert told.value.findings.findings[2].outcome.value == "NOT_MET"


def test_documents_saved_twice_change_once(ask, centre_director):
    application = ask()
    said = {"PHOTO": ("RECEIVED", ""), "BIRTH": ("MISSING", "يطلبها من الجماعة"), "IDENTITY": ("", "")}
    assert actions.record_papers(by=centre_director, application=application, papers=said) == 2
    assert actions.record_papers(by=centre_director, application=application, papers=said) == 0
    actions.record_papers(by=centre_director, application=application, papers={"PHOTO": ("", "")})
    assert list(PaperOfApplication.objects.values_list("code", flat=True)) == ["BIRTH"]


# Pages


def _post(client, application, do, **data):
    return client.post(f"/requests/{application.uuid}/", {"do": do, **data}, follow=True)


def test_a_family_is_received_from_the_form_to_the_receipt(client_of, centre_director, centre, programme, season):
    client = client_of(centre_director)
    form = {
        "submission": str(uuid.uuid4()),
        "centre": centre.uuid,
        "programme": programme.code,
        "requested_date": "2025-10-05",
        "name": "سلمى الإدريسي",
        "sex": "F",
        "birth_date": "2009-03-01",
        "no_massar_reason": "NEVER_SCHOOLED",
        "next_step": "مقابلة",
        "next_step_date": "2025-11-25",
    }
    assert client.post("/requests/new/", form).status_code == 302
    assert client.post("/requests/new/", form).status_code == 302  # a double click
    application = Application.unscoped.get()
    text = client.get(f"/requests/{application.uuid}/receipt/?in=ar").content.decode()
    assert application.number in text and "سلمى" in text and "مقابلة" in text and 'dir="rtl"' in text
    assert 'dir="ltr"' in client.get(f"/requests/{application.uuid}/receipt/?in=fr").content.decode()


def test_what_is_typed_stays_when_nobody_is_meant(client_of, centre_director, centre, programme, season):
    client = client_of(centre_director)
    form = {"submission": str(uuid.uuid4()), "centre": centre.uuid, "programme": programme.code}
    text = client.post("/requests/new/", {**form, "next_step": "مقابلة"}).content.decode()
    assert "مقابلة" in text and not Application.unscoped.exists()


def test_the_refusal_in_print_says_why_and_whom_to_ask(client_of, ask, centre_director, centre):
    application = ask()
    actions.name_contact(by=centre_director, centre=centre, name="نادية", phone="0612345678")
    client = client_of(centre_director)
    page = _post(
        client,
        application,
        "answer_no",
        verb="refuse",
        reason="السن أكبر من سن البرنامج",
        other_possibility="التكوين المهني",
    )
    assert page.status_code == 200
    text = client.get(f"/requests/{application.uuid}/receipt/").content.decode()
    assert not client.get(f"/requests/{application.uuid}/").context["owes_papers"]  # no family runs for them
    assert all(word in text for word in ("السن أكبر من سن البرنامج", "التكوين المهني", "نادية", "0612345678"))


def test_the_page_says_what_is_to_complete_and_accepts_with_a_reason(client_of, ask, centre_director, group):
    application, client = ask(), client_of(centre_director)
    _post(client, application, "accept", exception_reason="")
    application.refresh_from_db()
    assert application.state == "PRE_REGISTERED"
    _post(client, application, "accept", exception_reason="بموافقة اللجنة")
    _post(client, application, "enrol", group=group.uuid, on="2025-10-06")
    application.refresh_from_db()
    assert application.state == "ENROLLED" and Enrolment.unscoped.get().group == group


def test_the_social_worker_completes_and_does_not_answer(client_of, ask, social_worker):
    application, client = ask(), client_of(social_worker)
    assert _post(client, application, "accept", exception_reason="x").status_code == 403
    _post(client, application, "guardian", name="أحمد", kinship="FATHER", is_legal_representative="YES", phone="")
    assert Guardianship.unscoped.get().is_legal_representative is True


def test_a_minor_does_not_sign_alone(client_of, ask, centre_director):
    application, client = ask(), client_of(centre_director)
    _post(client, application, "consent", kind="ENROLMENT", giver="SELF", given_date="2025-10-05")
    assert not Consent.unscoped.exists()


def test_the_paper_is_a_file_to_keep_and_its_opening_is_recorded(client_of, ask, centre_director):
    from django.core.files.uploadedfile import SimpleUploadedFile

    application, client = ask(), client_of(centre_director)
    paper = SimpleUploadedFile("موافقة.pdf", PDF)
    _post(
        client,
        application,
        "consent",
        kind="DATA",
        giver="GUARDIAN",
        giver_name="أحمد",
        given_date="2025-10-05",
        paper=paper,
    )
    consent = Consent.unscoped.get()
    address = f"/consents/{consent.uuid}/paper/"
    assert client.get(address).status_code == 405
    answer = client.post(address)
    assert answer.content == PDF and answer["Content-Disposition"].startswith("attachment")
    assert AuditRecord.objects.get(verb="open_consent_paper").by == centre_director


def test_the_paper_that_comes_later_joins_its_consent_and_is_never_replaced(
    client_of, ask, complete_file, centre_director, other_centre_director
):
    """A family that signs on Monday and brings the paper on Friday does not have to take its consent back."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    application = complete_file(ask())
    consent, client = Consent.unscoped.get(), client_of(centre_director)
    address = f"/consents/{consent.uuid}/add-paper/"

    def add(data, by=client):
        return by.post(address, {"paper": SimpleUploadedFile("موافقة.pdf", data)}, follow=True)

    assert address in client.get(f"/requests/{application.uuid}/").content.decode()
    assert add(PDF, client_of(other_centre_director)).status_code == 404
    add(b"<html>")
    consent.refresh_from_db()
    assert not consent.paper_digest
    add(PDF), add(PDF)
    page = add(PDF + b"another").content.decode()
    assert client.post(f"/consents/{consent.uuid}/paper/").content == PDF
    assert address not in page and "لهذه الموافقة ورقتها" in page
    kept = History.objects.get(verb="add_consent_paper")
    assert (kept.by, kept.thread) == (centre_director, f"people.person:{consent.person_id}")


def test_the_request_of_another_centre_does_not_exist(client_of, ask, other_centre_director, other_officer):
    application = ask()
    for user in (other_centre_director, other_officer):
        client = client_of(user)
        assert client.get(f"/requests/{application.uuid}/").status_code == 404
        assert client.get(f"/requests/{application.uuid}/receipt/").status_code == 404
        assert client.get("/requests/?state=ALL").content.decode().count(application.number) == 0
    assert _post(client_of(other_centre_director), application, "accept", exception_reason="x").status_code == 404


def test_the_directorate_reads_and_does_not_answer(client_of, ask, officer):
    application, client = ask(), client_of(officer)
    assert client.get(f"/requests/{application.uuid}/").status_code == 200
    assert _post(client, application, "accept", exception_reason="x").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_requests(rows, client_of, ask, centre_director, django_assert_num_queries):
    for _row in range(rows):
        ask()
    client = client_of(centre_director)
    client.get("/requests/")
    with django_assert_num_queries(7):
        assert client.get("/requests/").content.decode().count("A000") >= rows


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_waiting_list(rows, client_of, ask, centre_director, centre, django_assert_num_queries):
    for _row in range(rows):
        actions.put_on_waiting_list(by=centre_director, application=ask())
    client = client_of(centre_director)
    with django_assert_num_queries(15):
        assert client.get(f"/centres/{centre.uuid}/waiting-list/").status_code == 200


def test_workbooks_of_requests_and_waiting(client_of, ask, centre_director, centre):
    actions.put_on_waiting_list(by=centre_director, application=ask())
    client = client_of(centre_director)
    for address in ("/requests/?format=xlsx", f"/centres/{centre.uuid}/waiting-list/?format=xlsx"):
        assert client.post(address)["Content-Type"].endswith("sheet")
