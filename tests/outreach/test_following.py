"""Contacts, sorting, next steps, and cases that come back: what the verbs do."""

import datetime as dt
import uuid

import pytest

from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.outreach import actions
from istidrak.outreach.models import Case, Contact
from istidrak.outreach.rules import following as rules
from istidrak.programmes.models import Season

TODAY = dt.date(2025, 11, 20)
SOON = dt.date(2025, 11, 27)


@pytest.fixture
def case(officer, season, directorate, make_person):
    return actions.open_case(by=officer, person=make_person(), season=season, directorate=directorate)


@pytest.fixture
def contact(officer, case):
    def make(**more):
        columns = {"kind": "VISIT", "result": "MET", "date": TODAY, "submission": uuid.uuid4(), **more}
        return actions.make_contact(by=more.pop("by", officer), case=columns.pop("case", case), **columns)

    return make


@pytest.mark.parametrize(
    ("day", "back"),
    [
        (dt.date(2025, 10, 3), dt.date(2026, 1, 12)),
        (dt.date(2026, 1, 11), dt.date(2026, 1, 12)),
        (dt.date(2026, 1, 12), dt.date(2026, 9, 15)),
        (dt.date(2026, 9, 15), dt.date(2027, 1, 12)),
    ],
)
def test_one_who_refused_comes_back_in_january_then_with_the_next_season(day, back):
    assert rules.comes_back_on(day, 2025, ["01-12", "09-15"]) == back


def test_a_step_is_late_from_the_day_after():
    assert [rules.days_late(day, TODAY) for day in (SOON, TODAY, dt.date(2025, 11, 19), None)] == [0, 0, 1, 0]


@pytest.mark.parametrize(
    ("results", "offered"),
    [
        (["ABSENT", "MOVED", "ABSENT"], True),
        (["ABSENT", "ABSENT", "WRONG_ADDRESS", "MET"], True),
        (["ABSENT", "ABSENT"], False),
        (["ABSENT", "MET", "ABSENT", "ABSENT"], False),
        (["REFUSED", "REFUSED", "REFUSED"], False),
    ],
)
def test_not_found_is_offered_after_three_contacts_that_met_nobody(results, offered):
    assert rules.is_not_found_after(results, 3) is offered


@pytest.mark.django_db
def test_the_first_contact_begins_the_following(case, contact):
    contact(next_step="زيارة ثانية", next_step_date=SOON)
    case.refresh_from_db()
    assert (case.state, case.first_contact_date) == ("FOLLOWED", TODAY)
    assert (case.next_step, case.next_step_date) == ("زيارة ثانية", SOON)
    assert History.objects.filter(thread=f"people.person:{case.person_id}", verb="make_contact").count() == 1


@pytest.mark.django_db
def test_a_contact_written_down_late_keeps_the_newer_next_step(case, contact):
    contact(next_step="Visite", next_step_date=SOON)
    contact(date=dt.date(2025, 11, 1))
    case.refresh_from_db()
    assert (case.next_step_date, case.first_contact_date) == (SOON, dt.date(2025, 11, 1))


@pytest.mark.django_db
def test_a_form_sent_twice_is_one_contact(case, contact):
    sent = uuid.uuid4()
    assert contact(submission=sent).pk == contact(submission=sent).pk
    assert Contact.unscoped.filter(case=case).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"date": dt.date(2025, 11, 21)}, "FUTURE"),
        ({"next_step": "x"}, "STEP_WITHOUT_DAY"),
        ({"next_step_date": SOON}, "DAY_WITHOUT_STEP"),
        ({"next_step": "x", "next_step_date": dt.date(2025, 11, 19)}, "STEP_IN_THE_PAST"),
        ({"outcome": "refuse"}, "OUTCOME"),
    ],
)
def test_what_cannot_be_written_leaves_nothing(case, contact, columns, problem):
    with pytest.raises(actions.BadContact) as error:
        contact(**columns)
    assert error.value.problem == problem
    assert not Contact.unscoped.filter(case=case).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("result", "outcome", "state"), [("REFUSED", "refuse", "REFUSED"), ("MOVED", "lose", "NOT_FOUND")]
)
def test_refused_and_not_found_wait_for_january(case, contact, result, outcome, state):
    contact(result=result, outcome=outcome)
    case.refresh_from_db()
    assert (case.state, case.comes_back_date, case.next_step_date) == (state, dt.date(2026, 1, 12), None)


@pytest.mark.django_db
def test_one_who_refused_and_is_met_again_is_followed(case, contact):
    contact(result="REFUSED", outcome="refuse")
    contact(result="ABSENT", date=TODAY)
    case.refresh_from_db()
    assert case.state == "REFUSED"
    contact(result="FAMILY_MET")
    case.refresh_from_db()
    assert (case.state, case.comes_back_date) == ("FOLLOWED", None)


@pytest.mark.django_db
def test_come_back_puts_the_case_to_contact(officer, case, contact):
    contact(result="REFUSED", outcome="refuse")
    case.refresh_from_db()
    actions.come_back(by=officer, case=case)
    case.refresh_from_db()
    assert (case.state, case.comes_back_date) == ("TO_VISIT", None)


@pytest.mark.django_db
def test_sorting_keeps_unknown_apart_from_no(officer, case):
    sorting = actions.sort_case(by=officer, case=case, wish="TRADE", family_agrees=False)
    sorting.refresh_from_db()
    assert (sorting.wish, sorting.family_agrees, sorting.reads_and_writes) == ("TRADE", False, None)
    with pytest.raises(TypeError):
        actions.sort_case(by=officer, case=case, shoe_size=True)


@pytest.mark.django_db
def test_closing_needs_a_reason_and_can_be_undone(officer, case):
    with pytest.raises(ReasonMissing):
        actions.close_case(by=officer, case=case, reason=" ")
    actions.close_case(by=officer, case=case, reason="انتقلت الأسرة إلى الخارج")
    with pytest.raises(MoveRefused):
        actions.set_next_step(by=officer, case=case, next_step="x", next_step_date=SOON)
    actions.reopen_case(by=officer, case=case, reason="عادت الأسرة")
    case.refresh_from_db()
    assert case.state == "TO_VISIT"
    with pytest.raises(MoveRefused):
        actions.reopen_case(by=officer, case=case, reason="again")


@pytest.mark.django_db
def test_cases_are_carried_over_once(officer, season, directorate, make_person, contact, case):
    contact(result="REFUSED", outcome="refuse")
    still_open = actions.open_case(by=officer, person=make_person(), season=season, directorate=directorate)
    closed = actions.open_case(by=officer, person=make_person(), season=season, directorate=directorate)
    actions.close_case(by=officer, case=closed, reason="x")
    following = Season.objects.create(year=2026, state="OPEN")
    carry = {"by": officer, "season_from": season, "season_to": following, "directorate": directorate}
    assert actions.carry_over(**carry) == 2
    assert actions.carry_over(**carry) == 0
    new = Case.unscoped.filter(season=following)
    assert set(new.values_list("person_id", "state")) == {
        (case.person_id, "TO_VISIT"),
        (still_open.person_id, "TO_VISIT"),
    }
    case.refresh_from_db()
    still_open.refresh_from_db()
    assert (case.state, case.comes_back_date, still_open.state) == ("REFUSED", None, "CLOSED")
