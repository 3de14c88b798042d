"""What the frame of every page needs: direction, language, role, menu, and whether the day is pinned."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from istidrak.accounts.queries import demo_accounts
from istidrak.accounts.sessions import IDLE_SECONDS, words_of_end
from istidrak.base import days
from istidrak.programmes.queries import current_season
from istidrak.web.menu import menu_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Variables of the base template."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    season = current_season(days.today()) if signed_in else None
    menu = menu_of(user, season) if signed_in else []
    return {
        "language": translation.get_language(),
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "languages": settings.LANGUAGES,
        "is_demo": settings.IS_DEMO,
        "pinned_today": settings.PINNED_TODAY,
        "today": days.today(),
        "frame_season": season,
        "menu": menu,
        "active_url": _active(menu, request.path),
        "demo_accounts": demo_accounts() if settings.IS_DEMO and not signed_in else [],
        "session_end": "" if signed_in else words_of_end(request),
        "idle_seconds": request.session.get(IDLE_SECONDS) if signed_in else None,
        "user_roles": [role.label for role in user.roles] if signed_in else [],
    }


def _active(menu: list[dict[str, Any]], path: str) -> str:
    """The menu's entry that a page belongs to: the longest address that the page's own begins with."""
    above = (url for url in (entry["url"] for entry in menu) if path == url or (url != "/" and path.startswith(url)))
    return max(above, key=len, default="")
