"""Sessions and roll-calls."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from istidrak.base import days, history
from istidrak.base.models import History
from istidrak.base.scope import Scope
from istidrak.programmes.models import Season
from istidrak.training.models import Attendance, Enrolment, Group, Session
from istidrak.training.rules.calendar import days_late


def sessions_of(scope: Scope, group: Group) -> QuerySet[Session]:
    """Sessions of a group, the newest day first."""
    return Session.objects.visible_to(scope).filter(group=group).order_by("-date", "-pk")


def upcoming_first(scope: Scope, group: Group, number: int) -> tuple[list[Session], bool]:
    """The sessions to look at today: the next one to come, then those of today and before, newest first.

    A timetable planned for months would otherwise hide the session of today. True when there are more.
    """
    rows, today = sessions_of(scope, group), days.today()
    next_one = rows.filter(date__gt=today).exclude(state=Session.State.CANCELLED).order_by("date", "pk").first()
    past = list(rows.filter(date__lte=today)[: number + 1])
    shown = ([next_one] if next_one else []) + past
    more_to_come = rows.filter(date__gt=next_one.date).exists() if next_one else False
    return shown[:number], len(shown) > number or more_to_come


def roll_call_of(scope: Scope, session: Session) -> list[dict[str, Any]]:
    """Learners of a roll-call with their mark, in the order of enrolment, those whom the reader may see.

    A learner enrolled after the roll-call was opened is there with no mark (empty text).
    """
    marks = dict(session.attendances.values_list("enrolment_id", "mark"))
    visible = Enrolment.objects.visible_to(scope).filter(group=session.group_id).select_related("person")
    rows = visible.filter(Q(pk__in=marks) | Q(state="ENROLLED", enrolled_date__lte=session.date)).order_by("pk")
    words = dict(Attendance.Mark.choices)
    return [
        {"enrolment": row, "mark": marks.get(row.pk, ""), "words": words.get(marks.get(row.pk, ""), "")}
        for row in rows
    ]


VERBS = {"plan_session": _("Session planned"), "save_roll_call": _("Marks changed")}


def corrections_of(session: Session) -> list[tuple[Any, History]]:
    """What was done with a roll-call, newest first, in words: opened, saved, done, corrected and why."""
    words = {verb: move.label for verb, move in Session.MOVES.items()} | VERBS
    return [(words.get(line.verb, line.verb), line) for line in history.of_threads([session])[:20]]


def roll_calls_waiting(scope: Scope, season: Season | None = None) -> QuerySet[Session]:
    """Sessions of days that have come whose roll-call is not done: not taken, or open and not closed."""
    rows = Session.objects.visible_to(scope).filter(state__in=Session.WAITING, date__lte=days.today())
    if season is not None:
        rows = rows.filter(group__season=season)
    return rows


def waiting_by_group(scope: Scope) -> list[dict[str, Any]]:
    """Groups with sessions of days that have come and whose roll-call is not done: how many, since when.

    Two queries: the groups, their educators.
    """
    rows = (
        roll_calls_waiting(scope)
        .order_by()
        .values("group")
        .annotate(
            not_taken=Count("pk", filter=Q(state=Session.State.PLANNED)),
            unfinished=Count("pk", filter=Q(state=Session.State.OPENED)),
            oldest=Min("date"),
        )
    )
    counts = {row["group"]: row for row in rows}
    groups = Group.objects.visible_to(scope).filter(pk__in=counts).select_related("centre")
    today = days.today()
    lines = [
        {**counts[group.pk], "group": group, "late": days_late(counts[group.pk]["oldest"], today)}
        for group in groups.prefetch_related("educators")
    ]
    return sorted(lines, key=lambda line: (-line["not_taken"], -line["late"], line["group"].pk))


def waiting_by_educator(lines: Iterable[dict[str, Any]]) -> list[tuple[Any, int]]:
    """Roll-calls not taken by educator, the most first; all who teach a group share its count. None: nobody does."""
    counts: dict[Any, int] = {}
    for line in lines:
        for educator in list(line["group"].educators.all()) or [None]:
            counts[educator] = counts.get(educator, 0) + line["not_taken"]
    named = [(educator, number) for educator, number in counts.items() if number]
    return sorted(named, key=lambda pair: (-pair[1], getattr(pair[0], "pk", 0)))


def taken_of(scope: Scope, group: Group, first: dt.date, last: dt.date) -> QuerySet[Session]:
    """Sessions of a group between two days, both included, by day and hour."""
    rows = Session.objects.visible_to(scope).filter(group=group, date__gte=first, date__lte=last)
    return rows.order_by("date", "starts_at", "pk")
