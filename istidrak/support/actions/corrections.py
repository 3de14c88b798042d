"""Adjustments: what facts known since make of lines that are frozen. The lines stay as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from istidrak.base import days, history, workflow
from istidrak.base.models import History
from istidrak.people.models import Person
from istidrak.support.models import Adjustment, Instalment, Line

if TYPE_CHECKING:
    from istidrak.support.correcting import Difference

LONGEST_CAUSE = 300
ASKED_AT_ONCE = 5_000


class CorrectionRefused(Exception):
    """The step is not possible; `code` says why (words stand with the page)."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


@transaction.atomic
def adjust(*, by: Any, instalment: Instalment, differences: Sequence[Difference], cause: str) -> list[Adjustment]:
    """Write an adjustment for each settled difference: what is due now, less the line and the adjustments before.

    The same differences again write nothing: what is owed was counted already. One with something left to complete is
    passed over. Raises ReasonMissing without a cause, CorrectionRefused("not_saved").
    """
    cause = cause.strip()[:LONGEST_CAUSE]
    if not cause:
        raise workflow.ReasonMissing("adjust")
    held = Instalment.unscoped.select_for_update().get(pk=instalment.pk)
    if not held.is_frozen:
        raise CorrectionRefused("not_saved")
    settled = [difference for difference in differences if difference.is_settled]
    given, made = _given(held, settled), days.now()
    rows = []
    for found in settled:
        so_far, number = given[found.month, found.child]
        if found.amount != so_far:
            rows.append(_adjustment(held, found, found.amount - so_far, number + 1, cause, by, made))
    Adjustment.unscoped.bulk_create(rows, batch_size=500)
    _record(held, rows, {(d.month, d.child): d.person for d in settled}, by=by, cause=cause)
    return rows


def _adjustment(
    instalment: Instalment, found: Difference, amount: int, number: int, cause: str, by: Any, made: Any
) -> Adjustment:
    return Adjustment(
        origin=instalment,
        purpose=instalment.purpose,
        month=found.month,
        child=found.child,
        number=number,
        household=found.household,
        guardian=found.guardian,
        place_number=found.place_number,
        amount=amount,
        outcome=found.outcome,
        met=found.met,
        not_met=found.not_met,
        cause=cause,
        made_by_id=by.pk,
        made_at=made,
    )


def _given(instalment: Instalment, settled: Sequence[Difference]) -> dict[tuple[int, int], tuple[int, int]]:
    """What line and adjustments gave so far, and the last adjustment's number, by month and pupil; under lock."""
    amounts: dict[tuple[int, int], int] = defaultdict(int)
    numbers: dict[tuple[int, int], int] = defaultdict(int)
    children = sorted({difference.child for difference in settled})
    for some in _in_parts(children):
        of_them = Q(purpose=instalment.purpose, month__in=instalment.months, child__in=some)
        for month, child, amount in Line.unscoped.filter(of_them).values_list("month", "child", "amount"):
            amounts[month, child] += amount
        rows = Adjustment.unscoped.filter(of_them).values_list("month", "child", "amount", "number")
        for month, child, amount, number in rows:
            amounts[month, child] += amount
            numbers[month, child] = max(numbers[month, child], number)
    keys = [(difference.month, difference.child) for difference in settled]
    return {key: (amounts[key], numbers[key]) for key in keys}


def _in_parts(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + ASKED_AT_ONCE] for start in range(0, len(numbers), ASKED_AT_ONCE))


def _record(
    instalment: Instalment, rows: Sequence[Adjustment], persons: dict[tuple[int, int], int], *, by: Any, cause: str
) -> None:
    """A history row in each pupil's file, and one of the instalment for all of them."""
    if not rows:
        return
    History.objects.bulk_create(
        [
            history.entry(
                row,
                "adjust",
                by=by,
                thread=history.key(Person, persons[row.month, row.child]),
                reason=cause,
                details={"month": row.month, "amount": row.amount, "instalment": instalment.pk},
            )
            for row in rows
        ],
        batch_size=500,
    )
    details = {"adjustments": len(rows), "amount": sum(row.amount for row in rows)}
    history.record(instalment, "adjust_lines", by=by, reason=cause, details=details)
