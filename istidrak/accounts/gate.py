"""The gate of every page: which roles may open it; the scope the view reads with."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from istidrak.accounts.roles import Role

View = Callable[..., HttpResponse]


def open_to(*roles: type[Role]) -> Callable[[View], View]:
    """Let only these roles in (403 otherwise) and set `request.scope` to what they may read in them.

    The roles stay on the view as `view.roles`, from which the test of every URL x every role is generated.
    A user who must change the first password is sent there before anything else.
    """

    def gate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.holds(*roles):
                raise PermissionDenied
            if request.user.must_change_password:
                return redirect("account_change_password")
            request.scope = request.user.scope_as(*roles)
            return view(request, *args, **kwargs)

        guarded.roles = roles
        return guarded

    return gate


def open_to_all(view: View) -> View:
    """Mark a page that needs no sign-in (language switch, health)."""
    view.is_public = True
    return view
