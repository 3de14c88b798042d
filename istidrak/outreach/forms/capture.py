"""The form for a telephone: a name and a quarter are enough, everything else may stay unknown."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base.identifiers import new_uuid
from istidrak.organisations.models import Organisation
from istidrak.outreach.forms.following import PROBLEMS
from istidrak.outreach.models import Stop
from istidrak.outreach.rules.capture import OLDEST, YOUNGEST, is_plausible_age, script_of
from istidrak.outreach.rules.following import earliest_day
from istidrak.people.likeness import phone_digits
from istidrak.people.models import Sex

UNKNOWN = "UNKNOWN"
NEVER = "NEVER"
LEVELS = (
    (NEVER, _("Never went to school")),
    ("1AP", _("1st year of primary")),
    ("2AP", _("2nd year of primary")),
    ("3AP", _("3rd year of primary")),
    ("4AP", _("4th year of primary")),
    ("5AP", _("5th year of primary")),
    ("6AP", _("6th year of primary")),
    ("1AC", _("1st year of lower secondary")),
    ("2AC", _("2nd year of lower secondary")),
    ("3AC", _("3rd year of lower secondary")),
    ("TC", _("Common core")),
    ("1BAC", _("1st year of the baccalaureate")),
    ("2BAC", _("2nd year of the baccalaureate")),
)
# The reasons of a centre's registration form, in the order in which families most often give them.
REASONS = (
    ("UNWILLING", _("Does not want to go on")),
    ("FAILING", _("Falling behind or repeating")),
    ("LEARNING_DIFFICULTY", _("Learning difficulties")),
    ("FAMILY", _("Family circumstances")),
    ("SOCIAL", _("Social circumstances")),
    ("ECONOMIC", _("Economic circumstances")),
    ("WORK", _("Work")),
    ("DISTANCE", _("Distance or transport")),
    ("HEALTH", _("Health")),
    ("PSYCHOLOGICAL", _("Psychological difficulties")),
    ("OTHER", _("Other reasons")),
)


class CaptureForm(forms.Form):
    """What a family says at the door. Nothing is chosen in advance; what is left empty is unknown."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    directorate = forms.ModelChoiceField(label=_("Directorate"), queryset=None, to_field_name="uuid")
    name = forms.CharField(label=_("Full name"), max_length=240, help_text=_("In Arabic or in French letters."))
    quarter = forms.CharField(label=_("Quarter or douar"), max_length=120)
    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(Sex.FEMALE, Sex.FEMALE.label), (Sex.MALE, Sex.MALE.label), (UNKNOWN, _("Not known"))],
    )
    age = forms.IntegerField(label=_("Age as they say it"), required=False, min_value=1, max_value=120)
    birth_year = forms.IntegerField(label=_("or the birth year"), required=False, min_value=1900, max_value=2100)
    birth_date = forms.DateField(label=_("or the birth date"), required=False, widget=forms.DateInput)
    phone = forms.CharField(
        label=_("Telephone"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    level = forms.ChoiceField(label=_("Last school level"), required=False, choices=[("", "—"), *LEVELS])
    dropout_reason = forms.ChoiceField(label=_("Why school stopped"), required=False, choices=[("", "—"), *REASONS])
    wish = forms.CharField(
        label=_("What they wish"), max_length=240, required=False, help_text=_("In their own words.")
    )
    consent = forms.ChoiceField(
        label=_("May we contact them again?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("YES", _("Yes")), ("NO", _("No")), (UNKNOWN, _("Not asked"))],
    )
    name_other = forms.CharField(label=_("The same name in the other script"), max_length=240, required=False)
    guardian_name = forms.CharField(label=_("Parent or guardian"), max_length=240, required=False)
    address = forms.CharField(label=_("Address or landmark"), max_length=240, required=False)
    notes = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    stop = forms.ModelChoiceField(
        label=_("Stop of the campaign"), queryset=None, required=False, to_field_name="uuid", empty_label=_("None")
    )
    met_on = forms.DateField(label=_("Met on"), widget=forms.DateInput)

    def __init__(
        self,
        *args: Any,
        directorates: Iterable[Organisation],
        stops: Iterable[Stop],
        today: dt.date,
        season_year: int,
        **kwargs: Any,
    ):
        kwargs["initial"] = {"submission": new_uuid(), "met_on": today, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.today, self.season_year = today, season_year
        mine, near = list(directorates), list(stops)
        self.fields["directorate"].queryset = Organisation.objects.filter(pk__in=[body.pk for body in mine])
        if len(mine) == 1:
            self.fields["directorate"].initial = mine[0].uuid
            self.fields["directorate"].widget = forms.HiddenInput()
        self.fields["stop"].queryset = Stop.objects.filter(pk__in=[stop.pk for stop in near]).order_by("-date", "pk")
        if not near:
            del self.fields["stop"]
        for name in ("name", "name_other", "guardian_name", "quarter", "wish", "address", "notes"):
            self.fields[name].widget.attrs["dir"] = "auto"
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["quarter"].widget.attrs["list"] = "quarters"

    def _in_one_script(self, name: str) -> str:
        text = " ".join(self.cleaned_data[name].split())
        if text and script_of(text) is None:
            raise forms.ValidationError(_("Write the name in one script: Arabic letters or French letters."))
        return text

    def clean_name(self) -> str:
        """One script in one field, so that neither is ever taken for the other."""
        return self._in_one_script("name")

    def clean_name_other(self) -> str:
        """One script."""
        return self._in_one_script("name_other")

    def clean_phone(self) -> str:
        """Ten digits in national form, from the ways numbers are written."""
        text = self.cleaned_data["phone"].strip()
        if text and phone_digits(text) is None:
            raise forms.ValidationError(_("A Moroccan number has ten digits, for example 06 12 34 56 78."))
        return phone_digits(text) or ""

    def clean_met_on(self) -> dt.date:
        """Not in the future, nor long before the season."""
        day = self.cleaned_data["met_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        if day < earliest_day(self.season_year):
            raise forms.ValidationError(PROBLEMS["BEFORE_SEASON"][1])
        return day

    def clean(self) -> dict[str, Any]:
        """One way of saying the age, and a plausible one; two names in two scripts."""
        data = super().clean()
        given = [name for name in ("age", "birth_year", "birth_date") if data.get(name)]
        if len(given) > 1:
            self.add_error(given[1], _("Give the age, the year or the date: one of the three."))
        elif given and not self._is_plausible(data[given[0]]):
            text = _("This would be an age below %(youngest)d or above %(oldest)d: look at it again.")
            error = forms.ValidationError(text, params={"youngest": YOUNGEST, "oldest": OLDEST})
            self.add_error(given[0], error)
        name, other = data.get("name"), data.get("name_other")
        if name and other and script_of(name) == script_of(other):
            self.add_error("name_other", _("Both names are in the same script."))
        return data

    def _is_plausible(self, said: int | dt.date) -> bool:
        if isinstance(said, dt.date):
            had_birthday = (self.today.month, self.today.day) >= (said.month, said.day)
            return said <= self.today and is_plausible_age(self.today.year - said.year - (not had_birthday))
        if said < 1000:
            return is_plausible_age(said)
        youngest_possible, oldest_possible = self.today.year - said - 1, self.today.year - said
        return is_plausible_age(youngest_possible) or is_plausible_age(oldest_possible)

    @property
    def facts(self) -> dict[str, Any]:
        """The answers as lists have them; what was not said is not there."""
        data = self.cleaned_data
        names = {f"full_name_{script_of(text)}": text for text in (data["name"], data["name_other"]) if text}
        said = {
            **names,
            "sex": data["sex"] if data["sex"] in Sex.values else None,
            "age": data["age"],
            "birth_year": data["birth_year"],
            "birth_date": data["birth_date"],
            "phone": data["phone"],
            "guardian_name": data["guardian_name"],
            "notes": data["notes"],
            **self._coded("level", LEVELS, "level_code"),
            **self._coded("dropout_reason", REASONS, "dropout_reason_code"),
        }
        if data["level"] == NEVER:
            said["level_code"], said["is_never_schooled"] = None, True
        if data["consent"] in {"YES", "NO"}:
            said["consent_to_contact"] = data["consent"] == "YES"
        return {name: value for name, value in said.items() if value not in (None, "")}

    def _coded(self, name: str, choices: Any, code_name: str) -> dict[str, str]:
        code = self.cleaned_data[name]
        return {name: str(dict(choices)[code]), code_name: code} if code else {}
