"""Campaigns, their teams, and who sees the people handed to them: what the verbs do."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from istidrak.accounts.roles import FieldAgent
from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused
from istidrak.outreach import actions
from istidrak.outreach.forms.campaigns import CampaignForm
from istidrak.outreach.models import Campaign, Case
from istidrak.outreach.queries.campaigns import stops_of
from istidrak.people.models import Tie

pytestmark = pytest.mark.django_db
CAMPAIGNS_QUERIES, CAMPAIGN_QUERIES, PEOPLE_QUERIES = 6, 10, 6
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


# Pages


@pytest.mark.parametrize("rows", [1, 3])
def test_the_table_of_campaigns_in_a_known_number_of_queries(
    client_of, officer, season, directorate, rows, django_assert_num_queries
):
    for number in range(rows):
        actions.create_campaign(
            by=officer, season=season, directorate=directorate, name_ar=f"ق{number}", start_date=FIRST, end_date=LAST
        )
    client = client_of(officer)
    with django_assert_num_queries(CAMPAIGNS_QUERIES):
        response = client.get("/campaigns/")
    assert len(response.context["page"].rows) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_a_campaign_in_a_known_number_of_queries(
    client_of, officer, campaign, make_user, directorate, rows, django_assert_num_queries
):
    for number in range(rows):
        agent = make_user(FieldAgent, directorate)
        team = actions.create_team(by=officer, campaign=campaign, name=f"T{number}", members=[agent])
        actions.plan_stop(by=officer, campaign=campaign, date=FIRST, quarter=f"Q{number}", team=team)
    client = client_of(officer)
    with django_assert_num_queries(CAMPAIGN_QUERIES):
        response = client.get(f"/campaigns/{campaign.uuid}/")
    assert len(response.context["stops"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_people_of_a_number_in_a_known_number_of_queries(
    client_of, officer, campaign, to_visit, rows, django_assert_num_queries
):
    for _ in range(rows):
        to_visit()
    client = client_of(officer)
    with django_assert_num_queries(PEOPLE_QUERIES):
        response = client.get(f"/campaigns/{campaign.uuid}/people/?count=named")
    assert len(response.context["page"].rows) == rows


def test_every_number_of_a_campaign_opens_on_as_many_people(
    client_of, officer, campaign, team, to_visit, school, directorate, season, make_person
):
    visited, found, marked = to_visit(), to_visit(), to_visit()
    to_visit()
    actions.hand_over(by=officer, cases=[visited, found], team=team)
    Case.unscoped.filter(pk=visited.pk).update(state="FOLLOWED", first_contact_date=FIRST)
    Case.unscoped.filter(pk=found.pk).update(is_found=True, found_at=FIRST)
    Case.unscoped.filter(pk=marked.pk).update(mark="CAME_BACK", state="STRUCK_OUT")
    client = client_of(officer)
    progress = {line.code: n for line, n in client.get(f"/campaigns/{campaign.uuid}/").context["progress"]}
    assert progress == {"named": 4, "marked": 1, "to_visit": 2, "handed": 2, "contacted": 1, "found": 1}
    for code, number in progress.items():
        page = client.get(f"/campaigns/{campaign.uuid}/people/?count={code}").context["page"]
        assert len(page.rows) == number, code
    assert client.get(f"/campaigns/{campaign.uuid}/people/?count=nonsense").status_code == 404


def test_an_agent_counts_only_the_people_handed_to_the_own_team(
    client_of, officer, campaign, team, to_visit, field_agent
):
    """A total over the whole directorate would tell an agent how many families are on the lists of others."""
    mine = to_visit()
    to_visit()
    actions.hand_over(by=officer, cases=[mine], team=team)
    response = client_of(field_agent).get(f"/campaigns/{campaign.uuid}/")
    assert {line.code: n for line, n in response.context["progress"]}["named"] == 1


def test_a_campaign_of_another_directorate_does_not_exist(client_of, other_officer, campaign, team, second_agent):
    stop = actions.plan_stop(by=other_officer, campaign=campaign, date=FIRST, quarter="س")
    for client in (client_of(other_officer), client_of(second_agent)):
        for path in (f"campaigns/{campaign.uuid}", f"campaigns/{campaign.uuid}/plan", f"stops/{stop.uuid}"):
            assert client.get(f"/{path}/").status_code == 404
    assert client_of(other_officer).get(f"/teams/{team.uuid}/").status_code == 404


def test_people_found_at_a_stop_are_counted_not_typed(officer, campaign, to_visit):
    """Entered at the stop, or on the caravan's list with its day and its quarter, however spaced."""
    here = actions.plan_stop(by=officer, campaign=campaign, date=FIRST, quarter="حي الوحدة")
    entered, listed, elsewhere, later = (to_visit() for _ in range(4))
    found = {"is_found": True, "found_at": FIRST}
    Case.unscoped.filter(pk=entered.pk).update(**found, stop=here, quarter="أخرى")
    Case.unscoped.filter(pk=listed.pk).update(**found, quarter="حي  الوحدة")
    Case.unscoped.filter(pk=elsewhere.pk).update(**found, quarter="المرسى")
    Case.unscoped.filter(pk=later.pk).update(is_found=True, found_at=LAST, quarter="حي الوحدة")
    (figures,) = stops_of(officer.scope_as(*officer.roles), campaign)
    assert figures.found == 2


def test_a_campaign_is_planned_from_its_pages(client_of, officer, season, directorate, field_agent):
    client = client_of(officer)
    wrong = {"directorate": directorate.uuid, "start_date": "2025-12-20", "end_date": "2025-09-16"}
    errors = client.post("/campaigns/new/", wrong).context["form"].errors
    assert set(errors) == {"name_ar", "end_date"}
    right = {**wrong, "name_fr": "Caravane", "start_date": "2025-09-16", "end_date": "2025-12-20"}
    page = client.post("/campaigns/new/", right)["Location"]
    client.post(f"{page}teams/new/", {"name": "1", "members": [field_agent.uuid]})
    team = Campaign.unscoped.get().teams.get()
    assert list(team.members.all()) == [field_agent]
    assert client.post(f"{page}teams/new/", {"name": "1"}).context["form"].errors["name"]
    assert (
        client.post(f"{page}stops/new/", {"date": "2026-01-02", "quarter": "المرسى"}).context["form"].errors["date"]
    )
    client.post(f"{page}stops/new/", {"date": "2025-09-20", "quarter": "المرسى", "team": team.uuid})
    assert Campaign.unscoped.get().stops.get().team == team
    client.post(f"{page}move/", {"verb": "start"})
    assert Campaign.unscoped.get().state == "RUNNING"
    plan = client.get(f"{page}plan/").content.decode()
    assert "المرسى" in plan
    assert str(field_agent) in plan
    client.post(f"{page}change/", {**right, "end_date": "2025-12-31"})
    assert Campaign.unscoped.get().end_date == dt.date(2025, 12, 31)


def test_a_team_takes_no_agent_of_another_directorate(client_of, officer, campaign, make_user, other_directorate):
    stranger = make_user(FieldAgent, other_directorate)
    data = {"name": "1", "members": [stranger.uuid]}
    assert client_of(officer).post(f"/campaigns/{campaign.uuid}/teams/new/", data).context["form"].errors["members"]


def test_an_agent_writes_the_figures_of_a_stop_and_not_its_plan(client_of, officer, campaign, team, field_agent):
    stop = actions.plan_stop(by=officer, campaign=campaign, date=FIRST, quarter="المرسى", team=team)
    data = {"families_met": "12", "quarter": "أخرى", "date": "2025-10-01"}
    client_of(field_agent).post(f"/stops/{stop.uuid}/", data)
    stop.refresh_from_db()
    assert (stop.families_met, stop.quarter, stop.date) == (12, "المرسى", FIRST)


def test_quarters_ticked_go_to_the_team_chosen(
    client_of, officer, team, to_visit, field_agent, second_agent, campaign
):
    first, second, unknown = to_visit("حي الوحدة"), to_visit("المرسى"), to_visit("")
    client = client_of(officer)
    quarters = client.get("/hand-over/").context["form"].quarters_waiting
    assert [(q.name, q.to_visit) for q in quarters][-1] == ("", 1)
    errors = client.post("/hand-over/", {"quarters": ["q:حي الوحدة"], "team": ""}).context["form"].errors
    assert set(errors) == {"team"}
    client.post("/hand-over/", {"quarters": ["q:حي الوحدة", "q:"], "team": team.uuid})
    assert (sees(field_agent, first), sees(field_agent, second), sees(field_agent, unknown)) == (True, False, True)
    assert [q.name for q in client.get("/hand-over/").context["form"].quarters_waiting] == ["المرسى"]
    client.post(f"/hand-over/?of={team.uuid}", {"quarters": ["q:"], "team": ""})
    assert not sees(field_agent, unknown)


def test_members_are_changed_from_the_page(client_of, officer, team, to_visit, field_agent, second_agent):
    case = to_visit()
    actions.hand_over(by=officer, cases=[case], team=team)
    client_of(officer).post(f"/teams/{team.uuid}/", {"members": [second_agent.uuid]})
    assert (sees(field_agent, case), sees(second_agent, case)) == (False, True)


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        ("2025-09-16", "2025-12-20", None),
        ("2015-09-16", "2015-12-20", "start_date"),
        ("2025-09-16", "2035-12-20", "end_date"),
    ],
)
def test_a_year_typed_wrong_makes_no_campaign_of_ten_years(first, last, wrong, directorate):
    """A caravan of 2015, or one that never ends, would hold every contact of the decade."""
    form = CampaignForm(
        {"directorate": str(directorate.uuid), "name_ar": "القافلة", "start_date": first, "end_date": last},
        directorates=[directorate],
    )
    assert form.is_valid() is (wrong is None)
    assert wrong is None or wrong in form.errors
