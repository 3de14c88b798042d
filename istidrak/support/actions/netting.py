"""Adjustments carried by payments of a later instalment: arrears whole, overpayments up to a share of what is due."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import polars as pl
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from istidrak.base import days
from istidrak.base.parameters import value_of
from istidrak.support.models import Adjustment, AdjustmentUse, Instalment, Payment, PaymentEvent
from istidrak.support.rules.lines import PAID
from istidrak.support.rules.netting import netted


def open_adjustments(instalment: Instalment) -> list[tuple[Adjustment, int]]:
    """Adjustments of the territory's households with what is left of each (signed), the oldest first.

    What was paid too much is taken back from whoever received it: while the payment of the origin is not known to be
    paid (held, unclaimed, cancelled, on its way), its overpayment waits.
    """
    place = PaymentEvent.unscoped.filter(
        payment__instalment=OuterRef("origin"), payment__household=OuterRef("household")
    ).order_by("-pk")
    rows = (
        Adjustment.unscoped.filter(
            purpose=instalment.purpose,
            household__isnull=False,
            place_number__gte=instalment.place_low,
            place_number__lte=instalment.place_high,
        )
        .annotate(used=Coalesce(Sum("uses__amount"), 0), place=Subquery(place.values("kind")[:1]))
        .order_by("pk")
    )
    return [
        (row, row.amount - row.used)
        for row in rows
        if row.amount != row.used and (row.amount > 0 or row.place == PaymentEvent.Kind.PAID)
    ]


def shares_of(instalment: Instalment, lines: Path) -> list[tuple[Adjustment, int]]:
    """What the instalment's payments carry of each adjustment: centimes, signed. `lines` are those computed."""
    waiting: dict[int, list[tuple[Adjustment, int]]] = defaultdict(list)
    for adjustment, left in open_adjustments(instalment):
        waiting[adjustment.household or 0].append((adjustment, left))
    if not waiting:
        return []
    due = _due(lines, list(waiting))
    percent: int = value_of("support.recovery_share", as_of=days.today()).value  # type: ignore[assignment]
    shares = []
    for household, of_household in waiting.items():
        parts = netted(due.get(household, 0), [left for _adjustment, left in of_household], percent)
        shares += [(row, part) for (row, _left), part in zip(of_household, parts, strict=True) if part]
    return shares


def _due(lines: Path, households: list[int]) -> dict[int, int]:
    rows = (
        pl.scan_parquet(lines)
        .filter(pl.col("outcome") == PAID, pl.col("household").is_in(households))
        .group_by("household")
        .agg(pl.col("amount").cast(pl.Int64).sum())
        .collect()
    )
    return dict(rows.iter_rows())


def write_uses(instalment: Instalment, shares: list[tuple[Adjustment, int]]) -> None:
    """Write which payment carries what, after the payments are written."""
    households = [adjustment.household for adjustment, _share in shares]
    payments = dict(
        Payment.unscoped.filter(instalment=instalment, household__in=households).values_list("household", "pk")
    )
    AdjustmentUse.unscoped.bulk_create(
        [
            AdjustmentUse(adjustment=adjustment, payment_id=payments[adjustment.household], amount=share)
            for adjustment, share in shares
            if adjustment.household in payments
        ],
        batch_size=500,
    )
