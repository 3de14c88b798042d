"""What can be wrong with a row of a list, and what it does to the row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class RowStatus(StrEnum):
    """ACCEPTED: what a file needs is there. INCOMPLETE: a person must add or look. REFUSED: it names nobody."""

    ACCEPTED = "ACCEPTED"
    INCOMPLETE = "INCOMPLETE"
    REFUSED = "REFUSED"


class Reason(StrEnum):
    """Why a row is not simply accepted, or what was noted. Stable: stored, translated in `messages`."""

    # The row is refused.
    NO_NAME = "NO_NAME"
    NO_ESTABLISHMENT_CODE = "NO_ESTABLISHMENT_CODE"
    CELLS_SHIFTED = "CELLS_SHIFTED"
    # The row is to complete: an essential fact is missing, or a cell says something that cannot be taken as it is.
    NAME_MISSING = "NAME_MISSING"  # a valid code, no name
    NAME_PART_MISSING = "NAME_PART_MISSING"
    NAME_MIXED_SCRIPTS = "NAME_MIXED_SCRIPTS"
    NAME_HAS_DIGITS = "NAME_HAS_DIGITS"
    NAME_UNREADABLE = "NAME_UNREADABLE"
    NAME_DAMAGED = "NAME_DAMAGED"
    SEX_MISSING = "SEX_MISSING"
    SEX_UNREADABLE = "SEX_UNREADABLE"
    BIRTH_MISSING = "BIRTH_MISSING"
    BIRTH_YEAR_ONLY = "BIRTH_YEAR_ONLY"
    BIRTH_CONTRADICTS_YEAR = "BIRTH_CONTRADICTS_YEAR"
    DATE_IMPOSSIBLE = "DATE_IMPOSSIBLE"
    DATE_TWO_DIGIT_YEAR = "DATE_TWO_DIGIT_YEAR"
    DATE_UNREADABLE = "DATE_UNREADABLE"
    DATE_IN_FUTURE = "DATE_IN_FUTURE"
    AGE_OUT_OF_RANGE = "AGE_OUT_OF_RANGE"
    CODE_SHAPE = "CODE_SHAPE"
    PHONE_UNREADABLE = "PHONE_UNREADABLE"
    ESTABLISHMENT_CODE_SHAPE = "ESTABLISHMENT_CODE_SHAPE"
    # Noted: the text is kept, the row is as good as before.
    NAME_STATED_TWICE = "NAME_STATED_TWICE"
    MORE_THAN_ONE_PHONE = "MORE_THAN_ONE_PHONE"
    LEVEL_UNKNOWN = "LEVEL_UNKNOWN"
    STATUS_UNKNOWN = "STATUS_UNKNOWN"
    DROPOUT_REASON_UNKNOWN = "DROPOUT_REASON_UNKNOWN"
    NUMBER_UNREADABLE = "NUMBER_UNREADABLE"
    SCHOOL_CODE_SHAPE = "SCHOOL_CODE_SHAPE"
    ESTABLISHMENT_CHECK_LETTER = "ESTABLISHMENT_CHECK_LETTER"
    ROW_REPEATED = "ROW_REPEATED"
    CODE_REPEATED = "CODE_REPEATED"
    COMMUNE_UNKNOWN = "COMMUNE_UNKNOWN"


REFUSING = frozenset({Reason.NO_NAME, Reason.NO_ESTABLISHMENT_CODE, Reason.CELLS_SHIFTED})

# A missing phone, code, level or place is no problem at all. A date, a code or a phone that somebody wrote and nobody
# can use is one: the fact is dropped from `facts`, stays in `raw`, and the row is to complete.
NOTED = frozenset(
    {
        *(Reason.NAME_STATED_TWICE, Reason.MORE_THAN_ONE_PHONE, Reason.LEVEL_UNKNOWN, Reason.STATUS_UNKNOWN),
        *(Reason.DROPOUT_REASON_UNKNOWN, Reason.NUMBER_UNREADABLE, Reason.SCHOOL_CODE_SHAPE),
        *(Reason.ESTABLISHMENT_CHECK_LETTER, Reason.ROW_REPEATED, Reason.CODE_REPEATED),
        Reason.COMMUNE_UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about one cell. `row` is the sheet's, from 1; `column` the heading as in the sheet, "" when no column
    holds the fact; `reason` a Reason, or a word of another list of checks; `params` fill the message."""

    row: int
    column: str
    reason: StrEnum
    params: Mapping[str, object] = field(default_factory=dict)


def status_of(problems: list[Problem]) -> RowStatus:
    """What the problems of a row make of it."""
    reasons = {problem.reason for problem in problems}
    if reasons & REFUSING:
        return RowStatus.REFUSED
    return RowStatus.INCOMPLETE if reasons - NOTED else RowStatus.ACCEPTED
