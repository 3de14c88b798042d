"""Lists as the import hands them over, and records made of them."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest

from istidrak.base import days
from istidrak.people.actions import record_rows
from istidrak.people.models import SourceFile


@dataclass
class Row:
    """A row as the import gives it."""

    row: int
    facts: dict[str, Any]
    raw: list[Any] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    status: str = "ACCEPTED"


@pytest.fixture
def make_file(db, season, directorate, officer):
    """A list as received: `make_file("SCHOOL_LIST", of=directorate)`."""
    made = []

    def make(layout="SCHOOL_LIST", of=None, name=None):
        made.append(1)
        return SourceFile.objects.create(
            name=name or f"list-{len(made)}.xlsx",
            digest=f"{len(made):064d}",
            sheet="1",
            layout=layout,
            season=season,
            directorate=of or directorate,
            state="APPLIED",
            received_by=officer,
            received_at=days.now(),
        )

    return make


@pytest.fixture
def record_list(make_file, officer):
    """Write facts as the rows of one list: returns its records in order."""

    def record(*facts, layout="SCHOOL_LIST", of=None, name=None):
        file = make_file(layout, of, name)
        return record_rows(by=officer, file=file, rows=[Row(number, f) for number, f in enumerate(facts, start=2)])

    return record


SOUAD = {
    "massar_code": "J130000001",
    "last_name_ar": "المنصوري",
    "first_name_ar": "سعاد",
    "last_name_fr": "EL MANSOURI",
    "first_name_fr": "Souad",
    "sex": "F",
    "birth_date": dt.date(2009, 5, 14),
    "birth_year": 2009,
    "phone": "0661234567",
}
