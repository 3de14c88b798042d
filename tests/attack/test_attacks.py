"""Attacks that were tried on a running copy and that no longer succeed."""

import datetime as dt
import uuid

import pytest

from istidrak.accounts.models import Assignment, User
from istidrak.organisations.actions import put_schools
from istidrak.outreach import actions as outreach
from istidrak.people.models import Tie

NOTE = "Le père refuse, il crie"


class TestEstablishmentsFile:
    """A school of another directorate cannot be taken over by naming its code in one's own file."""

    def test_a_school_of_another_territory_is_left_as_it_is(self, officer, directorate, other_school):
        before = (other_school.place_number, other_school.parent_id, other_school.name_fr)
        row = {"code": other_school.code, "name_fr": "Pris"}
        assert put_schools(by=officer, directorate=directorate, rows=[row]) == (0, 0)
        other_school.refresh_from_db()
        assert (other_school.place_number, other_school.parent_id, other_school.name_fr) == before

    def test_it_is_not_made_the_satellite_of_one_s_own_school(self, officer, directorate, school, other_school):
        rows = [{"code": school.code}, {"code": other_school.code, "parent_code": school.code}]
        put_schools(by=officer, directorate=directorate, rows=rows)
        other_school.refresh_from_db()
        assert other_school.parent_id != school.pk

    def test_a_name_longer_than_the_column_is_cut(self, officer, directorate):
        row = {"code": "83777A", "name_ar": "م" * 300, "name_fr": "E" * 300}
        assert put_schools(by=officer, directorate=directorate, rows=[row]) == (1, 0)


class TestReasonsOfTheTimeLine:
    """The note of a contact that ends a case is a reason of history: those who read no notes do not read it there."""

    @pytest.fixture
    def person(self, officer, season, directorate, school, make_person):
        person = make_person()
        Tie.objects.create(person=person, organisation=school, reason="NAMED", since=dt.date(2025, 9, 10))
        case = outreach.open_case(by=officer, person=person, season=season, directorate=directorate)
        columns = {"kind": "VISIT", "result": "REFUSED", "date": dt.date(2025, 11, 20), "submission": uuid.uuid4()}
        outreach.make_contact(by=officer, case=case, note=NOTE, outcome="refuse", **columns)
        return person

    @pytest.mark.parametrize("who", ["school_head", "provincial_director"])
    def test_hidden_from_those_who_read_no_notes(self, who, request, person, client_of):
        page = client_of(request.getfixturevalue(who)).get(f"/people/{person.uuid}/")
        assert page.status_code == 200
        assert NOTE not in page.content.decode()

    def test_shown_to_the_officer(self, person, officer, client_of):
        assert NOTE in client_of(officer).get(f"/people/{person.uuid}/").content.decode()


class TestAccounts:
    def test_a_role_ended_by_mistake_is_given_again_the_same_day(self, national_officer, directorate, client_of):
        admin = client_of(national_officer)
        form = {
            "username": "agent.un",
            "name_ar": "فاعل",
            "role": "DIRECTORATE_OFFICER",
            "organisation": directorate.pk,
        }
        admin.post("/accounts/new/", form)
        user = User.objects.get(username="agent.un")
        ended = Assignment.objects.get(user=user)
        admin.post(f"/accounts/{user.uuid}/end/{ended.pk}/")
        answer = admin.post(f"/accounts/{user.uuid}/", {"role": ended.role, "organisation": directorate.pk})
        assert answer.status_code == 302
        assert [row.until for row in Assignment.objects.filter(user=user)] == [None]

    def test_the_same_account_made_twice_at_once_is_a_mistake_beside_the_field(
        self, national_officer, directorate, client_of, monkeypatch
    ):
        taken = "agent.deux"
        User.objects.create_user(taken)
        # The look at the name happened before the other request wrote it.
        monkeypatch.setattr("istidrak.accounts.forms.AccountForm.clean_username", lambda form: taken)
        form = {"username": "x.y.z", "name_ar": "فاعل", "role": "DIRECTORATE_OFFICER", "organisation": directorate.pk}
        answer = client_of(national_officer).post("/accounts/new/", form)
        assert answer.status_code == 200
        assert "username" in answer.context["form"].errors


class TestClosedDoors:
    """Tried, and refused before as now."""

    def test_a_file_of_another_directorate(self, other_officer, make_person, client_of):
        person = make_person()
        client = client_of(other_officer)
        for page in ("", "correct/", "situation/"):
            assert client.get(f"/people/{person.uuid}/{page}").status_code == 404

    @pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
    def test_no_open_redirect_by_the_language_switch(self, db, client, target):
        assert client.post("/language/", {"language": "fr", "next": target})["Location"] == "/"
