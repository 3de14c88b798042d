"""A rule: named conditions over columns, written once, decided for one case or for a country.

MAY_ENROL = Rule(
    "may_enrol_in_centre",
    _("May enrol in a centre"),
    conditions=(
        Condition(
            "age", _("Age within the centre's band"),
            lambda of: of.parameter("ages", lambda ages: age_between(of, **ages, reference_day=of.as_of)),
            needs=BIRTH,
        ),
        Condition(
            "out_of_school", _("No longer in school"),
            lambda of: ~of[IS_IN_SCHOOL],
            needs=(IS_IN_SCHOOL,), source=_("Framework law 51-17, project 5"),
        ),
    ),
)
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Literal

import narwhals as nw
from narwhals.typing import IntoFrameT

from istidrak.base.rules.columns import DTYPES, PLACE_NUMBER, Column, Columns, ParameterUse
from istidrak.base.rules.outcomes import Decision, Finding, Outcome
from istidrak.base.rules.parameters import Parameters

CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Condition:
    """One named question to a case.

    `expression` builds, from the columns and parameters it is given, a true/false expression that is null
    where the answer is not known. It may read only the columns in `needs`, and `place_number`. `source` is
    the text behind the condition; when it is empty, the texts of the parameters it reads are cited.
    """

    code: str
    label: Any  # str, lazily translated
    expression: Callable[[Columns], nw.Expr]
    needs: tuple[Column, ...]
    source: Any = ""  # str, lazily translated


@dataclass(frozen=True)
class Example:
    """A case in an officer's words, the facts known of it (by column name), and what must come out.

    `as_of` is the day whose law decides it; None: the law of the day it is read on.
    """

    sentence: Any  # str, lazily translated
    facts: Mapping[str, Any]
    outcome: Outcome
    as_of: dt.date | None = None


@dataclass(frozen=True)
class Rule:
    """Named conditions, all of which (or any of which) must be met. An unknown condition is never a no."""

    code: str
    label: Any  # str, lazily translated
    conditions: tuple[Condition, ...]
    combine: Literal["ALL", "ANY"] = "ALL"
    examples: tuple[Example, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        codes = [condition.code for condition in self.conditions]
        if not codes or len(set(codes)) < len(codes) or "outcome" in codes:
            raise ValueError(f"rule {self.code}: conditions need different codes, none of them 'outcome'")
        for code in (self.code, *codes):
            if not CODE.fullmatch(code):
                raise ValueError(f"rule {self.code}: '{code}' is not a code such as may_enrol")
        if len(self.needs) > len({column.name for column in self.needs}):
            raise ValueError(f"rule {self.code}: one column is read as two kinds")

    @property
    def needs(self) -> tuple[Column, ...]:
        """Every column that a condition reads, and the place, once each."""
        needed = {column: column for condition in self.conditions for column in condition.needs}
        return tuple(needed | {PLACE_NUMBER: needed.get(PLACE_NUMBER, PLACE_NUMBER)})

    @property
    def answer_columns(self) -> tuple[str, ...]:
        """The columns that `apply` adds: one per condition, in order, and last the rule's outcome."""
        return (*(f"{self.code}__{condition.code}" for condition in self.conditions), f"{self.code}__outcome")


def apply(rule: Rule, frame: IntoFrameT, parameters: Parameters) -> IntoFrameT:
    """Add the rule's answers: columns `<rule>__<condition>` and `<rule>__outcome`, MET, NOT_MET or UNKNOWN.

    `frame` is any frame that Narwhals knows, eager or lazy. A column that is absent or null is not known.
    Raises TypeError when a column is not of the kind the rule reads, NoParameter when no text in force sets a
    parameter anywhere.
    """
    words = (_word(nw.col(name)).alias(name) for name in rule.answer_columns)
    answered: IntoFrameT = _answered(rule, frame, parameters).with_columns(*words).to_native()
    return answered


def apply_compact(rule: Rule, frame: IntoFrameT, parameters: Parameters) -> IntoFrameT:
    """Add the rule's answers in three narrow columns, for a country: `<rule>__met`, `<rule>__not_met`, `<rule>`.

    The first two are whole numbers whose bit n (1, 2, 4 ...) stands for the n-th condition: met, or not met; a
    condition in neither is unknown. The last is the outcome: true, false, or null where it is not known. Raises
    what `apply` raises. `outcomes_of_masks` reads the numbers back.
    """
    *names, outcome = rule.answer_columns
    met = nw.sum_horizontal(*(_bit(nw.col(name), n) for n, name in enumerate(names)))
    not_met = nw.sum_horizontal(*(_bit(~nw.col(name), n) for n, name in enumerate(names)))
    answered = _answered(rule, frame, parameters).with_columns(
        met.cast(nw.Int32).alias(f"{rule.code}__met"),
        not_met.cast(nw.Int32).alias(f"{rule.code}__not_met"),
        nw.col(outcome).alias(rule.code),
    )
    compact: IntoFrameT = answered.drop(*rule.answer_columns).to_native()
    return compact


def outcomes_of_masks(rule: Rule, met: int, not_met: int) -> dict[str, Outcome]:
    """The outcome of each condition, by code, from the two numbers of `apply_compact`."""
    return {
        condition.code: Outcome.of(True if met >> n & 1 else False if not_met >> n & 1 else None)
        for n, condition in enumerate(rule.conditions)
    }


