"""Complaints as pages list them: the latest due first, and how late each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from istidrak.base import days
from istidrak.base.scope import Scope
from istidrak.people.queries import words_found
from istidrak.support.models import Complaint, Instalment, Line, Purpose, Registration
from istidrak.support.queries.families import numbers_of
from istidrak.support.rules.months import months_of_year

OPEN, MINE, LATE, ALL = "OPEN", "MINE", "LATE", "ALL"


def complaints(scope: Scope) -> QuerySet[Complaint]:
    """Visible complaints: those to answer first, the most late before the others; then the answered, newest first."""
    waits = Case(When(state=Complaint.State.RECEIVED, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        Complaint.objects.visible_to(scope)
        .select_related("registration__person", "registration__school", "holder", "answered_by")
        .annotate(waits=waits)
        .order_by("waits", "due_date", "pk")
    )


def narrowed(rows: QuerySet[Complaint], which: str, user: Any, text: str) -> QuerySet[Complaint]:
    """Those to answer, mine of them, the late ones, or all; of pupils found by `text` when it is given."""
    is_open = Q(state=Complaint.State.RECEIVED)
    asked = {
        OPEN: is_open,
        MINE: is_open & Q(holder=user),
        LATE: is_open & Q(due_date__lt=days.today()),
        ALL: Q(),
    }
    rows = rows.filter(asked.get(which, is_open))
    return rows.filter(words_found(text, of="registration__person__")) if text else rows


@dataclass(frozen=True)
class Shown:
    """A complaint with the days that are left to answer it (below nought: late); None once answered."""

    row: Complaint
    days_left: int | None

    @property
    def days_late(self) -> int:
        """How many days too late; nought when in time."""
        return max(-(self.days_left or 0), 0)


def shown(rows: list[Complaint]) -> list[Shown]:
    """The complaints of a page with their days."""
    today = days.today()
    return [
        Shown(row, (row.due_date - today).days if row.state == Complaint.State.RECEIVED else None) for row in rows
    ]


def counts(scope: Scope) -> dict[str, int]:
    """How many are to answer, and how many of them are late."""
    rows = Complaint.objects.visible_to(scope).filter(state=Complaint.State.RECEIVED)
    return {OPEN: rows.count(), LATE: rows.filter(due_date__lt=days.today()).count()}


def of_registration(registration: Registration) -> QuerySet[Complaint]:
    """What the family of a visible registration objected to, the newest first."""
    return Complaint.unscoped.filter(registration=registration).select_related("holder").order_by("-pk")


def instalments_about(complaint: Complaint) -> list[Instalment]:
    """The saved instalments that a complaint can be about: with a line of the pupil, or where one would be."""
    registration = complaint.registration
    months = [complaint.month] if complaint.month else list(months_of_year(registration.school_year))
    children = numbers_of([registration.person_id])
    lines = Line.unscoped.filter(purpose=Purpose.TAYSSIR, month__in=months, child__in=children)
    with_line = Q(pk__in=list(lines.order_by().values_list("instalment", flat=True).distinct()))
    place = registration.school.place_number
    here = Q(place_low__lte=place, place_high__gte=place) if place else Q(pk__in=())
    rows = Instalment.unscoped.filter(with_line | here, school_year=registration.school_year)
    saved = rows.exclude(rules_digest="").order_by("number", "pk")
    return [row for row in saved if set(row.months) & set(months)]
