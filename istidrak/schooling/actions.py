"""Writing school life: stays stated by lists, by the field, by enrolling; their end."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from istidrak.base import bulk, history
from istidrak.base.exchange.headings import normalised
from istidrak.organisations.models import Organisation
from istidrak.people.models import Person, SourceFile, SourceRecord
from istidrak.schooling import rules
from istidrak.schooling.models import Stay

CHUNK = 2_000
_LENGTHS = {
    name: Stay._meta.get_field(name).max_length
    for name in ("organisation_text", "level", "level_code", "class_name", "dropout_reason")
}


class EndBeforeStart(Exception):
    """A stay cannot end before the day it began."""


@transaction.atomic
def record_stay(
    *,
    by: Any,
    person: Person,
    school_year: int,
    organisation: Organisation | None = None,
    organisation_text: str = "",
    level: str = "",
    level_code: str = "",
    class_name: str = "",
    status: str | None = None,
    dropout_reason: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    record: SourceRecord | None = None,
) -> Stay:
    """Write that a person was in a school or centre in a school year (its starting integer).

    What is unknown stays empty. Raises EndBeforeStart.
    """
    if since and until and until < since:
        raise EndBeforeStart
    stay = Stay(
        person=person,
        school_year=school_year,
        organisation=organisation,
        status=rules.known_status(status),
        since=since,
        until=until,
        record=record,
        organisation_text=organisation_text,
        level=level,
        level_code=level_code,
        class_name=class_name,
        dropout_reason=dropout_reason,
    )
    _fit(stay).save()
    history.record(stay, "record_stay", by=by)
    return stay


def _fit(stay: Stay) -> Stay:
    """Texts longer than a column are cut: the record keeps them whole."""
    for name, length in _LENGTHS.items():
        setattr(stay, name, str(getattr(stay, name) or "")[:length])
    return stay


def record_stays_of(*, by: Any, file: SourceFile, records: Iterable[SourceRecord]) -> list[Stay]:
    """Write the stays that records of a list state, once per record; returns those of all given records.

    A school is recognised inside the list's directorate by its code, else by its exact name when only one bears it;
    otherwise its name is kept as written. A row that names no school is of the school whose list it is.
    """
    records = list(records)
    known = _Bodies(file)
    stays: list[Stay] = []
    for start in range(0, len(records), CHUNK):
        stays += _record_chunk(by, file, known, records[start : start + CHUNK])
    return stays


@transaction.atomic
def _record_chunk(by: Any, file: SourceFile, known: "_Bodies", records: Sequence[SourceRecord]) -> list[Stay]:
    stays = list(Stay.unscoped.filter(record__in=[record.pk for record in records]))
    done = {stay.record_id for stay in stays}
    fresh = []
    for record in records:
        columns = rules.stay_of(record.origin, record.facts, file.season.year)
        if columns is None or record.pk in done:
            continue
        organisation, text = known.body_of(record)
        stay = bulk.new(
            Stay,
            person_id=record.person_id,
            record_id=record.pk,
            organisation_id=organisation.pk if organisation else None,
            organisation_text=text,
            **columns,
        )
        fresh.append(_fit(stay))
    bulk.insert(fresh)
    if fresh:  # one row for the list: the file of each person already says that the list named them
        history.record(file, "record_stays", by=by, details={"stays": len(fresh)})
    return stays + fresh


class _Bodies:
    """Schools and centres of a directorate by code and by name, for one list."""

    def __init__(self, file: SourceFile):
        self.file = file
        inside = Q(parent=file.directorate)
        if file.directorate.place is not None:
            inside |= Q(place_number__range=file.directorate.place.span)
        self.by_code: dict[str, Organisation] = {}
        self.by_name: dict[str, Organisation | None] = {}
        for body in Organisation.objects.filter(inside, kind__in=["SCHOOL", "CENTRE"]):
            if body.code:
                self.by_code[body.code.upper()] = body
            for name in {normalised(body.name_ar), normalised(body.name_fr)} - {""}:
                self.by_name[name] = None if name in self.by_name else body  # two of one name: neither is meant

    def body_of(self, record: SourceRecord) -> tuple[Organisation | None, str]:
        """The body that a row is about, and its name as written when it is not recognised."""
        if record.origin == SourceRecord.Origin.CENTRE_LIST:
            return self.file.organisation, ""
        code, name = record.facts.get("school_code") or "", record.facts.get("school_name") or ""
        body = self.by_code.get(code.upper()) or self.by_name.get(normalised(name))
        if body is None and not code and not name:
            return self.file.organisation, ""
        return body, "" if body else name or code


@transaction.atomic
def end_stay(*, by: Any, stay: Stay, until: dt.date) -> Stay:
    """Close a stay on a day. Raises EndBeforeStart."""
    if stay.since and until < stay.since:
        raise EndBeforeStart
    before, stay.until = stay.until, until
    stay.save(update_fields=["until"])
    history.record(
        stay,
        "end_stay",
        by=by,
        details={"until": until.isoformat(), "before": before.isoformat() if before else None},
    )
    return stay
