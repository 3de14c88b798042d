"""The rows of a list that wait for a correction, as a list that can be sent again once corrected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from istidrak.base.exchange.reading import as_text
from istidrak.desk.imports.fields import label_of
from istidrak.desk.imports.notes import words_of
from istidrak.desk.imports.problems import RowStatus

if TYPE_CHECKING:
    from istidrak.desk.imports.preview import Preview

# The title block is not copied; what it says of every row becomes a column.
STATED = ("school_code", "school_name", "class_name", "level")
# Names of sheets from which the kind of list is told, as in the lists that offices send.
SHEETS = {
    "SCHOOL_LIST": ("لائحة التلاميذ غير الملتحقين", "Liste des élèves"),
    "CARAVAN_LIST": ("القافلة", "Caravane"),
    "CENTRE_LIST": ("لائحة المستفيدين", "Bénéficiaires"),
    "ESTABLISHMENTS": ("المؤسسات", "Etablissements"),
}


def _own() -> list[str]:
    return [_("To correct"), _("Row of the list received")]


def own_headings() -> list[str]:
    """The two headings that a list of corrections adds, in each language: left out when it comes back."""
    headings = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            headings += _own()
    return headings


def sheet_title(layout: str) -> str:
    """Name of the sheet, in the reader's language."""
    return SHEETS[layout][translation.get_language() == "fr"]


def columns_of(preview: Preview) -> list[tuple[str, float, str]]:
    """Columns for `workbook_answer`: what to correct, where it was, then the list's own headings."""
    to_correct, row = _own()
    headings = [preview.header.headings[at] for at in sorted(preview.header.headings)]
    stated = [label_of(preview.layout, name) for name in _stated(preview)]
    return [(to_correct, 60, "text"), (row, 10, "number"), *((text, 18, "text") for text in [*headings, *stated])]


def rows_of(preview: Preview) -> Iterator[tuple[Any, ...]]:
    """Refused rows and rows to complete, as they were received, with what to correct in words."""
    columns, stated = sorted(preview.header.headings), _stated(preview)
    for row in preview.rows:
        if row.status == RowStatus.ACCEPTED:
            continue
        said = " ".join(dict.fromkeys(map(words_of, row.problems)))
        cells = preview.table.rows[row.row - 1] if row.raw else []  # an emptied row holds nothing to show
        texts = [as_text(cells[at]) if at < len(cells) else "" for at in columns]
        facts = [row.facts.get(name, "") for name in stated]
        yield (said, row.row, *texts, *facts)


def _stated(preview: Preview) -> list[str]:
    if preview.layout == "ESTABLISHMENTS":
        return []
    said = {name for row in preview.rows for name in STATED if name in row.facts}
    return [name for name in STATED if name in said and name not in preview.header.columns]
