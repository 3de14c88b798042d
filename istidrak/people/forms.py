"""Correcting facts, stating and opening restricted ones, undoing, answering."""

import json
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.people import rules
from istidrak.people.actions.situation import ANSWERS
from istidrak.people.likeness import phone_digits, valid_code
from istidrak.people.models import Person, Sex
from istidrak.people.queries.facts import LABELS

EDITED = tuple(name for name in rules.FACTS if name not in {"level", "last_school", "commune"})
_ARABIC_NAMES = ("last_name_ar", "first_name_ar", "full_name_ar")
_EARLIEST_YEAR = 1950  # nobody on a list of young people was born before; a mistyped year was
_LENGTHS = {field.name: field.max_length for field in Person._meta.fields if getattr(field, "max_length", None)}


def _text(name: str) -> forms.CharField:
    attrs = {"dir": "rtl", "lang": "ar"} if name in _ARABIC_NAMES else {"dir": "auto"}
    if name.endswith("_fr"):
        attrs = {"dir": "ltr", "lang": "fr"}
    return forms.CharField(
        label=LABELS[name],
        required=False,
        max_length=min(_LENGTHS.get(name, 240), 240),
        widget=forms.TextInput(attrs={**attrs, "autocomplete": "off"}),
    )


class CorrectForm(forms.Form):
    """The facts of a person as the editor read them; only what was changed becomes a correction.

    `base` holds what was read, so that what others changed meanwhile is not taken for a change of the editor.
    """

    last_name_ar = _text("last_name_ar")
    first_name_ar = _text("first_name_ar")
    full_name_ar = _text("full_name_ar")
    last_name_fr = _text("last_name_fr")
    first_name_fr = _text("first_name_fr")
    full_name_fr = _text("full_name_fr")
    sex = forms.ChoiceField(label=LABELS["sex"], required=False, widget=forms.RadioSelect)
    birth_date = forms.DateField(
        label=_("Birth date"),
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
        widget=forms.DateInput,
        error_messages={"invalid": _("This is not a date: write day, month, year, as in 14/05/2010.")},
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth, when the day is not known"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}),
        error_messages={"invalid": _("Write the year in four digits, as in 2010.")},
    )
    massar_code = forms.CharField(
        label=LABELS["massar_code"],
        required=False,
        max_length=20,
        help_text=_("A letter and nine digits; leave it empty when it is not known."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    phone = _text("phone")
    guardian_name = _text("guardian_name")
    birth_place = _text("birth_place")
    guardian_relation = _text("guardian_relation")
    guardian_phone = _text("guardian_phone")
    address = _text("address")
    version = forms.IntegerField(widget=forms.HiddenInput)
    base = forms.JSONField(widget=forms.HiddenInput)
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, shown: dict[str, Any], version: int):
        known = {name: shown.get(name) or "" for name in EDITED}
        if known["birth_date"]:
            known["birth_year"] = ""  # it comes with the date
        initial = {**known, "version": version, "base": json.dumps(known), "submission": uuid.uuid4()}
        super().__init__(data, initial={**initial, "base": known})
        self.fields["sex"].choices = [("", _("Not known")), *Sex.choices]

    def clean_massar_code(self) -> str:
        """A code as the registry writes it."""
        text = self.cleaned_data["massar_code"]
        code = valid_code(text) if text else ""
        if code is None:
            raise forms.ValidationError(_("This is not a Massar code: a letter and nine digits, as in J130000001."))
        return code

    def _phone(self, name: str) -> str:
        text = self.cleaned_data[name]
        if text and text != self._base().get(name) and phone_digits(text) is None:
            raise forms.ValidationError(_("A telephone number has ten digits, as in 0612345678."))
        return text

    def clean_phone(self) -> str:
        """Ten digits, however they are punctuated; a number that stood before may stay."""
        return self._phone("phone")

    def clean_guardian_phone(self) -> str:
        """As the person's own."""
        return self._phone("guardian_phone")

    def clean_birth_date(self) -> Any:
        """A day that has come."""
        day = self.cleaned_data["birth_date"]
        if day and (day.year < _EARLIEST_YEAR or day > days.today()):
            raise forms.ValidationError(_("Nobody of school age was born on this day."))
        return day

    def clean_birth_year(self) -> Any:
        """A year that has come."""
        year = self.cleaned_data["birth_year"]
        if year is not None and not _EARLIEST_YEAR <= year <= days.today().year:
            raise forms.ValidationError(_("Nobody of school age was born in this year."))
        return year

    def clean(self) -> dict[str, Any]:
        """The year and the date agree; whoever leaves a file without any name is told."""
        data = super().clean() or {}
        day, year = data.get("birth_date"), data.get("birth_year")
        if day and year and day.year != year:
            self.add_error("birth_year", _("The date above is of another year: correct one or empty the other."))
        if not self.errors and not any(data.get(name) for name in rules.NAMES):
            self.add_error("first_name_ar", _("A file keeps at least a part of a name."))
        return data

    def _base(self) -> dict[str, Any]:
        try:
            base = json.loads(self.data.get("base") or "{}")
        except ValueError:
            return {}
        return base if isinstance(base, dict) else {}

    def changes(self) -> dict[str, Any]:
        """What the editor changed: fact -> value, None for a fact declared unknown."""
        base, changed = self._base(), {}
        for name in EDITED:
            value = self.cleaned_data.get(name)
            text = value.isoformat() if hasattr(value, "isoformat") else value
            if (text or None) != (base.get(name) or None):
                changed[name] = value or None
        return changed

    def typed(self, name: str) -> Any:
        """What the editor has in a field now, as a fact."""
        value = self.cleaned_data.get(name)
        return value.isoformat() if hasattr(value, "isoformat") else value or None


def _answer(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        required=False,
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("Not known"))],
        coerce=lambda text: text == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )


class SituationForm(forms.Form):
    """Restricted answers: yes, no, or not known. Nothing is ticked beforehand but not known."""

    has_functional_difficulty = _answer(_("A difficulty in seeing, hearing, walking, remembering or speaking"))
    is_migrant = _answer(_("Migrant or refugee"))
    is_working = _answer(_("Works"))
    is_married = _answer(_("Married"))
    is_in_institution = _answer(_("Lives in a protection institution"))

    def answers(self) -> dict[str, bool | None]:
        """The answers as `state_situation` takes them."""
        return {name: self.cleaned_data[name] for name in ANSWERS}


class ReasonForm(forms.Form):
    """Why: kept with what is done."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )


class UndoForm(forms.Form):
    """Taking a decision back; a reason helps whoever reads the history."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )
