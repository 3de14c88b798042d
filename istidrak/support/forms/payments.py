"""Forms of sending, of return files and of single payments; why a return file is refused, in words."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.templatetags.ui import day_words, dirham_figures
from istidrak.support.actions.payer_files import ROWS_PER_FILE, SHORTEST_PASSWORD
from istidrak.support.actions.payments import LONGEST_REASON
from istidrak.support.models import Guardian, Instalment, PaymentEvent
from istidrak.support.payer.back import LARGEST, Problem

MEGABYTE = 1024 * 1024


class SendForm(forms.Form):
    """In which form and in parts of what size."""

    form = forms.ChoiceField(
        label=pgettext_lazy("payer file", "Form of the file"),
        choices=[("CSV", _("Separated by semicolons (CSV)")), ("FIXED", _("Fixed widths"))],
        initial="CSV",
        widget=forms.RadioSelect,
    )
    rows_per_file = forms.IntegerField(
        label=_("Payments in a file, at most"), min_value=100, max_value=1_000_000, initial=ROWS_PER_FILE
    )


class ArchiveForm(forms.Form):
    """The password of an archive. It is typed twice, since nobody can find it again."""

    password = forms.CharField(
        label=_("Password of the archive"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        min_length=SHORTEST_PASSWORD,
        max_length=200,
        strip=False,
        help_text=_("Latin letters, digits and signs, 12 at least. It is kept nowhere: tell it by another way."),
    )
    again = forms.CharField(
        label=_("The same password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=200,
        strip=False,
    )

    def clean_password(self) -> str:
        """Tools for archives read other letters each in their own way."""
        password = self.cleaned_data["password"]
        if not (password.isascii() and password.isprintable()):
            raise forms.ValidationError(_("Only Latin letters, digits and signs: other letters open on no machine."))
        return password

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        given = super().clean() or {}
        if given.get("password") and given.get("again") != given["password"]:
            self.add_error("again", _("The two passwords differ."))
        return given


class ReturnForm(forms.Form):
    """The file that came back from the payer."""

    file = forms.FileField(
        label=_("Return file"),
        allow_empty_file=True,
        help_text=_(
            "The payer's answers in the published layout, UTF-8. It is looked at first: nothing is written yet."
        ),
    )

    def clean_file(self) -> Any:
        """Raises ValidationError for a file too large to be one."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError(_("A return file has at most %(limit)s MB.") % {"limit": LARGEST // MEGABYTE})
        return upload


class TakeForm(forms.Form):
    """Which file was looked at: its digest and its name."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(max_length=200, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why a payment is released, issued again or cancelled."""

    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON)


class ReissueForm(ReasonForm):
    """Why a payment is issued again, and whether to the card and account that the receiver has today."""

    is_renewed = forms.BooleanField(
        label=_("Copy name, card and account anew from the receiver's file"),
        required=False,
        help_text=_("When the account was closed or the card wrong: correct the receiver's file first."),
    )


