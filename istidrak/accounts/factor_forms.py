"""The forms where a code is typed: at the sign-in, once more before something delicate, and at the set-up."""

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.accounts.factors import secret_of, spend
from istidrak.accounts.lockout import count_wrong_code, is_locked_out

CODE_BOX = {"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr", "autofocus": True}


def _code_field(help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=_("Code"), max_length=12, help_text=help_text, widget=forms.TextInput({**CODE_BOX}))


class _CountedCode:
    """A code that is counted like a password and serves once."""

    def clean_code(self) -> str:
        """The code, once it is known to be right, not used before, and not one try too many."""
        request, username = context.request, self.user.username
        if is_locked_out(request, username):
            raise get_adapter().validation_error("incorrect_code")
        try:
            code = super().clean_code()
            is_telephone = self.authenticator.type == Authenticator.Type.TOTP
            if is_telephone and not spend(self.user, secret_of(self.authenticator), code):
                raise get_adapter().validation_error("incorrect_code")
        except forms.ValidationError:
            count_wrong_code(request, username)
            raise
        return code


class CodeForm(_CountedCode, AuthenticateForm):
    """The second step of a sign-in."""

    code = _code_field(_("Six digits from your telephone, or one of your recovery codes."))


class CodeAgainForm(_CountedCode, ReauthenticateForm):
    """The code once more, before something delicate."""

    code = _code_field(_("Six digits from your telephone, or one of your recovery codes."))


class SetUpForm(ActivateTOTPForm):
    """The first code of a telephone, which proves that it reads the clock right."""

    code = _code_field(_("The six digits that the telephone shows now."))

    def clean_code(self) -> str:
        """The code; it cannot be used again to sign in."""
        code = super().clean_code()
        spend(self.user, self.secret, code)
        return code
