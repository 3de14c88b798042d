"""Groups, enrolments, sessions and roll-calls, insertions."""

from istidrak.training.models.confirmations import Confirmation, ConfirmationDraw, FollowUpContact
from istidrak.training.models.enrolments import Enrolment
from istidrak.training.models.groups import Group
from istidrak.training.models.insertions import Insertion
from istidrak.training.models.sessions import Attendance, Session

__all__ = [
    "Attendance",
    "Confirmation",
    "ConfirmationDraw",
    "Enrolment",
    "FollowUpContact",
    "Group",
    "Insertion",
    "Session",
]
