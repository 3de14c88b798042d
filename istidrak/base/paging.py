"""Keyset paging: the cost of page 1,000 is the cost of page 1, and nothing is counted."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

PAGE = 50


@dataclass(frozen=True)
class Page:
    """Rows of one page; `after` is the cursor of the next page, empty on the last."""

    rows: list[Any]
    after: str


def page_of(
    rows: QuerySet, *, after: str = "", size: int = PAGE, newest_first: bool = True, are_few: bool = False
) -> Page:
    """One page of a queryset in the order of its integer key. A cursor that is no number starts anew.

    `are_few`: the rows asked for are few among those of the table. They are then found first and sorted, rather than
    the whole table walked in order until enough of them were met; `+ 0` keeps a database from walking.
    """
    key = F("pk") + 0 if are_few else F("pk")
    rows = rows.order_by(key.desc() if newest_first else key.asc())
    if after.isascii() and after.isdigit() and len(after) < 19:  # a 64-bit key has 19 digits at most
        rows = rows.filter(Q(pk__lt=int(after)) if newest_first else Q(pk__gt=int(after)))
    found = list(rows[: size + 1])
    more = len(found) > size
    return Page(found[:size], str(found[size - 1].pk) if more else "")
