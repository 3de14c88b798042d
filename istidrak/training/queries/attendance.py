"""Attendance of a learner by month, and the sheet of a group for a month."""

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import Q

from istidrak.base import days
from istidrak.base.scope import Scope
from istidrak.training.models import Attendance, Enrolment, Group, Session
from istidrak.training.queries.sessions import taken_of
from istidrak.training.rules import CAME, attendance_rate


def attendance_by_month(enrolment: Enrolment) -> list[dict[str, Any]]:
    """Months in which a learner's group had sessions that are past, the newest first; two queries.

    Each: `month` (its first day), the number of each mark, `taken`, `rate` (percent or None), `not_taken`: sessions
    of that month while the learner was there of which nobody took the roll-call; they count for nothing.
    """
    months: dict[dt.date, Counter[str]] = {}
    rows = Attendance.objects.filter(enrolment=enrolment).values_list("session__date", "mark")
    for date, mark in rows:
        months.setdefault(date.replace(day=1), Counter())[mark] += 1
    for date in _not_taken(enrolment):
        months.setdefault(date.replace(day=1), Counter())["not_taken"] += 1
    return [_month(month, counts) for month, counts in sorted(months.items(), reverse=True)]


def _not_taken(enrolment: Enrolment) -> list[dt.date]:
    # unscoped: the group's sessions on the page of a learner whom the reader may open.
    rows = Session.unscoped.filter(
        group=enrolment.group_id,
        state=Session.State.PLANNED,
        date__gte=enrolment.enrolled_date,
        date__lte=min(days.today(), enrolment.left_date or days.today()),
    )
    return list(rows.values_list("date", flat=True))


def _month(month: dt.date, counts: Counter[str]) -> dict[str, Any]:
    marks = [mark for mark in Attendance.Mark.values for _ in range(counts[mark])]
    rate = attendance_rate(marks)
    return {
        "month": month,
        "present": counts["PRESENT"],
        "late": counts["LATE"],
        "absent": counts["ABSENT"],
        "excused": counts["EXCUSED"],
        "taken": len(marks),
        "came": sum(counts[mark] for mark in CAME),
        "not_taken": counts["not_taken"],
        "rate": None if rate is None else round(100 * rate),
    }


def sheet_of(scope: Scope, group: Group, first: dt.date, last: dt.date) -> dict[str, Any]:
    """The month of a group: `sessions` by day and hour, `rows` of learners with a mark per session; three queries.

    Learners are those there in the month whom the reader may see. A mark is empty where the roll-call was not
    taken or the learner was not in it; a cancelled session has none.
    """
    sessions = list(taken_of(scope, group, first, last))
    learners = (
        Enrolment.objects.visible_to(scope)
        .filter(Q(left_date__isnull=True) | Q(left_date__gte=first), group=group, enrolled_date__lte=last)
        .select_related("person")
        .order_by("pk")
    )
    marks: dict[int, dict[int, str]] = {}
    found = Attendance.objects.filter(session__in=sessions).values_list("enrolment_id", "session_id", "mark")
    for enrolment, session, mark in found:
        marks.setdefault(enrolment, {})[session] = mark
    return {
        "sessions": sessions,
        "rows": [
            {"enrolment": row, "marks": [marks.get(row.pk, {}).get(session.pk, "") for session in sessions]}
            for row in learners
        ],
    }
