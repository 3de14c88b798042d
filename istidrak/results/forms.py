"""Forms of results."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.programmes.models import CurriculumVersion, Programme
from istidrak.results.actions import MarkGiven
from istidrak.results.models import Evaluation, Mark
from istidrak.results.queries import modules_of, poles_of
from istidrak.results.rules import NotAScore, score_of
from istidrak.training.forms.days import not_before_season, not_to_come
from istidrak.training.models import Group

STATES = {"", Mark.Given.ABSENT, Mark.Given.EXEMPT}
CODE = re.compile(r"[A-Z][A-Z0-9_]*")


class EvaluationForm(forms.Form):
    """A new evaluation of a group."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("What was evaluated"), max_length=120)
    date = forms.DateField(label=_("Day"), widget=forms.DateInput)
    subject = forms.ChoiceField(label=_("Pole or module"))
    kind = forms.ChoiceField(label=_("Kind of evaluation"), choices=Evaluation.Kind.choices)
    scale = forms.ChoiceField(label=_("Scale"), choices=Evaluation.Scale.choices)

    def __init__(self, *args: Any, group: Group, version: CurriculumVersion | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.group = group
        self.fields["date"].initial = days.today()
        self.fields["submission"].initial = uuid.uuid4
        self.poles = {f"pole-{pole.uuid}": pole for pole in poles_of(version)}
        self.modules = {f"module-{module.uuid}": module for module in modules_of(version)}
        choices: list[tuple[str, Any]] = []
        for key, pole in self.poles.items():
            choices.append((key, pole.name))
            choices += [(k, f"{pole.name} · {m.name}") for k, m in self.modules.items() if m.pole_id == pole.pk]
        self.fields["subject"].choices = [("", "—"), *choices]
        if not choices:
            self.fields["subject"].required = False
            self.fields["subject"].help_text = _("No curriculum version is known for this programme.")

    def clean_date(self) -> Any:
        """An evaluation took place, in the season."""
        return not_before_season(not_to_come(self.cleaned_data["date"]), self.group.season)

    @property
    def evaluation(self) -> dict[str, Any]:
        """What `actions.create_evaluation` is given."""
        data = dict(self.cleaned_data)
        subject = data.pop("subject")
        return {**data, "pole": self.poles.get(subject), "module": self.modules.get(subject)}


class CurriculumChoiceForm(forms.Form):
    """Which version the group follows."""

    version = forms.ModelChoiceField(label=_("Curriculum version"), queryset=None, to_field_name="uuid")

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = CurriculumVersion.objects.filter(programme=programme)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class CompletionForm(forms.Form):
    """The day of completing; the reason when something is missing."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput)
    reason = forms.CharField(
        label=_("Why the learner completes although something is missing"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, enrolment: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.enrolment = enrolment
        self.fields["on"].initial = days.today()

    def clean_on(self) -> Any:
        """Nobody completed on a day to come, nor before coming."""
        day = not_to_come(self.cleaned_data["on"])
        if day < self.enrolment.enrolled_date:
            raise forms.ValidationError(_("This day is before the enrolment."))
        return day


class NamedForm(forms.Form):
    """Names in both languages, one of them at least, and hours when a text gives them."""

    name_ar = forms.CharField(label=_("Name in Arabic"), max_length=120, required=False)
    name_fr = forms.CharField(
        label=_("Name in French"), max_length=120, required=False, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    hours = forms.IntegerField(
        label=_("Hours of training"),
        min_value=1,
        max_value=3000,
        required=False,
        help_text=_("Leave empty when no text says."),
    )

    def clean(self) -> dict[str, Any]:
        """A name in one language at least."""
        data = super().clean()
        if not data.get("name_ar") and not data.get("name_fr"):
            self.add_error("name_ar", _("Write a name, in one language at least."))
        return data


class CodedForm(NamedForm):
    """A named row with a code of its own."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Latin capitals, such as OPENING."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    field_order = ("code", "name_ar", "name_fr", "hours")

    def clean_code(self) -> str:
        """Capitals, digits and the low line."""
        code = self.cleaned_data["code"].strip().upper()
        if not CODE.fullmatch(code):
            raise forms.ValidationError(_("Latin capitals, such as OPENING."))
        return str(code)


class VersionForm(NamedForm):
    """A curriculum version."""

    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.all(), to_field_name="code")
    code = forms.CharField(label=_("Code"), max_length=20, widget=forms.TextInput(attrs={"dir": "ltr"}))
    since_year = forms.IntegerField(
        label=_("From the season that begins in"), min_value=1997, max_value=2100, help_text=_("2025 is 2025/26.")
    )
    source = forms.CharField(label=_("Text it comes from"), max_length=500)
    field_order = ("programme", "code", "name_ar", "name_fr", "since_year", "source")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        del self.fields["hours"]


@dataclass
class Typed:
    """What was typed for one learner: `score` as written, `given` the boxes ticked, `error` in words."""

    score: str = ""
    given: tuple[str, ...] = ()
    mark: MarkGiven = field(default_factory=MarkGiven)
    error: str = ""


def code_of(mark: Any) -> str:
    """A mark (row, MarkGiven or None) as a page keeps it, to know later what its reader had seen."""
    if mark is None:
        return ""
    return str(mark.hundredths) if mark.hundredths is not None else str(mark.given)


def _of_code(code: str) -> MarkGiven:
    if code.isascii() and code.isdigit():
        return MarkGiven(Mark.Given.SCORE, int(code))
    return MarkGiven(code if code in Mark.Given.values else "")


def typed_marks(post: Any, evaluation: Evaluation) -> dict[uuid.UUID, Typed]:
    """What a sheet holds for each learner named in it, with what is wrong; the rest of the form is passed over."""
    keys = [name.removeprefix("was-") for name in post if name.startswith("was-")]
    typed = {}
    for key in keys:
        try:
            number = uuid.UUID(key)
        except ValueError:
            continue
        given = tuple(value for value in post.getlist(f"given-{key}") if value)
        typed[number] = _typed(post.get(f"score-{key}", "").strip(), given, evaluation)
    return typed


def _typed(score: str, given: tuple[str, ...], evaluation: Evaluation) -> Typed:
    highest = Evaluation.HIGHEST.get(evaluation.scale)
    row = Typed(score, given)
    if len(given) + bool(score) > 1:
        row.error = _now("One answer: a mark, absent or exempt.")
    elif given:
        allowed = STATES if highest else {*STATES, *Mark.LEVELS}
        if given[0] in allowed:
            row.mark = MarkGiven(given[0])
        else:
            row.error = _now("This answer is not one of the scale.")
    elif score and highest:
        try:
            row.mark = MarkGiven(Mark.Given.SCORE, score_of(score, highest))
        except NotAScore:
            row.error = _now("A number from 0 to %(highest)s, two decimals at most.") % {"highest": highest}
    return row


def seen_marks(post: Any, keys: Mapping[uuid.UUID, Any]) -> dict[uuid.UUID, MarkGiven]:
    """The marks as they stood on the page that was sent."""
    return {key: _of_code(post.get(f"was-{key}", "")) for key in keys}
