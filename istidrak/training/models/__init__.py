"""Groups, enrolments, sessions and roll-calls, insertions."""

from istidrak.training.models.absences import AbsenceFollowUp
from istidrak.training.models.applications import (
    Application,
    CentreContact,
    Consent,
    Guardianship,
    PaperOfApplication,
)
from istidrak.training.models.calendar import Closure, TimetableEntry
from istidrak.training.models.confirmations import Confirmation, ConfirmationDraw, FollowUpContact
from istidrak.training.models.enrolments import Enrolment
from istidrak.training.models.groups import Group
from istidrak.training.models.insertions import Insertion
from istidrak.training.models.returns import RegisterReturn, ReturnLine, ReturnRemark, ReturnSubmission
from istidrak.training.models.services import ServiceOffer, ServiceUse
from istidrak.training.models.sessions import Attendance, Session
from istidrak.training.models.transfers import Transfer

__all__ = [
    "AbsenceFollowUp",
    "Application",
    "Attendance",
    "CentreContact",
    "Closure",
    "Confirmation",
    "ConfirmationDraw",
    "Consent",
    "Enrolment",
    "FollowUpContact",
    "Group",
    "Guardianship",
    "Insertion",
    "PaperOfApplication",
    "RegisterReturn",
    "ReturnLine",
    "ReturnRemark",
    "ReturnSubmission",
    "ServiceOffer",
    "ServiceUse",
    "Session",
    "TimetableEntry",
    "Transfer",
]
