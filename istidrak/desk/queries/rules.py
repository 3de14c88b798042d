"""Every rule of the program, in the order of the work, for the page, the command line and the tests."""

from istidrak.base.rules import Parameters, Rule, uses
from istidrak.orientation.rules import exits, indications
from istidrak.results.rules import COMPLETION
from istidrak.support.rules import tayssir
from istidrak.training.rules.enrolling import ACCEPTANCE

RULES: tuple[Rule, ...] = (
    exits.FULL_TRAINING,
    exits.SHORT_TRAINING,
    exits.OTHER_PROGRAMME,
    exits.FORMAL_SCHOOL,
    exits.AUTOMATIC_RETURN,
    indications.FOR_FULL,
    indications.FOR_SHORT,
    indications.FOR_OTHER,
    indications.FOR_SCHOOL,
    ACCEPTANCE,
    COMPLETION,
    tayssir.ENTITLED,
    tayssir.MONTH_DUE,
)
BY_CODE = {rule.code: rule for rule in RULES}


def parameter_names(rule: Rule, parameters: Parameters) -> tuple[str, ...]:
    """The parameters that the rule reads on the day of `parameters`, once each, in the order of its conditions."""
    return tuple(dict.fromkeys(use.name for use in uses(rule, parameters)))
