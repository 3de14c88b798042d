"""The notice of a family: what it reads of one pupil and month, and of nobody else."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from istidrak.base import days
from istidrak.base.rules import Outcome
from istidrak.support import noticing
from istidrak.support.actions import corrections
from istidrak.support.actions import instalments as actions
from istidrak.support.correcting import differences
from istidrak.support.models import MonthAbsence, Payment, PaymentEvent, Registration
from istidrak.support.queries import notices as queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def saved(computed, signers):
    return lambda: actions.save(by=signers["SUPPORT_COORDINATOR"], instalment=computed())


def page(registration, month=None):
    return reverse("support:notice", kwargs={"registration": registration.uuid}) + (
        f"?month={month}" if month else ""
    )


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_refused_month_says_which_condition_with_the_value_found_and_its_text(village, saved):
    (pupil,) = village.family("5AP")
    village.sheets()
    village.absent(pupil, 201810, unexcused_days=9, excused_days=2)
    saved()
    MonthAbsence.unscoped.update(unexcused_days=0)  # known since: the notice still says why it was refused
    notice = noticing.notice_of(pupil, 201810)
    findings = {finding.label: finding for finding in queries.shown_findings(notice)}
    refused = [finding for finding in findings.values() if finding.outcome == "NOT_MET"]
    (absences,) = refused
    assert "9" in [str(value) for _label, value in absences.facts]
    assert "2" not in [str(value) for _label, value in absences.facts]  # excused days do not count
    assert [text.is_sample for text in absences.texts] == [True]
    assert (notice.amount, notice.due) == (0, 0)


def test_the_frozen_answer_and_the_one_from_the_kept_facts_agree(village, saved):
    pupils = [*village.family("5AP", "1AC", "2AP", "6AP"), *village.family("1AC", cover=None)]
    village.sheets(months=(201809, 201810))
    saved()
    for pupil in pupils:
        for month in village.MONTHS:
            notice = noticing.notice_of(pupil, month)
            said = {Outcome.MET: 1, Outcome.NOT_MET: 0, Outcome.UNKNOWN: -1}[notice.decision.outcome]
            assert (said, notice.decision.amount) == (notice.line.outcome, notice.line.amount)


def test_a_pupil_without_a_line_is_answered_by_the_rule_of_today(village, saved):
    (pupil,) = village.family("TC")
    village.sheets()
    saved()
    notice = noticing.notice_of(pupil, 201809)
    assert notice.line is None
    assert notice.decision.outcome is Outcome.NOT_MET
    findings = queries.shown_findings(notice)
    assert findings[0].outcome == "NOT_MET"
    assert len(findings) == 4  # of the right alone: nothing of the month is looked at


def test_a_registration_that_nobody_validated_is_not_decided(village, saved, signers, client_of):
    (pupil,) = village.family("5AP")
    Registration.unscoped.update(state="SUBMITTED")
    assert noticing.notice_of(pupil, 201809).decision is None
    html = client_of(signers["COMPLAINTS_OFFICER"]).get(page(pupil)).content.decode()
    with translation.override("ar"):
        assert translation.gettext("The registration is not validated yet: nothing is decided.") in html


def test_the_page_is_in_both_languages_and_names_no_other_family(village, saved, signers, client_of):
    (pupil,) = village.family("5AP")
    (other,) = village.family("5AP")
    type(other.person).unscoped.filter(pk=other.person_id).update(first_name_ar="زينب", last_name_ar="الإدريسي")
    village.sheets()
    saved()
    html = client_of(signers["COMPLAINTS_OFFICER"]).get(page(pupil, 201810)).content.decode()
    assert 'lang="ar" dir="rtl"' in html
    assert "Avis" in html or "avis" in html
    assert "أكتوبر 2018" in html and "octobre 2018" in html
    assert "100 " in words(html)
    assert "زينب" not in html and other.guardian.identity_card not in html


@pytest.mark.parametrize("place", ["SIGNING", "WAITING", "AVAILABLE", "PAID", "UNCLAIMED"])
def test_where_the_money_is_follows_the_payment(village, saved, signers, place):
    (pupil,) = village.family("5AP")
    village.sheets()
    instalment = saved()
    if place != "SIGNING":
        type(instalment).unscoped.filter(pk=instalment.pk).update(state="SENT")
    if place not in {"SIGNING", "WAITING"}:
        PaymentEvent.unscoped.create(
            payment=Payment.unscoped.get(),
            kind=place,
            date=days.today(),
            recorded_by=signers["SUPPORT_UNIT"],
            recorded_at=days.now(),
        )
    notice = noticing.notice_of(pupil, 201809)
    assert queries.money_of(notice.payment)[0] == queries.MONEY[place]


def test_an_adjustment_shows_with_its_cause_and_what_changed(village, saved, signers, client_of):
    (pupil,) = village.family("5AP")
    village.sheets()
    village.absent(pupil, 201810, unexcused_days=9)
    instalment, by = saved(), signers["SUPPORT_COORDINATOR"]
    MonthAbsence.unscoped.update(unexcused_days=0)
    corrections.adjust(by=by, instalment=instalment, differences=differences(instalment), cause="شهادة طبية")
    notice = noticing.notice_of(pupil, 201810)
    assert (notice.amount, notice.due) == (0, 100_00)
    assert queries.outcome_of(notice)[1] == "green"
    ((changed,),) = [step.changed for step in queries.steps_of(notice)]
    assert (str(changed.was), str(changed.now)) == (str(queries.ANSWERS["NOT_MET"]), str(queries.ANSWERS["MET"]))
    assert "شهادة طبية" in client_of(by).get(page(pupil, 201810)).content.decode()


def test_a_pupil_elsewhere_has_no_notice_for_us(village, saved, client_of, make_user, other_directorate):
    from istidrak.accounts.roles import ComplaintsOfficer

    (pupil,) = village.family("5AP")
    assert client_of(make_user(ComplaintsOfficer, other_directorate)).get(page(pupil)).status_code == 404


@pytest.mark.parametrize("month", ["", "201807", "abc", "٢٠١٨١٠"])
def test_a_month_that_is_none_of_the_year_gives_the_last_with_a_line(village, saved, signers, client_of, month):
    (pupil,) = village.family("5AP")
    village.sheets()
    saved()
    html = client_of(signers["COMPLAINTS_OFFICER"]).get(page(pupil, month)).content.decode()
    assert '<option value="201812" selected' in html
