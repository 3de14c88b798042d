"""The pages of the program as help knows them: name, names in the address, roles, whether it is opened by a GET."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from istidrak.accounts.models import User
from istidrak.accounts.roles import Role
from istidrak.base import days
from istidrak.programmes.queries import current_season

# Sign-in, the second factor and what only machines or builders of the program open need no help beside them.
TECHNICAL = (
    "account_",
    "mfa_",
    "health",
    "gallery",
    "demo_",
    "set_language",
    "accounts:active",
    "accounts:left_alone",
)


@dataclass(frozen=True)
class Page:
    """One address of the program. `name` is as in `reverse`, with its module: `outreach:todo`."""

    name: str
    kwargs: tuple[str, ...]
    roles: tuple[type[Role], ...]
    is_opened: bool  # by a GET; False for an address that only takes answers of forms

    @property
    def is_task(self) -> bool:
        """True for a page that people work on, which has its help."""
        return self.is_opened and bool(self.roles) and not self.name.startswith(TECHNICAL)

    def is_open_to(self, user: User) -> bool:
        """True when one of the user's roles opens the page."""
        return user.holds(*self.roles)


def _methods(view: Callable[..., Any]) -> list[str]:
    """The methods that a view's decorator lets in; empty when any is."""
    step: Any = view
    while step is not None:
        names = getattr(getattr(step, "__code__", None), "co_freevars", ())
        if "request_method_list" in names:  # django.views.decorators.http
            return list(step.__closure__[names.index("request_method_list")].cell_contents)
        step = getattr(step, "__wrapped__", None)
    return []


def _walk(patterns: Any, namespace: str = "", kwargs: tuple[str, ...] = ()) -> Iterator[Page]:
    for entry in patterns:
        names = (*kwargs, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, inner, names)
        elif isinstance(entry, URLPattern) and entry.name:
            methods = _methods(entry.callback)
            roles = getattr(entry.callback, "roles", ())
            yield Page(f"{namespace}{entry.name}", names, roles, not methods or "GET" in methods)


@cache
def all_pages() -> dict[str, Page]:
    """Every named address of the program, by name."""
    return {page.name: page for page in _walk(get_resolver().url_patterns)}


def page_named(name: str) -> Page | None:
    """The page of that name; None for a name that is none, whatever was typed."""
    return all_pages().get(name)


def plain_address(name: str) -> str:
    """The address of a page that needs no row to be opened, in the current season; empty for one that does."""
    page = page_named(name)
    if page is None or not page.is_opened or set(page.kwargs) - {"year"}:
        return ""
    if not page.kwargs:
        return reverse(name)
    season = current_season(days.today())
    return reverse(name, kwargs={"year": season.year}) if season else ""


def safe_path(path: str, name: str) -> str:
    """The path of a page without its query, as the address book itself writes it; empty when it is not that page's.

    What a browser sends is never kept as it came: the path is resolved and written anew.
    """
    try:
        match = resolve(path.partition("?")[0].partition("#")[0])
        return reverse(match.view_name, kwargs=match.kwargs) if match.view_name == name else ""
    except (Resolver404, NoReverseMatch):
        return ""
