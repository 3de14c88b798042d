"""Forms of sheets of absences: four numbers a pupil, of which most stay empty."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from istidrak.support.rules.absences import HOURS_A_DAY, NONE, Counts, problem_of, school_days

COUNTS = (
    ("unexcused_days", gettext_lazy("Unexcused days")),
    ("excused_days", gettext_lazy("Excused days")),
    ("unexcused_hours", gettext_lazy("Unexcused hours")),
    ("excused_hours", gettext_lazy("Excused hours")),
)
MOST_DIGITS = 4


def problem_words(code: str, month: int) -> str:
    """A problem of counts (rules.absences.problem_of, "number") in words."""
    most = school_days(month)
    words = {
        "number": _("Write whole numbers, or leave the field empty."),
        "negative": _("Write whole numbers, or leave the field empty."),
        "days": _("More days than this month has: %(most)d days of school at most.") % {"most": most},
        "hours": _("More hours than this month has: %(most)d hours of school at most.")
        % {"most": most * HOURS_A_DAY},
    }
    return words[code]


def number_of(text: str) -> int | None:
    """A whole number as typed, in Western or Arabic digits; 0 for nothing, None for what is no number."""
    text = text.strip()
    if not text:
        return 0
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


@dataclass(frozen=True)
class Typed:
    """What was typed for one pupil: the four texts; their counts, None when they cannot be; what was read before."""

    texts: tuple[str, ...]
    counts: Counts | None
    error: str
    was: Counts
    version: int

    @property
    def is_touched(self) -> bool:
        """False when the pupil's numbers are those that the editor was shown."""
        return self.counts != self.was


def token_of(counts: Counts, version: int) -> str:
    """What the editor was shown, for the hidden field beside the four."""
    return f"{','.join(map(str, counts))}@{version}"


def _read_token(text: str) -> tuple[Counts, int]:
    """`token_of` read back; zeros of no row for anything else, so that a later row is never overwritten unseen."""
    counts, _at, version = text.partition("@")
    parts = counts.split(",")
    if len(parts) == len(NONE) and all(p.isdecimal() for p in (*parts, version)):
        return Counts(*map(int, parts)), int(version)
    return NONE, 0


def typed_rows(post: Mapping[str, Any], month: int) -> dict[uuid.UUID, Typed]:
    """The pupils of a posted sheet, by the uuid of their registration."""
    found = {}
    for name in post:
        key = name.removeprefix("was-")
        if key == name:
            continue
        try:
            registration = uuid.UUID(key)
        except ValueError:
            continue
        found[registration] = _typed(post, key, month)
    return found


def _typed(post: Mapping[str, Any], key: str, month: int) -> Typed:
    texts = tuple(str(post.get(f"{name}-{key}", "")) for name, _words in COUNTS)
    numbers = [number_of(text) for text in texts]
    was, version = _read_token(str(post.get(f"was-{key}", "")))
    if None in numbers:
        return Typed(texts, None, problem_words("number", month), was, version)
    counts = Counts(*numbers)  # type: ignore[arg-type]
    problem = problem_of(counts, month)
    return Typed(texts, counts, problem_words(problem, month) if problem else "", was, version)


def shown_texts(counts: Iterable[int]) -> tuple[str, ...]:
    """Counts as the fields show them: a zero is an empty field."""
    return tuple(str(count) if count else "" for count in counts)


def counts_words(counts: Counts) -> str:
    """The counts that are not zero, in words; "No absence" for none."""
    parts = [f"{words}: {count}" for (_name, words), count in zip(COUNTS, counts, strict=True) if count]
    return " · ".join(parts) or _("No absence")


class RemarkForm(forms.Form):
    """Why a sheet goes back."""

    reason = forms.CharField(label=gettext_lazy("What to look at again"), max_length=300)


class CorrectionForm(forms.Form):
    """One pupil's month after validation: the counts as they should be, and why."""

    unexcused_days, excused_days, unexcused_hours, excused_hours = (
        forms.IntegerField(
            label=words,
            required=False,
            min_value=0,
            max_value=999,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr", "size": 4}),
        )
        for _name, words in COUNTS
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it is corrected"),
        max_length=300,
        help_text=gettext_lazy("For instance a medical certificate that came late. It stays with the correction."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, month: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.month = month

    def clean(self) -> dict[str, Any]:
        """Counts that the month can have."""
        data = super().clean() or {}
        if not any(name in self.errors for name, _words in COUNTS):
            data["counts"] = Counts(*(data.get(name) or 0 for name, _words in COUNTS))
            if problem := problem_of(data["counts"], self.month):
                self.add_error("unexcused_days" if problem == "days" else "unexcused_hours", self._words(problem))
        return data

    def _words(self, problem: str) -> str:
        return problem_words(problem, self.month)
