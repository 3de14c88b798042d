"""Opening a round of lists, nothing to report, and the sheet of marks."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Case
from istidrak.programmes.models import Season


class RoundForm(forms.Form):
    """By which day every school of the directorate sends its list."""

    directorate = forms.ModelChoiceField(label=_("Directorate"), queryset=None, to_field_name="uuid")
    due_date = forms.DateField(
        label=_("Lists to be sent by"), widget=forms.DateInput, help_text=_("After this day a school is late.")
    )

    def __init__(self, *args: Any, season: Season, directorates: Iterable[Organisation], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.season = season
        mine = list(directorates)
        self.fields["directorate"].queryset = Organisation.objects.filter(pk__in=[body.pk for body in mine])
        if len(mine) == 1:
            self.fields["directorate"].initial = mine[0].uuid
            self.fields["directorate"].widget = forms.HiddenInput()

    def clean_due_date(self) -> dt.date:
        """A day inside the season: a mistyped year would make no school late for a century."""
        day = self.cleaned_data["due_date"]
        if not dt.date(self.season.year, 6, 1) <= day <= dt.date(self.season.year + 1, 8, 31):
            raise forms.ValidationError(
                _("This day is outside the season %(season)s."), params={"season": str(self.season)}
            )
        return day


class NothingForm(forms.Form):
    """The school has nobody to name; whoever says so in its place writes how they know."""

    reason = forms.CharField(
        label=_("How do you know?"), max_length=300, help_text=_("For example: the head said so by telephone on…")
    )

    def __init__(self, *args: Any, is_head: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if is_head:
            self.fields["reason"].required = False
            self.fields["reason"].label = _("Remark")
            self.fields["reason"].help_text = ""


class MarkRow:
    """One name on the sheet: the mark that stands, the one chosen on the page, and what happened meanwhile."""

    def __init__(self, case: Case, chosen: str | None = None):
        self.case = case
        self.chosen = chosen or case.mark
        self.is_meanwhile = False

    @property
    def level(self) -> str:
        """Level and class as the newest stay has them."""
        stay = next(iter(self.case.person.stays.all()), None)
        return " · ".join(part for part in (stay.level, stay.class_name) if part) if stay else ""


class MarkSheet:
    """The table of names with one mark each: `mark-UUID`, and `seen-UUID`, the mark that the page showed."""

    def __init__(self, cases: Iterable[Case], data: Mapping[str, str] | None = None):
        self.marks: dict[uuid.UUID, str] = {}
        self.seen: dict[uuid.UUID, str | None] = {}
        self.cases = list(cases)
        for case in self.cases if data is not None else ():
            wanted, seen = data.get(f"mark-{case.uuid}", ""), data.get(f"seen-{case.uuid}", "")
            if wanted in Case.Mark.values:
                self.marks[case.uuid] = wanted
            self.seen[case.uuid] = seen if seen in Case.Mark.values else None
        self.rows = [MarkRow(case, self.marks.get(case.uuid)) for case in self.cases]

    def tell(self, meanwhile: Iterable[tuple[Case, str]]) -> None:
        """Show what somebody else wrote beside what this user chose."""
        found = {case.pk: (case, wanted) for case, wanted in meanwhile}
        for row in self.rows:
            if row.case.pk in found:
                case, row.chosen = found[row.case.pk]
                row.case.mark, row.case.marked_by, row.case.marked_at = case.mark, case.marked_by, case.marked_at
                row.is_meanwhile = True
        self.rows = [row for row in self.rows if row.is_meanwhile]
