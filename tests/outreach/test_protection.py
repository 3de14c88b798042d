"""A protection concern: confidential, to be handled the same day, opened only for a written reason."""

import datetime as dt

import pytest

from istidrak.base.models import AuditRecord, History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.outreach import actions

TEXT = "نص سري جدا"
pytestmark = pytest.mark.django_db


@pytest.fixture
def case(officer, season, directorate, make_person):
    return actions.open_case(by=officer, person=make_person(), season=season, directorate=directorate)


@pytest.fixture
def concern(field_agent, case):
    return actions.raise_concern(by=field_agent, case=case, text=TEXT)


def test_it_is_due_the_same_day_and_leaves_no_line_on_the_file(concern, case):
    assert (concern.due_date, concern.state) == (dt.date(2025, 11, 20), "RAISED")
    assert not History.objects.filter(thread=f"people.person:{case.person_id}", verb="raise_concern").exists()


def test_an_empty_one_is_refused(field_agent, case):
    with pytest.raises(actions.TextMissing):
        actions.raise_concern(by=field_agent, case=case, text=" ")


def test_the_text_is_opened_for_a_reason_that_is_kept(officer, concern):
    with pytest.raises(ReasonMissing):
        actions.read_concern(by=officer, concern=concern, reason="")
    assert actions.read_concern(by=officer, concern=concern, reason="معالجة اليوم") == TEXT
    kept = AuditRecord.objects.get(verb="read_concern")
    assert (kept.by, kept.reason) == (officer, "معالجة اليوم")


def test_taken_in_hand_then_handed_over_to_a_named_service(officer, concern):
    actions.take_concern(by=officer, concern=concern)
    with pytest.raises(MoveRefused):
        actions.take_concern(by=officer, concern=concern)
    with pytest.raises(actions.TextMissing):
        actions.hand_over_concern(by=officer, concern=concern, service=" ", reason="x")
    actions.hand_over_concern(by=officer, concern=concern, service="خلية حماية الطفولة", reason="اتفاق هاتفي")
    concern.refresh_from_db()
    assert (concern.state, concern.service) == ("HANDED_OVER", "خلية حماية الطفولة")


def test_sent_twice_is_one_and_another_fear_is_another(field_agent, officer, case, concern):
    assert actions.raise_concern(by=field_agent, case=case, text=f" {TEXT} ").pk == concern.pk
    assert actions.raise_concern(by=field_agent, case=case, text="خوف آخر").pk != concern.pk
    assert actions.raise_concern(by=officer, case=case, text=TEXT).pk != concern.pk
