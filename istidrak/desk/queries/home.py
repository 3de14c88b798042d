"""What is asked of each user today: a few lines with a number, a word on when, and the page to do it on."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _

from istidrak.accounts.models import User
from istidrak.base.scope import Scope
from istidrak.outreach.models import Case, ExpectedList
from istidrak.outreach.queries.todo import (
    ANSWER,
    COMES_BACK,
    CONFIRM,
    NO_STEP,
    OVERDUE,
    PROTECTION,
    STEP,
    TWO_CASES,
    UNCONFIRMED,
    todo_counts,
)
from istidrak.people.models import SourceFile
from istidrak.people.queries import possible_duplicates, sharing
from istidrak.programmes.models import Season
from istidrak.training.models import Insertion, Session
from istidrak.training.queries import confirmations_due_count


@dataclass(frozen=True)
class Ask:
    """One thing asked: the page that does it, its words, how many wait inside a scope on a day.

    `count`: a kind of the to-do page, counted by that page's own query so that both say the same, or a function.
    """

    page: str
    label: Any
    when: Any
    count: str | Callable[[Scope, dt.date, Season | None], int]
    tone: str = "blue"
    roles: tuple[str, ...] = ()  # of those who may open the page, whom it is asked of; empty: all of them


def _lists_late(scope: Scope, day: dt.date, season: Season | None) -> int:
    return ExpectedList.objects.visible_to(scope).filter(season=season, state="EXPECTED", due_date__lt=day).count()


def _list_owed(scope: Scope, day: dt.date, season: Season | None) -> int:
    return ExpectedList.objects.visible_to(scope).filter(season=season, state="EXPECTED").count()


def _unmarked(scope: Scope, day: dt.date, season: Season | None) -> int:
    named = Case.objects.visible_to(scope).filter(season=season, state="NAMED", mark__isnull=True)
    return named.filter(Q(school__in=scope.organisations)).count()


def _files(scope: Scope, day: dt.date, season: Season | None) -> int:
    inside = scope.q(place="directorate__place_number", organisation="organisation")
    return SourceFile.objects.filter(inside, season=season, state="PREVIEWED").count()


def _pairs(scope: Scope, day: dt.date, season: Season | None) -> int:
    return possible_duplicates(scope)


def _sharing(scope: Scope, day: dt.date, season: Season | None) -> int:
    return sharing.waiting(scope)


def _roll_calls(scope: Scope, day: dt.date, season: Season | None) -> int:
    sessions = Session.objects.visible_to(scope).filter(group__season=season, date__lte=day)
    return sessions.filter(state__in=["PLANNED", "OPENED"]).count()


def _to_verify(scope: Scope, day: dt.date, season: Season | None) -> int:
    return Insertion.objects.visible_to(scope).filter(state="PROVED").count()


RECEIVERS = ("SCHOOL_HEAD", "CENTRE_DIRECTOR", "ASSOCIATION_MANAGER")


def _confirmations(scope: Scope, day: dt.date, season: Season | None) -> int:
    return confirmations_due_count(scope, day)


ASKS = (
    Ask(
        "outreach:todo",
        _("Protection: confidential referrals to handle"),
        _("Today"),
        PROTECTION,
        "red",
        ("DIRECTORATE_OFFICER",),
    ),
    Ask("outreach:todo", _("Two cases of one person, to join"), _("This week"), TWO_CASES, "orange"),
    Ask(
        "outreach:todo",
        _("Referrals without arrival"),
        _("Late"),
        OVERDUE,
        "red",
        ("DIRECTORATE_OFFICER",),
    ),
    Ask("outreach:todo", _("Steps due or late"), _("Today or before"), STEP, "orange"),
    Ask(
        "outreach:todo",
        _("Came once; the arrival is not confirmed"),
        _("Late"),
        UNCONFIRMED,
        "orange",
        ("DIRECTORATE_OFFICER",),
    ),
    Ask("outreach:todo", _("Cases to take up again"), _("Today or before"), COMES_BACK),
    Ask("outreach:todo", _("Cases without a next step"), _("This week"), NO_STEP),
    Ask(
        "outreach:strike_out",
        _("Pupils of my school to mark: still absent, came back…"),
        _("Before the visits"),
        _unmarked,
        "orange",
    ),
    Ask(
        "outreach:lists",
        _("List of pupils who did not rejoin, to send"),
        _("By the day on the page"),
        _list_owed,
        "orange",
        ("SCHOOL_HEAD",),
    ),
    Ask(
        "outreach:lists",
        _("Schools whose list is late"),
        _("To remind"),
        _lists_late,
        "orange",
        ("DIRECTORATE_OFFICER",),
    ),
    Ask("desk:imports", _("Lists received, to confirm"), _("As they arrive"), _files),
    Ask("people:pairs", _("Perhaps the same person: to decide"), _("Before the visits"), _pairs),
    Ask(
        "people:sharing",
        _("Files that another directorate asks for"),
        _("This week"),
        _sharing,
        "blue",
        ("DIRECTORATE_OFFICER",),
    ),
    Ask(
        "outreach:referrals",
        _("Young people sent to me, to answer"),
        _("By the day on the page"),
        ANSWER,
        "orange",
        RECEIVERS,
    ),
    Ask("outreach:referrals", _("Arrivals to confirm after the first weeks"), _("Today"), CONFIRM, "blue", RECEIVERS),
    Ask(
        "training:groups",
        _("Roll-calls not taken or not finished"),
        _("Today or before"),
        _roll_calls,
        "orange",
        ("EDUCATOR", "CENTRE_DIRECTOR"),
    ),
    Ask(
        "training:insertions", _("Insertions to verify"), _("This week"), _to_verify, "blue", ("DIRECTORATE_OFFICER",)
    ),
    Ask(
        "training:confirmations",
        _("Insertions to confirm this month or late"),
        _("This month"),
        _confirmations,
        "orange",
        ("CENTRE_DIRECTOR", "INSERTION_OFFICER"),
    ),
)


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
            count = ask.count(scope, day, season)
        if count:
            asked.append(
                {"label": ask.label, "when": ask.when, "count": count, "tone": ask.tone, "url": reverse(ask.page)}
            )
    return asked
