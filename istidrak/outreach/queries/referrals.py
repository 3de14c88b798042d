"""Referrals as their receivers and the officers see them; who may receive."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

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


def referrals_of(scope: Scope, show: str, as_of: dt.date) -> QuerySet[Referral]:
    """Referrals that the reader sees; `show`: a key of SHOWN, `late`, or everything for another word."""
    rows = Referral.objects.visible_to(scope).select_related("case__person", "case__season", "receiver")
    if show == "late":
        return rows.filter(state__in=rules.NOT_THERE, due_date__lt=as_of)
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

    def is_unconfirmed(self, referral: Referral) -> bool:
        """Has come long since, and nobody confirmed."""
        place = referral.receiver.place_number
        month, delay = self._number(MONTH, place), self._number(DELAY, place)
        return rules.is_unconfirmed(referral.state, referral.arrived_date, month, delay, self.as_of)

    def shortest(self) -> int:
        """No arrival is unconfirmed before this many days, wherever it is: narrows the rows that are read."""
        smallest = [min(int(v.value) for v in self._parameters.choices(name)) for name in (MONTH, DELAY)]
        return sum(smallest)
