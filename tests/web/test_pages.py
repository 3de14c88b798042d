"""Pages that everybody meets: signing in and out, the language, and what is said when something is wrong."""

import re

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from istidrak.accounts.models import User
from istidrak.web.answers import KeptForms

pytestmark = pytest.mark.django_db
LANGUAGES = pytest.mark.parametrize("language", ["ar", "fr"])


def _in(client, language):
    client.cookies["django_language"] = language
    return client


def _html(response):
    return response.content.decode()


@LANGUAGES
@pytest.mark.parametrize("name", ["account_login", "home", "gallery", "account_logout", "account_change_password"])
def test_a_page_names_its_language_once_and_runs_no_script_of_its_own(
    name, language, client_of, client, national_officer
):
    """An inline script is refused by the browser (the policy allows ours alone), so it would simply not run."""
    national_officer.set_password("un-mot-de-passe-long")
    national_officer.save()
    response = _in(client if name == "account_login" else client_of(national_officer), language).get(reverse(name))
    html = _html(response)
    assert response.status_code == 200
    assert re.findall(r"<html[^>]*>", html) == [
        f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">'
    ]
    assert ("tabler.rtl.min.css" in html) == (language == "ar")
    assert not re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", html)
    assert not re.findall(r"<[^>]+\son[a-z]+=", html)
    assert not re.findall(r"(?:href|src|action)=\"(?:https?:)?//", html)
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe-inline" not in response["Content-Security-Policy"].split("style-src")[0]


def test_a_right_password_opens_and_a_wrong_one_says_so_in_arabic(client, officer):
    officer.set_password("كلمة-مرور-طويلة")
    officer.save()
    wrong = client.post(reverse("account_login"), {"login": officer.username, "password": "xxxxxxxxxxxx"})
    assert "اسم المستخدم أو كلمة المرور غير صحيح." in _html(wrong)
    right = client.post(reverse("account_login"), {"login": officer.username, "password": "كلمة-مرور-طويلة"})
    assert (right.status_code, right["Location"]) == (302, "/")


def test_many_wrong_passwords_are_stopped(client, officer):
    """Shared computers invite guessing a colleague's password."""
    from django.core.cache import cache

    cache.clear()
    officer.set_password("un-mot-de-passe-long")
    officer.save()
    for _ in range(12):
        response = client.post(reverse("account_login"), {"login": officer.username, "password": "faux"})
    last = client.post(reverse("account_login"), {"login": officer.username, "password": "un-mot-de-passe-long"})
    cache.clear()
    assert response.status_code in {200, 429}
    assert last.status_code != 302


@pytest.mark.parametrize("path", ["signup", "password/reset", "email", "confirm-email", "inactive", "password/set"])
def test_there_is_no_page_to_sign_up_or_to_mail(client, path):
    assert client.get(f"/account/{path}/").status_code == 404


def test_names_that_lead_nowhere_lead_to_the_sign_in_page_with_a_word(client):
    response = client.get(reverse("account_signup"))
    assert response["Location"] == reverse("account_login")
    assert len(list(get_messages(response.wsgi_request))) == 1
    with pytest.raises(NoReverseMatch):
        reverse("account_reset_password")


def test_a_first_password_is_changed_before_anything_else(client, officer):
    """The slip was seen by the one who printed it."""
    officer.set_password("slip-password-1")
    officer.must_change_password = True
    officer.save()
    client.post(reverse("account_login"), {"login": officer.username, "password": "slip-password-1"})
    assert client.get(reverse("home"))["Location"] == reverse("account_change_password")
    form = {"oldpassword": "slip-password-1", "password1": "mien-seul-2025", "password2": "mien-seul-2025"}
    changed = client.post(reverse("account_change_password"), form)
    assert changed["Location"] == reverse("home")
    officer.refresh_from_db()
    assert not officer.must_change_password
    assert officer.check_password("mien-seul-2025")
    assert client.get(reverse("home")).status_code == 200  # still signed in


def test_signing_out_is_a_post_and_makes_the_browser_forget(client_of, officer):
    client = client_of(officer)
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.get(reverse("home")).status_code == 200
    gone = client.post(reverse("account_logout"))
    assert gone["Location"] == reverse("account_login")
    assert gone["Clear-Site-Data"] == '"storage"'
    assert client.get(reverse("home")).status_code == 302


def test_the_demo_lists_its_accounts_by_role_and_opens_them(client, settings, officer):
    settings.IS_DEMO = True
    User.objects.filter(pk=officer.pk).update(is_demo=True)
    html = _html(client.get(reverse("account_login")))
    assert f'value="{officer.username}"' in html
    assert "المسؤول بالمديرية الإقليمية" in html
    response = client.post(reverse("demo_sign_in"), {"username": officer.username, "next": reverse("gallery")})
    assert response["Location"] == reverse("gallery")
    assert client.session["_auth_user_id"] == str(officer.pk)


@pytest.mark.parametrize(("is_demo", "is_of_demo"), [(False, True), (True, False), (False, False)])
def test_a_button_opens_only_accounts_of_the_demo_and_only_there(client, settings, officer, is_demo, is_of_demo):
    """A real installation with one forgotten demo account would be open to anybody."""
    settings.IS_DEMO = is_demo
    User.objects.filter(pk=officer.pk).update(is_demo=is_of_demo)
    assert client.post(reverse("demo_sign_in"), {"username": officer.username}).status_code == 404
    assert "_auth_user_id" not in client.session
    if not is_demo:
        assert officer.username not in _html(client.get(reverse("account_login")))


