"""Asking, answering, passing up, and wording what becomes help."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base.identifiers import new_uuid
from istidrak.help.rules import codes_in

LONGEST = 4000


class FreeText(forms.CharField):
    """A text in which no code of a child may stand."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=kwargs.pop("max_length", LONGEST), **kwargs)

    def clean(self, value: Any) -> str:
        """The text; refused, with the code found, when it holds a Massar code or the number of a file."""
        text = super().clean(value)
        found = codes_in(text)
        if found:
            raise forms.ValidationError(
                _("Take out %(codes)s: the code or file number of a child is never written here."),
                params={"codes": "، ".join(found)},
                code="code",
            )
        return text


class QuestionForm(forms.Form):
    """A question and the page it is asked from."""

    body = FreeText(
        label=_("Your question"),
        help_text=_("Say what you wanted to do and what happened. Do not write the name or code of any child."),
    )
    # What comes back in these is checked by the action, not trusted: a page that is none is left out.
    page = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    path = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=new_uuid)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["body"].widget.attrs["rows"] = 5


class AnswerForm(forms.Form):
    """An answer to one question. `level` is where the question stood when its page was read."""

    text = FreeText(label=_("Your answer"))
    level = forms.IntegerField(widget=forms.HiddenInput)


class PassUpForm(forms.Form):
    """To the level above, with what one knows."""

    reason = FreeText(
        label=_("Why do you pass it up?"),
        max_length=1000,
        help_text=_("Say what you know already: the level above reads it, and so does who asked."),
    )
    level = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget.attrs["rows"] = 3


class NotSolvedForm(forms.Form):
    """What is still missing."""

    reason = FreeText(label=_("What is still missing?"), max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget.attrs["rows"] = 3


class NoteForm(forms.Form):
    """A question and its answer in general words, in one language or both."""

    title_ar = FreeText(label=_("Question in Arabic"), max_length=160, required=False, widget=forms.TextInput)
    text_ar = FreeText(label=_("Answer in Arabic"), required=False)
    title_fr = FreeText(label=_("Question in French"), max_length=160, required=False, widget=forms.TextInput)
    text_fr = FreeText(label=_("Answer in French"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Each language whole or empty; at least one whole."""
        words = super().clean()
        whole = 0
        for language in ("ar", "fr"):
            title, text = words.get(f"title_{language}", ""), words.get(f"text_{language}", "")
            whole += bool(title and text)
            if title and not text and f"text_{language}" not in self.errors:
                self.add_error(f"text_{language}", _("Write the answer too, or empty the question."))
            if text and not title and f"title_{language}" not in self.errors:
                self.add_error(f"title_{language}", _("Write the question too, or empty the answer."))
        if not whole and not self.errors:
            raise forms.ValidationError(_("Write the question and the answer in at least one language."))
        return words


class WithdrawForm(forms.Form):
    """Why a note is withdrawn."""

    reason = FreeText(label=_("Why is it withdrawn?"), max_length=300, widget=forms.TextInput)
