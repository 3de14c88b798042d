"""The table an officer reads is the rule that runs; a table that lies is found."""

import datetime as dt
from dataclasses import replace

import pytest

from istidrak.base.rules import (
    Column,
    Condition,
    Example,
    Outcome,
    Parameters,
    ParameterValue,
    Rule,
    check_examples,
)
from tests.base.rules.test_rule import AS_OF

SESSIONS = Column("sessions", int)
PARAMETERS = Parameters((), AS_OF)


def arrived(*examples):
    enough = Condition("enough", "Five sessions", lambda of: of[SESSIONS] >= 5, (SESSIONS,))
    return Rule("has_arrived", "Has arrived", (enough,), examples=examples)


TRUE_TABLE = (
    Example("Attended the fifth session: arrived", {"sessions": 5}, Outcome.MET),
    Example("Attended four: not yet", {"sessions": 4}, Outcome.NOT_MET),
    Example("The roll-call was not received", {}, Outcome.UNKNOWN),
)


def test_a_table_that_says_what_the_rule_does_has_no_failure():
    assert check_examples(arrived(*TRUE_TABLE), PARAMETERS) == []


def test_an_example_the_rule_contradicts_is_shown_in_its_own_words():
    wrong = Example("Attended four: arrived", {"sessions": 4}, Outcome.MET)
    [failed] = check_examples(arrived(*TRUE_TABLE, wrong), PARAMETERS)
    assert failed.example is wrong
    assert str(failed) == "has_arrived: Attended four: arrived: expected MET, found NOT_MET (enough NOT_MET)"


def test_a_misspelt_fact_does_not_pass_for_an_unknown_one():
    with pytest.raises(ValueError, match=r"does not read session$"):
        check_examples(arrived(Example("Attended five", {"session": 5}, Outcome.UNKNOWN)), PARAMETERS)


def test_an_example_with_a_day_is_decided_under_the_law_of_that_day():
    """A table that shows two periods would be read under one law, and lie about the other."""

    def met(of):
        return of.parameter("least", lambda least: of[SESSIONS] >= least)

    def least(value, since):
        return ParameterValue(name="least", value=value, since=since, source="a text")

    rule = Rule("has_arrived", "Has arrived", (Condition("enough", "Enough", met, (SESSIONS,)),))
    table = (
        Example("Five under the first text", {"sessions": 5}, Outcome.NOT_MET, dt.date(2020, 1, 1)),
        Example("Five under the second", {"sessions": 5}, Outcome.MET, dt.date(2021, 1, 1)),
        Example("Five today", {"sessions": 5}, Outcome.MET),
    )
    law = Parameters((least(6, dt.date(2020, 1, 1)), least(5, dt.date(2021, 1, 1))), AS_OF)
    assert check_examples(replace(rule, examples=table), law) == []
    wrong = replace(table[0], outcome=Outcome.MET)
    assert len(check_examples(replace(rule, examples=(wrong,)), law)) == 1
