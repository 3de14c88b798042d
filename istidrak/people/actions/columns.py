"""Keeps the columns of persons in step with what their source records state."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.people import rules
from istidrak.people.likeness import phone_digits
from istidrak.people.models import Person, SourceRecord
from istidrak.people.names import search_form

_FIELDS = {name: Person._meta.get_field(name) for name in rules.COLUMNS if not name.startswith("birth_")}
_TEXTS = {name: (field.max_length, None if field.null else "") for name, field in _FIELDS.items()}  # longest, nothing


class MassarCodeTaken(Exception):
    """Another person already holds this code as verified: `other` is that person."""

    def __init__(self, other: Person):
        self.other = other
        super().__init__(f"the code is verified for {other.file_number}")


def storable(value: Any) -> Any:
    """Facts as JSON keeps them: days as ISO text, containers copied; no sign that a database refuses."""
    if isinstance(value, str):
        return str(value).replace("\x00", "") if "\x00" in value or type(value) is not str else value
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): storable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [storable(inner) for inner in value]
    return value


def said(record: SourceRecord) -> rules.Said:
    """A source record as the rules read it."""
    return rules.Said(key=record.pk or 0, origin=record.origin, at=record.recorded_at, facts=record.facts)


def columns_of(records: Iterable[rules.Said]) -> dict[str, Any]:
    """The values of a person's columns chosen among records; texts longer than a column are cut for lists only."""
    records = list(records)
    columns: dict[str, Any] = {}
    for name, value in rules.shown(records).items():
        if name in _TEXTS:
            longest, nothing = _TEXTS[name]
            columns[name] = str(value)[:longest] if value else nothing
        else:
            columns[name] = value
    if columns["birth_date"]:
        columns["birth_date"] = dt.date.fromisoformat(columns["birth_date"])
    columns["is_massar_verified"] = rules.is_code_verified(records, columns["massar_code"])
    columns["search_text"] = search_text_of(records)
    return columns


def search_text_of(records: Iterable[rules.Said]) -> str:
    """What search looks in: every name that any record states, in one normal form; codes; telephones' digits.

    A person is found by the spelling of any list, not only by the one that is shown.
    """
    names: dict[str, None] = {}
    others: dict[str, None] = {}
    for record in records:
        facts = {name: str(value) for name, value in record.facts.items() if value}
        for script in ("ar", "fr"):
            parts = (facts.get(f"first_name_{script}", ""), facts.get(f"last_name_{script}", ""))
            names |= dict.fromkeys((" ".join(parts).strip(), facts.get(f"full_name_{script}", "")))
        phones = (facts.get("phone", ""), facts.get("guardian_phone", ""))
        others |= dict.fromkeys((facts.get("massar_code", "").lower(), *(phone_digits(p) or p for p in phones)))
    return " ".join(part for part in (search_form(*names), *others) if part)


def refresh(person: Person, **more: Any) -> dict[str, list[Any]]:
    """Choose the person's columns anew among their records, set `more` too; returns {column: [before, after]}.

    Columns that are kept for search only are not among the changes. Raises MassarCodeTaken when another person holds
    the code as verified.
    """
    chosen = columns_of(map(said, SourceRecord.unscoped.filter(person=person)))
    changes = {
        name: [storable(getattr(person, name)), storable(value)]
        for name, value in chosen.items()
        if name != "search_text" and getattr(person, name) != value
    }
    for name, value in {**chosen, **more}.items():
        setattr(person, name, value)
    try:
        with transaction.atomic():
            person.save(update_fields=[*chosen, *more])
    except IntegrityError as error:
        other = holder_of(person.massar_code, besides=person)
        if other is None:
            raise
        raise MassarCodeTaken(other) from error
    return changes


def holder_of(code: str, *, besides: Person) -> Person | None:
    """The other person who holds a code as verified."""
    return (
        Person.unscoped.filter(massar_code=code, is_massar_verified=True, merged_into__isnull=True)
        .exclude(pk=besides.pk)
        .first()
    )
