"""Forms of a registration, of the household and of who receives for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.base.identifiers import new_uuid
from istidrak.base.templatetags.ui import year_month_words
from istidrak.people.models import Sex
from istidrak.support.actions.households import NOT_LETTERS, account_of
from istidrak.support.actions.registrations import RegistrationRefused
from istidrak.support.models import Guardian, Registration
from istidrak.support.rules.levels import LEVELS
from istidrak.support.rules.months import months_of_year

Cover = Registration.Cover
LEFT_TO_RIGHT = {"dir": "ltr", "autocomplete": "off"}
ARABIC = {"dir": "rtl", "lang": "ar", "autocomplete": "off"}
LATIN = {"dir": "ltr", "lang": "fr", "autocomplete": "off"}
CARD_LENGTH = 12
NEW, SIBLING, UNKNOWN = "NEW", "SIBLING", "UNKNOWN"


def month_choices(school_year: int, *, empty: Any) -> list[tuple[str, Any]]:
    """The ten months of a school year, after an empty answer in these words."""
    return [("", empty), *((str(month), year_month_words(month)) for month in months_of_year(school_year))]


def text(label: Any, length: int, attrs: dict[str, str] | None = None, help_text: Any = "") -> forms.CharField:
    """A short text that may stay empty."""
    widget = forms.TextInput(attrs=attrs or {"autocomplete": "off"})
    return forms.CharField(label=label, max_length=length, required=False, help_text=help_text, widget=widget)


class SchoolingForm(forms.Form):
    """What is said of a registration: level, class, months, cover. Each may be not known."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    level_code = forms.ChoiceField(label=_("Level"), required=False, choices=())
    class_name = text(_("Class"), 60)
    enrolled_from = forms.ChoiceField(label=_("First month in the school"), required=False)
    cover = forms.ChoiceField(label=_("Social cover"), required=False)
    cover_number = text(_("Number of the card or receipt"), 30, LEFT_TO_RIGHT)

    def __init__(self, *args: Any, school_year: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["level_code"].choices = [("", _("Not known")), *((code, code) for code in LEVELS)]
        self.fields["cover"].choices = [("", _("Not known")), *Cover.choices]
        self.fields["enrolled_from"].choices = month_choices(school_year, empty=_("Not known"))

    @property
    def said(self) -> dict[str, Any]:
        """Columns of a registration; empty answers are not known."""
        data = self.cleaned_data
        return {
            "level_code": data["level_code"],
            "class_name": data["class_name"].strip(),
            "enrolled_from": int(data["enrolled_from"]) if data["enrolled_from"] else None,
            "cover": data["cover"] or None,
            "cover_number": data["cover_number"].strip(),
        }


class CorrectionForm(SchoolingForm):
    """The same, with the last month, of a registration that stands."""

    enrolled_until = forms.ChoiceField(label=_("Last month in the school"), required=False)

    def __init__(self, *args: Any, registration: Registration, **kwargs: Any):
        names = ("version", "level_code", "class_name", "enrolled_from", "cover", "cover_number", "enrolled_until")
        kwargs["initial"] = {name: getattr(registration, name) for name in names}
        super().__init__(*args, school_year=registration.school_year, **kwargs)
        self.fields["enrolled_until"].choices = month_choices(registration.school_year, empty=_("Still there"))

    @property
    def said(self) -> dict[str, Any]:
        """Columns of a registration, the last month included."""
        until = self.cleaned_data["enrolled_until"]
        return {**super().said, "enrolled_until": int(until) if until else None}


class GuardianForm(forms.Form):
    """Who receives for the household. What is not known stays empty."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    relation = forms.ChoiceField(
        label=_("Relation"), required=False, choices=[("", _("Not known")), *Guardian.Relation.choices]
    )
    guardian_name_ar = text(_("Guardian's name in Arabic"), 160, ARABIC)
    guardian_name_fr = text(_("Guardian's name in French letters"), 160, LATIN)
    identity_card = text(_("Identity card of the guardian"), 20, LEFT_TO_RIGHT)
    guardian_phone = text(_("Telephone of the guardian"), 20)
    account = text(
        _("Account (24 digits)"), 40, LEFT_TO_RIGHT, _("Empty: paid at a counter, with the identity card.")
    )
    needs_name = True

    def clean_identity_card(self) -> str:
        """Letters and digits."""
        card = NOT_LETTERS.sub("", self.cleaned_data["identity_card"]).upper()
        if card and (len(card) > CARD_LENGTH or not card.isascii() or not card.isalnum()):
            raise forms.ValidationError(_("An identity card has letters and digits, for example AB123456."))
        return card

    def clean_account(self) -> str:
        """24 digits."""
        try:
            return account_of(self.cleaned_data["account"])
        except RegistrationRefused:
            raise forms.ValidationError(_("An account has 24 digits.")) from None

    def clean(self) -> dict[str, Any]:
        """A guardian has a name."""
        data = super().clean() or {}
        told = [name for name in ("identity_card", "account", "guardian_phone", "relation") if data.get(name)]
        has_name = data.get("guardian_name_ar", "").strip() or data.get("guardian_name_fr", "").strip()
        if not has_name and (self.needs_name or told):
            self.add_error("guardian_name_ar", _("Write the guardian's name, in Arabic or in French letters."))
        return data

    @property
    def guardian(self) -> dict[str, str]:
        """Columns of a guardian."""
        data = self.cleaned_data
        return {
            "relation": data["relation"],
            "name_ar": data["guardian_name_ar"].strip(),
            "name_fr": data["guardian_name_fr"].strip(),
            "identity_card": data["identity_card"],
            "phone": data["guardian_phone"].strip(),
            "account": data["account"],
        }


def guardian_form(guardian: Guardian | None, data: Any = None) -> GuardianForm:
    """The form of a guardian who stands, or an empty one."""
    initial = {}
    if guardian is not None:
        same = {name: getattr(guardian, name) for name in ("version", "relation", "identity_card", "account")}
        initial = {
            **same,
            "guardian_name_ar": guardian.name_ar,
            "guardian_name_fr": guardian.name_fr,
            "guardian_phone": guardian.phone,
        }
    return GuardianForm(data, initial=initial, auto_id="guardian_%s")


class RegisterForm(SchoolingForm, GuardianForm):
    """A pupil registered: one whom the school knows, or a new one; the family; who receives."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    person = forms.UUIDField(widget=forms.HiddenInput, required=False)
    school = forms.ModelChoiceField(label=_("School"), queryset=None, to_field_name="uuid")
    last_name_ar = text(_("Last name in Arabic"), 120, ARABIC)
    first_name_ar = text(_("First name in Arabic"), 120, ARABIC)
    last_name_fr = text(_("Last name in French letters"), 120, LATIN)
    first_name_fr = text(_("First name in French letters"), 120, LATIN)
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, widget=forms.RadioSelect, choices=[*Sex.choices, ("", _("Not known"))]
    )
    birth_date = forms.DateField(label=_("Birth date"), required=False, widget=forms.DateInput)
    massar_code = text(_("Massar code"), 12, LEFT_TO_RIGHT)
    family = forms.ChoiceField(
        label=_("The pupil's family"),
        widget=forms.RadioSelect,
        choices=[
            (NEW, _("A family not entered yet")),
            (SIBLING, _("The family of a pupil who is registered")),
            (UNKNOWN, _("Not known yet")),
        ],
    )
    sibling = text(_("Massar code or file number of that pupil"), 20, LEFT_TO_RIGHT)
    needs_name = False
    field_order = (
        *("submission", "person", "version", "school", "last_name_ar", "first_name_ar", "last_name_fr"),
        *("first_name_fr", "sex", "birth_date", "massar_code", "level_code", "class_name", "enrolled_from"),
        *("cover", "cover_number", "family", "sibling", "relation", "guardian_name_ar", "guardian_name_fr"),
        *("identity_card", "guardian_phone", "account"),
    )
    PUPIL = ("last_name_ar", "first_name_ar", "last_name_fr", "first_name_fr", "sex", "birth_date", "massar_code")

    def __init__(self, *args: Any, schools: Any, school_year: int, find: Any, person: Any = None, **kwargs: Any):
        kwargs["initial"] = {"submission": new_uuid(), "person": person and person.uuid}
        super().__init__(*args, school_year=school_year, **kwargs)
        self.find, self.pupil = find, person
        self.fields["school"].queryset = schools
        if len(schools) == 1:
            self.fields["school"].initial = schools[0].uuid
        if person is not None:
            for name in self.PUPIL:
                del self.fields[name]

    def clean_birth_date(self) -> Any:
        """Born before today."""
        day = self.cleaned_data["birth_date"]
        if day and day >= days.today():
            raise forms.ValidationError(_("Nobody is born on a day to come."))
        return day

    def clean(self) -> dict[str, Any]:
        """A new pupil has a name; the family is told in one way."""
        data = super().clean()
        if self.pupil is None and not self._has_name(data):
            self.add_error("last_name_ar", _("Write first and last name, in Arabic or in French letters."))
        data["household_of"] = None
        if data.get("family") == SIBLING:
            data["household_of"] = self.find(data.get("sibling", ""))
            if data["household_of"] is None:
                words = _("No pupil with this number is registered this year where you can see it.")
                self.add_error("sibling", words)
            elif data["household_of"].household_id is None:
                self.add_error("sibling", _("The household of that pupil is not known yet: enter it there first."))
        if data.get("family") != NEW and any(data.get(name) for name in ("guardian_name_ar", "guardian_name_fr")):
            self.add_error("family", _("A guardian is entered with a family not entered yet."))
        return data

    @staticmethod
    def _has_name(data: dict[str, Any]) -> bool:
        return any(data.get(f"last_name_{script}") and data.get(f"first_name_{script}") for script in ("ar", "fr"))

    @property
    def facts(self) -> dict[str, Any]:
        """What was said of a new pupil."""
        data = self.cleaned_data
        said = {name: data[name].strip() if isinstance(data[name], str) else data[name] for name in self.PUPIL}
        said["massar_code"] = said["massar_code"].upper()
        return {name: value for name, value in said.items() if value not in (None, "")}


