"""The ends of a session: after a time without activity on a shared computer, and after a working day at most."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from istidrak.accounts.models import Assignment, FactorRequirement
from istidrak.base import days
from istidrak.base.parameters import parameters_on
from istidrak.base.rules.parameters import NoParameter, Parameters

Responder = Callable[[HttpRequest], HttpResponse]
ENDS_AT, IDLE_SECONDS, SEEN_AT = "ends_at", "idle_seconds", "seen_at"
# ISO day from which the second factor is asked for; absent when no role asks for it. Read at the sign-in and
# again once a minute, so that a requirement holds for those who are working too.
FACTOR_DUE = "factor_due"
ENDED = "ended"  # why the last session on this browser ended: IDLE or DAY
# Being seen is written at most this often, so that reading a page does not cost a write each time.
WRITE_EVERY_SECONDS = 60
# Where the parameters were never loaded: those of the module's file, so that nobody is signed in without an end.
DEFAULTS = {"accounts.idle_minutes": 30, "accounts.session_hours": 10, "accounts.factor_grace_days": 14}


def _number(values: Parameters, name: str) -> int:
    try:
        return int(values.resolve(name).value)
    except NoParameter:
        return DEFAULTS[name]


def limits_on(day: dt.date) -> dict[str, int]:
    """The three numbers of days, hours and minutes that hold on a day, by the name of the parameter; one query."""
    values = parameters_on(day, *DEFAULTS)
    return {name: _number(values, name) for name in DEFAULTS}


def begin(sender: Any, request: HttpRequest, user: Any, **_rest: Any) -> None:
    """At the sign-in, write into the session when it ends and from which day the second factor is asked for."""
    limits = limits_on(days.today())
    now = int(time.time())
    request.session.pop(ENDED, None)
    request.session[SEEN_AT] = now
    request.session[ENDS_AT] = now + limits["accounts.session_hours"] * 3600
    request.session[IDLE_SECONDS] = limits["accounts.idle_minutes"] * 60
    _ask_for_factor(request, user, limits["accounts.factor_grace_days"])


def _ask_for_factor(request: HttpRequest, user: Any, grace_days: int) -> None:
    due = factor_due(user, grace_days)
    if due:
        request.session[FACTOR_DUE] = due.isoformat()
    else:
        request.session.pop(FACTOR_DUE, None)


def factor_due(user: Any, grace_days: int) -> dt.date | None:
    """The day from which a role that the user holds today asks for a second factor; None when none does.

    The grace runs from the requirement or from the day the role was given, whichever is later. The accounts of
    the demo, opened by a button, are never asked.
    """
    if settings.IS_DEMO and user.is_demo:
        return None
    today = days.today()
    required = dict(FactorRequirement.objects.in_force(today).values_list("role", "since"))
    if not required:
        return None
    held = Assignment.objects.in_force(today).filter(Q(user=user, role__in=required))
    starts = [max(required[a.role], a.since) for a in held]
    return min(starts) + dt.timedelta(days=grace_days) if starts else None


class SessionEnds:
    """Ends a session that its user left, or that is older than a working day, before any page is made."""

    def __init__(self, respond: Responder):
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            why = _why_ended(request)
            if why:
                end(request, why)
            elif time.time() - request.session[SEEN_AT] > WRITE_EVERY_SECONDS:
                request.session[SEEN_AT] = int(time.time())
                _look_again(request)
        return self.respond(request)


def _look_again(request: HttpRequest) -> None:
    """What was required, lifted or given since the last look holds for sessions that are open: three queries, at
    most once a minute, for the minute in which the session is written anyway."""
    if request.user.is_authenticated:
        grace_days = limits_on(days.today())["accounts.factor_grace_days"]
        _ask_for_factor(request, request.user, grace_days)


def _why_ended(request: HttpRequest) -> str:
    session, now = request.session, time.time()
    if ENDS_AT not in session or now >= session[ENDS_AT]:
        return "DAY"
    return "IDLE" if now - session[SEEN_AT] >= session[IDLE_SECONDS] else ""


def end(request: HttpRequest, why: str) -> None:
    """End the session: nothing of it stays but why it ended, which the sign-in page says."""
    request.session.flush()
    request.user = AnonymousUser()
    request.session[ENDED] = why


def words_of_end(request: HttpRequest) -> str:
    """What the sign-in page says of a session that ended by itself; empty when none did."""
    words = {
        "IDLE": _("You were signed out because nothing was done for a while."),
        "DAY": _("You were signed out at the end of the working day."),
    }
    session = getattr(request, "session", {})  # an error page may come before sessions are read
    return words.get(session.get(ENDED, ""), "")


user_logged_in.connect(begin, dispatch_uid="accounts.sessions.begin")
