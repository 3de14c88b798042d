"""What the pages of rules show: conditions with their texts, values through time, examples, a case that is tried."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from istidrak.base.parameters import values_of
from istidrak.base.rules import (
    Column,
    Condition,
    Decision,
    Example,
    Finding,
    NoParameter,
    Outcome,
    Parameters,
    ParameterValue,
    Rule,
    decide_example,
    uses,
)
from istidrak.base.rules.columns import PLACE_NUMBER, Columns, ParameterUse
from istidrak.base.templatetags.ui import day_words, year_month_words
from istidrak.desk.queries import parameters as shown_parameters
from istidrak.desk.queries.rules import AREAS
from istidrak.outreach.models import Sorting
from istidrak.programmes.models import Programme
from istidrak.support.rules.levels import CYCLES, LEVELS
from istidrak.territory.models import Place

BIRTHS = {"birth_date": gettext_lazy("Birth date"), "birth_year": gettext_lazy("Year of birth")}
MONTHS = {"month", "enrolled_from", "enrolled_until"}  # whole numbers written 201809
WORDS = {Outcome.MET: gettext_lazy("Met"), Outcome.NOT_MET: gettext_lazy("Not met")}
WORDS[Outcome.UNKNOWN] = gettext_lazy("To complete")
# Facts made of few codes, each with its word among the codes of parameters.
OPTIONS = {
    "cycle": tuple(dict.fromkeys(CYCLES.values())),
    "milieu": ("RURAL", "URBAN"),
    "cover": ("RAMED", "RAMED_RECEIPT", "AMO_TADAMON", "NONE"),
}
TONES = {Outcome.MET: "green", Outcome.NOT_MET: "red", Outcome.UNKNOWN: "orange"}


# A parameter that a condition reads, and the day of the law.
Read = tuple[ParameterUse, dt.date]
# A parameter's name, what it sets, its values.
TimeLine = tuple[str, Any, list[shown_parameters.Shown]]


@dataclass(frozen=True)
class Said:
    """An outcome in words, with its colour."""

    outcome: Outcome

    @property
    def word(self) -> Any:
        """The outcome as officers say it."""
        return WORDS[self.outcome]

    @property
    def tone(self) -> str:
        """Its colour."""
        return TONES[self.outcome]


@dataclass(frozen=True)
class ShownCondition:
    """One condition: its sentence, the facts it asks for, the texts it comes from, the parameters it reads."""

    label: Any
    facts: list[Any]
    texts: list[Any]
    parameters: list[tuple[str, Any]]


@dataclass(frozen=True)
class ShownExample:
    """One line of the table of examples: what it promises, and what the rule answers today."""

    sentence: Any
    facts: list[tuple[Any, Any]]
    day: dt.date
    expected: Said
    computed: Said

    @property
    def is_true(self) -> bool:
        """Does the rule answer as the table promises?"""
        return self.expected == self.computed


@dataclass(frozen=True)
class ShownFinding:
    """What became of one condition in a case that is tried, and why."""

    label: Any
    said: Said
    texts: list[Any]
    facts: list[tuple[Any, Any]]
    missing: list[Any]
    values: list[tuple[Any, str, bool]]  # sentence of the parameter, its value, whether it is a sample
    unset: list[Any]  # sentences of parameters that no text sets for the case


@dataclass(frozen=True)
class RulePage:
    """A rule as its page shows it. `day` is the law's: the asked one, or the last on which texts set the rule."""

    rule: Rule
    area: Any
    day: dt.date
    is_asked_day: bool
    conditions: list[ShownCondition]
    time_lines: list[TimeLine]
    examples: list[ShownExample]

    @property
    def is_any(self) -> bool:
        """Is one met condition enough?"""
        return self.rule.combine == "ANY"


def area_of(rule: Rule) -> Any:
    """The area of the work that a rule is of."""
    return next(area for area, rules in AREAS if rule in rules)


def law_of(rule: Rule, asked: dt.date, values: Sequence[ParameterValue]) -> Parameters:
    """The values read on the day asked; when no text sets the rule then, on the last day before on which texts did.

    Failing that too (a rule that begins later), on the first day after.
    """
    turns = {value.since for value in values} | {value.until for value in values if value.until}
    earlier = sorted((day for day in turns if day < asked), reverse=True)
    for day in (asked, *earlier, *sorted(day for day in turns if day > asked)):
        law = Parameters(tuple(values), day)
        if is_set(rule, law):
            return law
    return Parameters(tuple(values), asked)


def law(day: dt.date) -> Parameters:
    """Every value of the installation, read on a day."""
    return Parameters(tuple(values_of()), day)


def is_set(rule: Rule, law: Parameters) -> bool:
    """Do texts in force set every parameter that the rule reads?"""
    try:
        uses(rule, law)
    except NoParameter:
        return False
    return True


def page_of(rule: Rule, asked: dt.date) -> RulePage:
    """All that the page of a rule shows, under the law of a day."""
    values = values_of()
    law = law_of(rule, asked, values)
    read = [_reads(rule, condition, values, law.as_of) for condition in rule.conditions]
    names = dict.fromkeys(use.name for of_condition in read for use, _day in of_condition)
    return RulePage(
        rule=rule,
        area=area_of(rule),
        day=law.as_of,
        is_asked_day=law.as_of == asked,
        conditions=[_condition(*each, law.as_of) for each in zip(rule.conditions, read, strict=True)],
        time_lines=[_time_line(name, read, law.as_of) for name in names],
        examples=[_example(rule, example, law) for example in rule.examples],
    )


