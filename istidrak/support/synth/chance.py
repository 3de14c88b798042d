"""Chance that anybody can throw again: a number mixed with a seed. The same on every machine, whatever the order."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import polars as pl

SIZE = 1 << 64
FIRST, SECOND, GOLDEN = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15


def mixed(number: pl.Expr, seed: int, name: str) -> pl.Expr:
    """Sixty-four bits for each number, other ones under each name (SplitMix's mixing of the number)."""
    salt = int.from_bytes(sha256(f"{seed}/{name}".encode()).digest()[:8], "big")
    value = number.cast(pl.UInt64) * pl.lit(GOLDEN, pl.UInt64) + pl.lit(salt, pl.UInt64)
    value = (value ^ _shifted(value, 30)) * pl.lit(FIRST, pl.UInt64)
    value = (value ^ _shifted(value, 27)) * pl.lit(SECOND, pl.UInt64)
    return value ^ _shifted(value, 31)


def _shifted(value: pl.Expr, bits: int) -> pl.Expr:
    return value // pl.lit(1 << bits, pl.UInt64)


def one_of(number: pl.Expr, among: int, seed: int, name: str) -> pl.Expr:
    """A whole number from 0 to `among` - 1."""
    return (mixed(number, seed, name) % pl.lit(among, pl.UInt64)).cast(pl.Int64)


def happens(number: pl.Expr, per_thousand: int, seed: int, name: str) -> pl.Expr:
    """True so many times in a thousand."""
    return one_of(number, 1_000, seed, name) < per_thousand


def drawn(number: pl.Expr, weights: Sequence[tuple[object, int]], seed: int, name: str) -> pl.Expr:
    """One of the values, by its weight."""
    ticket = one_of(number, sum(weight for _value, weight in weights), seed, name)
    upto, branch = 0, pl
    for value, weight in weights[:-1]:
        upto += weight
        branch = branch.when(ticket < upto).then(pl.lit(value))  # type: ignore[attr-defined, assignment]
    return branch.otherwise(pl.lit(weights[-1][0]))  # type: ignore[attr-defined]
