"""What a month of direct social aid would give a whole family: an amount, or from how much to how much. Pure.

A fact that is not known is not guessed: every answer that it leaves open is counted, and the estimate is the range.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from istidrak.base.rules import Decision, Finding, Outcome, Parameters, completed_years, decide_each
from istidrak.support.rules.aid import CHILD, FACTS, FULL_RATE, day_of_age
from istidrak.support.rules.children import numbered
from istidrak.support.rules.lines import first_day

UNDER_SCHOOL_AGE, IN_SCHOOL, OUT_OF_SCHOOL = "UNDER_SCHOOL_AGE", "IN_SCHOOL", "OUT_OF_SCHOOL"
LONG_AGO, FAR = dt.date(1850, 1, 1), dt.date(2200, 1, 1)
MOST_CHILDREN = 12
OLDEST = 150


@dataclass(frozen=True)
class Open:
    """What a child may be, as far as is known: a situation that is paid, and where the child may stand in the order.

    `first` and `last` bound the key of the order, the smallest first.
    """

    situation: str
    first: int
    last: int


@dataclass(frozen=True)
class Law:
    """The amounts of one month, in centimes: `amounts[situation]` is (in full, reduced)."""

    amounts: Mapping[str, tuple[int, int]]
    full: int
    paid: int
    floor: int
    order: str
    school_from: int
    last_age: int
    day: dt.date

    def amount(self, situation: str, rank: int) -> int:
        """Centimes a month for the child of a rank, from 1."""
        in_full, reduced = self.amounts[situation]
        return in_full if rank <= self.full else reduced if rank <= self.paid else 0


@dataclass(frozen=True)
class ChildEstimate:
    """A child: from `low` to `high` centimes; MET when they are the same, NOT_MET when nothing, UNKNOWN else.

    `ranks` are the first and last place the child may have among those paid; None when the child is not counted.
    """

    child: int
    outcome: Outcome
    low: int
    high: int
    ranks: tuple[int, int] | None
    situations: tuple[str, ...]
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """The same in JSON's own types."""
        return {
            "child": self.child,
            "outcome": self.outcome.value,
            "low": self.low,
            "high": self.high,
            "ranks": self.ranks and list(self.ranks),
            "situations": list(self.situations),
            "findings": [finding.as_json() for finding in self.findings],
        }


@dataclass(frozen=True)
class FamilyEstimate:
    """The family: what its children add up to, and what it would receive, from `low` to `high`, in centimes."""

    month: int
    children: tuple[ChildEstimate, ...]
    children_low: int
    children_high: int
    floor: int

    @property
    def low(self) -> int:
        """The least it would receive: never under the floor."""
        return max(self.floor, self.children_low)

    @property
    def high(self) -> int:
        """The most it would receive."""
        return max(self.floor, self.children_high)

    @property
    def is_raised(self) -> bool:
        """Do the children add up to less than the floor, for sure?"""
        return self.children_high < self.floor

    def as_json(self) -> dict[str, Any]:
        """The same in JSON's own types."""
        sums = {"children_low": self.children_low, "children_high": self.children_high, "floor": self.floor}
        children = [child.as_json() for child in self.children]
        return {"rule": "aid_family", "month": self.month, "low": self.low, "high": self.high, **sums} | {
            "children": children
        }


def estimate(children: Sequence[Mapping[str, Any]], month: int, parameters: Parameters) -> FamilyEstimate:
    """What a month (202601) of direct social aid would give a family, under the law of its first day.

    `children` are facts by column name (aid.FACTS); a child without a number gets its place in the list. Raises
    TypeError when a fact is not of its kind, ValueError for a number that stands twice or more than MOST_CHILDREN,
    NoParameter when no text of that day sets the aid.
    """
    rows = numbered(children, FACTS)
    if len(rows) > MOST_CHILDREN:
        raise ValueError(f"children: at most {MOST_CHILDREN}")
    read = replace(parameters, as_of=first_day(month))
    law = law_of(read)
    opens = [open_to(row, law) for row in rows]
    ranks = [_ranks(number, opens) for number in range(len(rows))]
    sure = [_sure_rank(span, law) for span in ranks]
    counted = decide_each(CHILD, [{**row, "rank": rank} for row, rank in zip(rows, sure, strict=True)], read)
    schooling = decide_each(FULL_RATE, rows, read)
    estimates = map(_child, rows, range(len(rows)), [opens] * len(rows), ranks, counted, schooling, [law] * len(rows))
    low, high = sums(opens, law)
    return FamilyEstimate(month, tuple(estimates), low, high, law.floor)


def law_of(read: Parameters) -> Law:
    """The values of a day. Raises NoParameter."""

    def value(name: str, **keys: str) -> Any:
        return read.resolve(f"support.{name}", **keys).value

    ranks, ages = value("aid_ranks"), value("aid_ages")
    amounts = {
        situation: (value("aid_amount", situation=situation), value("aid_reduced_amount", situation=situation))
        for situation in (UNDER_SCHOOL_AGE, IN_SCHOOL, OUT_OF_SCHOOL)
    }
    return Law(
        amounts=amounts,
        full=ranks["full"],
        paid=ranks["reduced"],
        floor=value("aid_floor"),
        order=value("aid_order"),
        school_from=ages["school_from"],
        last_age=ages["last"],
        day=day_of_age(read.as_of, value("aid_age_day")),
    )


