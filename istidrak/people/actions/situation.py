"""Restricted facts of a young person's situation: stated, and read only with a reason."""

from typing import Any

from django.db import transaction

from istidrak.base import days, history
from istidrak.people.models import Person, Situation

ANSWERS = ("has_functional_difficulty", "is_migrant", "is_working", "is_married", "is_in_institution")


class ReasonNeeded(Exception):
    """Restricted facts are opened only for a reason that is written down."""


@transaction.atomic
def state_situation(*, by: Any, person: Person, **answers: bool | None) -> Situation:
    """Write what was said of a situation today: True, False, or None when it is unknown. Older statements stay.

    Answers that are not given are unknown. The history says that something was stated, never what. Raises ValueError
    for an unknown answer.
    """
    if unknown := set(answers) - set(ANSWERS):
        raise ValueError(f"not answers about a situation: {sorted(unknown)}")
    row = Situation.objects.create(person=person, stated_by=by, stated_at=days.now(), **answers)
    history.record(row, "state_situation", by=by, thread=person)
    return row


@transaction.atomic
def read_situation(*, by: Any, person: Person, reason: str) -> Situation | None:
    """Open the newest statement for a reason, which is kept for an inquiry; None when nothing was stated.

    Raises ReasonNeeded when no reason is written.
    """
    if not reason.strip():
        raise ReasonNeeded
    history.audit("read_situation", person, by=by, reason=reason.strip())
    return Situation.objects.filter(person=person).first()
