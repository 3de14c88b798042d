"""Every rule of the program, in the order of the work, for the page, the command line and the tests."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Rule
from istidrak.orientation.rules import exits, indications
from istidrak.results.rules import COMPLETION
from istidrak.support.rules import aid, tayssir
from istidrak.training.rules.enrolling import ACCEPTANCE

# Areas of the work, each with its rules: the order of the page.
AREAS: tuple[tuple[Any, tuple[Rule, ...]], ...] = (
    (
        _("Exits open to a young person"),
        (
            *(exits.FULL_TRAINING, exits.SHORT_TRAINING, exits.OTHER_PROGRAMME),
            *(exits.FORMAL_SCHOOL, exits.AUTOMATIC_RETURN),
        ),
    ),
    (
        _("What tests and interviews point to"),
        (indications.FOR_FULL, indications.FOR_SHORT, indications.FOR_OTHER, indications.FOR_SCHOOL),
    ),
    (_("Enrolling and completing a programme"), (ACCEPTANCE, COMPLETION)),
    (_("Tayssir, from 2008 to 2023"), (tayssir.ENTITLED, tayssir.MONTH_DUE)),
    (_("Direct social aid, estimated"), (aid.CHILD, aid.FULL_RATE)),
)
RULES: tuple[Rule, ...] = tuple(rule for _area, rules in AREAS for rule in rules)
BY_CODE = {rule.code: rule for rule in RULES}
