"""Sessions and roll-calls."""

from typing import Any

from django.db.models import Q, QuerySet

from istidrak.base.scope import Scope
from istidrak.training.models import Attendance, Enrolment, Group, Session


def sessions_of(scope: Scope, group: Group) -> QuerySet[Session]:
    """Sessions of a group, the newest day first."""
    return Session.objects.visible_to(scope).filter(group=group).order_by("-date", "-pk")


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
