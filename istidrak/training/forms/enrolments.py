"""Forms of one learner in one group."""

from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.outreach.forms.capture import REASONS
from istidrak.programmes.models import Season
from istidrak.training.forms.days import not_before_season, not_to_come, while_enrolled
from istidrak.training.models import Enrolment


class EnrolForm(forms.Form):
    """Who is enrolled, from which day: one whom the centre awaits, or a file that it sees, by its number.

    `find` gives the visible person of a file number, or None.
    """

    person = forms.ModelChoiceField(
        label=_("Young person awaited by the centre"), queryset=None, to_field_name="uuid", required=False
    )
    file_number = forms.CharField(
        label=_("Or the number of the file"),
        max_length=20,
        required=False,
        help_text=_("For somebody whom the centre knows and nobody sent, such as 0001234-K."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    on = forms.DateField(label=_("From"), widget=forms.DateInput)

    def __init__(self, *args: Any, awaited: Any, find: Any, season: Season, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.find, self.season = find, season
        self.fields["person"].queryset = awaited
        self.fields["person"].label_from_instance = lambda p: f"{p.name_ar or p.name_fr} · {p.file_number}"
        self.fields["on"].initial = days.today()

    def clean_on(self) -> Any:
        """Nobody is enrolled from a day to come, nor long before the season."""
        return not_before_season(not_to_come(self.cleaned_data["on"]), self.season)

    def clean(self) -> dict[str, Any]:
        """Exactly one person is meant, and the centre sees them."""
        data = super().clean()
        number, person = data.pop("file_number", ""), data.get("person")
        if not number:
            if person is None and "person" not in self.errors:
                self.add_error("person", _("Choose who is enrolled, or write the number of the file."))
            return data
        if person is not None:
            self.add_error("file_number", _("Choose a person or write a number, not both."))
        data["person"] = found = self.find(number)
        if found is None:
            self.add_error("file_number", _("The centre sees no file of this number: check it, the letter included."))
        return data


class CompletingForm(forms.Form):
    """The day on which the learner completed the programme."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput)

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.enrolment = enrolment
        self.fields["on"].initial = days.today()

    def clean_on(self) -> Any:
        """Nobody left on a day to come, nor before coming."""
        return while_enrolled(self.cleaned_data["on"], self.enrolment)


class LeavingForm(CompletingForm):
    """The day on which the learner left before the end, and why."""

    reason = forms.CharField(
        label=_("Reason of leaving"), max_length=300, error_messages={"required": _("Write why the learner left.")}
    )


class DropOutForm(LeavingForm):
    """Leaving before the end: the cause, of the list that outreach uses for school, and words beside it."""

    cause = forms.ChoiceField(
        label=_("Reason of leaving"),
        choices=[("", "—"), *REASONS],
        error_messages={"required": _("Write why the learner left.")},
    )
    reason = forms.CharField(
        label=_("In a few words"), max_length=300, required=False, help_text=_("Needed for other reasons.")
    )
    field_order = ("on", "cause", "reason")

    def clean(self) -> dict[str, Any]:
        """Other reasons are written; without words the history says the cause as the list has it, in Arabic."""
        data = super().clean()
        if data.get("cause") and not data.get("reason"):
            if data["cause"] == "OTHER":
                self.add_error("reason", _("Write why the learner left."))
            with translation.override("ar"):
                data["reason"] = str(dict(REASONS)[data["cause"]])
        return data
