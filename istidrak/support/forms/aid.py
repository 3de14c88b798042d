"""A family as it stands at the counter: how many children, and what is known of each."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.support.rules.aid_family import MOST_CHILDREN

FIRST_MONTH = 202312  # direct social aid begins
YES_NO = (("", _("Not known")), ("yes", _("Yes")), ("no", _("No")))
OLDEST = 120


class FamilyForm(forms.Form):
    """The month and the number of children."""

    month = forms.CharField(label=_("Month"), widget=forms.TextInput(attrs={"type": "month", "dir": "ltr"}))
    count = forms.IntegerField(label=_("Children of the family"), min_value=1, max_value=MOST_CHILDREN)

    def clean_month(self) -> int:
        """The month as 202601. Raises ValidationError for what is no month, or one before the aid began."""
        try:
            day = dt.date.fromisoformat(f"{self.cleaned_data['month']}-01")
        except ValueError as error:
            raise forms.ValidationError(_("Write the year and the month, such as 2026-01.")) from error
        month = day.year * 100 + day.month
        if month < FIRST_MONTH:
            raise forms.ValidationError(_("Direct social aid begins in December 2023: choose a later month."))
        return month


class ChildForm(forms.Form):
    """What is known of one child: everything may be left empty."""

    birth_date = forms.DateField(label=_("Birth date"), required=False, widget=forms.DateInput)
    age = forms.IntegerField(label=_("or age in years"), required=False, min_value=0, max_value=OLDEST)
    is_in_school = forms.ChoiceField(
        label=_("In school"), required=False, choices=YES_NO, widget=forms.RadioSelect, initial=""
    )

    def clean_birth_date(self) -> dt.date | None:
        """A birth to come is a slip of the hand."""
        date = self.cleaned_data["birth_date"]
        if date and date > days.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return date

    def clean(self) -> dict[str, Any]:
        """A birth date and an age together could contradict each other."""
        data = super().clean() or {}
        if data.get("birth_date") and data.get("age") is not None:
            self.add_error("age", _("Write the birth date or the age, not both."))
        return data

    def facts(self) -> dict[str, Any]:
        """The facts as the rules read them; what was left empty is not known."""
        said = self.cleaned_data
        return {
            "birth_date": said["birth_date"],
            "age": said["age"],
            "is_in_school": {"yes": True, "no": False}.get(said["is_in_school"]),
        }


class BaseChildren(forms.BaseFormSet):
    """The children in order: those beyond the number said must be empty, or one would be forgotten."""

    def of(self, count: int) -> list[ChildForm]:
        """The first `count` children; adds an error to one that was filled beyond them."""
        beyond = [form for form in self.forms[count:] if form.has_changed()]
        for form in beyond:
            form.add_error(None, _("This child is beyond the number of children said above."))
        return [] if beyond else list(self.forms[:count])


ChildFormSet = forms.formset_factory(
    ChildForm, formset=BaseChildren, extra=MOST_CHILDREN, max_num=MOST_CHILDREN, absolute_max=MOST_CHILDREN
)
