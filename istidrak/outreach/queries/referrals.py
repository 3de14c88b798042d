"""Referrals as their receivers and the officers see them; who may receive."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from istidrak.base.exchange.headings import normalised
from istidrak.base.parameters import parameters_on
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Referral
from istidrak.outreach.rules import referrals as rules

State = Referral.State
KINDS = (Organisation.Kind.SCHOOL, Organisation.Kind.CENTRE, Organisation.Kind.TRAINING_BODY)
SHOWN = {
    "waiting": Q(state__in=Referral.AWAITED),
    "confirmed": Q(state=State.CONFIRMED),
    "ended": Q(state__in=[State.REFUSED, State.NEVER_CAME]),
}
MONTH, DELAY, SESSIONS = "outreach.school_month_days", "outreach.arrival_delay_days", "outreach.arrival_sessions"


def receivers_of(directorate: Organisation) -> QuerySet[Organisation]:
    """Schools, centres and training bodies of a directorate's territory, by kind then code."""
    inside = Q(parent=directorate)
    if directorate.place is not None:
        inside |= Q(place_number__range=directorate.place.span)
    return Organisation.objects.filter(inside, kind__in=KINDS).order_by("kind", "code", "pk")


@dataclass(frozen=True)
class Receivers:
    """Receivers that answer a search; `is_cut`: more answer than are shown."""

    rows: list[Organisation]
    is_cut: bool


def receivers_found(
    directorate: Organisation, *, text: str = "", kind: str = "", nearest: Organisation | None = None, most: int = 20
) -> Receivers:
    """Receivers whose name in either language or code holds every word, whatever its hamza or accents; one query.

    `nearest` (the school the person left) comes first, then centres and training bodies, then schools.
    """
    words = normalised(text).split()
    rows = receivers_of(directorate)
    found = [
        body
        for body in (rows.filter(kind=kind) if kind in KINDS else rows)
        if all(word in normalised(f"{body.name_ar} {body.name_fr} {body.code}") for word in words)
    ]
    found.sort(key=lambda body: (body != nearest, body.kind == Organisation.Kind.SCHOOL))
    return Receivers(found[:most], len(found) > most)


def referrals_of(scope: Scope, show: str, as_of: dt.date) -> QuerySet[Referral]:
    """Referrals that the reader sees; `show`: a key of SHOWN, `late`, `to_confirm`, else everything."""
    rows = Referral.objects.visible_to(scope).select_related("case__person", "case__season", "receiver")
    if show == "late":
        return rows.filter(state__in=rules.NOT_THERE, due_date__lt=as_of)
    if show == "to_confirm":
        return Confirmations(as_of).confirmable(rows)
    return rows.filter(SHOWN[show]) if show in SHOWN else rows


def visible_referral(scope: Scope, uuid: Any) -> Referral | None:
    """A referral by its address; None outside the scope."""
    rows = Referral.objects.visible_to(scope)
    with_all = rows.select_related("case__person", "case__season", "case__directorate", "receiver", "sent_by")
    return with_all.filter(uuid=uuid).first()


class Confirmations:
    """What confirms an arrival at each receiver on a day; one query, then none."""

    def __init__(self, as_of: dt.date):
        self.as_of = as_of
        self._parameters = parameters_on(as_of, MONTH, DELAY, SESSIONS)

    def _number(self, name: str, place_number: int | None) -> int:
        return int(self._parameters.resolve(name, place_number).value)

    def problem_of(self, referral: Referral) -> tuple[str | None, dt.date | None, int]:
        """Why the arrival cannot be confirmed yet (rules), the first day on which it can, the sessions needed."""
        place = referral.receiver.place_number
        needed, month = self._number(SESSIONS, place), self._number(MONTH, place)
        problem = rules.confirmation_problem(
            referral.receiver.kind,
            referral.sessions_attended,
            referral.arrived_date,
            needed,
            month,
            self.as_of,
        )
        day = rules.confirmable_from(referral.arrived_date, month) if referral.arrived_date else None
        return problem, day, needed

    def is_due(self, referral: Referral) -> bool:
        """Has come, and the receiver may confirm from today on."""
        return referral.state == State.ARRIVED and self.problem_of(referral)[0] is None

    def last_day(self, referral: Referral) -> dt.date:
        """The day by which an arrival is confirmed at the latest; the referral has a day of arrival."""
        place = referral.receiver.place_number
        return rules.confirmed_by(referral.arrived_date, self._number(MONTH, place), self._number(DELAY, place))

    def is_unconfirmed(self, referral: Referral) -> bool:
        """Has come long since, and nobody confirmed."""
        place = referral.receiver.place_number
        month, delay = self._number(MONTH, place), self._number(DELAY, place)
        return rules.is_unconfirmed(referral.state, referral.arrived_date, month, delay, self.as_of)

    def confirmable(self, rows: QuerySet[Referral]) -> QuerySet[Referral]:
        """Of these, arrivals that a receiver confirms in person after a month: the sessions of a centre confirm
        by themselves. Where places have months of different lengths, the shortest counts: `is_due` is exact."""
        since = self.as_of - dt.timedelta(days=self._least(MONTH))
        arrived = rows.filter(state=State.ARRIVED, arrived_date__lte=since)
        return arrived.exclude(receiver__kind=Organisation.Kind.CENTRE)

    def shortest(self) -> int:
        """No arrival is unconfirmed before this many days, wherever it is: narrows the rows that are read."""
        return self._least(MONTH) + self._least(DELAY)

    def _least(self, name: str) -> int:
        return min(int(value.value) for value in self._parameters.choices(name))
