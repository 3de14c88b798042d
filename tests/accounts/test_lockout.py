"""What would be lost: an account guessed at leisure on a shared computer, or a centre locked out by one of its own."""

import datetime as dt

import pytest
from axes.models import AccessAttempt
from django.urls import reverse

from istidrak.base.models import History

pytestmark = pytest.mark.django_db
WRONG = "pas-le-bon-mot"


@pytest.fixture
def lock(try_to_sign_in, settings):
    """Lock a name by wrong passwords; returns the last answer."""

    def send(username, address="10.0.0.7"):
        for _ in range(settings.TRIES_PER_NAME_AND_ADDRESS):
            _client, answer = try_to_sign_in(username, WRONG, address=address)
        return answer

    return send


@pytest.fixture
def is_in(try_to_sign_in):
    """Does the right password open?"""

    def ask(username, **how):
        client, _answer = try_to_sign_in(username, **how)
        return "_auth_user_id" in client.session

    return ask


def test_wrong_passwords_lock_the_name_and_the_page_says_how_long_and_whom_to_ask(
    lock, is_in, officer, with_password
):
    with_password(officer)
    answer = lock(officer.username)
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "بعد 15 دقيقة" in page
    assert "المكتب الذي أنشأ حسابكم" in page
    assert not is_in(officer.username)


def test_the_wait_ends_by_itself_and_trying_on_does_not_lengthen_it(
    lock, is_in, try_to_sign_in, officer, with_password
):
    with_password(officer)
    lock(officer.username)
    before = AccessAttempt.objects.get().attempt_time
    try_to_sign_in(officer.username, WRONG)
    assert AccessAttempt.objects.get().attempt_time == before
    AccessAttempt.objects.update(attempt_time=before - dt.timedelta(minutes=16))
    assert is_in(officer.username)


def test_a_colleague_on_the_same_computer_still_enters(lock, is_in, centre_director, educator, with_password):
    with_password(centre_director), with_password(educator)
    lock(educator.username)
    assert is_in(centre_director.username)
    assert not is_in(educator.username)


def test_somebody_elsewhere_cannot_lock_a_user_out_of_their_own_office(lock, is_in, officer, with_password):
    with_password(officer)
    lock(officer.username, address="203.0.113.9")
    assert is_in(officer.username, address="10.0.0.7")


def test_capitals_and_spaces_are_no_new_tries(try_to_sign_in, settings, officer, with_password):
    """Sign-in does not mind capitals: each way to write a name would else be six more tries."""
    with_password(officer)
    name = officer.username
    forms = [name, name.upper(), name.title(), f" {name}", f"{name} ", name.replace("-", "-")]
    for form in forms[: settings.TRIES_PER_NAME_AND_ADDRESS]:
        _client, answer = try_to_sign_in(form, WRONG)
    assert answer.status_code == 429


def test_one_address_cannot_try_every_name(try_to_sign_in, is_in, settings, officer, with_password):
    with_password(officer)
    for n in range(settings.TRIES_PER_ADDRESS):
        try_to_sign_in(f"name{n}", WRONG)
    _client, answer = try_to_sign_in(officer.username)
    assert "لا يدخل أحد من هنا" in answer.content.decode()
    assert is_in(officer.username, address="10.0.0.8")


def test_an_account_of_ones_own_does_not_wipe_the_tries_of_the_address(
    try_to_sign_in, is_in, settings, officer, educator, with_password
):
    with_password(officer), with_password(educator)
    for n in range(settings.TRIES_PER_ADDRESS - 1):
        try_to_sign_in(f"name{n}", WRONG)
    assert is_in(educator.username)
    try_to_sign_in("one.more", WRONG)
    assert not is_in(officer.username)


def test_a_right_password_wipes_the_tries_of_its_own_name(try_to_sign_in, is_in, settings, officer, with_password):
    with_password(officer)
    for _ in range(settings.TRIES_PER_NAME_AND_ADDRESS - 1):
        try_to_sign_in(officer.username, WRONG)
    assert is_in(officer.username)
    try_to_sign_in(officer.username, WRONG)
    assert is_in(officer.username)


def test_a_name_that_does_not_exist_is_answered_in_the_same_words(lock, officer, with_password):
    """Else the page would tell who has an account."""
    with_password(officer)
    real, unreal = lock(officer.username), lock("personne.ici", address="10.0.0.9")
    assert real.status_code == unreal.status_code
    drop = lambda page: page.content.decode().split("<main")[1]  # noqa: E731
    assert drop(real) == drop(unreal)


def test_an_invented_address_counts_for_nothing(try_to_sign_in, settings, officer, with_password):
    """A browser writes any X-Forwarded-For it likes; only what our own proxy adds at its end is believed."""
    with_password(officer)
    for n in range(settings.TRIES_PER_NAME_AND_ADDRESS):
        _c, answer = try_to_sign_in(officer.username, WRONG, HTTP_X_FORWARDED_FOR=f"198.51.100.{n}")
    assert answer.status_code == 429


def test_behind_the_proxy_each_address_counts_for_itself(try_to_sign_in, is_in, settings, officer, with_password):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    with_password(officer)
    for n in range(settings.TRIES_PER_NAME_AND_ADDRESS):
        forged = f"198.51.100.{n}, 192.0.2.1"
        _c, answer = try_to_sign_in(officer.username, WRONG, HTTP_X_FORWARDED_FOR=forged)
    assert answer.status_code == 429
    assert is_in(officer.username, HTTP_X_FORWARDED_FOR="198.51.100.1, 192.0.2.2")


def test_a_password_asked_once_more_is_counted_too(settings, educator, with_password, client):
    """An open session must not be the place where its password is guessed."""
    with_password(educator)
    client.force_login(educator, backend="allauth.account.auth_backends.AuthenticationBackend")
    for _ in range(settings.TRIES_PER_NAME_AND_ADDRESS):
        answer = client.post(reverse("account_reauthenticate"), {"password": WRONG})
    assert answer.status_code == 429


class TestTheLevelAbove:
    def test_sees_the_lock_and_lifts_it_and_the_history_says_who(
        self, lock, is_in, officer, educator, with_password, client_of
    ):
        with_password(educator)
        lock(educator.username)
        office = client_of(officer)
        url = reverse("accounts:account", kwargs={"user": educator.uuid})
        page = office.get(url).content.decode()
        assert "مقفل" in page
        assert reverse("accounts:unlock", kwargs={"user": educator.uuid}) in page
        office.post(reverse("accounts:unlock", kwargs={"user": educator.uuid}))
        assert is_in(educator.username)
        row = History.objects.get(verb="unlock_account")
        assert (row.by, row.details) == (officer, {"tries": 1})
        assert "فتح القفل" in office.get(url).content.decode()

    def test_does_not_lift_it_by_opening_an_address(self, lock, is_in, officer, educator, with_password, client_of):
        with_password(educator)
        lock(educator.username)
        answer = client_of(officer).get(reverse("accounts:unlock", kwargs={"user": educator.uuid}))
        assert answer.status_code == 405
        assert not is_in(educator.username)

    @pytest.mark.parametrize(("who", "status"), [("other_officer", 404), ("educator", 403), ("officer", 403)])
    def test_is_nobody_else_and_never_oneself(self, who, status, request, officer, educator, client_of):
        subject = officer if who == "officer" else educator
        by = client_of(request.getfixturevalue(who))
        assert by.post(reverse("accounts:unlock", kwargs={"user": subject.uuid})).status_code == status
        assert not History.objects.filter(verb="unlock_account").exists()
