"""Campaigns, teams, stops, and handing cases over."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from istidrak.base import days
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Campaign, Stop, Team
from istidrak.outreach.queries import campaigns as queries
from istidrak.outreach.rules.following import a_year_before, latest_due


class CampaignForm(forms.Form):
    """Names and days of a campaign; one of the two names is enough."""

    directorate = forms.ModelChoiceField(label=_("Directorate"), queryset=None, to_field_name="uuid")
    name_ar = forms.CharField(label=_("Name in Arabic"), max_length=160, required=False)
    name_fr = forms.CharField(label=_("Name in French"), max_length=160, required=False)
    start_date = forms.DateField(label=_("First day"), widget=forms.DateInput)
    end_date = forms.DateField(label=_("Last day"), widget=forms.DateInput)

    def __init__(self, *args: Any, directorates: Iterable[Organisation] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        mine = list(directorates)
        self.fields["directorate"].queryset = Organisation.objects.filter(pk__in=[body.pk for body in mine])
        if len(mine) == 1:
            self.fields["directorate"].initial = mine[0].uuid
            self.fields["directorate"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """A name in one script at least; the last day is not before the first."""
        data = super().clean()
        if not data.get("name_ar") and not data.get("name_fr"):
            self.add_error("name_ar", _("Write the name in Arabic or in French."))
        first, last = data.get("start_date"), data.get("end_date")
        today = days.today()
        if first and not a_year_before(today) <= first <= latest_due(today):
            self.add_error("start_date", _("This day is more than a year away: look at the year again."))
        if first and last and last > latest_due(first):
            self.add_error("end_date", _("A campaign lasts a year at most: look at the year again."))
        if first and last and last < first:
            self.add_error("end_date", _("The last day is before the first."))
        return data


class TeamForm(forms.Form):
    """A team: its name in the campaign, and the field agents in it."""

    name = forms.CharField(label=_("Name of the team"), max_length=120)
    members = forms.ModelMultipleChoiceField(
        label=_("Members"),
        queryset=None,
        to_field_name="uuid",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Field agents of the directorate. They see the people handed to the team, and nobody else."),
    )

    def __init__(self, *args: Any, campaign: Campaign, as_of: dt.date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        self.fields["members"].queryset = queries.agents_of(campaign.directorate, as_of)

    def clean_name(self) -> str:
        """A name is given once in a campaign."""
        name = self.cleaned_data["name"]
        if Team.objects.filter(campaign=self.campaign, name=name).exists():
            raise forms.ValidationError(_("This campaign already has a team of this name."))
        return name


class MembersForm(TeamForm):
    """Who is in a team that exists."""

    name = None  # type: ignore[assignment]


class StopForm(forms.Form):
    """A day and a quarter of a campaign; afterwards, what it brought back."""

    date = forms.DateField(label=_("Day"), widget=forms.DateInput)
    quarter = forms.CharField(label=_("Quarter or douar"), max_length=120)
    commune = forms.ModelChoiceField(label=_("Commune"), queryset=None, required=False)
    team = forms.ModelChoiceField(label=_("Team"), queryset=None, required=False, to_field_name="uuid")

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        self.fields["commune"].queryset = queries.communes_of(campaign.directorate)
        self.fields["team"].queryset = campaign.teams.order_by("name")

    def clean_date(self) -> dt.date:
        """A day of the campaign."""
        day = self.cleaned_data["date"]
        if not self.campaign.start_date <= day <= self.campaign.end_date:
            raise forms.ValidationError(_("This day is outside the campaign."))
        return day

    def clean_quarter(self) -> str:
        """One space between words, so that a quarter is written one way."""
        return " ".join(self.cleaned_data["quarter"].split())


class FiguresForm(StopForm):
    """The plan of a stop with its figures; the people found are counted from the files, not typed."""

    families_met = forms.IntegerField(
        label=_("Families met"),
        min_value=0,
        max_value=5000,
        required=False,
        help_text=_("Leave empty when nobody counted; 0 says that none was met."),
    )
    remarks = forms.CharField(
        label=_("Remarks"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    @classmethod
    def initial_of(cls, stop: Stop) -> dict[str, Any]:
        """What stands in the form before anything is typed."""
        return {
            "date": stop.date,
            "quarter": stop.quarter,
            "commune": stop.commune_id,
            "team": stop.team.uuid if stop.team else None,
            "families_met": stop.families_met,
            "remarks": stop.remarks,
        }


class HandOverForm(forms.Form):
    """Quarters ticked, and the team that visits them."""

    quarters = forms.MultipleChoiceField(label=_("Quarters and douars"), widget=forms.CheckboxSelectMultiple)
    team = forms.ModelChoiceField(
        label=_("To the team"), queryset=None, to_field_name="uuid", required=False, empty_label=_("Choose a team")
    )

    def __init__(self, *args: Any, quarters: Iterable[Any], teams: Any, may_take_back: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.quarters_waiting = list(quarters)
        self.may_take_back = may_take_back
        self.fields["quarters"].choices = [(q.key, self._label(q)) for q in self.quarters_waiting]
        self.fields["team"].queryset = teams
        self.fields["team"].label_from_instance = lambda team: f"{team.name} · {team.campaign}"
        if may_take_back:
            self.fields["team"].empty_label = _("No team: back to the office")

    @staticmethod
    def _label(quarter: Any) -> str:
        people = ngettext("%(count)d person", "%(count)d persons", quarter.to_visit) % {"count": quarter.to_visit}
        name = quarter.name or str(_("Quarter not known"))
        if not quarter.unmarked:
            return f"{name} · {people}"
        words = ngettext("%(count)d not marked by the school", "%(count)d not marked by the school", quarter.unmarked)
        return f"{name} · {people} ({words % {'count': quarter.unmarked}})"

    def clean(self) -> dict[str, Any]:
        """Without a team people go back to the office, which makes sense only when a team has them."""
        data = super().clean()
        if not data.get("team") and not self.may_take_back and "team" not in self.errors:
            self.add_error("team", _("Choose a team."))
        return data

    @property
    def chosen(self) -> list[str]:
        """The names of the quarters ticked, as cases have them."""
        keys = set(self.cleaned_data["quarters"])
        return [quarter.name for quarter in self.quarters_waiting if quarter.key in keys]
