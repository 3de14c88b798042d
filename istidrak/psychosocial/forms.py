"""Forms of notes."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.base.templatetags.ui import day_words
from istidrak.outreach.rules.following import earliest_day
from istidrak.psychosocial.models import Accompaniment, Note
from istidrak.psychosocial.rules import date_problem

DATE_WORDS = {
    "TO_COME": _("This day is still to come."),
    "TOO_OLD": _("This day is too long ago: look at the year again."),
    "NEXT_PAST": _("This day is past."),
    "NEXT_TOO_FAR": _("This day is more than a year away: look at the year again."),
}


class NoteForm(forms.Form):
    """A note. Its text is never kept in the browser: what is not sent is lost with the page, on purpose."""

    kind = forms.ChoiceField(label=_("What took place"), choices=Note.Kind.choices)
    date = forms.DateField(label=_("Day"), widget=forms.DateInput)
    text = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        max_length=10_000,
        help_text=_("Only the social worker and the psychologist of the centre read it. It cannot be changed later."),
    )
    next_date = forms.DateField(
        label=_("Next meeting"),
        widget=forms.DateInput,
        required=False,
        help_text=_("The centre and the directorate see this day, and nothing else."),
    )
    corrects = forms.ModelChoiceField(label=_("Corrects the note of"), queryset=None, required=False)
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, notes: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["date"].initial = days.today()
        self.fields["submission"].initial = uuid.uuid4
        if notes:
            self.fields["corrects"].queryset = notes
            self.fields["corrects"].label_from_instance = _label
        else:
            del self.fields["corrects"]

    def clean(self) -> dict[str, Any]:
        """Days that can be."""
        data = super().clean()
        date, next_date = data.get("date"), data.get("next_date")
        if date:
            problem = date_problem(date, next_date, days.today(), earliest_day(days.today().year - 2))
            if problem:
                self.add_error("next_date" if problem.startswith("NEXT") else "date", DATE_WORDS[problem])
        return data


def _label(note: Note) -> str:
    return f"{day_words(note.date)} · {note.get_kind_display()}"


class OpeningForm(forms.Form):
    """Why the notes are opened: kept with the name and the hour."""

    reason = forms.CharField(label=_("Why do you open these notes?"), max_length=300)


def notes_to_correct(scope: Any, accompaniment: Accompaniment) -> Any:
    """Notes of an accompaniment that another note may correct; their text is not read."""
    rows = Note.objects.visible_to(scope).filter(accompaniment=accompaniment).defer("text")
    return rows.order_by("-date", "-pk")
