"""A family that objects: who answers until when, and one corrected absence from the school to the money."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from istidrak.accounts.roles import ComplaintsOfficer
from istidrak.base import days, workflow
from istidrak.people.actions import SubmissionReused
from istidrak.support import noticing
from istidrak.support.actions import absences
from istidrak.support.actions import families as actions
from istidrak.support.actions import instalments as instalment_actions
from istidrak.support.models import (
    Adjustment,
    Complaint,
    Line,
    MonthAbsence,
    MonthSheet,
    Payment,
    Registration,
)
from istidrak.support.queries import complaints as queries
from istidrak.support.replaying import replay
from istidrak.support.rules.absences import Counts
from tests.support.conftest import compute_again

pytestmark = pytest.mark.django_db
TEXT = "ابنتي كانت مريضة في أكتوبر ومعها شهادة طبية"


def kept(pupil, by, **more):
    said = {"about": "AMOUNT", "channel": "COUNTER", "text": TEXT, "received_date": days.today(), "month": 201810}
    return actions.register_complaint(by=by, registration=pupil, **{**said, **more})


def page(complaint, name="complaint"):
    return reverse(f"support:{name}", kwargs={"complaint": complaint.uuid})


def test_one_corrected_absence_changes_money_notice_and_replay(
    village, computed, signers, client_of, school_head, directorate
):
    (pupil,) = village.family("5AP")
    village.sheets()
    absence = village.absent(pupil, 201810, unexcused_days=9)
    coordinator = signers["SUPPORT_COORDINATOR"]
    first = instalment_actions.save(by=coordinator, instalment=computed())
    lines = list(Line.unscoped.order_by("month").values())
    officer = client_of(signers["COMPLAINTS_OFFICER"])
    said = {"about": "AMOUNT", "channel": "COUNTER", "text": TEXT, "month": "201810", "submission": uuid.uuid4()}
    create = reverse("support:complaint_create", kwargs={"registration": pupil.uuid})
    officer.post(create, {**said, "received_date": days.today().isoformat()})
    complaint = Complaint.unscoped.get()
    assert "adjust_cause" not in officer.get(page(complaint)).content.decode()

    counts = Counts(unexcused_days=0, excused_days=9, unexcused_hours=0, excused_hours=0)
    sheet = MonthSheet.unscoped.get(month=201810)
    absences.correct(
        by=school_head, sheet=sheet, registration=pupil, counts=counts, reason="شهادة طبية", version=absence.version
    )
    assert "adjust_cause" in officer.get(page(complaint)).content.decode()
    officer.post(page(complaint), {"do": "adjust", "cause": "شهادة طبية قدمتها الأم"})
    officer.post(page(complaint), {"do": "adjust", "cause": "مرة ثانية"})
    assert Adjustment.unscoped.get().amount == 100_00
    officer.post(page(complaint), {"do": "accept", "text": "صحح الغياب، ويضاف المبلغ إلى الدفعة المقبلة."})
    complaint.refresh_from_db()
    assert (complaint.state, complaint.answered_by) == ("ACCEPTED", signers["COMPLAINTS_OFFICER"])
    notice = noticing.notice_of(pupil, 201810)
    assert (notice.amount, notice.due) == (0, 100_00)
    letter = officer.get(page(complaint, "complaint_letter")).content.decode()
    assert "صحح الغياب" in letter and "réclamation" in letter

    village.sheets(months=(201901, 201902, 201903))
    second = instalment_actions.open_instalment(by=coordinator, body=directorate, school_year=2018, number=2)
    second = instalment_actions.save(by=coordinator, instalment=compute_again(second, coordinator))
    carried = Payment.unscoped.get(instalment=second)
    assert carried.amount == 3 * 100_00 + 100_00
    assert (
        carried.reference
        in officer.get(
            reverse("support:notice", kwargs={"registration": pupil.uuid}) + "?month=201810"
        ).content.decode()
    )
    assert list(Line.unscoped.filter(instalment=first).order_by("month").values()) == lines
    again = replay(first)
    assert again.is_same and again.amount == first.amount


def test_who_registers_holds_it_and_a_school_hands_it_to_the_officer(village, signers, school_head, directorate):
    (pupil,) = village.family("5AP")
    village.school.parent = directorate
    village.school.save()
    pupil = Registration.unscoped.get(pk=pupil.pk)
    officer = signers["COMPLAINTS_OFFICER"]
    mine = kept(pupil, officer)
    assert mine.holder == officer
    assert mine.due_date == days.today() + dt.timedelta(days=30)
    assert kept(pupil, school_head, channel="SCHOOL").holder == officer
    officer.assignments.all().delete()
    assert kept(pupil, school_head, channel="SCHOOL").holder == signers["SUPPORT_COORDINATOR"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"month": 201909}, "month"),
        ({"received_date": dt.date(2999, 1, 1)}, "future"),
        ({"text": "   "}, "empty"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(village, signers, said, code):
    (pupil,) = village.family("5AP")
    with pytest.raises(actions.ComplaintRefused, match=code):
        kept(pupil, signers["COMPLAINTS_OFFICER"], **said)
    assert not Complaint.unscoped.exists()


def test_a_school_of_a_directorate_without_an_officer_is_told(village, school_head):
    (pupil,) = village.family("5AP")
    with pytest.raises(actions.ComplaintRefused, match="nobody"):
        kept(pupil, school_head)


def test_the_same_form_twice_is_one_complaint_and_with_other_words_none(village, signers):
    (pupil,) = village.family("5AP")
    officer, submission = signers["COMPLAINTS_OFFICER"], uuid.uuid4()
    first = kept(pupil, officer, submission=submission)
    assert kept(pupil, officer, submission=submission) == first
    with pytest.raises(SubmissionReused):
        kept(pupil, officer, submission=submission, text="شيء آخر")
    assert Complaint.unscoped.count() == 1


def test_an_answer_needs_its_reason_and_is_given_once(village, signers, make_user, directorate):
    (pupil,) = village.family("5AP")
    officer = signers["COMPLAINTS_OFFICER"]
    complaint = kept(pupil, officer)
    with pytest.raises(workflow.ReasonMissing):
        actions.answer(by=officer, complaint=complaint, verb="refuse", text=" ")
    other = make_user(ComplaintsOfficer, directorate)
    actions.take_up(by=other, complaint=complaint)
    assert Complaint.unscoped.get().holder == other
    actions.answer(by=other, complaint=Complaint.unscoped.get(), verb="refuse", text="الغياب غير مبرر")
    with pytest.raises(workflow.MoveRefused):
        actions.answer(by=officer, complaint=Complaint.unscoped.get(), verb="accept", text="نعم")
    with pytest.raises(workflow.MoveRefused):
        actions.take_up(by=officer, complaint=Complaint.unscoped.get())
    assert Complaint.unscoped.get().answer == "الغياب غير مبرر"


def test_the_most_late_come_first_and_answered_ones_last(village, signers):
    officer = signers["COMPLAINTS_OFFICER"]
    ages = {"fresh": 0, "late": 50, "later": 70, "done": 90}
    rows = {
        name: kept(village.family("5AP")[0], officer, received_date=days.today() - dt.timedelta(days=age))
        for name, age in ages.items()
    }
    actions.answer(by=officer, complaint=rows["done"], verb="refuse", text="…")
    scope = officer.scope_as(ComplaintsOfficer)
    found = queries.shown(list(queries.complaints(scope)))
    assert [(shown.row, shown.days_late) for shown in found] == [
        (rows["later"], 40),
        (rows["late"], 20),
        (rows["fresh"], 0),
        (rows["done"], 0),
    ]
    assert queries.counts(scope) == {"OPEN": 3, "LATE": 2}


def test_a_pupil_of_the_family_in_a_school_out_of_sight_is_not_named(
    village, computed, signers, client_of, school_head, other_school
):
    type(other_school).objects.filter(pk=other_school.pk).update(
        milieu="RURAL", place_number=village.school.place_number
    )
    (here,) = village.family("5AP")
    there = village.pupil("6AP", here.household, here.guardian, school=other_school)
    type(there.person).unscoped.filter(pk=there.person_id).update(first_name_ar="زينب")
    village.sheets()
    village.sheets(school=other_school)
    village.absent(there, 201810, unexcused_days=9)
    instalment_actions.save(by=signers["SUPPORT_COORDINATOR"], instalment=computed())
    MonthAbsence.unscoped.update(unexcused_days=0)
    complaint = kept(here, signers["COMPLAINTS_OFFICER"])
    assert "زينب" in client_of(signers["COMPLAINTS_OFFICER"]).get(page(complaint)).content.decode()
    assert "زينب" not in client_of(school_head).get(page(complaint)).content.decode()


def test_a_school_reads_and_does_not_answer_and_a_stranger_finds_nothing(
    village, signers, client_of, school_head, make_user, other_directorate
):
    (pupil,) = village.family("5AP")
    complaint = kept(pupil, signers["COMPLAINTS_OFFICER"])
    head, stranger = client_of(school_head), client_of(make_user(ComplaintsOfficer, other_directorate))
    assert head.get(page(complaint)).status_code == 200
    assert head.post(page(complaint), {"do": "accept", "text": "نعم"}).status_code == 403
    assert stranger.get(page(complaint)).status_code == 404
    assert stranger.post(page(complaint), {"do": "accept", "text": "نعم"}).status_code == 404
    create = reverse("support:complaint_create", kwargs={"registration": pupil.uuid})
    assert stranger.get(create).status_code == 404
    assert Complaint.unscoped.get().state == "RECEIVED"


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_number_of_questions_and_leaves_as_a_workbook(
    village, signers, client_of, number, django_assert_max_num_queries
):
    officer = signers["COMPLAINTS_OFFICER"]
    for _number in range(number):
        kept(village.family("5AP")[0], officer)
    client = client_of(officer)
    client.get(reverse("support:complaints"))
    with django_assert_max_num_queries(12):
        html = client.get(reverse("support:complaints")).content.decode()
    assert html.count("/support/complaints/0") == number
    answer = client.post(reverse("support:complaints") + "?format=xlsx")
    assert answer["Content-Type"].endswith("sheet")
