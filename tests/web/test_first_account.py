"""What would be lost: the first evening, at a machine on which nobody can sign in."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from istidrak.accounts.models import User
from istidrak.accounts.roles import ROLES
from istidrak.accounts.rules import may_grant

pytestmark = pytest.mark.django_db


def test_the_first_account_is_made_at_the_machine_and_must_change_its_password(ministry, client, capsys):
    call_command("account", "premier", "--name-ar", "حساب أول")
    password = re.search(r"premier\s+(\S+)", capsys.readouterr().out).group(1)
    client.post(reverse("account_login"), {"login": "premier", "password": password})
    assert client.get(reverse("home"))["Location"] == reverse("account_change_password")
    form = {"oldpassword": password, "password1": password, "password2": password}
    client.post(reverse("account_change_password"), form)
    assert User.objects.get(username="premier").must_change_password  # the printed one is not a new one
    form |= {"password1": "kelma-jdida-77", "password2": "kelma-jdida-77"}
    client.post(reverse("account_change_password"), form)
    assert not User.objects.get(username="premier").must_change_password


def test_a_body_that_is_not_there_is_said(ministry):
    with pytest.raises(CommandError, match="999"):
        call_command("account", "x", "--role", "DIRECTORATE_OFFICER", "--in", "999", "--name-ar", "س")


def test_whoever_opens_no_file_grants_no_role_that_opens_them():
    country = (0, 999_999_999)
    for role in ROLES.values():
        granted = may_grant([(ROLES["SYSTEM_ADMINISTRATOR"], country)], role, None, is_self=False)
        assert granted is not role.reads_files


@pytest.mark.parametrize("where", ["/accounts/?q=%00", "/search/?q=a%00b", "/cases/?quarter=%00"])
def test_a_null_character_is_refused_in_words(client_of, officer, where):
    """PostgreSQL answers such a text with an error, and the officer would see a broken page."""
    assert client_of(officer).get(where).status_code == 400


def test_the_only_officer_of_the_country_is_helped_at_the_machine(national_officer, client, capsys):
    """Nobody stands above: a forgotten password and a lost telephone would else close the program for good."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(national_officer, generate_totp_secret())
    call_command("account", national_officer.username, "--reset")
    password = capsys.readouterr().out.split()[1]
    assert not Authenticator.objects.filter(user=national_officer).exists()
    client.post(reverse("account_login"), {"login": national_officer.username, "password": password})
    assert client.get(reverse("home"))["Location"] == reverse("account_change_password")


def test_a_name_that_is_mistyped_at_the_machine_is_said(ministry):
    with pytest.raises(CommandError, match="no account"):
        call_command("account", "personne", "--reset")
    with pytest.raises(CommandError, match="name-ar"):
        call_command("account", "premier")
