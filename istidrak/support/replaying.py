"""Computing an instalment once more from the facts that were kept, and comparing it with what was frozen."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from django.db.models import QuerySet, Sum

from istidrak.base.frames_out import scan_of
from istidrak.support.computing import compute
from istidrak.support.facts import Facts, open_facts
from istidrak.support.models import Instalment, Line, Payment
from istidrak.support.queries.runs import last_folder
from istidrak.support.rules.digests import digests
from istidrak.support.rules.lines import LINE

SHOWN = 100  # differences that are listed; their number is whole
COMPARED = [name for name in LINE if name not in {"month", "child"}]
TYPES = {
    **dict.fromkeys(("month", "amount", "met", "not_met"), pl.Int32),
    **dict.fromkeys(("child", "household", "guardian", "school", "place_number", "digest"), pl.Int64),
    "level": pl.String,
    "outcome": pl.Int16,
}


class NothingToReplay(LookupError):
    """The instalment was not computed, or its facts are no longer kept."""


@dataclass(frozen=True)
class Replayed:
    """What computing again gave. `differences` are month, pupil, column, frozen and computed value; the first ones.

    `facts_changed`: the kept facts are no longer those that were computed. `changed_lines`: frozen lines that no
    longer agree with their own digest. `payments_amount` is what the payments' lines come to, centimes.
    """

    is_same: bool
    lines: int
    amount: int
    lines_digest: str
    facts_changed: bool
    changed_lines: int
    payments_amount: int
    differing: int
    differences: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The same in JSON's own types."""
        return asdict(self)


def replay(instalment: Instalment, *, engine: str = "polars") -> Replayed:
    """Replay a saved instalment. Raises NothingToReplay, BadFacts, EngineAbsent."""
    folder = last_folder(instalment)
    if folder is None or not instalment.is_frozen or not (folder / "children.parquet").exists():
        raise NothingToReplay(str(instalment))
    facts = open_facts(folder)
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        frozen = lines_frame(Line.unscoped.filter(instalment=instalment), Path(beside))
        changed = (
            frozen.filter(pl.col("digest") != digests(instalment.rules_digest)).select(pl.len()).collect().item()
        )
        found = compare(
            facts, frozen, school_year=instalment.school_year, number=instalment.number, beside=beside, engine=engine
        )
    paid = Payment.unscoped.filter(instalment=instalment).aggregate(n=Sum("lines_amount"))["n"] or 0
    facts_changed = facts.digest != instalment.facts_digest
    same = not (found["differing"] or changed or facts_changed)
    same = same and found["lines_digest"] == instalment.lines_digest and found["amount"] == instalment.amount == paid
    return Replayed(is_same=same, facts_changed=facts_changed, changed_lines=changed, payments_amount=paid, **found)


def compare(
    facts: Facts, frozen: pl.LazyFrame, *, school_year: int, number: int, beside: str, engine: str
) -> dict[str, Any]:
    """Compute the lines again (into the folder `beside`) and count those that differ from `frozen`."""
    out = Path(beside) / "again.parquet"
    computed = compute(facts, school_year=school_year, instalment=number, out=out, engine=engine)
    both = pl.scan_parquet(out).join(frozen, on=["month", "child"], how="full", coalesce=True, suffix="_frozen")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_frozen")) for name in COMPARED)
    rows = both.filter(differs).sort("month", "child").collect(engine="streaming")
    return {
        "lines": computed.lines,
        "amount": computed.amount,
        "lines_digest": computed.lines_digest,
        "differing": rows.height,
        "differences": [_difference(row) for row in rows.head(SHOWN).to_dicts()],
    }


def _difference(row: dict[str, Any]) -> dict[str, Any]:
    pairs = {name: (row[f"{name}_frozen"], row[name]) for name in COMPARED}
    changed = {name: {"frozen": was, "computed": now} for name, (was, now) in pairs.items() if was != now}
    return {"month": row["month"], "child": row["child"], "changed": changed}


def lines_frame(lines: QuerySet[Line], beside: Path) -> pl.LazyFrame:
    """Frozen lines as a frame, through a file in the folder `beside`."""
    names = [*LINE, "digest"]
    rows = lines.order_by().values_list(*names)
    return scan_of(rows, beside / "frozen.csv", {name: TYPES[name] for name in names})
