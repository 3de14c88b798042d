"""What the interview and the tests say beside the criteria of an exit. Pure.

No text makes them conditions of admission: they inform the committee and neither open nor close an exit
(decision: orientation). Their thresholds are sample values, from the admission sheet of one association.
"""

from typing import Any

import narwhals as nw
from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Column, Columns, Condition, Example, Outcome, Rule
from istidrak.orientation.columns import ARABIC_SCORE, MATHEMATICS_SCORE, MOTIVATION, NAMES_A_TRADE, READINESS


def _at_least(column: Column, parameter: str) -> Any:
    return lambda of: of.parameter(parameter, lambda least: of[column] >= least)


def _below(column: Column, parameter: str) -> Any:
    return lambda of: of.parameter(parameter, lambda least: of[column] < least)


def _weak_basics(of: Columns) -> nw.Expr:
    return _below(ARABIC_SCORE, "orientation.least_score")(of) | _below(MATHEMATICS_SCORE, "orientation.least_score")(
        of
    )


READY = Condition(
    "ready_to_attend",
    _("Readiness to attend, by the interview"),
    _at_least(READINESS, "orientation.least_readiness"),
    needs=(READINESS,),
)
MOTIVATED = Condition(
    "motivated",
    _("Motivation, by the interview"),
    _at_least(MOTIVATION, "orientation.least_motivation"),
    (MOTIVATION,),
)
NAMES_TRADE = Condition(
    "names_a_trade",
    _("Named a trade at the interview"),
    lambda of: of[NAMES_A_TRADE],
    needs=(NAMES_A_TRADE,),
    source=_("Admission sheet of one association: up to three trades with why; stated practice, not a text"),
)
FOR_FULL = Rule(
    "indications_full",
    _("Full training"),
    (READY, MOTIVATED, NAMES_TRADE),
    examples=(
        Example(
            _("Ready, motivated, asks for sewing"),
            {"readiness": 4, "motivation": 5, "names_a_trade": True},
            Outcome.MET,
        ),
        Example(_("Readiness was not asked"), {"motivation": 5, "names_a_trade": True}, Outcome.UNKNOWN),
        Example(_("Readiness nought was said"), {"readiness": 0, "motivation": 5}, Outcome.NOT_MET),
    ),
)
FOR_SHORT = Rule(
    "indications_short",
    _("Short training"),
    (MOTIVATED, NAMES_TRADE),
    examples=(
        Example(_("Motivated, asks for hairdressing"), {"motivation": 4, "names_a_trade": True}, Outcome.MET),
        Example(_("Motivated, named no trade"), {"motivation": 4, "names_a_trade": False}, Outcome.NOT_MET),
        Example(_("No interview yet"), {}, Outcome.UNKNOWN),
    ),
)
FOR_OTHER = Rule(
    "indications_other",
    _("Other programme"),
    (
        Condition(
            "weak_basics",
            _("Reading or arithmetic to take up again, by the tests"),
            _weak_basics,
            needs=(ARABIC_SCORE, MATHEMATICS_SCORE),
        ),
    ),
    examples=(
        Example(_("Thirty in Arabic, mathematics not taken"), {"arabic_score": 30}, Outcome.MET),
        Example(_("Seventy in Arabic, mathematics not taken"), {"arabic_score": 70}, Outcome.UNKNOWN),
    ),
)
FOR_SCHOOL = Rule(
    "indications_school",
    _("Return to formal school"),
    (
        Condition(
            "arabic_in_reach",
            _("Arabic in reach of a class, by the test"),
            _at_least(ARABIC_SCORE, "orientation.least_score"),
            needs=(ARABIC_SCORE,),
        ),
        Condition(
            "mathematics_in_reach",
            _("Mathematics in reach of a class, by the test"),
            _at_least(MATHEMATICS_SCORE, "orientation.least_score"),
            needs=(MATHEMATICS_SCORE,),
        ),
    ),
    examples=(
        Example(
            _("Seventy in Arabic, sixty in mathematics"), {"arabic_score": 70, "mathematics_score": 60}, Outcome.MET
        ),
        Example(_("Thirty in Arabic, mathematics not taken"), {"arabic_score": 30}, Outcome.NOT_MET),
        Example(_("Seventy in Arabic, mathematics not taken"), {"arabic_score": 70}, Outcome.UNKNOWN),
    ),
)
INDICATIONS_OF_EXIT: dict[str, Rule] = {
    "FULL_TRAINING": FOR_FULL,
    "SHORT_TRAINING": FOR_SHORT,
    "OTHER_PROGRAMME": FOR_OTHER,
    "FORMAL_SCHOOL": FOR_SCHOOL,
}
