"""Which schools a draw of control visits takes: the same ones again for whoever has the seed and the list."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def drawn(strata: Mapping[int, str], *, month: int, seed: str, percent: int) -> list[int]:
    """The schools that a seed draws for a month: `percent` of them, rounded up. `strata`: each school's kind.

    Schools of one kind stand beside each other, inside it in the order of SHA-256 of "seed:month:school"; from a
    place that SHA-256 of "seed:month" gives, one is taken at equal steps. So every school is drawn as often as any
    other, each kind has its part of the draw (within one school), and neither the machine nor the order given counts.
    """
    ordered = sorted(strata, key=lambda school: (strata[school], _mark(f"{seed}:{month}:{school}"), school))
    many = -(-len(ordered) * percent // 100)
    if not many:
        return []
    start = int(_mark(f"{seed}:{month}"), 16) % len(ordered)
    return [ordered[(start + step * len(ordered)) // many] for step in range(many)]


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
