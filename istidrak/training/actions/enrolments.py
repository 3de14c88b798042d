"""Enrolling, completing, leaving, coming back."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, history, workflow
from istidrak.orientation.models import Decision
from istidrak.outreach import actions as outreach
from istidrak.people import actions as people
from istidrak.people.models import Person
from istidrak.schooling import actions as schooling
from istidrak.schooling.models import Stay
from istidrak.training.actions.confirmations import plan_follow_up
from istidrak.training.actions.groups import stop_teaching
from istidrak.training.models import Enrolment, Group
from istidrak.training.rules import is_group_full


class GroupFull(Exception):
    """The group holds as many learners as its capacity says."""


class AlreadyEnrolled(Exception):
    """The person is, or was, in this group."""


def take_a_place(group: Group) -> None:
    # The row of the group is locked by an update, so that two last places are not given at once on either database.
    Group.unscoped.filter(pk=group.pk).update(name=group.name)
    held = Enrolment.unscoped.filter(group=group, state=Enrolment.State.ENROLLED).count()
    if is_group_full(group.capacity, held):
        raise GroupFull(group.pk)


@transaction.atomic
def enrol(*, by: Any, person: Person, group: Group, on: dt.date, decision: Decision | None = None) -> Enrolment:
    """Enrol a person in a group: tie to the centre and the educators, arrival, a stay in school life.

    Raises GroupFull, AlreadyEnrolled.
    """
    take_a_place(group)
    try:
        with transaction.atomic():
            enrolment = Enrolment.unscoped.create(person=person, group=group, decision=decision, enrolled_date=on)
    except IntegrityError as error:
        raise AlreadyEnrolled(person.pk) from error
    people.tie(by=by, person=person, reason="ENROLLED", organisation=group.centre, since=on)
    for user in group.educators.all():
        people.tie(by=by, person=person, reason="TAUGHT", user=user, since=on)
    outreach.arrive_in(by=by, person=person, organisation=group.centre, on=on)
    _begin_stay(by, enrolment, on)
    history.record(enrolment, "enrol", by=by, thread=person, after=enrolment.state, details={"group": group.name})
    return enrolment


def _begin_stay(by: Any, enrolment: Enrolment, on: dt.date) -> None:
    group = enrolment.group
    schooling.record_stay(
        by=by,
        person=enrolment.person,
        school_year=group.season.year,
        organisation=group.centre,
        status="ENROLLED",
        since=on,
    )


def _end_stay(by: Any, enrolment: Enrolment, on: dt.date) -> None:
    # Only when no other group of the centre still has the learner.
    group = enrolment.group
    elsewhere = Enrolment.unscoped.filter(
        person=enrolment.person_id, state=Enrolment.State.ENROLLED, group__centre=group.centre_id
    )
    if elsewhere.exclude(pk=enrolment.pk).exists():
        return
    stays = Stay.unscoped.filter(
        person=enrolment.person_id,
        organisation=group.centre_id,
        school_year=group.season.year,
        status="ENROLLED",
        until__isnull=True,
    )
    for stay in stays:
        schooling.end_stay(by=by, stay=stay, until=on)


@transaction.atomic
def complete(*, by: Any, enrolment: Enrolment, on: dt.date) -> None:
    """The learner completed the programme; the stay in the centre ends, the following afterwards is planned.

    Raises MoveRefused, EndBeforeStart.
    """
    workflow.move(enrolment, "complete", by=by, thread=enrolment.person, left_date=on)
    _end_stay(by, enrolment, on)
    plan_follow_up(by=by, enrolment=enrolment)


@transaction.atomic
def drop_out(*, by: Any, enrolment: Enrolment, on: dt.date, reason: str) -> None:
    """The learner left before the end; educators no longer see the file, the stay in the centre ends.

    Raises MoveRefused, ReasonMissing, EndBeforeStart.
    """
    workflow.move(enrolment, "drop_out", by=by, thread=enrolment.person, reason=reason, left_date=on)
    _end_stay(by, enrolment, on)
    for user in enrolment.group.educators.all():
        stop_teaching(by, enrolment.person, user, enrolment.group)


@transaction.atomic
def take_back(*, by: Any, enrolment: Enrolment) -> None:
    """The learner is back in the group, from today. Raises GroupFull, MoveRefused."""
    take_a_place(enrolment.group)
    workflow.move(enrolment, "take_back", by=by, thread=enrolment.person, left_date=None)
    _begin_stay(by, enrolment, days.today())
    for user in enrolment.group.educators.all():
        people.tie(by=by, person=enrolment.person, reason="TAUGHT", user=user)
