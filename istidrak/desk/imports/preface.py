"""What the block above a table says of the whole list: directorate, school, class, school year."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from istidrak.base.exchange.headings import essence
from istidrak.base.exchange.reading import Cell
from istidrak.desk.imports.cells import cleaned, is_blank, school_year_in
from istidrak.desk.imports.vocabulary import PREFACE_LABELS

_LABEL_OF = {essence(words): name for name, labels in PREFACE_LABELS.items() for words in labels}
_COLON = re.compile(r"\s*[:：]\s*")
_ESTABLISHMENT_CODE = re.compile(r"^\d{5}[A-Z]$", re.ASCII)
# `عمالة: العيون` as the value of the directorate's label.
_KIND_OF_TERRITORY = re.compile(
    r"^(?:عمالة|إقليم|اقليم|عمالة إقليم|province|préfecture|prefecture)\s*[:：]\s*", re.IGNORECASE
)


@dataclass(frozen=True)
class Preface:
    """Facts of the title block, as written there, None where it says nothing. `school_year`: the starting integer."""

    title: str = ""
    academy: str | None = None
    directorate: str | None = None
    school_name: str | None = None
    school_code: str | None = None
    centre_name: str | None = None
    class_name: str | None = None
    level: str | None = None
    school_year: int | None = None


def preface_of(rows: Sequence[Sequence[Cell]]) -> Preface:
    """Reads the rows above the header. A label's value stands after its colon, or in the next filled cell; in sheets
    laid out from the left for Arabic readers, in the filled cell before it."""
    found: dict[str, str] = {}
    texts: list[str] = []
    for row in rows:
        items = [(cleaned(cell)) for cell in row if not is_blank(cell)]
        texts += items
        for name, value in _pairs(items):
            found.setdefault(name, value)
    code = next((text for text in texts if _ESTABLISHMENT_CODE.match(text)), None)
    if "directorate" in found:
        found["directorate"] = _KIND_OF_TERRITORY.sub("", found["directorate"])
    year_texts = [found.pop("school_year", ""), *texts]
    year = next((year for text in year_texts if (year := school_year_in(text))), None)
    found.setdefault("school_code", code or "")
    return Preface(title=" ".join(texts), school_year=year, **{name: text or None for name, text in found.items()})


def _pairs(items: list[str]) -> list[tuple[str, str]]:
    """(label, value) of one row."""
    labelled = [(item, *_label(item)) for item in items]
    pairs = [(name, value) for _, name, value in labelled if name and value]
    is_backwards = bool(labelled) and labelled[-1][1] is not None and labelled[0][1] is None
    ordered = labelled[::-1] if is_backwards else labelled
    for (_, name, value), (text, next_name, _) in itertools.pairwise(ordered):
        if name and not value and (next_name is None or _is_only_a_kind(text)):
            pairs.append((name, text))
    return pairs


def _is_only_a_kind(text: str) -> bool:
    return bool(_KIND_OF_TERRITORY.match(text))


def _label(item: str) -> tuple[str | None, str]:
    """The label that a cell is or starts with, and the value after its colon."""
    before, colon, after = _cut_at_colon(item)
    name = _LABEL_OF.get(essence(before))
    return (name, after if colon else "") if name else (None, "")


def _cut_at_colon(item: str) -> tuple[str, bool, str]:
    parts = _COLON.split(item, maxsplit=1)
    return (parts[0], True, parts[1].strip()) if len(parts) > 1 else (item, False, "")
