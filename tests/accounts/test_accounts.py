"""What would be lost: an officer who makes themselves director, or an account that nobody can follow."""

import datetime as dt
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from python_calamine import CalamineWorkbook

from istidrak.accounts import actions
from istidrak.accounts.models import Assignment, User
from istidrak.accounts.roles import ROLES
from istidrak.accounts.rules import may_grant
from istidrak.base.models import History

pytestmark = pytest.mark.django_db
NEW = {"username": "nouveau.compte", "name_ar": "حساب تجريبي", "name_fr": "Compte d'essai"}


def test_an_account_made_by_the_level_above_must_change_its_first_password(officer, centre, client):
    user, password = actions.create_account(by=officer, role="CENTRE_DIRECTOR", organisation=centre, **NEW)
    client.post(reverse("account_login"), {"login": user.username, "password": password})
    assert client.get(reverse("home"))["Location"] == reverse("account_change_password")
    assert set(History.objects.values_list("verb", flat=True)) == {"create_account", "grant"}


@pytest.mark.parametrize("role", ["ACADEMY_OFFICER", "NATIONAL_OFFICER", "SYSTEM_ADMINISTRATOR"])
def test_nobody_grants_above_their_level(officer, academy, ministry, role):
    body = {"ACADEMY": academy, "MINISTRY": ministry}[ROLES[role].of]
    with pytest.raises(PermissionDenied):
        actions.create_account(by=officer, role=role, organisation=body, **NEW)
    assert not User.objects.filter(username=NEW["username"]).exists()


def test_nobody_grants_outside_their_territory(officer, other_centre):
    with pytest.raises(PermissionDenied):
        actions.create_account(by=officer, role="CENTRE_DIRECTOR", organisation=other_centre, **NEW)


def test_nobody_grants_to_themselves(officer, directorate):
    with pytest.raises(PermissionDenied):
        actions.grant(by=officer, user=officer, role="FIELD_AGENT", organisation=directorate)


@pytest.mark.parametrize(
    "role",
    [
        role
        for role in ROLES.values()
        if role.code not in {"NATIONAL_OFFICER", "ACADEMY_OFFICER", "DIRECTORATE_OFFICER", "SYSTEM_ADMINISTRATOR"}
    ],
)
def test_only_officers_grant(role):
    assert not may_grant([(role, (0, 999_999_999))], ROLES["EDUCATOR"], 113210000, is_self=False)


def test_a_reset_closes_the_old_password_and_needs_power_over_every_role(officer, centre, national_officer):
    user, password = actions.create_account(by=officer, role="CENTRE_DIRECTOR", organisation=centre, **NEW)
    assert actions.reset_password(by=officer, user=user) != password
    assert not User.objects.get(pk=user.pk).check_password(password)
    with pytest.raises(PermissionDenied):
        actions.reset_password(by=officer, user=national_officer)


def test_an_ended_role_opens_nothing_the_same_day(officer, centre, client_of):
    user, _password = actions.create_account(by=officer, role="CENTRE_DIRECTOR", organisation=centre, **NEW)
    actions.end_assignment(by=officer, assignment=Assignment.objects.get(user=user))
    assert client_of(User.objects.get(pk=user.pk)).get(reverse("home")).status_code == 403


def test_an_assignment_counts_on_its_first_and_last_day_only(officer):
    assignment = Assignment.objects.get(user=officer)
    Assignment.objects.filter(pk=assignment.pk).update(since=dt.date(2025, 11, 1), until=dt.date(2025, 11, 20))
    for day, is_in_force in (
        (dt.date(2025, 10, 31), False),
        (dt.date(2025, 11, 1), True),
        (dt.date(2025, 11, 20), True),
        (dt.date(2025, 11, 21), False),
    ):
        assert Assignment.objects.in_force(day).filter(user=officer).exists() is is_in_force


def test_the_page_lists_only_accounts_of_the_territory(officer, other_officer, client_of):
    page = client_of(officer).get(reverse("accounts:accounts")).content.decode()
    assert officer.username in page
    assert other_officer.username not in page


def test_the_workbook_gives_the_day_of_the_last_sign_in_as_it_was_in_morocco(officer, client_of):
    """Half past midnight there is the day before by the clock of the world."""
    client = client_of(officer)
    User.objects.filter(pk=officer.pk).update(last_login=dt.datetime(2025, 11, 19, 23, 30, tzinfo=dt.UTC))
    answer = client.get(reverse("accounts:accounts"), {"q": officer.username, "format": "xlsx"})
    workbook = CalamineWorkbook.from_filelike(BytesIO(answer.getvalue()))
    assert dt.date(2025, 11, 20) in {cell for row in workbook.get_sheet_by_index(0).to_python() for cell in row}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(rows, officer, centre, client_of, django_assert_num_queries):
    for n in range(rows):
        actions.create_account(by=officer, role="EDUCATOR", organisation=centre, **{**NEW, "username": f"compte{n}"})
    client = client_of(officer)
    with django_assert_num_queries(8):
        client.get(reverse("accounts:accounts"))


def test_a_forged_form_cannot_grant_above_ones_level(officer, academy, client_of):
    response = client_of(officer).post(
        reverse("accounts:create"), {**NEW, "role": "ACADEMY_OFFICER", "organisation": academy.pk}
    )
    assert response.status_code == 200
    assert not User.objects.filter(username=NEW["username"]).exists()
