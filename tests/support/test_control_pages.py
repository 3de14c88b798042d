"""The directorate's pages: who is late, schools drawn, what a visit found."""

import datetime as dt

import pytest
from django.urls import reverse

from istidrak.accounts.roles import GeneralSupervisor, SchoolHead, SupportCoordinator
from istidrak.base import days
from istidrak.organisations.models import Organisation
from istidrak.support.actions import absences, control
from istidrak.support.models import ControlVisit
from istidrak.support.queries import control as queries
from istidrak.support.rules.absences import Counts

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


def test_a_school_is_late_since_its_last_step(village, second, signers, settings, make_user, school):
    """Since when decides who is called first: the supervisor who never began, or the head who lets it wait."""
    village.family("5AP")
    village.family("5AP", school=second)
    supervisor, head = make_user(GeneralSupervisor, school), make_user(SchoolHead, school)
    scope = signers["SUPPORT_COORDINATOR"].scope_as(SupportCoordinator)

    def since():
        return {row.school.code: row.since for row in queries.late(scope, 201810)}

    assert set(since().values()) == {dt.date(2018, 11, 1)}
    settings.PINNED_TODAY = dt.date(2018, 11, 14)
    sheet = absences.open_sheet(by=supervisor, school=school, month=201810)
    absences.no_absence(by=supervisor, sheet=sheet)
    assert since() == {school.code: dt.date(2018, 11, 14), "70001A": dt.date(2018, 11, 1)}
    settings.PINNED_TODAY = dt.date(2018, 11, 20)
    absences.return_with_remark(by=head, sheet=sheet, reason="القسم الثاني ناقص")
    assert since()[school.code] == dt.date(2018, 11, 20)


def test_what_a_visit_found_is_asked_of_the_school_until_corrected(
    village, school, directorate, signers, coordinator, make_user, client_of, settings
):
    """Found and told to nobody, a wrong sheet pays as if it were right."""
    pupils = village.family("5AP", "6AP")
    (sheet,) = village.sheets(months=(201810,))
    by, head = signers["SUPPORT_COORDINATOR"], make_user(SchoolHead, school)
    usual, settings.PINNED_TODAY = settings.PINNED_TODAY, dt.date(2018, 11, 10)
    said = {"by": head, "sheet": sheet, "reason": "شهادة طبية", "version": 0}
    absences.correct(**said, registration=pupils[0], counts=Counts(1))  # before the visit: no answer to it
    version = pupils[0].absences.get().version
    (visit,) = control.draw(by=by, directorate=directorate, month=201810)
    settings.PINNED_TODAY = usual
    found = {"pupils_seen": 2, "pupils_differing": 2, "found": "غيابان لم يسجلا"}
    control.report(by=by, visit=visit, visited_date=dt.date(2018, 11, 20), **found)
    months, own = reverse("support:absences"), reverse("support:sheet", kwargs={"sheet": sheet.uuid})
    client = client_of(head)
    assert client.get(months).context["to_correct"] == [201810]
    assert client.get(own).context["difference"].is_open
    assert "عدد المصححين منذ ذلك: 0" in (html := client.get(own).content.decode())
    assert "لا شيء" not in html  # nothing to do is not said beside what is asked
    assert coordinator.get(VISITS).context["page"].rows[0][1].corrected == 0
    absences.correct(**said | {"version": version}, registration=pupils[0], counts=Counts(2))
    assert client.get(own).context["difference"].corrected == 1
    absences.correct(**said, registration=pupils[1], counts=Counts(0, 1))
    assert client.get(months).context["to_correct"] == []
    assert not client.get(own).context["difference"].is_open


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
    for number in range(many):
        other = Organisation.objects.create(
            kind="SCHOOL", code=f"7000{number}B", name_fr="…", place_number=school.place_number
        )
        village.family("5AP", school=other)
        by = signers["SUPPORT_COORDINATOR"]
        made = {"visited_date": dt.date(2018, 11, 20), "pupils_seen": 9, "pupils_differing": 2, "state": "DONE"}
        ControlVisit.unscoped.create(school=other, month=201810, seed="1", drawn_by=by, drawn_at=days.now(), **made)
        village.sheets(school=other, months=(201810,), state="ENTERED")
    for address in (LATE, VISITS):
        coordinator.get(address)
    with django_assert_num_queries(10):
        coordinator.get(LATE)
    with django_assert_num_queries(11):
        coordinator.get(VISITS)
