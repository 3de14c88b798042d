"""What would be lost: a number that nobody can open, or one through which a reader of totals finds a child."""

import datetime as dt

import pytest
from django.urls import reverse

from istidrak.desk.queries.season_page import small_cells_hidden
from istidrak.outreach.models import Case
from istidrak.people.models import Person
from istidrak.training.models import Enrolment, Group

pytestmark = pytest.mark.django_db
INSTANT = dt.datetime(2025, 9, 10, 10, tzinfo=dt.UTC)


@pytest.fixture
def named(make_person, season, directorate):
    def make(**facts):
        person = make_person(**facts)
        Case.unscoped.create(season=season, person=person, directorate=directorate, opened_at=INSTANT)
        return person

    return make


def _row(page, code):
    return next(row for row in page.context["rows"] if row["definition"].code == code)


def test_each_number_is_the_length_of_the_list_behind_it(named, officer, client_of):
    for n in range(3):
        named(first_name_ar=f"سعاد{n}", sex="F")
    named(first_name_ar="عمر")
    client = client_of(officer)
    row = _row(client.get(reverse("desk:season", args=[2025])), "named")
    assert (row["total"], row["girls"], row["boys"], row["unknown"]) == (4, 3, 0, 1)  # unknown is not a boy
    behind = client.get(reverse("desk:season_people", args=[2025, "named"]))
    assert len(behind.context["page"].rows) == row["total"]


def test_a_person_merged_into_another_is_counted_once(named, officer, client_of):
    kept, other = named(first_name_ar="سعاد", sex="F"), named(first_name_ar="سعاد", sex="F")
    Person.unscoped.filter(pk=other.pk).update(merged_into=kept)
    assert _row(client_of(officer).get(reverse("desk:season", args=[2025])), "named")["total"] == 1


def test_another_province_is_not_counted(named, other_officer, client_of):
    named(first_name_ar="سعاد", sex="F")
    assert _row(client_of(other_officer).get(reverse("desk:season", args=[2025])), "named")["total"] == 0


def test_a_reader_of_totals_sees_no_cell_under_five_and_no_names(named, reader, client_of):
    for n in range(4):
        named(first_name_ar=f"سعاد{n}", sex="F")
    client = client_of(reader)
    page = client.get(reverse("desk:season", args=[2025]))
    assert _row(page, "named")["total"] is None
    assert client.get(reverse("desk:season_people", args=[2025, "named"])).status_code == 403
    assert client.get(reverse("desk:season", args=[2025]), {"format": "xlsx"}).status_code == 200


def test_a_hidden_cell_cannot_be_found_by_subtraction():
    rows = small_cells_hidden([{"total": 20, "girls": 17, "boys": 3, "unknown": 0}])
    assert rows == [{"total": 20, "girls": None, "boys": None, "unknown": None}]


def test_who_left_the_group_is_not_in_it_today(named, officer, centre, programme, season, client_of):
    person = named(first_name_ar="سعاد", sex="F")
    group = Group.unscoped.create(season=season, centre=centre, programme=programme, name="1")
    Enrolment.unscoped.create(
        person=person,
        group=group,
        enrolled_date=dt.date(2025, 10, 6),
        state="DROPPED_OUT",
        left_date=dt.date(2025, 11, 3),
    )
    page = client_of(officer).get(reverse("desk:season", args=[2025]))
    assert page.context["programmes"] == []
    assert _row(page, "enrolled")["total"] == 1  # enrolled in the season, whatever became of her


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_and_three(rows, named, officer, client_of, django_assert_num_queries):
    for n in range(rows):
        named(first_name_ar=f"سعاد{n}")
    client = client_of(officer)
    with django_assert_num_queries(14):
        client.get(reverse("desk:season", args=[2025]))
