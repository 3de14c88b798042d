"""Pages that belong to no module: language, the demo's sign-in, health, the gallery of components, errors."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from istidrak.accounts.gate import open_to, open_to_all
from istidrak.accounts.models import User
from istidrak.accounts.roles import NationalOfficer, SystemAdministrator
from istidrak.base import days
from istidrak.base.paging import Page

YEAR_IN_SECONDS = 365 * 24 * 3600


@open_to_all
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and stay on the page."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR_IN_SECONDS, httponly=True, samesite="Lax"
        )
    return response


@open_to_all
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in to an account of the demo by its button; outside the demo this page does not exist."""
    if not settings.IS_DEMO:
        raise Http404
    user = get_object_or_404(User, username=request.POST.get("username", ""), is_demo=True, is_active=True)
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("home")


@open_to_all
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Says ok when the database answers; for whoever keeps the machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@open_to_all
def closed(request: HttpRequest) -> HttpResponse:
    """Pages of sign-up and mail do not exist here (decision: accounts)."""
    return redirect("account_login")


class _SampleForm(forms.Form):
    """One field of each kind, for the gallery."""

    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As the list has it."))
    day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=forms.DateInput)
    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("", gettext_lazy("Not known"))],
    )


@require_GET
@open_to(NationalOfficer, SystemAdministrator)
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component with sample values, in the reader's language."""
    context: dict[str, Any] = {
        "form": _SampleForm(),
        "wrong": _SampleForm({"name": "", "day": "31/02/2010"}),
        "page": Page([], "5"),
        "sample_day": dt.date(2025, 9, 16),
        "sample_moment": days.now(),
        "tones": ["secondary", "blue", "green", "orange", "red", "purple", "teal"],
        "findings": [
            {"label": _("Age"), "outcome": "MET", "source": "2025"},
            {"label": _("Day"), "outcome": "NOT_MET", "source": ""},
            {"label": _("Answer"), "outcome": "UNKNOWN", "source": ""},
        ],
    }
    return render(request, "web/gallery.html", context)


def _error(request: HttpRequest, status: int, title: str, todo: str) -> HttpResponse:
    return render(request, "web/error.html", {"error_title": title, "error_todo": todo}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _error(request, 400, _("This request could not be read"), _("Go back, reload the page and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the page exists, the role does not open it."""
    return _error(
        request,
        403,
        _("This page is not for your role"),
        _("If it should be, ask the office that made your account. Your menu shows what you may open."),
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form sent from a page that is too old."""
    return _error(
        request,
        403,
        _("This form was open for too long"),
        _("Nothing was saved. Go back, reload the page: what you typed is kept on this device, then send it again."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: unknown, or outside the reader's territory: the same words for both."""
    return _error(
        request,
        404,
        _("Nothing here"),
        _("The address is mistyped, or what you look for is outside your territory. Try the search."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: said plainly, with the way back."""
    return _error(
        request,
        500,
        _("Something broke on our side"),
        _(
            "Nothing was lost: what you typed is kept on this device. Try again in a moment; if it goes on, tell the "
            "office that made your account, with the time."
        ),
    )
