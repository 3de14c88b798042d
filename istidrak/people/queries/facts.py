"""Every displayed fact with the record it comes from, and what other sources say otherwise."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from istidrak.base.templatetags.ui import day_words
from istidrak.people import rules
from istidrak.people.models import Person, Sex, SourceRecord

LABELS = {
    "last_name_ar": _("Family name in Arabic"),
    "first_name_ar": _("First name in Arabic"),
    "full_name_ar": _("Full name in Arabic"),
    "last_name_fr": _("Family name in French"),
    "first_name_fr": _("First name in French"),
    "full_name_fr": _("Full name in French"),
    "sex": _("Sex"),
    "birth_date": _("Born"),
    "birth_year": _("Year of birth"),
    "massar_code": _("Massar code"),
    "phone": _("Telephone"),
    "guardian_name": _("Guardian"),
    "birth_place": _("Place of birth"),
    "guardian_relation": _("Guardian's relation"),
    "guardian_phone": _("Guardian's telephone"),
    "address": _("Address"),
    "commune": _("Commune"),
    "level": _("Level stated"),
    "last_school": _("Last school"),
}
_CODES = {"massar_code", "phone", "guardian_phone", "birth_year"}
# Shown even when nobody stated them: what is missing is part of what is known.
_ALWAYS = ("sex", "birth_date", "massar_code", "phone", "guardian_name")


@dataclass(frozen=True)
class OtherValue:
    """What another source says: text to show, and the record that says so."""

    value: Any
    record: SourceRecord


@dataclass(frozen=True)
class ShownFact:
    """A fact of the file. `value` is text to show (empty: unknown), `raw` the fact; `others` contradict it."""

    field: str
    label: Any
    value: Any
    raw: Any
    record: SourceRecord | None
    others: list[OtherValue] = field(default_factory=list)


def label_of(name: str) -> Any:
    """What a fact is called on pages."""
    return LABELS[name]


def text_of(name: str, value: Any) -> Any:
    """A fact as pages show it: days in words, sex as a word, codes isolated from the direction of the line."""
    if value in (None, ""):
        return ""
    if name == "birth_date":
        return day_words(value if isinstance(value, dt.date) else dt.date.fromisoformat(value))
    if name == "sex":
        return Sex(value).label if value in Sex.values else str(value)
    if name in _CODES:
        return format_html('<bdi dir="ltr">{}</bdi>', value)
    return format_html("<bdi>{}</bdi>", value)


def shown_values(person: Person) -> dict[str, Any]:
    """Every fact of `rules.FACTS` as shown now, days as ISO texts, None when unknown; one query."""
    records = SourceRecord.unscoped.filter(person=person)
    said = [rules.Said(row.pk, row.origin, row.recorded_at, row.facts) for row in records]
    return {name: choice.value for name, choice in rules.choices(said).items()}


def facts_with_sources(person: Person) -> list[ShownFact]:
    """The facts of a person (whom the caller found in their scope) in the order of a file; one query."""
    rows = SourceRecord.unscoped.filter(person=person).select_related("file", "recorded_by")
    records = {row.pk: row for row in rows}
    said = [rules.Said(row.pk, row.origin, row.recorded_at, row.facts) for row in records.values()]
    choices = rules.choices(said)
    return [_shown(name, choice, choices, records) for name, choice in choices.items() if _is_shown(name, choices)]


def _is_shown(name: str, choices: dict[str, rules.Choice]) -> bool:
    """The year stands under the date when the date is known; names and minor facts only when somebody states them."""
    if name == "birth_year":
        return False
    return choices[name].said is not None or name in _ALWAYS


def _shown(
    name: str, choice: rules.Choice, choices: dict[str, rules.Choice], records: dict[int, SourceRecord]
) -> ShownFact:
    others = [
        OtherValue(text_of(name, said.facts[name]), records[said.key])
        for said in choice.others
        if said.facts.get(name)
    ]
    if name == "birth_date":
        year = choices["birth_year"]
        others += [
            OtherValue(text_of("birth_year", said.facts["birth_year"]), records[said.key])
            for said in year.others
            if said.facts.get("birth_year") and not said.facts.get("birth_date")
        ]
        if choice.value is None and year.value is not None:
            record = records[year.said.key] if year.said else None
            return ShownFact(
                "birth_year", LABELS["birth_year"], text_of("birth_year", year.value), year.value, record, others
            )
    record = records[choice.said.key] if choice.said else None
    return ShownFact(name, LABELS[name], text_of(name, choice.value), choice.value, record, others)
