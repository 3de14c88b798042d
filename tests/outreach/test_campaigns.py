"""Campaigns, their teams, and who sees the people handed to them: what the verbs do."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from istidrak.accounts.roles import FieldAgent
from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused
from istidrak.outreach import actions
from istidrak.outreach.models import Campaign, Case
from istidrak.people.models import Tie

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(2025, 9, 16), dt.date(2025, 12, 20)


@pytest.fixture
def campaign(officer, season, directorate):
    return actions.create_campaign(
        by=officer,
        season=season,
        directorate=directorate,
        name_ar="القافلة المجتمعية",
        name_fr="Caravane communautaire",
        start_date=FIRST,
        end_date=LAST,
    )


@pytest.fixture
def second_agent(make_user, directorate):
    return make_user(FieldAgent, directorate)


@pytest.fixture
def team(officer, campaign, field_agent):
    return actions.create_team(by=officer, campaign=campaign, name="1", members=[field_agent])


@pytest.fixture
def to_visit(officer, season, directorate, make_person):
    def make(quarter="حي الوحدة"):
        return actions.open_case(
            by=officer, person=make_person(), season=season, directorate=directorate, quarter=quarter
        )

    return make


def sees(user, case):
    return Case.objects.visible_to(user.scope_as(FieldAgent)).filter(pk=case.pk).exists()


def test_a_campaign_starts_and_ends_once(officer, campaign):
    actions.start_campaign(by=officer, campaign=campaign)
    with pytest.raises(MoveRefused):
        actions.start_campaign(by=officer, campaign=Campaign.unscoped.get(pk=campaign.pk))
    actions.end_campaign(by=officer, campaign=campaign)
    assert Campaign.unscoped.get(pk=campaign.pk).state == "ENDED"


def test_a_campaign_does_not_end_before_it_starts(officer, season, directorate):
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.create_campaign(
            by=officer, season=season, directorate=directorate, name_ar="ق", start_date=LAST, end_date=FIRST
        )


def test_a_change_keeps_what_stood_before(officer, campaign):
    actions.change_campaign(by=officer, campaign=campaign, name_ar=campaign.name_ar, end_date=dt.date(2025, 12, 31))
    line = History.objects.get(verb="change_campaign")
    assert line.details == {"end_date": ["2025-12-20", "2025-12-31"]}
    actions.change_campaign(by=officer, campaign=campaign, end_date=dt.date(2025, 12, 31))
    assert History.objects.filter(verb="change_campaign").count() == 1
    with pytest.raises(TypeError):
        actions.change_campaign(by=officer, campaign=campaign, state="ENDED")


def test_people_handed_to_a_team_are_seen_by_its_members_alone(officer, team, to_visit, field_agent, second_agent):
    case, other = to_visit(), to_visit()
    assert not sees(field_agent, case)
    assert actions.hand_over(by=officer, cases=[case], team=team) == 1
    assert sees(field_agent, case)
    assert not sees(field_agent, other)
    assert not sees(second_agent, case)
    assert actions.hand_over(by=officer, cases=[case], team=team) == 0  # twice is once
    assert Tie.objects.filter(reason="HANDED").count() == 1
    assert Case.unscoped.get(pk=case.pk).state == "TO_VISIT"


def test_people_follow_the_team_when_its_members_change(officer, team, to_visit, field_agent, second_agent):
    """An agent who leaves the team must not keep the files of the families on the telephone."""
    case = to_visit()
    actions.hand_over(by=officer, cases=[case], team=team)
    actions.set_team_members(by=officer, team=team, members=[second_agent])
    assert not sees(field_agent, case)
    assert sees(second_agent, case)
    actions.set_team_members(by=officer, team=team, members=[field_agent, second_agent])
    assert sees(field_agent, case)
    assert History.objects.filter(verb="set_team_members").count() == 2
    actions.set_team_members(by=officer, team=team, members=[second_agent, field_agent])
    assert History.objects.filter(verb="set_team_members").count() == 2  # nothing changed


def test_from_one_team_to_another_and_back_to_the_office(
    officer, campaign, team, to_visit, field_agent, second_agent
):
    case = to_visit()
    other = actions.create_team(by=officer, campaign=campaign, name="2", members=[second_agent])
    actions.hand_over(by=officer, cases=[case], team=team)
    actions.hand_over(by=officer, cases=[case], team=other)
    assert (sees(field_agent, case), sees(second_agent, case)) == (False, True)
    actions.hand_over(by=officer, cases=[case], team=None)
    assert not sees(second_agent, case)
    assert Case.unscoped.get(pk=case.pk).team is None


def test_what_an_agent_found_stays_with_the_agent(officer, team, to_visit, field_agent):
    """The tie of a finder is another reason: taking the case from the team does not take it away."""
    case = to_visit()
    Tie.objects.create(person=case.person, user=field_agent, reason="FOUND", since=FIRST)
    actions.hand_over(by=officer, cases=[case], team=team)
    actions.hand_over(by=officer, cases=[case], team=None)
    assert sees(field_agent, case)


def test_a_stop_keeps_its_plan_and_its_figures(officer, campaign, team):
    stop = actions.plan_stop(by=officer, campaign=campaign, team=team, date=FIRST, quarter="  حي   الوحدة ")
    assert (stop.quarter, stop.families_met) == ("حي الوحدة", None)
    actions.change_stop(by=officer, stop=stop, families_met=0, remarks="مطر")
    stop.refresh_from_db()
    assert (stop.families_met, stop.remarks) == (0, "مطر")  # none met is not the same as not counted
    line = History.objects.get(verb="change_stop")
    assert line.thread == f"outreach.campaign:{campaign.pk}"
