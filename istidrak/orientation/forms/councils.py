"""What a class council decided."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base import days
from istidrak.base.proof_field import ProofField
from istidrak.orientation.forms.interviewing import LEVEL_CHOICES
from istidrak.orientation.models import CouncilRequest


class CouncilForm(forms.Form):
    """Accepted for a class, or refused with ground and reason; behaviour only with its documented file."""

    verdict = forms.ChoiceField(
        label=_("What the council decided"),
        choices=[("accept", pgettext_lazy("council", "Accept")), ("refuse", pgettext_lazy("council", "Refuse"))],
        widget=forms.RadioSelect,
    )
    council_date = forms.DateField(label=_("Day of the council"), widget=forms.DateInput)
    level_code = forms.ChoiceField(
        label=_("Class"), required=False, choices=[("", "—"), *LEVEL_CHOICES], help_text=_("When it is accepted.")
    )
    health_considered = forms.CharField(
        label=_("Health situation, as it was considered"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    social_considered = forms.CharField(
        label=_("Social situation, as it was considered"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    ground = forms.ChoiceField(
        label=_("Ground of the refusal"), required=False, choices=[("", "—"), *CouncilRequest.Ground.choices]
    )
    reason = forms.CharField(
        label=_("Reason of the refusal"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    behaviour_file = ProofField(label=_("Documented file of the behaviour"), required=False)

    def __init__(self, *args: Any, council: CouncilRequest, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.council = council
        # What the request was asked with: a class above the ceiling of that age is not the council's to open. Without
        # a known last level nothing was worked out, and every class stays open to the council.
        classes = council.decision.findings.get("CLASSES", ())
        in_reach = {row["level"] for row in classes if row["outcome"] != "NOT_MET"}
        if in_reach:
            levels = [(code, label) for code, label in LEVEL_CHOICES if code in in_reach]
            self.fields["level_code"].choices = [("", "—"), *levels]

    def clean_council_date(self) -> Any:
        """The council sat after it was asked, and has sat."""
        day = self.cleaned_data["council_date"]
        if day < self.council.asked_date:
            raise forms.ValidationError(_("The council was asked after this day."))
        if day > days.today():
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        """A refusal has its ground and reason; an acceptance has its class."""
        data = super().clean()
        if data.get("verdict") == "accept" and not data.get("level_code"):
            self.add_error("level_code", _("Choose the class that the council opens."))
        if data.get("verdict") == "refuse":
            if not data.get("ground"):
                self.add_error("ground", _("Choose the ground of the refusal."))
            if not data.get("reason", "").strip():
                self.add_error("reason", _("A refusal needs its written reason."))
            is_behaviour = data.get("ground") == CouncilRequest.Ground.BEHAVIOUR
            if is_behaviour and not data.get("behaviour_file") and "behaviour_file" not in self.errors:
                self.add_error("behaviour_file", _("Behaviour refuses nobody without a documented file."))
        return data


class AskForm(forms.Form):
    """The class that the council is asked for."""

    level_code = forms.ChoiceField(label=_("Class asked for"), required=False)

    def __init__(self, *args: Any, levels: list[tuple[str, Any]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["level_code"].choices = [("", _("Left to the council")), *levels]
