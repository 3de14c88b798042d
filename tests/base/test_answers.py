"""A downloaded list that opens wrong is retyped by hand."""

import datetime as dt
import io

import pytest
import python_calamine
from django.utils import translation
from django.utils.translation import gettext_lazy

from istidrak.base.exchange.answers import workbook_answer

COLUMNS = [("Nom", 20, "text"), ("Jour", 12, "day"), ("Nombre", 8, "number"), ("Présent", 8, "text")]


def _read(response):
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return book.sheet_names, book.get_sheet_by_index(0).to_python()


def test_a_list_is_answered_as_a_workbook_named_by_its_day(rf):
    instant = dt.datetime(2025, 9, 15, 23, 30, tzinfo=dt.UTC)
    rows = [("=1+1", dt.date(2025, 9, 16), 3, True), (gettext_lazy("Not known"), instant, None, False)]
    with translation.override("fr"):
        response = workbook_answer(rf.get("/"), "cases", "Cas", COLUMNS, iter(rows))
    names, read = _read(response)
    assert response["Content-Disposition"] == 'attachment; filename="cases-2025-11-20.xlsx"'
    assert names == ["Cas"]
    assert read == [
        ["Nom", "Jour", "Nombre", "Présent"],
        ["=1+1", dt.date(2025, 9, 16), 3.0, "Oui"],
        ["Non connu", dt.date(2025, 9, 16), "", "Non"],
    ]


def test_the_sheet_is_read_from_the_side_of_the_language(rf):
    sheets = {}
    for language in ("ar", "fr"):
        with translation.override(language):
            response = workbook_answer(rf.get("/"), "x", "X", COLUMNS, [])
        import zipfile

        sheets[language] = zipfile.ZipFile(io.BytesIO(response.content)).read("xl/worksheets/sheet1.xml")
    assert b'rightToLeft="1"' in sheets["ar"]
    assert b"rightToLeft" not in sheets["fr"]


def test_an_unknown_kind_of_column_is_refused(rf):
    with pytest.raises(ValueError, match="kind"):
        workbook_answer(rf.get("/"), "x", "X", [("A", 5, "date")], [])
