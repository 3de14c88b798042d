"""Making groups and saying who teaches them."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from istidrak.accounts.models import User
from istidrak.base import history
from istidrak.organisations.models import Organisation
from istidrak.people import actions as people
from istidrak.people.models import Person
from istidrak.programmes.models import Programme, Season
from istidrak.training.models import Enrolment, Group

# While enrolled and once completed, a learner's file is open to the educators of the group.
TAUGHT = (*Enrolment.HOLDS_A_PLACE, Enrolment.State.COMPLETED)


@transaction.atomic
def create_group(
    *,
    by: Any,
    season: Season,
    centre: Organisation,
    programme: Programme,
    name: str,
    capacity: int | None = None,
    kind: str = Group.Kind.NORMAL,
    educators: Iterable[User] = (),
) -> Group:
    """A new group. Raises IntegrityError when the centre already has one of that name in the season."""
    group = Group.unscoped.create(
        season=season, centre=centre, programme=programme, name=name, capacity=capacity, kind=kind
    )
    group.educators.set(educators)
    history.record(group, "create_group", by=by)
    return group


@transaction.atomic
def set_educators(*, by: Any, group: Group, educators: Iterable[User]) -> None:
    """Who teaches a group; personal ties to its learners follow, both ways.

    Whoever completed keeps an educator (an insertion may still be declared), until that educator leaves the group.
    """
    chosen, before = set(educators), set(group.educators.all())
    group.educators.set(chosen)
    learners = Enrolment.unscoped.filter(group=group, state__in=TAUGHT).select_related("person")
    for enrolment in learners:
        if enrolment.state in Enrolment.HOLDS_A_PLACE:
            for user in chosen - before:
                people.tie(by=by, person=enrolment.person, reason="TAUGHT", user=user)
        for user in before - chosen:
            stop_teaching(by, enrolment.person, user, group)
    history.record(group, "set_educators", by=by, details={"educators": sorted(user.pk for user in chosen)})


def stop_teaching(by: Any, person: Person, user: User, left: Group) -> None:
    # The same educator may teach the person in another group: then the tie stays.
    others = Enrolment.unscoped.filter(person=person, state__in=TAUGHT, group__educators=user)
    if not others.exclude(group=left).exists():
        people.untie(by=by, person=person, reason="TAUGHT", user=user)
