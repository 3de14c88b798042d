"""Closed days of a centre, and what a group does each week."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from istidrak.base import parameters
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.training.models import Closure, Group, Session, TimetableEntry
from istidrak.training.rules.calendar import Holiday, fixed_holidays

FIXED = "training.fixed_holiday"


def holidays_between(first: dt.date, last: dt.date) -> list[Holiday]:
    """Holidays of a fixed day between two days; one query."""
    return fixed_holidays(parameters.values_of(FIXED), first, last)


def closures_of(centre: Organisation, first: dt.date, last: dt.date) -> QuerySet[Closure]:
    """Closures that hold in a centre and touch the days from first to last."""
    here = Q(organisation__isnull=True) | Q(organisation=centre)
    if centre.place_number is not None:
        here |= Q(
            organisation__kind__in=("ACADEMY", "DIRECTORATE"),
            organisation__place__low__lte=centre.place_number,
            organisation__place__high__gte=centre.place_number,
        )
    # unscoped: the calendar holds for the centre whoever plans; it names no person.
    rows = Closure.unscoped.filter(here, state=Closure.State.HOLDS, start_date__lte=last, end_date__gte=first)
    return rows.order_by("start_date", "pk")


def closed_days(centre: Organisation, first: dt.date, last: dt.date) -> dict[dt.date, Closure | Holiday]:
    """What closes a centre, by day, between two days; two queries. A holiday of a fixed day is named first."""
    closed: dict[dt.date, Closure | Holiday] = {}
    for closure in closures_of(centre, first, last):
        day, end = max(first, closure.start_date), min(last, closure.end_date)
        while day <= end:
            closed.setdefault(day, closure)
            day += dt.timedelta(days=1)
    return closed | {holiday.date: holiday for holiday in holidays_between(first, last)}


def name_of(closed: Closure | Holiday, language: str) -> str:
    """The name of what closes a day, in a language; the other one rather than nothing."""
    pair = (closed.name_ar, closed.name_fr)
    return pair[1] or pair[0] if language == "fr" else pair[0] or pair[1]


def closures(scope: Scope) -> QuerySet[Closure]:
    """Closed days that concern the reader, the latest first."""
    return Closure.objects.visible_to(scope).select_related("organisation", "made_by").order_by("-start_date", "-pk")


def cancelled_by(closure: Closure) -> int:
    """How many sessions a closing cancelled, in every centre that it closes: a number, no row."""
    return Session.unscoped.filter(closure=closure).count()


def closing_bodies(scope: Scope, assignments: Iterable[Any]) -> list[Organisation]:
    """Bodies for which somebody may close days: those of their roles; the ministry stands for the country."""
    bodies = {assignment.organisation_id: assignment.organisation for assignment in assignments}
    return [bodies[key] for key in sorted(bodies)]


def timetable_of(scope: Scope, group: Group) -> list[TimetableEntry]:
    """What a group does each week, by weekday and hour."""
    rows = TimetableEntry.objects.visible_to(scope).filter(group=group).select_related("host")
    return list(rows.order_by("weekday", "starts_at", "pk"))
