"""What happens in training: one verb each."""

from istidrak.training.actions.confirmations import (
    Answer,
    NotAsked,
    NothingToDraw,
    NothingTold,
    TooFewTries,
    ask_again,
    draw_sample,
    lose,
    plan_follow_up,
    record_follow_up,
)
from istidrak.training.actions.enrolments import AlreadyEnrolled, GroupFull, complete, drop_out, enrol, take_back
from istidrak.training.actions.groups import TAUGHT, create_group, set_educators
from istidrak.training.actions.insertions import (
    AlreadyDeclared,
    SameVerifier,
    declare_insertion,
    not_confirm_insertion,
    open_proof,
    prove_insertion,
    verify_insertion,
)
from istidrak.training.actions.sessions import (
    SessionToCome,
    close_session,
    open_session,
    plan_session,
    reopen_session,
    save_roll_call,
)

__all__ = [
    "TAUGHT",
    "AlreadyDeclared",
    "AlreadyEnrolled",
    "Answer",
    "GroupFull",
    "NotAsked",
    "NothingToDraw",
    "NothingTold",
    "SameVerifier",
    "SessionToCome",
    "TooFewTries",
    "ask_again",
    "close_session",
    "complete",
    "create_group",
    "declare_insertion",
    "draw_sample",
    "drop_out",
    "enrol",
    "lose",
    "not_confirm_insertion",
    "open_proof",
    "open_session",
    "plan_follow_up",
    "plan_session",
    "prove_insertion",
    "record_follow_up",
    "reopen_session",
    "save_roll_call",
    "set_educators",
    "take_back",
    "verify_insertion",
]
