"""What would be lost: a directorate's files to whoever has read a password on a slip of paper."""

import datetime as dt
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from istidrak.accounts import actions
from istidrak.accounts.models import Assignment, FactorRequirement
from istidrak.base.models import History
from istidrak.base.workflow import ReasonMissing

from .conftest import PASSWORD, Telephone

pytestmark = pytest.mark.django_db
SET_UP = "/account/factor/set-up/"


def _is_in(client):
    return client.get(reverse("home")).status_code == 200


def _code(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


@pytest.fixture
def past_password(try_to_sign_in):
    """A client that has given the right password and is asked for the code."""

    def make(user, **how):
        client, answer = try_to_sign_in(user.username, **how)
        assert answer["Location"].startswith(reverse("mfa_authenticate"))
        return client

    return make


class TestSettingUp:
    def test_from_the_page_to_the_next_sign_in(
        self, officer, with_password, try_to_sign_in, django_capture_on_commit_callbacks
    ):
        with_password(officer)
        client, _a = try_to_sign_in(officer.username)
        asked = client.get(SET_UP)
        assert asked["Location"].startswith(reverse("account_reauthenticate"))
        client.post(asked["Location"], {"password": PASSWORD})
        page = client.get(SET_UP).content.decode()
        assert "<svg" in page.split("<main")[1]
        assert 'src="data:' not in page
        phone = Telephone(re.search(r'dir="ltr">([A-Z2-7]{32})<', page)[1])
        with django_capture_on_commit_callbacks(execute=True):
            done = client.post(SET_UP, {"code": phone.code()})
        assert done["Location"] == reverse("mfa_view_recovery_codes")
        assert History.objects.filter(verb="set_up_factor", by=officer).count() == 1
        again, answer = try_to_sign_in(officer.username)
        assert answer["Location"].startswith(reverse("mfa_authenticate"))
        assert _code(again, phone.code()).status_code == 200, "the code of the set-up must not sign in"
        assert _code(again, phone.code(1)).status_code == 302
        assert _is_in(again)

    def test_a_wrong_code_sets_nothing_up(self, officer, client_of):
        client = client_of(officer)
        client.get(SET_UP)
        secret = client.session["mfa.totp.secret"]
        answer = client.post(SET_UP, {"code": Telephone(secret).wrong_code()})
        assert answer.status_code == 200
        assert "هذا الرمز غير صحيح" in answer.content.decode()
        assert not Authenticator.objects.exists()

    def test_the_secret_is_not_stored_in_clear(self, officer, with_telephone, codes_of):
        phone = with_telephone(officer)
        stored = " ".join(str(data) for data in Authenticator.objects.values_list("data", flat=True))
        assert phone.secret not in stored
        assert not [code for code in codes_of(officer) if code in stored]

    def test_recovery_codes_are_shown_by_a_button_and_opening_the_page_writes_nothing(
        self, officer, with_telephone, codes_of, client_of
    ):
        with_telephone(officer)
        officer.set_unusable_password()
        officer.save()
        client = client_of(officer)
        url = reverse("mfa_view_recovery_codes")
        before = list(Authenticator.objects.order_by("pk").values_list("data", flat=True))
        page = client.get(url).content.decode()
        assert not [code for code in codes_of(officer) if code in page]
        assert list(Authenticator.objects.order_by("pk").values_list("data", flat=True)) == before
        asked = client.post(url)
        assert reverse("mfa_reauthenticate") in asked["Location"], "an open session alone must not show them"

    @pytest.mark.parametrize("language", ["ar", "fr"])
    @pytest.mark.parametrize(
        "name", ["mfa_index", "mfa_activate_totp", "mfa_generate_recovery_codes", "accounts:requirements"]
    )
    def test_no_word_of_these_pages_is_in_another_language(self, name, language, national_officer, client_of):
        client = client_of(national_officer)
        client.cookies["django_language"] = language
        page = client.get(reverse(name)).content.decode().split("<main")[1]
        text = re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>|<bdi class.*?</bdi>", "", page, flags=re.DOTALL))
        if language == "ar":
            assert not re.findall(r"[a-z]{3,}", text.split(">", 1)[1].replace(national_officer.username, ""))
        else:
            words = text.replace(national_officer.name_ar, "").replace(national_officer.name_fr, "")
            assert not re.findall(r"[ء-ي]", words)


class TestSigningIn:
    def test_asks_for_the_code_and_opens_with_it(self, officer, with_telephone, past_password):
        phone = with_telephone(officer)
        client = past_password(officer)
        assert not _is_in(client)
        assert _code(client, phone.code()).status_code == 302
        assert _is_in(client)

    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/accounts/",
            "/accounts/?format=xlsx",
            "/account/factor/",
            SET_UP,
            "/account/factor/drop/",
            "/account/factor/codes/",
            "/account/factor/codes/new/",
            "/account/code/again/",
            "/account/again/",
            "/account/password/",
        ],
    )
    def test_no_address_is_a_way_around_the_code(self, path, officer, with_telephone, past_password):
        with_telephone(officer)
        client = past_password(officer)
        for headers in ({}, {"HTTP_HX_REQUEST": "true"}):
            for answer in (client.get(path, **headers), client.post(path, **headers)):
                goes_to = answer.get("Location") or answer.get("HX-Redirect", "")
                assert reverse("account_login") in goes_to, f"{path} answered {answer.status_code}"
        assert "_auth_user_id" not in client.session

    def test_a_code_seen_over_the_shoulder_does_not_open_again(self, officer, with_telephone, past_password):
        """Another web process has an empty memory: the used code must be known to all."""
        phone = with_telephone(officer)
        code = phone.code()
        assert _code(past_password(officer), code).status_code == 302
        cache.clear()
        thief = past_password(officer, address="10.0.0.9")
        assert _code(thief, code).status_code == 200
        assert not _is_in(thief)

    def test_a_recovery_code_opens_once_only(self, officer, with_telephone, past_password, codes_of):
        with_telephone(officer)
        code = codes_of(officer)[0]
        assert _code(past_password(officer), code).status_code == 302
        cache.clear()
        again = past_password(officer)
        assert _code(again, code).status_code == 200
        assert not _is_in(again)
        assert code not in codes_of(officer)

    def test_codes_cannot_be_guessed_at_leisure(
        self, officer, with_telephone, past_password, settings, try_to_sign_in
    ):
        phone = with_telephone(officer)
        client = past_password(officer, address="127.0.0.1")
        for _ in range(settings.TRIES_PER_NAME_AND_ADDRESS):
            cache.clear()
            answer = _code(client, phone.wrong_code())
        assert answer.status_code == 429
        cache.clear()
        assert _code(client, phone.code()).status_code == 429
        assert not _is_in(client)
        _c, again = try_to_sign_in(officer.username, address="127.0.0.1")
        assert again.status_code == 429

    def test_the_code_of_somebody_else_opens_nothing(self, officer, educator, with_telephone, past_password):
        with_telephone(officer)
        other = with_telephone(educator)
        client = past_password(officer)
        assert _code(client, other.code()).status_code == 200
        assert not _is_in(client)

    def test_a_session_prepared_by_a_stranger_is_not_the_one_that_opens(self, officer, with_telephone, past_password):
        phone = with_telephone(officer)
        client = past_password(officer)
        before = client.cookies["sessionid"].value
        _code(client, phone.code())
        assert client.cookies["sessionid"].value != before

    def test_the_page_one_came_from_is_kept_through_both_steps(self, officer, with_telephone, try_to_sign_in):
        phone = with_telephone(officer)
        client, _a = try_to_sign_in(officer.username, after="/accounts/")
        assert _code(client, phone.code())["Location"] == "/accounts/"

    def test_both_steps_lead_to_no_other_site(self, officer, with_telephone, try_to_sign_in):
        phone = with_telephone(officer)
        client, _a = try_to_sign_in(officer.username, after="https://evil.example/")
        assert _code(client, phone.code())["Location"] == "/"


