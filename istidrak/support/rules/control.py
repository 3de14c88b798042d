"""Which schools a draw of control visits takes: the same ones again for whoever has the seed and the list."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def drawn(schools: Sequence[int], *, month: int, seed: str, percent: int) -> list[int]:
    """The schools (their numbers) that a seed draws for a month: `percent` of them, rounded up, in the order drawn.

    The order is that of SHA-256 of "seed:month:school"; it depends on neither the machine nor the order given.
    """
    many = -(-len(schools) * percent // 100)
    return sorted(schools, key=lambda school: (_mark(seed, month, school), school))[:many]


def _mark(seed: str, month: int, school: int) -> str:
    return hashlib.sha256(f"{seed}:{month}:{school}".encode()).hexdigest()
