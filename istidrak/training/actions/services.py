"""Accommodation, meals and transport."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from istidrak.base import days, history, workflow
from istidrak.organisations.models import Organisation
from istidrak.programmes.models import Season
from istidrak.training.actions.days import BadDay, refuse_bad_day
from istidrak.training.models import Enrolment, ServiceOffer, ServiceUse
from istidrak.training.rules import is_group_full


class ServiceFull(Exception):
    """Every place of the service is used."""


class AlreadyUsed(Exception):
    """The learner uses this service already."""


class AlreadyOffered(Exception):
    """The centre offers this service of this funder in the season already."""


class ServiceChanged(Exception):
    """Somebody changed the places or the funder since the page was opened; nothing was written."""


class PlacesInUse(Exception):
    """More learners use the service than it would have places. `users`: how many."""

    def __init__(self, users: int):
        super().__init__(users)
        self.users = users


class AlreadyEnded(Exception):
    """Somebody ended this use already."""


class NotOfCentre(Exception):
    """The learner is not, or no longer, in a group of the centre that offers the service."""


@transaction.atomic
def offer_service(
    *, by: Any, centre: Organisation, season: Season, kind: str, places: int | None = None, funder: str = ""
) -> ServiceOffer:
    """A service of a centre in a season; places and funder may be unknown. Raises AlreadyOffered."""
    try:
        with transaction.atomic():
            row = ServiceOffer.unscoped.create(
                centre=centre, season=season, kind=kind, places=places, funder=" ".join(funder.split())
            )
    except IntegrityError as error:
        raise AlreadyOffered(centre.pk) from error
    history.record(row, "offer_service", by=by, details={"places": [None, places], "funder": ["", row.funder]})
    return row


@transaction.atomic
def change_service(
    *,
    by: Any,
    offer: ServiceOffer,
    places: int | None,
    funder: str,
    reason: str,
    seen_places: int | None,
    seen_funder: str,
) -> None:
    """Other places or another funder of a service, with why; what stood before stays in its history.

    `seen_places` and `seen_funder`: what the editor had before them. The same change sent twice is written once.
    Raises ServiceChanged, PlacesInUse, AlreadyOffered (the centre has this service of that funder), ReasonMissing.
    """
    if not reason.strip():
        raise workflow.ReasonMissing("change_service")
    funder = " ".join(funder.split())
    ServiceOffer.unscoped.filter(pk=offer.pk).update(kind=F("kind"))  # the row is ours until the end
    offer.refresh_from_db(fields=["places", "funder"])
    before = (offer.places, offer.funder)
    if before == (places, funder):
        return
    if before != (seen_places, seen_funder):
        raise ServiceChanged(offer.pk)
    users = _users_since(offer, days.today())
    if places is not None and places < users and places != offer.places:
        raise PlacesInUse(users)
    try:
        with transaction.atomic():
            ServiceOffer.unscoped.filter(pk=offer.pk).update(places=places, funder=funder)
    except IntegrityError as error:
        raise AlreadyOffered(offer.pk) from error
    offer.places, offer.funder = places, funder
    details = {"places": [before[0], places], "funder": [before[1], funder]}
    history.record(offer, "change_service", by=by, reason=reason.strip(), details=details)


def _users_since(offer: ServiceOffer, day: dt.date) -> int:
    """How many use the service on the day or later."""
    rows = ServiceUse.unscoped.filter(Q(until_date=None) | Q(until_date__gt=day), offer=offer)
    return rows.count()


@transaction.atomic
def use_service(*, by: Any, offer: ServiceOffer, enrolment: Enrolment, since: dt.date) -> ServiceUse:
    """A learner of the centre uses a service from a day. Raises ServiceFull, AlreadyUsed, NotOfCentre, BadDay."""
    refuse_bad_day(since, enrolment=enrolment)
    # Locked by an update: a learner who leaves at this instant leaves the bed too, or takes none.
    here = Enrolment.unscoped.filter(pk=enrolment.pk, state__in=Enrolment.HOLDS_A_PLACE)
    if enrolment.group.centre_id != offer.centre_id or not here.update(group=F("group")):
        raise NotOfCentre(enrolment.pk)
    # As a group is: the last bed is given once on either database.
    ServiceOffer.unscoped.filter(pk=offer.pk).update(funder=F("funder"))
    offer.refresh_from_db(fields=["places"])
    if is_group_full(offer.places, _users_since(offer, since)):
        raise ServiceFull(offer.pk)
    try:
        with transaction.atomic():
            row = ServiceUse.unscoped.create(offer=offer, enrolment=enrolment, since_date=since)
    except IntegrityError as error:
        raise AlreadyUsed(enrolment.pk) from error
    history.record(row, "use_service", by=by, thread=enrolment.person, details={"kind": offer.kind})
    return row


@transaction.atomic
def end_service(*, by: Any, use: ServiceUse, until: dt.date) -> None:
    """The learner uses the service no longer; the place is free from the day after. Raises BadDay, AlreadyEnded."""
    refuse_bad_day(until)
    if until < use.since_date:
        raise BadDay("BEFORE_SINCE")
    if not ServiceUse.unscoped.filter(pk=use.pk, until_date=None).update(until_date=until):
        raise AlreadyEnded(use.pk)
    use.until_date = until
    history.record(use, "end_service", by=by, thread=use.enrolment.person)
