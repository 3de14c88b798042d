"""Lock-out after repeated failed sign-ins: what axes counts, for whom, and the page that says how long."""

import ipaddress
import unicodedata
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

IPV6_NETWORK = 64  # one subscriber holds a whole network of this size: counted as one address


def as_counted(username: str) -> str:
    """A user name as tries are counted: sign-in does not mind capitals, so counting must not either."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """The user name that somebody tries to sign in with; None when none was given."""
    username = (credentials or {}).get("username")
    return as_counted(username)[:150] if username else None


def address_of(request: HttpRequest) -> str | None:
    """The address a request comes from; None when there is none (the command line).

    Behind the proxy that serves https, the one it writes at the end of X-Forwarded-For: what stands before it
    was written by the browser, which may write anything.
    """
    given = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        given = forwarded.rsplit(",", 1)[-1].strip()
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return None
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/{IPV6_NETWORK}", strict=False).network_address)
    return str(address)


class TriesInDatabase(AxesDatabaseHandler):
    """Two caps instead of axes' one: a low one for a name from an address, a high one for the address."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Failed tries of the name from the address; the limit itself once the address has used up its own."""
        of_name, of_address = (_sum(rows) for rows in self.get_user_attempts(request, credentials))
        if of_address >= settings.TRIES_PER_ADDRESS:
            return max(of_name, settings.TRIES_PER_NAME_AND_ADDRESS)
        return of_name

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """After a sign-in, forget the tries of that name from there.

        Those of the address stay: whoever has an account of their own could else try others without end.
        """
        of_name, _of_address = self.filter_user_attempts(request, credentials)
        return of_name.delete()[0]


def _sum(attempts: QuerySet[Any]) -> int:
    return attempts.aggregate(n=Sum("failures_since_start"))["n"] or 0


def is_locked_out(request: HttpRequest, username: str) -> bool:
    """True when this name may not be tried from here now; the page that says so then answers the request."""
    is_locked = not AxesProxyHandler.is_allowed(request, get_credentials(username))
    if is_locked:
        request.axes_locked_out = True
    return is_locked


def count_wrong_code(request: HttpRequest, username: str) -> None:
    """A wrong code counts as a wrong password: the second step cannot be guessed at leisure."""
    user_login_failed.send(sender=__name__, credentials=get_credentials(username), request=request)


def locked_page(request: HttpRequest, *_rest: Any) -> HttpResponse:
    """429: how long, and whom to ask. The same words whether or not the user name exists."""
    recent = AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME)
    is_address = _sum(recent.filter(ip_address=address_of(request))) >= settings.TRIES_PER_ADDRESS
    context = {"minutes": settings.LOCKED_FOR_MINUTES, "is_address": is_address}
    return render(request, "accounts/locked.html", context, status=429)
