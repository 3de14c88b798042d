"""Forms of closed days and of learners who stay away."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.organisations.models import Organisation
from istidrak.outreach.rules.following import latest_due
from istidrak.training.actions.calendar import LONGEST
from istidrak.training.models import Closure


class ClosureForm(forms.Form):
    """Days on which nobody is taught."""

    body = forms.TypedChoiceField(label=_("Where"), coerce=int)
    kind = forms.ChoiceField(label=_("Kind of closing"), choices=Closure.Kind.choices, widget=forms.RadioSelect)
    start_date = forms.DateField(label=_("First closed day"), widget=forms.DateInput)
    end_date = forms.DateField(
        label=_("Last closed day"), widget=forms.DateInput, required=False, help_text=_("Leave empty for one day.")
    )
    name_ar = forms.CharField(label=_("Reason in Arabic"), max_length=160, required=False)
    name_fr = forms.CharField(label=_("Reason in French"), max_length=160, required=False)
    source = forms.CharField(
        label=_("Text that says so"),
        max_length=200,
        required=False,
        help_text=_("Number of the memo or the decision, when there is one."),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, bodies: list[Organisation], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.bodies = {body.pk: body for body in bodies}
        words = {body.pk: _("The whole country") if body.kind == "MINISTRY" else str(body) for body in bodies}
        self.fields["body"].choices = list(words.items())
        if len(bodies) == 1:
            self.fields["body"].initial = bodies[0].pk
        self.fields["submission"].initial = uuid.uuid4

    def clean(self) -> dict[str, Any]:
        """Days in their order and not far; a reason in one language at least."""
        data = super().clean()
        start = data.get("start_date")
        end = data["end_date"] = data.get("end_date") or start
        if start and end:
            self._check_days(start, end)
        if not (data.get("name_ar", "").strip() or data.get("name_fr", "").strip()):
            self.add_error("name_ar", _("Say why, in Arabic or in French."))
        return data

    def _check_days(self, start: dt.date, end: dt.date) -> None:
        if end < start:
            self.add_error("end_date", _("This day is before the first one."))
        elif end - start > LONGEST:
            self.add_error("end_date", _("These days are too many: look at the dates again."))
        if end > latest_due(days.today()):
            self.add_error("start_date", _("This day is more than a year away: look at the year again."))

    def organisation(self) -> Organisation | None:
        """The body whose days are closed; None for the whole country."""
        body = self.bodies[self.cleaned_data["body"]]
        return None if body.kind == "MINISTRY" else body


class AbsenceContactForm(forms.Form):
    """What the learner or the family said."""

    said = forms.CharField(label=_("What the learner or the family said"), max_length=300)
    due_date = forms.DateField(label=_("Awaited in the group until"), widget=forms.DateInput)

    def clean_due_date(self) -> Any:
        """From today to a year ahead."""
        day = self.cleaned_data["due_date"]
        if day < days.today():
            raise forms.ValidationError(_("This day is past."))
        if day > latest_due(days.today()):
            raise forms.ValidationError(_("This day is more than a year away: look at the year again."))
        return day
