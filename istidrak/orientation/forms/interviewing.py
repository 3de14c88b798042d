"""The first interview and the placement tests."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base import days
from istidrak.orientation.actions import Score, Wish
from istidrak.orientation.models import Interview, TestDomain
from istidrak.orientation.rules.classes import LEVELS
from istidrak.programmes.models import Trade

UNKNOWN = ("", pgettext_lazy("answer", "Not asked"))
YES_NO = (UNKNOWN, ("yes", _("Yes")), ("no", _("No")))
RANKS = (1, 2, 3)
EARLIEST = 3 * 366  # days back


def level_label(code: str) -> Any:
    """The name of a level of formal school by its code."""
    return dict(LEVEL_CHOICES).get(code, code)


LEVEL_CHOICES = tuple(
    zip(
        LEVELS,
        (
            _("1st year of primary"),
            _("2nd year of primary"),
            _("3rd year of primary"),
            _("4th year of primary"),
            _("5th year of primary"),
            _("6th year of primary"),
            _("1st year of lower secondary"),
            _("2nd year of lower secondary"),
            _("3rd year of lower secondary"),
            _("Common core"),
            _("1st baccalaureate year"),
            _("2nd baccalaureate year"),
        ),
        strict=True,
    )
)


def past_day(day: dt.date) -> dt.date:
    """A day that has come and is not long past. Raises ValidationError."""
    if day > days.today():
        raise forms.ValidationError(_("This day is still to come."))
    if (days.today() - day).days > EARLIEST:
        raise forms.ValidationError(_("This day is too long ago: check the year."))
    return day


def _out_of_five(label: Any) -> forms.ChoiceField:
    choices = [UNKNOWN, *((str(n), str(n)) for n in range(6))]
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


def _answer(label: Any, choices: Any = YES_NO) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


def yes_no(text: str) -> bool | None:
    """The answer of a field with three choices."""
    return {"yes": True, "no": False}.get(text)


def said(answer: bool | None) -> str:
    """The choice that shows an answer."""
    return {True: "yes", False: "no"}.get(answer, "")  # type: ignore[arg-type]


class InterviewForm(forms.Form):
    """Who talked with the young person, when, what came out; what was not asked stays so."""

    held_date = forms.DateField(label=_("Day of the interview"), widget=forms.DateInput)
    interviewer = forms.CharField(label=_("Interviewer"), max_length=160)
    summary = forms.CharField(
        label=_("Summary"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    motivation = _out_of_five(_("Motivation, 0 to 5"))
    readiness = _out_of_five(_("Readiness to attend, 0 to 5"))
    last_level = forms.ChoiceField(
        label=_("Last school level, as told"),
        required=False,
        choices=[("", _("Not known")), *LEVEL_CHOICES],
        help_text=_("What a school's list says comes first."),
    )
    is_in_school = _answer(_("In school this year, as told"))
    lives_with = _answer(_("Lives with"), (UNKNOWN, *Interview.LivesWith.choices))
    works = _answer(_("Work"), (UNKNOWN, *Interview.Works.choices))
    has_duties_at_home = _answer(_("Duties at home that hold back"))
    family_supports = _answer(_("The family supports the project"))
    situation = forms.CharField(
        label=_("Family and social situation"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What matters for the orientation only. Health and protection have their own restricted page."),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)
    corrects = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        trades = Trade.objects.all()
        for rank, label in zip(RANKS, (_("First wish"), _("Second wish"), _("Third wish")), strict=True):
            self.fields[f"trade_{rank}"] = forms.ModelChoiceField(
                label=label, queryset=trades, required=False, empty_label=_("None, or not in the list")
            )
            self.fields[f"words_{rank}"] = forms.CharField(
                label=_("In words, when it is not in the list"), required=False, max_length=120
            )
            self.fields[f"why_{rank}"] = forms.CharField(label=_("Why"), required=False, max_length=240)

    def clean_held_date(self) -> dt.date:
        """An interview has been held."""
        return past_day(self.cleaned_data["held_date"])

    def clean(self) -> dict[str, Any]:
        """A wish is in the list or in words, and the first comes before the second."""
        data = super().clean()
        named = [bool(data.get(f"trade_{rank}") or data.get(f"words_{rank}")) for rank in RANKS]
        for rank in RANKS:
            if data.get(f"trade_{rank}") and data.get(f"words_{rank}"):
                self.add_error(f"words_{rank}", _("Choose in the list or write in words, not both."))
            if data.get(f"why_{rank}") and not named[rank - 1]:
                self.add_error(f"trade_{rank}", _("Say which trade this is about."))
        for rank in RANKS[1:]:
            if named[rank - 1] and not named[rank - 2]:
                self.add_error(f"trade_{rank - 1}", _("Fill this wish before the next one."))
        return data

    @property
    def wishes(self) -> list[Wish]:
        """The wishes in their order."""
        data = self.cleaned_data
        rows = [Wish(data[f"trade_{r}"], data[f"words_{r}"], data[f"why_{r}"]) for r in RANKS]
        return [wish for wish in rows if wish.trade or wish.words]

    @property
    def answers(self) -> dict[str, Any]:
        """The other columns of an interview; None where nobody asked."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("summary", "situation", "last_level")},
            **{name: int(data[name]) if data[name] else None for name in ("motivation", "readiness")},
            **{name: data[name] or None for name in ("lives_with", "works")},
            **{name: yes_no(data[name]) for name in ("has_duties_at_home", "family_supports", "is_in_school")},
        }


