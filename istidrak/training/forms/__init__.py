"""Forms of training."""

from istidrak.training.forms.confirmations import DrawForm, FollowUpForm
from istidrak.training.forms.enrolments import CompletingForm, EnrolForm, LeavingForm
from istidrak.training.forms.groups import EducatorsForm, GroupForm
from istidrak.training.forms.insertions import InsertionForm, ProofForm, ReasonForm
from istidrak.training.forms.sessions import SessionForm, marks_of

__all__ = [
    "CompletingForm",
    "DrawForm",
    "EducatorsForm",
    "EnrolForm",
    "FollowUpForm",
    "GroupForm",
    "InsertionForm",
    "LeavingForm",
    "ProofForm",
    "ReasonForm",
    "SessionForm",
    "marks_of",
]
