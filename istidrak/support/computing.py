"""Computing an instalment from a folder of facts into a file of lines; no database is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from istidrak.base.rules import Parameters
from istidrak.base.rules.engines import engine as engine_named
from istidrak.support.facts import Facts
from istidrak.support.rules import lines as rules

ORDER = ("month", "child")
SLICE = 500_000  # lines put into text at a time for the digest


@dataclass(frozen=True)
class Computed:
    """What a computing gave: counts of lines, the amount due in centimes, the digests that a replay compares."""

    school_year: int
    instalment: int
    months: tuple[int, ...]
    lines: int
    paid: int
    unpaid: int
    to_complete: int
    amount: int
    facts_digest: str
    lines_digest: str

    def as_json(self) -> dict[str, Any]:
        """The same in JSON's own types."""
        return asdict(self) | {"months": list(self.months)}


def compute(
    facts: Facts,
    *,
    school_year: int,
    instalment: int,
    out: Path,
    engine: str = "polars",
    master: str = "local[*]",
    months: Sequence[int] | None = None,
) -> Computed:
    """Compute every line of an instalment into `out` (Parquet, in the order of month and pupil).

    The law of a month is that of its first day. The same facts give the same lines whatever the engine, and `out`
    holds no clock and no number of a run. The file appears whole, or not at all. `months` (201809), when given,
    are those of the instalment instead of the calendar's. Raises NoParameter when no text sets the instalment or its
    rules, IndexError for an instalment that the calendar does not have, EngineAbsent.
    """
    if months is None:
        calendar = Parameters(facts.parameters, dt.date(school_year, 9, 1))
        months = rules.months_of(school_year, instalment, calendar)
    months = list(months)
    part = out.with_name(out.name + ".part")
    with engine_named(engine, master) as on:
        children, absences, sheets = (on.read(facts.path(name)) for name in ("children", "absences", "sheets"))
        moves = on.read(facts.path("moves")) if "moves" in facts.counts else None
        frames = []
        for law, of_law in _laws(facts, months):
            pupils = rules.entitled(children, law)
            for month in of_law:
                if moves is not None:
                    pupils = rules.entitled(rules.pupils_of_month(children, moves, month), law)
                lines = rules.lines_of_month(pupils, absences, sheets, month, law)
                frames.append(rules.within(lines, facts.territory) if facts.territory else lines)
        on.write(frames, part, ORDER)
    part.replace(out)
    return _computed(facts, school_year, instalment, months, out)


def _laws(facts: Facts, months: list[int]) -> Iterator[tuple[Parameters, list[int]]]:
    """The months, grouped by the law that they are computed under: pupils are decided once for each."""
    grouped: list[tuple[Parameters, list[int]]] = []
    for month in months:
        law = Parameters(facts.parameters, rules.first_day(month))
        in_force = [value for value in facts.parameters if value.is_in_force(law.as_of)]
        if grouped and in_force == [v for v in facts.parameters if v.is_in_force(grouped[-1][0].as_of)]:
            grouped[-1][1].append(month)
        else:
            grouped.append((law, [month]))
    yield from grouped


def _computed(facts: Facts, school_year: int, instalment: int, months: list[int], out: Path) -> Computed:
    outcome = pl.col("outcome")
    counts = (
        pl.scan_parquet(out)
        .select(
            lines=pl.len(),
            paid=(outcome == rules.PAID).sum(),
            unpaid=(outcome == rules.UNPAID).sum(),
            to_complete=(outcome == rules.TO_COMPLETE).sum(),
            amount=pl.col("amount").cast(pl.Int64).sum(),
        )
        .collect()
        .row(0, named=True)
    )
    return Computed(
        school_year=school_year,
        instalment=instalment,
        months=tuple(months),
        facts_digest=facts.digest,
        lines_digest=digest_of(out),
        **counts,
    )


def digest_of(out: Path) -> str:
    """SHA-256 of the lines as text, in their order: the same lines have the same digest, in any file."""
    whole = sha256()
    for batch in pl.scan_parquet(out).collect_batches(chunk_size=SLICE, maintain_order=True):
        whole.update(batch.write_csv(include_header=False).encode())
    return whole.hexdigest()
