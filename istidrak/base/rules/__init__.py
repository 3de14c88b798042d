"""Rules: pure, dated, three-valued; written once, decided for one case or applied to a frame of any size."""

from istidrak.base.rules.ages import BIRTH, BIRTH_DATE, BIRTH_YEAR, age_between, age_outcome, completed_years
from istidrak.base.rules.columns import PLACE_NUMBER, Column, Columns
from istidrak.base.rules.examples import FailedExample, check_examples, decide_example
from istidrak.base.rules.outcomes import Decision, Finding, Outcome
from istidrak.base.rules.parameters import (
    BadParameters,
    NoParameter,
    Parameters,
    ParameterValue,
    load_yaml,
    resolve,
)
from istidrak.base.rules.rule import (
    Condition,
    Example,
    Rule,
    apply,
    apply_compact,
    decide,
    decide_each,
    outcomes_of_masks,
    uses,
)

__all__ = [
    "BIRTH",
    "BIRTH_DATE",
    "BIRTH_YEAR",
    "PLACE_NUMBER",
    "BadParameters",
    "Column",
    "Columns",
    "Condition",
    "Decision",
    "Example",
    "FailedExample",
    "Finding",
    "NoParameter",
    "Outcome",
    "ParameterValue",
    "Parameters",
    "Rule",
    "age_between",
    "age_outcome",
    "apply",
    "apply_compact",
    "check_examples",
    "completed_years",
    "decide",
    "decide_each",
    "decide_example",
    "load_yaml",
    "outcomes_of_masks",
    "resolve",
    "uses",
]
