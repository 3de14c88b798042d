"""Campaigns with their teams, stops and progress; cases to hand over; what capture offers."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from istidrak.accounts.models import Assignment, User
from istidrak.accounts.roles import FieldAgent
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Campaign, Case, Stop, Team
from istidrak.programmes.models import Season
from istidrak.territory.models import Place

State = Case.State
TO_HAND = (State.TO_VISIT, State.NAMED)


@dataclass(frozen=True)
class Progress:
    """A number of a campaign: code, label, the sentence that defines it."""

    code: str
    label: Any
    sentence: Any
    tone: str = "secondary"


PROGRESS = (
    Progress("named", _("Named"), _("Persons of the directorate with a case in the season.")),
    Progress("marked", _("Marked by the school"), _("Of whom the school said what became of them.")),
    Progress("to_visit", _("To contact"), _("Waiting for a first contact, or to be taken up again."), "orange"),
    Progress("handed", _("Handed to a team"), _("Given to a team of this campaign."), "blue"),
    Progress("contacted", _("Contacted"), _("With a first contact between the days of the campaign."), "green"),
    Progress("found", _("Found by the campaign"), _("Met or entered between the days of the campaign."), "green"),
)


def condition_of(campaign: Campaign, code: str) -> Q:
    """The cases behind a number of PROGRESS. Raises KeyError for another code."""
    period = (campaign.start_date, campaign.end_date)
    return {
        "named": Q(),
        "marked": Q(mark__isnull=False),
        "to_visit": Q(state=State.TO_VISIT),
        "handed": Q(team__campaign=campaign),
        "contacted": Q(first_contact_date__range=period),
        # Entered at a stop of this campaign, or on a list with a day inside it.
        "found": Q(stop__campaign=campaign) | Q(stop__isnull=True, is_found=True, found_at__range=period),
    }[code]


def _cases(scope: Scope, campaign: Campaign) -> QuerySet[Case]:
    return Case.objects.visible_to(scope).filter(season=campaign.season_id, directorate=campaign.directorate_id)


def progress_of(scope: Scope, campaign: Campaign) -> dict[str, int]:
    """Each number of PROGRESS, as far as the reader sees the people; one query."""
    counted = {p.code: Count("pk", filter=condition_of(campaign, p.code), distinct=True) for p in PROGRESS}
    return _cases(scope, campaign).aggregate(**counted)


def cases_behind(scope: Scope, campaign: Campaign, code: str) -> QuerySet[Case]:
    """The cases behind one number, with their persons, schools and teams. Raises KeyError for another code."""
    rows = _cases(scope, campaign).filter(condition_of(campaign, code))
    return rows.select_related("person", "school", "team")


def _count_of(model: type[Team] | type[Stop]) -> Coalesce:
    """Rows of a campaign, counted apart: the scope may have joined teams already."""
    rows = model.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def campaigns_of(scope: Scope, season: Season) -> QuerySet[Campaign]:
    """Campaigns of the season that the reader sees, with the numbers of their teams and stops."""
    rows = Campaign.objects.visible_to(scope).filter(season=season).select_related("directorate")
    return rows.annotate(team_count=_count_of(Team), stop_count=_count_of(Stop))


def visible_campaign(scope: Scope, uuid: Any) -> Campaign | None:
    """A campaign by its address, with season and directorate; None outside the scope."""
    rows = Campaign.objects.visible_to(scope).select_related("season", "directorate__place")
    return rows.filter(uuid=uuid).first()


def visible_team(scope: Scope, uuid: Any) -> Team | None:
    """A team of a visible campaign."""
    inside = Campaign.objects.visible_to(scope).values("pk")
    return Team.objects.filter(campaign__in=inside, uuid=uuid).select_related("campaign__directorate").first()


def visible_stop(scope: Scope, uuid: Any) -> Stop | None:
    """A stop of a visible campaign."""
    inside = Campaign.objects.visible_to(scope).values("pk")
    rows = Stop.objects.filter(campaign__in=inside, uuid=uuid)
    return rows.select_related("campaign__directorate__place", "campaign__season", "team").first()


def teams_of(campaign: Campaign) -> QuerySet[Team]:
    """The teams of a campaign with their members and the number of people handed to them."""
    return (
        campaign.teams.prefetch_related(Prefetch("members", queryset=User.objects.order_by("pk")))
        .annotate(handed=Count("cases", distinct=True))
        .order_by("name")
    )


def teams_visible(scope: Scope, season: Season, *, own: int | None = None) -> QuerySet[Team]:
    """Teams of the campaigns of the season that the reader sees; `own`: only those of which this user is."""
    inside = Campaign.objects.visible_to(scope).filter(season=season).values("pk")
    teams = Team.objects.filter(campaign__in=inside).select_related("campaign")
    if own is not None:
        teams = teams.filter(members=own)
    return teams.order_by("campaign__start_date", "name")


@dataclass(frozen=True)
class StopFigures:
    """A stop with what it found, counted from the files and never typed."""

    stop: Stop
    found: int


def stops_of(scope: Scope, campaign: Campaign) -> list[StopFigures]:
    """The stops in the order of their days, each with the people found there; two queries.

    Found at a stop: entered there, or on a list with its day and its quarter.
    """
    stops = list(campaign.stops.select_related("team", "commune"))
    found = _cases(scope, campaign).filter(is_found=True).values_list("stop_id", "found_at", "quarter")
    at_stop: Counter[Any] = Counter()
    for stop, day, quarter in found.order_by():
        at_stop[stop if stop else (day, _plain(quarter))] += 1
    return [StopFigures(s, at_stop[s.pk] + at_stop[(s.date, _plain(s.quarter))]) for s in stops]


def _plain(quarter: str) -> str:
    return " ".join(quarter.split()).casefold()


def agents_of(directorate: Organisation, today: dt.date) -> QuerySet[User]:
    """Field agents who hold the role in the directorate on a day."""
    held = Assignment.objects.in_force(today).filter(role=FieldAgent.code, organisation=directorate)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("username")


def communes_of(directorate: Organisation) -> QuerySet[Place]:
    """Communes inside the directorate's territory."""
    if directorate.place is None:
        return Place.objects.none()
    low, high = directorate.place.span
    return Place.objects.filter(kind=Place.Kind.COMMUNE, low__gte=low, high__lte=high).order_by("low")


