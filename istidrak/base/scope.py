"""Who sees which rows: a scope, and querysets that cannot be read without one.

A scope is the union of spans of place numbers (a commune's number lies inside its province's, which lies
inside its region's), of organisations, and of the reader personally (learners of my groups, people handed to
my team). No assignment gives the empty scope, and the empty scope sees nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q


@dataclass(frozen=True)
class Scope:
    """What a user may read. Spans are inclusive (low, high) pairs of place numbers.

    `spans` and `organisations` open rows about people; `total_spans` also holds the territories of which the
    reader sees totals only.
    """

    user_id: int | None = None
    spans: tuple[tuple[int, int], ...] = ()
    organisations: frozenset[int] = frozenset()
    total_spans: tuple[tuple[int, int], ...] = ()
    # Also what is tied to the user in person, as long as it is in the bodies or places of their personal roles:
    # an educator who moves to another centre, an agent who moves to another province, leaves what was theirs.
    is_personal: bool = False
    personal_bodies: frozenset[int] = frozenset()
    personal_spans: tuple[tuple[int, int], ...] = ()

    def covers_place(self, number: int | None) -> bool:
        """True when a place number lies in one of the spans; an unknown place lies in none."""
        return number is not None and any(low <= number <= high for low, high in self.spans)

    def q(self, *, place: str | None = None, organisation: str | None = None) -> Q:
        """The condition on a table: names of its columns for the place number and the organisation.

        A scope with nothing to match gives a condition that matches no row.
        """
        condition = Q(pk__in=[])
        if place:
            for low, high in self.spans:
                condition |= Q(**{f"{place}__gte": low, f"{place}__lte": high})
        if organisation and self.organisations:
            condition |= Q(**{f"{organisation}__in": self.organisations})
        return condition

    def where_personal(self, *, place: str | None = None, organisation: str | None = None) -> Q:
        """The condition that a row lies in a body or place of the user's personal roles."""
        own = Scope(spans=self.personal_spans, organisations=self.personal_bodies)
        return own.q(place=place, organisation=organisation) if self.is_personal else Q(pk__in=[])


NOTHING = Scope()


class UnscopedRead(Exception):
    """A scoped table was read through its default manager without `visible_to`."""


class ScopedQuerySet(models.QuerySet):
    """Each scoped table subclasses this and says, in its module's `access`, who sees its rows."""

    def visible_to(self, scope: Scope) -> Any:
        """The rows that the scope may read."""
        raise NotImplementedError


def scoped_manager(queryset: type[ScopedQuerySet]) -> type[models.Manager]:
    """A manager class with one door: `visible_to(scope)`; everything else raises UnscopedRead.

    Django itself (relations, deletion, forms) uses the base manager, so the gate stands only where code
    reads `Model.objects`.
    """

    class GatedManager(models.Manager):
        def get_queryset(self) -> models.QuerySet:
            raise UnscopedRead(f"read {self.model.__name__} with visible_to(scope), or say .unscoped in an action")

        def visible_to(self, scope: Scope, **narrower: Any) -> ScopedQuerySet:
            return queryset(self.model, using=self._db).visible_to(scope, **narrower)

    return GatedManager
