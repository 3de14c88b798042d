"""The establishments file: which rows are of the directorate chosen, and what `put_schools` is given. Pure."""

from collections.abc import Set
from typing import Any

from istidrak.base.exchange.headings import essence
from istidrak.desk.imports.notes import ListReason
from istidrak.desk.imports.problems import Problem, Reason
from istidrak.desk.imports.rows import ParsedRow
from istidrak.territory.rules import commune_number

CYCLES = {
    essence(word): code
    for code, words in {
        "PRIMARY": ("Primaire", "Enseignement primaire", "ابتدائي", "التعليم الابتدائي"),
        "LOWER_SECONDARY": (
            *("Collège", "Secondaire collégial", "Collégial", "Enseignement secondaire collégial"),
            *("إعدادي", "الثانوي الإعدادي", "ثانوي إعدادي", "التعليم الثانوي الإعدادي"),
        ),
        "UPPER_SECONDARY": (
            *("Lycée", "Secondaire qualifiant", "Qualifiant", "Enseignement secondaire qualifiant"),
            *("تأهيلي", "الثانوي التأهيلي", "ثانوي تأهيلي", "التعليم الثانوي التأهيلي"),
        ),
    }.items()
    for word in words
}


def problem_of(row: ParsedRow, directorate: str, span: tuple[int, int]) -> Problem | None:
    """Why a school is not put under a directorate: its row says another province, or none at all.

    `directorate` is a code as printed (`321`, or `141.01.0` for a prefecture of Casablanca, which the file's
    province code does not tell from its neighbours: there the commune decides). `span`: its place numbers.
    """
    province = str(row.facts.get("province_code") or "").strip()
    commune = _number(row.facts.get("commune_code"))
    whole = directorate.partition(".")[0]
    if province and _same_code(province, directorate):
        return None
    if province and not _same_code(province, whole):
        return Problem(row.row, _heading(row, province), ListReason.OTHER_DIRECTORATE, {"text": province})
    if commune is not None:
        if span[0] <= commune <= span[1]:
            return None
        return Problem(row.row, "", ListReason.OTHER_DIRECTORATE, {"text": commune})
    if province and "." not in directorate:
        return None
    return Problem(row.row, "", ListReason.NO_PROVINCE)


def note_of(row: ParsedRow, communes: Set[str]) -> Problem | None:
    """What is noted of a school whose row names a commune that is none of `communes` (codes of nine digits)."""
    text = str(row.facts.get("commune_code") or "").strip()
    if not text or text.zfill(9) in communes:
        return None
    return Problem(row.row, _heading(row, text), Reason.COMMUNE_UNKNOWN, {"text": text})


def _same_code(one: str, other: str) -> bool:
    return one.lstrip("0") == other.lstrip("0")


def _number(text: Any) -> int | None:
    try:
        return commune_number(str(text or "").strip())
    except ValueError:
        return None


def _heading(row: ParsedRow, text: str) -> str:
    return next((heading for heading, cell in row.raw if cell.strip() == text), "")


def school_row(row: ParsedRow) -> dict[str, Any]:
    """What `organisations.actions.put_schools` is given: only what the row says."""
    facts = row.facts
    kept = ("code", "name_ar", "name_fr", "milieu", "parent_code", "commune_code")
    given = {name: facts[name] for name in kept if facts.get(name)}
    cycle = CYCLES.get(essence(facts.get("cycle") or ""))
    return given | ({"cycle": cycle} if cycle else {})
