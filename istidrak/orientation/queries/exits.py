"""What the orientation page shows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from istidrak.base.parameters import parameters_on
from istidrak.base.rules import Decision as RuleDecision
from istidrak.base.rules import Parameters, Rule, decide
from istidrak.base.templatetags.ui import day_words
from istidrak.organisations.models import Organisation
from istidrak.orientation.facts import facts_of_cases
from istidrak.orientation.models import Decision, Exit
from istidrak.orientation.rules import (
    AUTOMATIC_RETURN,
    INDICATIONS_OF_EXIT,
    RULE_OF_EXIT,
    ReachableClass,
    reachable_classes,
    reference_day,
)
from istidrak.outreach.models import Case

# Texts that the parameters of the rules come from, in words: a parameter file holds them in English alone.
SOURCES = (
    _lazy("Basic non-formal classes, 8 to 16 (usual practice); the reference day is a sample value"),
    _lazy(
        "Laâyoune, launch of the season, 16 September 2025: children of 8 to 15; the reference day is a sample value"
    ),
    _lazy(
        "New-generation second-chance schools, 13 to 18 (national, 2014 to 2023); the reference day is a sample value"
    ),
    _lazy(
        "Laâyoune, launch of the season, 16 September 2025: adolescents of 15 to 18; the reference day is a sample value"  # noqa: E501 - as the parameter file has it
    ),
    _lazy("Educational accompaniment of pupils at risk: no text gives an age, sample value"),
    _lazy("Note of September 2025 on class councils: automatic under 16; the reference day is a sample value"),
    _lazy("The note gives no ceiling for primary levels: no return beyond the automatic one, sample value"),
    _lazy(
        "Note of September 2025 on class councils: 17 for the first year of lower secondary; the reference day is a sample value"  # noqa: E501
    ),
    _lazy(
        "Note of September 2025 on class councils: 18 for the second year of lower secondary; the reference day is a sample value"  # noqa: E501
    ),
    _lazy(
        "Note of September 2025 on class councils: 19 for the third year of lower secondary; the reference day is a sample value"  # noqa: E501
    ),
    _lazy("Note of September 2025 on class councils: 20 for the common core; the reference day is a sample value"),
    _lazy(
        "Note of September 2025 on class councils: 21 for the first baccalaureate year; the reference day is a sample value"  # noqa: E501
    ),
    _lazy(
        "Note of September 2025 on class councils: tolerance of 22, read here as the second baccalaureate year; the reference day is a sample value"  # noqa: E501
    ),
    _lazy("What sets the short training apart is written nowhere we know: sample value"),
    _lazy("Readiness of 0 to 5 on the admission sheet of one association; the threshold is a sample value"),
    _lazy("Motivation of 0 to 5 on the admission sheet of one association; the threshold is a sample value"),
    _lazy("Tests of 0 to 100 on the admission sheet of one association; the threshold is a sample value"),
)
PARAMETERS = (
    "programmes.age_band",
    "orientation.return_always",
    "orientation.return_ages",
    "orientation.short_training_ages",
    "orientation.least_readiness",
    "orientation.least_motivation",
    "orientation.least_score",
)


def findings_for(case: Case, as_of: dt.date) -> dict[str, RuleDecision]:
    """For each exit, whether it is open and each criterion with its source."""
    facts, parameters = facts_of_cases([case])[case.pk], parameters_on(as_of, *PARAMETERS)
    return {code: decide(rule, facts, parameters) for code, rule in RULE_OF_EXIT.items()}


def kept_for(case: Case, as_of: dt.date) -> dict[str, Any]:
    """What is kept beside a decision of one case: see `kept_of`."""
    return kept_of([case], as_of)[case.pk]


def kept_of(cases: Sequence[Case], as_of: dt.date) -> dict[int, dict[str, Any]]:
    """Of many cases (with person, season and directorate), by case key, in seven queries whatever their number.

    Findings of the four exits by code, AUTOMATIC_RETURN, INDICATIONS (by exit) and CLASSES in reach, as JSON.
    """
    facts, parameters = facts_of_cases(cases), parameters_on(as_of, *PARAMETERS)
    return {key: _kept(known, parameters) for key, known in facts.items()}


def _kept(facts: dict[str, Any], parameters: Parameters) -> dict[str, Any]:
    rules = {**RULE_OF_EXIT, "AUTOMATIC_RETURN": AUTOMATIC_RETURN}
    kept = as_kept({code: decide(rule, facts, parameters) for code, rule in rules.items()})
    kept["INDICATIONS"] = as_kept(
        {code: decide(rule, facts, parameters) for code, rule in INDICATIONS_OF_EXIT.items()}
    )
    kept["CLASSES"] = [asdict(row) for row in classes_in_reach(facts, parameters)]
    return kept


def classes_in_reach(facts: dict[str, Any], parameters: Parameters) -> list[ReachableClass]:
    """The classes that age and last level leave open, by the ceilings in force."""
    place = facts["place_number"]
    automatic = parameters.resolve("orientation.return_always", place).value
    ceilings = {
        value.keys["level"]: value.value["upper"]
        for value in reversed(parameters.choices("orientation.return_ages", ("level",)))
        if place is None or value.covers(place)
    }
    return reachable_classes(
        facts["last_level"],
        facts["birth_date"],
        facts["birth_year"],
        ceilings,
        automatic["upper"],
        reference_day(parameters.as_of, automatic["reference"]),
    )


def as_kept(findings: dict[str, RuleDecision]) -> dict[str, Any]:
    """Findings as JSON, their sources in English whoever proposes: `shown` says them in the reader's language."""
    with translation.override("en"):
        return {code: decision.as_json() for code, decision in findings.items()}


