"""What is looked at before money: the same child, family, card or account twice. Words stand with the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from istidrak.base.frames_out import frame_of
from istidrak.support.models import Instalment, Line, OtherAid, PaymentHold
from istidrak.support.rules.lines import PAID

CHILD_PAID = "CHILD_PAID"  # a line of that purpose and month exists already
REGISTERED_TWICE = "REGISTERED_TWICE"
CARD_TWICE = "CARD_TWICE"  # one identity card receives for several households
ACCOUNT_TWICE = "ACCOUNT_TWICE"
TWO_RECEIVERS = "TWO_RECEIVERS"  # pupils of one household name different guardians
OTHER_AID = "OTHER_AID"  # the card is on a list of aid paid elsewhere
OTHER_PURPOSE = "OTHER_PURPOSE"  # the household or guardian is paid for another purpose that month
NO_RECEIVER = "NO_RECEIVER"  # nobody to pay it to: the payment waits
SHOWN = 200  # of what a check found; the count is whole


@dataclass(frozen=True)
class Check:
    """What one check found: households (or pupils, for the first two), and how many are still to be answered.

    A blocking check stops the saving until each household that it found is mended or held.
    """

    code: str
    is_blocking: bool
    found: int
    open: int
    households: tuple[int, ...]  # the first ones that are open
    children: tuple[int, ...] = ()


def checks_of(instalment: Instalment, folder: Path) -> list[Check]:
    """Every check of a computed instalment, in the order of the page; those that found nothing too."""
    held = set(PaymentHold.unscoped.filter(instalment=instalment).values_list("household", flat=True))
    paid = pl.scan_parquet(folder / "lines.parquet").filter(pl.col("outcome") == PAID)
    due = paid.group_by("household").agg(pl.col("guardian").drop_nulls().unique()).explode("guardian")
    receivers = due.join(
        pl.scan_parquet(folder / "guardians.parquet").drop("household", "name"), on="guardian", how="left"
    ).collect()
    found: list[tuple[str, bool, Sequence[int]]] = [
        (CARD_TWICE, True, _shared(receivers, "identity_card")),
        (ACCOUNT_TWICE, True, _shared(receivers, "account")),
        (TWO_RECEIVERS, True, _several(receivers)),
        (OTHER_AID, True, _helped_elsewhere(instalment, receivers)),
        (OTHER_PURPOSE, True, _paid_otherwise(instalment, paid)),
        (NO_RECEIVER, False, _without_receiver(receivers)),
    ]
    return [
        *_of_children(instalment, folder, paid),
        *(_of_households(code, is_blocking, households, held) for code, is_blocking, households in found),
    ]


def _of_households(code: str, is_blocking: bool, households: Sequence[int], held: set[int]) -> Check:
    left = sorted(number for number in set(households) if number not in held)
    return Check(code, is_blocking, len(set(households)), len(left), tuple(left[:SHOWN]))


def _of_children(instalment: Instalment, folder: Path, paid: pl.LazyFrame) -> list[Check]:
    """Pupils with a line already, and pupils registered twice: both are mended in the registrations, not held."""
    before = _children_with_a_line(instalment)
    again: list[int] = []
    if before.height:
        lines = pl.scan_parquet(folder / "lines.parquet").select("month", "child")
        again = lines.join(before.lazy(), on=["month", "child"], how="semi").collect()["child"].unique().to_list()
    twice = registered_twice(folder)
    return [
        Check(CHILD_PAID, True, len(again), len(again), (), tuple(sorted(again)[:SHOWN])),
        Check(REGISTERED_TWICE, True, len(twice), len(twice), (), tuple(sorted(twice)[:SHOWN])),
    ]


def registered_twice(folder: Path) -> list[int]:
    """Pupils whom the facts name twice for a month; kept beside them when they were written."""
    path = folder / "registered_twice.parquet"
    return pl.read_parquet(path)["child"].to_list() if path.exists() else []


def _children_with_a_line(instalment: Instalment) -> pl.DataFrame:
    """Pupils of the instalment's months who have a line of this purpose in another instalment."""
    lines = Line.unscoped.filter(purpose=instalment.purpose, month__in=instalment.months)
    return frame_of(lines.values_list("month", "child"), {"month": pl.Int32, "child": pl.Int64})


def _shared(receivers: pl.DataFrame, column: str) -> list[int]:
    """Households whose receiver's card (or account) receives for another household too."""
    known = receivers.filter(pl.col(column).fill_null("") != "")
    several = known.group_by(column).agg(pl.col("household").n_unique().alias("n")).filter(pl.col("n") > 1)
    return _numbers(known.join(several, on=column, how="semi"))


def _several(receivers: pl.DataFrame) -> list[int]:
    return _numbers(receivers.group_by("household").agg(pl.col("guardian").n_unique()).filter(pl.col("guardian") > 1))


def _without_receiver(receivers: pl.DataFrame) -> list[int]:
    nothing = (pl.col("identity_card").fill_null("") == "") & (pl.col("account").fill_null("") == "")
    return _numbers(receivers.filter(pl.col("guardian").is_null() | nothing))


def _helped_elsewhere(instalment: Instalment, receivers: pl.DataFrame) -> list[int]:
    """Households whose receiver's card another body pays in one of the months."""
    first, last = min(instalment.months), max(instalment.months)
    rows = OtherAid.unscoped.filter(from_month__lte=last).values_list("identity_card", "until_month")
    cards = {card for card, until in rows if until is None or until >= first}
    return _numbers(receivers.filter(pl.col("identity_card").is_in(sorted(cards))))


def _paid_otherwise(instalment: Instalment, paid: pl.LazyFrame) -> list[int]:
    """Households that receive for another purpose in the same month, themselves or through their guardian."""
    others = (
        Line.unscoped.exclude(purpose=instalment.purpose)
        .filter(month__in=instalment.months, outcome=PAID)
        .values_list("month", "household", "guardian")
    )
    rows: list[Any] = list(others)
    if not rows:
        return []
    schema = {"month": pl.Int32, "household": pl.Int64, "guardian": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row").lazy()
    households = paid.join(frame, on=["month", "household"], how="semi").select("household")
    guardians = paid.join(
        frame.filter(pl.col("guardian").is_not_null()), on=["month", "guardian"], how="semi"
    ).select("household")
    return _numbers(pl.concat([households, guardians]).collect())


def _numbers(rows: pl.DataFrame) -> list[int]:
    return rows["household"].drop_nulls().unique().to_list()
