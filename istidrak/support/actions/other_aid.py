"""Aid that other bodies pay, from the lists that they send: read whole, written once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from istidrak.base import days, history
from istidrak.base.exchange.headings import Vocabulary, find_header
from istidrak.base.exchange.reading import Limits, as_text, read_tables
from istidrak.support.actions.households import card_of
from istidrak.support.models import OtherAid

# Field, heading in Arabic, heading in French.
COLUMNS = (
    ("identity_card", "البطاقة الوطنية", "CIN"),
    ("programme", "البرنامج", "Programme"),
    ("from_month", "من شهر", "Du mois"),
    ("until_month", "إلى شهر", "Au mois"),
)
VOCABULARY = Vocabulary({name: [ar, fr, f"{ar} / {fr}"] for name, ar, fr in COLUMNS})
LIMITS = Limits(file_bytes=40_000_000, rows=250_000, columns=40)
CHUNK = 2_000
LAST_MONTH = 12


class NotTheLayout(Exception):
    """No row of the first sheet holds the headings of the layout."""


@dataclass(frozen=True)
class AidRow:
    """A row that can be read: months written 201809, both included; until None, not known to end."""

    identity_card: str
    programme: str
    from_month: int
    until_month: int | None


def read_aid(data: bytes, name: str) -> tuple[list[AidRow], list[tuple[int, str]]]:
    """Rows that can be read, each once, and those that cannot: (row of the sheet, field).

    Raises UnreadableFile, NotTheLayout.
    """
    sheet = read_tables(data, name, LIMITS)[0].rows
    header = find_header(sheet, VOCABULARY, 3)
    if header is None:
        raise NotTheLayout
    rows: dict[AidRow, None] = {}
    problems = []
    for number, cells in enumerate(sheet[header.row_index + header.height :], header.row_index + header.height + 1):
        said = {f: as_text(cells[at]).strip() for f, at in header.columns.items() if at < len(cells)}
        if not any(said.values()):
            continue
        row = _row(said)
        if isinstance(row, str):
            problems.append((number, row))
        else:
            rows[row] = None
    return list(rows), problems


def _row(said: dict[str, str]) -> AidRow | str:
    card, programme = card_of(said.get("identity_card", "")), said.get("programme", "")
    if not card or len(card) > 12 or not card.isascii() or not card.isalnum():
        return "identity_card"
    if not programme or len(programme) > 80:
        return "programme"
    first, last = _month(said.get("from_month", "")), _month(said.get("until_month", ""))
    if first is None:
        return "from_month"
    if (said.get("until_month") and last is None) or (last is not None and last < first):
        return "until_month"
    return AidRow(card, programme, first, last)


def _month(text: str) -> int | None:
    found = re.fullmatch(r"(\d{4})(\d{2})|(\d{1,2})[/\-](\d{4})|\d{2}/(\d{2})/(\d{4})", text)
    if found is None:
        return None
    a, b, c, d, e, f = found.groups()
    year, month = int(a or d or f), int(b or c or e)
    return year * 100 + month if 1 <= month <= LAST_MONTH and 2000 <= year <= 2100 else None


@transaction.atomic
def write_aid(*, by: Any, rows: Sequence[AidRow], source: str) -> int:
    """Keep the rows of a list that `source` names; returns how many are new. The same list again changes nothing.

    Raises ValueError without a source.
    """
    if not source.strip():
        raise ValueError("a list comes from somebody")
    before, now = OtherAid.unscoped.count(), days.now()
    for start in range(0, len(rows), CHUNK):
        OtherAid.unscoped.bulk_create(
            [
                OtherAid(
                    identity_card=row.identity_card,
                    programme=row.programme,
                    from_month=row.from_month,
                    until_month=row.until_month,
                    source=source.strip()[:200],
                    recorded_by=by,
                    recorded_at=now,
                )
                for row in rows[start : start + CHUNK]
            ],
            ignore_conflicts=True,
        )
    new = OtherAid.unscoped.count() - before
    history.audit("record_other_aid", "list:other_aid", by=by, reason=source.strip(), rows=len(rows), new=new)
    return new
