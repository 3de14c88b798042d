"""What is asked for places agreed, a count day, a figure said in public."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.base.identifiers import new_uuid
from istidrak.base.scope import Scope
from istidrak.desk.access import of_places
from istidrak.desk.queries.stations import BY_CODE
from istidrak.organisations.models import Organisation
from istidrak.programmes.models import Programme, Season

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _in_season(form: forms.Form, name: str, season: Season, *, latest: Any) -> None:
    """A day of the season's two years, and not after `latest`."""
    day = form.cleaned_data.get(name)
    if day and not season.year <= day.year <= season.year + 1:
        form.add_error(name, _("This day is not of the season."))
    elif day and day > latest:
        form.add_error(name, _("This day has not come yet."))


class PlacesForm(forms.Form):
    """Places that an agreement promises in a centre."""

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=new_uuid)
    centre = forms.ModelChoiceField(label=_("Centre"), queryset=None)
    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.all())
    places = forms.IntegerField(label=_("Places agreed"), min_value=1, max_value=5000)
    agreed_date = forms.DateField(label=_("Day of the agreement"), widget=DAY)
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("The agreement: its title, its parties, its number.")
    )

    def __init__(self, *args: Any, scope: Scope, season: Season, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.season = season
        inside = of_places(scope, "place_number", "pk")
        self.fields["centre"].queryset = Organisation.objects.filter(inside, kind="CENTRE").order_by("code")

    def clean(self) -> dict[str, Any]:
        """The agreement is of the season, or of the spring and summer before it."""
        data = super().clean()
        _in_season(self, "agreed_date", self.season, latest=days.today())
        return data


class CountDayForm(forms.Form):
    """The day on which a territory counts who is present."""

    organisation = forms.ModelChoiceField(label=_("Territory"), queryset=None, empty_label=None)
    date = forms.DateField(label=_("Count day"), widget=DAY)

    def __init__(self, *args: Any, bodies: Any, season: Season, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.season = season
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=[body.pk for body in bodies])

    def clean(self) -> dict[str, Any]:
        """A day of the season; it may be announced ahead."""
        data = super().clean()
        day = self.cleaned_data.get("date")
        if day:
            _in_season(self, "date", self.season, latest=day)
        return data


class ClaimForm(forms.Form):
    """A figure as it was said, by whom, when; what it counted only when its source says it."""

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=new_uuid)
    organisation = forms.ModelChoiceField(label=_("Body that the figure is about"), queryset=None)
    value = forms.IntegerField(label=_("Figure"), min_value=0, max_value=10_000_000)
    said_date = forms.DateField(label=_("Said on"), widget=DAY)
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("Who said it and where: statement, newspaper, meeting, page.")
    )
    text_ar = forms.CharField(
        label=_("Words of the source, in Arabic"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "rtl"}),
    )
    text_fr = forms.CharField(
        label=_("Words of the source, in French"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "ltr"}),
    )
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.all(), required=False, empty_label=_("Not said, or all")
    )
    counted_as = forms.ChoiceField(label=_("What it counts, when the source says it"), required=False)

    def __init__(self, *args: Any, scope: Scope, bodies: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = Q(pk__in=[body.pk for body in bodies])
        inside = of_places(scope, "place_number", "pk") & Q(kind__in=("DIRECTORATE", "ASSOCIATION", "CENTRE"))
        self.fields["organisation"].queryset = Organisation.objects.filter(own | inside).order_by("kind", "code")
        self.fields["counted_as"].choices = [
            ("", _("Not said")),
            ("places", _("Places agreed")),
            *((code, BY_CODE[code].label) for code in BY_CODE),
        ]

    def clean(self) -> dict[str, Any]:
        """Words in one language at least; said already."""
        data = super().clean()
        if not (data.get("text_ar") or data.get("text_fr")):
            self.add_error("text_ar", _("Write the words of the source in Arabic or in French."))
        if data.get("said_date") and data["said_date"] > days.today():
            self.add_error("said_date", _("This day has not come yet."))
        return data
