"""Drawing control visits, and writing what one found."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.base.templatetags.ui import year_month_words
from istidrak.organisations.models import Organisation


class DrawForm(forms.Form):
    """The month whose validated sheets are drawn from."""

    directorate = forms.ModelChoiceField(
        label=_("Directorate"), queryset=Organisation.objects.none(), empty_label=None
    )
    month = forms.TypedChoiceField(label=_("Month"), coerce=int)
    seed = forms.CharField(
        label=_("Seed of the draw"),
        max_length=64,
        required=False,
        help_text=_("Leave empty: chance gives one. Whoever has it draws the same schools again."),
    )

    def __init__(self, *args: Any, directorates: Any, months: list[int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["directorate"].queryset = directorates  # type: ignore[attr-defined]
        self.fields["month"].choices = [(month, year_month_words(month)) for month in months]  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """What a visit found."""

    visited_date = forms.DateField(label=_("Day of the visit"), widget=forms.DateInput(attrs={"type": "date"}))
    pupils_seen = forms.IntegerField(label=_("Pupils whose month was compared"), min_value=0, max_value=99_999)
    pupils_differing = forms.IntegerField(
        label=_("Pupils for whom the sheet differs from the registers"), min_value=0, max_value=99_999
    )
    found = forms.CharField(
        label=_("What was found"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Without names of pupils: the sheet itself is corrected for each."),
    )

    def clean_visited_date(self) -> dt.date:
        """A visit was made."""
        day: dt.date = self.cleaned_data["visited_date"]
        if day > days.today():
            raise forms.ValidationError(_("This day is to come."))
        return day

    def clean(self) -> dict[str, Any]:
        """No more differ than were compared."""
        data = super().clean() or {}
        seen, differing = data.get("pupils_seen"), data.get("pupils_differing")
        if seen is not None and differing is not None and differing > seen:
            self.add_error("pupils_differing", _("More pupils differ than were compared."))
        return data
