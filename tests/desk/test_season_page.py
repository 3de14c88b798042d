"""What would be lost: a number that nobody can open, or one through which a reader of totals finds a child."""

import datetime as dt
import io

import pytest
from django.urls import reverse

from istidrak.base.exchange.reading import read_tables
from istidrak.base.models import AuditRecord
from istidrak.desk.actions import figures as actions
from istidrak.desk.queries import kept_sql
from istidrak.desk.queries.figure_bodies import body_from
from istidrak.desk.queries.figures import figures_of
from istidrak.desk.queries.stations import STATIONS, stations_of
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Case
from istidrak.people.models import Person
from istidrak.programmes.models import Season
from istidrak.training.models import Attendance, Enrolment, Group, Session

pytestmark = pytest.mark.django_db
INSTANT = dt.datetime(2025, 9, 10, 10, tzinfo=dt.UTC)
TODAY = dt.date(2025, 11, 20)
BEGINNING = dt.date(2025, 10, 6)


@pytest.fixture
def named(make_person, season, directorate):
    def make(of=None, **facts):
        person = make_person(of=of, **facts)
        Case.unscoped.create(season=season, person=person, directorate=of or directorate, opened_at=INSTANT)
        return person

    return make


@pytest.fixture
def group(season, centre, programme):
    return Group.unscoped.create(season=season, centre=centre, programme=programme, name="1")


@pytest.fixture
def enrolled(named, group):
    def make(in_group=None, **columns):
        facts = {"first_name_ar": "سعاد", "sex": columns.pop("sex", "F"), "birth_year": columns.pop("born", 2009)}
        person = named(**facts)
        return Enrolment.unscoped.create(
            person=person, group=in_group or group, **{"enrolled_date": BEGINNING, **columns}
        )

    return make


def _page(client, **asked):
    return client.get(reverse("desk:season", args=[2025]), asked)


def _cells(page, code):
    return next(
        line.cells for _title, lines in page.context["page"].families for line in lines if line.station.code == code
    )


def test_each_number_is_the_length_of_the_list_behind_it(named, officer, client_of):
    for n in range(3):
        named(first_name_ar=f"سعاد{n}", sex="F")
    named(first_name_ar="عمر")
    client = client_of(officer)
    cells = _cells(_page(client), "named")
    assert cells == {"total": 4, "F": 3, "M": 0, "?": 1}  # unknown is not a boy
    behind = client.get(reverse("desk:season_people", args=[2025, "named"]))
    assert len(behind.context["page"].rows) == cells["total"]


@pytest.mark.parametrize("code", [station.code for station in STATIONS if station.code != "arrived_here"])
def test_every_station_of_a_directorate_opens_on_as_many_people(
    code, enrolled, directorate, season, officer, client_of
):
    enrolled()
    enrolled(state="COMPLETED", left_date=dt.date(2025, 11, 14))
    enrolled(state="DROPPED_OUT", left_date=dt.date(2025, 11, 3))
    counted = figures_of(body_from(directorate), season, TODAY)["stations"].get(code, {"total": 0})["total"]
    behind = client_of(officer).get(reverse("desk:season_people", args=[2025, code]))
    assert len(behind.context["page"].rows) == counted


def test_a_person_merged_into_another_is_counted_once(named, officer, client_of):
    kept, other = named(first_name_ar="سعاد", sex="F"), named(first_name_ar="سعاد", sex="F")
    Person.unscoped.filter(pk=other.pk).update(merged_into=kept)
    assert _cells(_page(client_of(officer)), "named")["total"] == 1


def test_a_learner_of_two_groups_is_one_person(enrolled, officer, season, centre, programme, client_of):
    second = Group.unscoped.create(season=season, centre=centre, programme=programme, name="2")
    person = enrolled().person
    Enrolment.unscoped.create(person=person, group=second, enrolled_date=BEGINNING)
    page = _page(client_of(officer))
    assert _cells(page, "enrolled")["total"] == 1
    assert page.context["page"].programmes[0].cells["enrolled"] == 1


def test_another_province_is_not_counted(named, other_officer, client_of):
    named(first_name_ar="سعاد", sex="F")
    assert _cells(_page(client_of(other_officer)), "named")["total"] == 0


class TestBodies:
    """Whose figures these are."""

    def test_a_national_officer_goes_down_to_the_centre(
        self, enrolled, national_officer, academy, directorate, centre, client_of
    ):
        enrolled()
        client = client_of(national_officer)
        for body, inside in ((None, academy), (academy, directorate), (directorate, centre)):
            page = _page(client, **({"of": body.uuid} if body else {}))
            assert _cells(page, "enrolled")["total"] == 1
            row = next(row for row in page.context["page"].children if row.body == inside)
            assert row.cells["enrolled"] == 1
        assert _cells(_page(client, of=centre.uuid), "enrolled")["total"] == 1

    def test_a_centre_director_has_the_centre_and_an_association_its_centres(
        self, enrolled, centre_director, association_manager, other_centre, season, programme, client_of
    ):
        enrolled()
        assert _cells(_page(client_of(centre_director)), "enrolled")["total"] == 1
        page = _page(client_of(association_manager))
        assert [row.cells["enrolled"] for row in page.context["page"].children] == [1]

    @pytest.mark.parametrize("of", ["other_directorate", "other_centre", "ministry", "academy"])
    def test_a_body_outside_the_territory_does_not_exist(self, of, officer, client_of, request):
        body = request.getfixturevalue(of)
        client = client_of(officer)
        assert _page(client, of=body.uuid).status_code == 404
        asked = {"of": body.uuid}
        assert client.get(reverse("desk:season_people", args=[2025, "named"]), asked).status_code == 404
        assert client.post(reverse("desk:season_register", args=[2025]) + f"?of={body.uuid}").status_code == 404

    @pytest.mark.parametrize("of", ["", "no-uuid", "00000000-0000-0000-0000-000000000000"])
    def test_an_address_typed_wrongly_is_no_error(self, of, officer, season, client_of):
        assert _page(client_of(officer), of=of).status_code == (404 if of else 200)

    def test_an_association_of_two_provinces_shows_an_officer_only_the_centre_of_theirs(
        self, enrolled, association, other_directorate, officer, season, programme, make_person, client_of
    ):
        enrolled()
        far = Organisation.objects.create(
            kind="CENTRE",
            code="C9",
            name_ar="مركز",
            place=other_directorate.place,
            place_number=other_directorate.place.low,
            parent=association,
        )
        there = Group.unscoped.create(season=season, centre=far, programme=programme, name="1")
        person = make_person(of=other_directorate, first_name_ar="ليلى")
        Enrolment.unscoped.create(person=person, group=there, enrolled_date=BEGINNING)
        page = _page(client_of(officer), of=association.uuid)
        assert _cells(page, "enrolled")["total"] == 1
        assert far not in [row.body for row in page.context["page"].children]


class TestFourCounts:
    """Places agreed, enrolled, present: a season is announced with one and judged by another."""

    def test_they_are_counted_apart_each_with_its_day(
        self, enrolled, group, officer, centre, programme, season, directorate, client_of
    ):
        there = enrolled()
        enrolled(sex="M")
        enrolled(enrolled_date=dt.date(2025, 11, 19))
        actions.agree_places(
            by=officer,
            season=season,
            centre=centre,
            programme=programme,
            places=60,
            agreed_date=dt.date(2025, 9, 16),
            source="اتفاقية",
            submission=officer.uuid,
        )
        day = dt.date(2025, 10, 14)
        actions.announce_count_day(by=officer, season=season, organisation=directorate, date=day)
        taken = Session.unscoped.create(group=group, date=day, state="CLOSED")
        Attendance.objects.create(session=taken, enrolment=there, mark="LATE")
        page = _page(client_of(officer))
        figures = page.context["page"].figures
        assert figures["agreed"]["total"] == 60 and page.context["agreed_last"] == dt.date(2025, 9, 16)
        assert _cells(page, "enrolled")["total"] == 3
        assert _cells(page, "present")["total"] == 1 and page.context["count_day"] == day
        assert _cells(_page(client_of(officer), on="2025-10-20"), "enrolled")["total"] == 2

    def test_an_opened_roll_call_and_a_day_without_one_count_nobody_and_are_named(
        self, enrolled, group, officer, season, directorate, centre, programme, client_of
    ):
        day = dt.date(2025, 10, 14)
        actions.announce_count_day(by=officer, season=season, organisation=directorate, date=day)
        learner = enrolled()
        begun = Session.unscoped.create(group=group, date=day, state="OPENED")
        Attendance.objects.create(session=begun, enrolment=learner, mark="PRESENT")
        client = client_of(officer)
        assert _cells(_page(client), "present")["total"] == 0
        assert list(client.get(reverse("desk:not_counted", args=[2025])).context["groups"]) == [group]

    def test_without_a_count_day_presence_is_not_zero_but_unknown(self, enrolled, officer, client_of):
        enrolled()
        with pytest.raises(StopIteration):
            _cells(_page(client_of(officer)), "present")

    def test_a_day_before_the_season_or_after_today_is_brought_back(self, officer, season, client_of):
        client = client_of(officer)
        assert _page(client, on="2031-01-01").context["on"] == TODAY
        assert _page(client, on="1900-01-01").context["on"] == dt.date(2025, 1, 1)
        assert _page(client, on="20 November").context["on"] == TODAY
        assert _page(client, on="2025-02-31").context["on"] == TODAY


