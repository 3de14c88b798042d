"""The chain of the lists of the enrolled: centre, directorate, academy, country."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from istidrak.base import days, history, workflow
from istidrak.organisations.models import Organisation
from istidrak.programmes.models import Season
from istidrak.training.models import (
    Enrolment,
    Group,
    RegisterReturn,
    ReturnLine,
    ReturnRemark,
    ReturnSubmission,
)
from istidrak.training.rules.returns import digest_of


class SameHand(Exception):
    """A list is validated by another person than the one who submitted it."""


class NotYet(Exception):
    """The reference day is still to come: nobody knows who will be enrolled."""


@transaction.atomic
def open_returns(
    *, by: Any, season: Season, reference_date: dt.date, due_date: dt.date, centres: Iterable[Organisation]
) -> list[RegisterReturn]:
    """Ask centres for their lists on a reference day, one for each programme with a group in the season.

    Those asked before stay as they are. Returns the new ones. Raises ValueError when due before the reference day.
    """
    if due_date < reference_date:
        raise ValueError("a list is due after its reference day")
    offered = Group.unscoped.filter(season=season, centre__in=list(centres)).order_by("centre", "programme")
    fresh = []
    for centre, programme in offered.values_list("centre", "programme").distinct():
        register, is_new = RegisterReturn.unscoped.get_or_create(
            centre_id=centre,
            season=season,
            programme_id=programme,
            reference_date=reference_date,
            defaults={"due_date": due_date},
        )
        if is_new:
            history.record(register, "open_return", by=by, after=register.state)
            fresh.append(register)
    return fresh


def lines_on(register: RegisterReturn) -> list[dict[str, Any]]:
    """The lines as they would be submitted now: everybody in a group on the reference day (the last one included)."""
    # unscoped: the list of a centre is everybody in its groups; pages show it to those who may see the return.
    rows = (
        Enrolment.unscoped.filter(
            Q(left_date=None) | Q(left_date__gte=register.reference_date),
            group__centre=register.centre_id,
            group__season=register.season_id,
            group__programme=register.programme_id,
            enrolled_date__lte=register.reference_date,
        )
        .select_related("person", "group")
        .order_by("group__name", "pk")
    )
    return [_line(row) for row in rows]


def _line(row: Enrolment) -> dict[str, Any]:
    person = row.person
    return {
        "enrolment": row.pk,
        "file_number": person.file_number,
        "name_ar": person.name_ar,
        "name_fr": person.name_fr,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "birth_year": person.birth_year,
        "group": row.group.name,
        "is_supplementary": row.group.kind == Group.Kind.SUPPLEMENTARY,
        "state": str(row.state),
        "enrolled_date": row.enrolled_date,
        "left_date": row.left_date,
    }


@transaction.atomic
def submit_return(*, by: Any, register: RegisterReturn) -> ReturnSubmission:
    """Submit the list as it stands: its lines are copied and never change. Raises NotYet, MoveRefused."""
    if register.reference_date > days.today():
        raise NotYet(register.pk)
    workflow.move(register, "submit", by=by, submitted_by=by, validated_by=None)
    lines = lines_on(register)
    submission = ReturnSubmission.objects.create(
        register=register,
        number=register.submissions.count() + 1,
        digest=digest_of(lines),
        submitted_by=by,
        submitted_at=days.now(),
    )
    ReturnLine.objects.bulk_create(
        [ReturnLine(submission=submission, enrolment_id=line.pop("enrolment"), **line) for line in lines]
    )
    RegisterReturn.unscoped.filter(pk=register.pk).update(current=submission)
    register.current = submission
    return submission


@transaction.atomic
def send_back(*, by: Any, register: RegisterReturn, reason: str, remarks: Mapping[int, str] | None = None) -> None:
    """Return a list with a general remark and remarks on lines (by key of line). Raises MoveRefused, ReasonMissing.

    A remark on a line of another list, or an empty one, is passed over.
    """
    workflow.move(register, "send_back", by=by, reason=reason, validated_by=None)
    submission = register.current
    said = {key: text.strip() for key, text in (remarks or {}).items() if text.strip()}
    lines = ReturnLine.objects.filter(submission=submission, pk__in=said)
    ReturnRemark.objects.bulk_create(
        [
            ReturnRemark(submission=submission, line=line, text=text[:300], made_by=by, made_at=days.now())
            for line, text in [(None, reason.strip()), *((line, said[line.pk]) for line in lines)]
        ]
    )


@transaction.atomic
def validate_return(*, by: Any, register: RegisterReturn) -> None:
    """The directorate holds the list to be right. Raises SameHand, MoveRefused."""
    if register.submitted_by_id == by.pk:
        raise SameHand
    workflow.move(register, "validate", by=by, validated_by=by)


@transaction.atomic
def consolidate_returns(*, by: Any, registers: Iterable[RegisterReturn]) -> int:
    """The academy takes the validated lists together; those that moved meanwhile are left. Returns how many."""
    return _move_each(by, registers, "consolidate", "consolidated_by")


@transaction.atomic
def freeze_returns(*, by: Any, registers: Iterable[RegisterReturn]) -> int:
    """The consolidated lists change no more. Returns how many; those that moved meanwhile are left."""
    return _move_each(by, registers, "freeze", "frozen_by")


def _move_each(by: Any, registers: Iterable[RegisterReturn], verb: str, column: str) -> int:
    moved = 0
    for register in registers:
        try:
            workflow.move(register, verb, by=by, **{column: by})
        except workflow.MoveRefused:
            continue
        moved += 1
    return moved


@transaction.atomic
def release_return(*, by: Any, register: RegisterReturn, reason: str) -> None:
    """Take a list out of the consolidation: the directorate may return it. Raises MoveRefused, ReasonMissing."""
    workflow.move(register, "release", by=by, reason=reason, consolidated_by=None)
