"""Forged forms, numbers put together, doors tried: what the later stations of the path must withstand."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from istidrak.accounts.roles import LegalOfficer
from istidrak.desk.actions import figures
from istidrak.orientation import actions as orientation
from istidrak.orientation.models import SittingLine
from istidrak.outreach.models import Case
from istidrak.people.models import Tie
from istidrak.programmes.models import Programme
from istidrak.training.models import Enrolment, Group

SINCE = dt.date(2025, 10, 6)


@pytest.fixture
def make_sitting(season):
    def make(by, body, **more):
        return orientation.open_sitting(
            by=by,
            season=season,
            body=body,
            held_date=dt.date(2025, 11, 20),
            held_at="مقر المديرية",
            members=[orientation.Member("فاطمة العلوي", "", "CHAIR")],
            submission=uuid.uuid4(),
            **more,
        )

    return make


def _case(season, person, directorate):
    opened = dt.datetime(2025, 9, 10, tzinfo=dt.UTC)
    return Case.unscoped.create(season=season, person=person, directorate=directorate, opened_at=opened)


class TestForgedForms:
    """A number that the page never offered is refused in words, never by a broken page, and never written."""

    @pytest.mark.parametrize("version", ["²", "9" * 5000, "-1", "٣"])
    def test_a_version_that_is_no_number_chooses_nothing(
        self, version, make_sitting, officer, directorate, season, make_person, client_of
    ):
        sitting, case = make_sitting(officer, directorate), _case(season, make_person(), directorate)
        orientation.put_on_agenda(by=officer, sitting=sitting, cases=[case])
        line = SittingLine.unscoped.get()
        address = reverse("orientation:choose", args=[sitting.uuid])
        answer = client_of(officer).post(address, {f"exit-{line.uuid}": f"FULL_TRAINING|||{version}"})
        assert answer.status_code == 302
        line.refresh_from_db()
        assert line.state == "TO_DECIDE"

    @pytest.mark.parametrize("number", ["", "x", "²", "0" * 5000])
    def test_a_request_that_is_no_number_moves_nobody(self, number, centre_director, centre, season, client_of):
        address = reverse("training:waiting_list", args=[centre.uuid])
        answer = client_of(centre_director).post(address, {"application": number, "place": "1", "reason": "…"})
        assert answer.status_code == 404

    def test_a_case_that_another_directorate_follows_is_on_no_agenda_of_ours(
        self, make_sitting, officer, directorate, other_directorate, season, make_person, client_of
    ):
        """Both directorates know the person; the decision is that of the one that follows the case."""
        person = make_person(of=other_directorate)
        case = _case(season, person, other_directorate)
        Tie.objects.create(person=person, place_number=directorate.place.low, reason="NAMED", since=SINCE)
        sitting = make_sitting(officer, directorate)
        client_of(officer).post(reverse("orientation:agenda", args=[sitting.uuid]), {"case": str(case.uuid)})
        assert not SittingLine.unscoped.exists()


@pytest.fixture
def two_programmes(season, centre, programme, make_person, directorate):
    """Forty learners of one programme from October, two of another who came on the first of November."""
    other, _ = Programme.objects.get_or_create(code="OTHER", defaults={"name_ar": "برنامج آخر"})
    for kind, number, since in ((programme, 12, SINCE), (other, 2, dt.date(2025, 11, 1))):
        group = Group.unscoped.create(season=season, centre=centre, programme=kind, name=kind.code[:20])
        for n in range(number):
            person = make_person(first_name_ar=f"{kind.code}{n}", sex="F")
            Enrolment.unscoped.create(person=person, group=group, enrolled_date=since)
    return other


@pytest.mark.django_db
class TestClaimsAsAnOracle:
    """Who enters a figure chooses its body, day and programme: it must not become a question about persons."""

    def _rows(self, client_of, user, season, organisation, **more):
        claim = figures.enter_claim(
            **{
                "by": user,
                "season": season,
                "organisation": organisation,
                "value": 12,
                "said_date": dt.date(2025, 10, 31),
                "source": "…",
                "text_fr": "…",
                "submission": uuid.uuid4(),
                **more,
            }
        )
        page = client_of(user).get(reverse("desk:claim", args=[claim.uuid]))
        assert page.status_code == 200
        return page.context["subject"], {row.code: row for row in page.context["subject"].rows}

    def test_two_days_side_by_side_tell_nobody(self, two_programmes, make_user, directorate, season, client_of):
        legal = make_user(LegalOfficer, directorate)
        for day in (dt.date(2025, 10, 31), dt.date(2025, 11, 1)):
            subject, rows = self._rows(client_of, legal, season, directorate, said_date=day)
            assert rows["enrolled"].then is None
            assert subject.then.nearest is None and not subject.then.is_matched

    def test_a_programme_beside_a_hidden_one_tells_nobody(
        self, two_programmes, programme, make_user, directorate, season, client_of
    ):
        legal = make_user(LegalOfficer, directorate)
        subject, rows = self._rows(client_of, legal, season, directorate, programme=programme)
        assert rows["enrolled"].is_small and rows["enrolled"].now is None
        assert not subject.now.is_matched and subject.now.nearest is None

    def test_what_the_page_of_the_season_hides_the_claim_hides(
        self, two_programmes, make_user, directorate, season, client_of
    ):
        legal = make_user(LegalOfficer, directorate)
        _subject, rows = self._rows(client_of, legal, season, directorate)
        page = client_of(legal).get(reverse("desk:season", args=[2025])).context["page"]
        assert {code: row.now for code, row in rows.items() if code != "places"} == {
            code: page.cell(code) for code in rows if code != "places"
        }

    def test_the_officer_who_reads_the_files_still_reads_both_days(
        self, two_programmes, officer, directorate, season, client_of
    ):
        _subject, rows = self._rows(client_of, officer, season, directorate)
        assert (rows["enrolled"].then, rows["enrolled"].now) == (12, 14)
