"""Who is asked for after leaving, and what the draws say."""

import calendar
import datetime as dt
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.programmes.models import Season
from istidrak.training.models import Confirmation, ConfirmationDraw, FollowUpContact, Group, Insertion
from istidrak.training.rules.confirmation import estimate

WHATS = ("due", "later", "undrawn", "answered", "lost")


def end_of_month(day: dt.date) -> dt.date:
    """The last day of the month of a day."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def confirmations(scope: Scope) -> QuerySet[Confirmation]:
    """Confirmations of visible persons from visible groups, without those no longer asked."""
    return (
        Confirmation.objects.visible_to(scope)
        .filter(enrolment__group__in=Group.objects.visible_to(scope))
        .exclude(state=Confirmation.State.SET_ASIDE)
        .select_related("person", "insertion", "enrolment__person", "enrolment__group__centre", "answered_by")
    )


def _of_what(what: str, on: dt.date) -> Q:
    asked = Q(state=Confirmation.State.DUE, is_drawn=True)
    return {
        "due": asked & Q(due_date__lte=end_of_month(on)),
        "later": asked & Q(due_date__gt=end_of_month(on)),
        "undrawn": Q(state=Confirmation.State.DUE) & ~Q(is_drawn=True),
        "answered": Q(state__in=[s for s in Confirmation.ANSWERED if s != Confirmation.State.LOST]),
        "lost": Q(state=Confirmation.State.LOST),
    }.get(what, Q())


def confirmations_list(scope: Scope, what: str, on: dt.date) -> QuerySet[Confirmation]:
    """Of a kind: `due` this month or late, `later`, `undrawn` (not in a sample), `answered`, `lost`; else all."""
    return confirmations(scope).filter(_of_what(what, on)).annotate(tries=Count("contacts"))


def confirmations_due_count(scope: Scope, on: dt.date) -> int:
    """How many are to confirm this month or late; one query, the rows of the page."""
    return confirmations(scope).filter(_of_what("due", on)).count()


def line_of(scope: Scope, insertion: Insertion) -> list[Confirmation]:
    """The intervals of one insertion, in order, each with its contacts; two queries."""
    rows = Confirmation.objects.visible_to(scope).filter(insertion=insertion)
    contacts = Prefetch("contacts", contacts_of(scope))
    return list(rows.select_related("answered_by", "successor").prefetch_related(contacts).order_by("months"))


def contacts_of(scope: Scope) -> QuerySet[FollowUpContact]:
    """Tries to reach visible persons, in their order, with who made them."""
    return FollowUpContact.objects.visible_to(scope).select_related("made_by").order_by("date", "pk")


def directorates_of(scope: Scope) -> QuerySet[Organisation]:
    """Directorates inside the territory of the reader."""
    return Organisation.objects.filter(scope.q(place="place_number"), kind="DIRECTORATE").select_related("place")


def waiting_for_a_draw(scope: Scope, season: Season, until: dt.date) -> list[tuple[int, int]]:
    """(interval in months, how many wait for a draw and fall due by a day) of the visible; one query."""
    rows = confirmations(scope).filter(
        state=Confirmation.State.DUE,
        is_drawn__isnull=True,
        insertion__isnull=False,
        due_date__lte=until,
        enrolment__group__season=season,
    )
    return list(rows.order_by("months").values_list("months").annotate(Count("pk")))


def draws(scope: Scope) -> list[dict[str, Any]]:
    """Draws of the territory, newest first, each with what it says: `draw`, `estimate`; two queries."""
    rows = list(
        ConfirmationDraw.objects.visible_to(scope)
        .select_related("directorate", "season", "drawn_by")
        .order_by("-drawn_at", "-pk")[:100]
    )
    # unscoped: a draw is a total of its directorate, and the reader sees the draw.
    counted = (
        Confirmation.unscoped.filter(draw__in=rows, is_drawn=True, state__in=Confirmation.ANSWERED)
        .order_by()
        .values_list("draw", "enrolment__group__centre__code")
        .annotate(
            answered=Count("pk"),
            confirmed=Count("pk", filter=Q(state__in=[Confirmation.State.CONFIRMED, Confirmation.State.CHANGED])),
        )
    )
    answers: dict[int, dict[str, tuple[int, int]]] = {}
    for draw, centre, answered, confirmed in counted:
        answers.setdefault(draw, {})[centre] = (answered, confirmed)
    return [
        {
            "draw": row,
            "estimate": estimate(
                {code: (there, taken) for code, (there, taken) in row.by_centre.items()}, answers.get(row.pk, {})
            ),
        }
        for row in rows
    ]
