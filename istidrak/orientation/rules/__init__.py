"""What decides an orientation, in pure form: the four exits, the classes in reach, what interview and tests say."""

from istidrak.orientation.rules.aid import departs_from_aid
from istidrak.orientation.rules.classes import ReachableClass, may_hold, next_level, reachable_classes
from istidrak.orientation.rules.exits import (
    AUTOMATIC_RETURN,
    FIRST_MONTH,
    FORMAL_SCHOOL,
    FULL_TRAINING,
    OTHER_PROGRAMME,
    RULE_OF_EXIT,
    SHORT_TRAINING,
    reference_day,
)
from istidrak.orientation.rules.indications import INDICATIONS_OF_EXIT

__all__ = [
    "AUTOMATIC_RETURN",
    "FIRST_MONTH",
    "FORMAL_SCHOOL",
    "FULL_TRAINING",
    "INDICATIONS_OF_EXIT",
    "OTHER_PROGRAMME",
    "RULE_OF_EXIT",
    "SHORT_TRAINING",
    "ReachableClass",
    "departs_from_aid",
    "may_hold",
    "next_level",
    "reachable_classes",
    "reference_day",
]
