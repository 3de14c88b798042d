"""Opening a season that nobody spoke of yet."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SeasonForm(forms.Form):
    """The starting year of a season: 2025 for 2025/26."""

    year = forms.IntegerField(
        label=_("Starting year"), min_value=2014, max_value=2100, help_text=_("2025 for the season 2025/26.")
    )


class ReasonForm(forms.Form):
    """Why a move is made, when it needs a reason."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
