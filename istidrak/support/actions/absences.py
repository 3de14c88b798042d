"""Absences of a month: typed by one, handed over, validated by another; corrected afterwards with a reason."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, history, workflow
from istidrak.base.models import History
from istidrak.organisations.models import Organisation
from istidrak.support.models import MonthAbsence, MonthSheet, Registration
from istidrak.support.queries.absences import has_entered, is_over, pupils_of
from istidrak.support.rules.absences import NONE, Counts, problem_of, year_of_month

State = MonthSheet.State


class SheetRefused(Exception):
    """The step is not possible; `code` says why (words stand with the page), `rows` whose rows they are (uuids)."""

    def __init__(self, code: str, rows: Sequence[uuid.UUID] = ()):
        self.code, self.rows = code, list(rows)
        super().__init__(code)


@dataclass(frozen=True)
class Row:
    """What somebody typed for one pupil. `version`: of the row that was read, 0 when there was none."""

    registration: uuid.UUID
    counts: Counts
    version: int = 0


@transaction.atomic
def open_sheet(*, by: Any, school: Organisation, month: int) -> MonthSheet:
    """The sheet of a school and a month (201809), made when there is none.

    Raises SheetRefused: "not_a_school", "month" (of no school year), "not_begun", "no_pupil".
    """
    before = MonthSheet.unscoped.filter(school=school, month=month).first()
    if before is not None:
        return before
    school_year = year_of_month(month)
    if school.kind != Organisation.Kind.SCHOOL:
        raise SheetRefused("not_a_school")
    if school_year is None:
        raise SheetRefused("month")
    if days.today() < dt.date(month // 100, month % 100, 1):
        raise SheetRefused("not_begun")
    if not pupils_of(school, month).exists():
        raise SheetRefused("no_pupil")
    try:
        with transaction.atomic():
            sheet = MonthSheet.unscoped.create(school=school, school_year=school_year, month=month)
    except IntegrityError:  # another opened it at the same moment
        return MonthSheet.unscoped.get(school=school, month=month)
    history.record(sheet, "open_sheet", by=by, after=sheet.state)
    return sheet


def _held(sheet: MonthSheet) -> MonthSheet:
    return MonthSheet.unscoped.select_for_update().get(pk=sheet.pk)


@transaction.atomic
def save_absences(
    *, by: Any, sheet: MonthSheet, rows: Iterable[Row], verb: str = "enter_absences", file_digest: str = ""
) -> int:
    """Write what was typed for some pupils; the others stay as they are. Four zeros take the row away.

    Returns how many pupils' counts changed. All rows are written or none. Raises SheetRefused: "handed_over",
    "validated", "other_school" (no pupil of this school and month), "negative", "days", "hours" (impossible counts),
    "changed" (another wrote these pupils since they were read), each with the registrations concerned.
    """
    held = _held(sheet)
    if held.state != State.OPEN:
        raise SheetRefused("handed_over" if held.state == State.ENTERED else "validated")
    typed = {row.registration: row for row in rows}
    pupils = {
        r.uuid: r for r in pupils_of(held.school_id, held.month).filter(uuid__in=typed).select_related("person")
    }
    _refuse(typed, pupils, held.month)
    standing = {a.registration_id: a for a in MonthAbsence.unscoped.filter(sheet=held)}
    changed = [row for row in typed.values() if _counts_of(standing.get(pupils[row.registration].pk)) != row.counts]
    stale = [
        row.registration for row in changed if _version(standing.get(pupils[row.registration].pk)) != row.version
    ]
    if stale:
        raise SheetRefused("changed", stale)
    entries = [_write(by, held, pupils[row.registration], standing, row.counts, verb) for row in changed]
    History.objects.bulk_create(entries)
    if file_digest and file_digest != held.file_digest:
        MonthSheet.unscoped.filter(pk=held.pk).update(file_digest=file_digest)
        sheet.file_digest = file_digest
    return len(changed)


def _refuse(typed: dict[uuid.UUID, Row], pupils: dict[uuid.UUID, Registration], month: int) -> None:
    """Raise SheetRefused for pupils of elsewhere, and for the first kind of impossible counts."""
    if strangers := [key for key in typed if key not in pupils]:
        raise SheetRefused("other_school", strangers)
    found = {key: problem_of(row.counts, month) for key, row in typed.items()}
    for code in ("negative", "days", "hours"):
        if rows := [key for key, problem in found.items() if problem == code]:
            raise SheetRefused(code, rows)


def _counts_of(absence: MonthAbsence | None) -> Counts:
    return Counts(*(getattr(absence, name) for name in Counts._fields)) if absence else NONE


def _version(absence: MonthAbsence | None) -> int:
    return absence.version if absence else 0


def _write(
    by: Any,
    sheet: MonthSheet,
    pupil: Registration,
    standing: dict[int, MonthAbsence],
    counts: Counts,
    verb: str,
    reason: str = "",
) -> History:
    """Write one pupil's counts; the history row that says what they were, unsaved."""
    absence = standing.get(pupil.pk)
    was = _counts_of(absence)
    if counts == NONE and absence is not None:
        absence.delete()
    elif absence is None:
        # Higher than of any row of the pupil before it, taken away since: whoever read that one is told.
        version = 1 + History.objects.filter(subject=history.key_of(sheet)).count()
        MonthAbsence.unscoped.create(sheet=sheet, registration=pupil, version=version, **counts._asdict())
    else:
        for name, value in counts._asdict().items():
            setattr(absence, name, value)
        absence.version += 1
        absence.save()
    details = {"registration": pupil.pk, "month": sheet.month, "before": list(was), "after": list(counts)}
    return history.entry(sheet, verb, by=by, thread=pupil.person, reason=reason, details=details)


