"""Control visits: schools drawn once a month by a directorate, and what was found in them."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.db import transaction

from istidrak.base import days, history, workflow
from istidrak.base.parameters import value_of
from istidrak.organisations.models import Organisation
from istidrak.support.models import ControlVisit, MonthSheet
from istidrak.support.queries.absences import is_over
from istidrak.support.rules.absences import year_of_month
from istidrak.support.rules.control import drawn


class ControlRefused(Exception):
    """The step is not possible; `code` says why (words stand with the page)."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


@transaction.atomic
def draw(*, by: Any, directorate: Organisation, month: int, seed: str = "") -> list[ControlVisit]:
    """Draw schools of a directorate whose sheet of a month (201810) is validated; `seed`: chance's own when empty.

    Urban and rural schools, and each cycle, have their part of the draw. History of the directorate keeps the seed,
    the share and the schools drawn from with their kind: the draw can be made again.
    Raises ControlRefused: "no_place", "month" (of no school year, or not over), "drawn" when that month was drawn
    already, "nothing" when no sheet of it is validated.
    """
    directorate = Organisation.objects.select_for_update(of=("self",)).select_related("place").get(pk=directorate.pk)
    if directorate.place is None:
        raise ControlRefused("no_place")
    if year_of_month(month) is None or not is_over(month):
        raise ControlRefused("month")
    span = directorate.place.span
    if ControlVisit.unscoped.filter(month=month, school__place_number__range=span).exists():
        raise ControlRefused("drawn")
    sheets = MonthSheet.unscoped.filter(
        month=month, state=MonthSheet.State.VALIDATED, school__place_number__range=span
    )
    rows = sheets.order_by("school").values_list("school", "school__milieu", "school__cycle")
    strata = {school: f"{milieu or ''}/{cycle or ''}" for school, milieu, cycle in rows}
    if not strata:
        raise ControlRefused("nothing")
    seed = seed.strip() or secrets.token_hex(8)
    percent: int = value_of("support.control_share", as_of=days.today()).value  # type: ignore[assignment]
    chosen = drawn(strata, month=month, seed=seed, percent=percent)
    now = days.now()
    visits = [
        ControlVisit.unscoped.create(school_id=school, month=month, seed=seed, drawn_by=by, drawn_at=now)
        for school in chosen
    ]
    schools = [list(pair) for pair in strata.items()]
    details = {"month": month, "seed": seed, "percent": percent, "schools": schools, "drawn": chosen}
    history.record(directorate, "draw_control", by=by, details=details)
    return visits


def report(
    *, by: Any, visit: ControlVisit, visited_date: dt.date, pupils_seen: int, pupils_differing: int, found: str
) -> None:
    """Write what a visit found: pupils whose month was compared, those who differ, and in words.

    Raises ControlRefused ("day" for a day to come or before the month, "counts" when more differ than were seen, or
    fewer than none), MoveRefused when it is written already, ReasonMissing without words.
    """
    if not dt.date(visit.month // 100, visit.month % 100, 1) <= visited_date <= days.today():
        raise ControlRefused("day")
    if not 0 <= pupils_differing <= pupils_seen:
        raise ControlRefused("counts")
    workflow.move(
        visit,
        "report",
        by=by,
        reason=found.strip(),
        visited_date=visited_date,
        pupils_seen=pupils_seen,
        pupils_differing=pupils_differing,
    )
