"""Forms of instalments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base.days import school_year_words
from istidrak.organisations.models import Organisation

FIRST_YEAR = 2008  # the programme began


class OpenForm(forms.Form):
    """Which instalment of which school year, for whose schools."""

    body = forms.ModelChoiceField(label=_("For the schools of"), queryset=Organisation.objects.none())
    school_year = forms.TypedChoiceField(label=_("School year"), coerce=int)
    number = forms.TypedChoiceField(
        label=_("Number of the instalment"), coerce=int, choices=[(n, n) for n in range(1, 6)]
    )

    def __init__(self, *args: Any, bodies: Any, last_year: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        if len(bodies) == 1:
            self.fields["body"].initial = bodies[0]
        years = range(last_year, FIRST_YEAR - 1, -1)
        self.fields["school_year"].choices = [(year, school_year_words(year)) for year in years]  # type: ignore[attr-defined]


class HoldForm(forms.Form):
    """Why a household's payment waits."""

    household = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why the payment waits"), max_length=300)


class CancelForm(forms.Form):
    """Why an instalment is given up."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