def test_the_language_changes_and_the_page_stays(client):
    response = client.post(reverse("set_language"), {"language": "fr", "next": "/account/login/?next=/x/"})
    assert response["Location"] == "/account/login/?next=/x/"
    assert 'lang="fr"' in _html(client.get(reverse("account_login")))


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_a_language_switch_leads_to_no_other_site(client, target):
    assert client.post(reverse("set_language"), {"language": "fr", "next": target})["Location"] == "/"


def test_health_answers_without_signing_in(client):
    assert client.get(reverse("health")).content == b"ok"


def _says_what_to_do(html, language):
    """A title, a sentence, and a way on."""
    assert f'lang="{language}"' in html
    assert re.search(r"<h1[^>]*><bdi>[^<]+</bdi></h1>", html)
    assert re.search(r'<a class="btn btn-primary" href="[^"]+">[^<]+</a>', html)


@LANGUAGES
def test_an_unknown_address_says_what_to_do(client_of, officer, language):
    response = _in(client_of(officer), language).get("/nowhere/")
    assert response.status_code == 404
    _says_what_to_do(_html(response), language)
    assert reverse("desk:search") in _html(response)


@LANGUAGES
def test_a_page_of_another_role_says_so(client_of, educator, language):
    response = _in(client_of(educator), language).get(reverse("gallery"))
    assert response.status_code == 403
    _says_what_to_do(_html(response), language)


@LANGUAGES
def test_an_address_that_takes_answers_only_says_so_when_it_is_opened(client_of, officer, language):
    response = _in(client_of(officer), language).get(reverse("set_language"))
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    _says_what_to_do(_html(response), language)


@LANGUAGES
def test_a_form_open_for_too_long_leads_back_to_its_page(officer, language):
    client = _in(Client(enforce_csrf_checks=True), language)
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post(reverse("set_language"), {}, headers={"referer": "http://testserver/search/?q=x"})
    assert response.status_code == 403
    _says_what_to_do(_html(response), language)
    assert 'href="http://testserver/search/?q=x"' in _html(response)
    elsewhere = client.post(reverse("set_language"), {}, headers={"referer": "http://example.org/"})
    assert "example.org" not in _html(elsewhere)


@LANGUAGES
def test_an_error_of_ours_is_said_without_asking_the_database(
    client_of, officer, language, monkeypatch, django_assert_num_queries, rf
):
    """The database may be what broke."""
    from istidrak.web import views

    client = _in(client_of(officer), language)
    client.raise_request_exception = False

    def breaks(*args):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("istidrak.web.views.Page", breaks)
    monkeypatch.setattr(User, "holds", lambda *roles: True)
    response = client.get(reverse("gallery"))
    assert response.status_code == 500
    _says_what_to_do(_html(response), language)
    with translation.override(language), django_assert_num_queries(0):
        assert views.broken(rf.get("/")).status_code == 500


def test_a_kept_form_is_told_where_to_go_and_its_message_is_not_eaten(client_of, officer):
    """What happened is said on the next page that the user sees, not on one that a script read."""
    client = client_of(officer)
    form = {
        "kind": "ASSOCIATION",
        "code": "AS9",
        "name_ar": "جمعية",
        "place": officer.current_assignments[0].organisation.place_id,
    }
    response = client.post(reverse("desk:body_create"), form, headers={"x-kept-form": "1"})
    assert response.status_code == 204
    assert response["X-Kept-Form"] == "saved"
    page = client.get(response["X-Goes-To"])
    assert len(page.context["messages"]) == 1


def test_a_kept_form_is_not_called_saved_when_the_session_has_ended(client):
    response = client.post(reverse("desk:body_create"), {}, headers={"x-kept-form": "1"})
    assert response["X-Kept-Form"] == "kept"
    assert response["X-Goes-To"].startswith(reverse("account_login"))


def test_an_ordinary_form_is_redirected(rf):
    plain = KeptForms(lambda request: HttpResponse(status=302, headers={"Location": "/x/"}))(rf.post("/"))
    assert (plain.status_code, plain["Location"]) == (302, "/x/")


def test_the_gallery_shows_every_part_in_both_languages(client_of, national_officer):
    html = _html(client_of(national_officer).get(reverse("gallery")))
    arabic, french = html.split('data-language="fr"')
    assert "1 شتنبر 2025" in arabic
    assert "1er septembre 2025" in french
    assert "إجباري" in arabic
    assert "obligatoire" in french
    assert "هذه الخانة إجبارية." in arabic
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), sorted(i for i in set(ids) if ids.count(i) > 1)


def test_the_frame_says_who_where_and_when(client_of, officer, season):
    html = _html(client_of(officer).get(reverse("home")))
    assert "المسؤول بالمديرية الإقليمية" in html
    assert "<bdi>2025/26</bdi>" in html
    assert "20 نونبر 2025" in html
    assert html.count('aria-current="page"') == 1
    assert f'data-user="{officer.uuid}"' in html
