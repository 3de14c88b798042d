"""The words of a family's notice: conditions with the values found and their texts, and where the money is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Finding, ParameterValue
from istidrak.base.templatetags.ui import year_month_words
from istidrak.support import columns as c
from istidrak.support.models import Instalment, Registration
from istidrak.support.queries.corrections import (
    ANSWERS,
    Changed,
    ShownAdjustment,
    conditions_changed,
    shown_adjustments,
)
from istidrak.support.queries.instalments import OUTCOMES, reasons
from istidrak.support.rules.lines import PAID, TO_COMPLETE, UNPAID

TONES = {"MET": "green", "NOT_MET": "red", "UNKNOWN": "orange"}
OF_DECISION = {"MET": PAID, "NOT_MET": UNPAID, "UNKNOWN": TO_COMPLETE}
CODES: dict[Any, Any] = {
    "RURAL": _("Rural"),
    "URBAN": _("Urban"),
    "PRIMARY": _("Primary"),
    "LOWER_SECONDARY": _("Lower secondary"),
    "UPPER_SECONDARY": _("Upper secondary"),
    "DAY": _("Days of absence"),
    "HOUR": _("Hours of absence"),
    "FORFEIT": _("The month is not paid"),
    "ELDEST": _("The eldest first"),
    "YOUNGEST": _("The youngest first"),
    "HIGHEST_AMOUNT": _("The highest amounts first"),
    **dict(Registration.Cover.choices),
    True: _("Yes"),
    False: _("No"),
}
PARTS = {
    "unit": _("Counted in"),
    "limit": _("Limit"),
    "is_limit_allowed": _("The limit itself is allowed"),
    "counts_excused": _("Excused absences count"),
    "effect": _("What follows beyond it"),
}
COLUMNS = {
    column.name: column
    for column in (
        *(c.LEVEL, c.CYCLE, c.MILIEU, c.COVER, c.IS_COMMUNE_COVERED, c.WAS_COMMUNE_COVERED),
        *(c.ENROLLED_FROM, c.ENROLLED_UNTIL, c.IS_SHEET_VALIDATED, c.PUPILS_BEFORE, c.PUPILS_UNSURE_BEFORE),
        *c.ABSENCES.values(),
    )
}
IN_MONTHS = (c.ENROLLED_FROM.name, c.ENROLLED_UNTIL.name)
COUNTS = tuple(column.name for column in c.ABSENCES.values())
# Where the money of a family stands, said to the family.
MONEY: dict[str, Any] = {
    "PAID": pgettext_lazy("notice", "Received"),
    "UNCLAIMED": pgettext_lazy("notice", "Not collected in time: ask how it can be paid again"),
    "RETURNED": pgettext_lazy("notice", "Came back from the payer: it will be decided how it is paid again"),
    "REJECTED": pgettext_lazy("notice", "The payer could not pay it: the card or the account is to be corrected"),
    "CANCELLED": pgettext_lazy("notice", "Cancelled"),
    "DROPPED": pgettext_lazy("notice", "Cancelled"),
    "WAITING": pgettext_lazy("notice", "With the payer"),
    "AVAILABLE": pgettext_lazy("notice", "Ready at the payer: it can be collected"),
    "AGAIN": pgettext_lazy("notice", "To be sent to the payer again"),
    "RELEASED": pgettext_lazy("notice", "To be sent to the payer"),
    "HELD": pgettext_lazy("notice", "It waits: something about the receiver is to be completed or checked"),
    "NOTHING": pgettext_lazy("notice", "Nothing to pay"),
    "SIGNING": pgettext_lazy("notice", "Being checked and signed: not sent to the payer yet"),
}
NOT_SENT = {
    Instalment.State.SAVED,
    Instalment.State.PREPARED,
    Instalment.State.CHECKED,
    Instalment.State.AUTHORISED,
}


@dataclass(frozen=True)
class ShownFinding:
    """A condition of a notice: its answer, the values found, and what the text asks. All words are still lazy."""

    label: Any
    outcome: str
    facts: list[tuple[Any, Any]]
    missing: list[Any]
    texts: list[Text]

    @property
    def word(self) -> Any:
        """Met, not met, to complete."""
        return ANSWERS[self.outcome]

    @property
    def tone(self) -> str:
        """The colour of the answer."""
        return TONES[self.outcome]


@dataclass(frozen=True)
class Text:
    """What a text asks, as (label, value) pairs, where it comes from, and whether somebody confirmed it."""

    parts: list[tuple[Any, Any]]
    source: str
    is_sample: bool


class Words:
    """A value put into words in the language of the moment it is shown."""

    def __init__(self, value: Any, kind: str = ""):
        self.value, self.kind = value, kind

    def __str__(self) -> str:
        if self.value is None:
            return str(_("Not known"))
        if self.kind == "month":
            return year_month_words(self.value)
        if isinstance(self.value, list):
            between = "، " if get_language() == "ar" else ", "
            return between.join(str(Words(item)) for item in self.value) or str(_("None asked for"))
        if self.kind == "effect" and self.value == "NONE":
            return str(_("Nothing follows"))
        is_code = isinstance(self.value, (bool, str))
        return str(CODES.get(self.value, self.value) if is_code else self.value)


def shown_findings(notice: Any) -> list[ShownFinding]:
    """The conditions of a notice: with values and texts when facts are kept, else as the line keeps them."""
    line, decision = notice.line, notice.decision
    kept = reasons(line.met, line.not_met) if line else []
    if decision is None:
        return [ShownFinding(reason["label"], reason["outcome"], [], [], []) for reason in kept]
    frozen = {reason["code"]: reason["outcome"] for reason in kept}
    found = decision.findings
    if not line and decision.entitled.outcome.value == "NOT_MET":
        found = decision.entitled.findings  # of a pupil who is not entitled, nothing of the month is looked at
    return [
        ShownFinding(
            finding.label,
            frozen.get(finding.code, finding.outcome.value),
            list(_facts(finding)),
            [column.label for column in finding.missing],
            [text_of(value) for value in finding.parameters],
        )
        for finding in found
        if finding.code != "entitled"  # the conditions of the right stand before it
    ]


def _facts(finding: Finding) -> Iterator[tuple[Any, Any]]:
    """The values found, without those that the text does not count: excused absences, hours where days are asked."""
    asked = _counted(finding)
    for name, value in finding.facts.items():
        column = COLUMNS.get(name)
        if column is None or (name in COUNTS and asked and name not in asked):
            continue
        if name == c.ENROLLED_UNTIL.name and value is None:
            continue  # still there
        if name == c.CYCLE.name and finding.code == "absences":
            continue
        yield column.label, Words(value, "month" if name in IN_MONTHS else "")


def _counted(finding: Finding) -> tuple[str, ...]:
    """The counts of absences that the text reads; empty for a condition that reads none."""
    for value in finding.parameters:
        law: Any = value.value
        if isinstance(law, Mapping) and "unit" in law:
            kinds = (True, False) if law["counts_excused"] else (True,)
            return tuple(c.ABSENCES[law["unit"], kind].name for kind in kinds)
    return ()


def text_of(value: ParameterValue) -> Text:
    """What a value of a parameter asks, and its text."""
    said: Any = value.value
    if isinstance(said, Mapping):
        parts = [(PARTS.get(name, name), Words(part, name)) for name, part in said.items()]
    else:
        parts = [(pgettext_lazy("text", "Asked for") if isinstance(said, bool) else "", Words(said))]
    return Text(parts, value.source, value.is_sample)


def outcome_of(notice: Any) -> tuple[Any, str] | None:
    """The outcome of the month as word and colour, its adjustments counted; None when nothing can be decided."""
    if notice.adjustments:
        return OUTCOMES[notice.adjustments[-1].outcome]
    if notice.line:
        return OUTCOMES[notice.line.outcome]
    return OUTCOMES[OF_DECISION[notice.decision.outcome.value]] if notice.decision else None


def money_of(payment: Any) -> tuple[Any, Any]:
    """Where the family's payment stands and since when, in words."""
    place = payment.place
    if place == "WAITING" and payment.kind == "AVAILABLE":
        place = "AVAILABLE"
    elif place == "WAITING" and payment.instalment.state in NOT_SENT:
        place = "SIGNING"
    return MONEY[place], payment.kind_date


@dataclass(frozen=True)
class Step:
    """An adjustment of a notice, and the conditions that it was made for."""

    shown: ShownAdjustment
    changed: list[Changed]


def steps_of(notice: Any) -> list[Step]:
    """The adjustments of a notice in their order, each with what changed since the line or the one before."""
    line, steps = notice.line, []
    before = (line.met, line.not_met) if line else None
    for shown in shown_adjustments(notice.adjustments):
        now = (shown.row.met, shown.row.not_met)
        is_said = before is not None and any(now)  # without reasons, the cause says it
        steps.append(Step(shown, conditions_changed(*before, *now) if is_said and before else []))
        before = now
    return steps
