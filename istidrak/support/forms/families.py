"""Forms of complaints."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.base.templatetags.ui import year_month_words
from istidrak.support.actions.corrections import LONGEST_CAUSE
from istidrak.support.models import Complaint
from istidrak.support.rules.months import months_of_year

PROBLEMS = {
    "empty": ("text", _("Write what the family says.")),
    "month": ("month", _("This month is not of the registration's school year.")),
    "future": ("received_date", _("This day is still to come.")),
    "nobody": (None, _("The directorate has nobody yet who answers complaints: ask it to open an account.")),
}


class ComplaintForm(forms.Form):
    """What a family objects to."""

    about = forms.ChoiceField(label=_("About"), choices=Complaint.About.choices)
    month = forms.TypedChoiceField(
        label=_("Month"), coerce=int, empty_value=None, required=False, help_text=_("Empty: not about one month.")
    )
    channel = forms.ChoiceField(label=_("How it came"), choices=Complaint.Channel.choices)
    text = forms.CharField(
        label=_("What the family says"), widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}), max_length=4000
    )
    received_date = forms.DateField(
        label=_("Day it was received"), widget=forms.DateInput(attrs={"type": "date"}), initial=days.today
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, school_year: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        months = [(month, year_month_words(month)) for month in months_of_year(school_year)]
        self.fields["month"].choices = [("", "…"), *months]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The answer, as the family reads it."""

    text = forms.CharField(
        label=_("Answer, with its reason"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        max_length=4000,
        help_text=_("The family reads it on the letter."),
    )


class FamilyAdjustForm(forms.Form):
    """Why this family's months are adjusted."""

    cause = forms.CharField(
        label=_("Cause of the correction"),
        max_length=LONGEST_CAUSE,
        help_text=_("It stays in each pupil's file, and families read it on their notice."),
    )