class TestReadersOfTotals:
    """They read no file, and no cell from which one would follow."""

    @pytest.fixture(params=["reader", "planning_officer", "legal_officer"])
    def blind(self, request, academy, directorate, make_user):
        from istidrak.accounts import roles

        role, body = {
            "reader": (roles.Reader, academy),
            "planning_officer": (roles.PlanningOfficer, directorate),
            "legal_officer": (roles.LegalOfficer, directorate),
        }[request.param]
        return make_user(role, body)

    def test_no_cell_under_five_and_no_names(self, named, blind, client_of):
        for n in range(4):
            named(first_name_ar=f"سعاد{n}", sex="F")
        client = client_of(blind)
        page = _page(client)
        assert _cells(page, "named")["total"] is None
        assert page.context["page"].hides
        for method in (client.get, client.post):
            assert method(reverse("desk:season_people", args=[2025, "named"])).status_code == 403
            assert method(reverse("desk:season_register", args=[2025])).status_code in {403, 405}
        rows = read_tables(_page(client, format="xlsx").content, "s.xlsx")[0].rows
        assert all(cell != 4 for row in rows for cell in row[1:5])

    def test_a_small_group_is_not_the_difference_of_two_sexes(self, named, blind, client_of):
        for n in range(20):
            named(first_name_ar=f"سعاد{n}", sex="F" if n < 17 else "M")
        cells = _cells(_page(client_of(blind)), "named")
        assert cells["M"] is None
        assert cells["F"] is None or cells["total"] is None

    def test_nor_the_difference_of_two_rows(self, named, blind, client_of, season):
        for n in range(20):
            named(first_name_ar=f"سعاد{n}", sex="F")
        reached = Case.unscoped.filter(season=season).values_list("pk", flat=True)[:18]
        Case.unscoped.filter(pk__in=list(reached)).update(first_contact_date=dt.date(2025, 9, 20))
        page = _page(client_of(blind))
        assert None in {_cells(page, "named")["total"], _cells(page, "contacted")["total"]}
        assert None in {_cells(page, "named")["F"], _cells(page, "contacted")["F"]}

    def test_nor_by_going_into_a_body_inside_or_to_another_day(self, enrolled, blind, centre, client_of):
        enrolled()
        client = client_of(blind)
        assert _page(client, of=centre.uuid).status_code == 404
        assert _page(client, on="2025-10-01").context["on"] == TODAY


class TestCharts:
    def test_hidden_cells_are_not_in_the_charts_either(self, named, reader, client_of):
        for n in range(20):
            named(first_name_ar=f"سعاد{n}", sex="F" if n < 17 else "M")
        charts = _page(client_of(reader)).context["charts"]
        shown = {value for chart in charts.values() for series in chart["series"] for value in series["values"]}
        assert 3 not in shown and 17 not in shown

    def test_no_script_is_written_in_the_page(self, enrolled, officer, client_of):
        enrolled()
        text = _page(client_of(officer)).content.decode()
        scripts = [tag.split(">")[0] for tag in text.split("<script")[1:]]
        assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts)
        assert not any("echarts" in tag for tag in scripts)  # fetched only when a chart is looked at


