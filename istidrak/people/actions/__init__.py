"""The verbs of people: record, correct, tie, decide, share."""

from istidrak.people.actions.recording import (
    MassarCodeTaken,
    StaleVersion,
    correct,
    record_by_hand,
    record_rows,
    verify_massar_code,
)
from istidrak.people.actions.situation import read_situation, state_situation
from istidrak.people.actions.ties import tie, tie_all, untie

__all__ = [
    "MassarCodeTaken",
    "StaleVersion",
    "correct",
    "read_situation",
    "record_by_hand",
    "record_rows",
    "state_situation",
    "tie",
    "tie_all",
    "untie",
    "verify_massar_code",
]
