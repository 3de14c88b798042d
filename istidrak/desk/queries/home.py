"""What is asked of each user today: a few lines with a number, a word on when, and the page to do it on."""

import datetime as dt
from typing import Any

from django.urls import resolve, reverse

from istidrak.accounts.models import User
from istidrak.base.scope import Scope
from istidrak.desk.queries.asked import Asked
from istidrak.desk.queries.asks import ASKS
from istidrak.outreach.queries.todo import todo_counts
from istidrak.programmes.models import Season


def page_roles(name: str, **kwargs: Any) -> tuple[type, ...]:
    """The roles that may open a page, read from the page itself."""
    return getattr(resolve(reverse(name, kwargs=kwargs)).func, "roles", ())


def asks_of(user: User, day: dt.date, season: Season | None) -> list[dict[str, Any]]:
    """What is asked of the user, the most pressing first; a thing of which nothing waits is left out.

    The kinds of the to-do page are counted once per scope, whatever the number of lines they make.
    """
    held = {role.code for role in user.roles}
    waiting: dict[Scope, dict[str, int]] = {}
    asked = []
    for ask in ASKS:
        roles = [
            role for role in page_roles(ask.page) if role.code in held and (not ask.roles or role.code in ask.roles)
        ]
        if not roles:
            continue
        scope = user.scope_as(*roles)
        if isinstance(ask.count, str):
            if scope not in waiting:
                waiting[scope] = todo_counts(scope, day)
            count = waiting[scope][ask.count]
        else:
            count = ask.count(Asked(user, scope, day, season))
        if count:
            url = f"{reverse(ask.page)}{ask.query}"
            asked.append({"label": ask.label, "when": ask.when, "count": count, "tone": ask.tone, "url": url})
    return asked
