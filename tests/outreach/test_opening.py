"""A case is opened once a season, by a list or by hand, and nobody who was found is lost behind an old mark."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from istidrak.base.models import History
from istidrak.outreach.actions import open_case, open_cases
from istidrak.outreach.actions.opening import CHUNK
from istidrak.outreach.models import Case
from istidrak.people.models import Person, SourceFile, SourceRecord, Tie

from ..conftest import TODAY

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2025, 9, 20, 10, tzinfo=dt.UTC)


@pytest.fixture
def make_records(season, directorate, officer):
    """Records of a list, each of its own person unless `person` is given."""

    def make(*rows, origin="SCHOOL_LIST", organisation=None):
        file = SourceFile.objects.create(
            name="list.xlsx",
            digest=f"{SourceFile.objects.count():064d}",
            layout=origin,
            season=season,
            directorate=directorate,
            organisation=organisation,
            received_by=officer,
            received_at=NOW,
        )
        records = []
        for number, row in enumerate(rows, start=2):
            facts = dict(row)
            person = facts.pop("person", None) or Person.unscoped.create(full_name_ar="سعاد المنصوري")
            records.append(
                SourceRecord.unscoped.create(
                    person=person,
                    origin=origin,
                    file=file,
                    row=number,
                    facts=facts,
                    season=season,
                    recorded_by=officer,
                    recorded_at=NOW,
                )
            )
        return records

    return make


@pytest.fixture
def open_list(season, directorate, officer, make_records):
    def open_(*rows, origin="SCHOOL_LIST", organisation=None, of=None):
        records = make_records(*rows, origin=origin, organisation=organisation)
        return open_cases(by=officer, records=records, season=season, directorate=of or directorate, origin=origin)

    return open_


def test_a_school_list_gives_cases_that_the_school_marks(open_list, school, directorate):
    """The head must find the pupils of the school, and only the school and the directorate may see them."""
    (case,) = open_list({"school_code": school.code, "quarter": "حي الوحدة"})
    assert (case.state, case.school, case.quarter) == ("NAMED", school, "حي الوحدة")
    ties = Tie.objects.filter(person=case.person).values_list("reason", "place_number", "organisation")
    assert set(ties) == {("NAMED", directorate.place_number, None), ("NAMED", None, school.pk)}


def test_a_row_without_a_code_is_of_the_school_it_names_or_of_the_school_that_sent_the_list(open_list, school):
    by_name, by_file = open_list({"school_name": " الثانوية الإعدادية  الساقية"}, {}, organisation=school)
    assert (by_name.school_id, by_file.school_id) == (school.pk, school.pk)


def test_a_school_of_another_directorate_is_not_let_in(open_list, other_school):
    """A code mistyped by one digit must not show a child to a school 800 km away; the case waits for nobody."""
    (case,) = open_list({"school_code": other_school.code})
    assert case.school is None
    assert case.state == "TO_VISIT"
    assert not Tie.objects.filter(organisation=other_school).exists()


def test_a_caravan_row_is_found_on_its_day_and_needs_no_mark(open_list, school):
    (case,) = open_list(
        {"contact_date": "2025-09-20", "quarter": "المرسى", "wish": "الحلاقة", "school_code": school.code},
        origin="CARAVAN_LIST",
    )
    assert (case.state, case.is_found, case.found_at) == ("TO_VISIT", True, dt.date(2025, 9, 20))
    assert (case.quarter, case.wish, case.school) == ("المرسى", "الحلاقة", None)
    assert case.first_contact_date is None
    tie = Tie.objects.get(person=case.person)
    assert (tie.reason, tie.since) == ("FOUND", dt.date(2025, 9, 20))


def test_a_caravan_row_without_a_day_is_found_on_an_unknown_day(open_list):
    """The day of the import is not the day of the meeting: it is not written in its place."""
    (case,) = open_list({}, origin="CARAVAN_LIST")
    assert (case.is_found, case.found_at) == (True, None)


def test_a_centre_sees_the_learners_of_its_list(open_list, centre):
    (case,) = open_list({}, origin="CENTRE_LIST", organisation=centre)
    assert Tie.objects.filter(person=case.person, organisation=centre).exists()
    assert (case.state, case.is_found) == ("NAMED", False)


def test_one_case_a_season_whatever_the_lists(open_list, make_person, school):
    """Two lists, and twice on one list: one file, one case, completed by each."""
    person = make_person()
    first, twin = open_list({"person": person, "school_code": school.code}, {"person": person, "quarter": "المرسى"})
    (again,) = open_list({"person": person, "address": "زنقة 4", "quarter": "حي آخر"})
    assert first.pk == twin.pk == again.pk == Case.unscoped.get(person=person).pk
    kept = Case.unscoped.get(pk=first.pk)
    assert (kept.quarter, kept.address, kept.school) == ("المرسى", "زنقة 4", school)
    assert Tie.objects.filter(person=person, organisation=school).count() == 1


def test_another_season_is_another_case(open_list, make_person, season, directorate, officer):
    from istidrak.programmes.models import Season

    person = make_person()
    open_list({"person": person})
    next_season = Season.objects.create(year=2026)
    case = open_case(by=officer, person=person, season=next_season, directorate=directorate)
    assert Case.unscoped.filter(person=person).count() == 2
    assert case.season == next_season


def test_struck_out_by_the_school_then_met_by_the_caravan_is_to_contact_again(open_list, make_person, school):
    """The school thought that the child came back; the caravan met the child at home in school hours."""
    person = make_person()
    (case,) = open_list({"person": person, "school_code": school.code})
    Case.unscoped.filter(pk=case.pk).update(state="STRUCK_OUT", mark="CAME_BACK")
    open_list({"person": person, "contact_date": "2025-10-02"}, origin="CARAVAN_LIST")
    case.refresh_from_db()
    assert (case.state, case.mark, case.found_at) == ("TO_VISIT", "CAME_BACK", dt.date(2025, 10, 2))
    line = History.objects.get(subject=f"outreach.case:{case.pk}", verb="find")
    assert (line.before, line.thread) == ("STRUCK_OUT", f"people.person:{person.pk}")
    assert line.reason


@pytest.mark.parametrize("state", ["CLOSED", "ARRIVED", "STRUCK_OUT"])
def test_a_list_does_not_open_a_finished_case_again_but_notes_it(open_list, make_person, school, state):
    """A school sends the same list again in October: what was decided since must stand, and be seen."""
    person = make_person()
    (case,) = open_list({"person": person, "school_code": school.code})
    Case.unscoped.filter(pk=case.pk).update(state=state)
    open_list({"person": person, "school_code": school.code})
    assert Case.unscoped.get(person=person).state == state
    assert History.objects.filter(subject=f"outreach.case:{case.pk}", verb="named_again", before=state).count() == 1


def test_a_case_of_another_directorate_is_shared_not_doubled(
    open_list, make_person, other_directorate, directorate, officer, other_officer
):
    """A family moved: the second directorate sees the person, and the one following stays the first."""
    person = make_person()
    (case,) = open_list({"person": person})
    open_list({"person": person}, of=other_directorate)
    assert Case.unscoped.get(person=person).directorate == directorate
    scope = other_officer.scope_as(*other_officer.roles)
    assert Case.objects.visible_to(scope).filter(pk=case.pk).exists()


def test_a_row_of_a_person_merged_into_another_names_the_other(open_list, make_person):
    person, absorbed = make_person(), make_person()
    Person.unscoped.filter(pk=absorbed.pk).update(merged_into=person)
    (case,) = open_list({"person": absorbed})
    assert case.person_id == person.pk


def test_by_hand(season, directorate, officer, school, make_person):
    person = make_person()
    waiting = open_case(by=officer, person=person, season=season, directorate=directorate, school=school)
    assert waiting.state == "NAMED"
    found = open_case(
        by=officer, person=person, season=season, directorate=directorate, quarter="المرسى", found_on=TODAY
    )
    assert found.pk == waiting.pk
    assert (found.state, found.quarter, found.is_found) == ("TO_VISIT", "المرسى", True)
    alone = open_case(by=officer, person=make_person(), season=season, directorate=directorate)
    assert alone.state == "TO_VISIT"  # no school could mark it


def test_a_long_list_costs_few_visits_to_the_database(open_list, make_records, season, directorate, officer, school):
    """A country's list of 100,000 rows, one query at a time, would take the night."""

    def queries(number):
        records = make_records(*({"school_code": school.code} for _ in range(number)))
        with CaptureQueriesContext(
            connection,
        ) as context:
            open_cases(by=officer, records=records, season=season, directorate=directorate, origin="SCHOOL_LIST")
        return len(context)

    few = queries(3)
    assert queries(CHUNK // 8) <= few + 3  # bulk rows are written in a few statements on SQLite
