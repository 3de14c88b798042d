"""The estimate of direct social aid in words: per child how much and why, and for the family."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from istidrak.base.rules import Parameters
from istidrak.base.templatetags.ui import day_words
from istidrak.support.rules.aid_family import (
    IN_SCHOOL,
    OUT_OF_SCHOOL,
    UNDER_SCHOOL_AGE,
    ChildEstimate,
    FamilyEstimate,
    Law,
    law_of,
)
from istidrak.support.rules.lines import first_day

SITUATIONS = {
    UNDER_SCHOOL_AGE: gettext_lazy("Under school age"),
    IN_SCHOOL: gettext_lazy("In school"),
    OUT_OF_SCHOOL: gettext_lazy("Not in school"),
}


@dataclass(frozen=True)
class ShownChild:
    """One child: who it is in the family, what it brings, and why."""

    number: int
    known: str
    estimate: ChildEstimate
    reasons: list[str]
    missing: list[Any]


@dataclass(frozen=True)
class ShownFamily:
    """The answer as it is read and printed."""

    estimate: FamilyEstimate
    month: int
    children: list[ShownChild]
    texts: list[str]
    samples: list[str]

    @property
    def is_exact(self) -> bool:
        """Is nothing left open?"""
        return self.estimate.low == self.estimate.high


def shown(estimate: FamilyEstimate, rows: Sequence[Mapping[str, Any]], parameters: Parameters) -> ShownFamily:
    """An estimate in words, with the texts behind it."""
    law = law_of(Parameters(parameters.values, first_day(estimate.month)))
    in_force = [v for v in parameters.values if v.name.startswith("support.aid_") and v.is_in_force(parameters.as_of)]
    latest = {(v.name, *v.keys.items()): v for v in sorted(in_force, key=lambda v: v.since)}.values()
    return ShownFamily(
        estimate=estimate,
        month=estimate.month,
        children=[_child(child, row, law) for child, row in zip(estimate.children, rows, strict=True)],
        texts=list(dict.fromkeys(_(v.source) for v in latest if not v.is_sample)),
        samples=list(dict.fromkeys(_(v.source) for v in latest if v.is_sample)),
    )


def _child(child: ChildEstimate, row: Mapping[str, Any], law: Law) -> ShownChild:
    missing: list[Any] = []
    if child.low != child.high:
        lacking = {column.name for finding in child.findings for column in finding.missing}
        missing += [_("Birth date or age")] if row["birth_date"] is None and row["age"] is None else []
        missing += [_("In school or not")] if "is_in_school" in lacking else []
    return ShownChild(child.child, _known(row), child, _reasons(child, law), missing)


def _known(row: Mapping[str, Any]) -> str:
    born: dt.date | None = row["birth_date"]
    if born is not None:
        return _("born on %(day)s") % {"day": day_words(born)}
    return _("Age: %(age)s") % {"age": row["age"]} if row["age"] is not None else _("Age not known")


def _reasons(child: ChildEstimate, law: Law) -> list[str]:
    if child.ranks is None:
        return [_("Not counted: children are counted up to %(age)s years.") % {"age": law.last_age}]
    words = [" / ".join(str(SITUATIONS[situation]) for situation in child.situations)]
    first, last = child.ranks
    if first == last:
        words.append(_("Place %(rank)s among the children counted") % {"rank": first})
    else:
        words.append(_("Place %(first)s to %(last)s among the children counted") % {"first": first, "last": last})
    if first > law.paid:
        words.append(_("Beyond the %(n)s children paid") % {"n": law.paid})
    elif first > law.full:
        words.append(_("Reduced amount: the first %(n)s are paid in full") % {"n": law.full})
    elif last > law.full:
        words.append(_("In full or reduced: the first %(n)s are paid in full") % {"n": law.full})
    else:
        words.append(_("In full"))
    return words
