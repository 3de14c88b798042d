"""Learners of groups, and who may become one."""

import unicodedata
from typing import Any

from django.db.models import QuerySet

from istidrak.base.identifiers import is_file_number
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.orientation.models import Decision
from istidrak.outreach.models import Referral
from istidrak.people.models import Person
from istidrak.people.queries import search
from istidrak.training.models import Attendance, Enrolment, Group, Insertion
from istidrak.training.rules import attendance_rate


def learners_of(scope: Scope, group: Group) -> list[dict[str, Any]]:
    """Learners of a group with their attendance over the roll-calls taken; three queries."""
    rows = list(
        Enrolment.objects.visible_to(scope).filter(group=group).select_related("person").order_by("state", "pk")
    )
    marks: dict[int, list[str]] = {}
    for enrolment, mark in Attendance.objects.filter(enrolment__in=rows).values_list("enrolment_id", "mark"):
        marks.setdefault(enrolment, []).append(mark)
    insertions = {i.enrolment_id: i for i in Insertion.objects.visible_to(scope).filter(enrolment__in=rows)}
    return [
        {
            "enrolment": row,
            "marks": len(marks.get(row.pk, [])),
            "insertion": insertions.get(row.pk),
            "rate": None if (rate := attendance_rate(marks.get(row.pk, []))) is None else round(100 * rate),
        }
        for row in rows
    ]


def referred_to(scope: Scope, centre: Organisation, group: Group) -> QuerySet[Person]:
    """Persons awaited by a centre in the season, or arrived there, and not in the group: whom it may enrol."""
    states = [*Referral.AWAITED, Referral.State.CONFIRMED]
    awaited = Referral.objects.visible_to(scope).filter(
        receiver=centre, state__in=states, case__season=group.season_id
    )
    return (
        Person.objects.visible_to(scope)
        .filter(pk__in=awaited.values("case__person"))
        .exclude(enrolments__group=group)
        .order_by("pk")
    )


def person_of_number(scope: Scope, text: str) -> Person | None:
    """The visible person of a file number read aloud or typed, in any digits; None when there is none."""
    number = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text.strip())
    return next(iter(search(scope, number).rows), None) if is_file_number(number) else None


def decision_behind(scope: Scope, person: Person, group: Group) -> Decision | None:
    """The decision that sends a person to the centre of a group in its season, if any."""
    rows = Decision.objects.visible_to(scope).filter(person=person, season=group.season_id, receiver=group.centre_id)
    return rows.filter(state=Decision.State.DECIDED).order_by("-pk").first()


def enrolments(scope: Scope) -> QuerySet[Enrolment]:
    """Enrolments of visible persons in visible groups: a centre that shares a learner acts on its own group alone."""
    return (
        Enrolment.objects.visible_to(scope)
        .filter(group__in=Group.objects.visible_to(scope))
        .select_related("person", "group__centre", "group__season", "group__programme")
    )