class ReturnedForm(ReasonForm):
    """What to do with all payments whose money came back; how many they were when the page was opened."""

    expected = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class ReceiverForm(forms.Form):
    """Who receives a payment: a guardian of its household."""

    guardian = forms.ModelChoiceField(label=_("Guardian of the household"), queryset=None, empty_label=_("Choose"))

    def __init__(self, *args: Any, guardians: QuerySet[Guardian], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["guardian"].queryset = guardians
        self.fields["guardian"].label_from_instance = lambda g: " · ".join(
            filter(None, [g.name_ar or g.name_fr, g.identity_card, g.get_relation_display() if g.relation else ""])
        )


KINDS: dict[str, Any] = {
    **dict(PaymentEvent.Kind.choices),
    "HELD": pgettext_lazy("payment", "Held"),
    "ISSUED": pgettext_lazy("payment", "Sent to the payer"),
}
# Why a return file is refused. What a clerk of the payer reads: what is wrong, where, and what is expected.
PROBLEMS: dict[str, Any] = {
    "TOO_LARGE": _("The file is larger than %(limit)s MB."),
    "ENCODING": _("The letters are not UTF-8: save the file as CSV UTF-8."),
    "EMPTY": _("The file holds no line about a payment."),
    "HEADER": _("The first line is not the header of a return file: H;ISTIDRAK-RETURN;1;key of the instalment."),
    "HEADER_OTHER": _("The header names the instalment %(found)s; here the instalment is %(expected)s."),
    "CUT": _("The last line is not a trailer: the file was cut on the way. Ask for it again."),
    "TRAILER_ROWS": _("The trailer says %(said)s lines; there are %(counted)s."),
    "TRAILER_AMOUNT": _("The trailer says %(said)s centimes in all; the lines give %(counted)s."),
    "TRAILER_PAID": _("The trailer says %(said)s lines paid; there are %(counted)s."),
    "TRAILER_PAID_AMOUNT": _("The trailer says %(said)s centimes paid; the lines give %(counted)s."),
    "TAKEN": _("These very bytes are known already: the file %(name)s of %(day)s (%(by)s)."),
    "NOT_OPEN": _("The instalment waits for no answer now: it is %(instalment)s."),
    "FIELDS": _("The line has not six cells separated by semicolons without quotes, beginning with D."),
    "REFERENCE": _("%(reference)s is no reference: a digit is wrong or missing."),
    "KIND": _("%(kind_code)s is none of AVAILABLE, PAID, UNCLAIMED, RETURNED, REJECTED."),
    "DATE": _("%(date_text)s is no day; write it as 2025-11-20."),
    "AMOUNT_FORM": _("%(amount_text)s is no amount; write whole centimes in digits."),
    "CAUSE_MISSING": _("A rejected payment needs its cause."),
    "CAUSE_LONG": _("The cause is longer than 120 letters."),
    "CAUSE_LETTERS": _("The cause holds a sign that is no letter."),
    "TWICE": _("%(reference)s stands in the file twice."),
    "OTHER_INSTALMENT": _("%(reference)s belongs to another instalment."),
    "UNKNOWN": _("%(reference)s was never given to a payment."),
    "NOT_SENT": _("%(reference)s was not sent to the payer, or not again since its money came back."),
    "AMOUNT": _("%(reference)s is of %(due)s dirhams; the line says %(amount)s."),
    "AFTER_PAID": _("%(reference)s is paid already: a payment that was made is not undone by a file."),
    "PAID_TWICE": _("%(reference)s is paid already: it cannot be paid twice."),
    "RETURNED_TWICE": _("The money of %(reference)s came back already."),
    "STEP": _("%(reference)s is “%(state)s”: “%(kind)s” cannot follow."),
    "FUTURE": _("%(date)s is a day to come."),
    "EARLY": _("%(date)s is before %(known_date)s, the last day known of %(reference)s."),
}


def words_of(problem: Problem) -> str:
    """Why, in the reader's language. Values may be texts, as the history keeps them."""
    values = {name: str(value) for name, value in problem.values.items()}
    said = {
        **{name: _apart(text) for name, text in values.items()},
        "kind_code": _apart(values.get("kind", "")),
        "kind": KINDS.get(values.get("kind", ""), ""),
        "state": KINDS.get(values.get("state", ""), ""),
        "instalment": dict(Instalment.State.choices).get(values.get("state", ""), ""),
        **{name: _money(values[name]) for name in ("amount", "due") if name in values},
        **{name: _day(values[name]) for name in ("date", "known_date", "day") if name in values},
    }
    return str(PROBLEMS[problem.code]) % said


def _apart(text: str) -> str:
    """Latin words and numbers with hyphens keep their order inside an Arabic sentence."""
    return f"\u2066{text}\u2069"


def _money(text: str) -> str:
    return dirham_figures(int(text)) if text.isascii() and text.isdigit() else text


def _day(text: str) -> str:
    try:
        return day_words(dt.date.fromisoformat(text))
    except ValueError:
        return text


def problems_kept(details: Mapping[str, Any]) -> list[tuple[int | None, str]]:
    """The lines and reasons of a refusal as the history keeps it."""
    found = (Problem(p["code"], p["line"], p["values"]) for p in details["problems"] if p["code"] in PROBLEMS)
    return [(problem.line, words_of(problem)) for problem in found]
