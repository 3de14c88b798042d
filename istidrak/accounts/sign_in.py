"""allauth's adapter: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class ClosedAdapter(DefaultAccountAdapter):
    """Accounts are made by the level above (decision: accounts)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Home, once the first password has been changed."""
        return reverse("home")

    def set_password(self, user: object, password: str) -> None:
        """A password set by its owner ends the obligation to change the first one."""
        user.must_change_password = False
        super().set_password(user, password)
