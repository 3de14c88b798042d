"""Forms of training."""

from istidrak.training.forms.calendar import AbsenceContactForm, ClosureForm
from istidrak.training.forms.confirmations import DrawForm, FollowUpForm
from istidrak.training.forms.enrolments import REASONS, CompletingForm, DropOutForm, EnrolForm, LeavingForm
from istidrak.training.forms.groups import EducatorsForm, GroupForm
from istidrak.training.forms.insertions import InsertionForm, ProofForm, ReasonForm
from istidrak.training.forms.sessions import EndEntryForm, PlanForm, SessionForm, TimetableForm, marks_of, version_of

__all__ = [
    "REASONS",
    "AbsenceContactForm",
    "ClosureForm",
    "CompletingForm",
    "DrawForm",
    "DropOutForm",
    "EducatorsForm",
    "EndEntryForm",
    "EnrolForm",
    "FollowUpForm",
    "GroupForm",
    "InsertionForm",
    "LeavingForm",
    "PlanForm",
    "ProofForm",
    "ReasonForm",
    "SessionForm",
    "TimetableForm",
    "marks_of",
    "version_of",
]
