"""Every rule that decides about people shows a table of examples that is true, and says where it comes from."""

import dataclasses
import datetime as dt

import pytest

from istidrak.base.parameters import parameters_on
from istidrak.base.rules import NoParameter, Outcome, check_examples, decide
from istidrak.base.rules.columns import Columns
from istidrak.desk.queries.rules import RULES

TODAY = dt.date(2025, 11, 20)
pytestmark = pytest.mark.django_db
EVERY = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


@EVERY
def test_the_examples_that_an_officer_reads_come_out_as_written(rule):
    assert check_examples(rule, parameters_on(TODAY)) == []


@EVERY
def test_every_rule_has_examples_of_a_yes_of_what_is_not_known_and_of_a_no(rule):
    found = {example.outcome for example in rule.examples}
    assert Outcome.MET in found and len(found) >= 2, "a table that shows one answer explains nothing"


@EVERY
def test_every_condition_says_which_text_it_comes_from(rule):
    """An officer asked "who says so?" would have nothing to show."""
    days = {example.as_of or TODAY for example in rule.examples}
    for condition in rule.conditions:
        for day in days:
            columns = Columns(condition.needs, parameters_on(day), {column.name for column in rule.needs})
            condition.expression(columns)
            assert condition.source or columns.uses, (rule.code, condition.code, day)


@pytest.mark.parametrize("year", [2009, 2012, 2018, 2023])
def test_every_period_of_tayssir_has_examples(year):
    for rule in RULES:
        if rule.code.startswith("tayssir"):
            assert year in {example.as_of.year for example in rule.examples}, rule.code


@EVERY
def test_a_case_of_which_nothing_is_known_is_to_complete_and_never_refused(rule):
    day = rule.examples[0].as_of or TODAY
    assert decide(rule, {}, parameters_on(day)).outcome is Outcome.UNKNOWN


def test_a_rule_whose_programme_ended_says_so_instead_of_refusing():
    (rule,) = (rule for rule in RULES if rule.code == "tayssir_entitled")
    with pytest.raises(NoParameter):
        decide(rule, {}, parameters_on(TODAY))
    undated = dataclasses.replace(rule, examples=(dataclasses.replace(rule.examples[0], as_of=None),))
    with pytest.raises(NoParameter):
        check_examples(undated, parameters_on(TODAY))
