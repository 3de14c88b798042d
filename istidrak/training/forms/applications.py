"""Forms of a request for a place, and of what the family brings."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base import days
from istidrak.base.identifiers import new_uuid
from istidrak.base.proof_field import ProofField
from istidrak.outreach.rules.capture import script_of
from istidrak.outreach.rules.following import latest_due
from istidrak.people.likeness import phone_digits
from istidrak.people.models import Sex
from istidrak.programmes.models import Programme, Season
from istidrak.training.forms.days import not_before_season, not_to_come
from istidrak.training.models import Application, Consent, Guardianship, PaperOfApplication

NOT_KNOWN = "UNKNOWN"
YES_NO = (("YES", _("Yes")), ("NO", _("No")), (NOT_KNOWN, _("Not known")))
ANSWER = {"YES": True, "NO": False}


def clean_number(text: str) -> str:
    """A telephone in ten digits, from the ways numbers are written. Raises ValidationError."""
    if text and phone_digits(text) is None:
        raise forms.ValidationError(_("A Moroccan number has ten digits, for example 06 12 34 56 78."))
    return phone_digits(text) or ""


def step_day(day: dt.date | None) -> dt.date | None:
    """A day that is planned: not before today, within a year. Raises ValidationError."""
    if day and day < days.today():
        raise forms.ValidationError(_("This day is over: the family would wait for nothing."))
    if day and day > latest_due(days.today()):
        raise forms.ValidationError(_("This day is more than a year away: look at the year again."))
    return day


class ApplicationForm(forms.Form):
    """A person asks for a place: one whom the centre awaits, a file by its number, or somebody new."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    centre = forms.ModelChoiceField(label=_("Centre"), queryset=None, to_field_name="uuid")
    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.all(), to_field_name="code")
    requested_date = forms.DateField(label=_("Day of the request"), widget=forms.DateInput)
    person = forms.ModelChoiceField(
        label=_("Young person awaited by the centre"), queryset=None, to_field_name="uuid", required=False
    )
    file_number = forms.CharField(
        label=_("Or the number of the file"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Or the full name of somebody new"),
        max_length=240,
        required=False,
        help_text=_("In Arabic or in French letters."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(Sex.FEMALE, Sex.FEMALE.label), (Sex.MALE, Sex.MALE.label), (NOT_KNOWN, _("Not known"))],
    )
    birth_date = forms.DateField(label=_("Birth date"), required=False, widget=forms.DateInput)
    birth_year = forms.IntegerField(label=_("or the birth year"), required=False, min_value=1980, max_value=2100)
    massar_code = forms.CharField(
        label=_("Massar code"), max_length=12, required=False, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    no_massar_reason = forms.ChoiceField(
        label=_("Why there is no Massar code"), required=False, choices=[("", "—"), *Application.NoMassar.choices]
    )
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_step_date = forms.DateField(label=_("On"), required=False, widget=forms.DateInput)

    def __init__(
        self, *args: Any, centres: Any, awaited: Any, find: Any, season: Season, answer_by: dt.date, **kwargs: Any
    ):
        kwargs["initial"] = {
            "submission": new_uuid(),
            "requested_date": days.today(),
            "next_step_date": answer_by,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        self.find, self.season = find, season
        self.fields["centre"].queryset = centres
        self.fields["person"].queryset = awaited
        self.fields["person"].label_from_instance = lambda p: f"{p.name_ar or p.name_fr} · {p.file_number}"
        if len(centres) == 1:
            self.fields["centre"].initial = centres[0].uuid

    def clean_requested_date(self) -> Any:
        """Nobody asked on a day to come."""
        return not_before_season(not_to_come(self.cleaned_data["requested_date"]), self.season)

    def clean_phone(self) -> str:
        """Ten digits."""
        return clean_number(self.cleaned_data["phone"].strip())

    def clean_next_step_date(self) -> Any:
        """To come."""
        return step_day(self.cleaned_data["next_step_date"])

    def clean_name(self) -> str:
        """One script in one field."""
        text = " ".join(self.cleaned_data["name"].split())
        if text and script_of(text) is None:
            raise forms.ValidationError(_("Write the name in one script: Arabic letters or French letters."))
        return text

    def clean_birth_date(self) -> Any:
        """Born before today."""
        day = self.cleaned_data["birth_date"]
        return not_to_come(day) if day else day

    def clean(self) -> dict[str, Any]:
        """Exactly one person is meant."""
        data = super().clean()
        number = data.get("file_number", "")
        meant = [name for name in ("person", "file_number", "name") if data.get(name)]
        if not meant and not {"person", "name"} & set(self.errors):
            self.add_error("person", _("Say who asks: choose, write the number of the file, or a new name."))
        elif len(meant) > 1:
            self.add_error(meant[1], _("One person only: leave the other two empty."))
        if number:
            data["person"] = self.find(number)
            if data["person"] is None:
                words = _("The centre sees no file of this number: check it, the letter included.")
                self.add_error("file_number", words)
        if data.get("birth_date") and data.get("birth_year"):
            self.add_error("birth_year", _("Give the year or the date, not both."))
        return data

    @property
    def facts(self) -> dict[str, Any] | None:
        """What was said of somebody new, as lists have it; None for somebody known."""
        data = self.cleaned_data
        if not data["name"]:
            return None
        said = {
            f"full_name_{script_of(data['name'])}": data["name"],
            "sex": data["sex"] if data["sex"] in Sex.values else None,
            "birth_date": data["birth_date"],
            "birth_year": data["birth_year"],
            "massar_code": data["massar_code"].strip().upper() or None,
            "phone": data["phone"] or None,
            "contact_date": data["requested_date"],
        }
        return {name: value for name, value in said.items() if value not in (None, "")}


class GuardianForm(forms.Form):
    """Who answers for the young person."""

    name = forms.CharField(
        label=_("Parent or guardian"), max_length=240, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    kinship = forms.ChoiceField(label=_("Kinship"), choices=Guardianship.Kinship.choices)
    is_legal_representative = forms.ChoiceField(
        label=_("Legal representative?"), choices=YES_NO, widget=forms.RadioSelect, initial=NOT_KNOWN
    )
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)

    def clean_phone(self) -> str:
        """Ten digits."""
        return clean_number(self.cleaned_data["phone"].strip())

    def clean_is_legal_representative(self) -> bool | None:
        """Yes, no, or not known."""
        return ANSWER.get(self.cleaned_data["is_legal_representative"])


class ConsentForm(forms.Form):
    """A consent with its paper."""

    kind = forms.ChoiceField(label=_("What is agreed to"), choices=Consent.Kind.choices)
    giver = forms.ChoiceField(label=_("Given by"), choices=Consent.Giver.choices, widget=forms.RadioSelect)
    giver_name = forms.CharField(
        label=_("Name on the paper"), max_length=240, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    given_date = forms.DateField(label=_("Given on"), widget=forms.DateInput)
    paper = ProofField(label=_("The paper"), required=False)

    def __init__(self, *args: Any, is_of_age: bool | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.is_of_age = is_of_age
        self.fields["given_date"].initial = days.today()

    def clean_given_date(self) -> Any:
        """Given already."""
        return not_to_come(self.cleaned_data["given_date"])

    def clean(self) -> dict[str, Any]:
        """A minor does not sign alone; a guardian has a name."""
        data = super().clean()
        if data.get("giver") == Consent.Giver.GUARDIAN and not data.get("giver_name"):
            self.add_error("giver_name", _("Write the name of the guardian who signed."))
        if data.get("giver") == Consent.Giver.SELF and self.is_of_age is False:
            self.add_error("giver", _("A minor does not agree alone: the guardian signs."))
        return data


class ConsentPaperForm(forms.Form):
    """The paper of a consent that was written down without one."""

    paper = ProofField(label=_("The paper"))


class WithdrawingForm(forms.Form):
    """A consent taken back."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def clean_on(self) -> Any:
        """Taken back already."""
        return not_to_come(self.cleaned_data["on"])


class PapersForm(forms.Form):
    """One choice and one reason for each document asked for."""

    no_massar_reason = forms.ChoiceField(
        label=_("Why there is no Massar code"), required=False, choices=[("", "—"), *Application.NoMassar.choices]
    )

    def __init__(self, *args: Any, papers: Any, application: Application, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.papers = papers
        self.fields["no_massar_reason"].initial = application.no_massar_reason
        if application.person.massar_code:
            del self.fields["no_massar_reason"]
        for paper in papers:
            self.fields[f"state-{paper.code}"] = forms.ChoiceField(
                label=paper.label,
                required=False,
                choices=[("", _("Nothing said yet")), *PaperOfApplication.State.choices],
                initial=paper.said.state if paper.said else "",
            )
            self.fields[f"reason-{paper.code}"] = forms.CharField(
                label=_("If missing, why"),
                max_length=200,
                required=False,
                initial=paper.said.reason if paper.said else "",
                widget=forms.TextInput(attrs={"dir": "auto"}),
            )

    def clean(self) -> dict[str, Any]:
        """Missing with a reason."""
        data = super().clean()
        for paper in self.papers:
            is_missing = data.get(f"state-{paper.code}") == PaperOfApplication.State.MISSING
            if is_missing and not data.get(f"reason-{paper.code}", "").strip():
                self.add_error(f"reason-{paper.code}", _("Write why it is missing."))
        return data

    @property
    def said(self) -> dict[str, tuple[str, str]]:
        """(state, reason) by code of document."""
        data = self.cleaned_data
        return {p.code: (data[f"state-{p.code}"], data[f"reason-{p.code}"]) for p in self.papers}


class AcceptForm(forms.Form):
    """Accepting; the reason of an exception when a condition is not met or not known."""

    exception_reason = forms.CharField(
        label=_("Reason of the exception"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("Only when a condition is not met or is to complete: it is kept and shown."),
    )


class AnswerNoForm(forms.Form):
    """Refused, directed elsewhere, or withdrawn by the family: why, and what else is possible."""

    verb = forms.ChoiceField(
        label=_("Answer"),
        widget=forms.RadioSelect,
        choices=[
            ("refuse", Application.MOVES["refuse"].label),
            ("direct_elsewhere", Application.MOVES["direct_elsewhere"].label),
            ("withdraw", Application.MOVES["withdraw"].label),
        ],
    )
    reason = forms.CharField(
        label=_("Reason, in words that the family understands"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    other_possibility = forms.CharField(
        label=_("What else is possible"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


class ReasonOnlyForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"}))


class WaitingMoveForm(ReasonOnlyForm):
    """A place by hand on the waiting list; empty goes back to the criteria."""

    place = forms.IntegerField(
        label=pgettext_lazy("rank", "Place"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("Leave empty to go back to the order of the criteria."),
    )
    field_order = ("place", "reason")


class ContactForm(forms.Form):
    """Whom families ask for."""

    name = forms.CharField(label=_("Contact person"), max_length=160, widget=forms.TextInput(attrs={"dir": "auto"}))
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    hours = forms.CharField(
        label=_("When"), max_length=160, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def clean_phone(self) -> str:
        """Ten digits."""
        return clean_number(self.cleaned_data["phone"].strip())


class EnrolAcceptedForm(forms.Form):
    """The group of somebody who was accepted."""

    group = forms.ModelChoiceField(label=_("Group"), queryset=None, to_field_name="uuid")
    on = forms.DateField(label=_("From"), widget=forms.DateInput)

    def __init__(self, *args: Any, groups: Any, season: Season, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.season = season
        self.fields["group"].queryset = groups
        self.fields["on"].initial = days.today()

    def clean_on(self) -> Any:
        """Not to come, nor long before the season."""
        return not_before_season(not_to_come(self.cleaned_data["on"]), self.season)
