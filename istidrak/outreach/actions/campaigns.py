"""Campaigns and caravans: their days, places, teams and figures; handing cases to the teams that visit."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q

from istidrak.accounts.models import User
from istidrak.base import days, history, workflow
from istidrak.base.models import History
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Campaign, Case, Stop, Team
from istidrak.people.models import Person, Tie
from istidrak.programmes.models import Season
from istidrak.territory.models import Place

ONE_DAY = dt.timedelta(days=1)


@transaction.atomic
def create_campaign(
    *,
    by: Any,
    season: Season,
    directorate: Organisation,
    name_ar: str = "",
    name_fr: str = "",
    start_date: dt.date,
    end_date: dt.date,
) -> Campaign:
    """Plan a campaign of a directorate. Raises IntegrityError when it would end before it starts."""
    campaign = Campaign.unscoped.create(
        season=season,
        directorate=directorate,
        name_ar=name_ar,
        name_fr=name_fr,
        start_date=start_date,
        end_date=end_date,
    )
    history.record(campaign, "create_campaign", by=by, after=campaign.state)
    return campaign


@transaction.atomic
def change_campaign(*, by: Any, campaign: Campaign, **columns: Any) -> None:
    """Change the names or the days of a campaign (`name_ar`, `name_fr`, `start_date`, `end_date`)."""
    _change(by, campaign, "change_campaign", columns, {"name_ar", "name_fr", "start_date", "end_date"})


def start_campaign(*, by: Any, campaign: Campaign) -> None:
    """The campaign is on the road. Raises MoveRefused unless it was planned."""
    workflow.move(campaign, "start", by=by)


def end_campaign(*, by: Any, campaign: Campaign) -> None:
    """The campaign is over. Its teams keep the people handed to them until an officer hands these on.

    Raises MoveRefused unless it was under way.
    """
    workflow.move(campaign, "end", by=by)


@transaction.atomic
def create_team(*, by: Any, campaign: Campaign, name: str, members: Iterable[User] = ()) -> Team:
    """A team of a campaign. Raises IntegrityError when the campaign has a team of this name."""
    team = Team.objects.create(campaign=campaign, name=name)
    team.members.set(members)
    history.record(team, "create_team", by=by, thread=campaign, details={"name": name})
    return team


@transaction.atomic
def set_team_members(*, by: Any, team: Team, members: Iterable[User]) -> None:
    """Who is in the team from now on: those who join see the people handed to it, those who leave no longer do."""
    before = sorted(team.members.values_list("username", flat=True))
    team.members.set(members)
    after = sorted(team.members.values_list("username", flat=True))
    if before == after:
        return
    details = {"before": before, "after": after}
    history.record(team, "set_team_members", by=by, thread=team.campaign, details=details)
    _follow_teams(set(Case.unscoped.filter(team=team).values_list("person_id", flat=True)))


@transaction.atomic
def plan_stop(
    *,
    by: Any,
    campaign: Campaign,
    date: dt.date,
    quarter: str,
    commune: Place | None = None,
    team: Team | None = None,
) -> Stop:
    """A day and a quarter or douar of a campaign, with the team that goes."""
    stop = Stop.objects.create(
        campaign=campaign, date=date, quarter=" ".join(quarter.split()), commune=commune, team=team
    )
    details = {"date": date.isoformat(), "quarter": stop.quarter}
    history.record(stop, "plan_stop", by=by, thread=campaign, details=details)
    return stop


@transaction.atomic
def change_stop(*, by: Any, stop: Stop, **columns: Any) -> None:
    """Change the plan of a stop or write what it brought back.

    Columns: `date`, `quarter`, `commune`, `team`, `families_met` (None: not counted), `remarks`.
    """
    names = {"date", "quarter", "commune", "team", "families_met", "remarks"}
    _change(by, stop, "change_stop", columns, names, thread=stop.campaign)


def _change(by: Any, row: Any, verb: str, columns: dict[str, Any], names: set[str], *, thread: Any = None) -> None:
    """Write the columns that differ, with what stood before in the history. Raises TypeError for another column."""
    if unknown := columns.keys() - names:
        raise TypeError(f"{verb} does not change {sorted(unknown)}")
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if not changed:
        return
    details = {name: [str(getattr(row, name) or ""), str(value or "")] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    history.record(row, verb, by=by, thread=thread, details=details)


@transaction.atomic
def hand_over(*, by: Any, cases: Iterable[Case], team: Team | None) -> int:
    """Hand cases to a team, from another team too; None takes them back. Returns how many changed hands.

    Exactly the members of the team see the people from then on because of it; the case keeps its state.
    """
    chosen = Case.unscoped.select_for_update().filter(pk__in=[case.pk for case in cases])
    moved = list((chosen.exclude(team=team) if team else chosen.exclude(team=None)).order_by("pk"))
    Case.unscoped.filter(pk__in=[case.pk for case in moved]).update(team=team)
    details = {"team": team.name if team else "", "campaign": str(team.campaign.uuid) if team else ""}
    # Taken back: in the history of the file, it is closed to those who had it.
    verb = "hand_over" if team else "untie"
    History.objects.bulk_create(
        history.entry(case, verb, by=by, thread=Person(pk=case.person_id), details=details) for case in moved
    )
    _follow_teams({case.person_id for case in moved})
    return len(moved)


def _follow_teams(persons: set[int]) -> None:
    """Bring the HANDED ties of these persons in line with the teams of their cases. Three queries and the writes.

    A tie for any other reason stays: an agent who entered a young person sees the file in any team.
    """
    today = days.today()
    wanted = set(User.objects.filter(teams__cases__person__in=persons).values_list("teams__cases__person_id", "pk"))
    wanted = {(person, user) for person, user in wanted if person in persons}
    standing = {
        (person, user): pk
        for pk, person, user in Tie.objects.filter(
            Q(until__isnull=True) | Q(until__gte=today),
            reason=Tie.Reason.HANDED,
            person__in=persons,
            user__isnull=False,
        ).values_list("pk", "person_id", "user_id")
    }
    Tie.objects.bulk_create(
        Tie(person_id=person, user_id=user, reason=Tie.Reason.HANDED, since=today)
        for person, user in sorted(wanted - standing.keys())
    )
    # The last day of a tie still opens the file, so the tie ends yesterday.
    ended = [pk for key, pk in standing.items() if key not in wanted]
    Tie.objects.filter(pk__in=ended).update(until=today - ONE_DAY)
