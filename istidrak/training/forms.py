"""Forms of groups, sessions and insertion."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days, files
from istidrak.outreach.rules.following import earliest_day, latest_due
from istidrak.programmes.models import Programme, Season
from istidrak.programmes.queries import current_season
from istidrak.training.models import Enrolment, Group, Insertion
from istidrak.training.queries import is_name_taken


class GroupForm(forms.Form):
    """A new group of a centre in the season."""

    centre = forms.ModelChoiceField(label=_("Centre"), queryset=None)
    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.all())
    name = forms.CharField(label=_("Name of the group"), max_length=120)
    capacity = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=200, required=False, help_text=_("Leave empty when not stated.")
    )

    def __init__(self, *args: Any, centres: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["centre"].queryset = centres
        if centres.count() == 1:
            self.fields["centre"].initial = centres[0]

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


class EnrolForm(forms.Form):
    """Who is enrolled, from which day: one whom the centre awaits, or a file that it sees, by its number.

    `find` gives the visible person of a file number, or None.
    """

    person = forms.ModelChoiceField(
        label=_("Young person awaited by the centre"), queryset=None, to_field_name="uuid", required=False
    )
    file_number = forms.CharField(
        label=_("Or the number of the file"),
        max_length=20,
        required=False,
        help_text=_("For somebody whom the centre knows and nobody sent, such as 0001234-K."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    on = forms.DateField(label=_("From"), widget=forms.DateInput)

    def __init__(self, *args: Any, awaited: Any, find: Any, season: Season, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.find, self.season = find, season
        self.fields["person"].queryset = awaited
        self.fields["person"].label_from_instance = lambda p: f"{p.name_ar or p.name_fr} · {p.file_number}"
        self.fields["on"].initial = days.today()

    def clean_on(self) -> Any:
        """Nobody is enrolled from a day to come, nor long before the season."""
        return _not_before_season(_not_to_come(self.cleaned_data["on"]), self.season)

    def clean(self) -> dict[str, Any]:
        """Exactly one person is meant, and the centre sees them."""
        data = super().clean()
        number, person = data.pop("file_number", ""), data.get("person")
        if not number:
            if person is None and "person" not in self.errors:
                self.add_error("person", _("Choose who is enrolled, or write the number of the file."))
            return data
        if person is not None:
            self.add_error("file_number", _("Choose a person or write a number, not both."))
        data["person"] = found = self.find(number)
        if found is None:
            self.add_error("file_number", _("The centre sees no file of this number: check it, the letter included."))
        return data


def _not_to_come(day: Any) -> Any:
    if day > days.today():
        raise forms.ValidationError(_("This day is still to come."))
    return day


def _not_before_season(day: Any, season: Season) -> Any:
    if day < earliest_day(season.year):
        raise forms.ValidationError(_("This day is before the year of the season: look at the year again."))
    return day


def _while_enrolled(day: Any, enrolment: Enrolment) -> Any:
    if day < enrolment.enrolled_date:
        raise forms.ValidationError(_("This day is before the enrolment."))
    return _not_to_come(day)


class SessionForm(forms.Form):
    """A session of the group."""

    date = forms.DateField(label=_("Day"), widget=forms.DateInput)
    title = forms.CharField(label=_("Subject"), max_length=120, required=False)

    def __init__(self, *args: Any, season: Season, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.season = season
        self.fields["date"].initial = days.today()

    def clean_date(self) -> Any:
        """Not long before the season, nor more than a year ahead."""
        day = _not_before_season(self.cleaned_data["date"], self.season)
        if day > latest_due(days.today()):
            raise forms.ValidationError(_("This day is more than a year away: look at the year again."))
        return day


class CompletingForm(forms.Form):
    """The day on which the learner completed the programme."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput)

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.enrolment = enrolment
        self.fields["on"].initial = days.today()

    def clean_on(self) -> Any:
        """Nobody left on a day to come, nor before coming."""
        return _while_enrolled(self.cleaned_data["on"], self.enrolment)


class LeavingForm(CompletingForm):
    """The day on which the learner left before the end, and why."""

    reason = forms.CharField(
        label=_("Reason of leaving"), max_length=300, error_messages={"required": _("Write why the learner left.")}
    )


class InsertionForm(forms.Form):
    """Where the learner stands after the programme."""

    kind = forms.ChoiceField(label=_("Where to"), choices=Insertion.Kind.choices, widget=forms.RadioSelect)
    where = forms.CharField(label=_("Name of the school, body or employer"), max_length=200)
    since_date = forms.DateField(label=_("Since"), widget=forms.DateInput)

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.enrolment = enrolment

    def clean_since_date(self) -> Any:
        """An insertion has begun, after the learner came to the centre."""
        return _while_enrolled(self.cleaned_data["since_date"], self.enrolment)


class ProofForm(forms.Form):
    """The proof: a certificate, a contract, a photograph of either."""

    proof = forms.FileField(label=_("Proof"), help_text=_("PDF, JPEG or PNG, 5 MB at most."))

    def clean_proof(self) -> Any:
        """What the file is, is read from its content; its name proves nothing."""
        upload = self.cleaned_data["proof"]
        if upload.size > files.LARGEST:
            raise forms.ValidationError(_("This file is larger than 5 MB: photograph it again, smaller."))
        start = upload.read(16)
        upload.seek(0)
        if files.type_of(start) is None:
            raise forms.ValidationError(_("This file is neither a PDF nor a JPEG or PNG picture."))
        return upload


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


def marks_of(post: Any) -> dict[Any, str]:
    """The marks of a roll-call in a form: `mark-<uuid of the enrolment>`; anything else is passed over."""
    marks = {}
    for name, value in post.items():
        if name.startswith("mark-"):
            try:
                marks[uuid.UUID(name.removeprefix("mark-"))] = value
            except ValueError:
                continue
    return marks
