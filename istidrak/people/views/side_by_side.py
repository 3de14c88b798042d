"""Two records side by side: lines to compare, and the same as rows of a workbook."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from istidrak.people.models import SourceRecord
from istidrak.people.queries.duplicates import PairShown, Side
from istidrak.people.queries.facts import label_of, text_of
from istidrak.people.words import FIELDS, NOTES, VERDICT_TONES, VERDICTS


@dataclass(frozen=True)
class Line:
    """One fact of both sides with what the comparison says of it (no verdict: it was not compared)."""

    label: Any
    left: Any
    right: Any
    verdict: Any = ""
    tone: str = "secondary"
    note: Any = ""


def compared(shown: PairShown) -> list[Line]:
    """The facts that the two records state, compared ones first; facts that neither states are left out.

    What is shown is what each list says, not the person's chosen facts: the comparison was made on these.
    """
    left, right = shown.left.record, shown.right.record
    if left is None or right is None:
        return []
    findings = {finding["field"]: finding for finding in shown.pair.findings}
    rows = [row for row in _lines(left, right) if any(row[2])]
    of_name = [row for row in rows if row[1] == "NAME"]
    # The name is compared once, over both scripts: it is said beside the script that both sides have.
    said_at = next((row for row in of_name if all(row[2])), of_name[0] if of_name else None)
    return [
        _line(label, code if code != "NAME" or said_at == (label, code, texts) else "", texts, findings)
        for label, code, texts in rows
    ]


def summary(shown: PairShown) -> list[tuple[Any, str, list[Any]]]:
    """What agrees, what is near, what differs, in three lines at most: (word, colour, facts)."""
    return [
        (word, VERDICT_TONES[verdict], fields)
        for verdict, word in VERDICTS.items()
        if verdict != "UNKNOWN"
        and (fields := [FIELDS[f["field"]] for f in shown.pair.findings if f["verdict"] == verdict])
    ]


def _line(label: Any, code: str, texts: tuple[Any, Any], findings: dict[str, Any]) -> Line:
    finding = findings.get(code)
    if finding is None:
        return Line(label, *texts)
    note = NOTES.get(finding["note"], "")
    return Line(label, *texts, VERDICTS[finding["verdict"]], VERDICT_TONES[finding["verdict"]], note)


def _lines(left: SourceRecord, right: SourceRecord) -> Iterator[tuple[Any, str, tuple[Any, Any]]]:
    both = (left.facts, right.facts)
    yield _("Name in Arabic"), "NAME", tuple(_name(facts, "ar") for facts in both)
    yield _("Name in French"), "NAME", tuple(_name(facts, "fr") for facts in both)
    yield label_of("sex"), "SEX", tuple(text_of("sex", facts.get("sex")) for facts in both)
    yield FIELDS["BIRTH"], "BIRTH", tuple(_birth(facts) for facts in both)
    yield label_of("massar_code"), "MASSAR_CODE", _of(both, "massar_code")
    yield label_of("phone"), "PHONE", _of(both, "phone", "guardian_phone")
    yield label_of("guardian_name"), "GUARDIAN", _of(both, "guardian_name")
    yield FIELDS["LEVEL"], "LEVEL", _of(both, "level")
    yield FIELDS["PLACE"], "PLACE", _of(both, "quarter")
    yield _("School"), "", _of(both, "school_name", "last_school")
    yield label_of("birth_place"), "", _of(both, "birth_place")
    yield label_of("address"), "", _of(both, "address")
    yield _("Notes of the list"), "", _of(both, "notes")


def _of(both: tuple[dict[str, Any], dict[str, Any]], *names: str) -> tuple[Any, Any]:
    """The first of the named facts that each side states."""

    def first(facts: dict[str, Any]) -> Any:
        name = next((name for name in names if facts.get(name)), None)
        return text_of(name, facts[name]) if name else ""

    return first(both[0]), first(both[1])


def _name(facts: dict[str, Any], script: str) -> Any:
    parts = [facts.get(f"{part}_{script}") for part in ("first_name", "last_name")]
    whole = facts.get(f"full_name_{script}")
    return text_of("full_name", " ".join(part for part in parts if part) or whole or "")


def _birth(facts: dict[str, Any]) -> Any:
    if facts.get("birth_date"):
        return text_of("birth_date", facts["birth_date"])
    return text_of("birth_year", facts.get("birth_year"))


def workbook_columns() -> list[tuple[Any, float, str]]:
    """Columns of the list of pairs as a workbook."""
    side = [(_("File number"), 14, "text"), (_("Name"), 32, "text"), (_("Born"), 20, "text"), (_("List"), 28, "text")]
    return [
        (_("Kind"), 16, "text"),
        (_("State"), 16, "text"),
        *side,
        (_("Row"), 8, "number"),
        *side,
        (_("Row"), 8, "number"),
    ]


def workbook_rows(pairs: Iterable[PairShown]) -> Iterator[tuple[Any, ...]]:
    """One row a pair; of a side outside the reader's scope only the directorate is said."""
    for shown in pairs:
        kind = shown.pair.get_kind_display() if shown.is_whole else _("Known elsewhere")
        yield (kind, shown.pair.get_state_display(), *_cells(shown.left), *_cells(shown.right))


def _cells(side: Side) -> tuple[Any, ...]:
    if side.person is None or side.record is None:
        return "", ", ".join(str(body) for body in side.known_in) or _("Another directorate"), "", "", None
    name = side.person.name_ar or side.person.name_fr
    record = side.record
    source = record.file.name if record.file else record.get_origin_display()
    return side.person.file_number, name, strip_tags(str(_birth(record.facts))), source, record.row