def hand_over(*, by: Any, sheet: MonthSheet) -> None:
    """The month is entered: the head is asked to validate. Raises SheetRefused("not_over"), MoveRefused."""
    if not is_over(sheet.month):
        raise SheetRefused("not_over")
    workflow.move(sheet, "enter", by=by, entered_by=by, entered_at=days.now())


@transaction.atomic
def no_absence(*, by: Any, sheet: MonthSheet) -> None:
    """No pupil was absent that month: the sheet is handed over empty.

    Raises SheetRefused("has_absences") when something was typed, "not_over"; MoveRefused.
    """
    held = _held(sheet)
    if MonthAbsence.unscoped.filter(sheet=held).exists():
        raise SheetRefused("has_absences")
    hand_over(by=by, sheet=held)
    sheet.refresh_from_db()


@transaction.atomic
def validate(*, by: Any, sheet: MonthSheet) -> None:
    """The head states that the sheet is right; pupils without a row were never absent.

    Raises SheetRefused("entered_it") for whoever entered it, MoveRefused.
    """
    held = _held(sheet)
    if held.state == State.ENTERED and has_entered(by, held):
        raise SheetRefused("entered_it")
    workflow.move(held, "validate", by=by, validated_by=by, validated_at=days.now())
    sheet.refresh_from_db()


def return_with_remark(*, by: Any, sheet: MonthSheet, reason: str) -> None:
    """Send the sheet back to be entered again. Raises MoveRefused, ReasonMissing."""
    workflow.move(sheet, "return", by=by, reason=reason, entered_by=None, entered_at=None)


@transaction.atomic
def correct(
    *, by: Any, sheet: MonthSheet, registration: Registration, counts: Counts, reason: str, version: int
) -> bool:
    """Change one pupil's counts after validation; history keeps what they were. False when nothing differs.

    `version`: of the row that was read, 0 when there was none. Raises SheetRefused ("not_validated", "changed" when
    another corrected it meanwhile, and what `save_absences` gives), ReasonMissing.
    """
    if not reason.strip():
        raise workflow.ReasonMissing("correct_absences")
    held = _held(sheet)
    if held.state != State.VALIDATED:
        raise SheetRefused("not_validated")
    found = pupils_of(held.school_id, held.month).filter(pk=registration.pk).select_related("person")
    pupils = {pupil.uuid: pupil for pupil in found}
    _refuse({registration.uuid: Row(registration.uuid, counts)}, pupils, held.month)
    absence = MonthAbsence.unscoped.filter(sheet=held, registration=registration).first()
    if _counts_of(absence) == counts:
        return False
    if _version(absence) != version:
        raise SheetRefused("changed", [registration.uuid])
    standing = {registration.pk: absence} if absence else {}
    pupil = pupils[registration.uuid]
    _write(by, held, pupil, standing, counts, "correct_absences", reason.strip()).save()
    return True