@cache
def _words() -> dict[str, Any]:
    """Lazy words of each source by its English text."""
    rules = (*RULE_OF_EXIT.values(), *INDICATIONS_OF_EXIT.values())
    of_rules = [condition.source for rule in rules for condition in rule.conditions]
    with translation.override("en"):
        return {str(source): source for source in (*SOURCES, *of_rules)}


def _sources_of(finding: dict[str, Any]) -> list[str]:
    # The condition's own text, then those of the parameters it read; a text that we do not know is shown as it was
    # written. Without a text of its own, a finding's source is that of its parameters joined: not said twice.
    parameters = [p["source"] for p in finding["parameters"]]
    own = [] if finding["source"] == "; ".join(dict.fromkeys(parameters)) else [finding["source"]]
    return [str(_words().get(text, text)) for text in dict.fromkeys([*own, *parameters]) if text]


def shown(findings: dict[str, Any], codes: Sequence[str] = tuple(Exit.values)) -> list[dict[str, Any]]:
    """Findings kept as JSON, worded in the reader's language: the words come from the rule, by code.

    Each exit of `codes`: exit, label, outcome, is_one_enough, findings, indications, texts (number and words of the
    sources that appear first in it); each finding: label, outcome, sources, numbers (of its sources), is_sample,
    values (what the parameter says, and since when), missing (names of columns).
    """
    rows = []
    numbers: dict[str, int] = {}
    for code, label in Exit.choices:
        kept = findings.get(code)
        if kept is None or code not in codes:
            continue
        indications = findings.get("INDICATIONS", {}).get(code, {}).get("findings", [])
        rows.append(
            {
                "exit": code,
                "label": label,
                "outcome": kept["outcome"],
                "as_of": kept.get("as_of"),
                "is_one_enough": RULE_OF_EXIT[code].combine == "ANY",
                "findings": [_worded(RULE_OF_EXIT[code], f, kept.get("as_of")) for f in kept["findings"]],
                "indications": [_worded(INDICATIONS_OF_EXIT[code], f, kept.get("as_of")) for f in indications],
            }
        )
        rows[-1]["texts"] = _number(rows[-1], numbers)
    return rows


def _number(row: dict[str, Any], numbers: dict[str, int]) -> list[tuple[int, str]]:
    """Number the sources of an exit's findings after those already numbered; the new ones, in their order."""
    known = len(numbers)
    for finding in (*row["findings"], *row["indications"]):
        finding["numbers"] = [numbers.setdefault(text, len(numbers) + 1) for text in finding["sources"]]
    return [(number, text) for text, number in numbers.items() if number > known]


def _worded(rule: Rule, finding: dict[str, Any], as_of: str | None) -> dict[str, Any]:
    words = {condition.code: condition.label for condition in rule.conditions}
    return {
        "code": finding["code"],
        "label": words.get(finding["code"], finding["label"]),
        "outcome": finding["outcome"],
        "sources": _sources_of(finding),
        "is_sample": any(p["is_sample"] for p in finding["parameters"]),
        "values": [value_words(p, as_of) for p in finding["parameters"]],
        "missing": finding["missing"],
    }


def value_words(parameter: dict[str, Any], as_of: str | None = None) -> str:
    """What a parameter says and its period: "from 15 to 18 years on 31 December 2025 · since 1 September 2025".

    `as_of`: the day of the decision (2025-11-20), which gives the year of the reference day; None where it was not
    kept: the day is then said without a year.
    """
    value = parameter["value"]
    period = {
        "since": _day(parameter["since"]),
        "until": _day(parameter["until"]) if parameter["until"] else "",
    }
    if isinstance(value, dict) and "reference" in value:
        bounds = {"lower": value.get("lower"), "upper": value.get("upper"), "day": _said(value["reference"], as_of)}
        if bounds["lower"] is None:
            said = _("up to %(upper)s years on %(day)s") % bounds
        elif bounds["upper"] is None:
            said = _("from %(lower)s years on %(day)s") % bounds
        else:
            said = _("from %(lower)s to %(upper)s years on %(day)s") % bounds
    else:
        said = _("at least %(value)s") % {"value": value}
    when = _("from %(since)s to %(until)s") if period["until"] else _("since %(since)s")
    return f"{said} · {when % period}"


def _said(month_day: str, as_of: str | None) -> str:
    if as_of:
        return day_words(reference_day(dt.date.fromisoformat(as_of), month_day))
    return day_words(dt.date.fromisoformat(f"2000-{month_day}")).removesuffix(" 2000")


def _day(iso: str) -> str:
    return day_words(dt.date.fromisoformat(iso))


def difference(then: dict[str, Any], today: dict[str, Any]) -> list[dict[str, Any]]:
    """Exits whose outcome is not the one that was kept: label, then, today."""
    return [
        {"label": label, "then": then[code]["outcome"], "today": today[code]["outcome"]}
        for code, label in Exit.choices
        if code in then and then[code]["outcome"] != today[code]["outcome"]
    ]


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
        .select_related("receiver", "programme", "proposed_by", "decided_by", "council")
        .first()
    )
