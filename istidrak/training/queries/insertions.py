"""Insertions."""

from django.db.models import QuerySet

from istidrak.base.scope import Scope
from istidrak.training.models import Group, Insertion


def insertions(scope: Scope, state: str = "", kind: str = "") -> QuerySet[Insertion]:
    """Insertions of visible persons from visible groups, by state and destination."""
    rows = (
        Insertion.objects.visible_to(scope)
        .filter(enrolment__group__in=Group.objects.visible_to(scope))
        .select_related(
            "person", "enrolment__person", "enrolment__group__centre", "declared_by", "proved_by", "verified_by"
        )
    )
    rows = rows.filter(kind=kind) if kind in Insertion.Kind.values else rows
    return rows.filter(state=state) if state in Insertion.State.values else rows