def sentence_of(name: str) -> Any:
    """What a parameter sets, in words."""
    return shown_parameters.SENTENCES.get(name, name)


def _reads(rule: Rule, condition: Condition, values: Sequence[ParameterValue], shown: dt.date) -> list[Read]:
    """What a condition reads under the law shown, and under those of the examples."""
    present = {column.name for column in rule.needs}
    found: list[Read] = []
    for day in dict.fromkeys([shown, *(example.as_of for example in rule.examples if example.as_of)]):
        columns = Columns(condition.needs, Parameters(tuple(values), day), present)
        with suppress(NoParameter):  # a text that is not in force that day is met on another
            condition.expression(columns)
        found += [(use, day) for use in columns.uses]
    return found


def _condition(condition: Condition, read: list[Read], day: dt.date) -> ShownCondition:
    chosen = [value for use, of in read if of == day for value in use.choices]
    texts = [condition.source] if condition.source else []
    return ShownCondition(
        label=condition.label,
        facts=[label_of(column) for column in condition.needs],
        texts=[*texts, *dict.fromkeys(gettext(value.source) for value in chosen)],
        parameters=[(name, sentence_of(name)) for name in dict.fromkeys(use.name for use, _day in read)],
    )


def _time_line(name: str, read: Iterable[list[Read]], day: dt.date) -> TimeLine:
    """The values of a parameter through time: those only that the rule's own words (a programme) do not rule out."""
    fixed = [
        {key: word for key, word in use.keys.items() if isinstance(word, str)}
        for of_condition in read
        for use, _day in of_condition
        if use.name == name
    ]
    values = [
        replace(value, keys=" · ".join(str(value_in_words(key, word)) for key, word in value.row.keys.items()))
        for value in shown_parameters.shown(name, day)
        if any(words.items() <= value.row.keys.items() for words in fixed)
    ]
    return name, sentence_of(name), values


def _example(rule: Rule, example: Example, law: Parameters) -> ShownExample:
    decision = decide_example(rule, example, law)
    known = {name: value for name, value in example.facts.items() if value is not None}
    return ShownExample(
        sentence=example.sentence,
        facts=facts_in_words(rule.needs, known, only_known=True),
        day=decision.as_of,
        expected=Said(example.outcome),
        computed=Said(decision.outcome),
    )


def label_of(column: Column) -> Any:
    """The word for a fact."""
    return column.label or BIRTHS.get(column.name) or gettext_lazy("Place")


def facts_in_words(
    columns: Iterable[Column], facts: Mapping[str, Any], *, only_known: bool = False
) -> list[tuple[Any, Any]]:
    """Facts as (word, value in words); the place is left out unless it is known."""
    return [
        (label_of(column), value_in_words(column.name, facts.get(column.name)))
        for column in columns
        if facts.get(column.name) is not None or not (only_known or column == PLACE_NUMBER)
    ]


def value_in_words(name: str, value: Any) -> Any:
    """The value of a fact as people say it."""
    if value is None:
        return gettext_lazy("Not known")
    if isinstance(value, dt.date):
        return day_words(value)
    if name in MONTHS:
        return year_month_words(value)
    if name == PLACE_NUMBER.name:
        return dict(places()).get(value, value)
    if isinstance(value, str):
        return dict(options_of(name)).get(value, value)
    return shown_parameters.word_of(value)


def options_of(name: str) -> list[tuple[str, Any]]:
    """The words that a fact made of codes may be: (code, in words). Empty for a fact that is free text."""
    if name == "programme":
        return [(programme.code, programme.name) for programme in Programme.objects.all()]
    if name == "wish":
        return list(Sorting.Wish.choices)
    if name in ("level", "last_level"):
        return [(level, level) for level in LEVELS]
    words = {**shown_parameters.CODES, "NONE": gettext_lazy("None of these cards")}
    return [(code, words[code]) for code in OPTIONS.get(name, ())]


def places() -> list[tuple[int, Any]]:
    """Provinces by the first number of their territory: where values that differ by place are read."""
    return [(place.low, place) for place in Place.objects.filter(kind="PROVINCE").order_by("low")]


def differs_by_place(rule: Rule, law: Parameters) -> bool:
    """Does a value that the rule reads hold for some places only?"""
    try:
        return any(PLACE_NUMBER in use.columns for use in uses(rule, law))
    except NoParameter:
        return False


def findings_of(rule: Rule, decision: Decision) -> list[ShownFinding]:
    """Why a case was answered so, condition by condition."""
    return [_finding(*each) for each in zip(rule.conditions, decision.findings, strict=True)]


def _finding(condition: Condition, finding: Finding) -> ShownFinding:
    columns = {column.name: column for column in (*condition.needs, PLACE_NUMBER)}
    texts = [condition.source] if condition.source else [gettext(value.source) for value in finding.parameters]
    return ShownFinding(
        label=finding.label,
        said=Said(finding.outcome),
        texts=list(dict.fromkeys(texts)),
        facts=facts_in_words([columns[name] for name in finding.facts], finding.facts),
        missing=[label_of(columns[column.name]) for column in finding.missing],
        values=[(sentence_of(v.name), _value(v), v.is_sample) for v in finding.parameters],
        unset=[sentence_of(name) for name in finding.missing_parameters],
    )


def _value(value: ParameterValue) -> str:
    parts = shown_parameters.parts_of(value.value, value.name)
    return " · ".join(f"{label} {part}".strip() for label, part in parts)
