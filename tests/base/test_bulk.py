"""Rows written at once are the rows that Django would have written one by one: a list must not change by its size."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from istidrak.base import bulk, days
from istidrak.people.models import Person, SourceFile, SourceRecord, Tie

pytestmark = pytest.mark.django_db


def _records(officer, season, directorate, count):
    file = SourceFile.objects.create(
        name="x", digest="d", layout="SCHOOL_LIST", season=season, directorate=directorate,
        received_by=officer, received_at=days.now(),
    )  # fmt: skip
    persons = [
        Person(
            first_name_ar="سعيد\t'\"\\",
            last_name_fr="N'Aït\nÉ",
            sex=("F", None)[n % 2],
            birth_date=dt.date(2010, 2, 3),
        )
        for n in range(count)
    ]
    bulk.insert(persons)
    return [
        SourceRecord(
            person=person, origin="SCHOOL_LIST", file=file, row=n, raw=[["رمز", "J1"]], facts={"a": None, "ب": "\\N"},
            season=season, recorded_by=officer, recorded_at=days.now(),
        )
        for n, person in enumerate(persons)
    ]  # fmt: skip


def test_what_is_read_back_is_what_was_given(officer, season, directorate):
    records = _records(officer, season, directorate, 3)
    bulk.insert(records)
    for given in records:
        read = SourceRecord.unscoped.get(pk=given.pk)
        for field in SourceRecord._meta.concrete_fields:
            assert getattr(read, field.attname) == getattr(given, field.attname), field.name
        person = Person.unscoped.get(pk=given.person_id)
        for field in Person._meta.concrete_fields:
            assert getattr(person, field.attname) == getattr(given.person, field.attname), field.name


def test_keys_go_on_after_and_before_rows_written_one_by_one(officer):
    first = Person.unscoped.create()
    some = [Person(), Person()]
    bulk.insert(some)
    last = Person.unscoped.create()
    assert len({first.pk, *(row.pk for row in some), last.pk}) == 4
    assert first.pk < some[0].pk < some[1].pk < last.pk


def test_a_row_that_is_there_already_is_refused_and_nothing_of_the_part_stays(officer, season, directorate):
    records = _records(officer, season, directorate, 2)
    records[1].row = records[0].row
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(records)
    assert not SourceRecord.unscoped.exists()


def test_unknown_stays_unknown(officer, make_person):
    person = Person.unscoped.get(pk=make_person().pk)
    tie = Tie(person=person, reason="NAMED", since=dt.date(2025, 9, 1))
    bulk.insert([tie])
    read = Tie.objects.get(pk=tie.pk)
    assert (read.place_number, read.organisation_id, read.until) == (None, None, None)
