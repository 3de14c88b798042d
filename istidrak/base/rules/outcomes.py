"""What a rule answers: yes, no, or not known yet; and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from istidrak.base.rules.columns import Column
    from istidrak.base.rules.parameters import ParameterValue


class Outcome(StrEnum):
    """Three-valued truth. UNKNOWN is shown as "to complete": a fact is missing, no one is refused."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    UNKNOWN = "UNKNOWN"

    @classmethod
    def of(cls, is_met: bool | None) -> Outcome:
        """The outcome for true, false, or None where neither is known."""
        return cls.UNKNOWN if is_met is None else cls.MET if is_met else cls.NOT_MET


@dataclass(frozen=True)
class Finding:
    """What became of one condition.

    `facts` are the values read, by column name (None: not known). When the outcome is UNKNOWN, `missing` are
    the columns to complete and `missing_parameters` the names of parameters that no text sets for this case.
    `parameters` are the values that were applied; `source` names the text to show as origin of the answer.
    """

    code: str
    label: Any  # str, lazily translated: put into words only when it is shown
    outcome: Outcome
    source: Any  # str, lazily translated
    facts: Mapping[str, Any]
    missing: tuple[Column, ...] = ()
    parameters: tuple[ParameterValue, ...] = ()
    missing_parameters: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The finding in JSON's own types, its label in the active language, days as 2025-09-01."""
        return {
            "code": self.code,
            "label": str(self.label),
            "outcome": self.outcome.value,
            "source": str(self.source),
            "facts": {name: _plain(value) for name, value in self.facts.items()},
            "missing": [column.name for column in self.missing],
            "parameters": [parameter.as_json() for parameter in self.parameters],
            "missing_parameters": list(self.missing_parameters),
        }


@dataclass(frozen=True)
class Decision:
    """The answer of a rule for one case on one day, with a finding per condition, in the rule's order."""

    rule: str
    label: Any  # str, lazily translated
    as_of: dt.date
    outcome: Outcome
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """The decision in JSON's own types, to be kept beside what was decided."""
        return {
            "rule": self.rule,
            "label": str(self.label),
            "as_of": self.as_of.isoformat(),
            "outcome": self.outcome.value,
            "findings": [finding.as_json() for finding in self.findings],
        }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
