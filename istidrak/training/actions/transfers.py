"""A learner goes to another centre: the sender asks, the receiver answers."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, history, workflow
from istidrak.organisations.models import Organisation
from istidrak.people import actions as people
from istidrak.training.actions.days import refuse_bad_day
from istidrak.training.actions.enrolments import end_what_the_centre_gives, enrol, still_in, stop_being_taught
from istidrak.training.facts.applications import directorate_of
from istidrak.training.models import Enrolment, Group, Transfer

# What let the sending centre see the file; a list that names the person there is not undone by a transfer.
SENT_AWAY = ("ENROLLED", "APPLIED", "REFERRED")


class AlreadyAskedFor(Exception):
    """A transfer of this learner waits for an answer."""


class NotTransferable(Exception):
    """The learner is no longer in the group, or the receiver is the same centre, or no centre."""


class OtherCentre(Exception):
    """The chosen group is not of the receiving centre."""


@transaction.atomic
def ask_transfer(*, by: Any, enrolment: Enrolment, receiver: Organisation, reason: str) -> Transfer:
    """Ask another centre to take a learner. Raises AlreadyAskedFor, NotTransferable, ReasonMissing."""
    if not reason.strip():
        raise workflow.ReasonMissing("ask_transfer")
    # Locked by an update: a learner who leaves at the same instant is not asked for.
    here = Enrolment.unscoped.filter(pk=enrolment.pk, state__in=Enrolment.HOLDS_A_PLACE)
    is_centre = receiver.kind == Organisation.Kind.CENTRE and receiver.pk != enrolment.group.centre_id
    if not is_centre or not here.update(group=enrolment.group_id):
        raise NotTransferable(enrolment.pk)
    try:
        with transaction.atomic():
            transfer = Transfer.unscoped.create(
                enrolment=enrolment, receiver=receiver, reason=reason.strip(), asked_by=by, asked_at=days.now()
            )
    except IntegrityError as error:
        raise AlreadyAskedFor(enrolment.pk) from error
    history.record(transfer, "ask", by=by, thread=enrolment.person, after=transfer.state, reason=transfer.reason)
    return transfer


@transaction.atomic
def accept_transfer(*, by: Any, transfer: Transfer, group: Group, on: dt.date) -> Enrolment:
    """Take the learner into a group of the receiving centre from a day; the first enrolment ends that day.

    Stay, services and what let the sender open the file end; the receiver's begin. In another directorate, that one
    sees the file from now on too. Notes of psychosocial follow-up stay with the centre that wrote
    them. Raises GroupFull, AlreadyEnrolled, OtherCentre, BadDay, EndBeforeStart, MoveRefused (answered meanwhile, or
    no longer in the group).
    """
    if group.centre_id != transfer.receiver_id:
        raise OtherCentre(group.pk)
    old = transfer.enrolment
    refuse_bad_day(on, enrolment=old)
    workflow.move(transfer, "accept", by=by, thread=old.person, answered_by=by, answered_at=days.now())
    workflow.move(old, "transfer", by=by, thread=old.person, left_date=on, suspended_date=None)
    end_what_the_centre_gives(by, old, on)
    stop_being_taught(by, old)
    if not still_in(old):
        for reason in SENT_AWAY:
            people.untie(by=by, person=old.person, reason=reason, organisation=old.group.centre)
    new = enrol(by=by, person=old.person, group=group, on=on)
    _open_to_directorate(by, old, transfer.receiver)
    Transfer.unscoped.filter(pk=transfer.pk).update(new_enrolment=new)
    transfer.new_enrolment = new
    return new


def _open_to_directorate(by: Any, old: Enrolment, receiver: Organisation) -> None:
    directorate = directorate_of(receiver)
    if directorate is None or directorate.place is None:
        return
    low, high = directorate.place.span
    number = old.group.centre.place_number
    if number is None or not low <= number <= high:
        people.tie(by=by, person=old.person, reason="ENROLLED", place_number=low)


def _close(by: Any, transfer: Transfer, verb: str, reason: str) -> None:
    workflow.move(
        transfer,
        verb,
        by=by,
        thread=transfer.enrolment.person,
        reason=reason,
        answer=reason.strip(),
        answered_by=by,
        answered_at=days.now(),
    )


def refuse_transfer(*, by: Any, transfer: Transfer, reason: str) -> None:
    """The receiving centre does not take the learner, who stays where they are. Raises MoveRefused, ReasonMissing."""
    _close(by, transfer, "refuse", reason)


def cancel_transfer(*, by: Any, transfer: Transfer, reason: str) -> None:
    """The sending centre asks no longer. Raises MoveRefused, ReasonMissing."""
    _close(by, transfer, "cancel", reason)
