"""Services of a centre: places, users, funder."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from istidrak.base import days, history
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.programmes.models import Season
from istidrak.training.models import Enrolment, Group, ServiceOffer, ServiceUse


@dataclass(frozen=True)
class OfferPage:
    """A service with those who use it today and those who did."""

    offer: ServiceOffer
    uses: list[ServiceUse]

    @property
    def used(self) -> int:
        """Places taken today, whoever the reader may open."""
        return sum(use.until_date is None or use.until_date >= days.today() for use in self.uses)

    @property
    def is_full(self) -> bool:
        """True when every place stated is used."""
        return self.offer.places is not None and self.used >= self.offer.places


def offers(scope: Scope, centre: Organisation, season: Season) -> list[OfferPage]:
    """Services of a centre in a season with their users; two queries."""
    rows = list(ServiceOffer.objects.visible_to(scope).filter(centre=centre, season=season).order_by("kind", "pk"))
    uses: dict[int, list[ServiceUse]] = {}
    for use in service_uses(scope).filter(offer__in=rows).order_by("pk"):
        uses.setdefault(use.offer_id, []).append(use)
    return [OfferPage(row, uses.get(row.pk, [])) for row in rows]


def words_of(places: int | None, funder: str) -> str:
    """Places and funder in words; what is not stated says so."""
    said = _("places not stated") if places is None else _("%(places)s places") % {"places": places}
    return f"{said} · {funder or _('funder not known')}"


@dataclass(frozen=True)
class Change:
    """What stood from a moment on: places and funder in words, who wrote it and why."""

    at: dt.datetime
    by: Any
    reason: str
    before: str  # empty when the service was first written down
    after: str


def changes_of(offer: ServiceOffer) -> list[Change]:
    """Every state of a service, newest first; one query. Services written before changes were kept say none."""
    lines = []
    for row in history.of_threads([offer]):
        if not (said := row.details) or not {"places", "funder"} <= said.keys():
            continue
        before, after = (words_of(said["places"][at], said["funder"][at]) for at in (0, 1))
        lines.append(Change(row.at, row.by, row.reason, before if row.verb == "change_service" else "", after))
    return lines


def service_uses(scope: Scope) -> QuerySet[ServiceUse]:
    """Uses of services of the reader's centres by persons tied to them."""
    return ServiceUse.objects.visible_to(scope).select_related("offer", "enrolment__person", "enrolment__group")


def services_of(scope: Scope, enrolment: Enrolment) -> QuerySet[ServiceUse]:
    """What a learner uses now."""
    today = days.today()
    return service_uses(scope).filter(Q(until_date=None) | Q(until_date__gte=today), enrolment=enrolment)


def learners_in(scope: Scope, centre: Organisation, season: Season) -> QuerySet[Enrolment]:
    """Learners who hold a place in a centre in a season, whom the reader may open."""
    groups = Group.objects.visible_to(scope).filter(centre=centre, season=season)
    rows = Enrolment.objects.visible_to(scope).filter(group__in=groups, state__in=Enrolment.HOLDS_A_PLACE)
    return rows.select_related("person", "group").order_by("group__name", "pk")
