"""A version of a life project: goals, steps, agreement."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.orientation.forms.interviewing import YES_NO, past_day, said, yes_no
from istidrak.orientation.models import LifeProject
from istidrak.orientation.models.life import StepState

GOALS, STEPS, SPARE = 3, 8, 2


class LifeProjectForm(forms.Form):
    """Goals and steps as they stand, with room for more; an emptied line leaves the next version."""

    written_date = forms.DateField(label=_("Written on"), widget=forms.DateInput)
    submission = forms.UUIDField(widget=forms.HiddenInput)
    follows = forms.UUIDField(widget=forms.HiddenInput, required=False)
    person_agrees = forms.ChoiceField(
        label=_("The young person agrees"), choices=YES_NO, required=False, widget=forms.RadioSelect
    )
    guardian_agrees = forms.ChoiceField(
        label=_("The parent or guardian agrees"), choices=YES_NO, required=False, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, former: LifeProject | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.former = former
        goals, steps = (former.goals, former.steps) if former else ([], [])
        for at in range(max(GOALS, len(goals) + 1)):
            self._line(f"goal_{at}", goals[at] if at < len(goals) else {})
        for at in range(max(4, min(len(steps) + SPARE, STEPS + SPARE), len(steps))):
            self._step(at, steps[at] if at < len(steps) else {})

    def _line(self, name: str, row: dict[str, Any]) -> None:
        self.fields[name] = forms.CharField(
            label=_("Goal"), required=False, max_length=300, initial=row.get("text", "")
        )
        self.fields[f"{name}_key"] = forms.CharField(
            widget=forms.HiddenInput, required=False, max_length=36, initial=row.get("key", "")
        )

    def _step(self, at: int, row: dict[str, Any]) -> None:
        self.fields[f"what_{at}"] = forms.CharField(
            label=_("Step"), required=False, max_length=300, initial=row.get("what", "")
        )
        self.fields[f"who_{at}"] = forms.CharField(
            label=_("Who does it"), required=False, max_length=160, initial=row.get("who", "")
        )
        self.fields[f"by_{at}"] = forms.DateField(
            label=_("By which day"), required=False, widget=forms.DateInput, initial=row.get("by_date")
        )
        self.fields[f"state_{at}"] = forms.ChoiceField(
            label=_("State"), required=False, choices=StepState.choices, initial=row.get("state", StepState.PLANNED)
        )
        self.fields[f"step_key_{at}"] = forms.CharField(
            widget=forms.HiddenInput, required=False, max_length=36, initial=row.get("key", "")
        )

    @property
    def goal_fields(self) -> list[Any]:
        """The fields of goals, in order."""
        return [self[name] for name in self.fields if name.startswith("goal_") and not name.endswith("_key")]

    @property
    def step_fields(self) -> list[list[Any]]:
        """The fields of each step, in order."""
        count = sum(name.startswith("what_") for name in self.fields)
        return [[self[f"{part}_{at}"] for part in ("what", "who", "by", "state")] for at in range(count)]

    def clean_written_date(self) -> dt.date:
        """A version is dated when it is written, or before."""
        day = past_day(self.cleaned_data["written_date"])
        if self.former and day < self.former.written_date:
            raise forms.ValidationError(_("The version before is dated later."))
        return day

    def clean(self) -> dict[str, Any]:
        """One goal at least; who, day and state belong to a step that says what."""
        data = super().clean()
        for at in range(len(self.step_fields)):
            if not data.get(f"what_{at}") and (data.get(f"who_{at}") or data.get(f"by_{at}")):
                self.add_error(f"what_{at}", _("Say what is to be done."))
        if not self.errors and not self.goals:
            self.add_error("goal_0", _("Write one goal at least."))
        return data

    @property
    def goals(self) -> list[dict[str, Any]]:
        """Goals as a version keeps them."""
        data = self.cleaned_data
        names = [bound.name for bound in self.goal_fields]
        rows = [(data.get(name, "").strip(), data.get(f"{name}_key")) for name in names]
        return [{"key": key or str(uuid.uuid4()), "text": text} for text, key in rows if text]

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Steps as a version keeps them."""
        data = self.cleaned_data
        rows = []
        for at in range(len(self.step_fields)):
            if data.get(f"what_{at}"):
                by = data.get(f"by_{at}")
                rows.append(
                    {
                        "key": data.get(f"step_key_{at}") or str(uuid.uuid4()),
                        "what": data[f"what_{at}"],
                        "who": data.get(f"who_{at}", ""),
                        "by_date": by.isoformat() if by else None,
                        "state": data.get(f"state_{at}") or StepState.PLANNED.value,
                    }
                )
        return rows

    @property
    def agreements(self) -> dict[str, bool | None]:
        """Who agrees: yes, no, not asked."""
        return {name: yes_no(self.cleaned_data[name]) for name in ("person_agrees", "guardian_agrees")}


def start_of(former: LifeProject | None) -> dict[str, Any]:
    """What a new version shows first."""
    start: dict[str, Any] = {"written_date": days.today(), "submission": uuid.uuid4()}
    if former:
        start |= {"follows": former.uuid, "note": former.note}
        start |= {name: said(getattr(former, name)) for name in ("person_agrees", "guardian_agrees")}
    return start
