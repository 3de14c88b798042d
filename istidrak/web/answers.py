"""What happens to an answer on its way out: kept forms are told where to go; a bare 405 becomes a page."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from istidrak.web.views import wrong_method

Responder = Callable[[HttpRequest], HttpResponse]
KEPT_FORM = "X-Kept-Form"


class KeptForms:
    """A form that draft.js sends is told where to go next instead of being redirected.

    A script that follows a redirect reads the next page, and with it the message that says what happened: the user
    would then never see it. The answer also says whether the form was saved, or only sent to the sign-in page (the
    session had ended) or to the change of the first password: what was typed is kept then.
    """

    def __init__(self, respond: Responder):
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        if KEPT_FORM not in request.headers or "Location" not in response:
            return response
        goes_to = response["Location"]
        is_gate = urlsplit(goes_to).path in {reverse("account_login"), reverse("account_change_password")}
        del response["Location"]
        response.status_code = HTTPStatus.NO_CONTENT
        response.content = b""
        response["X-Goes-To"] = goes_to
        response[KEPT_FORM] = "kept" if is_gate else "saved"
        return response


class PageForWrongMethod:
    """An address that only takes answers of forms, opened or reloaded as a page, says so in words."""

    def __init__(self, respond: Responder):
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET" and not response.content:
            page = wrong_method(request)
            page["Allow"] = response["Allow"]
            return page
        return response
