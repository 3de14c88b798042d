"""Forms of following those who left."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base import days
from istidrak.training.actions import Answer
from istidrak.training.forms.days import not_to_come
from istidrak.training.models import Confirmation, FollowUpContact, Insertion

CHANGED, NOT_INSERTED = Confirmation.State.CHANGED, Confirmation.State.NOT_INSERTED


class FollowUpForm(forms.Form):
    """One try to reach somebody, and where they stand when somebody told it."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    date = forms.DateField(label=_("Day"), widget=forms.DateInput)
    kind = forms.ChoiceField(label=_("How"), choices=FollowUpContact.Kind.choices, widget=forms.RadioSelect)
    result = forms.ChoiceField(
        label=_("What came of it"), choices=FollowUpContact.Result.choices, widget=forms.RadioSelect
    )
    answer = forms.ChoiceField(
        label=_("Where the learner stands"),
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Leave empty when nobody could tell: the next try is then due some days later."),
    )
    standing = forms.ChoiceField(
        label=_("Why, if not inserted"),
        choices=[("", _("Not said")), *Confirmation.Standing.choices],
        required=False,
    )
    changed_kind = forms.ChoiceField(
        label=_("Where to"), choices=[("", "—"), *Insertion.Kind.choices], required=False
    )
    changed_where = forms.CharField(label=_("Name of the school, body or employer"), max_length=200, required=False)
    changed_since = forms.DateField(label=_("Since"), widget=forms.DateInput, required=False)
    note = forms.CharField(label=pgettext_lazy("contact", "Note"), max_length=300, required=False)

    def __init__(self, *args: Any, confirmation: Confirmation, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.confirmation = confirmation
        states = [CHANGED, NOT_INSERTED]
        if confirmation.insertion_id:
            states.insert(0, Confirmation.State.CONFIRMED)
        self.fields["answer"].choices = [("", _("Not known yet")), *((s.value, s.label) for s in states)]
        self.fields["date"].initial = days.today()
        self.fields["submission"].initial = uuid.uuid4

    def clean_date(self) -> dt.date:
        """Nobody is asked on a day to come, nor before the insertion or the leaving that is asked about."""
        day = not_to_come(self.cleaned_data["date"])
        insertion = self.confirmation.insertion
        since = insertion.since_date if insertion else self.confirmation.enrolment.left_date
        if since and day < since:
            raise forms.ValidationError(_("This day is before the insertion, or before the learner left."))
        return day

    def clean_changed_since(self) -> Any:
        """An insertion that has begun, after the learner came to the centre."""
        day = self.cleaned_data["changed_since"]
        if day and day < self.confirmation.enrolment.enrolled_date:
            raise forms.ValidationError(_("This day is before the enrolment."))
        return day and not_to_come(day)

    def clean(self) -> dict[str, Any]:
        """An answer is one that somebody gave, with what it needs."""
        data = super().clean()
        if data.get("answer") and data.get("result") and data["result"] not in FollowUpContact.TELLS:
            words = _("Nobody told where the learner stands: leave this empty, or correct what came of it.")
            self.add_error("answer", words)
        if data.get("answer") == CHANGED:
            for name in ("changed_kind", "changed_where", "changed_since"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Say this of the other insertion."))
        if data.get("answer") == NOT_INSERTED and not data.get("standing"):
            self.add_error("standing", _("Say where the learner stands: looking, at home, away, other."))
        return data

    @property
    def follow_up(self) -> dict[str, Any]:
        """What `actions.record_follow_up` is given."""
        data = self.cleaned_data
        answer = None
        if data["answer"]:
            is_changed = data["answer"] == CHANGED
            answer = Answer(
                state=data["answer"],
                standing=data["standing"] if data["answer"] == NOT_INSERTED else "",
                kind=data["changed_kind"] if is_changed else "",
                where=data["changed_where"] if is_changed else "",
                since_date=data["changed_since"] if is_changed else None,
            )
        kept = {name: data[name] for name in ("submission", "kind", "result", "date", "note")}
        return {**kept, "answer": answer}


class DrawForm(forms.Form):
    """Which interval of which directorate is drawn."""

    directorate = forms.ModelChoiceField(label=_("Directorate"), queryset=None, to_field_name="uuid")
    months = forms.IntegerField(min_value=1, max_value=60)

    def __init__(self, *args: Any, directorates: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["directorate"].queryset = directorates
