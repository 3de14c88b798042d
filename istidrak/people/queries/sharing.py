"""Requests between directorates to share a file, as each side may see them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from istidrak.accounts.models import User
from istidrak.accounts.roles import DirectorateOfficer
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.people.models import CandidatePair, Person, SharingRequest, Tie
from istidrak.people.queries.duplicates import PairShown
from istidrak.people.queries.persons import end_of_chain

MOST = 200  # requests shown: open ones first, then the newest


@dataclass(frozen=True)
class RequestShown:
    """A request, and the person it is about when the reader may see them (the asking side: only once shared)."""

    request: SharingRequest
    person: Person | None


def asked_of(scope: Scope) -> QuerySet[SharingRequest]:
    """Requests that directorates of the scope are to answer."""
    return _with_bodies(SharingRequest.objects.filter(scope.q(place="asked__place_number")))


def asked_by(scope: Scope) -> QuerySet[SharingRequest]:
    """Requests that directorates of the scope sent."""
    return _with_bodies(SharingRequest.objects.filter(scope.q(place="asking__place_number")))


def _with_bodies(rows: QuerySet[SharingRequest]) -> QuerySet[SharingRequest]:
    return rows.select_related("asking__place", "asked__place", "sent_by", "person", "pair")


def received(scope: Scope) -> list[RequestShown]:
    """Requests to answer first, then those answered, newest first."""
    return _shown(scope, asked_of(scope))


def sent(scope: Scope) -> list[RequestShown]:
    """Requests sent, those without an answer first."""
    return _shown(scope, asked_by(scope))


def _shown(scope: Scope, rows: QuerySet[SharingRequest]) -> list[RequestShown]:
    found = sorted(rows.order_by("-pk")[:MOST], key=lambda row: row.state != SharingRequest.State.SENT)
    ends = {row.pk: end_of_chain(row.person) for row in found}
    keys = [person.pk for person in ends.values()]
    seen = {person.pk: person for person in Person.objects.visible_to(scope).filter(pk__in=keys)}
    return [RequestShown(row, seen.get(ends[row.pk].pk)) for row in found]


def waiting(scope: Scope) -> int:
    """How many requests directorates of the scope still have to answer."""
    return SharingRequest.objects.filter(
        scope.q(place="asked__place_number"), state=SharingRequest.State.SENT
    ).count()


def sent_for(scope: Scope, pair: CandidatePair) -> SharingRequest | None:
    """What the reader's directorate asked for this pair."""
    return asked_by(scope).filter(pair=pair).first()


def own_directorate(user: User, person: Person | None) -> Organisation | None:
    """The directorate for which an officer acts about a person: theirs whose territory holds an open tie, else the
    first they are officer of."""
    own = [a.organisation for a in user.current_assignments if a.role == DirectorateOfficer.code]
    numbers = Tie.objects.filter(person=person, place_number__isnull=False).values_list("place_number", flat=True)
    for body in own:
        if body.place and any(body.place.low <= number <= body.place.high for number in numbers):
            return body
    return own[0] if own else None


def hidden_person(shown: PairShown) -> Any:
    """The person of the side that the reader does not see, for the request about them; never for a page."""
    pair = shown.pair
    return pair.right_record.person if shown.left.is_seen else pair.left_record.person
