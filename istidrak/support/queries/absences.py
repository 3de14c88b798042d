"""Sheets of absences as the school's pages show them: the months of a year, the pupils of a month."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from istidrak.base import days, history
from istidrak.base.models import History
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.people.queries import words_found
from istidrak.support.models import MonthAbsence, MonthSheet, Registration
from istidrak.support.rules.absences import NONE, Counts, after_month, year_of_month
from istidrak.support.rules.levels import LEVELS
from istidrak.support.rules.months import months_of_year

WRITES = ("enter_absences", "import_absences", "enter")  # verbs of history by which somebody entered
NAMES = ("person__last_name_ar", "person__first_name_ar", "person__full_name_ar", "person__last_name_fr", "pk")


def pupils_of(school: Organisation | int, month: int) -> QuerySet[Registration]:
    """Registrations of a school that cover a month (201809): not withdrawn, come before it ended, not left before."""
    return Registration.unscoped.filter(covering(month), school=school)


def covering(month: int) -> Q:
    """The condition on registrations that `pupils_of` asks, whatever the school."""
    return (
        Q(school_year=year_of_month(month))
        & ~Q(state=Registration.State.WITHDRAWN)
        & (Q(enrolled_from__isnull=True) | Q(enrolled_from__lte=month))
        & (Q(enrolled_until__isnull=True) | Q(enrolled_until__gte=month))
    )


def is_over(month: int) -> bool:
    """True once a month has ended: its sheet can be handed over."""
    return days.today() >= after_month(month)


def has_begun(month: int) -> bool:
    """True from the first day of a month on: its sheet can be opened."""
    return days.today() >= dt.date(month // 100, month % 100, 1)


def has_entered(user: Any, sheet: MonthSheet) -> bool:
    """True when the user typed, imported or handed over what stands in the sheet, since it was last returned."""
    about = History.objects.filter(subject=history.key_of(sheet))
    returned = about.filter(verb="return").order_by("-pk").values_list("pk", flat=True).first()
    written = about.filter(verb__in=WRITES, by=user.pk)
    return sheet.entered_by_id == user.pk or written.filter(pk__gt=returned or 0).exists()


def sheets(scope: Scope) -> QuerySet[MonthSheet]:
    """Sheets that the reader may see."""
    return MonthSheet.objects.visible_to(scope).select_related("school", "entered_by", "validated_by")


def schools(scope: Scope, school_year: int) -> QuerySet[Organisation]:
    """Schools of the reader with a pupil registered that school year, by code."""
    rows = Registration.objects.visible_to(scope).filter(school_year=school_year)
    rows = rows.exclude(state=Registration.State.WITHDRAWN)
    return Organisation.objects.filter(pk__in=rows.values("school")).order_by("code", "pk")


def years(scope: Scope) -> list[int]:
    """School years in which the reader has registered pupils, the latest first."""
    rows = Registration.objects.visible_to(scope).order_by().values_list("school_year", flat=True).distinct()
    return sorted(rows, reverse=True)


@dataclass(frozen=True)
class Month:
    """A month of a school's year. `sheet` None: not opened. `pupils`: registered then; `absent`: with a row."""

    month: int
    sheet: MonthSheet | None
    pupils: int
    absent: int
    has_begun: bool
    is_over: bool
    remark: str = ""  # why the head returned it, while it is to be entered again


def months(scope: Scope, school: Organisation, school_year: int) -> list[Month]:
    """The ten months of a school's year, in their order."""
    rows = Registration.objects.visible_to(scope).filter(school=school, school_year=school_year)
    spans = rows.exclude(state=Registration.State.WITHDRAWN).values_list("enrolled_from", "enrolled_until")
    stays = Counter(spans.order_by())
    found = {sheet.month: sheet for sheet in sheets(scope).filter(school=school, school_year=school_year)}
    absent = Counter(
        MonthAbsence.unscoped.filter(sheet__in=found.values()).order_by().values_list("sheet__month", flat=True)
    )
    remarks = _remarks([sheet for sheet in found.values() if sheet.state == MonthSheet.State.OPEN])
    return [
        Month(
            month=month,
            sheet=found.get(month),
            pupils=sum(n for (a, b), n in stays.items() if (a or month) <= month <= (b or month)),
            absent=absent[month],
            has_begun=has_begun(month),
            is_over=is_over(month),
            remark=remarks.get(history.key_of(found[month]), "") if month in found else "",
        )
        for month in months_of_year(school_year)
    ]


def _remarks(returned: list[MonthSheet]) -> dict[str, str]:
    """The last remark on each sheet, by its key in history."""
    keys = [history.key_of(sheet) for sheet in returned]
    rows = History.objects.filter(subject__in=keys, verb="return").order_by("pk")
    return dict(rows.values_list("subject", "reason"))


