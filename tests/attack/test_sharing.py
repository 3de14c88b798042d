"""What would be lost: a child's notes read, or a case closed, by an office to which only a name was shown."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from istidrak.accounts.models import Assignment
from istidrak.base import history
from istidrak.outreach import actions as outreach
from istidrak.outreach.models import Case, Contact, Sorting
from istidrak.people import actions as people
from istidrak.people.models import Person, SourceRecord, Tie

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 11, 18)


@pytest.fixture
def case(make_person, season, directorate, officer):
    case = outreach.open_case(by=officer, person=make_person(), season=season, directorate=directorate)
    outreach.make_contact(
        by=officer,
        case=case,
        kind="VISIT",
        result="MET",
        date=DAY,
        note="سر الأسرة",
        next_step="زيارة",
        next_step_date=DAY,
        submission=uuid.uuid4(),
    )
    return case


@pytest.fixture
def far(case, other_directorate, other_officer, client_of):
    """The client of an officer to whom the file was shared on request."""
    Tie.objects.create(person=case.person, place_number=other_directorate.place.low, reason="SHARED", since=DAY)
    return client_of(other_officer)


def test_identity_and_path_pass_notes_do_not(far, case):
    for page in (reverse("desk:person", args=[case.person.uuid]), reverse("outreach:case", args=[case.uuid])):
        answer = far.get(page)
        assert answer.status_code == 200
        assert "سر الأسرة" not in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["make_contact", "sort_case", "set_next_step", "case_move", "refer", "raise_concern"]
)
def test_nothing_is_written_on_a_shared_file(far, case, name):
    answer = far.post(reverse(f"outreach:{name}", args=[case.uuid]), {"verb": "close", "reason": "x"})
    assert answer.status_code == 403
    assert Case.unscoped.get(pk=case.pk).state == "FOLLOWED"


def test_facts_and_orientation_of_a_shared_file_are_not_written(far, case):
    person = case.person
    assert far.post(reverse("people:correct", args=[person.uuid]), {"phone": "0600000000"}).status_code == 403
    assert far.post(reverse("people:verify_code", args=[person.uuid])).status_code == 403
    assert far.post(reverse("orientation:case", args=[case.uuid]), {"exit": "FULL_TRAINING"}).status_code == 403


def test_a_shared_case_is_not_on_the_far_officers_list(far, case):
    for page in ("outreach:todo", "outreach:cases"):
        assert "سعاد" not in far.get(reverse(page)).content.decode()
        assert str(case.uuid) not in far.get(reverse(page)).content.decode()


def test_it_is_on_the_list_of_the_office_that_follows_it(client_of, officer, case):
    for page in ("outreach:todo", "outreach:cases"):
        assert str(case.uuid) in client_of(officer).get(reverse(page)).content.decode()


def test_the_same_form_with_another_child_is_not_dropped_in_silence(officer, season, directorate, client_of):
    """After Back, the second child was never written, and the agent was shown the first one."""
    client, sent = client_of(officer), str(uuid.uuid4())
    form = {"directorate": str(directorate.uuid), "quarter": "حي الوحدة", "met_on": "2025-11-20", "submission": sent}
    first = client.post(reverse("outreach:capture"), {**form, "name": "سعاد المنصوري"})
    again = client.post(reverse("outreach:capture"), {**form, "name": "سعاد المنصوري"})
    assert first.status_code == again.status_code == 302
    assert Person.unscoped.count() == 1
    other = client.post(reverse("outreach:capture"), {**form, "name": "عمر الودغيري"})
    assert other.status_code == 200
    assert "عمر الودغيري" in other.content.decode()  # what was typed is kept
    fresh = other.context["form"]["submission"].value()
    assert fresh != sent
    assert (
        client.post(reverse("outreach:capture"), {**form, "submission": fresh, "name": "عمر الودغيري"}).status_code
        == 302
    )
    assert Person.unscoped.count() == 2


def test_a_contact_sent_again_with_another_result_is_said(officer, case):
    sent = uuid.uuid4()
    contact = {"kind": "CALL", "date": DAY, "note": "", "next_step": "", "next_step_date": None, "submission": sent}
    outreach.make_contact(by=officer, case=case, result="ABSENT", **contact)
    outreach.make_contact(by=officer, case=case, result="ABSENT", **contact)
    with pytest.raises(outreach.BadContact):
        outreach.make_contact(by=officer, case=case, result="MET", **contact)
    assert Contact.unscoped.filter(case=case).count() == 2


def test_a_contact_sent_again_with_another_sorting_is_said(officer, case):
    sent = {"kind": "CALL", "result": "ABSENT", "date": DAY, "submission": uuid.uuid4()}
    for _time in range(2):
        outreach.make_contact_and_sort(by=officer, case=case, answers={"family_agrees": None, "wish": "WORK"}, **sent)
    with pytest.raises(outreach.BadContact):
        outreach.make_contact_and_sort(by=officer, case=case, answers={"family_agrees": True, "wish": "WORK"}, **sent)
    assert Sorting.unscoped.filter(case=case).count() == 1


def test_the_same_contact_sent_again_with_an_ending_is_said(officer, case):
    sent = {"kind": "CALL", "result": "REFUSED", "date": DAY, "submission": uuid.uuid4()}
    outreach.make_contact(by=officer, case=case, **sent)
    with pytest.raises(outreach.BadContact):
        outreach.make_contact(by=officer, case=case, outcome="refuse", **sent)


def _correction(page, **typed):
    form = page.context["form"]
    return {name: form[name].value() if form[name].value() is not None else "" for name in form.fields} | typed


def test_a_correction_sent_again_with_another_value_is_said(client_of, officer, case):
    client, person = client_of(officer), case.person
    address = reverse("people:correct", args=[person.uuid])
    typed = _correction(client.get(address), guardian_name="فاطمة")
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 302  # the same once more
    answer = client.post(address, {**typed, "guardian_name": "خديجة", "address": "الزنقة 4"})
    assert answer.status_code == 200
    assert "خديجة" in answer.content.decode() and "الزنقة 4" in answer.content.decode()
    assert answer.context["form"]["submission"].value() != typed["submission"]
    assert answer.context["form"].non_field_errors()
    assert SourceRecord.unscoped.filter(person=person, origin="CORRECTION").count() == 1


def test_a_correction_of_another_file_or_by_another_hand_is_not_taken_for_the_first(
    officer, make_user, make_person, case
):
    sent = uuid.uuid4()
    people.correct(by=officer, person=case.person, changes={"phone": "0611111111"}, version=1, submission=sent)
    with pytest.raises(people.SubmissionReused):
        people.correct(by=officer, person=make_person(), changes={"phone": "0611111111"}, version=1, submission=sent)


def test_a_version_that_never_was_is_stale(officer, case):
    """It would have gone over what others wrote without a question."""
    changes, version = {"phone": "0611111111"}, case.person.version
    with pytest.raises(people.StaleVersion):
        people.correct(by=officer, person=case.person, changes=changes, version=version + 1)
    assert people.correct(by=officer, person=case.person, changes=changes, version=version)


def test_an_officer_elsewhere_does_not_change_the_plan_of_a_stop_here(
    client_of, officer, field_agent, season, directorate, other_directorate
):
    named = {"name_ar": "قافلة", "name_fr": "", "start_date": DAY, "end_date": DAY + dt.timedelta(days=20)}
    campaign = outreach.create_campaign(by=officer, season=season, directorate=directorate, **named)
    team = outreach.create_team(by=officer, campaign=campaign, name="1", members=[field_agent])
    stop = outreach.plan_stop(by=officer, campaign=campaign, date=DAY, quarter="المرسى", team=team)
    Assignment.objects.create(
        user=field_agent, role="DIRECTORATE_OFFICER", organisation=other_directorate, since=dt.date(2020, 9, 1)
    )
    typed = {"families_met": "12", "quarter": "أخرى", "date": "2025-11-25"}
    assert client_of(field_agent).post(reverse("outreach:stop", args=[stop.uuid]), typed).status_code == 302
    stop.refresh_from_db()
    assert (stop.families_met, stop.quarter, stop.date) == (12, "المرسى", DAY)


def test_what_was_noted_at_the_door_is_not_the_reason_of_a_move(officer, case):
    sent = {"kind": "VISIT", "result": "REFUSED", "date": DAY, "note": "سر الأب", "submission": uuid.uuid4()}
    outreach.make_contact(by=officer, case=case, outcome="refuse", **sent)
    assert not [row for row in history.of_threads([case.person]) if "سر الأب" in f"{row.reason} {row.details}"]
