"""The menu: pages in the order of the work; each user sees those that their roles open."""

from functools import cache
from typing import Any

from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _

from istidrak.programmes.models import Season

ENTRIES = (
    ("home", _("Home")),
    ("outreach:todo", _("To do")),
    ("desk:search", _("Find a person")),
    ("desk:imports", _("Lists received")),
    ("outreach:lists", _("Lists of schools")),
    ("outreach:strike_out", _("Mark my pupils")),
    ("people:pairs", _("Same person?")),
    ("outreach:campaigns", _("Campaigns")),
    ("outreach:capture", _("Enter a young person")),
    ("outreach:cases", _("Cases")),
    ("outreach:referrals", _("Referrals")),
    ("orientation:orientations", _("Orientation")),
    ("training:applications", _("Requests for a place")),
    ("training:groups", _("Groups")),
    ("training:absences", _("Learners who stay away")),
    ("psychosocial:meetings", _("Psychosocial support")),
    ("training:transfers", _("Transfers")),
    ("training:returns", _("Lists of the enrolled")),
    ("training:insertions", _("Insertions")),
    ("support:absences", _("Absences of pupils")),
    ("support:registrations", _("Registrations")),
    ("support:instalments", _("Instalments")),
    ("support:reform", _("A law to try")),
    ("support:estimate", _("Direct social aid: an estimate")),
    ("support:payer", _("Payments and the payer")),
    ("support:complaints", _("Complaints of families")),
    ("desk:season", _("The season")),
    ("desk:seasons", _("Seasons")),
    ("desk:parameters", _("Parameters")),
    ("desk:rules", _("Rules")),
    ("desk:bodies", _("Schools and centres")),
    ("accounts:accounts", _("Accounts")),
    ("help:index", _("Help")),
)


@cache
def _page(name: str, year: int | None) -> tuple[str, tuple[type, ...]]:
    """Address of a page and the roles that open it: both are of the program, not of a user, so found once."""
    url = reverse(name, kwargs=None if year is None else {"year": year})
    return url, getattr(resolve(url).func, "roles", ())


def menu_of(user: Any, season: Season | None) -> list[dict[str, Any]]:
    """Entries the user may open: label and address; the page itself says which roles open it."""
    entries, held = [], set(user.roles)
    for name, label in ENTRIES:
        if name == "desk:season" and season is None:
            continue
        url, roles = _page(name, season.year if name == "desk:season" else None)
        if held.intersection(roles):
            entries.append({"label": label, "url": url, "name": name})
    return entries
