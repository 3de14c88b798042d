"""Forms of corrections."""

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.support.actions.corrections import LONGEST_CAUSE


class AdjustForm(forms.Form):
    """Why lines are adjusted, and how many differences were looked at."""

    cause = forms.CharField(
        label=_("Cause of the correction"),
        max_length=LONGEST_CAUSE,
        help_text=_("It stays in each pupil's file, and families read it on their notice."),
    )
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
