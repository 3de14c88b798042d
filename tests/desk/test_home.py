"""What would be lost: a home page that says another number than the page where the work waits."""

import datetime as dt

import pytest
from django.urls import reverse

from istidrak.desk.queries.asks import ASKS
from istidrak.desk.queries.home import asks_of
from istidrak.outreach.models import Case, Referral
from istidrak.outreach.queries import todo

pytestmark = pytest.mark.django_db
TODAY = dt.date(2025, 11, 20)
INSTANT = dt.datetime(2025, 9, 10, 10, tzinfo=dt.UTC)
KINDS = (
    todo.PROTECTION,
    todo.TWO_CASES,
    todo.OVERDUE,
    todo.UNCONFIRMED,
    todo.COMES_BACK,
    todo.STEP,
    todo.NO_STEP,
    todo.ANSWER,
    todo.CONFIRM,
)


@pytest.fixture
def case_of(make_person, season, directorate):
    def make(**columns):
        return Case.unscoped.create(
            season=season, person=make_person(), directorate=directorate, opened_at=INSTANT, **columns
        )

    return make


def test_every_kind_of_the_to_do_page_is_asked_of_somebody():
    assert {ask.count for ask in ASKS if isinstance(ask.count, str)} == set(KINDS)


def test_the_numbers_are_those_of_the_to_do_page(case_of, officer, season):
    case_of(state="FOLLOWED", next_step="زيارة", next_step_date=TODAY)
    case_of(state="TO_VISIT")
    case_of(state="REFUSED", comes_back_date=TODAY)
    asked = {str(ask["label"]): ask["count"] for ask in asks_of(officer, TODAY, season)}
    counts = todo.todo_counts(officer.scope_as(*officer.roles), TODAY)
    said = {str(ask.label): counts[ask.count] for ask in ASKS if counts.get(ask.count)}
    assert len(said) == 3
    assert said.items() <= asked.items()


def test_a_centre_is_asked_to_answer_who_was_sent_to_it(case_of, centre, centre_director, officer, season):
    Referral.unscoped.create(
        case=case_of(state="ORIENTED"), receiver=centre, sent_date=TODAY, due_date=TODAY, sent_by=officer
    )
    (ask,) = asks_of(centre_director, TODAY, season)
    assert (ask["count"], ask["url"]) == (1, reverse("outreach:referrals"))


@pytest.mark.parametrize("cases", [1, 3])
def test_the_home_page_costs_the_same_for_one_and_three(
    cases, case_of, officer, client_of, django_assert_num_queries
):
    for _n in range(cases):
        case_of(state="FOLLOWED", next_step="زيارة", next_step_date=TODAY)
    client = client_of(officer)
    with django_assert_num_queries(22):
        client.get(reverse("home"))
