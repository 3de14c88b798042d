"""What would be lost: the files of children on a screen that everybody passes, or an hour of typing."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from istidrak.accounts import actions
from istidrak.base.models import Parameter

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(clock):
    """Move the clock to so many minutes after the start of the test."""
    return lambda minutes: clock.is_later_by(minutes=minutes)


def _is_in(client):
    return client.get(reverse("accounts:accounts")).status_code == 200


def test_a_session_left_alone_ends_and_leads_back_to_the_same_page(later, try_to_sign_in, officer, with_password):
    with_password(officer)
    client, _answer = try_to_sign_in(officer.username)
    page = reverse("accounts:accounts") + "?q=a"
    later(31)
    answer = client.get(page)
    assert answer["Location"].startswith(reverse("account_login") + "?next=")
    said = client.get(answer["Location"]).content.decode()
    assert "لم يحدث أي نشاط" in said
    assert "محفوظ لكم وحدكم على هذا الجهاز" in said
    assert officer.name_ar not in said
    _c, back = try_to_sign_in(officer.username, client=client, after="/accounts/%3Fq%3Da")
    assert back["Location"] == page


def test_pages_that_are_opened_keep_it_alive_until_the_end_of_the_day(later, officer, client_of):
    client = client_of(officer)
    for minutes in range(20, 10 * 60, 20):
        later(minutes)
        assert _is_in(client)
    later(10 * 60 + 1)
    answer = client.get(reverse("accounts:accounts"))
    assert reverse("account_login") in answer["Location"]
    assert "نهاية يوم العمل" in client.get(answer["Location"]).content.decode()


def test_a_page_read_again_within_a_minute_writes_nothing(officer, client_of, django_assert_num_queries):
    client = client_of(officer)
    with django_assert_num_queries(8) as caught:
        client.get(reverse("accounts:accounts"))
    reads = ("SELECT", "DECLARE")  # PostgreSQL declares a cursor for rows read one by one
    assert not [q for q in caught.captured_queries if not q["sql"].startswith(reads)]


def test_the_number_of_minutes_is_a_parameter(later, officer, client_of):
    Parameter.objects.filter(name="accounts.idle_minutes").update(value=5)
    client = client_of(officer)
    later(6)
    assert not _is_in(client)


def test_a_form_sent_too_late_is_kept_and_not_lost(later, officer, client_of):
    """draft.js keeps what was typed when it is told so, and comes back to the page of the form."""
    client = client_of(officer)
    later(31)
    answer = client.post(reverse("accounts:create"), {"username": "x"}, HTTP_X_KEPT_FORM="1")
    assert (answer.status_code, answer["X-Kept-Form"]) == (204, "kept")
    assert reverse("account_login") in answer["X-Goes-To"]


def test_a_plain_form_leads_back_to_its_page_and_not_to_an_address_that_only_takes_answers(later, officer, client_of):
    client = client_of(officer)
    later(31)
    page = reverse("accounts:account", kwargs={"user": officer.uuid})
    answer = client.post(
        reverse("accounts:reset", kwargs={"user": officer.uuid}), HTTP_REFERER=f"http://testserver{page}"
    )
    assert answer["Location"] == f"{reverse('account_login')}?next={page}"


def test_a_fragment_takes_the_whole_page_to_the_sign_in(later, officer, client_of):
    client = client_of(officer)
    later(31)
    answer = client.get(
        reverse("accounts:accounts"),
        HTTP_HX_REQUEST="true",
        HTTP_HX_CURRENT_URL=f"http://testserver{reverse('accounts:create')}",
    )
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next={reverse('accounts:create')}"


class TestLeftAlone:
    """What the browser sends when nobody touched the page for a while."""

    def test_ends_the_session_at_once(self, officer, client_of):
        client = client_of(officer)
        answer = client.post(reverse("accounts:left_alone"), {"next": "/accounts/"})
        assert answer["Location"] == f"{reverse('account_login')}?next=%2Faccounts%2F"
        assert not _is_in(client)

    @pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"])
    def test_leads_to_no_other_site(self, next_, officer, client_of):
        answer = client_of(officer).post(reverse("accounts:left_alone"), {"next": next_})
        assert answer["Location"] == reverse("account_login")

    def test_is_no_address_to_be_opened(self, officer, client_of):
        client = client_of(officer)
        assert client.get(reverse("accounts:left_alone")).status_code == 405
        assert _is_in(client)

    def test_typing_in_a_long_form_keeps_the_session(self, later, officer, client_of):
        client = client_of(officer)
        for minutes in (20, 40, 60):
            later(minutes)
            assert client.post(reverse("accounts:active")).status_code == 204
        later(91)
        assert client.post(reverse("accounts:active")).status_code == 401


class TestEveryOtherSessionEnds:
    def test_when_the_password_is_changed_and_ones_own_goes_on(self, try_to_sign_in, officer, with_password):
        with_password(officer)
        here, _a = try_to_sign_in(officer.username)
        there, _a = try_to_sign_in(officer.username, address="10.0.0.8")
        new = "autre-mot-de-passe-1"
        here.post(
            reverse("account_change_password"),
            {"oldpassword": "كلمة-مرور-طويلة-جدا", "password1": new, "password2": new},
        )
        assert _is_in(here)
        assert not _is_in(there)

    def test_when_the_level_above_resets_it(self, officer, national_officer, client_of):
        client = client_of(officer)
        assert _is_in(client)
        actions.reset_password(by=national_officer, user=officer)
        assert not _is_in(client)

    def test_when_the_account_is_closed_and_stays_out_until_it_is_opened(
        self, officer, national_officer, client_of, try_to_sign_in, with_password
    ):
        with_password(officer)
        client = client_of(officer)
        actions.close_account(by=national_officer, user=officer, reason="غادر المديرية")
        assert not _is_in(client)
        tried, _answer = try_to_sign_in(officer.username)
        assert "_auth_user_id" not in tried.session
        actions.open_account(by=national_officer, user=officer, reason="عاد")
        tried, _answer = try_to_sign_in(officer.username)
        assert _is_in(tried)
        assert not _is_in(client)

    def test_when_a_lost_factor_is_removed(self, officer, national_officer, client_of, with_telephone):
        with_telephone(officer)
        client = client_of(officer)
        actions.remove_factor(by=national_officer, user=officer, reason="ضاع الهاتف")
        assert not _is_in(client)


class TestChangeUser:
    def test_leaves_nothing_of_the_one_before(self, try_to_sign_in, officer, with_password):
        with_password(officer)
        client, _a = try_to_sign_in(officer.username)
        key = client.session.session_key
        client.session["kept"] = "something"
        answer = client.post(reverse("account_logout"))
        assert answer["Clear-Site-Data"] == '"storage"'
        assert answer["Location"] == reverse("account_login")
        assert not Session.objects.filter(session_key=key).exists()
        client.cookies["sessionid"] = key  # the cookie somebody copied
        assert not _is_in(client)
        said = client.get(reverse("account_login")).content.decode()
        assert officer.username not in said
        assert officer.name_ar not in said

    def test_stands_on_every_page_as_one_button(self, officer, client_of):
        page = client_of(officer).get(reverse("accounts:accounts")).content.decode()
        assert "تغيير المستخدم" in page
        assert f'action="{reverse("account_logout")}" data-wipe' in page
