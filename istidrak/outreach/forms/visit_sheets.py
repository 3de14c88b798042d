"""Choosing whom a visit sheet is for, and sending a filled one back."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from istidrak.base.exchange.reading import Limits, UnreadableFile, read_tables
from istidrak.outreach.sheets import Filled, NotASheet, Visit, read

SALT = "outreach.visit_sheets"
# A sheet is filled by hand: more than this is another file.
LIMITS = Limits(file_bytes=4_000_000, unpacked_bytes=40_000_000, rows=5_000, columns=60)
ANY = "*"


class SheetForm(forms.Form):
    """A team, a quarter, or both."""

    team = forms.ModelChoiceField(
        label=_("Team"), queryset=None, required=False, to_field_name="uuid", empty_label=_("All teams")
    )
    quarter = forms.ChoiceField(label=_("Quarter or douar"), required=False)

    def __init__(self, *args: Any, teams: Any, quarters: Iterable[tuple[str, int]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams
        names = [(f"q:{name}", f"{name or _('Quarter not known')} ({count})") for name, count in quarters]
        self.fields["quarter"].choices = [("", _("All quarters")), *names]


class FilledSheetForm(forms.Form):
    """The workbook as the team filled it in."""

    sheet = forms.FileField(
        label=_("Filled visit sheet (.xlsx)"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"})
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.today = today
        self.filled = Filled()

    def clean_sheet(self) -> Any:
        """Read it; a file that is no visit sheet is said to be so."""
        sent = self.cleaned_data["sheet"]
        if sent.size > LIMITS.file_bytes:
            raise forms.ValidationError(_("This file is too large for a visit sheet."))
        try:
            self.filled = read(read_tables(sent.read(), sent.name, LIMITS), self.today)
        except UnreadableFile as error:
            raise forms.ValidationError(_("This file cannot be read as a workbook.")) from error
        except NotASheet as error:
            raise forms.ValidationError(
                _("This is not a visit sheet of this program: its hidden first row is missing.")
            ) from error
        return sent


def packed(visits: Iterable[Visit], user_id: int) -> str:
    """Visits that were shown, sealed for the answer "write them" of the same user."""
    rows = [{**dataclasses.asdict(v), "case": str(v.case), "date": v.date.isoformat()} for v in visits]
    for row in rows:
        row["next_step_date"] = row["next_step_date"].isoformat() if row["next_step_date"] else None
    return signing.dumps([user_id, rows], salt=SALT, compress=True)


def unpacked(sealed: str, user_id: int) -> list[Visit]:
    """The visits of `packed`; empty when the seal is broken or of somebody else."""
    try:
        owner, rows = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return []
    if owner != user_id:
        return []
    for row in rows:
        row["case"], row["date"] = uuid.UUID(row["case"]), dt.date.fromisoformat(row["date"])
        if row["next_step_date"]:
            row["next_step_date"] = dt.date.fromisoformat(row["next_step_date"])
    return [Visit(**row) for row in rows]