class TestNamesThatLeave:
    """Whoever takes a list of names away is written down; a link that only reads cannot do it."""

    def test_the_download_is_recorded(self, named, officer, directorate, client_of):
        named(first_name_ar="سعاد", sex="F")
        answer = client_of(officer).post(reverse("desk:season_people", args=[2025, "named"]))
        (sheet,) = read_tables(answer.content, "s.xlsx")
        assert len(sheet.rows) == 2
        record = AuditRecord.objects.get()
        assert (record.verb, record.by, record.details["rows"]) == ("download_names", officer, 1)

    def test_a_get_gives_the_page(self, named, officer, client_of):
        named(first_name_ar="سعاد", sex="F")
        client = client_of(officer)
        answer = client.get(reverse("desk:season_people", args=[2025, "named"]), {"format": "xlsx"})
        assert answer["Content-Type"].startswith("text/html") and not AuditRecord.objects.exists()

    def test_the_register_has_a_row_per_enrolment_and_says_whose_layout_it_is(
        self, enrolled, group, centre_director, centre, client_of, make_person
    ):
        from istidrak.people.models import Tie

        learner = enrolled()
        Tie.objects.create(person=learner.person, organisation=centre, reason="ENROLLED", since=BEGINNING)
        Session.unscoped.create(group=group, date=BEGINNING, state="PLANNED")
        answer = client_of(centre_director).post(reverse("desk:season_register", args=[2025]))
        learners, sessions, about = read_tables(answer.content, "r.xlsx")
        assert learners.rows[1][0] == learner.person.file_number and len(learners.rows) == 2
        assert sessions.rows[1][-1] == 1  # not taken
        assert len(about.rows) > 3
        assert AuditRecord.objects.get().verb == "download_names"
        assert io.BytesIO(answer.content).read(2) == b"PK"


def test_stations_that_make_no_sense_for_a_centre_are_not_its_rows(centre):
    codes = {station.code for station in stations_of(body_from(centre))}
    assert "named" not in codes and {"arrived_here", "enrolled"} <= codes


def test_who_left_the_group_is_not_in_it_today(enrolled, officer, client_of):
    enrolled(state="DROPPED_OUT", left_date=dt.date(2025, 11, 3))
    page = _page(client_of(officer))
    assert _cells(page, "enrolled")["total"] == 0
    assert _cells(page, "enrolled_ever")["total"] == 1  # enrolled in the season, whatever became of her


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_and_three(rows, enrolled, officer, client_of, django_assert_num_queries):
    for _n in range(rows):
        enrolled()
    client = client_of(officer)
    with django_assert_num_queries(12):
        _page(client)


@pytest.mark.parametrize("kind", ["CENTRE", "SCHOOL"])
def test_the_kept_query_counts_what_a_new_one_counts(kind, enrolled, centre, school, season, monkeypatch):
    """A body must never read the figures of the body, the day or the season whose query was kept."""
    enrolled(), enrolled(enrolled_date=dt.date(2025, 11, 18))
    body = centre if kind == "CENTRE" else school
    other = Organisation.objects.create(
        kind=kind, name_ar="جسر", name_fr="Jisr", place=body.place, place_number=body.place_number, parent=body.parent
    )
    before = Season.objects.create(year=season.year - 1)
    days_asked = (dt.date(2025, 11, 10), TODAY)
    asked = [(one, year, on) for one in (body, other) for year in (season, before) for on in days_asked]
    monkeypatch.setattr(kept_sql, "_kept", {})
    kept = [figures_of(body_from(one), year, on) for one, year, on in asked]
    assert len(kept_sql._kept) == 1 and None not in kept_sql._kept.values()
    for (one, year, on), figures in zip(asked, kept, strict=True):
        kept_sql._kept.clear()
        assert figures == figures_of(body_from(one), year, on)
    if kind == "CENTRE":
        assert [figures["stations"]["enrolled"]["total"] for figures in kept[:2]] == [1, 2]


def test_each_number_of_an_insertion_rate_opens_on_its_people(enrolled, officer, other_officer, client_of):
    """Three rates of one centre would be quarrelled over, and nobody could name who is in which."""
    enrolled(state="COMPLETED", left_date=dt.date(2025, 11, 14)), enrolled()
    client = client_of(officer)
    rates = {rate.base.code: rate for rate in _page(client).context["page"].rates}
    assert (rates["ENROLLED"].people, rates["COMPLETED"].people) == (2, 1)
    for base, rate in rates.items():
        for measure, number in (("PEOPLE", rate.people), ("DECLARED", rate.declared), ("VERIFIED", rate.verified)):
            address = reverse("desk:season_people", args=[2025, f"rate-{base}-{measure}"])
            assert len(client.get(address).context["page"].rows) == number
            assert number == 0 or address in _page(client).content.decode()
    for wrong in ("rate-NOBODY-PEOPLE", "rate-ENROLLED-ALL", "rate-"):
        assert client.get(reverse("desk:season_people", args=[2025, wrong])).status_code == 404
    outside = client_of(other_officer).get(reverse("desk:season_people", args=[2025, "rate-ENROLLED-PEOPLE"]))
    assert outside.context["page"].rows == []
