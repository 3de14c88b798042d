"""The ends of a session as the browser sees them: left alone for a while, or still being typed into."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST

from istidrak.accounts import sessions
from istidrak.accounts.gate import open_to_all


@open_to_all
@require_POST
def left_alone(request: HttpRequest) -> HttpResponse:
    """End a session whose page nobody touched: the page and its people leave the screen.

    What was typed stays on this device for the same user, who comes back to the same page after the sign-in.
    """
    if request.user.is_authenticated:
        sessions.end(request, "IDLE")
    page = request.POST.get("next", "")
    response = redirect("account_login")
    if page and url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
        response["Location"] += f"?{urlencode({'next': page})}"
    return response


@open_to_all
@require_POST
def active(request: HttpRequest) -> HttpResponse:
    """Somebody types in a long form without sending it: the session stays (SessionEnds has noted it)."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)
