"""A number per frozen line, over what was decided: a line changed afterwards no longer agrees with its own.

Sixty-four bits of multiplying and mixing (FNV's two numbers), the same in Polars and in Python. It finds a change; it
is no secret. The whole instalment has a SHA-256 over the text of its lines besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from istidrak.support.rules.levels import LEVELS

OFFSET, PRIME, SIZE = 14_695_981_039_346_656_037, 1_099_511_628_211, 1 << 64
ABSENT = SIZE - 1  # stands for a number that is not known
NUMBERS = ("month", "child", "household", "guardian", "school", "place_number")
ANSWERS = ("amount", "outcome", "met", "not_met")


def digests(rules_digest: str) -> pl.Expr:
    """The digest of each line of a frame, computed under the parameters of `rules_digest` (hexadecimal)."""
    level = pl.col("level").replace_strict(
        list(LEVELS), list(range(len(LEVELS))), default=None, return_dtype=pl.Int64
    )
    columns = [*(pl.col(name) for name in NUMBERS), level, *(pl.col(name) for name in ANSWERS)]
    value = pl.lit(_start(rules_digest), pl.UInt64)
    for column in columns:
        number = column.cast(pl.Int64).reinterpret(signed=False).fill_null(ABSENT)
        value = (value ^ number) * pl.lit(PRIME, pl.UInt64)
    return value.reinterpret(signed=True).alias("digest")


def digest_of_line(line: Mapping[str, Any], rules_digest: str) -> int:
    """The same for one line, by the names of its columns."""
    level = line["level"]
    position = LEVELS.index(level) if level in LEVELS else None
    numbers = [*(line[name] for name in NUMBERS), position, *(line[name] for name in ANSWERS)]
    value = _start(rules_digest)
    for number in numbers:
        value = ((value ^ (ABSENT if number is None else number % SIZE)) * PRIME) % SIZE
    return value - SIZE if value >= SIZE // 2 else value


def _start(rules_digest: str) -> int:
    return OFFSET ^ int(rules_digest[:16], 16)
