"""Tayssir: who is entitled, for which months, and how much. Periods are in parameters.yaml, not here.

Sources stand beside the parameters. What a text leaves open (the order that picks three pupils, what counts as an
absence after 2018) is a parameter marked as a sample value.
"""

from typing import Any

import narwhals as nw
from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Columns, Condition, Rule
from istidrak.support.columns import (
    ABSENCES,
    COVER,
    CYCLE,
    ENROLLED_FROM,
    ENROLLED_UNTIL,
    IS_COMMUNE_COVERED,
    IS_ENTITLED,
    IS_SHEET_VALIDATED,
    LEVEL,
    MILIEU,
    MONTH,
    PUPILS_BEFORE,
    PUPILS_UNSURE_BEFORE,
    WAS_COMMUNE_COVERED,
)
from istidrak.support.rules import examples


def _is_level_paid(of: Columns) -> nw.Expr:
    return of.parameter("support.tayssir_levels", of[LEVEL].is_in)


def _is_area_paid(of: Columns) -> nw.Expr:
    return of.parameter("support.tayssir_areas", of[MILIEU].is_in, cycle=CYCLE)


def _is_commune_paid(of: Columns) -> nw.Expr:
    """In force until 2017-18; afterwards the commune opens nothing by itself."""
    return of.parameter(
        "support.tayssir_needs_commune",
        lambda needs: of[IS_COMMUNE_COVERED] if needs else nw.lit(value=True),
    )


def _has_cover(of: Columns) -> nw.Expr:
    """A valid card, or none where the commune was covered before cards were asked for."""

    def read(covers: Any) -> nw.Expr:
        if not covers:
            return nw.lit(value=True)
        return of[COVER].is_in(covers) | of[WAS_COMMUNE_COVERED]

    return of.parameter("support.tayssir_covers", read)


ENTITLED = Rule(
    "tayssir_entitled",
    _("Pupil entitled to Tayssir"),
    conditions=(
        Condition("level", _("Level paid by the programme"), _is_level_paid, needs=(LEVEL,)),
        Condition("area", _("Area paid by the programme for this cycle"), _is_area_paid, needs=(CYCLE, MILIEU)),
        Condition("commune", _("Commune on the programme's list"), _is_commune_paid, needs=(IS_COMMUNE_COVERED,)),
        Condition(
            "cover",
            _("Valid card of social cover, or commune exempted from it"),
            _has_cover,
            needs=(COVER, WAS_COMMUNE_COVERED),
        ),
    ),
    examples=examples.ENTITLED,
)


def _is_within_household(of: Columns) -> nw.Expr:
    """Fewer entitled pupils come first than the limit; open while some of them are not known to be entitled."""

    def read(limit: int) -> nw.Expr:
        before, unsure = of[PUPILS_BEFORE], of[PUPILS_UNSURE_BEFORE]
        return (
            nw.when(before >= limit).then(nw.lit(value=False)).when(before + unsure < limit).then(nw.lit(value=True))
        )

    return of.parameter("support.tayssir_household_limit", read)


def _is_enrolled(of: Columns) -> nw.Expr:
    month = of[MONTH]
    has_left = (~of[ENROLLED_UNTIL].is_null()) & (of[ENROLLED_UNTIL] < month)
    return nw.when(has_left).then(nw.lit(value=False)).otherwise(of[ENROLLED_FROM] <= month)


def _is_assiduous(of: Columns) -> nw.Expr:
    """Absences within the month's limit; not known while the school's head has not validated the month."""

    def read(law: Any) -> nw.Expr:
        if law["effect"] == "NONE":
            return nw.lit(value=True)
        count = of[ABSENCES[law["unit"], True]]
        if law["counts_excused"]:
            count = count + of[ABSENCES[law["unit"], False]]
        is_within = count <= law["limit"] if law["is_limit_allowed"] else count < law["limit"]
        return nw.when(of[IS_SHEET_VALIDATED]).then(is_within)

    return of.parameter("support.tayssir_absences", read, cycle=CYCLE)


MONTH_DUE = Rule(
    "tayssir_month",
    _("A month of Tayssir is due"),
    conditions=(
        Condition(
            "entitled",
            _("Entitled pupil"),
            lambda of: of[IS_ENTITLED],
            needs=(IS_ENTITLED,),
            source=_("The rule “Pupil entitled to Tayssir”, decided first"),
        ),
        Condition(
            "household",
            _("Within the number of pupils paid in a household"),
            _is_within_household,
            needs=(PUPILS_BEFORE, PUPILS_UNSURE_BEFORE),
        ),
        Condition(
            "enrolled",
            _("In the school that month"),
            _is_enrolled,
            needs=(MONTH, ENROLLED_FROM, ENROLLED_UNTIL),
            source=_("Transfers are paid for months of school only"),
        ),
        Condition(
            "absences",
            _("Absences of the month within the limit"),
            _is_assiduous,
            needs=(CYCLE, IS_SHEET_VALIDATED, *ABSENCES.values()),
        ),
    ),
    examples=examples.MONTH_DUE,
)
