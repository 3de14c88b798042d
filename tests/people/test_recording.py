"""Recording rows, entries by hand, corrections, verified codes."""

import datetime as dt
import uuid

import pytest

from istidrak.base import history
from istidrak.base.models import History
from istidrak.people.actions import (
    MassarCodeTaken,
    StaleVersion,
    correct,
    record_by_hand,
    record_rows,
    verify_massar_code,
)
from istidrak.people.models import Person, SourceRecord

from .conftest import SOUAD, Row

pytestmark = pytest.mark.django_db


def test_each_row_is_a_record_and_a_provisional_person(make_file, officer):
    file = make_file("CARAVAN_LIST")
    rows = [
        Row(
            3,
            SOUAD,
            raw=[("الاسم", "سعاد")],
            problems=[{"column": "a", "reason": "X", "params": {"d": dt.date(2020, 1, 2)}}],
        ),
        Row(5, {"full_name_ar": "محمد العلوي"}, status="INCOMPLETE"),
        Row(6, {}, status="REFUSED"),
    ]
    first, second = record_rows(by=officer, file=file, rows=rows)
    first.refresh_from_db()
    assert (first.origin, first.row, first.is_complete, first.recorded_by) == ("CARAVAN_LIST", 3, True, officer)
    assert first.raw == [["الاسم", "سعاد"]]
    assert first.facts["birth_date"] == "2009-05-14"
    assert first.problems[0]["params"] == {"d": "2020-01-02"}
    assert not SourceRecord.unscoped.get(pk=second.pk).is_complete
    person = Person.unscoped.get(pk=first.person_id)
    assert person.is_provisional
    assert (person.name_ar, person.birth_date, person.birth_year) == ("سعاد المنصوري", dt.date(2009, 5, 14), 2009)
    assert [h.verb for h in history.of_threads([person])] == ["record_row"]


def test_a_row_that_says_nothing_of_a_fact_leaves_it_unknown(record_list):
    (record,) = record_list({"full_name_ar": "محمد العلوي", "birth_year": 2010})
    person = Person.unscoped.get(pk=record.person_id)
    assert (person.sex, person.birth_date, person.birth_year) == (None, None, 2010)
    assert person.name_fr == "" and person.massar_code == ""


def test_the_same_rows_again_write_nothing(make_file, officer):
    file, rows = make_file(), [Row(n, {"full_name_ar": f"محمد {n}"}) for n in range(2, 8)]
    first = record_rows(by=officer, file=file, rows=rows[:3])
    counts = Person.unscoped.count(), SourceRecord.unscoped.count(), History.objects.count()
    assert [r.pk for r in record_rows(by=officer, file=file, rows=rows[:3])] == [r.pk for r in first]
    assert (Person.unscoped.count(), SourceRecord.unscoped.count(), History.objects.count()) == counts
    again = record_rows(by=officer, file=file, rows=rows)
    assert [r.pk for r in again[:3]] == [r.pk for r in first]
    assert SourceRecord.unscoped.filter(file=file).count() == 6


def test_rows_are_written_in_a_fixed_number_of_queries(make_file, officer, django_assert_max_num_queries):
    file = make_file()
    with django_assert_max_num_queries(60):  # batches of the driver, not one query per row
        record_rows(by=officer, file=file, rows=[Row(n, SOUAD) for n in range(2, 402)])


def test_a_text_too_long_for_a_list_stays_whole_in_the_record(record_list):
    (record,) = record_list({"full_name_ar": "م" * 500})
    assert len(Person.unscoped.get(pk=record.person_id).full_name_ar) == 240
    assert len(SourceRecord.unscoped.get(pk=record.pk).facts["full_name_ar"]) == 500


def test_a_form_sent_twice_is_one_person(officer, season):
    submission = uuid.uuid4()
    first = record_by_hand(
        by=officer, season=season, facts={"first_name_ar": "علي", "sex": ""}, submission=submission
    )
    again = record_by_hand(by=officer, season=season, facts={"first_name_ar": "علي"}, submission=submission)
    assert first == again
    assert "sex" not in first.facts
    assert Person.unscoped.count() == 1
    assert not Person.unscoped.get().is_provisional


def test_a_correction_is_a_new_record_of_the_changed_facts_only(record_list, officer):
    (record,) = record_list(SOUAD)
    written = correct(
        by=officer,
        person=record.person,
        version=1,
        changes={"sex": "F", "phone": "0670000000", "first_name_ar": "سعاد"},
    )
    assert (written.origin, written.facts) == ("CORRECTION", {"phone": "0670000000"})
    person = Person.unscoped.get(pk=record.person_id)
    assert (person.phone, person.version) == ("0670000000", 2)
    assert SourceRecord.unscoped.get(pk=record.pk).facts["phone"] == "0661234567"


