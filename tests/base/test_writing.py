"""Workbooks written here open as lists: texts are texts, days are days."""

import datetime as dt
import io
import zipfile

import pytest

from istidrak.base.exchange.reading import read_tables
from istidrak.base.exchange.writing import workbook_bytes

COLUMNS = [("الاسم", 30, "text"), ("تاريخ الازدياد", 12, "date"), ("العدد", 8, "number")]


def _xml(data: bytes, member: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(member).decode()


def test_what_is_written_is_read_back():
    rows = [("علي", dt.date(2011, 8, 14), 3), (None, "31/02/2010", "?"), ("0612345678", None, 2.5)]
    (table,) = read_tables(workbook_bytes("لائحة", COLUMNS, iter(rows), right_to_left=True), "a.xlsx")
    assert table.sheet == "لائحة"
    assert table.rows == [
        ["الاسم", "تاريخ الازدياد", "العدد"],
        ["علي", dt.date(2011, 8, 14), 3.0],
        ["", "31/02/2010", "?"],
        ["0612345678", "", 2.5],
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+212600000000", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0", "http://example.org", "\tx"]
)
def test_no_text_becomes_a_formula_or_a_link(text):
    data = workbook_bytes("a", COLUMNS, [(text, text, text)])
    sheet = _xml(data, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert read_tables(data, "a.xlsx")[0].rows[1] == [text] * 3


def test_frozen_header_and_direction():
    sheet = _xml(workbook_bytes("a", COLUMNS, [], right_to_left=True), "xl/worksheets/sheet1.xml")
    assert 'rightToLeft="1"' in sheet
    assert 'ySplit="1"' in sheet
    assert 'rightToLeft="1"' not in _xml(workbook_bytes("a", COLUMNS, []), "xl/worksheets/sheet1.xml")


def test_odd_values_are_kept_as_text():
    rows = [("x" * 40_000, dt.date(1850, 1, 1), float("nan")), (True, dt.datetime(2011, 8, 14, 5), True)]
    table = read_tables(workbook_bytes("a", COLUMNS, rows), "a.xlsx")[0]
    assert len(table.rows[1][0]) == 32_767
    assert table.rows[1][1:] == ["1850-01-01", "nan"]
    assert table.rows[2] == ["True", dt.date(2011, 8, 14), "True"]


@pytest.mark.parametrize(
    ("title", "name"), [("2025/26: [a]*?", "2025 26   a"), ("", "Sheet1"), ("ع" * 50, "ع" * 31), ("'a'", "a")]
)
def test_titles_become_names_of_sheets(title, name):
    assert read_tables(workbook_bytes(title, COLUMNS, []), "a.xlsx")[0].sheet == name


def test_mistakes_of_the_caller_are_loud():
    with pytest.raises(ValueError, match="kind"):
        workbook_bytes("a", [("x", 3, "money")], [])
    with pytest.raises(ValueError, match="argument"):
        workbook_bytes("a", COLUMNS, [("a",)])
    with pytest.raises(ValueError, match="instant"):
        workbook_bytes("a", COLUMNS, [("a", dt.datetime(2011, 1, 1, tzinfo=dt.UTC), 1)])