class ReasonForm(forms.Form):
    """A reason, in a few words."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class HouseholdForm(forms.Form):
    """The pupil lives with another registered pupil."""

    sibling = forms.CharField(
        label=_("Massar code or file number of that pupil"),
        max_length=20,
        widget=forms.TextInput(attrs=LEFT_TO_RIGHT),
    )


class NumberForm(forms.Form):
    """The household's number of the social register."""

    register_number = text(_("Number of the household in the social register"), 20, LEFT_TO_RIGHT)


class LeavingForm(forms.Form):
    """The last month in the school."""

    last_month = forms.ChoiceField(label=_("Last month in the school"))

    def __init__(self, *args: Any, school_year: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["last_month"].choices = month_choices(school_year, empty=_("Choose"))


class MovingForm(forms.Form):
    """Another school, and the first month there."""

    school_code = forms.CharField(
        label=_("Code of the other school"), max_length=10, widget=forms.TextInput(attrs=LEFT_TO_RIGHT)
    )
    month = forms.ChoiceField(label=_("First month there"))

    def __init__(self, *args: Any, school_year: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = month_choices(school_year, empty=_("Choose"))


class CommuneForm(forms.Form):
    """A commune put on the list."""

    place = forms.ModelChoiceField(label=_("Commune"), queryset=None)
    since = forms.IntegerField(label=_("From the school year that begins in"), min_value=2008, max_value=2100)
    until = forms.IntegerField(
        label=_("Until the school year that begins in"),
        min_value=2008,
        max_value=2100,
        required=False,
        help_text=_("Empty: until a decision takes it off."),
    )
    source = forms.CharField(label=_("Decision that says so, with its date"), max_length=200)

    def __init__(self, *args: Any, places: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places


class TakeOffForm(forms.Form):
    """A commune taken off the list."""

    commune = forms.IntegerField(widget=forms.HiddenInput)
    until = forms.IntegerField(
        label=_("Last school year on the list (its first year)"), min_value=2008, max_value=2100
    )
    source = forms.CharField(label=_("Decision that says so, with its date"), max_length=200)


class FileForm(forms.Form):
    """A workbook to read."""

    file = forms.FileField(label=_("File (.xlsx, .xls or .csv)"))
    source = forms.CharField(label=_("Where the list comes from: body, letter, date"), max_length=200, required=False)
