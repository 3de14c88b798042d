"""One thing that may be asked of somebody, and of whom it is asked."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from istidrak.accounts.models import User
from istidrak.base.scope import Scope
from istidrak.programmes.models import Season


@dataclass(frozen=True)
class Asked:
    """Of whom, in which scope, on which day, for which season (None: none is open)."""

    user: User
    scope: Scope
    day: dt.date
    season: Season | None


@dataclass(frozen=True)
class Ask:
    """One thing asked: the page that does it, its words, how many wait inside a scope on a day.

    `count`: a kind of the to-do page, counted by that page's own query so that both say the same, or a function.
    """

    page: str
    label: Any
    when: Any
    count: str | Callable[[Asked], int]
    tone: str = "blue"
    roles: tuple[str, ...] = ()  # of those who may open the page, whom it is asked of; empty: all of them
    query: str = ""  # of the page's address: the part of it that waits
