"""Learners who stay away."""

import datetime as dt

from django.db.models import QuerySet

from istidrak.base.scope import Scope
from istidrak.training.models import AbsenceFollowUp, Enrolment, Group


def absence_follow_ups(scope: Scope) -> QuerySet[AbsenceFollowUp]:
    """Follow-ups of learners of visible groups: a centre that shares a learner sees its own group's alone."""
    return (
        AbsenceFollowUp.objects.visible_to(scope)
        .filter(enrolment__group__in=Group.objects.visible_to(scope))
        .select_related("person", "enrolment__group__centre")
    )


def absences_waiting(scope: Scope) -> QuerySet[AbsenceFollowUp]:
    """Learners absent in a row of whom somebody still asks, who are still in their group."""
    return absence_follow_ups(scope).filter(
        state__in=AbsenceFollowUp.WAITING, enrolment__state__in=Enrolment.HOLDS_A_PLACE
    )


def count_absences_due(scope: Scope, day: dt.date) -> int:
    """Learners to contact by a day, or awaited until before it: for the lists of what is to do."""
    return absences_waiting(scope).filter(due_date__lte=day).count()
