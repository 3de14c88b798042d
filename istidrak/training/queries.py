"""What the pages of training show."""

import unicodedata
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from istidrak.accounts.models import Assignment, User
from istidrak.base import days
from istidrak.base.identifiers import is_file_number
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.orientation.models import Decision
from istidrak.outreach.models import Referral
from istidrak.people.models import Person
from istidrak.people.queries import search
from istidrak.training.models import Attendance, Enrolment, Group, Insertion, Session
from istidrak.training.rules import attendance_rate


def _count(rows: QuerySet) -> Any:
    # A subquery is counted for the rows of the page alone; joins would be counted over every visible group.
    counted = rows.filter(group=OuterRef("pk")).order_by().values("group").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def groups(scope: Scope) -> QuerySet[Group]:
    """Groups inside the scope with the number of learners and of sessions whose roll-call waits.

    Learners are those whom the reader may open, as on the page of the group.
    """
    learners = Enrolment.objects.visible_to(scope).filter(state="ENROLLED")
    waiting = Session.objects.visible_to(scope).filter(state__in=["PLANNED", "OPENED"], date__lte=days.today())
    return (
        Group.objects.visible_to(scope)
        .select_related("centre", "programme", "season")
        .annotate(learners=_count(learners), waiting=_count(waiting))
    )


def sessions_of(scope: Scope, group: Group) -> QuerySet[Session]:
    """Sessions of a group, the newest day first."""
    return Session.objects.visible_to(scope).filter(group=group).order_by("-date", "-pk")


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


def roll_call_of(scope: Scope, session: Session) -> list[dict[str, Any]]:
    """Learners of a roll-call with their mark, in the order of enrolment, those whom the reader may see.

    A learner enrolled after the roll-call was opened is there with no mark (empty text).
    """
    marks = dict(session.attendances.values_list("enrolment_id", "mark"))
    visible = Enrolment.objects.visible_to(scope).filter(group=session.group_id).select_related("person")
    rows = visible.filter(Q(pk__in=marks) | Q(state="ENROLLED", enrolled_date__lte=session.date)).order_by("pk")
    words = dict(Attendance.Mark.choices)
    return [
        {"enrolment": row, "mark": marks.get(row.pk, ""), "words": words.get(marks.get(row.pk, ""), "")}
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
    """Insertions of visible persons from visible groups, by state."""
    rows = (
        Insertion.objects.visible_to(scope)
        .filter(enrolment__group__in=Group.objects.visible_to(scope))
        .select_related("person", "enrolment__person", "enrolment__group__centre", "declared_by", "verified_by")
    )
    return rows.filter(state=state) if state in Insertion.State.values else rows


def is_name_taken(season: Any, centre: Organisation | None, name: str | None) -> bool:
    """True when a centre has a group of that name in the season."""
    # unscoped: the constraint holds for the centre whoever asks; only yes or no leaves this function.
    return bool(centre and name) and Group.unscoped.filter(season=season, centre=centre, name=name).exists()
