"""What would be lost: an officer who signs in as a colleague of their own level, alone and unseen."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from istidrak.accounts import actions
from istidrak.accounts.models import AccountRequest, Assignment, User
from istidrak.accounts.roles import ROLES, DirectorateOfficer
from istidrak.accounts.rules import Power, power_over
from istidrak.base.models import History
from istidrak.base.workflow import ReasonMissing

pytestmark = pytest.mark.django_db
LAAYOUNE, COUNTRY = (113210000, 113219999), (0, 999_999_999)
HERE = 113210000


@pytest.fixture
def colleague(make_user, directorate):
    """A second officer of the directorate."""
    return make_user(DirectorateOfficer, directorate)


@pytest.fixture
def asked(officer, provincial_director):
    return actions.ask_for_account(by=officer, user=provincial_director, kind="RESET_PASSWORD", reason="نسي كلمته")


@pytest.mark.parametrize(
    ("own", "span", "roles", "power"),
    [
        ("DIRECTORATE_OFFICER", LAAYOUNE, ["EDUCATOR"], Power.ALONE),
        ("DIRECTORATE_OFFICER", LAAYOUNE, ["DIRECTORATE_OFFICER"], Power.WITH_A_SECOND),
        ("DIRECTORATE_OFFICER", LAAYOUNE, ["EDUCATOR", "PROVINCIAL_DIRECTOR"], Power.WITH_A_SECOND),
        ("DIRECTORATE_OFFICER", LAAYOUNE, ["EDUCATOR", "ACADEMY_OFFICER"], Power.NONE),
        ("ACADEMY_OFFICER", (110000000, 119999999), ["DIRECTORATE_OFFICER"], Power.ALONE),
        ("NATIONAL_OFFICER", COUNTRY, ["ACADEMY_OFFICER"], Power.ALONE),
        ("NATIONAL_OFFICER", COUNTRY, ["NATIONAL_OFFICER"], Power.WITH_A_SECOND),
        ("SYSTEM_ADMINISTRATOR", COUNTRY, ["READER"], Power.ALONE),
        ("SYSTEM_ADMINISTRATOR", COUNTRY, ["EDUCATOR"], Power.NONE),
        ("EDUCATOR", LAAYOUNE, ["FIELD_AGENT"], Power.NONE),
        ("DIRECTORATE_OFFICER", (95410000, 95419999), ["EDUCATOR"], Power.NONE),
        ("DIRECTORATE_OFFICER", LAAYOUNE, [], Power.NONE),
        ("NATIONAL_OFFICER", COUNTRY, [], Power.ALONE),
    ],
)
def test_who_may_do_what_with_an_account(own, span, roles, power):
    held = [(ROLES[own], span)]
    of = [(ROLES[role], HERE) for role in roles]
    assert power_over(held, of, is_self=False) is power
    assert power_over(held, of, is_self=True) is Power.NONE


def test_two_halves_of_power_are_not_a_whole():
    """A level above here and a role elsewhere: neither alone stands above the account."""
    held = [(ROLES["ACADEMY_OFFICER"], (90000000, 99999999)), (ROLES["DIRECTORATE_OFFICER"], LAAYOUNE)]
    assert power_over(held, [(ROLES["PROVINCIAL_DIRECTOR"], HERE)], is_self=False) is Power.WITH_A_SECOND


def test_an_equal_level_does_not_reset_alone(officer, provincial_director, client_of):
    before = User.objects.get(pk=provincial_director.pk).password
    with pytest.raises(PermissionDenied):
        actions.reset_password(by=officer, user=provincial_director)
    page = client_of(officer).post(
        reverse("accounts:reset", kwargs={"user": provincial_director.uuid}),
        {"kind": "RESET_PASSWORD", "reason": "نسي كلمته"},
        follow=True,
    )
    assert "أرسل الطلب" in page.content.decode()
    assert User.objects.get(pk=provincial_director.pk).password == before
    assert AccountRequest.objects.get().state == "OPEN"


def test_a_request_without_a_reason_is_not_one(officer, provincial_director, client_of):
    client_of(officer).post(reverse("accounts:reset", kwargs={"user": provincial_director.uuid}), {"reason": ""})
    assert not AccountRequest.objects.exists()
    with pytest.raises(ReasonMissing):
        actions.ask_for_account(by=officer, user=provincial_director, kind="RESET_PASSWORD", reason=" ")


def test_a_double_click_asks_once(officer, provincial_director, asked):
    again = actions.ask_for_account(by=officer, user=provincial_director, kind="RESET_PASSWORD", reason="نسي كلمته")
    assert again == asked
    assert History.objects.filter(verb="ask_for_account").count() == 1


def test_the_second_person_finds_it_confirms_it_and_hands_over_the_slip(
    asked, colleague, provincial_director, client_of
):
    client = client_of(colleague)
    assert str(provincial_director.uuid) in client.get(reverse("accounts:accounts")).content.decode()
    url = reverse("accounts:answer", kwargs={"user": provincial_director.uuid})
    slip = client.post(url, {"request": asked.uuid, "verdict": "confirm"}).content.decode()
    password = slip.split('fs-2"><bdi class="code" dir="ltr">')[1].split("<")[0]
    user = User.objects.get(pk=provincial_director.pk)
    assert user.check_password(password)
    assert user.must_change_password
    row = History.objects.get(verb="reset_password")
    assert (row.by, row.reason, row.details["asked_by"]) == (colleague, "نسي كلمته", asked.asked_by.username)


@pytest.mark.parametrize("who", ["officer", "provincial_director", "other_officer", "educator"])
def test_the_second_person_is_another_of_the_level_or_above(who, request, asked, provincial_director, client_of):
    user = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.answer_request(by=user, request=asked, is_confirmed=True)
    url = reverse("accounts:answer", kwargs={"user": provincial_director.uuid})
    answer = client_of(user).post(url, {"request": asked.uuid, "verdict": "confirm"})
    assert answer.status_code in {403, 404}
    asked.refresh_from_db()
    assert asked.state == "OPEN"


def test_the_level_above_confirms_too(asked, academy_officer):
    assert actions.answer_request(by=academy_officer, request=asked, is_confirmed=True)


def test_a_request_is_answered_once(asked, colleague, academy_officer, provincial_director, client_of):
    actions.answer_request(by=colleague, request=asked, is_confirmed=False)
    before = User.objects.get(pk=provincial_director.pk).password
    with pytest.raises(actions.AlreadyDone):
        actions.answer_request(by=academy_officer, request=asked, is_confirmed=True)
    url = reverse("accounts:answer", kwargs={"user": provincial_director.uuid})
    page = client_of(academy_officer).post(url, {"request": asked.uuid, "verdict": "confirm"}, follow=True)
    assert "أجاب شخص آخر" in page.content.decode()
    assert User.objects.get(pk=provincial_director.pk).password == before


def test_who_lost_the_role_meanwhile_has_asked_for_nothing(asked, officer, academy_officer):
    Assignment.objects.filter(user=officer).delete()
    with pytest.raises(PermissionDenied):
        actions.answer_request(by=academy_officer, request=asked, is_confirmed=True)


def test_a_request_of_one_account_is_not_answered_on_the_page_of_another(asked, colleague, educator, client_of):
    url = reverse("accounts:answer", kwargs={"user": educator.uuid})
    client_of(colleague).post(url, {"request": asked.uuid, "verdict": "confirm"})
    asked.refresh_from_db()
    assert asked.state == "OPEN"


def test_a_lost_telephone_of_an_equal_level_takes_a_second_person(
    officer, colleague, academy_officer, with_telephone
):
    with_telephone(colleague)
    with pytest.raises(PermissionDenied):
        actions.remove_factor(by=officer, user=colleague, reason="ضاع")
    asked = actions.ask_for_account(by=officer, user=colleague, kind="REMOVE_FACTOR", reason="ضاع")
    assert actions.answer_request(by=academy_officer, request=asked, is_confirmed=True) == ""
    assert History.objects.get(verb="remove_factor").details["asked_by"] == officer.username
    with pytest.raises(actions.NoFactor):
        actions.ask_for_account(by=officer, user=colleague, kind="REMOVE_FACTOR", reason="ضاع")


def test_the_slip_names_the_body_its_place_and_the_office(officer, educator, centre, directorate, client_of):
    slip = client_of(officer).post(reverse("accounts:reset", kwargs={"user": educator.uuid})).content.decode()
    assert centre.name_ar in slip
    assert directorate.place.name_ar in slip
    assert directorate.name_ar in slip
    assert "@" not in slip.split("<main")[1]


class TestClosing:
    def test_takes_a_reason_and_is_told_when_somebody_was_faster(self, officer, educator, client_of):
        with pytest.raises(ReasonMissing):
            actions.close_account(by=officer, user=educator, reason="")
        url = reverse("accounts:close", kwargs={"user": educator.uuid})
        client_of(officer).post(url, {"verb": "close", "reason": "انتهى عقده"})
        page = client_of(officer).post(url, {"verb": "close", "reason": "انتهى عقده"}, follow=True).content.decode()
        assert "أنجز شخص آخر ذلك" in page
        assert History.objects.filter(verb="close_account").count() == 1

    def test_is_not_for_ones_own_account_nor_above(self, officer, academy_officer):
        for user in (officer, academy_officer):
            with pytest.raises(PermissionDenied):
                actions.close_account(by=officer, user=user, reason="لا")


def test_the_list_is_cut_by_role_and_body(officer, educator, centre_director, centre, client_of):
    url = reverse("accounts:accounts")
    client = client_of(officer)
    page = client.get(url, {"role": "EDUCATOR"}).content.decode()
    assert educator.username in page
    assert centre_director.username not in page
    page = client.get(url, {"body": centre.pk}).content.decode()
    assert centre_director.username in page
    assert officer.username not in page.split("<main")[1].split("<table")[1]
    assert client.get(url, {"role": "EDUCATOR", "format": "xlsx"}).status_code == 200


@pytest.mark.parametrize("who", ["planning_officer", "legal_officer", "reader"])
def test_readers_of_totals_open_their_pages_and_no_file(who, request, season, make_person, client_of):
    person = make_person()
    client = client_of(request.getfixturevalue(who))
    assert client.get(reverse("home")).status_code == 200
    assert client.get(reverse("desk:season", kwargs={"year": 2025})).status_code == 200
    assert client.get(reverse("desk:person", kwargs={"person": person.uuid})).status_code == 403
    assert client.get(reverse("desk:search")).status_code == 403
    if who != "reader":
        assert client.get(reverse("desk:bodies")).status_code == 200
