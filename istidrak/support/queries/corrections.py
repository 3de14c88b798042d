"""Differences and adjustments as pages show them: names, amounts, and the conditions that changed, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.people.models import Person
from istidrak.support.models import Adjustment, AdjustmentUse, Instalment, Payment
from istidrak.support.queries.instalments import OUTCOMES, reasons
from istidrak.support.queries.payments import OF_ONE, with_place
from istidrak.support.rules.tayssir import ENTITLED, MONTH_DUE

IS_REFUSED = 1 << len(ENTITLED.conditions)
ANSWERS = {"MET": _("Met"), "NOT_MET": _("Not met"), "UNKNOWN": _("To complete")}
NO_LINE = (pgettext_lazy("line", "None"), "secondary")
WHY = {
    "WITHDRAWN": _("No registration of that year counts any more"),
    "WAITS": _("The registration is being checked again: nothing is taken back meanwhile"),
    "JOINED": _("Two files of the same pupil were joined: the month was paid twice"),
}
LEVEL = _("Level")
_LABELS = {condition.code: condition.label for rule in (ENTITLED, MONTH_DUE) for condition in rule.conditions}
# What a parameter decides, in the words of the condition that reads it.
DECIDES = {
    "support.tayssir_levels": _LABELS["level"],
    "support.tayssir_areas": _LABELS["area"],
    "support.tayssir_needs_commune": _LABELS["commune"],
    "support.tayssir_covers": _LABELS["cover"],
    "support.tayssir_household_limit": _LABELS["household"],
    "support.tayssir_household_order": _LABELS["household"],
    "support.tayssir_absences": _LABELS["absences"],
    "support.tayssir_amount": _("Amount of a month"),
}


@dataclass(frozen=True)
class Changed:
    """What changed: a condition (or the level), what it was and what it is, in words; no words without a line."""

    label: Any
    was: Any
    now: Any


@dataclass(frozen=True)
class ShownDifference:
    """A difference with the pupil, and where the payment of the family stands ("" without one)."""

    found: Any  # correcting.Difference
    person: Person | None
    place: Any

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.found.month}-{self.found.child}"

    @property
    def was(self) -> tuple[Any, str]:
        """The outcome so far: word and colour."""
        return NO_LINE if self.found.was_outcome is None else OUTCOMES[self.found.was_outcome]

    @property
    def now(self) -> tuple[Any, str]:
        """The outcome as it is known now: word and colour."""
        return OUTCOMES[self.found.outcome]

    @property
    def why(self) -> Any:
        """Words when no condition explains it; empty otherwise."""
        return WHY.get(self.found.why, "")

    @property
    def changed(self) -> list[Changed]:
        """The conditions that changed; the level, or else the amount, when money alone did."""
        return what_changed(self.found)


def what_changed(found: Any) -> list[Changed]:
    """The conditions whose answer is another now than on the line (or its last adjustment)."""
    if found.why:
        return []
    if found.was_outcome is None:
        now = reasons(found.met, found.not_met)
        return [Changed(reason["label"], "", ANSWERS[reason["outcome"]]) for reason in now]
    changed = conditions_changed(found.was_met, found.was_not_met, found.met, found.not_met)
    if found.was_level and found.level != found.was_level:
        changed.append(Changed(LEVEL, found.was_level, found.level or ANSWERS["UNKNOWN"]))
    return changed


def conditions_changed(was_met: int, was_not_met: int, met: int, not_met: int) -> list[Changed]:
    """The conditions that two answers of the rule differ in, as a line keeps them."""
    was, now = reasons(was_met, was_not_met), reasons(met, not_met)
    if (not_met | was_not_met) & IS_REFUSED:  # not entitled: nothing of the month was looked at
        was, now = was[: len(ENTITLED.conditions)], now[: len(ENTITLED.conditions)]
    return [
        Changed(after["label"], ANSWERS[before["outcome"]], ANSWERS[after["outcome"]])
        for before, after in zip(was, now, strict=True)
        if before["outcome"] != after["outcome"]
    ]


def shown_superseded(values: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Each value that another replaces, with the words of what it decides."""
    return [(DECIDES.get(value.name, value.name), value) for value in values]


def shown_differences(instalment: Instalment, differences: Sequence[Any]) -> list[ShownDifference]:
    """The differences with names; two queries whatever their number."""
    people = Person.unscoped.in_bulk({difference.person for difference in differences})
    households = {difference.household for difference in differences}
    payments = with_place(Payment.unscoped.filter(instalment=instalment, household__in=households))
    places = {payment.household: OF_ONE[payment.place] for payment in payments}
    return [
        ShownDifference(difference, people.get(difference.person), places.get(difference.household, ""))
        for difference in differences
    ]


@dataclass(frozen=True)
class Totals:
    """How many differences can be adjusted, what is owed and what was received too much (centimes, both positive)."""

    settled: int
    owed: int
    received: int
    waiting: int


def totals(differences: Iterable[Any]) -> Totals:
    """The sums of differences; those with something to complete are counted apart."""
    every = list(differences)
    settled = [difference.change for difference in every if difference.is_settled]
    return Totals(
        len(settled),
        sum(change for change in settled if change > 0),
        -sum(change for change in settled if change < 0),
        len(every) - len(settled),
    )


def adjustments(condition: Q) -> QuerySet[Adjustment]:
    """Adjustments with `used` (centimes carried so far, signed) and the payments that carry them; newest first."""
    uses = AdjustmentUse.unscoped.select_related("payment__instalment").order_by("pk")
    return (
        Adjustment.unscoped.filter(condition)
        .select_related("origin", "made_by")
        .annotate(used=Coalesce(Sum("uses__amount"), 0))
        .prefetch_related(Prefetch("uses", queryset=uses))
        .order_by("-pk")
    )


@dataclass(frozen=True)
class ShownAdjustment:
    """An adjustment with the pupil's name."""

    row: Any  # Adjustment with `used`
    person: Person | None

    @property
    def left(self) -> int:
        """What no payment carries yet: centimes, signed."""
        return int(self.row.amount - self.row.used)

    @property
    def now(self) -> tuple[Any, str]:
        """The outcome that it was made for: word and colour."""
        return OUTCOMES[self.row.outcome]


def shown_adjustments(rows: Sequence[Adjustment]) -> list[ShownAdjustment]:
    """The adjustments with names; one query."""
    people = Person.unscoped.in_bulk({row.child for row in rows})
    return [ShownAdjustment(row, people.get(row.child)) for row in rows]


@dataclass(frozen=True)
class Sums:
    """What an instalment's adjustments come to: owed, received too much, and left of each (all positive centimes)."""

    owed: int
    received: int
    owed_left: int
    received_left: int


def sums(instalment: Instalment) -> Sums:
    """The sums of all adjustments of an instalment's lines."""
    rows = adjustments(Q(origin=instalment)).values_list("amount", "used")
    owed = [(amount, amount - used) for amount, used in rows if amount > 0]
    received = [(-amount, used - amount) for amount, used in rows if amount < 0]
    return Sums(
        sum(amount for amount, _left in owed),
        sum(amount for amount, _left in received),
        sum(left for _amount, left in owed),
        sum(left for _amount, left in received),
    )
