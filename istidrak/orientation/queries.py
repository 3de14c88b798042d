"""What the orientation page shows."""

import datetime as dt
from typing import Any

from istidrak.base.parameters import parameters_on
from istidrak.base.rules import Decision as RuleDecision
from istidrak.base.rules import decide
from istidrak.organisations.models import Organisation
from istidrak.orientation.facts import facts_of
from istidrak.orientation.models import Decision, Exit
from istidrak.orientation.rules import RULE_OF_EXIT
from istidrak.outreach.models import Case

PARAMETERS = ("programmes.age_band", "orientation.return_ceiling", "orientation.short_training_from")


def findings_for(case: Case, as_of: dt.date) -> dict[str, RuleDecision]:
    """For each exit, whether it is open and each criterion with its source."""
    facts, parameters = facts_of(case), parameters_on(as_of, *PARAMETERS)
    return {code: decide(rule, facts, parameters) for code, rule in RULE_OF_EXIT.items()}


def shown(findings: dict[str, Any]) -> list[dict[str, Any]]:
    """Findings kept as JSON, worded in the reader's language: the words come from the rule, by code."""
    rows = []
    for code, label in Exit.choices:
        kept = findings.get(code)
        if kept is None:
            continue
        words = {condition.code: condition.label for condition in RULE_OF_EXIT[code].conditions}
        rows.append(
            {
                "exit": code,
                "label": label,
                "outcome": kept["outcome"],
                "findings": [
                    {
                        "label": words.get(f["code"], f["label"]),
                        "outcome": f["outcome"],
                        "source": f["source"],
                        "is_sample": any(p["is_sample"] for p in f["parameters"]),
                    }
                    for f in kept["findings"]
                ],
            }
        )
    return rows


def receivers_of(case: Case) -> Any:
    """Schools, centres and training bodies of the case's directorate."""
    low, high = case.directorate.place.span
    return Organisation.objects.filter(
        kind__in=["SCHOOL", "CENTRE", "TRAINING_BODY"], place_number__range=(low, high)
    ).order_by("kind", "code")


def standing_decision(case: Case) -> Decision | None:
    """The decision of a case that is proposed or decided, if any. The case was already found in scope."""
    return (
        Decision.unscoped.filter(case=case, state__in=["PROPOSED", "DECIDED"])
        .select_related("receiver", "programme", "proposed_by")
        .first()
    )
