"""Evaluations made, marked, validated; the curriculum a group keeps; completing with what is missing written down."""

import datetime as dt
import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from istidrak.base import days, history, workflow
from istidrak.base.rules import Outcome
from istidrak.people.actions import SubmissionReused
from istidrak.programmes.models import CurriculumVersion, Module, Pole
from istidrak.programmes.queries import version_for
from istidrak.results.facts import as_kept, completion_of
from istidrak.results.models import Evaluation, GroupCurriculum, Mark
from istidrak.training import actions as training
from istidrak.training.models import Enrolment, Group

OPEN = Evaluation.State.OPEN


class CurriculumFixed(Exception):
    """The group has an evaluation: it keeps its curriculum version."""


class OtherCurriculum(Exception):
    """The pole or module is not of the version that the group follows, or is no longer in force."""


class NotALearner(Exception):
    """A mark was given to somebody who was not in the group on the day of the evaluation."""


class WrongScale(Exception):
    """A mark that the scale of the evaluation does not have."""


class StaleMarks(Exception):
    """Somebody else changed the same marks meanwhile. `changed`: those that stand now, by enrolment uuid."""

    def __init__(self, changed: dict[uuids.UUID, "MarkGiven"]):
        self.changed = changed
        super().__init__(len(changed))


@dataclass(frozen=True)
class MarkGiven:
    """What a learner got: `given` of Mark.Given, empty when not entered; `hundredths` of a point of a score."""

    given: str = ""
    hundredths: int | None = None


@transaction.atomic
def choose_curriculum(*, by: Any, group: Group, version: CurriculumVersion) -> None:
    """The version that a group follows, until its first evaluation. Raises CurriculumFixed, OtherCurriculum."""
    if version.programme_id != group.programme_id:
        raise OtherCurriculum(version.pk)
    _lock(group)
    known = GroupCurriculum.unscoped.filter(group=group).first()
    if known and known.version_id == version.pk:
        return
    if Evaluation.unscoped.filter(group=group).exists():
        raise CurriculumFixed(group.pk)
    _keep(by, group, version)
    history.record(group, "choose_curriculum", by=by, details={"version": version.code})


def _lock(group: Group) -> None:
    # An update of the row, so that a first evaluation and another version do not cross, on either database.
    Group.unscoped.filter(pk=group.pk).update(name=group.name)


def _keep(by: Any, group: Group, version: CurriculumVersion) -> None:
    chosen = {"version": version, "chosen_by": by, "chosen_at": days.now()}
    GroupCurriculum.unscoped.update_or_create(group=group, defaults=chosen)


@transaction.atomic
def create_evaluation(
    *,
    by: Any,
    group: Group,
    submission: uuids.UUID,
    kind: str,
    scale: str,
    title: str,
    date: dt.date,
    pole: Pole | None = None,
    module: Module | None = None,
) -> Evaluation:
    """An evaluation of a group, still without marks; the first one fixes the curriculum version of the group.

    A form sent twice makes one. Raises OtherCurriculum, SubmissionReused.
    """
    pole = module.pole if module else pole
    if known := Evaluation.unscoped.filter(submission=submission).first():
        sent = (group.pk, kind, scale, title, date, pole and pole.pk, module and module.pk, by.pk)
        columns = ("group_id", "kind", "scale", "title", "date", "pole_id", "module_id", "created_by_id")
        if sent != tuple(getattr(known, name) for name in columns):
            raise SubmissionReused
        return known
    _lock(group)
    kept = GroupCurriculum.unscoped.filter(group=group).select_related("version").first()
    version = kept.version if kept else version_for(group.programme, group.season.year)
    # Read anew: they may have been superseded since the form was opened.
    if pole and not Pole.objects.filter(pk=pole.pk, version=version, is_superseded=False).exists():
        raise OtherCurriculum(pole.pk)
    if module and not Module.objects.filter(pk=module.pk, is_superseded=False).exists():
        raise OtherCurriculum(module.pk)
    if version and not kept:
        _keep(by, group, version)
    try:
        with transaction.atomic():
            evaluation = Evaluation.unscoped.create(
                submission=submission,
                group=group,
                pole=pole,
                module=module,
                kind=kind,
                scale=scale,
                title=title,
                date=date,
                created_by=by,
                created_at=days.now(),
            )
    except IntegrityError:  # the same form, at the same moment
        return Evaluation.unscoped.get(submission=submission, group=group)
    history.record(evaluation, "create_evaluation", by=by)
    return evaluation