def open_to(row: Mapping[str, Any], law: Law) -> list[Open | None]:
    """All that a child may be; None stands for one who is not counted (too old, or not born that day)."""
    first, last = birth_span(row, law.day)
    schooling = {True: [IN_SCHOOL], False: [OUT_OF_SCHOOL], None: [IN_SCHOOL, OUT_OF_SCHOOL]}[row.get("is_in_school")]
    oldest, eldest_small = _born_by(law.day, law.last_age + 1), _born_by(law.day, law.school_from)
    day = dt.timedelta(days=1)
    found: list[Open | None] = []
    for begins, ends, situations in (
        (oldest + day, eldest_small, schooling),
        (eldest_small + day, law.day, [UNDER_SCHOOL_AGE]),
    ):
        since, until = max(first, begins), min(last, ends)
        if since <= until:
            found += [_placed(situation, since, until, law) for situation in situations]
    if first <= oldest or last > law.day:
        found.append(None)
    return found


def birth_span(row: Mapping[str, Any], day: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day on which the child may have been born; the date goes before the year, before the
    age."""
    if row.get("birth_date") is not None:
        return row["birth_date"], row["birth_date"]
    if row.get("birth_year") is not None:
        return dt.date(row["birth_year"], 1, 1), dt.date(row["birth_year"], 12, 31)
    if row.get("age") is not None:
        return _born_by(day, row["age"] + 1) + dt.timedelta(days=1), _born_by(day, row["age"])
    return LONG_AGO, FAR


def _born_by(day: dt.date, years: int) -> dt.date:
    """The last birth date with which `years` are completed on the day; nobody is taken for older than 150."""
    years = min(years, OLDEST)
    born = dt.date(day.year - years, day.month, min(day.day, 28))
    while completed_years(born + dt.timedelta(days=1), day) >= years:
        born += dt.timedelta(days=1)
    return born


def _placed(situation: str, first: dt.date, last: dt.date, law: Law) -> Open:
    if law.order == "HIGHEST_AMOUNT":
        key = -law.amounts[situation][0]
        return Open(situation, key, key)
    if law.order == "YOUNGEST":
        return Open(situation, -last.toordinal(), -first.toordinal())
    if law.order == "ELDEST":
        return Open(situation, first.toordinal(), last.toordinal())
    raise ValueError(f"support.aid_order: {law.order}")


def sums(opens: Sequence[Sequence[Open | None]], law: Law) -> tuple[int, int]:
    """The least and the most that the children may add up to, over every order that the facts leave open.

    Children are placed one after the other; one may come next when a birth within its span is not before those
    placed already.
    """
    beginning = min((o.first for each in opens for o in each if o), default=0)

    @cache
    def rest(left: frozenset[int], key: int) -> tuple[int, int] | None:
        """What those left may still add when the last one placed stands at `key`; None when they cannot be placed."""
        rank = len(opens) - len(left) + 1
        if rank > law.paid:
            later = all(any(o is None or o.last >= key for o in opens[child]) for child in left)
            return (0, 0) if later else None
        found = [(0, 0)] if all(None in opens[child] for child in left) else []
        for child in left:
            for one in opens[child]:
                if one is None or one.last < key:
                    continue
                after = rest(left - {child}, max(key, one.first))
                if after is not None:
                    amount = law.amount(one.situation, rank)
                    found.append((amount + after[0], amount + after[1]))
        return (min(low for low, _high in found), max(high for _low, high in found)) if found else None

    return rest(frozenset(range(len(opens))), beginning) or (0, 0)


def _ranks(number: int, opens: Sequence[Sequence[Open | None]]) -> tuple[int, int] | None:
    """The first and the last place that a child may have; None for one who is not counted."""
    own = [one for one in opens[number] if one is not None]
    if not own:
        return None
    spans = [_span(one, [other for n, other in enumerate(opens) if n != number]) for one in own]
    return min(first for first, _last in spans), max(last for _first, last in spans)


def _sure_rank(ranks: tuple[int, int] | None, law: Law) -> int | None:
    """A place that answers whether the child is within those paid; None while it may be in or out."""
    if ranks is None:
        return None
    first, last = ranks
    return last if last <= law.paid else first if first > law.paid else None


def _span(one: Open, others: Sequence[Sequence[Open | None]]) -> tuple[int, int]:
    surely = sum(all(o is not None and o.last < one.first for o in other) for other in others)
    perhaps = sum(any(o is not None and o.first <= one.last for o in other) for other in others)
    return 1 + surely, 1 + perhaps


def _child(
    row: Mapping[str, Any],
    number: int,
    opens: Sequence[Sequence[Open | None]],
    ranks: tuple[int, int] | None,
    counted: Decision,
    schooling: Decision,
    law: Law,
) -> ChildEstimate:
    others = [other for n, other in enumerate(opens) if n != number]
    amounts = {
        law.amount(one.situation, rank)
        for one in opens[number]
        if one is not None
        for first, last in [_span(one, others)]
        for rank in range(first, last + 1)
    } | ({0} if None in opens[number] else set())
    low, high = min(amounts), max(amounts)
    outcome = Outcome.UNKNOWN if low != high else Outcome.of(high > 0)
    situations = tuple(dict.fromkeys(one.situation for one in opens[number] if one is not None))
    is_small = situations == (UNDER_SCHOOL_AGE,)
    of_school = schooling.findings[:1] if is_small else schooling.findings
    findings = (*counted.findings, *(of_school if situations else ()))
    return ChildEstimate(row["child"], outcome, low, high, ranks, situations, findings)
