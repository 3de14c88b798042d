"""One household and one month of Tayssir: who is paid what, and why. Pure; from the expressions of the batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw

from istidrak.base.rules import Column, Decision, Finding, Outcome, Parameters, decide_each
from istidrak.base.rules.columns import DTYPES
from istidrak.support import columns as c
from istidrak.support.rules.children import numbered
from istidrak.support.rules.lines import counts_and_rank, first_day, who_comes_before
from istidrak.support.rules.tayssir import ENTITLED, MONTH_DUE

HERE = 1  # the number of the only household
WORKED_OUT = (c.PUPILS_BEFORE, c.PUPILS_UNSURE_BEFORE, c.IS_ENTITLED, c.MONTH)
# What may be said of a child: what both rules read and nobody works out, its number, and its birth for the order.
FACTS: dict[str, Column] = {
    column.name: column
    for column in (c.CHILD, c.BIRTH_DATE, *ENTITLED.needs, *MONTH_DUE.needs)
    if column not in WORKED_OUT
}


@dataclass(frozen=True)
class ChildDecision:
    """What a child is due for the month: MET (paid), NOT_MET (nothing), UNKNOWN (to complete); `amount` in centimes.

    `position` is the child's place among the pupils of the household who are or may be entitled, from 1; None for
    one who is not, or when the household is not known.
    """

    child: int
    outcome: Outcome
    amount: int
    position: int | None
    entitled: Decision
    month: Decision

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The conditions of both rules, in their order."""
        return (*self.entitled.findings, *self.month.findings)

    def as_json(self) -> dict[str, Any]:
        """The same in JSON's own types."""
        return {
            "child": self.child,
            "outcome": self.outcome.value,
            "amount": self.amount,
            "position": self.position,
            "findings": [finding.as_json() for finding in self.findings],
        }


@dataclass(frozen=True)
class HouseholdDecision:
    """The children of a household in the order they were given, and what they are due together, in centimes."""

    month: int
    children: tuple[ChildDecision, ...]

    @property
    def amount(self) -> int:
        """What is due for sure; children to complete add nothing yet."""
        return sum(child.amount for child in self.children)

    def as_json(self) -> dict[str, Any]:
        """The same in JSON's own types."""
        return {
            "rule": "tayssir_household",
            "month": self.month,
            "amount": self.amount,
            "children": [child.as_json() for child in self.children],
        }


def decide_household(
    children: Sequence[Mapping[str, Any]], month: int, parameters: Parameters, *, is_household_known: bool = True
) -> HouseholdDecision:
    """What a month (201809) of Tayssir gives the children of one household, under the law of its first day.

    `children` are facts by column name (FACTS). Absences are exceptions: in a month that the school's head validated,
    a count that is not given is nought. A child without a number gets its place in the list. Raises TypeError when
    a fact is not of its kind, ValueError when a number stands twice, NoParameter when no text of that day sets the
    rule.
    """
    law = replace(parameters, as_of=first_day(month))
    rows = numbered(children, FACTS)
    rights = decide_each(ENTITLED, rows, law)
    amounts = [_monthly(row, law) for row in rows]
    before = _before(rows, rights, amounts, law) if is_household_known else [(None, None)] * len(rows)
    facts = [_of_month(*each, month) for each in zip(rows, rights, before, strict=True)]
    months = decide_each(MONTH_DUE, facts, law)
    return HouseholdDecision(month, tuple(map(_line, facts, rights, months, amounts)))


def _truth(outcome: Outcome) -> bool | None:
    return None if outcome is Outcome.UNKNOWN else outcome is Outcome.MET


def _monthly(row: Mapping[str, Any], law: Parameters) -> int | None:
    """Centimes a month for the child's level; None where the level is not known or no text sets an amount."""
    values = {v.keys["level"]: v.value for v in law.choices("support.tayssir_amount", ("level",))}
    found = values.get(row.get("level") or "")
    return found if isinstance(found, int) else None


def _before(
    rows: Sequence[Mapping[str, Any]], rights: Sequence[Decision], amounts: Sequence[int | None], law: Parameters
) -> list[tuple[int | None, int | None]]:
    """For each child, how many of the household come first: entitled, and not known."""
    if not rows:
        return []
    columns: dict[str, tuple[list[Any], Any]] = {
        "child": ([row["child"] for row in rows], nw.Int64()),
        "birth_date": ([row.get("birth_date") for row in rows], DTYPES[c.BIRTH_DATE.kind]),
        "household": ([HERE] * len(rows), nw.Int64()),
        "monthly": (list(amounts), nw.Int64()),
        ENTITLED.code: ([_truth(right.outcome) for right in rights], nw.Boolean()),
    }
    frame = nw.from_dict(
        {name: values for name, (values, _kind) in columns.items()},
        schema={name: kind for name, (_values, kind) in columns.items()},
        backend="polars",
    )
    order = str(law.resolve("support.tayssir_household_order").value)
    placed = frame.with_columns(*counts_and_rank(order)).with_columns(*who_comes_before())
    return [(row[0], row[1]) for row in placed.select(c.PUPILS_BEFORE.name, c.PUPILS_UNSURE_BEFORE.name).rows()]


def _of_month(
    row: Mapping[str, Any], right: Decision, before: tuple[int | None, int | None], month: int
) -> dict[str, Any]:
    """The facts of a child's month: what was said, what was worked out, and no absence where none was said."""
    said = {name: value for name, value in row.items() if value is not None}
    counts = {column.name: 0 for column in c.ABSENCES.values()}
    sure, unsure = before
    worked_out = {"month": month, "is_entitled": _truth(right.outcome)}
    return {**counts, **said, **worked_out, "pupils_before": sure, "pupils_unsure_before": unsure}


def _line(facts: Mapping[str, Any], right: Decision, month: Decision, amount: int | None) -> ChildDecision:
    is_due = month.outcome is Outcome.MET
    sure, unsure = facts["pupils_before"], facts["pupils_unsure_before"]
    is_counted = right.outcome is not Outcome.NOT_MET and sure is not None
    return ChildDecision(
        child=facts["child"],
        outcome=Outcome.UNKNOWN if is_due and amount is None else month.outcome,
        amount=(amount or 0) if is_due else 0,
        position=sure + unsure + 1 if is_counted else None,
        entitled=right,
        month=month,
    )
