"""Writing a version of a life project."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, history
from istidrak.orientation.models import LifeProject
from istidrak.people.models import Person


class VersionMeanwhile(Exception):
    """Somebody wrote a version after the one that was opened; `by_whom` wrote it."""

    def __init__(self, by_whom: Any):
        self.by_whom = by_whom
        super().__init__(str(by_whom))


@transaction.atomic
def write_life_project(
    *,
    by: Any,
    person: Person,
    written_date: dt.date,
    goals: Sequence[dict[str, Any]],
    steps: Sequence[dict[str, Any]],
    submission: uuid.UUID,
    follows: LifeProject | None = None,
    person_agrees: bool | None = None,
    guardian_agrees: bool | None = None,
    note: str = "",
) -> LifeProject:
    """Write a new version after `follows` (None: the first), as one document; the former stays as it is.

    `goals` and `steps` as LifeProject keeps them. The same `submission` is written once. Raises VersionMeanwhile.
    """
    Person.unscoped.select_for_update().get(pk=person.pk)  # two first versions wait for one another
    if before := LifeProject.unscoped.filter(submission=submission).first():
        return before
    newest = LifeProject.unscoped.filter(person=person).order_by("-written_date", "-pk").first()
    if (newest and newest.pk) != (follows and follows.pk):
        raise VersionMeanwhile(newest.written_by if newest else by)
    try:
        with transaction.atomic():
            project = LifeProject.unscoped.create(
                person=person,
                follows=follows,
                number=follows.number + 1 if follows else 1,
                written_date=written_date,
                goals=list(goals),
                steps=list(steps),
                person_agrees=person_agrees,
                guardian_agrees=guardian_agrees,
                note=note,
                submission=submission,
                written_by=by,
                written_at=days.now(),
            )
    except IntegrityError as error:
        raise VersionMeanwhile(by) from error
    history.record(project, "write_life_project", by=by, thread=person, details={"number": project.number})
    return project
