"""How adjustments of earlier instalments are carried by a payment. Pure; centimes."""

from __future__ import annotations

from collections.abc import Sequence


def netted(due: int, adjustments: Sequence[int], percent: int) -> list[int]:
    """The part of each adjustment that a payment of `due` centimes carries, with its sign, in their order.

    Arrears (above nought) are added whole. Overpayments are taken back from `due` and the arrears together, at most
    `percent` of it in all, the oldest first: a family is never left with less than the rest, and never owes at once.

    >>> netted(10_000, [3_000, -9_000], 50)
    [3000, -6500]
    """
    whole = due + sum(amount for amount in adjustments if amount > 0)
    room = whole * percent // 100
    parts = []
    for amount in adjustments:
        part = amount if amount > 0 else -min(-amount, room)
        room += min(part, 0)
        parts.append(part)
    return parts
