"""The gate of every page: which roles may open it; the scope the view reads with."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from istidrak.accounts.factors import has_factor
from istidrak.accounts.roles import EVERYBODY, Role
from istidrak.accounts.sessions import FACTOR_DUE
from istidrak.base import days
from istidrak.base.scope import Scope

View = Callable[..., HttpResponse]


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and from there back to the page: that of the form when a form was sent.

    A fragment asks the browser to go there as a whole; else the sign-in page would stand inside the page.
    """
    page = request.get_full_path()
    if getattr(request, "htmx", False):
        page = request.htmx.current_url_abs_path or reverse("home")
    elif request.method != "GET":
        before = urlsplit(request.headers.get("Referer", ""))
        page = before._replace(scheme="", netloc="").geturl() if before.netloc == request.get_host() else page
    response = redirect_to_login(page)
    if getattr(request, "htmx", False):
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": response["Location"]})
    return response


def _lacks_factor(request: HttpRequest) -> bool:
    """True when the grace of the role has run out and no second factor is set up."""
    due = request.session.get(FACTOR_DUE)
    if not due or due > days.today().isoformat():
        return False
    if has_factor(request.user):
        del request.session[FACTOR_DUE]
        return False
    return True


def open_to(*roles: type[Role]) -> Callable[[View], View]:
    """Let only these roles in (403 otherwise) and set `request.scope` to what they may read in them.

    The roles stay on the view as `view.roles`, from which the test of every URL x every role is generated.
    A user who must change the first password, or set up the second factor that a role asks for, is sent there
    before anything else.
    """

    def gate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if not request.user.holds(*roles):
                raise PermissionDenied
            if request.user.must_change_password:
                return redirect("account_change_password")
            if _lacks_factor(request):
                return redirect("mfa_activate_totp")
            request.scope = request.user.scope_as(*roles)
            return view(request, *args, **kwargs)

        guarded.roles = roles
        return guarded

    return gate


def signed_in(view: View) -> View:
    """Open a page about one's own account to whoever is signed in, before the second factor is set up too."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if request.user.must_change_password:
            return redirect("account_change_password")
        return view(request, *args, **kwargs)

    guarded.roles = EVERYBODY
    return guarded


def open_to_all(view: View) -> View:
    """Mark a page that needs no sign-in (language switch, health)."""
    view.is_public = True
    return view


def scope_acting_as(request: HttpRequest, *roles: type[Role]) -> Scope:
    """What the user may change in these roles: another role that only reads adds nothing. Raises PermissionDenied."""
    user: Any = request.user
    if not user.holds(*roles):
        raise PermissionDenied
    return user.scope_as(*roles)
