"""What would be lost: a home page that says another number than the page where the work waits."""

import datetime as dt

import pytest
from django.urls import reverse

from istidrak.desk.queries.asks import ASKS
from istidrak.desk.queries.home import asks_of
from istidrak.outreach.models import Case, Referral
from istidrak.outreach.queries import todo
from istidrak.programmes.models import Programme
from istidrak.training import actions as training

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


@pytest.mark.parametrize("who", ["educator", "centre_director"])
def test_a_roll_call_never_opened_is_asked_for_and_leads_to_it(
    who, request, educator, centre_director, centre, season, client_of
):
    """A session that nobody opened is no presence: whoever teaches finds it on the first page, and one press away."""
    group = training.create_group(
        by=centre_director,
        season=season,
        centre=centre,
        programme=Programme.objects.first(),
        name="1",
        educators=[educator],
    )
    for day in (dt.date(2025, 11, 17), TODAY, dt.date(2025, 11, 21)):  # the last one is still to come
        training.plan_session(by=educator, group=group, date=day, title="")
    user = request.getfixturevalue(who)
    (ask,) = [ask for ask in asks_of(user, TODAY, season) if ask["url"] == reverse("training:not_taken")]
    client = client_of(user)
    assert ask["count"] == 2 and ask["url"] in client.get(reverse("home")).content.decode()
    (line,) = client.get(ask["url"]).context["lines"]
    assert (line["group"], line["not_taken"], line["oldest"]) == (group, 2, dt.date(2025, 11, 17))


@pytest.mark.parametrize("who", ["educator", "centre_director"])
def test_the_roll_calls_of_others_are_not_asked_for(who, request, centre_director, other_centre_director, season):
    """An educator is asked for their own groups, a director for their own centre."""
    elsewhere = other_centre_director.current_assignments[0].organisation
    group = training.create_group(
        by=other_centre_director, season=season, centre=elsewhere, programme=Programme.objects.first(), name="1"
    )
    training.plan_session(by=other_centre_director, group=group, date=TODAY, title="")
    asked = asks_of(request.getfixturevalue(who), TODAY, season)
    assert reverse("training:not_taken") not in [ask["url"] for ask in asked]


@pytest.mark.parametrize("cases", [1, 3])
def test_the_home_page_costs_the_same_for_one_and_three(
    cases, case_of, officer, client_of, django_assert_num_queries
):
    for _n in range(cases):
        case_of(state="FOLLOWED", next_step="زيارة", next_step_date=TODAY)
    client = client_of(officer)
    with django_assert_num_queries(22):
        client.get(reverse("home"))