def decide(rule: Rule, facts: Mapping[str, Any], parameters: Parameters) -> Decision:
    """The rule's answer for one case, with a finding per condition, from the same expressions as `apply`.

    `facts` are values by column name; what is absent or None is not known, names that the rule does not read
    are ignored. Raises TypeError when a fact is not of its column's kind, NoParameter when no text in force
    sets a parameter anywhere.
    """
    (decision,) = decide_each(rule, [facts], parameters)
    return decision


def decide_each(rule: Rule, rows: Sequence[Mapping[str, Any]], parameters: Parameters) -> list[Decision]:
    """The rule's answers for some cases at once, a decision each, in their order: one frame for all of them.

    `rows` are facts as `decide` takes them; raises what `decide` raises.
    """
    cases = [_known(rule, facts) for facts in rows]
    if not cases:
        return []
    frame = nw.from_dict(
        {column.name: [case[column.name] for case in cases] for column in rule.needs},
        schema={column.name: DTYPES[column.kind] for column in rule.needs},
        backend="polars",
    )
    only = cases[0] if len(cases) == 1 else None
    read = [Columns(condition.needs, parameters, cases[0], case=only) for condition in rule.conditions]
    decisions = []
    for row, case in zip(_answer(rule, frame, read).rows(named=True), cases, strict=True):
        *outcomes, outcome = (Outcome.of(row[name]) for name in rule.answer_columns)
        findings = tuple(map(_find, rule.conditions, outcomes, read, repeat(case)))
        decisions.append(Decision(rule.code, rule.label, parameters.as_of, outcome, findings))
    return decisions


def _known(rule: Rule, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that the rule reads. Raises TypeError when one is not of its column's kind."""
    known = {column.name: facts.get(column.name) for column in rule.needs}
    for column in rule.needs:
        if not column.accepts(known[column.name]):
            raise TypeError(f"{column.name} is {known[column.name]!r}, not {column.kind.__name__}")
    return known


def uses(rule: Rule, parameters: Parameters) -> list[ParameterUse]:
    """Every parameter that the rule's conditions read, with the values they may take. Raises NoParameter."""
    present = {column.name for column in rule.needs}
    read = [Columns(condition.needs, parameters, present) for condition in rule.conditions]
    for condition, columns in zip(rule.conditions, read, strict=True):
        condition.expression(columns)
    return [use for columns in read for use in columns.uses]


def _answered(rule: Rule, frame: Any, parameters: Parameters) -> Any:
    """The answers as true/false/null columns of a Narwhals frame, after the columns' kinds were checked."""
    wrapped: Any = nw.from_native(frame)
    schema = wrapped.collect_schema()
    present = {name for name, dtype in schema.items() if dtype != nw.Unknown}  # a column of nulls has no type
    for column in rule.needs:
        if column.name in present and not column.accepts_dtype(schema[column.name]):
            raise TypeError(f"column {column.name} holds {schema[column.name]}, not {column.kind.__name__}")
    return _answer(rule, wrapped, [Columns(condition.needs, parameters, present) for condition in rule.conditions])


def _answer(rule: Rule, frame: Any, read: list[Columns]) -> Any:
    """The frame with a true/false/null column per condition, and one for the rule, by Kleene's logic."""
    *names, outcome = rule.answer_columns
    pairs = zip(rule.conditions, read, names, strict=True)
    answers = [condition.expression(columns).alias(name) for condition, columns, name in pairs]
    combine = nw.all_horizontal if rule.combine == "ALL" else nw.any_horizontal
    return frame.with_columns(*answers).with_columns(combine(*names, ignore_nulls=False).alias(outcome))


def _bit(is_true: nw.Expr, n: int) -> nw.Expr:
    return nw.when(is_true).then(nw.lit(1 << n, nw.Int64)).otherwise(nw.lit(0, nw.Int64))


def _word(is_met: nw.Expr) -> nw.Expr:
    return (
        nw.when(is_met)
        .then(nw.lit(Outcome.MET.value))
        .when(~is_met)
        .then(nw.lit(Outcome.NOT_MET.value))
        .otherwise(nw.lit(Outcome.UNKNOWN.value))
    )


def _find(condition: Condition, outcome: Outcome, read: Columns, known: Mapping[str, Any]) -> Finding:
    columns = dict.fromkeys(condition.needs)  # keeps the order, and the label that the condition gave
    columns |= dict.fromkeys(column for use in read.uses for column in use.columns)
    # While a fact that chooses the value is not known, no value is cited: the fact is among the missing.
    chosen = [use for use in read.uses if all(known[column.name] is not None for column in use.columns)]
    applied = [use.for_case(known)[0] for use in chosen if use.for_case(known)]
    return Finding(
        condition.code,
        condition.label,
        outcome,
        source=condition.source or "; ".join(dict.fromkeys(value.source for value in applied)),
        facts={column.name: known[column.name] for column in columns},
        missing=tuple(c for c in columns if outcome is Outcome.UNKNOWN and known[c.name] is None),
        parameters=tuple(applied),
        missing_parameters=tuple(use.name for use in chosen if not use.for_case(known)),
    )
