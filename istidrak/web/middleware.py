"""What stands before every page: the reader's language, the guard on GET, no copies of private pages."""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation

from istidrak.base.exchange.answers import NamesLeaveByPost
from istidrak.web.views import bad_request

Responder = Callable[[HttpRequest], HttpResponse]
SAFE = {"GET", "HEAD", "OPTIONS"}
# Sign-in sessions are exempt (decision: reading is recorded by a POST, sessions are not records).
EXEMPT_TABLE = "django_session"
READING = re.compile(
    r"^[\s(]*(SELECT|EXPLAIN|PRAGMA|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SHOW|SET|DECLARE|FETCH|CLOSE"
    r"|WITH(?!.*\b(INSERT|UPDATE|DELETE)\b))\b",
    re.IGNORECASE | re.DOTALL,
)


class WriteOnGet(Exception):
    """A page tried to write while it was only being read."""


def _refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if not READING.match(sql) and EXEMPT_TABLE not in sql:
        raise WriteOnGet(sql[:120])
    return execute(sql, params, many, context)


class GetNeverWrites:
    """A GET that writes fails, in production as in tests: reading must not change what is read."""

    def __init__(self, respond: Responder):
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE:
            return self.respond(request)
        with connections["default"].execute_wrapper(_refuse_writes):
            return self.respond(request)


class LanguageOfUser:
    """The language is the one chosen (a cookie), else that of the installation: never the browser's guess,
    because shared computers speak English and officers do not."""

    def __init__(self, respond: Responder):
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.respond(request)
        response.headers.setdefault("Content-Language", language)
        return response


class NamesLeaveByForm:
    """The list of a page is taken out by posting to the page's own address with `format=xlsx`.

    The page is then read as for a GET, and may write one thing: who took the names out. Stands after the guard on
    forged forms. A GET for names gives the page, with its button.
    """

    def __init__(self, respond: Responder):
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Read the page of a list that is taken out."""
        if request.method == "POST" and request.GET.get("format") == "xlsx":
            request.method = "GET"

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page itself, in the place of names asked for by an address alone."""
        if not isinstance(error, NamesLeaveByPost):
            return None
        query = request.GET.copy()
        query.pop("format", None)
        return HttpResponseRedirect(f"{request.path}?{query.urlencode()}" if query else request.path)


class PrivatePages:
    """Pages of a signed-in user are kept by no cache: the next user of the computer finds nothing."""

    def __init__(self, respond: Responder):
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        return response


class NoNullCharacter:
    """A text with a null character is no text: PostgreSQL refuses it with an error, so it is refused here."""

    def __init__(self, respond: Responder):
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = [request.GET] if request.method in SAFE else [request.GET, request.POST]
        if "\0" in request.path or any("\0" in value for q in given for _, values in q.lists() for value in values):
            return bad_request(request, SuspiciousOperation())
        return self.respond(request)


class SameFormInTurn:
    """The same form, sent twice at once, is answered once and then again: the second finds what the first wrote.

    Actions look for the submission's number before they write. Two requests that both look first would both write,
    and the second user would read an error over work that was saved. On SQLite writers take turns anyway.
    """

    def __init__(self, respond: Responder):
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = "" if request.method in SAFE else request.POST.get("submission", "")
        try:
            number = uuid.UUID(given)
        except ValueError:
            number = None
        if number is None:
            return self.respond(request)
        with _turn(number):
            return self.respond(request)


@contextmanager
def _turn(number: uuid.UUID) -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    key = [number.int >> 65]  # 63 bits, what a lock of the database is named by
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", key)
    try:
        yield
    finally:
        # A lock goes with its connection: one that broke meanwhile holds none.
        if connection.connection is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", key)