def initial_of(interview: Interview | None, interviewer: str) -> dict[str, Any]:
    """What the form shows first: the version to correct, or an empty one signed by the reader."""
    if interview is None:
        return {"held_date": days.today(), "interviewer": interviewer, "submission": uuid.uuid4()}
    shown: dict[str, Any] = {"submission": uuid.uuid4(), "corrects": interview.uuid}
    for name in ("held_date", "interviewer", "summary", "situation", "last_level", "lives_with", "works"):
        shown[name] = getattr(interview, name)
    for name in ("motivation", "readiness"):
        value = getattr(interview, name)
        shown[name] = "" if value is None else str(value)
    for name in ("has_duties_at_home", "family_supports", "is_in_school"):
        shown[name] = said(getattr(interview, name))
    for wish in interview.wishes.all():
        shown |= {
            f"trade_{wish.rank}": wish.trade_id,
            f"words_{wish.rank}": wish.trade_words,
            f"why_{wish.rank}": wish.why,
        }
    return shown


class TestsForm(forms.Form):
    """The tests of one day: a score, or not taken; a domain left empty is not recorded."""

    __test__ = False  # pytest collects what begins with Test

    taken_date = forms.DateField(label=_("Day of the tests"), widget=forms.DateInput)
    examiner = forms.CharField(label=_("Who gave the tests"), max_length=160)
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.domains = list(TestDomain.objects.filter(is_in_use=True))
        for domain in self.domains:
            self.fields[f"score_{domain.code}"] = forms.IntegerField(
                label=domain.name,
                required=False,
                min_value=0,
                max_value=100,
                help_text=_("0 to 100"),
                error_messages={"invalid": _("Write a whole number from 0 to 100.")},
            )
            self.fields[f"not_{domain.code}"] = forms.BooleanField(
                label=pgettext_lazy("test", "Not taken"), required=False
            )

    def clean_taken_date(self) -> dt.date:
        """The tests have been taken."""
        return past_day(self.cleaned_data["taken_date"])

    def clean(self) -> dict[str, Any]:
        """One domain at least; no score for a test that was not taken."""
        data = super().clean()
        for domain in self.domains:
            if data.get(f"score_{domain.code}") is not None and data.get(f"not_{domain.code}"):
                self.add_error(f"score_{domain.code}", _("A test that was not taken has no score."))
        if not self.errors and not self.scores:
            raise forms.ValidationError(_("Write one score at least, or say that a test was not taken."))
        return data

    @property
    def scores(self) -> list[Score]:
        """What was said, by domain."""
        data = self.cleaned_data
        return [
            Score(domain, data.get(f"score_{domain.code}"))
            for domain in self.domains
            if data.get(f"score_{domain.code}") is not None or data.get(f"not_{domain.code}")
        ]
