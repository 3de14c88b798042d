"""People who really sign in: with a password, a telephone, from an address."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

PASSWORD = "كلمة-مرور-طويلة-جدا"


@pytest.fixture(autouse=True)
def _cache_of_one_process():
    cache.clear()


@pytest.fixture
def with_password():
    """Give a user a password."""

    def give(user):
        user.set_password(PASSWORD)
        user.save()
        return user

    return give


@pytest.fixture
def try_to_sign_in(db):
    """Send the sign-in form; returns (client, answer)."""

    def send(username, password=PASSWORD, *, address="10.0.0.7", client=None, after="", **headers):
        client = client or Client(REMOTE_ADDR=address)
        url = reverse("account_login") + (f"?next={after}" if after else "")
        return client, client.post(url, {"login": username, "password": password}, **headers)

    return send


class Telephone:
    """A telephone that shows codes, by the clock of the test."""

    def __init__(self, secret):
        self.secret = secret

    def code(self, later=0):
        """The code of this half minute, or of one after it."""
        return totp.format_hotp_value(totp.hotp_value(self.secret, int(totp.time.time()) // 30 + later))

    def wrong_code(self):
        """A code that is none of those accepted now."""
        right = {self.code(n) for n in (-2, -1, 0, 1, 2)}
        return next(text for text in (f"{n:06}" for n in range(10)) if text not in right)


@pytest.fixture
def with_telephone(with_password):
    """Give a user a password and a telephone; returns the telephone."""

    def give(user):
        with_password(user)
        secret = totp.generate_totp_secret()
        totp.TOTP.activate(user, secret)
        RecoveryCodes.activate(user)
        return Telephone(secret)

    return give


@pytest.fixture
def codes_of():
    """The recovery codes that a user has left."""
    return lambda user: Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
