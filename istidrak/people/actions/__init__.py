"""The verbs of people: record, correct, tie, compare, decide, share."""

from istidrak.people.actions.columns import MassarCodeTaken
from istidrak.people.actions.finding import find_candidates
from istidrak.people.actions.merging import AlreadyOne, AlreadyUndone, MergeBlocked, UndoBlocked, Undone
from istidrak.people.actions.pairs import decide_pair, undo_pair
from istidrak.people.actions.recording import (
    StaleVersion,
    SubmissionReused,
    correct,
    record_by_hand,
    record_rows,
    refuse_other,
    refuse_reused,
    verify_massar_code,
)
from istidrak.people.actions.sharing import AlreadyAsked, answer_sharing, request_sharing
from istidrak.people.actions.situation import ReasonNeeded, read_situation, state_situation
from istidrak.people.actions.ties import held, tie, tie_all, untie

__all__ = [
    "AlreadyAsked",
    "AlreadyOne",
    "AlreadyUndone",
    "MassarCodeTaken",
    "MergeBlocked",
    "ReasonNeeded",
    "StaleVersion",
    "SubmissionReused",
    "UndoBlocked",
    "Undone",
    "answer_sharing",
    "correct",
    "decide_pair",
    "find_candidates",
    "held",
    "read_situation",
    "record_by_hand",
    "record_rows",
    "refuse_other",
    "refuse_reused",
    "request_sharing",
    "state_situation",
    "tie",
    "tie_all",
    "undo_pair",
    "untie",
    "verify_massar_code",
]
