"""Cases in a list, and one case with what hangs on it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet

from istidrak.base import paging
from istidrak.base.scope import Scope
from istidrak.outreach.models import Case, Contact, ProtectionConcern, Referral, Sorting, Team
from istidrak.people.access import SHARED
from istidrak.people.queries import words_found
from istidrak.programmes.models import Season

SHOWN_WITH = ("person", "school", "team", "season", "directorate")


@dataclass(frozen=True)
class Asked:
    """What a list of cases is asked for; an empty word asks for everything."""

    state: str = ""  # a value of Case.State, or OPEN for those of Case.OPEN_STATES
    quarter: str = ""
    team: str = ""  # uuid of a team, or NONE
    text: str = ""  # part of a name in either script, code or file number


def cases_page(scope: Scope, season: Season, asked: Asked, *, after: str = "") -> paging.Page:
    """One page of `cases_of`: keys first, then the rows with what is shown of them; two short queries."""
    keys = cases_of(scope, season, asked).select_related(None).only("pk")
    found = paging.page_of(keys, after=after, are_few=bool(asked.text or asked.quarter))
    # unscoped: the keys were just read inside the scope.
    rows = Case.unscoped.filter(pk__in=[case.pk for case in found.rows]).select_related("person", "school", "team")
    return paging.Page(list(rows.order_by("-pk")), found.after)


def cases_of(scope: Scope, season: Season, asked: Asked) -> QuerySet[Case]:
    """The cases of a season that answer, with person, school and team; one query.

    A case of a file that was only shared is opened from the file: it is not in the reader's list.
    """
    rows = Case.objects.visible_to(scope, besides=SHARED).filter(season=season, person__merged_into__isnull=True)
    rows = rows.exclude(joined_into__person=F("person"))  # the case that goes on is the one in the list
    if asked.state == "OPEN":
        rows = rows.filter(state__in=Case.OPEN_STATES)
    elif asked.state in Case.State.values:
        rows = rows.filter(state=asked.state)
    if asked.quarter:
        rows = rows.filter(quarter=asked.quarter)
    if asked.team == "NONE":
        rows = rows.filter(team__isnull=True)
    elif asked.team:
        rows = rows.filter(team__uuid=asked.team)
    if asked.text.strip():
        rows = rows.filter(words_found(asked.text, of="person__"))
    return rows.select_related(*SHOWN_WITH)


def quarters_of(scope: Scope, season: Season, most: int = 200) -> list[str]:
    """Quarters and douars of the season's cases, the fullest first.

    Of a territory, those of the cases that its directorates opened: an index alone answers, and a quarter is nobody.
    """
    if scope.spans:
        # unscoped: no row leaves this function, and the condition is the territory itself.
        mine = Case.unscoped.filter(scope.q(place="directorate__place_number"))
    else:
        mine = Case.objects.visible_to(scope, besides=SHARED)
    rows = mine.filter(season=season).exclude(quarter="").order_by().values("quarter")
    return [row["quarter"] for row in rows.annotate(n=Count("*")).order_by("-n", "quarter")[:most]]


def teams_with_cases(scope: Scope, season: Season) -> QuerySet[Team]:
    """Teams to which visible cases of the season are handed."""
    handed = Case.objects.visible_to(scope, besides=SHARED).filter(season=season, team__isnull=False)
    return Team.objects.filter(pk__in=handed.values("team")).select_related("campaign").order_by("name", "pk")


def visible_case(scope: Scope, uuid: Any) -> Case | None:
    """A case by its address; None outside the scope."""
    with_it = (*SHOWN_WITH, "directorate__place", "stop", "marked_by", "joined_into")
    rows = Case.objects.visible_to(scope).select_related(*with_it)
    return rows.filter(uuid=uuid).first()


@dataclass(frozen=True)
class Followed:
    """What hangs on a case: newest first."""

    contacts: list[Contact]
    sortings: list[Sorting]
    referrals: list[Referral]
    concerns: list[ProtectionConcern]
    others: list[Case]  # of the same person, in other seasons and in this one
    twins: list[Case]  # of these, the ones that are open in the same season as this one, which is open too

    @property
    def awaited(self) -> Referral | None:
        """The referral that waits for an arrival."""
        return next((row for row in self.referrals if row.state in Referral.AWAITED), None)


def followed(scope: Scope, case: Case) -> Followed:
    """Contacts, sortings, referrals, concerns and other cases of the person; five queries.

    Of concerns the scope decides as everywhere: a field agent sees the state of those they wrote.
    """
    concerns = ProtectionConcern.objects.visible_to(scope).filter(case=case).defer("text").order_by("-pk")
    rows = Case.objects.visible_to(scope).filter(person=case.person_id).exclude(pk=case.pk)
    others = list(rows.select_related("season").order_by("-season__year", "pk"))
    is_open = case.state in Case.OPEN_STATES
    return Followed(
        contacts=list(Contact.objects.visible_to(scope).filter(case=case).select_related("made_by")[:100]),
        sortings=list(Sorting.objects.visible_to(scope).filter(case=case).select_related("sorted_by")[:10]),
        referrals=list(
            Referral.objects.visible_to(scope).filter(case=case).select_related("receiver", "sent_by").order_by("-pk")
        ),
        concerns=list(concerns),
        others=others,
        twins=[
            other
            for other in others
            if is_open and other.season_id == case.season_id and other.state in Case.OPEN_STATES
        ],
    )
