"""Choosing an exit for a case."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.orientation.models import Exit
from istidrak.orientation.queries import receivers_of
from istidrak.orientation.rules import departs_from_aid
from istidrak.orientation.rules.places import LEADING_TO, RECEIVING
from istidrak.outreach.models import Case
from istidrak.programmes.models import Programme

SAID = {
    "MET": _("Open by its criteria"),
    "NOT_MET": _("Not open by its criteria"),
    "UNKNOWN": _("To complete before it is clear"),
}


class ProposalForm(forms.Form):
    """The exit, who receives, the programme, and why when a criterion of the exit is not met."""

    exit = forms.ChoiceField(label=_("Exit"), choices=Exit.choices, widget=forms.RadioSelect)
    receiver = forms.ModelChoiceField(label=_("Who receives"), queryset=None)
    programme = forms.ModelChoiceField(
        label=_("Programme"),
        queryset=Programme.objects.all(),
        required=False,
        help_text=_("May stay empty for a return to formal school."),
    )
    departure_reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Asked when the chosen exit departs from the criteria."),
    )

    def __init__(self, *args: Any, case: Case, outcomes: dict[str, str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.outcomes = outcomes
        self.fields["exit"].choices = [(code, f"{label} ({SAID[outcomes[code]]})") for code, label in Exit.choices]
        self.fields["receiver"].queryset = receivers_of(case)

    def clean(self) -> dict[str, Any]:
        """Exit, receiver and programme go together; a departure from the criteria needs its reason."""
        data = super().clean()
        chosen, receiver, programme = data.get("exit"), data.get("receiver"), data.get("programme")
        if not chosen:
            return data
        if receiver and receiver.kind not in RECEIVING[chosen]:
            self.add_error("receiver", _("This body does not receive for the chosen exit."))
        if programme and programme.code not in LEADING_TO[chosen]:
            self.add_error("programme", _("The chosen exit does not lead to this programme."))
        if not programme and "programme" not in self.errors and chosen != Exit.FORMAL_SCHOOL:
            self.add_error("programme", _("Choose the programme that this exit leads to."))
        if departs_from_aid(self.outcomes, chosen) and not data.get("departure_reason", "").strip():
            self.add_error("departure_reason", _("This exit departs from the criteria: write why it is chosen."))
        return data


class WithdrawForm(forms.Form):
    """Why a decision is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
