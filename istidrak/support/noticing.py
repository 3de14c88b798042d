"""What a family is answered for one pupil and one month: from the frozen line and the facts kept with it, or decided
on the spot when there is no line."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from django.db.models import Q

from istidrak.base import days
from istidrak.base.parameters import value_of
from istidrak.base.rules import NoParameter, Parameters, ParameterValue
from istidrak.support.facts import parameters_of
from istidrak.support.facts.database import write_facts
from istidrak.support.models import Adjustment, Instalment, Line, Payment, Purpose, Registration
from istidrak.support.queries.corrections import adjustments
from istidrak.support.queries.families import numbers_of
from istidrak.support.queries.payments import with_place
from istidrak.support.queries.runs import last_folder
from istidrak.support.rules import lines as rules
from istidrak.support.rules.household import FACTS, ChildDecision, decide_household


@dataclass(frozen=True)
class Notice:
    """One pupil and month. Without `line` there is none: `decision` is of today. Amounts in centimes.

    `decision` is None when nothing can be decided: the registration is not validated, no text sets the month, or the
    facts of the time are no longer kept (the line's reasons stand alone then). `computed` is an instalment of the
    month that is saved in the pupil's territory, when there is no line.
    """

    registration: Registration
    month: int
    line: Line | None
    instalment: Instalment | None
    decision: ChildDecision | None
    adjustments: list[Adjustment] = field(default_factory=list)
    payment: Any = None  # Payment with `place`, of the line's household
    objection_days: ParameterValue | None = None

    @property
    def is_without_law(self) -> bool:
        """True when there is neither a line nor anything that could be decided, though the registration counts."""
        return self.line is None and self.decision is None and self.registration.state == "VALIDATED"

    @property
    def amount(self) -> int:
        """What the line gave, or what would be due today without one."""
        return self.line.amount if self.line else self.decision.amount if self.decision else 0

    @property
    def due(self) -> int:
        """The line and its adjustments together."""
        return self.amount + sum(row.amount for row in self.adjustments)


def notice_of(registration: Registration, month: int) -> Notice:
    """What is to be said of a registered pupil's month (201809)."""
    children = numbers_of([registration.person_id])
    of_pupil = Q(purpose=Purpose.TAYSSIR, month=month, child__in=children)
    line = Line.unscoped.filter(of_pupil).select_related("instalment").order_by("child").first()
    instalment = line.instalment if line else None
    payment = None
    if line is not None and line.household is not None:
        of_family = Payment.unscoped.filter(instalment=instalment, household=line.household)
        payment = with_place(of_family).select_related("instalment").first()
    return Notice(
        registration,
        month,
        line,
        instalment or saved_for(registration, month),
        _frozen(instalment, line.child, month) if line and instalment else decide_now(registration, month),
        list(adjustments(of_pupil).order_by("pk")),
        payment,
        value_of("support.objection_days", as_of=days.today()),
    )


def saved_for(registration: Registration, month: int) -> Instalment | None:
    """The instalment whose saved lines would hold a line of this pupil's school and month."""
    place = registration.school.place_number
    rows = Instalment.unscoped.filter(
        school_year=registration.school_year, place_low__lte=place, place_high__gte=place
    ).exclude(rules_digest="")
    return next((row for row in rows.order_by("pk") if month in row.months), None) if place else None


def decide_now(registration: Registration, month: int) -> ChildDecision | None:
    """What the rule gives today, the whole household counted; None when no text of the month sets it, or when the
    registration is not validated."""
    family = Q(person__in=numbers_of([registration.person_id]))
    if registration.household_id is not None:
        family |= Q(household=registration.household_id)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_facts(folder, school_year=registration.school_year, months=[month], pupils=family)
        numbers = numbers_of([registration.person_id])
        return decided(folder, numbers, month)


def _frozen(instalment: Instalment, child: int, month: int) -> ChildDecision | None:
    """The decision of the line once more, from the facts and parameters kept with it; None when they are gone."""
    folder = last_folder(instalment)
    if folder is None or not (folder / "children.parquet").exists():
        return None
    return decided(folder, [child], month)


def decided(folder: Path, numbers: list[int], month: int) -> ChildDecision | None:
    """What the facts of a folder give one pupil (known by one of these numbers), the household's others counted."""
    rows = _household(folder, numbers, month)
    law = Parameters(parameters_of(folder), rules.first_day(month))
    if not rows:
        return None
    try:
        found = decide_household(rows, month, law, is_household_known=rows[0]["household"] is not None)
    except NoParameter:
        return None
    return next(child for child in found.children if child.child in numbers)


def _household(folder: Path, numbers: list[int], month: int) -> list[dict[str, Any]]:
    """The facts of the pupil and of the household's other pupils in a month, with absences, by column name."""
    children = pl.scan_parquet(folder / "children.parquet")
    if (folder / "moves.parquet").exists():
        children = rules.pupils_of_month(children, pl.scan_parquet(folder / "moves.parquet"), month)
    itself = children.filter(pl.col("child").is_in(numbers)).collect()
    if itself.is_empty():
        return []
    household = itself["household"][0]
    pupils = itself if household is None else children.filter(pl.col("household") == household).collect()
    missed = pl.scan_parquet(folder / "absences.parquet").filter(
        pl.col("month") == month, pl.col("child").is_in(pupils["child"].to_list())
    )
    validated = (
        pl.scan_parquet(folder / "sheets.parquet")
        .filter(pl.col("month") == month, pl.col("school").is_in(pupils["school"].to_list()))
        .select("school", pl.lit(value=True).alias("is_sheet_validated"))
    )
    rows = pupils.lazy().join(missed.drop("month"), on="child", how="left").join(validated, on="school", how="left")
    return [
        {name: value for name, value in row.items() if name in FACTS or name == "household"}
        for row in rows.sort("child").collect().to_dicts()
    ]
