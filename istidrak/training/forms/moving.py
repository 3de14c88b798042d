"""Forms of suspending, returning to school, services, transfers and submitted lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.training.forms.days import not_to_come, while_enrolled
from istidrak.training.forms.enrolments import LeavingForm
from istidrak.training.models import Enrolment, ServiceOffer


class SuspendingForm(LeavingForm):
    """From which day the learner stops coming for a time, and why; the place is kept."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, error_messages={"required": _("Write why the learner stops coming.")}
    )


class ReturningForm(LeavingForm):
    """The day on which the learner went back to formal school, where, and how it is known."""

    school = forms.ModelChoiceField(
        label=_("School"), queryset=None, required=False, to_field_name="uuid", empty_label=_("Not on this list")
    )
    reason = forms.CharField(
        label=_("Which school, and how it is known"),
        max_length=300,
        error_messages={"required": _("Write which school, and how it is known.")},
    )
    field_order = ("on", "school", "reason")

    def __init__(self, *args: Any, schools: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = schools


class TransferForm(forms.Form):
    """Which centre is asked to take the learner, and why."""

    receiver = forms.ModelChoiceField(label=_("Receiving centre"), queryset=None, to_field_name="uuid")
    reason = forms.CharField(
        label=_("Reason of the transfer"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def __init__(self, *args: Any, centres: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["receiver"].queryset = centres


class TakingForm(forms.Form):
    """The group of the receiving centre, and the day."""

    group = forms.ModelChoiceField(label=_("Group"), queryset=None, to_field_name="uuid")
    on = forms.DateField(label=_("From"), widget=forms.DateInput)

    def __init__(self, *args: Any, groups: Any, enrolment: Enrolment, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.enrolment = enrolment
        self.fields["group"].queryset = groups
        self.fields["on"].initial = days.today()

    def clean_on(self) -> Any:
        """Not to come, nor before the learner was enrolled."""
        return while_enrolled(self.cleaned_data["on"], self.enrolment)


class OfferForm(forms.Form):
    """A service of the centre."""

    kind = forms.ChoiceField(label=_("Service"), choices=ServiceOffer.Kind.choices)
    places = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=2000, required=False, help_text=_("Leave empty when not stated.")
    )
    funder = forms.CharField(
        label=_("Funder"), max_length=160, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )


class ServiceForm(forms.Form):
    """Other places or another funder of a service, why, and what stood before the editor."""

    places = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=2000, required=False, help_text=_("Leave empty when not stated.")
    )
    funder = forms.CharField(
        label=_("Funder"), max_length=160, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    reason = forms.CharField(label=_("Why it changes"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"}))
    seen_places = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_funder = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offer: ServiceOffer, **kwargs: Any):
        now = {"places": offer.places, "funder": offer.funder}
        super().__init__(*args, initial=now | {f"seen_{name}": value for name, value in now.items()}, **kwargs)

    def show_as_now(self, offer: ServiceOffer) -> None:
        """The editor has now seen what another wrote: what they typed stays, and saving again is on top of that."""
        self.data = self.data.copy()
        self.data["seen_places"] = "" if offer.places is None else str(offer.places)
        self.data["seen_funder"] = offer.funder


class UseForm(forms.Form):
    """Who uses a service, from which day."""

    offer = forms.ModelChoiceField(label=_("Service"), queryset=None, to_field_name="uuid")
    enrolment = forms.ModelChoiceField(label=_("Learner"), queryset=None, to_field_name="uuid")
    since = forms.DateField(label=_("From"), widget=forms.DateInput)

    def __init__(self, *args: Any, offers: Any, learners: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["offer"].queryset = offers
        self.fields["offer"].label_from_instance = lambda o: " · ".join(filter(None, [str(o), o.funder]))
        self.fields["enrolment"].queryset = learners
        self.fields["enrolment"].label_from_instance = lambda e: (
            f"{e.person.name_ar or e.person.name_fr} · {e.person.file_number} · {e.group}"
        )
        self.fields["since"].initial = days.today()

    def clean_since(self) -> Any:
        """Not to come."""
        return not_to_come(self.cleaned_data["since"])


class EndUseForm(forms.Form):
    """The last day on which a learner used a service."""

    use = forms.UUIDField(widget=forms.HiddenInput)
    until = forms.DateField(label=_("Until"), widget=forms.DateInput)

    def clean_until(self) -> Any:
        """Not to come."""
        return not_to_come(self.cleaned_data["until"])


class OpenReturnsForm(forms.Form):
    """For which reference day lists are asked of the centres, and by when."""

    reference_date = forms.DateField(label=_("Reference day"), widget=forms.DateInput)
    due_date = forms.DateField(label=_("Due on"), widget=forms.DateInput)

    def clean(self) -> dict[str, Any]:
        """Due after the reference day."""
        data = super().clean()
        reference, due = data.get("reference_date"), data.get("due_date")
        if reference and due and due < reference:
            self.add_error("due_date", _("A list is due after its reference day."))
        return data


class SendBackForm(forms.Form):
    """What is wrong with a list as a whole; remarks on lines are beside them."""

    reason = forms.CharField(
        label=_("Remark on the whole list"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        error_messages={"required": _("Write what the centre is asked to correct.")},
    )


def line_remarks(post: Any) -> dict[int, str]:
    """Remarks in a form by key of line: `remark-<key>`; anything else is passed over."""
    said = {}
    for name, text in post.items():
        key = name.removeprefix("remark-")
        if name.startswith("remark-") and key.isascii() and key.isdigit() and len(key) < 19:
            said[int(key)] = text
    return said
