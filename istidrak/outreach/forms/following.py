"""Contacts, first sorting, next step, referrals and concerns, as they are typed."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Case, Contact, Sorting
from istidrak.outreach.rules import following as rules

PROBLEMS = {
    "FUTURE": ("date", _("This day is still to come: write the contact when it has taken place.")),
    "STEP_WITHOUT_DAY": ("next_step_date", _("Say by which day: without a day the step is forgotten.")),
    "DAY_WITHOUT_STEP": ("next_step", _("Say what is to be done on that day.")),
    "STEP_IN_THE_PAST": ("next_step_date", _("The next step is after this contact, not before.")),
    "BEFORE_SEASON": ("date", _("This day is before the year of the season: look at the year again.")),
    "STEP_TOO_FAR": ("next_step_date", _("This day is more than a year away: look at the year again.")),
    "OUTCOME": ("outcome", _("After this result the case cannot end like that.")),
    "SUBMISSION": (
        None,
        _("This form was already sent with something else. Look at it once more, then send it again."),
    ),
}
ANSWERS = (("yes", _("Yes")), ("no", _("No")), ("unknown", _("Not known")))
VALUES = {"yes": True, "no": False, "unknown": None, "": None}


class NextStepFields(forms.Form):
    """What is done next, and by which day."""

    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_step_date = forms.DateField(label=_("By which day"), required=False, widget=forms.DateInput)


def say_problem(form: forms.Form, problem: str) -> None:
    """Show what is wrong beside its field."""
    if problem == "SUBMISSION":
        say_reused(form)
        return
    field, words = PROBLEMS[problem]
    form.add_error(field if field in form.fields else None, words)


def say_reused(form: forms.Form) -> None:
    """Say that the form was already sent with something else, keep what is typed, and make it a new one."""
    form.data = form.data.copy()
    form.data["submission"] = str(uuid.uuid4())
    form.add_error(None, PROBLEMS["SUBMISSION"][1])


def _a_day_to_come(day: dt.date) -> dt.date:
    if day < days.today():
        raise forms.ValidationError(_("This day has passed: choose today or a day to come."))
    if day > rules.latest_due(days.today()):
        raise forms.ValidationError(PROBLEMS["STEP_TOO_FAR"][1])
    return day


class StepForm(NextStepFields):
    """The next step alone: both fields are needed."""

    next_step = forms.CharField(label=_("Next step"), max_length=200)
    next_step_date = forms.DateField(label=_("By which day"), widget=forms.DateInput)

    def clean_next_step_date(self) -> dt.date:
        """Today or later, within a year."""
        return _a_day_to_come(self.cleaned_data["next_step_date"])


class ContactForm(NextStepFields):
    """A visit, a call or a meeting, typed at the door in under a minute."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("How"), choices=Contact.Kind.choices, widget=forms.RadioSelect)
    result = forms.ChoiceField(label=_("Result"), choices=Contact.Result.choices, widget=forms.RadioSelect)
    date = forms.DateField(label=_("Which day"), widget=forms.DateInput)
    note = forms.CharField(label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    outcome = forms.ChoiceField(
        label=_("What becomes of the case"),
        required=False,
        choices=[
            ("", _("It goes on")),
            ("refuse", _("Refused by the family")),
            ("lose", _("Not found")),
        ],
        help_text=_("Refused or not found: the case comes back in January, then with the next season."),
    )
    field_order = ("submission", "kind", "result", "date", "note", "next_step", "next_step_date", "outcome")

    def __init__(self, *args: Any, case: Case, **kwargs: Any):
        kwargs["initial"] = {"submission": uuid.uuid4(), "date": days.today(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.season_year = case.season.year
        if not {"refuse", "lose"} <= set(_open_verbs(case)):
            del self.fields["outcome"]  # already refused or lost, or an arrival is awaited

    def clean(self) -> dict[str, Any]:
        """The rules of a contact, each said beside its field."""
        data = super().clean()
        date, result = data.get("date"), data.get("result")
        both_steps_read = not {"next_step", "next_step_date"} & self.errors.keys()
        if date and both_steps_read:
            step, step_date = data.get("next_step", ""), data.get("next_step_date")
            problem = rules.contact_problem(date, step, step_date, days.today(), self.season_year)
            if problem:
                say_problem(self, problem)
        if result and not rules.may_end_with(result, data.get("outcome", "")):
            say_problem(self, "OUTCOME")
        return data


def _open_verbs(case: Case) -> list[str]:
    """The moves open after a contact: the first one begins the following."""
    return [verb for verb, move in Case.MOVES.items() if case.state in move.sources]


class SortingForm(forms.Form):
    """The first sorting: six questions, none answered beforehand. Nobody asked is not the same as no."""

    wish = forms.ChoiceField(
        label=_("What does the young person wish?"),
        choices=[*Sorting.Wish.choices, ("unknown", _("Not known"))],
        required=False,
        widget=forms.RadioSelect,
    )

    QUESTIONS = (
        ("reads_and_writes", _("Reads and writes?")),
        ("was_ever_in_school", _("Was ever in school?")),
        ("is_free_in_daytime", _("Free in the daytime?")),
        ("family_agrees", _("Does the family agree?")),
        ("can_reach_a_centre", _("Can reach a centre?")),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, label in self.QUESTIONS:
            self.fields[name] = forms.ChoiceField(
                label=label, choices=ANSWERS, required=False, widget=forms.RadioSelect
            )

    @property
    def is_answered(self) -> bool:
        """At least one question was asked: choosing "not known" is an answer, leaving a question is not."""
        return any(self.cleaned_data.get(name) for name in self.fields)

    @property
    def answers(self) -> dict[str, Any]:
        """What `actions.sort_case` takes."""
        wish = self.cleaned_data["wish"]
        answers = {name: VALUES[self.cleaned_data[name]] for name, _label in self.QUESTIONS}
        return {"wish": None if wish in {"", "unknown"} else wish, **answers}


class MoveForm(forms.Form):
    """A move of the case, with its reason."""

    verb = forms.ChoiceField(choices=[(v, v) for v in ("refuse", "lose", "come_back", "close", "reopen")])
    reason = forms.CharField(label=_("Reason"), required=False, max_length=1000)


class ReferForm(forms.Form):
    """To whom the young person is sent, and by which day they are awaited."""

    receiver = forms.ModelChoiceField(label=_("To whom"), queryset=None, to_field_name="uuid")
    due_date = forms.DateField(
        label=_("Awaited by"),
        widget=forms.DateInput,
        help_text=_("The day after, without an arrival, the case is on your list again."),
    )

    def __init__(self, *args: Any, receivers: QuerySet[Organisation], shown: Iterable[Organisation], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["receiver"].queryset = receivers
        # Those that the search found are offered; any of the territory is accepted, and stays chosen beside an error.
        offered, chosen = list(shown), self.data.get("receiver")
        if chosen and chosen not in {str(body.uuid) for body in offered}:
            offered += [body for body in receivers if str(body.uuid) == chosen]
        self.fields["receiver"].choices = [
            ("", _("Choose a school, a centre or a body")),
            *((str(body.uuid), f"{body.get_kind_display()} · {body} · {body.code}") for body in offered),
        ]

    def clean_due_date(self) -> dt.date:
        """Today or later, within a year."""
        return _a_day_to_come(self.cleaned_data["due_date"])


class AnswerForm(forms.Form):
    """What becomes of a referral. `needs_source`: who answers in the receiver's place says how they know."""

    verb = forms.ChoiceField(choices=[(v, v) for v in ("accept", "refuse", "arrive", "confirm", "give_up")])
    reason = forms.CharField(label=_("Reason"), required=False, max_length=1000)
    on = forms.DateField(label=_("Came on"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, needs_source: bool = False, season_year: int | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.season_year = season_year
        self.needs_source = needs_source
        if needs_source:
            self.fields["reason"].label = _("How do you know?")

    def clean_on(self) -> dt.date | None:
        """Not a day to come, nor one before the season."""
        day = self.cleaned_data["on"]
        if day and day > days.today():
            raise forms.ValidationError(_("This day is still to come."))
        if day and self.season_year and day < rules.earliest_day(self.season_year):
            raise forms.ValidationError(PROBLEMS["BEFORE_SEASON"][1])
        return day

    def clean(self) -> dict[str, Any]:
        """A refusal says why; an arrival says when."""
        data = super().clean()
        verb = data.get("verb")
        if verb and not data.get("reason") and verb != "give_up" and (self.needs_source or verb == "refuse"):
            self.add_error(
                "reason",
                _("Say how you know: the receiver did not write it here.")
                if self.needs_source
                else _("Say why, so that another place can be found."),
            )
        if verb == "arrive" and not data.get("on") and "on" not in self.errors:
            self.add_error("on", _("Say on which day they came."))
        return data


class ConcernForm(forms.Form):
    """What is feared, in confidence."""

    text = forms.CharField(
        label=_("What do you fear, what did you see or hear?"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Only the officers of the directorate may open this text. Do not write it in a note."),
    )


class OpenForm(forms.Form):
    """Why a confidential text is opened."""

    reason = forms.CharField(
        label=_("Why do you open it?"), max_length=300, help_text=_("The reason is kept with your name.")
    )


class HandOverConcernForm(forms.Form):
    """To which service, and what was agreed."""

    service = forms.CharField(label=_("Handed to which service"), max_length=160)
    reason = forms.CharField(label=_("What was agreed"), max_length=1000)