def test_a_correction_of_nothing_writes_nothing(record_list, officer):
    (record,) = record_list(SOUAD)
    assert correct(by=officer, person=record.person, version=1, changes={"sex": "F"}) is None
    assert Person.unscoped.get().version == 1


def test_a_correction_sent_twice_is_one(record_list, officer):
    (record,) = record_list(SOUAD)
    form = {"by": officer, "person": record.person, "version": 1, "submission": uuid.uuid4()}
    first = correct(changes={"phone": "0670000000"}, **form)
    assert correct(changes={"phone": "0670000000"}, **form) == first
    assert Person.unscoped.get().version == 2


def test_the_second_of_two_editors_is_told_field_by_field(record_list, officer, other_officer):
    (record,) = record_list(SOUAD)
    correct(
        by=other_officer, person=record.person, version=1, changes={"phone": "0611111111", "guardian_name": "علي"}
    )
    correct(by=other_officer, person=record.person, version=2, changes={"phone": "0622222222"})
    with pytest.raises(StaleVersion) as told:
        correct(by=officer, person=record.person, version=1, changes={"phone": "0633333333", "sex": "M"})
    change = told.value.conflicts["phone"]
    assert told.value.fields == ["phone"]
    assert told.value.version == 3
    assert (change.base, change.theirs, change.by) == ("0661234567", "0622222222", other_officer)
    assert Person.unscoped.get().sex == "F", "nothing of a refused correction is written"


def test_changes_of_others_to_other_facts_do_not_stand_in_the_way(record_list, officer, other_officer):
    (record,) = record_list(SOUAD)
    correct(by=other_officer, person=record.person, version=1, changes={"guardian_name": "علي"})
    correct(by=officer, person=record.person, version=1, changes={"phone": "0633333333"})
    person = Person.unscoped.get()
    assert (person.guardian_name, person.phone, person.version) == ("علي", "0633333333", 3)


def test_facts_that_belong_together_are_told_together(record_list, officer, other_officer):
    (record,) = record_list(SOUAD)
    correct(by=other_officer, person=record.person, version=1, changes={"birth_date": dt.date(2010, 5, 14)})
    with pytest.raises(StaleVersion) as told:
        correct(by=officer, person=record.person, version=1, changes={"birth_date": dt.date(2009, 5, 15)})
    assert "birth_year" in told.value.fields and "birth_date" in told.value.fields


def test_two_editors_who_wrote_the_same_agree(record_list, officer, other_officer):
    (record,) = record_list(SOUAD)
    correct(by=other_officer, person=record.person, version=1, changes={"phone": "0611111111"})
    assert correct(by=officer, person=record.person, version=1, changes={"phone": "0611111111"}) is None


def test_a_fact_may_be_declared_unknown(record_list, officer):
    (record,) = record_list(SOUAD)
    correct(by=officer, person=record.person, version=1, changes={"massar_code": "", "birth_date": None})
    person = Person.unscoped.get()
    assert person.massar_code == "" and person.birth_date is None


def test_an_unknown_fact_is_refused(record_list, officer):
    (record,) = record_list(SOUAD)
    with pytest.raises(ValueError, match="nickname"):
        correct(by=officer, person=record.person, version=1, changes={"nickname": "x"})


def test_a_code_is_verified_for_one_person_only(record_list, officer):
    one, two = record_list(SOUAD, {**SOUAD, "first_name_ar": "سعيدة"})
    verify_massar_code(by=officer, person=one.person)
    assert Person.unscoped.get(pk=one.person_id).is_massar_verified
    with pytest.raises(MassarCodeTaken) as taken:
        verify_massar_code(by=officer, person=two.person)
    assert taken.value.other.pk == one.person_id


def test_a_corrected_code_is_no_longer_verified(record_list, officer):
    (record,) = record_list(SOUAD)
    verify_massar_code(by=officer, person=record.person)
    correct(by=officer, person=record.person, version=2, changes={"massar_code": "J130000002"})
    assert not Person.unscoped.get().is_massar_verified


def test_correcting_back_to_a_code_that_another_verified_meanwhile_is_refused(record_list, officer):
    one, two = record_list(SOUAD, {"full_name_ar": "سعاد المنصوري"})
    verify_massar_code(by=officer, person=one.person)
    correct(by=officer, person=one.person, version=2, changes={"massar_code": "J130000002"})
    verify_massar_code(by=officer, person=two.person, code="J130000001")
    with pytest.raises(MassarCodeTaken):
        correct(by=officer, person=one.person, version=3, changes={"massar_code": "J130000001"})
    assert Person.unscoped.get(pk=one.person_id).massar_code == "J130000002"