# Handing over


@dataclass(frozen=True)
class Quarter:
    """Cases that wait in one quarter or douar; the empty name is where the quarter is not known."""

    name: str
    to_visit: int
    unmarked: int  # of them, those of whom the school has said nothing yet

    @property
    def key(self) -> str:
        """What the form sends: a word even when the quarter is not known."""
        return f"q:{self.name}"


def waiting_cases(
    scope: Scope, season: Season, directorate: Organisation, team: Team | None = None
) -> QuerySet[Case]:
    """Cases to visit that no team has, or that `team` has; names the school has not marked yet are among them."""
    rows = Case.objects.visible_to(scope).filter(season=season, directorate=directorate, state__in=TO_HAND)
    return rows.filter(team=team) if team else rows.filter(team__isnull=True)


def quarters_waiting(cases: QuerySet[Case]) -> list[Quarter]:
    """Waiting cases by quarter, the fullest first, the unknown quarter last; one query."""
    unmarked = Count("pk", filter=Q(state=State.NAMED, mark__isnull=True))
    rows = cases.order_by().values("quarter").annotate(n=Count("pk"), unmarked=unmarked)
    quarters = [Quarter(row["quarter"], row["n"], row["unmarked"]) for row in rows]
    return sorted(quarters, key=lambda q: (not q.name, -q.to_visit, q.name))


# Capture


def stops_near(scope: Scope, season: Season, day: dt.date, user: User) -> list[Stop]:
    """Stops that a capture may belong to: of the reader's campaigns, from a week before the day to the day itself;
    those of the reader's own teams first."""
    inside = Campaign.objects.visible_to(scope).filter(season=season).values("pk")
    week = (day - dt.timedelta(days=7), day)
    own = set(Team.objects.filter(members=user, campaign__in=inside).values_list("pk", flat=True))
    stops = list(Stop.objects.filter(campaign__in=inside, date__range=week).select_related("team"))
    return sorted(stops, key=lambda stop: (stop.team_id not in own, -stop.date.toordinal(), stop.pk))


def quarters_known(scope: Scope, directorate: Organisation, season: Season, most: int = 200) -> list[str]:
    """Names of quarters already written in the season, to be chosen rather than spelt again."""
    cases = Case.objects.visible_to(scope).filter(season=season, directorate=directorate).exclude(quarter="")
    written = cases.order_by().values("quarter").annotate(n=Count("pk")).order_by("-n", F("quarter"))[:most]
    planned = Stop.objects.filter(campaign__in=Campaign.objects.visible_to(scope).filter(season=season).values("pk"))
    names = [row["quarter"] for row in written] + list(planned.values_list("quarter", flat=True)[:most])
    return list(dict.fromkeys(names))
