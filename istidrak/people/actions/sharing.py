"""Asking another directorate to share a file that may be of the same person, and answering."""

from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, history, workflow
from istidrak.organisations.models import Organisation
from istidrak.people.actions.ties import survivor_of, tie
from istidrak.people.models import CandidatePair, Person, SharingRequest, Tie


class AlreadyAsked(Exception):
    """This directorate asked for this pair before; `request` is what it sent."""

    def __init__(self, request: SharingRequest):
        self.request = request
        super().__init__("asked before")


@transaction.atomic
def request_sharing(
    *, by: Any, pair: CandidatePair, person: Person, asking: Organisation, asked: Organisation
) -> SharingRequest:
    """Ask the directorate `asked` to let the directorate `asking` see `person`, the other side of a pair.

    Raises AlreadyAsked, ValueError when the person is not of the pair.
    """
    if person.pk not in {pair.left_record.person_id, pair.right_record.person_id}:
        raise ValueError("the person is not one of the pair")
    before = SharingRequest.objects.filter(pair=pair, asking=asking).first()
    if before:
        raise AlreadyAsked(before)
    try:
        with transaction.atomic():
            request = SharingRequest.objects.create(
                pair=pair, person=person, asking=asking, asked=asked, sent_by=by, sent_at=days.now()
            )
    except IntegrityError as error:
        raise AlreadyAsked(SharingRequest.objects.get(pair=pair, asking=asking)) from error
    history.record(request, "ask", by=by, thread=person, after=request.state)
    return request


@transaction.atomic
def answer_sharing(*, by: Any, request: SharingRequest, verb: str, reason: str = "") -> Tie | None:
    """`accept`: the asking directorate sees the file from today (identity and path, never restricted facts), by a
    tie that is returned; `refuse` with a reason.

    Raises MoveRefused when it was answered meanwhile, ReasonMissing.
    """
    person = survivor_of(Person.unscoped.get(pk=request.person_id))
    workflow.move(request, verb, by=by, reason=reason, thread=person, answer=reason, answered_at=days.now())
    if verb != "accept":
        return None
    place = request.asking.place
    if place is None:
        return tie(by=by, person=person, reason=Tie.Reason.SHARED, organisation=request.asking)
    return tie(by=by, person=person, reason=Tie.Reason.SHARED, place_number=place.low)
