"""Forms of sessions and roll-calls."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.organisations.models import Organisation
from istidrak.outreach.rules.following import latest_due
from istidrak.programmes.models import Season
from istidrak.training.forms.days import not_before_season
from istidrak.training.models import Session, TimetableEntry

HOUR = forms.TimeInput(attrs={"type": "time"})


class SessionFields(forms.Form):
    """What a session and a line of the timetable have in common."""

    kind = forms.ChoiceField(label=_("Kind of session"), choices=Session.Kind.choices, required=False)
    title = forms.CharField(label=_("Subject"), max_length=120, required=False)
    host = forms.CharField(
        label=_("Code of the school"),
        max_length=20,
        required=False,
        help_text=_("For accompaniment: the school in which the former learners are."),
    )
    starts_at = forms.TimeField(label=_("From (hour)"), required=False, widget=HOUR)
    ends_at = forms.TimeField(label=_("Until (hour)"), required=False, widget=HOUR)

    def clean_kind(self) -> str:
        """A lesson unless said otherwise."""
        return self.cleaned_data["kind"] or Session.Kind.LESSON

    def clean_host(self) -> Organisation | None:
        """The school of a code."""
        code = self.cleaned_data["host"].strip()
        if not code:
            return None
        school = Organisation.objects.filter(kind="SCHOOL", code__iexact=code).first()
        if school is None:
            raise forms.ValidationError(_("No school has this code."))
        return school

    def clean(self) -> dict[str, Any]:
        """An end after the start; accompaniment takes place in a school."""
        data = super().clean()
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end is not after the start."))
        if data.get("kind") == Session.Kind.ACCOMPANIMENT and not data.get("host") and "host" not in self.errors:
            self.add_error("host", _("Say in which school: accompaniment takes place there."))
        return data

    def _planned(self, day: Any, season: Season) -> Any:
        day = not_before_season(day, season)
        if day > latest_due(days.today()):
            raise forms.ValidationError(_("This day is more than a year away: look at the year again."))
        return day


class SessionForm(SessionFields):
    """A session of the group."""

    date = forms.DateField(label=_("Day"), widget=forms.DateInput)
    is_despite_closed_day = forms.BooleanField(label=_("It takes place although the day is closed"), required=False)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    field_order = ("date", "kind", "title")

    def __init__(self, *args: Any, season: Season, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.season = season
        self.fields["date"].initial = days.today()
        self.fields["submission"].initial = uuid.uuid4

    def clean_date(self) -> Any:
        """Not long before the season, nor more than a year ahead."""
        return self._planned(self.cleaned_data["date"], self.season)


class TimetableForm(SessionFields):
    """What the group does each week."""

    weekday = forms.TypedChoiceField(label=_("Day of the week"), choices=TimetableEntry.Weekday.choices, coerce=int)
    first_date = forms.DateField(label=_("From (day)"), widget=forms.DateInput)
    last_date = forms.DateField(label=_("Until (day)"), widget=forms.DateInput)
    field_order = ("weekday", "kind", "title", "first_date", "last_date", "starts_at", "ends_at", "host")

    def __init__(self, *args: Any, season: Season, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.season = season

    def clean_first_date(self) -> Any:
        """Not long before the season, nor more than a year ahead."""
        return self._planned(self.cleaned_data["first_date"], self.season)

    def clean_last_date(self) -> Any:
        """Not long before the season, nor more than a year ahead."""
        return self._planned(self.cleaned_data["last_date"], self.season)

    def clean(self) -> dict[str, Any]:
        """Days in their order."""
        data = super().clean()
        first, last = data.get("first_date"), data.get("last_date")
        if first and last and last < first:
            self.add_error("last_date", _("This day is before the first one."))
        return data


class PlanForm(forms.Form):
    """Up to which day the timetable becomes sessions."""

    until = forms.DateField(label=_("Plan the sessions until"), widget=forms.DateInput)

    def __init__(self, *args: Any, season: Season, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.season = season

    def clean_until(self) -> Any:
        """Not long before the season, nor more than a year ahead."""
        day = not_before_season(self.cleaned_data["until"], self.season)
        if day > latest_due(days.today()):
            raise forms.ValidationError(_("This day is more than a year away: look at the year again."))
        return day


class EndEntryForm(forms.Form):
    """The last day of a line of the timetable, and why it ends."""

    last_date = forms.DateField(label=_("Last day"), widget=forms.DateInput)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, entry: TimetableEntry, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.entry = entry
        self.fields["last_date"].initial = max(min(days.today(), entry.last_date), entry.first_date)

    def clean_last_date(self) -> Any:
        """Between the first day and the last one so far."""
        day = self.cleaned_data["last_date"]
        if not self.entry.first_date <= day <= self.entry.last_date:
            raise forms.ValidationError(_("This day is outside the days of this line of the timetable."))
        return day


def marks_of(post: Any, prefix: str = "mark-") -> dict[Any, str]:
    """The marks of a roll-call in a form: `mark-<uuid of the enrolment>`; anything else is passed over."""
    marks = {}
    for name, value in post.items():
        if name.startswith(prefix):
            try:
                marks[uuid.UUID(name.removeprefix(prefix))] = value
            except ValueError:
                continue
    return marks


def version_of(post: Any) -> int | None:
    """The version of the roll-call that a form was filled from; None when it says none."""
    text = post.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
