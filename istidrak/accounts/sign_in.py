"""allauth's adapter: nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


class ClosedAdapter(DefaultAccountAdapter):
    """Accounts are made by the level above (decision: accounts)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Home, once the first password has been changed."""
        return reverse("home")

    def clean_password(self, password: str, user: Any = None) -> str:
        """A new password is new: whoever printed the slip still knows the first one."""
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError(_("Choose another password than the present one."))
        return super().clean_password(password, user)

    def set_password(self, user: object, password: str) -> None:
        """A password set by its owner ends the obligation to change the first one."""
        user.must_change_password = False
        super().set_password(user, password)
