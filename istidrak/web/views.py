"""Pages that belong to no module: language, the demo's sign-in, health, the gallery of components, errors."""

import datetime as dt
from typing import Any

from allauth.account import views as account
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from istidrak.accounts.gate import open_to, open_to_all
from istidrak.accounts.models import User
from istidrak.accounts.roles import NationalOfficer, SystemAdministrator
from istidrak.base import days
from istidrak.base.paging import Page
from istidrak.base.templatetags.ui import BUTTON_TONES, TONES

YEAR_IN_SECONDS = 365 * 24 * 3600


def _next_of(request: HttpRequest) -> str:
    """Where a form asks to go next, when that is a page of ours; else home."""
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else reverse("home")


@open_to_all
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and stay on the page."""
    response = HttpResponseRedirect(_next_of(request))
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
    return redirect(_next_of(request))


@open_to_all
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Says ok when the database answers; for whoever keeps the machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@open_to_all
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out, for good or to let another user in; the browser is told to forget what forms had kept."""
    response = account.logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"storage"'
    return response


@open_to_all
def closed(request: HttpRequest) -> HttpResponse:
    """Pages of sign-up and mail do not exist here (decision: accounts)."""
    messages.info(request, _("Accounts and first passwords are given by the office above yours."))
    return redirect("account_login")


class _SampleForm(forms.Form):
    """One field of each kind, for the gallery."""

    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As the list has it."))
    day = forms.DateField(label=gettext_lazy("Day"), required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), required=False)
    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("unknown", gettext_lazy("Not known"))],
    )
    several = forms.MultipleChoiceField(
        label=gettext_lazy("Several answers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("1", gettext_lazy("Name")), ("2", gettext_lazy("Day"))],
    )
    one = forms.ChoiceField(
        label=gettext_lazy("One of a list"), choices=[("", gettext_lazy("Choose")), ("1", gettext_lazy("Name"))]
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea({"rows": 3}))
    sure = forms.BooleanField(label=gettext_lazy("I have read this"), required=False)


class _Sample:
    """A row with a state, for the gallery."""

    TONES = {"OPEN": "green"}
    state = "OPEN"

    def get_state_display(self) -> str:
        """Its state in words."""
        return _("Open")


def _samples(language: str) -> dict[str, Any]:
    """Sample values of every component, in one language."""
    with translation.override(language):
        findings = [
            {"label": _("Age"), "outcome": "MET", "source": "2025"},
            {"label": _("Day"), "outcome": "NOT_MET", "source": ""},
            {"label": _("Answer"), "outcome": "UNKNOWN", "source": ""},
        ]
        wrong = _SampleForm({"name": "", "day": "31/02/2010"}, auto_id=f"id_{language}_wrong_%s")
        wrong.errors  # noqa: B018 - the mistakes are put into words now, in this language
        return {
            "language": language,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
            "form": _SampleForm(auto_id=f"id_{language}_%s"),
            "wrong": wrong,
            "alone": _SampleForm(auto_id=f"id_{language}_alone_%s")["name"],
            "findings": findings,
        }


@open_to(NationalOfficer, SystemAdministrator)
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component with sample values, once in each language."""
    context = {
        "samples": [_samples(language) for language, _name in settings.LANGUAGES],
        "page": Page([], "5"),
        "row": _Sample(),
        "sample_day": dt.date(2025, 9, 1),
        "sample_moment": days.now(),
        "tones": sorted(TONES),
        "button_tones": sorted(BUTTON_TONES),
    }
    return render(request, "web/gallery.html", context)


def _error(request: HttpRequest, status: int, title: str, todo: str, links: list[tuple[str, str]]) -> HttpResponse:
    """A page that says what happened and what to do; `links` are (label, address), the first one the usual way."""
    context = {"error_title": title, "error_todo": todo, "error_links": links}
    return render(request, "web/error.html", context, status=status)


def _home() -> tuple[str, str]:
    return _("Home"), reverse("home")


def _page_before(request: HttpRequest) -> list[tuple[str, str]]:
    """The page a form came from, when it is one of ours."""
    before = request.headers.get("Referer", "")
    try:
        host = request.get_host()
    except DisallowedHost:  # the very reason why this request is refused
        return []
    if url_has_allowed_host_and_scheme(before, allowed_hosts={host}):
        return [(_("Open the page again"), before)]
    return []


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    todo = _("Go back, reload the page and try again.")
    return _error(request, 400, _("This request could not be read"), todo, [*_page_before(request), _home()])


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the page exists, the role does not open it."""
    return _error(
        request,
        403,
        _("This page is not for your role"),
        _("If it should be, ask the office that made your account. Your menu shows what you may open."),
        [_home()],
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form sent from a page that is too old."""
    return _error(
        request,
        403,
        _("This form was open for too long"),
        _("Nothing was saved. Open the page again: what you typed is kept on this device, then send it once more."),
        [*_page_before(request), _home()],
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: unknown, or outside the reader's territory: the same words for both."""
    return _error(
        request,
        404,
        _("Nothing here"),
        _("The address is mistyped, or what you look for is outside your territory. Try the search."),
        [_home(), (_("Find a person"), reverse("desk:search"))],
    )


def wrong_method(request: HttpRequest) -> HttpResponse:
    """405: an address that only takes answers of a form was opened as a page."""
    return _error(
        request,
        405,
        _("This address only takes the answer of a form"),
        _("It was reloaded, or opened from the history. Nothing was changed; go on from one of these pages."),
        [_home(), *_page_before(request)],
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: said plainly, with the way back. It asks nothing of the database, which may be what broke."""
    context = {
        "language": translation.get_language(),
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "at": days.now(),
    }
    return HttpResponse(render_to_string("web/broken.html", context), status=500)
