"""What the stations from orientation to insertion count in a season, by programme and by sex."""

import datetime as dt
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from istidrak.base.scope import Scope
from istidrak.orientation.models import Decision
from istidrak.outreach.models import Case
from istidrak.programmes.models import Season
from istidrak.training.facts_insertions import RATE_BASES, insertion_people, insertion_rates
from istidrak.training.models import Enrolment, Insertion

__all__ = ["RATE_BASES", "Cells", "insertion_people", "insertion_rates", "season_counts"]

# {(code of the programme or None, "F", "M" or None): number of persons}; what is not known stays None.
Cells = dict[tuple[str | None, str | None], int]


def season_counts(scope: Scope, season: Season, *, on: dt.date | None = None) -> dict[str, Cells]:
    """Persons of the scope by station of the season, each once in a cell (who was in two programmes is in both).

    `oriented`: a decision stands. `arrived`: the receiver confirmed; the programme is that of the standing
    decision, None for who was sent without one. `enrolled`: in a group on the day `on`, or ever without a day.
    `completed`. `declared`: an insertion declared, proved or verified. `verified`: on its proof. Six queries.
    """
    decisions = Decision.objects.visible_to(scope).filter(season=season, state=Decision.State.DECIDED)
    arrived = Case.objects.visible_to(scope).filter(season=season, state=Case.State.ARRIVED)
    enrolments = Enrolment.objects.visible_to(scope).filter(group__season=season)
    insertions = Insertion.objects.visible_to(scope).filter(enrolment__group__season=season)
    standing = Decision.unscoped.filter(case=OuterRef("pk"), state=Decision.State.DECIDED)
    return {
        "oriented": _cells(decisions, "programme__code"),
        "arrived": _cells(arrived.annotate(code=Subquery(standing.values("programme__code")[:1])), "code"),
        "enrolled": _cells(enrolments.filter(_there(on)), "group__programme__code"),
        "completed": _cells(enrolments.filter(state=Enrolment.State.COMPLETED), "group__programme__code"),
        "declared": _cells(
            insertions.exclude(state=Insertion.State.NOT_CONFIRMED), "enrolment__group__programme__code"
        ),
        "verified": _cells(insertions.filter(state=Insertion.State.VERIFIED), "enrolment__group__programme__code"),
    }


def _there(on: dt.date | None) -> Q:
    """In a group on a day: the day of leaving is the last one."""
    if on is None:
        return Q()
    return Q(enrolled_date__lte=on) & (Q(left_date__isnull=True) | Q(left_date__gte=on))


def _cells(rows: QuerySet[Any], programme: str) -> Cells:
    counted = rows.order_by().values_list(programme, "person__sex").annotate(Count("person", distinct=True))
    return {(code, sex): number for code, sex, number in counted}
