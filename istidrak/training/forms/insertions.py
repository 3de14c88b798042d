"""Forms of insertion."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base.proof_field import ProofField
from istidrak.training.forms.days import while_enrolled
from istidrak.training.models import Enrolment, Insertion


class InsertionForm(forms.Form):
    """Where the learner stands after the programme."""

    kind = forms.ChoiceField(label=_("Where to"), choices=Insertion.Kind.choices, widget=forms.RadioSelect)
    where = forms.CharField(label=_("Name of the school, body or employer"), max_length=200)
    since_date = forms.DateField(label=_("Since"), widget=forms.DateInput)

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.enrolment = enrolment

    def clean_since_date(self) -> Any:
        """An insertion has begun, after the learner came to the centre."""
        return while_enrolled(self.cleaned_data["since_date"], self.enrolment)


class ProofForm(forms.Form):
    """The proof: a certificate, a contract, a photograph of either."""

    proof = ProofField(label=_("Proof"))


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