class TestRequiredByRole:
    @pytest.fixture
    def required(self, national_officer):
        """Asked of directorate officers long enough ago for the grace to have run out."""
        row = actions.require_factor(by=national_officer, role="DIRECTORATE_OFFICER")
        FactorRequirement.objects.filter(pk=row.pk).update(since=dt.date(2025, 10, 1))
        return row

    @pytest.mark.parametrize("path", ["/", "/accounts/", "/accounts/?format=xlsx", "/accounts/new/", "/seasons/"])
    def test_after_the_grace_nothing_else_opens(self, path, required, officer, client_of):
        client = client_of(officer)
        assert client.get(path)["Location"] == SET_UP
        assert client.get(SET_UP).status_code == 200

    def test_until_it_is_set_up(self, required, officer, client_of):
        client = client_of(officer)
        client.get(SET_UP)
        client.post(SET_UP, {"code": Telephone(client.session["mfa.totp.secret"]).code()})
        assert _is_in(client)

    def test_the_holder_cannot_switch_it_off(self, required, officer, with_telephone, try_to_sign_in):
        phone = with_telephone(officer)
        client, _a = try_to_sign_in(officer.username)
        _code(client, phone.code())
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        answer = client.post(reverse("mfa_deactivate_totp"))
        assert "دوركم يفرض المصادقة الثنائية" in answer.content.decode()
        assert Authenticator.objects.filter(user=officer, type="totp").exists()

    def test_one_who_chose_it_freely_can(self, officer, with_telephone, try_to_sign_in):
        phone = with_telephone(officer)
        client, _a = try_to_sign_in(officer.username)
        _code(client, phone.code())
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        client.post(reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.filter(user=officer).exists()

    def test_other_roles_are_not_asked(self, required, academy_officer, client_of):
        assert _is_in(client_of(academy_officer))

    def test_within_the_grace_work_goes_on(self, required, officer, client_of):
        FactorRequirement.objects.update(since=dt.date(2025, 11, 10))
        assert _is_in(client_of(officer))

    def test_the_grace_of_a_new_holder_runs_from_the_day_of_the_role(self, required, officer, client_of):
        Assignment.objects.filter(user=officer).update(since=dt.date(2025, 11, 18))
        assert _is_in(client_of(officer))

    def test_lifted_is_lifted(self, required, national_officer, officer, client_of):
        actions.lift_requirement(by=national_officer, role="DIRECTORATE_OFFICER")
        assert _is_in(client_of(officer))
        verbs = History.objects.filter(subject__startswith="accounts.factorrequirement").values_list(
            "verb", flat=True
        )
        assert sorted(verbs) == ["lift_requirement", "require_factor"]

    def test_whoever_is_working_is_asked_within_a_minute_and_left_alone_when_it_is_lifted(
        self, national_officer, officer, client_of, clock
    ):
        """A requirement made after a leak must not wait for those signed in to come back tomorrow."""
        client = client_of(officer)
        assert _is_in(client)
        row = actions.require_factor(by=national_officer, role="DIRECTORATE_OFFICER")
        FactorRequirement.objects.filter(pk=row.pk).update(since=dt.date(2025, 10, 1))
        assert _is_in(client)  # the same minute: nothing is read again
        clock.is_later_by(seconds=62)
        assert client.get("/accounts/")["Location"] == SET_UP
        actions.lift_requirement(by=national_officer, role="DIRECTORATE_OFFICER")
        clock.is_later_by(seconds=124)
        assert _is_in(client)

    def test_asked_twice_is_asked_once(self, required, national_officer):
        actions.require_factor(by=national_officer, role="DIRECTORATE_OFFICER")
        assert FactorRequirement.objects.count() == 1

    def test_the_buttons_of_the_demo_still_open(self, required, officer, client, settings):
        settings.IS_DEMO = True
        officer.is_demo = True
        officer.save()
        client.post(reverse("demo_sign_in"), {"username": officer.username})
        assert _is_in(client)

    def test_outside_the_demo_an_account_marked_so_is_asked_like_any_other(self, required, officer, client_of):
        officer.is_demo = True
        officer.save()
        assert client_of(officer).get("/")["Location"] == SET_UP

    @pytest.mark.parametrize("who", ["officer", "academy_officer", "system_administrator"])
    def test_only_the_national_unit_asks(self, who, request, client_of):
        user = request.getfixturevalue(who)
        answer = client_of(user).post(reverse("accounts:require"), {"role": "EDUCATOR", "verb": "require"})
        assert answer.status_code == 403
        with pytest.raises(PermissionDenied):
            actions.require_factor(by=user, role="EDUCATOR")
        with pytest.raises(PermissionDenied):
            actions.lift_requirement(by=user, role="EDUCATOR")

    def test_the_national_unit_asks_on_a_page(self, national_officer, client_of):
        client = client_of(national_officer)
        client.post(reverse("accounts:require"), {"role": "EDUCATOR", "verb": "require"})
        assert FactorRequirement.objects.get().role == "EDUCATOR"
        client.post(reverse("accounts:require"), {"role": "NO_SUCH_ROLE", "verb": "require"})
        assert FactorRequirement.objects.count() == 1
        client.post(reverse("accounts:require"), {"role": "EDUCATOR", "verb": "lift"})
        assert FactorRequirement.objects.get().until == dt.date(2025, 11, 20)


class TestLostTelephone:
    def test_the_level_above_removes_it_with_a_reason(self, officer, educator, with_telephone, client_of):
        with_telephone(educator)
        url = reverse("accounts:remove_factor", kwargs={"user": educator.uuid})
        client_of(officer).post(url, {"reason": " "})
        assert Authenticator.objects.filter(user=educator).exists()
        client_of(officer).post(url, {"reason": "ضاع الهاتف في السوق"})
        assert not Authenticator.objects.filter(user=educator).exists()
        row = History.objects.get(verb="remove_factor")
        assert (row.by, row.reason) == (officer, "ضاع الهاتف في السوق")

    @pytest.mark.parametrize("who", ["officer", "national_officer", "system_administrator"])
    def test_nobody_removes_their_own(self, who, request, with_telephone, client_of):
        user = request.getfixturevalue(who)
        with_telephone(user)
        with pytest.raises(PermissionDenied):
            actions.remove_factor(by=user, user=user, reason="لي")
        with pytest.raises(PermissionDenied):
            actions.ask_for_account(by=user, user=user, kind="REMOVE_FACTOR", reason="لي")
        url = reverse("accounts:remove_factor", kwargs={"user": user.uuid})
        assert client_of(user).post(url, {"reason": "لي"}).status_code == 403
        assert Authenticator.objects.filter(user=user).exists()

    def test_what_is_not_there_is_not_removed(self, officer, educator, with_telephone):
        with pytest.raises(actions.NoFactor):
            actions.remove_factor(by=officer, user=educator, reason="ضاع")
        with_telephone(educator)
        with pytest.raises(ReasonMissing):
            actions.remove_factor(by=officer, user=educator, reason="")
