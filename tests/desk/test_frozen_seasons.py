"""What would be lost: last season's figures that move while they are being compared with."""

import datetime as dt

import pytest
from django.urls import reverse

from istidrak.desk.actions import freezing
from istidrak.desk.models import FrozenFigure
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Case
from istidrak.programmes.models import Season
from istidrak.training.models import Enrolment, Group

pytestmark = pytest.mark.django_db


@pytest.fixture
def few_bodies(directorate):
    """A country of one directorate: what is frozen of the 93 others is tried once, by the test of every body."""
    for kind in ("DIRECTORATE", "ACADEMY"):
        Organisation.objects.filter(kind=kind).exclude(pk__in=(directorate.pk, directorate.parent_id)).delete()


@pytest.fixture
def last_season():
    return Season.objects.create(year=2024, state="CLOSED")


@pytest.fixture
def learners(last_season, centre, programme, make_person, directorate):
    group = Group.unscoped.create(season=last_season, centre=centre, programme=programme, name="1")
    rows = []
    for n, sex in enumerate(("F", "F", "M", None)):
        person = make_person(first_name_ar=f"سعاد{n}", sex=sex, birth_year=2008 + n if sex else None)
        Case.unscoped.create(
            season=last_season,
            person=person,
            directorate=directorate,
            opened_at=dt.datetime(2024, 9, 10, tzinfo=dt.UTC),
        )
        rows.append(Enrolment.unscoped.create(person=person, group=group, enrolled_date=dt.date(2024, 10, 7)))
    return rows


def _value(body, **cell):
    return FrozenFigure.objects.get(organisation=body, **{"programme": "", "sex": "", "age": None, **cell}).value


def test_every_body_is_stored_and_the_cells_add_up(
    learners, last_season, national_officer, ministry, academy, directorate, centre, association
):
    freezing.freeze_season(by=national_officer, season=last_season)
    for body in (ministry, academy, directorate, centre, association):
        assert _value(body, station="enrolled_ever") == 4
        sexes = [_value(body, station="enrolled_ever", sex=sex) for sex in ("F", "M", "?")]
        assert sexes == [2, 1, 1]
        cells = FrozenFigure.objects.filter(
            organisation=body, station="enrolled_ever", programme="NEW_GENERATION", age__isnull=False
        )
        assert sum(cell.value for cell in cells) == 4
        assert {cell.age for cell in cells if cell.sex == "?"} == {-1}  # unknown, not zero years old


def test_what_happens_afterwards_changes_nothing(
    few_bodies, learners, last_season, national_officer, season, client_of, officer
):
    freezing.freeze_season(by=national_officer, season=last_season)
    learners[0].delete()
    page = client_of(officer).get(reverse("desk:season", args=[2025]))
    lines = [line for _title, rows in page.context["page"].families for line in rows]
    assert next(line.before for line in lines if line.station.code == "enrolled_ever") == 4


def test_a_season_that_is_not_frozen_is_not_compared(learners, season, officer, client_of):
    page = client_of(officer).get(reverse("desk:season", args=[2025]))
    assert page.context["page"].figures["frozen"] == {}
    assert "2024/25" in page.content.decode()  # the page says so


def test_an_open_season_and_a_second_freezing_are_refused(few_bodies, season, last_season, national_officer):
    with pytest.raises(freezing.SeasonNotClosed):
        freezing.freeze_season(by=national_officer, season=season)
    freezing.freeze_season(by=national_officer, season=last_season)
    with pytest.raises(freezing.AlreadyFrozen):
        freezing.freeze_season(by=national_officer, season=last_season)


def test_a_double_click_freezes_once(few_bodies, last_season, national_officer, client_of):
    client = client_of(national_officer)
    for _click in range(2):
        assert client.post(reverse("desk:season_freeze", args=[2024])).status_code == 302
    assert FrozenFigure.objects.values("frozen").distinct().count() == 1


def test_only_a_national_officer_freezes(last_season, officer, client_of):
    assert client_of(officer).post(reverse("desk:season_freeze", args=[2024])).status_code == 403


def test_small_frozen_cells_are_hidden_from_readers_of_totals(
    few_bodies, learners, last_season, season, national_officer, reader, client_of
):
    freezing.freeze_season(by=national_officer, season=last_season)
    page = client_of(reader).get(reverse("desk:season", args=[2025]))
    lines = [line for _title, rows in page.context["page"].families for line in rows]
    ever = next(line for line in lines if line.station.code == "enrolled_ever")
    assert ever.before is None and ever.is_before_hidden
