"""Instalments as their pages show them: figures, checks, lines with their reasons, what changed since the last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from istidrak.base.rules import Outcome, outcomes_of_masks
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.people.models import Person
from istidrak.support import checks
from istidrak.support.models import (
    Guardian,
    Instalment,
    Line,
    MonthSheet,
    PaymentHold,
    Registration,
    Signature,
)
from istidrak.support.rules.lines import PAID, TO_COMPLETE, UNPAID
from istidrak.support.rules.tayssir import ENTITLED, MONTH_DUE

OUTCOMES = {
    PAID: (_("To pay"), "green"),
    UNPAID: (_("Not due"), "secondary"),
    TO_COMPLETE: (_("To complete"), "orange"),
}
CHECKS = {
    checks.CHILD_PAID: (
        _("Pupils who have a line of the month in another instalment"),
        _("Cancel one of the two instalments, or withdraw the registration from one of the two territories."),
    ),
    checks.REGISTERED_TWICE: (
        _("Pupils registered in two schools for the same month"),
        _("Say on one of the two registrations when the pupil left, or withdraw it; then compute again."),
    ),
    checks.CARD_TWICE: (
        _("One identity card receives for several households"),
        _("Join the households, correct the card, or let these payments wait; then compute again."),
    ),
    checks.ACCOUNT_TWICE: (
        _("One account receives for several households"),
        _("Correct the account, or let these payments wait."),
    ),
    checks.TWO_RECEIVERS: (
        _("Pupils of one household name different guardians"),
        _("Choose who receives for the household, on the pupils' registrations; then compute again."),
    ),
    checks.OTHER_AID: (
        _("The guardian's card is on a list of aid paid elsewhere"),
        _("Ask the body that sent the list, and let these payments wait meanwhile."),
    ),
    checks.OTHER_PURPOSE: (
        _("The household or guardian is paid for another purpose that month"),
        _("Look at the two payments, and let these wait meanwhile."),
    ),
    checks.NO_RECEIVER: (
        _("Nobody to pay it to: no guardian, or neither card nor account"),
        _("These payments wait by themselves. Complete the guardian: they are sent with a later file."),
    ),
}
STEPS = (
    (Instalment.State.OPEN, _("Opened")),
    (Instalment.State.COMPUTED, _("Computed")),
    (Instalment.State.SAVED, _("Saved, frozen")),
    (Instalment.State.PREPARED, _("Prepared")),
    (Instalment.State.CHECKED, _("Checked")),
    (Instalment.State.AUTHORISED, _("Authorised")),
    (Instalment.State.SENT, pgettext_lazy("instalment", "Sent")),
    (Instalment.State.CLOSED, _("Reconciled")),
)
LATEST_FIRST = ("-school_year", "-number", "-pk")


def instalments(scope: Scope) -> QuerySet[Instalment]:
    """Instalments that the reader may see, the latest first; totals, which name nobody."""
    return Instalment.objects.visible_to(scope, as_totals=True).select_related("body").order_by(*LATEST_FIRST)


def reasons(met: int, not_met: int) -> list[dict[str, Any]]:
    """Each condition of a line with its outcome, as `finding_list` shows them."""
    size = len(ENTITLED.conditions)
    outcomes = (
        *((c, outcomes_of_masks(ENTITLED, met, not_met)[c.code]) for c in ENTITLED.conditions),
        *((c, outcomes_of_masks(MONTH_DUE, met >> size, not_met >> size)[c.code]) for c in MONTH_DUE.conditions),
    )
    return [
        {"code": condition.code, "label": condition.label, "outcome": outcome.value, "source": ""}
        for condition, outcome in outcomes
    ]


def why(met: int, not_met: int) -> list[Any]:
    """The conditions that are not met, or else those to complete: words."""
    found = reasons(met, not_met)
    refused = [r["label"] for r in found if r["outcome"] == Outcome.NOT_MET.value]
    return refused or [r["label"] for r in found if r["outcome"] == Outcome.UNKNOWN.value]


@dataclass(frozen=True)
class ShownCheck:
    """A check with its words: what it found, what to do, and whether it stops the saving."""

    check: checks.Check
    title: Any
    todo: Any

    @property
    def tone(self) -> str:
        """Green when nothing is left to answer, red when it stops the saving."""
        return "green" if not self.check.open else "red" if self.check.is_blocking else "orange"


def shown_checks(instalment: Instalment, folder: Path) -> list[ShownCheck]:
    """The checks of a computed instalment, those that stop it first."""
    shown = [ShownCheck(check, *CHECKS[check.code]) for check in checks.checks_of(instalment, folder)]
    return sorted(shown, key=lambda s: (not (s.check.is_blocking and s.check.open), not s.check.open))


def steps(instalment: Instalment) -> list[tuple[Any, str]]:
    """The steps in their order with "done", "now" or "later"."""
    states = [state for state, _words in STEPS]
    here = states.index(Instalment.State(instalment.state)) if instalment.state in states else -1
    return [
        (words, "done" if position < here else "now" if position == here else "later")
        for position, (_state, words) in enumerate(STEPS)
    ]


def signatures(instalment: Instalment) -> QuerySet[Signature]:
    """Who signed, in order."""
    return Signature.unscoped.filter(instalment=instalment).select_related("signed_by").order_by("pk")


def left_out(instalment: Instalment) -> int:
    """Registrations of the territory and the year that nobody validated: they are in no computing."""
    waiting = (Registration.State.SUBMITTED, Registration.State.RETURNED)
    return Registration.unscoped.filter(
        school_year=instalment.school_year,
        state__in=waiting,
        school__place_number__gte=instalment.place_low,
        school__place_number__lte=instalment.place_high,
    ).count()


def sheets_missing(instalment: Instalment) -> int:
    """School and month pairs of the territory whose absences no head validated: their pupils are to complete."""
    schools = (
        Registration.unscoped.filter(
            school_year=instalment.school_year,
            state=Registration.State.VALIDATED,
            school__place_number__gte=instalment.place_low,
            school__place_number__lte=instalment.place_high,
        )
        .values("school")
        .distinct()
    )
    done = MonthSheet.unscoped.filter(
        school__in=schools, month__in=instalment.months, state=MonthSheet.State.VALIDATED
    ).count()
    return schools.count() * len(instalment.months) - done


@dataclass(frozen=True)
class ShownLine:
    """A line with the names that its numbers stand for on the day of looking."""

    child: int
    person: Person | None
    school: Organisation | None
    month: int
    level: str | None
    amount: int
    outcome: int
    why: list[Any]

    @property
    def word(self) -> Any:
        """The outcome in words."""
        return OUTCOMES[self.outcome][0]

    @property
    def tone(self) -> str:
        """The colour of the outcome."""
        return OUTCOMES[self.outcome][1]


FIELDS = ("child", "school", "month", "level", "amount", "outcome", "met", "not_met", "household")


def lines(
    instalment: Instalment,
    folder: Path | None,
    *,
    outcome: int | None = None,
    month: int | None = None,
    household: int | None = None,
    after: int = 0,
    size: int | None = None,
) -> list[dict[str, Any]]:
    """Lines in the order of month and pupil: the frozen ones, or those of the last run (`folder`) while it is looked
    at. `after` skips so many."""
    asked = {"outcome": outcome, "month": month, "household": household}
    asked = {name: value for name, value in asked.items() if value is not None}
    if instalment.is_frozen:
        rows = Line.unscoped.filter(instalment=instalment, **asked).order_by("month", "child").values(*FIELDS)
        return list(rows[after : after + size] if size else rows)
    if folder is None or not (folder / "lines.parquet").exists():
        return []
    frame = pl.scan_parquet(folder / "lines.parquet")
    for name, value in asked.items():
        frame = frame.filter(pl.col(name) == value)
    return frame.select(FIELDS).slice(after, size).collect().to_dicts()


def shown_lines(rows: Sequence[dict[str, Any]]) -> list[ShownLine]:
    """The lines with names; two queries whatever their number."""
    people = _people([row["child"] for row in rows])
    schools = {o.pk: o for o in Organisation.objects.filter(pk__in={row["school"] for row in rows})}
    return [
        ShownLine(
            row["child"],
            people.get(row["child"]),
            schools.get(row["school"]),
            row["month"],
            row["level"],
            row["amount"],
            row["outcome"],
            why(row["met"], row["not_met"]) if row["outcome"] != PAID else [],
        )
        for row in rows
    ]


def _people(numbers: Iterable[int]) -> dict[int, Person]:
    return {p.pk: p for p in Person.unscoped.filter(pk__in=set(numbers))}


@dataclass(frozen=True)
class FoundHousehold:
    """A household that a check found: its pupils, who receives, and whether its payment waits already."""

    number: int
    pupils: list[Person]
    registrations: list[Registration]
    guardians: list[Guardian]
    hold: PaymentHold | None


def found_households(instalment: Instalment, numbers: Sequence[int]) -> list[FoundHousehold]:
    """The households of a check, with names; three queries."""
    registrations = (
        Registration.unscoped.filter(household__in=numbers, school_year=instalment.school_year)
        .exclude(state=Registration.State.WITHDRAWN)
        .select_related("person", "school", "guardian")
        .order_by("pk")
    )
    holds = {
        hold.household: hold for hold in PaymentHold.unscoped.filter(instalment=instalment, household__in=numbers)
    }
    of: dict[int, list[Registration]] = {number: [] for number in numbers}
    for registration in registrations:
        of[registration.household_id or 0].append(registration)
    return [
        FoundHousehold(
            number,
            [r.person for r in rows],
            rows,
            list({r.guardian_id: r.guardian for r in rows if r.guardian}.values()),
            holds.get(number),
        )
        for number, rows in of.items()
    ]


def found_pupils(instalment: Instalment, numbers: Sequence[int]) -> list[Registration]:
    """The registrations of pupils whom a check found, those of files joined to theirs too."""
    from django.db.models import Q

    return list(
        Registration.unscoped.filter(
            Q(person__in=numbers) | Q(person__merged_into__in=numbers), school_year=instalment.school_year
        )
        .exclude(state=Registration.State.WITHDRAWN)
        .select_related("person", "school")
        .order_by("person", "enrolled_from", "pk")
    )


@dataclass(frozen=True)
class Change:
    """How many pupils changed so since the last instalment, by the reason, and what it makes in a month, centimes."""

    kind: str
    words: Any
    pupils: int
    amount: int
    reasons: list[tuple[Any, int]]


CHANGES = {
    "NEW": _("Paid now, not in the last instalment"),
    "GONE": _("Paid in the last instalment, not now"),
    "MORE": _("Receive more a month"),
    "LESS": _("Receive less a month"),
    "SAME": _("Receive the same"),
}
NO_LINE = _("No longer entitled, or no longer registered here")


def previous(instalment: Instalment) -> Instalment | None:
    """The last instalment of the same body and purpose whose lines were saved before this one."""
    saved = Instalment.unscoped.filter(purpose=instalment.purpose, body=instalment.body).exclude(rules_digest="")
    earlier = [
        other
        for other in saved.order_by("-school_year", "-number")
        if (other.school_year, other.number) < (instalment.school_year, instalment.number)
    ]
    return earlier[0] if earlier else None


def changes(before: Path, now: Path) -> list[Change]:
    """What changed from one file of lines to the next, pupil by pupil, by their largest amount of a month."""
    was, is_now = (_by_child(path) for path in (before, now))
    both = was.join(is_now, on="child", how="full", coalesce=True, suffix="_now").with_columns(
        pl.col("monthly").fill_null(0), pl.col("monthly_now").fill_null(0)
    )
    kind = (
        pl.when((pl.col("monthly") == 0) & (pl.col("monthly_now") > 0))
        .then(pl.lit("NEW"))
        .when((pl.col("monthly") > 0) & (pl.col("monthly_now") == 0))
        .then(pl.lit("GONE"))
        .when(pl.col("monthly_now") > pl.col("monthly"))
        .then(pl.lit("MORE"))
        .when(pl.col("monthly_now") < pl.col("monthly"))
        .then(pl.lit("LESS"))
        .when(pl.col("monthly") > 0)
        .then(pl.lit("SAME"))
        .alias("kind")
    )
    counted = both.with_columns(kind).filter(pl.col("kind").is_not_null()).collect()
    return [_change(code, words, counted.filter(pl.col("kind") == code)) for code, words in CHANGES.items()]


def _by_child(path: Path) -> pl.LazyFrame:
    last = (
        pl.col("met").sort_by("month").last().alias("met"),
        pl.col("not_met").sort_by("month").last().alias("not_met"),
    )
    return pl.scan_parquet(path).group_by("child").agg(pl.col("amount").max().cast(pl.Int64).alias("monthly"), *last)


def _change(code: str, words: Any, rows: pl.DataFrame) -> Change:
    found: Counter[Any] = Counter()
    if code == "GONE":
        for met, not_met, pupils in rows.group_by("met_now", "not_met_now").len().iter_rows():
            labels = [NO_LINE] if met is None else why(met, not_met)
            for label in labels:
                found[label] += pupils
    amount = int((rows["monthly_now"] - rows["monthly"]).sum())
    return Change(code, words, rows.height, amount, found.most_common())
