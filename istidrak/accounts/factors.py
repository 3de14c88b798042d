"""The second factor as allauth keeps it, with what this program adds: encryption, and codes that serve once."""

import base64
import hashlib
import time
from io import BytesIO
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from istidrak.accounts.models import FactorRequirement, SpentCode, User
from istidrak.base import days, history

PURPOSE = b"istidrak second factor"
VERBS = {authenticator_added: "set_up_factor", authenticator_removed: "drop_factor", authenticator_reset: "new_codes"}


def _cipher() -> MultiFernet:
    """Keys made from the installation's own secret, the present one first; former ones still open what they shut."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.blake2b(PURPOSE, key=hashlib.sha256(s.encode()).digest(), digest_size=32) for s in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(d.digest())) for d in digests])


class FactorAdapter(DefaultMFAAdapter):
    """allauth's adapter: secrets are encrypted, a required factor is not switched off by its holder."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or it has been used. Wait for the next one."),
        "cannot_delete_authenticator": _("Your role asks for a second factor: it cannot be switched off."),
        "cannot_generate_recovery_codes": _("Set up the telephone first; recovery codes come with it."),
    }

    def encrypt(self, text: str) -> str:
        """A secret as it is stored."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A stored secret in clear. Raises InvalidToken when the installation's secret was changed."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not while a role that its holder has today asks for it."""
        return not is_asked_of(authenticator.user)

    def build_totp_svg(self, url: str) -> str:
        """The square to scan as an SVG that stands inside the page (no image is fetched)."""
        import qrcode
        from qrcode.image.svg import SvgPathImage

        image = qrcode.make(url, image_factory=SvgPathImage, border=2)
        stream = BytesIO()
        image.save(stream)
        text = stream.getvalue().decode("utf-8")
        return text[text.index("<svg") :]


def is_asked_of(user: User) -> bool:
    """True when a role held today asks for a second factor, whether or not its grace has run out."""
    codes = [role.code for role in user.roles]
    return FactorRequirement.objects.in_force(days.today()).filter(role__in=codes).exists()


def has_factor(user: User) -> bool:
    """True when the user signs in with a code of the telephone."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def counter_of(secret: str, code: str) -> int | None:
    """The half minute that a code of this secret belongs to, among those accepted now; None for a wrong code."""
    given = code.replace(" ", "")
    for counter in totp.yield_hotp_counters_from_time():
        if totp.compare_user_code(actual=given, expected=totp.format_hotp_value(totp.hotp_value(secret, counter))):
            return counter
    return None


@transaction.atomic
def spend(user: User, secret: str, code: str) -> bool:
    """Mark a code as used; False when it was used before, by whichever web process.

    allauth remembers used codes in the memory of one process and for one half minute only.
    """
    counter = counter_of(secret, code)
    if counter is None:
        return False
    SpentCode.objects.filter(user=user, counter__lt=int(time.time()) // 30 - 10).delete()
    _row, is_new = SpentCode.objects.get_or_create(user=user, counter=counter)
    return is_new


def secret_of(authenticator: Authenticator) -> str:
    """The secret of a telephone, in clear."""
    return decrypt(authenticator.data["secret"])


def _record(sender: Any, signal: Any, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP or signal is authenticator_reset:
        history.record(user, VERBS[signal], by=user)


for _signal, _verb in VERBS.items():
    _signal.connect(_record, dispatch_uid=f"accounts.factors.{_verb}")
