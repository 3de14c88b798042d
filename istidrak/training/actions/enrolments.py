"""Enrolling, suspending, completing, leaving, coming back."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from istidrak.base import days, history, workflow
from istidrak.organisations.models import Organisation
from istidrak.orientation.models import Decision
from istidrak.outreach import actions as outreach
from istidrak.people import actions as people
from istidrak.people.models import Person
from istidrak.schooling import actions as schooling
from istidrak.schooling.models import Stay
from istidrak.training.actions.absences import end_absence_follow_ups
from istidrak.training.actions.confirmations import plan_follow_up
from istidrak.training.actions.days import refuse_bad_day
from istidrak.training.actions.groups import stop_teaching
from istidrak.training.models import Application, Enrolment, Group, ServiceUse
from istidrak.training.rules import is_group_full


class GroupFull(Exception):
    """The group holds as many learners as its capacity says."""


class AlreadyEnrolled(Exception):
    """The person is, or was, in this group."""


def take_a_place(group: Group) -> None:
    # The row of the group is locked by an update, so that two last places are not given at once on either database.
    Group.unscoped.filter(pk=group.pk).update(name=F("name"))
    group.refresh_from_db(fields=["capacity"])  # it may have been changed since the page was opened
    held = Enrolment.unscoped.filter(group=group, state__in=Enrolment.HOLDS_A_PLACE).count()
    if is_group_full(group.capacity, held):
        raise GroupFull(group.pk)


@transaction.atomic
def enrol(*, by: Any, person: Person, group: Group, on: dt.date, decision: Decision | None = None) -> Enrolment:
    """Enrol a person in a group: tie to the centre and the educators, arrival, a stay in school life.

    The open request of the person for this programme of the centre ends as enrolled; without one, the registration
    file (an application of origin DIRECT) is made. Raises GroupFull, AlreadyEnrolled, BadDay.
    """
    refuse_bad_day(on, season=group.season)
    person = people.held(person)
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
    _end_request(by, enrolment, decision)
    return enrolment


def _end_request(by: Any, enrolment: Enrolment, decision: Decision | None) -> None:
    group = enrolment.group
    asked = {
        "person": enrolment.person,
        "centre": group.centre,
        "programme": group.programme,
        "season": group.season,
    }
    request = Application.unscoped.filter(state__in=Application.OPEN_STATES, **asked).first()
    if request is not None:
        workflow.move(request, "enrol", by=by, thread=enrolment.person, enrolment=enrolment)
        return
    # No history row of its own: the enrolment's says it, and two lines for one act would be read as two acts.
    Application.unscoped.create(
        **asked,
        origin=Application.Origin.DIRECT,
        decision=decision,
        state=Application.State.ENROLLED,
        requested_date=enrolment.enrolled_date,
        enrolment=enrolment,
        received_by=by,
        received_at=days.now(),
    )


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


def still_in(enrolment: Enrolment) -> bool:
    """True when another group of the same centre has the learner."""
    rows = Enrolment.unscoped.filter(
        person=enrolment.person_id, state__in=Enrolment.HOLDS_A_PLACE, group__centre=enrolment.group.centre_id
    )
    return rows.exclude(pk=enrolment.pk).exists()


def end_what_the_centre_gives(by: Any, enrolment: Enrolment, on: dt.date) -> None:
    """The stay, when no other group of the centre has the learner, and the services end that day."""
    for use in ServiceUse.unscoped.filter(enrolment=enrolment, until_date=None):
        ServiceUse.unscoped.filter(pk=use.pk).update(until_date=max(on, use.since_date))
        history.record(use, "end_service", by=by, thread=enrolment.person)
    # Nobody asks after them here any more; where they went is said by the enrolment itself.
    end_absence_follow_ups(by=by, enrolment=enrolment, reason=str(enrolment.get_state_display()))
    if still_in(enrolment):
        return
    group = enrolment.group
    stays = Stay.unscoped.filter(
        person=enrolment.person_id,
        organisation=group.centre_id,
        school_year=group.season.year,
        status="ENROLLED",
        until__isnull=True,
    )
    for stay in stays:
        schooling.end_stay(by=by, stay=stay, until=on)


def stop_being_taught(by: Any, enrolment: Enrolment) -> None:
    for user in enrolment.group.educators.all():
        stop_teaching(by, enrolment.person, user, enrolment.group)


@transaction.atomic
def complete(*, by: Any, enrolment: Enrolment, on: dt.date) -> None:
    """The learner completed the programme; the stay in the centre ends, the following afterwards is planned.

    Raises MoveRefused, EndBeforeStart, BadDay.
    """
    refuse_bad_day(on, enrolment=enrolment)
    workflow.move(enrolment, "complete", by=by, thread=enrolment.person, left_date=on)
    end_what_the_centre_gives(by, enrolment, on)
    plan_follow_up(by=by, enrolment=enrolment)


@transaction.atomic
def drop_out(*, by: Any, enrolment: Enrolment, on: dt.date, reason: str, cause: str = "") -> None:
    """The learner left before the end; educators no longer see the file, the stay in the centre ends.

    `cause`: a code of the list of causes, empty when not said; `reason`: in words.

    Raises MoveRefused, ReasonMissing, EndBeforeStart, BadDay.
    """
    refuse_bad_day(on, enrolment=enrolment)
    workflow.move(
        enrolment,
        "drop_out",
        by=by,
        thread=enrolment.person,
        reason=reason,
        left_date=on,
        suspended_date=None,
        leaving_cause=cause,
    )
    end_what_the_centre_gives(by, enrolment, on)
    stop_being_taught(by, enrolment)


@transaction.atomic
def return_to_school(
    *, by: Any, enrolment: Enrolment, on: dt.date, reason: str, school: Organisation | None = None
) -> None:
    """The learner went back to formal school before the end: `reason` says where and how it is known.

    With a `school` that the program knows, the stay there begins. Raises MoveRefused, ReasonMissing, EndBeforeStart,
    BadDay.
    """
    refuse_bad_day(on, enrolment=enrolment)
    person = enrolment.person
    workflow.move(
        enrolment, "return_to_school", by=by, thread=person, reason=reason, left_date=on, suspended_date=None
    )
    end_what_the_centre_gives(by, enrolment, on)
    stop_being_taught(by, enrolment)
    if school is not None:
        schooling.record_stay(
            by=by,
            person=person,
            school_year=days.school_year_of(on),
            organisation=school,
            status="REINTEGRATED",
            since=on,
        )


@transaction.atomic
def suspend(*, by: Any, enrolment: Enrolment, on: dt.date, reason: str) -> None:
    """The learner stops coming for a time and keeps the place. Raises MoveRefused, ReasonMissing, BadDay."""
    refuse_bad_day(on, enrolment=enrolment)
    workflow.move(enrolment, "suspend", by=by, thread=enrolment.person, reason=reason, suspended_date=on)


@transaction.atomic
def resume(*, by: Any, enrolment: Enrolment) -> None:
    """The learner comes again. Raises MoveRefused."""
    workflow.move(enrolment, "resume", by=by, thread=enrolment.person, suspended_date=None)


@transaction.atomic
def take_back(*, by: Any, enrolment: Enrolment) -> None:
    """The learner is back in the group, from today. Raises GroupFull, MoveRefused."""
    take_a_place(enrolment.group)
    workflow.move(enrolment, "take_back", by=by, thread=enrolment.person, left_date=None, leaving_cause="")
    _begin_stay(by, enrolment, days.today())
    for user in enrolment.group.educators.all():
        people.tie(by=by, person=enrolment.person, reason="TAUGHT", user=user)
