"""Lists that schools owe, and the names that a school marks."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from istidrak.accounts.models import User
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Case, ExpectedList
from istidrak.programmes.models import Season
from istidrak.schooling.models import Stay

State = ExpectedList.State
# What the page filters by, and the condition of each on a day; "late" and "waiting" part what is EXPECTED.
SHOWN = ("late", "waiting", "received", "nothing")


def _condition(show: str, as_of: dt.date) -> Q:
    return {
        "late": Q(state=State.EXPECTED, due_date__lt=as_of),
        "waiting": Q(state=State.EXPECTED, due_date__gte=as_of),
        "received": Q(state=State.RECEIVED),
        "nothing": Q(state=State.NOTHING),
    }.get(show, Q())


def owed_lists(scope: Scope, season: Season, as_of: dt.date, show: str = "") -> QuerySet[ExpectedList]:
    """Lists asked of schools in the season, with school and directorate; `show`: one of SHOWN, or all."""
    rows = ExpectedList.objects.visible_to(scope).filter(season=season)
    return rows.filter(_condition(show, as_of)).select_related("school__parent")


def counts_of_lists(scope: Scope, season: Season, as_of: dt.date) -> dict[str, int]:
    """How many lists are asked (`all`) and how many are in each part of SHOWN; one query."""
    parts = {show: Count("pk", filter=_condition(show, as_of)) for show in SHOWN}
    rows = ExpectedList.objects.visible_to(scope).filter(season=season)
    return rows.aggregate(all=Count("pk"), **parts)


def directorates_of(user: User, *roles: type) -> list[Organisation]:
    """The directorates in which the user holds one of these roles today, each once."""
    codes = {role.code for role in roles}
    held = {a.organisation_id: a.organisation for a in user.current_assignments if a.role in codes}
    return [body for body in held.values() if body.kind == Organisation.Kind.DIRECTORATE]


def schools_of(scope: Scope) -> list[Organisation]:
    """The schools that the reader answers for in person."""
    rows = Organisation.objects.filter(pk__in=scope.organisations, kind=Organisation.Kind.SCHOOL)
    return list(rows.order_by("code"))


def school_inside(scope: Scope, uuid: Any) -> Organisation | None:
    """A school of the reader's territory by its address; None outside it."""
    inside = scope.q(place="place_number", organisation="pk")
    return Organisation.objects.filter(inside, kind=Organisation.Kind.SCHOOL, uuid=uuid).first()


def pupils_of(scope: Scope, season: Season, schools: Iterable[Organisation]) -> QuerySet[Case]:
    """Names of these schools in the season, with what the school itself knows of the pupil."""
    stays = Stay.objects.visible_to(scope).order_by("-school_year", "-pk")
    return (
        Case.objects.visible_to(scope)
        .filter(season=season, school__in=list(schools))
        .select_related("person", "marked_by", "school")
        .prefetch_related(Prefetch("person__stays", queryset=stays))
    )


def unmarked(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Names of which the school has said nothing; whoever is already being followed is no longer asked about."""
    return cases.filter(mark__isnull=True, state__in=[Case.State.NAMED, Case.State.TO_VISIT])


def counts_of_marks(cases: QuerySet[Case]) -> dict[str, int]:
    """How many names, how many of them to mark, and how many have each mark; one query."""
    parts = {mark.value: Count("pk", filter=Q(mark=mark)) for mark in Case.Mark}
    waiting = Q(mark__isnull=True, state__in=[Case.State.NAMED, Case.State.TO_VISIT])
    bare = cases.select_related(None).prefetch_related(None).order_by()
    return bare.aggregate(all=Count("pk"), unmarked=Count("pk", filter=waiting), **parts)
