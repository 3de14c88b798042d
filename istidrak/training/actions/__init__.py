"""What happens in training: one verb each."""

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
    "GroupFull",
    "SameVerifier",
    "SessionToCome",
    "close_session",
    "complete",
    "create_group",
    "declare_insertion",
    "drop_out",
    "enrol",
    "not_confirm_insertion",
    "open_proof",
    "open_session",
    "plan_session",
    "prove_insertion",
    "reopen_session",
    "save_roll_call",
    "set_educators",
    "take_back",
    "verify_insertion",
]
