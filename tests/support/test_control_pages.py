"""The directorate's pages: who is late, schools drawn, what a visit found."""

import pytest
from django.urls import reverse

from istidrak.accounts.roles import SupportCoordinator
from istidrak.organisations.models import Organisation
from istidrak.support.models import ControlVisit

pytestmark = pytest.mark.django_db
LATE, VISITS = reverse("support:absences_late"), reverse("support:visits")


@pytest.fixture
def coordinator(signers, client_of):
    return client_of(signers["SUPPORT_COORDINATOR"])


@pytest.fixture
def second(directorate, school):
    return Organisation.objects.create(
        kind="SCHOOL", code="70001A", name_fr="Deuxième", place_number=school.place_number, parent=directorate
    )


def test_schools_stand_as_late_until_their_month_is_validated(village, second, coordinator):
    village.family("5AP")
    village.family("5AP", school=second)
    (sheet,) = village.sheets(school=second, months=(201810,), state="ENTERED")
    html = coordinator.get(LATE, {"month": "201810"}).content.decode()
    assert html.count("<tr>") == 3  # the heading and both schools
    type(sheet).unscoped.update(state="VALIDATED")
    html = coordinator.get(LATE, {"month": "201810"}).content.decode()
    assert html.count("<tr>") == 2
    assert "70001A" not in html


def test_months_that_are_no_month_show_the_latest(village, coordinator):
    village.family("5AP")
    for asked in ("", "abc", "201807", "9" * 40):
        assert coordinator.get(LATE, {"month": asked}).status_code == 200


def test_a_month_is_drawn_and_its_visit_written(village, coordinator, directorate):
    village.family("5AP")
    village.sheets(months=(201810,))
    data = {"directorate": directorate.pk, "month": "201810", "seed": ""}
    coordinator.post(VISITS, data)
    visit = ControlVisit.unscoped.get()
    assert "aria-invalid" in coordinator.post(VISITS, data).content.decode()
    address = reverse("support:visit", kwargs={"visit": visit.uuid})
    said = {"visited_date": "2018-11-20", "pupils_seen": "40", "pupils_differing": "41", "found": "حضور لم يسجل"}
    html = coordinator.post(address, said).content.decode()
    assert "aria-invalid" in html
    assert "حضور لم يسجل" in html
    coordinator.post(address, {**said, "pupils_differing": "2"})
    visit.refresh_from_db()
    assert (visit.state, visit.pupils_differing) == ("DONE", 2)
    assert "حضور لم يسجل" in coordinator.get(address).content.decode()


def test_readers_read_and_do_not_draw(village, directorate, other_directorate, officer, make_user, client_of):
    village.sheets(months=(201810,))
    data = {"directorate": directorate.pk, "month": "201810", "seed": ""}
    assert client_of(officer).get(VISITS).status_code == 200
    assert client_of(officer).post(VISITS, data).status_code == 403
    client_of(make_user(SupportCoordinator, other_directorate)).post(VISITS, data)
    assert not ControlVisit.unscoped.exists()


@pytest.mark.parametrize("many", [1, 3])
def test_lists_ask_the_same_number_of_questions(
    village, school, coordinator, signers, many, django_assert_num_queries
):
    from istidrak.base import days

    for number in range(many):
        other = Organisation.objects.create(
            kind="SCHOOL", code=f"7000{number}B", name_fr="…", place_number=school.place_number
        )
        village.family("5AP", school=other)
        by = signers["SUPPORT_COORDINATOR"]
        ControlVisit.unscoped.create(school=other, month=201810, seed="1", drawn_by=by, drawn_at=days.now())
    for address in (LATE, VISITS):
        coordinator.get(address)
    with django_assert_num_queries(9):
        coordinator.get(LATE)
    with django_assert_num_queries(9):
        coordinator.get(VISITS)
