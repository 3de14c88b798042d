"""Names of the fields of a list in the reader's language: the first heading that officers use for it."""

import re
from functools import cache
from pathlib import Path

import yaml
from django.utils import translation

from istidrak.desk.imports.layouts import ESTABLISHMENT_LIST, LAYOUTS

_WORDS = yaml.safe_load(Path(__file__).with_name("headings.yaml").read_text(encoding="utf-8"))
_ARABIC = re.compile(r"[\u0600-\u06ff]")


@cache
def _labels(section: str, is_arabic: bool) -> dict[str, str]:
    def first(words: list[str]) -> str:
        return next((word for word in words if bool(_ARABIC.search(word)) == is_arabic), words[0])

    return {name: first(words) for name, words in _WORDS[section].items()}


def label_of(layout: str, name: str) -> str:
    """What officers call a field; the field's own name when nobody calls it anything."""
    section = "establishments" if layout == ESTABLISHMENT_LIST.name else "persons"
    return _labels(section, translation.get_language() != "fr").get(name, name)


def fields_of(layout: str) -> list[tuple[str, str]]:
    """(field, label) of every field of a layout, by label."""
    names = LAYOUTS[layout].vocabulary.fields - {"order_number"}
    return sorted(((name, label_of(layout, name)) for name in names), key=lambda pair: pair[1])
