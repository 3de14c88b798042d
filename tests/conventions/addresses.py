"""Every address of the program, read from the address book itself: a new page is covered by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

# allauth's own pages: public or only about the account of the one who is signed in.
NOT_OURS = ("account_",)


@dataclass(frozen=True)
class Address:
    name: str
    kwargs: tuple[str, ...]
    view: Any

    @property
    def is_public(self) -> bool:
        return getattr(self.view, "is_public", False)

    @property
    def roles(self) -> tuple[type, ...]:
        return getattr(self.view, "roles", ())

    def path(self, world: dict[str, Any]) -> str:
        unknown = [name for name in self.kwargs if name not in world]
        assert not unknown, f"{self.name} takes {unknown}: teach tests/conventions/world.py to make one"
        return reverse(self.name, kwargs={name: world[name] for name in self.kwargs})


def _walk(patterns: Any, namespace: str = "", kwargs: tuple[str, ...] = ()) -> Iterator[Address]:
    for entry in patterns:
        names = (*kwargs, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, inner, names)
        elif isinstance(entry, URLPattern):
            yield Address(f"{namespace}{entry.name}", names, entry.callback)


def all_addresses() -> list[Address]:
    found = [a for a in _walk(get_resolver().url_patterns) if not a.name.startswith(NOT_OURS)]
    return sorted(found, key=lambda address: address.name)
