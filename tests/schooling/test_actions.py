"""Stays: recorded by hand, from lists, ended."""

import datetime as dt

import pytest

from istidrak.base.models import AnonymousWrite, History
from istidrak.schooling.actions import EndBeforeStart, end_stay, record_stay, record_stays_of
from istidrak.schooling.models import Stay
from istidrak.schooling.queries import last_known_level, stays

pytestmark = pytest.mark.django_db
ROW = {
    "full_name_ar": "محمد العلوي",
    "level": "الثانية إعدادي",
    "level_code": "2AC",
    "class_name": "2APIC-3",
    "status": "غير ملتحق",
    "status_code": "NOT_REJOINED",
}


def _stays_of(officer, records):
    return record_stays_of(by=officer, file=records[0].file, records=records)


def test_a_school_is_recognised_by_code_then_by_name_else_kept_as_written(record_list, officer, school):
    records = record_list(
        {**ROW, "school_code": school.code.lower(), "school_name": "كما كتب"},
        {**ROW, "school_name": " الثانوية الاعدادية الساقيه "},
        {**ROW, "school_name": "إعدادية مجهولة"},
    )
    by_code, by_name, unknown = _stays_of(officer, records)
    assert (by_code.organisation, by_code.organisation_text) == (school, "")
    assert by_name.organisation == school
    assert (unknown.organisation, unknown.organisation_text) == (None, "إعدادية مجهولة")


def test_a_school_of_another_province_is_not_recognised(record_list, officer, school, other_school):
    (stay,) = _stays_of(officer, record_list({**ROW, "school_code": other_school.code}))
    assert (stay.organisation, stay.organisation_text) == (None, other_school.code)


def test_two_schools_of_one_name_are_not_guessed(record_list, officer, school, directorate):
    type(school).objects.create(
        kind="SCHOOL", code="83110L", name_ar=school.name_ar, place_number=directorate.place.low, parent=directorate
    )
    (stay,) = _stays_of(officer, record_list({**ROW, "school_name": school.name_ar}))
    assert stay.organisation is None and stay.organisation_text == school.name_ar


def test_a_row_without_a_school_is_of_the_school_whose_list_it_is(record_list, officer, school):
    records = record_list(ROW)
    records[0].file.organisation = school
    (stay,) = _stays_of(officer, records)
    assert stay.organisation == school
    assert (stay.school_year, stay.level, stay.level_code, stay.status) == (2025, ROW["level"], "2AC", "NOT_REJOINED")


def test_the_same_records_again_write_no_second_stay(record_list, officer):
    records = record_list(ROW, ROW)
    first = _stays_of(officer, records)
    assert {stay.pk for stay in _stays_of(officer, records)} == {stay.pk for stay in first}
    assert Stay.unscoped.count() == 2


def test_a_caravan_row_gives_a_level_without_a_year_and_no_stay(record_list, officer):
    records = record_list(
        {"full_name_ar": "علي", "level": "السادسة ابتدائي", "level_code": "6AP"}, layout="CARAVAN_LIST"
    )
    assert _stays_of(officer, records) == []
    last = last_known_level(records[0].person)
    assert (last.level, last.level_code, last.school_year) == ("السادسة ابتدائي", "6AP", None)


def test_a_centre_list_says_where_not_at_what_level(record_list, officer, centre):
    records = record_list(
        {"full_name_ar": "علي", "level": "السادسة ابتدائي", "registration_date": dt.date(2025, 10, 6)},
        layout="CENTRE_LIST",
    )
    records[0].file.organisation = centre
    (stay,) = _stays_of(officer, records)
    stay.refresh_from_db()
    assert (stay.organisation, stay.level, stay.since) == (centre, "", dt.date(2025, 10, 6))


def test_an_unrecognised_status_stays_unknown(record_list, officer):
    (stay,) = _stays_of(officer, record_list({**ROW, "status_code": "SOMETHING"}))
    assert stay.status is None


def test_the_last_level_is_that_of_the_newest_year(make_person, officer):
    person = make_person()
    record_stay(by=officer, person=person, school_year=2022, level="السادسة ابتدائي")
    record_stay(by=officer, person=person, school_year=2024, level="الأولى إعدادي", level_code="1AC")
    record_stay(by=officer, person=person, school_year=2025)
    assert last_known_level(person).level_code == "1AC"
    assert [stay.school_year for stay in stays(person)] == [2025, 2024, 2022]


def test_nobody_says_a_level(make_person):
    assert last_known_level(make_person()) is None


def test_a_stay_ends_on_a_day_and_not_before_it_began(make_person, officer):
    stay = record_stay(by=officer, person=make_person(), school_year=2025, since=dt.date(2025, 10, 6))
    with pytest.raises(EndBeforeStart):
        end_stay(by=officer, stay=stay, until=dt.date(2025, 10, 5))
    end_stay(by=officer, stay=stay, until=dt.date(2025, 10, 6))
    stay.refresh_from_db()
    assert stay.until == dt.date(2025, 10, 6)
    assert History.objects.filter(verb="end_stay").count() == 1
    with pytest.raises(EndBeforeStart):
        record_stay(
            by=officer, person=stay.person, school_year=2025, since=dt.date(2025, 2, 1), until=dt.date(2025, 1, 1)
        )


def test_nobody_writes_without_a_name(make_person):
    with pytest.raises(AnonymousWrite):
        record_stay(by=None, person=make_person(), school_year=2025)


def test_stays_are_inside_the_scope_of_their_person(make_person, officer, other_officer):
    from istidrak.accounts import roles

    stay = record_stay(by=officer, person=make_person(), school_year=2025)
    inside = Stay.objects.visible_to(officer.scope_as(roles.DirectorateOfficer))
    outside = Stay.objects.visible_to(other_officer.scope_as(roles.DirectorateOfficer))
    assert (list(inside), list(outside)) == ([stay], [])
