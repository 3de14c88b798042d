"""Groups, their centres and educators."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from istidrak.accounts.models import Assignment, User
from istidrak.base import days
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.training.models import Enrolment, Group, Session


def _count(rows: QuerySet) -> Any:
    # A subquery is counted for the rows of the page alone; joins would be counted over every visible group.
    counted = rows.filter(group=OuterRef("pk")).order_by().values("group").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def groups(scope: Scope) -> QuerySet[Group]:
    """Groups inside the scope with the number of learners and of sessions whose roll-call waits.

    Learners are those whom the reader may open, as on the page of the group.
    """
    learners = Enrolment.objects.visible_to(scope).filter(state__in=Enrolment.HOLDS_A_PLACE)
    waiting = Session.objects.visible_to(scope).filter(state__in=["PLANNED", "OPENED"], date__lte=days.today())
    return (
        Group.objects.visible_to(scope)
        .select_related("centre", "programme", "season")
        .annotate(learners=_count(learners), waiting=_count(waiting))
    )


def educators_of(centre: Organisation) -> QuerySet[User]:
    """Users who teach in a centre today: educators and vocational trainers."""
    held = Assignment.objects.in_force(days.today()).filter(
        role__in=("EDUCATOR", "VOCATIONAL_TRAINER"), organisation=centre
    )
    return User.objects.filter(assignments__in=held).distinct().order_by("pk")


def centres_of(scope: Scope) -> QuerySet[Organisation]:
    """Centres in which the reader may make groups."""
    return Organisation.objects.filter(
        scope.q(place="place_number") | Q(pk__in=scope.organisations), kind="CENTRE"
    ).order_by("code")


def is_name_taken(season: Any, centre: Organisation | None, name: str | None) -> bool:
    """True when a centre has a group of that name in the season."""
    # unscoped: the constraint holds for the centre whoever asks; only yes or no leaves this function.
    return bool(centre and name) and Group.unscoped.filter(season=season, centre=centre, name=name).exists()