def remark_on(sheet: MonthSheet) -> str:
    """Why the head returned a sheet that is being entered again; empty otherwise."""
    if sheet.state != MonthSheet.State.OPEN:
        return ""
    return _remarks([sheet]).get(history.key_of(sheet), "")


@dataclass(frozen=True)
class SchoolLine:
    """A school in a list: its pupils registered that year, its months by state, and those over without a sheet."""

    school: Organisation
    pupils: int
    validated: int
    entered: int
    missing: int


def school_lines(scope: Scope, found: list[Organisation], school_year: int) -> list[SchoolLine]:
    """How the year stands in some schools."""
    rows = Registration.objects.visible_to(scope).filter(school__in=found, school_year=school_year)
    pupils = Counter(rows.exclude(state=Registration.State.WITHDRAWN).order_by().values_list("school", flat=True))
    states = Counter(
        sheets(scope).filter(school__in=found, school_year=school_year).order_by().values_list("school", "state")
    )
    over = sum(is_over(month) for month in months_of_year(school_year))
    kinds = MonthSheet.State
    return [
        SchoolLine(
            school=school,
            pupils=pupils[school.pk],
            validated=states[school.pk, kinds.VALIDATED],
            entered=states[school.pk, kinds.ENTERED],
            missing=max(over - states[school.pk, kinds.VALIDATED] - states[school.pk, kinds.ENTERED], 0),
        )
        for school in found
    ]


@dataclass(frozen=True)
class Pupil:
    """A pupil of a sheet and what they missed. `version` 0: no row. `is_corrected`: changed after validation."""

    registration: Registration
    counts: Counts
    version: int
    is_corrected: bool = False

    @property
    def is_absent(self) -> bool:
        """True for a pupil with a row."""
        return self.counts != NONE


def pupils(scope: Scope, sheet: MonthSheet) -> list[Pupil]:
    """The pupils of a sheet by level, class and name, with their counts."""
    rows = Registration.objects.visible_to(scope).filter(covering(sheet.month), school=sheet.school_id)
    absent = {row.registration_id: row for row in MonthAbsence.unscoped.filter(sheet=sheet)}
    corrected = set(_corrections(sheet).values_list("details__registration", flat=True))
    found = [
        Pupil(
            registration=row,
            counts=counts_of(absent.get(row.pk)),
            version=absent[row.pk].version if row.pk in absent else 0,
            is_corrected=row.pk in corrected,
        )
        for row in rows.select_related("person").order_by(*NAMES)
    ]
    return sorted(found, key=lambda pupil: (_rank(pupil.registration.level_code), pupil.registration.class_name))


def named(scope: Scope, sheet: MonthSheet, text: str) -> set[int]:
    """Keys of the registrations of a sheet whose pupil a text finds: part of a name, Massar code or file number."""
    rows = Registration.objects.visible_to(scope).filter(covering(sheet.month), school=sheet.school_id)
    return set(rows.filter(words_found(text, "person__")).order_by().values_list("pk", flat=True))


def pupil(scope: Scope, sheet: MonthSheet, registration: Any) -> Pupil | None:
    """One pupil of a sheet, by the uuid of the registration; None for who is not on it."""
    rows = Registration.objects.visible_to(scope).filter(covering(sheet.month), school=sheet.school_id)
    row = rows.select_related("person").filter(uuid=registration).first()
    if row is None:
        return None
    absence = MonthAbsence.unscoped.filter(sheet=sheet, registration=row).first()
    return Pupil(row, counts_of(absence), absence.version if absence else 0)


def _rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def counts_of(absence: MonthAbsence | None) -> Counts:
    """The four counts of a row; zeros for a pupil without one."""
    return Counts(*(getattr(absence, name) for name in Counts._fields)) if absence else NONE


def classes(found: list[Pupil]) -> list[str]:
    """Names of the classes on a sheet, in their order; empty for pupils whose class is not known."""
    return list(dict.fromkeys(pupil.registration.class_name for pupil in found))


def _corrections(sheet: MonthSheet) -> QuerySet[History]:
    return History.objects.filter(subject=history.key_of(sheet), verb="correct_absences")


@dataclass(frozen=True)
class Correction:
    """One correction after validation: what the counts were, what they became, who, when and why."""

    entry: History
    before: Counts
    after: Counts


def corrections(sheet: MonthSheet, registration: Registration) -> list[Correction]:
    """Corrections of one pupil's month, the latest first."""
    rows = _corrections(sheet).filter(details__registration=registration.pk).select_related("by").order_by("-pk")
    return [Correction(row, Counts(*row.details["before"]), Counts(*row.details["after"])) for row in rows]
