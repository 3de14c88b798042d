"""Forms of a group."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.programmes.models import Programme
from istidrak.programmes.queries import current_season
from istidrak.training.models import Group
from istidrak.training.queries import is_name_taken


class GroupForm(forms.Form):
    """A new group of a centre in the season."""

    centre = forms.ModelChoiceField(label=_("Centre"), queryset=None)
    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.all())
    name = forms.CharField(label=_("Name of the group"), max_length=120)
    capacity = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=200, required=False, help_text=_("Leave empty when not stated.")
    )

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Group.Kind.choices,
        initial=Group.Kind.NORMAL,
        required=False,
        help_text=_("A supplementary session extends the capacity of the centre and is counted apart."),
    )

    def __init__(self, *args: Any, centres: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["centre"].queryset = centres
        if centres.count() == 1:
            self.fields["centre"].initial = centres[0]

    def clean_kind(self) -> str:
        """A group of which nobody says that it is supplementary is not."""
        return self.cleaned_data["kind"] or Group.Kind.NORMAL

    def clean(self) -> dict[str, Any]:
        """There is an open season, and the name is free in the centre."""
        data = super().clean()
        season = current_season(days.today())
        if season is None:
            raise forms.ValidationError(_("No season is open: groups belong to a season."))
        data["season"] = season
        if is_name_taken(season, data.get("centre"), data.get("name")):
            self.add_error("name", _("This centre already has a group of that name this season."))
        return data


class EducatorsForm(forms.Form):
    """Who teaches the group."""

    educators = forms.ModelMultipleChoiceField(
        label=_("Educators"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, group: Group, educators: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["educators"].queryset = educators
        self.fields["educators"].initial = list(group.educators.values_list("pk", flat=True))
