"""Requests that only a hostile or a hasty hand sends: they are refused in words, and nothing breaks."""

import datetime as dt

import pytest
from django.urls import reverse

from istidrak.base.exchange import headings
from istidrak.base.exchange.headings import Vocabulary
from istidrak.desk.forms.bodies import BodyForm
from istidrak.desk.imports.actions import ListRefused, read_upload
from istidrak.organisations.models import Organisation
from istidrak.outreach import actions as outreach
from istidrak.outreach.forms.campaigns import TeamForm

FIRST, LAST = dt.date(2025, 9, 10), dt.date(2025, 9, 30)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "*"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_host_that_is_not_ours_is_refused_and_breaks_nothing(client, db, host, method):
    """Scanners send such requests all day: an error page of ours each time would hide the errors that matter."""
    response = getattr(client, method)(reverse("account_login"), headers={"host": host, "referer": f"http://{host}/"})
    assert response.status_code == 400
    assert "evil" not in response.content.decode()


class TestMadeTwiceAtOnce:
    """Two hands make the same thing: the second reads it beside the field, not an error page."""

    def test_a_team(self, client_of, officer, season, directorate, monkeypatch):
        campaign = outreach.create_campaign(
            by=officer,
            season=season,
            directorate=directorate,
            name_ar="القافلة",
            name_fr="Caravane",
            start_date=FIRST,
            end_date=LAST,
        )
        outreach.create_team(by=officer, campaign=campaign, name="1")
        monkeypatch.delattr(TeamForm, "clean_name")  # the look came before the other one wrote
        response = client_of(officer).post(reverse("outreach:team_create", args=[campaign.uuid]), {"name": "1"})
        assert response.status_code == 200
        assert response.context["form"].errors.keys() == {"name"}
        assert campaign.teams.count() == 1

    def test_a_body(self, client_of, officer, directorate, monkeypatch):
        monkeypatch.setattr(BodyForm, "clean", lambda self: self.cleaned_data)
        form = {"kind": "ASSOCIATION", "code": "A-77", "name_ar": "جمعية", "place": directorate.place.pk}
        client = client_of(officer)
        first = client.post(reverse("desk:body_create"), form)
        second = client.post(reverse("desk:body_create"), form)
        assert (first.status_code, second.status_code) == (302, 200)
        assert second.context["form"].errors.keys() == {"code"}
        assert Organisation.objects.filter(code="A-77").count() == 1


class TestOneCellOfMillionsOfSigns:
    """A text pasted into one cell must not keep the page of everybody waiting: only its start is compared."""

    @pytest.fixture
    def compared(self, monkeypatch):
        lengths = []
        real = headings.normalised
        monkeypatch.setattr(headings, "normalised", lambda text: lengths.append(len(text)) or real(text))
        return lengths

    def test_its_start_alone_is_compared(self, compared, db):
        with pytest.raises(ListRefused):
            read_upload(b"x" * 3_000_000, "list.csv", season=2025)
        assert max(compared) <= headings.SIGNS_COMPARED

    def test_a_secret_column_is_known_under_a_heading_that_goes_on_and_on(self):
        vocabulary = Vocabulary({"name": ["Nom"]}, forbidden_words=["mot de passe"])
        assert vocabulary.is_forbidden("Mot de passe " + "x" * 3_000)
