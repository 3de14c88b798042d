"""What a directorate follows: schools late with a month, and control visits."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from istidrak.base import days, history
from istidrak.base.models import History
from istidrak.base.parameters import value_of
from istidrak.base.rules import ParameterValue
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.support.models import ControlVisit, MonthSheet, Registration
from istidrak.support.queries.absences import covering, is_over, sheets, years
from istidrak.support.rules.absences import after_month
from istidrak.support.rules.months import months_of_year

ORDER = {None: 0, MonthSheet.State.OPEN: 1, MonthSheet.State.ENTERED: 2}


@dataclass(frozen=True)
class Late:
    """A school whose month is over and not validated. `sheet` None: nobody opened it.

    `since`: the day from which the next step could be made: the month ended, it was returned, or handed over.
    """

    school: Organisation
    pupils: int
    sheet: MonthSheet | None
    since: dt.date


def months_over(scope: Scope) -> list[int]:
    """Months that are over, of the years with registered pupils, the latest first."""
    return [month for year in years(scope) for month in reversed(months_of_year(year)) if is_over(month)]


def month_to_follow(scope: Scope, months: list[int]) -> int | None:
    """The latest month that a school of the reader has a sheet of; else the latest that is over."""
    last = sheets(scope).filter(month__in=months).order_by("-month").values_list("month", flat=True).first()
    return last or (months[0] if months else None)


def late(scope: Scope, month: int) -> list[Late]:
    """Schools with pupils in a month whose sheet is not validated: not entered first, to validate last."""
    rows = Registration.objects.visible_to(scope).filter(covering(month))
    pupils = Counter(rows.order_by().values_list("school", flat=True))
    found = {sheet.school_id: sheet for sheet in sheets(scope).filter(month=month)}
    done = {school for school, sheet in found.items() if sheet.state == MonthSheet.State.VALIDATED}
    schools = Organisation.objects.filter(pk__in=set(pupils) - done)
    since = _since([sheet for sheet in found.values() if sheet.school_id not in done])
    rows_found = [
        Late(school, pupils[school.pk], found.get(school.pk), max(since.get(school.pk, over), over))
        for over in [after_month(month)]
        for school in schools.order_by("code", "pk")
    ]
    return sorted(rows_found, key=lambda row: ORDER[row.sheet.state if row.sheet else None])  # type: ignore[index]


def _since(waiting: list[MonthSheet]) -> dict[int, dt.date]:
    """The day of the last step of each sheet, by its school: handed over, or returned."""
    schools = {history.key_of(sheet): sheet.school_id for sheet in waiting}
    steps = History.objects.filter(subject__in=schools, verb__in=("enter", "return")).order_by("pk")
    return {schools[key]: _day(at) for key, at in steps.values_list("subject", "at")}


def _day(instant: dt.datetime) -> dt.date:
    return instant.astimezone(days.CASABLANCA).date()


def visits(scope: Scope) -> QuerySet[ControlVisit]:
    """Control visits to schools of the reader: those to make first, the latest month first."""
    return ControlVisit.objects.visible_to(scope).select_related("school", "drawn_by")


@dataclass(frozen=True)
class Difference:
    """Pupils for whom a visit found the sheet wrong, and how many pupils of that sheet were corrected since."""

    visit: ControlVisit
    sheet: MonthSheet | None
    corrected: int

    @property
    def is_open(self) -> bool:
        """True while fewer pupils are corrected than were found to differ."""
        return self.corrected < (self.visit.pupils_differing or 0)


def differences(scope: Scope, done: Sequence[ControlVisit]) -> dict[int, Difference]:
    """What became of what visits found, by the key of the visit: those made, with a pupil who differs."""
    wrong = [visit for visit in done if visit.pupils_differing and visit.visited_date]
    pairs = {(visit.school_id, visit.month) for visit in wrong}
    rows = sheets(scope).filter(school__in={s for s, _month in pairs}, month__in={m for _school, m in pairs})
    found = {(sheet.school_id, sheet.month): sheet for sheet in rows} if wrong else {}
    keys = [history.key_of(sheet) for pair, sheet in found.items() if pair in pairs]
    made: dict[str, list[tuple[dt.date, int]]] = {}  # days and pupils of corrections, by sheet
    corrections = History.objects.filter(subject__in=keys, verb="correct_absences")
    for key, at, pupil in corrections.values_list("subject", "at", "details__registration") if keys else ():
        made.setdefault(key, []).append((_day(at), pupil))
    differing = {}
    for visit in wrong:
        sheet = found.get((visit.school_id, visit.month))
        since = made.get(history.key_of(sheet), []) if sheet else []
        corrected = {pupil for day, pupil in since if day >= (visit.visited_date or day)}
        differing[visit.pk] = Difference(visit, sheet, len(corrected))
    return differing


def differences_of(scope: Scope, school: Organisation, months: Sequence[int]) -> dict[int, Difference]:
    """`differences` of one school, by month."""
    done = ControlVisit.objects.visible_to(scope).filter(school=school, month__in=months, pupils_differing__gt=0)
    return {found.visit.month: found for found in differences(scope, list(done)).values()}


def share() -> ParameterValue:
    """The part of the schools that is drawn, in percent."""
    return value_of("support.control_share", as_of=days.today())
