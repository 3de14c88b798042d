"""Sending the school's list of absences, and the lines that were shown before they are written."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from istidrak.base.exchange.reading import Limits
from istidrak.support.actions.absences import Row
from istidrak.support.models import MonthSheet
from istidrak.support.queries.absence_files import Preview
from istidrak.support.rules.absences import Counts

SALT = "support.absence_files"
# The pupils of the largest school, many times over.
LIMITS = Limits(file_bytes=8_000_000, unpacked_bytes=80_000_000, rows=20_000, columns=120)


class AbsenceFileForm(forms.Form):
    """The workbook as the school filled it in or exported it."""

    file = forms.FileField(
        label=_("List of absences"),
        help_text=_("Excel or CSV, in the published layout. It is looked at first: nothing is written yet."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )

    def clean_file(self) -> Any:
        """A list of a school is small."""
        sent = self.cleaned_data["file"]
        if sent.size > LIMITS.file_bytes:
            raise forms.ValidationError(_("This file is too large for the list of a school."))
        return sent


def packed(preview: Preview, sheet: MonthSheet, user_id: int) -> str:
    """Lines that were shown, sealed for the answer "write them" of the same user on the same sheet."""
    rows = [[str(line.pupil.registration.uuid), list(line.counts), line.pupil.version] for line in preview.changes]
    return signing.dumps([user_id, str(sheet.uuid), preview.digest, rows], salt=SALT, compress=True)


def unpacked(sealed: str, sheet: MonthSheet, user_id: int) -> tuple[str, list[Row]] | None:
    """Digest and rows of `packed`; None when the seal is broken, or of another user or sheet."""
    try:
        owner, of, digest, rows = signing.loads(sealed, salt=SALT, max_age=24 * 3600)
    except (signing.BadSignature, ValueError):
        return None
    if (owner, of) != (user_id, str(sheet.uuid)):
        return None
    return digest, [Row(uuid.UUID(key), Counts(*counts), version) for key, counts, version in rows]
