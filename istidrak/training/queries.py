"""What the pages of training show."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from istidrak.accounts.models import Assignment, User
from istidrak.base import days
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Referral
from istidrak.people.models import Person
from istidrak.training.models import Attendance, Enrolment, Group, Insertion, Session
from istidrak.training.rules import attendance_rate


def groups(scope: Scope) -> QuerySet[Group]:
    """Groups inside the scope with their learners and the sessions whose roll-call waits."""
    waiting = Q(sessions__state__in=["PLANNED", "OPENED"], sessions__date__lte=days.today())
    return (
        Group.objects.visible_to(scope)
        .select_related("centre", "programme", "season")
        .annotate(
            learners=Count("enrolments", filter=Q(enrolments__state="ENROLLED"), distinct=True),
            waiting=Count("sessions", filter=waiting, distinct=True),
        )
    )


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


def roll_call_of(scope: Scope, session: Session) -> list[Attendance]:
    """The marks of a roll-call, in the order of enrolment, for learners whom the reader may see."""
    visible = Enrolment.objects.visible_to(scope).filter(group=session.group_id)
    return list(
        Attendance.objects.filter(session=session, enrolment__in=visible)
        .select_related("enrolment__person")
        .order_by("enrolment_id")
    )


def referred_to(scope: Scope, centre: Organisation, group: Group) -> QuerySet[Person]:
    """Persons awaited by a centre and not in the group: those whom it may enrol."""
    awaited = Referral.objects.visible_to(scope).filter(receiver=centre, state__in=Referral.AWAITED)
    return (
        Person.objects.visible_to(scope)
        .filter(pk__in=awaited.values("case__person"))
        .exclude(enrolments__group=group)
        .order_by("pk")
    )


def educators_of(centre: Organisation) -> QuerySet[User]:
    """Users who hold the educator's role in a centre today."""
    held = Assignment.objects.in_force(days.today()).filter(role="EDUCATOR", organisation=centre)
    return User.objects.filter(assignments__in=held).distinct().order_by("pk")


def centres_of(scope: Scope) -> QuerySet[Organisation]:
    """Centres in which the reader may make groups."""
    return Organisation.objects.filter(
        scope.q(place="place_number") | Q(pk__in=scope.organisations), kind="CENTRE"
    ).order_by("code")


def insertions(scope: Scope, state: str = "") -> QuerySet[Insertion]:
    """Insertions of visible persons, by state."""
    rows = Insertion.objects.visible_to(scope).select_related("person", "enrolment__group__centre", "declared_by")
    return rows.filter(state=state) if state in Insertion.State.values else rows


def is_name_taken(season: Any, centre: Organisation | None, name: str | None) -> bool:
    """True when a centre has a group of that name in the season."""
    # unscoped: the constraint holds for the centre whoever asks; only yes or no leaves this function.
    return bool(centre and name) and Group.unscoped.filter(season=season, centre=centre, name=name).exists()
