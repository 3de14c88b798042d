"""What several pages of outreach ask: which season, and whether a page of another module is open to the reader."""

from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, resolve, reverse

from istidrak.base import days
from istidrak.programmes.models import Season
from istidrak.programmes.queries import current_season


def season_of(request: HttpRequest) -> Season:
    """The season that the address names (`?season=2025`), else the current one. Raises Http404 when there is none."""
    year = request.GET.get("season", "")
    named = (
        Season.objects.filter(year=int(year)).first()
        if year.isascii() and year.isdigit() and len(year) == 4
        else None
    )
    season = named or current_season(days.today())
    if season is None:
        raise Http404
    return season


def address_if_open(request: HttpRequest, name: str) -> str:
    """The address of a page when it exists and the reader's roles open it, else the empty text."""
    try:
        address = reverse(name)
    except NoReverseMatch:
        return ""
    return address if request.user.holds(*getattr(resolve(address).func, "roles", ())) else ""
