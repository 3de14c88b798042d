"""What a directorate follows: schools late with a month, and control visits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from istidrak.base import days
from istidrak.base.parameters import value_of
from istidrak.base.rules import ParameterValue
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.support.models import ControlVisit, MonthSheet, Registration
from istidrak.support.queries.absences import covering, is_over, sheets, years
from istidrak.support.rules.months import months_of_year

ORDER = {None: 0, MonthSheet.State.OPEN: 1, MonthSheet.State.ENTERED: 2}


@dataclass(frozen=True)
class Late:
    """A school whose month is over and not validated. `sheet` None: nobody opened it."""

    school: Organisation
    pupils: int
    sheet: MonthSheet | None


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
    rows_found = [Late(school, pupils[school.pk], found.get(school.pk)) for school in schools.order_by("code", "pk")]
    return sorted(rows_found, key=lambda row: ORDER[row.sheet.state if row.sheet else None])  # type: ignore[index]


def visits(scope: Scope) -> QuerySet[ControlVisit]:
    """Control visits to schools of the reader: those to make first, the latest month first."""
    return ControlVisit.objects.visible_to(scope).select_related("school", "drawn_by")


def share() -> ParameterValue:
    """The part of the schools that is drawn, in percent."""
    return value_of("support.control_share", as_of=days.today())