@transaction.atomic
def save_marks(
    *,
    by: Any,
    evaluation: Evaluation,
    marks: Mapping[uuids.UUID, MarkGiven],
    seen: Mapping[uuids.UUID, MarkGiven] | None = None,
) -> int:
    """Set the marks of some learners, by enrolment uuid; returns how many changed.

    `seen`: the marks as they stood on the editor's page (not entered, when absent). What the editor left as it was is
    not touched, so two editors of different rows both keep their work. An empty mark takes back what was entered.
    Saved twice is once. Raises MoveRefused when the evaluation is validated, NotALearner, WrongScale, StaleMarks when
    somebody else changed one of the same marks meanwhile: then nothing is written.
    """
    before = seen or {}
    marks = {key: mark for key, mark in marks.items() if mark != before.get(key, MarkGiven())}
    learners = _learners(evaluation, marks)
    for mark in marks.values():
        _check(evaluation, mark)
    Evaluation.unscoped.filter(pk=evaluation.pk).update(title=evaluation.title)  # the row is locked until the end
    evaluation.refresh_from_db(fields=["state"])
    kept = {row.enrolment.uuid: row for row in _marks_of(evaluation)}
    changed = {key: mark for key, mark in marks.items() if _as_given(kept.get(key)) != mark}
    if not changed:
        return 0
    if evaluation.state != OPEN:
        raise workflow.MoveRefused("save_marks", evaluation.state)
    now = {key: _as_given(kept.get(key)) for key in changed}
    if stale := {key: mark for key, mark in now.items() if mark != before.get(key, MarkGiven())}:
        raise StaleMarks(stale)
    _write(evaluation, changed, kept, learners)
    details = {str(key): [_words(now[key]), _words(mark)] for key, mark in changed.items()}
    history.record(evaluation, "save_marks", by=by, details={"marks": details})
    return len(changed)


def _marks_of(evaluation: Evaluation) -> Any:
    return Mark.unscoped.filter(evaluation=evaluation).select_related("enrolment")


def _learners(evaluation: Evaluation, marks: Mapping[uuids.UUID, MarkGiven]) -> dict[uuids.UUID, Enrolment]:
    # Whoever has a mark already stays correctable, even if the day of leaving was put earlier since.
    there = Q(enrolled_date__lte=evaluation.date) & (Q(left_date__isnull=True) | Q(left_date__gte=evaluation.date))
    marked = Q(pk__in=Mark.unscoped.filter(evaluation=evaluation).values("enrolment"))
    rows = Enrolment.unscoped.filter(there | marked, group=evaluation.group_id, uuid__in=list(marks))
    learners = {row.uuid: row for row in rows}
    if set(marks) - set(learners):
        raise NotALearner(evaluation.pk)
    return learners


def _check(evaluation: Evaluation, mark: MarkGiven) -> None:
    highest = Evaluation.HIGHEST.get(evaluation.scale)
    if mark.given == Mark.Given.SCORE:
        is_right = highest is not None and mark.hundredths is not None and 0 <= mark.hundredths <= 100 * highest
    elif mark.given in Mark.LEVELS:
        is_right = highest is None and mark.hundredths is None
    else:
        is_right = mark.given in {"", Mark.Given.ABSENT, Mark.Given.EXEMPT} and mark.hundredths is None
    if not is_right:
        raise WrongScale(mark)


def _as_given(row: Mark | None) -> MarkGiven:
    return MarkGiven(row.given, row.hundredths) if row else MarkGiven()


def _words(mark: MarkGiven) -> str:
    return f"{mark.given} {mark.hundredths}" if mark.hundredths is not None else mark.given


def _write(
    evaluation: Evaluation,
    changed: Mapping[uuids.UUID, MarkGiven],
    kept: Mapping[uuids.UUID, Mark],
    learners: Mapping[uuids.UUID, Enrolment],
) -> None:
    taken_back = [kept[key].pk for key, mark in changed.items() if not mark.given]
    Mark.unscoped.filter(pk__in=taken_back).delete()
    rows = [
        Mark(
            evaluation=evaluation,
            enrolment=learners[key],
            person_id=learners[key].person_id,
            given=mark.given,
            hundredths=mark.hundredths,
        )
        for key, mark in changed.items()
        if mark.given
    ]
    Mark.unscoped.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["evaluation", "enrolment"],
        update_fields=["given", "hundredths"],
    )


@transaction.atomic
def close_evaluation(*, by: Any, evaluation: Evaluation) -> None:
    """Validate the marks as they stand; each learner's time line shows it. Raises MoveRefused."""
    workflow.move(evaluation, "close", by=by, closed_by=by, closed_at=days.now())
    marks = Mark.unscoped.filter(evaluation=evaluation).select_related("person")
    entries = [history.entry(mark, "validate_mark", by=by, thread=mark.person, after=mark.given) for mark in marks]
    history.History.objects.bulk_create(entries)


@transaction.atomic
def reopen_evaluation(*, by: Any, evaluation: Evaluation, reason: str) -> None:
    """Correct marks that were validated. Raises MoveRefused, ReasonMissing."""
    workflow.move(evaluation, "reopen", by=by, reason=reason, closed_by=None, closed_at=None)


@transaction.atomic
def complete(*, by: Any, enrolment: Enrolment, on: dt.date, reason: str = "") -> None:
    """The learner completed the programme. Conditions that are not met, or not known, need a reason; none blocks.

    The conditions are kept as they stood. Raises ReasonMissing, MoveRefused, EndBeforeStart.
    """
    decision = completion_of(enrolment, as_of=on)
    if decision.outcome is not Outcome.MET and not reason.strip():
        raise workflow.ReasonMissing("complete")
    training.complete(by=by, enrolment=enrolment, on=on)
    history.record(
        enrolment,
        "weigh_completion",
        by=by,
        thread=enrolment.person,
        after=decision.outcome.value,
        reason=reason if decision.outcome is not Outcome.MET else "",
        details=as_kept(decision),
    )
