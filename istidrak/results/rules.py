"""What is missing when a learner completes, and how marks are read and written. Pure."""

import datetime as dt
import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Condition, Example, Outcome, Rule
from istidrak.results.columns import ATTENDANCE, EVALUATIONS_OPEN, POLES_EVALUATED, POLES_WANTED

COMPLETION = Rule(
    "completion",
    _("Completing the programme"),
    (
        Condition(
            "attendance",
            _("Attendance reaches the minimum"),
            lambda of: of.parameter("results.minimum_attendance", lambda least: of[ATTENDANCE] >= least),
            needs=(ATTENDANCE,),
        ),
        Condition(
            "every_pole",
            _("Every pole of the curriculum has a validated evaluation"),
            lambda of: of.parameter(
                "results.poles_missing_allowed",
                lambda allowed: of[POLES_WANTED] - of[POLES_EVALUATED] <= allowed,
            ),
            needs=(POLES_WANTED, POLES_EVALUATED),
        ),
        Condition(
            "nothing_open",
            _("No evaluation of the learner waits to be validated"),
            lambda of: of[EVALUATIONS_OPEN] == 0,
            needs=(EVALUATIONS_OPEN,),
            source=_("Results count once the centre director validated them"),
        ),
    ),
    examples=(
        Example(
            _("Came nine times out of ten, evaluated in the four poles"),
            {"attendance_percent": 90, "poles_wanted": 4, "poles_evaluated": 4, "evaluations_open": 0},
            Outcome.MET,
        ),
        Example(
            _("Evaluated everywhere, came half of the time"),
            {"attendance_percent": 50, "poles_wanted": 4, "poles_evaluated": 4, "evaluations_open": 0},
            Outcome.NOT_MET,
        ),
        Example(
            _("No roll-call was ever taken"),
            {"poles_wanted": 4, "poles_evaluated": 4, "evaluations_open": 0},
            Outcome.UNKNOWN,
        ),
    ),
)

# Two digits after the point at most: quarters and tenths of a point are used, thousandths are a slip.
SCORE = re.compile(r"(\d{1,3})(?:[.,٫](\d{1,2}))?")


class NotAScore(ValueError):
    """This text is no score of the scale."""


def score_of(text: str, highest: int) -> int | None:
    """A score as written (12, 12,5, ١٢٫٥) in hundredths of a point; None when empty.

    Raises NotAScore when it is no number, has more than two decimals, or is above the scale's highest.
    """
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text.strip())
    if not plain:
        return None
    match = SCORE.fullmatch(plain)
    if match is None:
        raise NotAScore(text)
    hundredths = int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))
    if hundredths > highest * 100:
        raise NotAScore(text)
    return hundredths


def score_text(hundredths: int) -> str:
    """A score as it is written: 1225 is 12.25, 1200 is 12."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def is_expected(enrolled: dt.date, left: dt.date | None, on: dt.date) -> bool:
    """Is a learner one of those evaluated on a day? The day of leaving is the last one."""
    return enrolled <= on and (left is None or left >= on)
