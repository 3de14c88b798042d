"""What would be lost: a child's notes read, or a case closed, by an office to which only a name was shown."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from istidrak.outreach import actions as outreach
from istidrak.outreach.models import Case, Contact
from istidrak.people.models import Person, Tie

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
    assert "سعاد" not in far.get(reverse("outreach:todo")).content.decode()


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
