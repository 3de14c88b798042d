"""Files of all kinds and of none: tables, or one clear error."""

import datetime as dt
import io
import struct
import zipfile

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from istidrak.base.exchange.reading import Limits, UnreadableFile, as_text, read_tables
from tests.running.examples import examples

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _workbook(write) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        write(book, book.add_worksheet("الأولى"))
    return out.getvalue()


def _refusal(data: bytes, name: str = "a.xlsx", limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read_tables(data, name, limits)
    return refused.value.code


def test_cells_and_row_numbers_are_those_of_the_sheet():
    def write(book, sheet):
        sheet.write(2, 1, "نص")
        sheet.write_datetime(2, 2, dt.datetime(2011, 8, 14), book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_number(3, 1, 40769)
        sheet.write_formula(3, 2, "=1+1", None, 2)
        sheet.write_formula(3, 3, "='[http://x/y.xlsx]s'!A1", None, "kept")
        sheet.write_string(3, 4, "=1+1")
        book.add_worksheet("الثانية").write(0, 0, "b")

    first, second = read_tables(_workbook(write), "a.xlsx")
    assert first.sheet == "الأولى"
    assert first.rows == [
        ["", "", "", "", ""],
        ["", "", "", "", ""],
        ["", "نص", dt.date(2011, 8, 14), "", ""],
        ["", 40769.0, 2.0, "kept", "=1+1"],
    ]
    assert (second.sheet, second.rows) == ("الثانية", [["b"]])


def test_an_old_workbook():
    xlwt = pytest.importorskip("xlwt", reason="xlwt makes the old .xls of this test")
    book = xlwt.Workbook()
    sheet = book.add_sheet("قديمة")
    sheet.write(1, 1, "رقم")
    sheet.write(2, 1, dt.date(2011, 8, 14), xlwt.easyxf(num_format_str="DD/MM/YYYY"))
    out = io.BytesIO()
    book.save(out)
    (table,) = read_tables(out.getvalue(), "a.xls")
    assert table.rows == [["", ""], ["", "رقم"], ["", dt.date(2011, 8, 14)]]


ARABIC = [["الاسم", "تاريخ الازدياد"], ["علي، العلمي", "14/08/2011"], ["هاجر", ""]]
FRENCH = [["PRÉNOM", "NÉ LE"], ["Éloïse", "14/08/2011"], ["ÇA", "à côté"]]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize(
    ("rows", "encoding"),
    [
        *[(ARABIC, encoding) for encoding in ("utf-8", "utf-8-sig", "cp1256", "utf-16")],
        *[(FRENCH, encoding) for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16")],
        ([["Nom", "Naissance"], ["Ali", "2011"]], "ascii"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_text_tables(rows, encoding, separator, line_end):
    text = line_end.join(separator.join(row) for row in rows)
    (table,) = read_tables(text.encode(encoding), "لائحة.csv")
    assert table.sheet == "لائحة"
    assert table.rows == rows


def test_arabic_words_decide_between_two_encodings_in_one_file():
    """Arabic names beside small French letters: the two encodings agree on é, so Arabic wins and loses nothing."""
    rows = [["النسب", "Prénom"], ["العلمي", "Rémi"]]
    assert read_tables("\n".join(";".join(r) for r in rows).encode("cp1256"), "a.csv")[0].rows == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('a;b\n"x;y";"two\nlines"\n', [["a", "b"], ["x;y", "two\nlines"]]),
        (
            "titre, sous-titre\n\na;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5",
            [["titre, sous-titre"], [], ["a", "b", "c"], ["1,5", "2,5", "3,5"], ["4,5", "5,5", "6,5"]],
        ),
        ("sep=,\na,b\n1,2", [["a", "b"], ["1", "2"]]),
        ('a;b\n"never closed;1\nx;2', [["a", "b"], ["never closed", "1"], ["x", "2"]]),
        ("seul\nAli\n", [["seul"], ["Ali"]]),
    ],
)
def test_quotes_titles_and_separators(text, rows):
    assert read_tables(text.encode(), "a.csv")[0].rows == rows


def test_a_text_table_under_the_name_of_a_workbook():
    assert read_tables(b"a\tb\n1\t2\n", "export.xls")[0].rows == [["a", "b"], ["1", "2"]]


def test_utf8_with_a_broken_end_is_still_utf8():
    data = ("الاسم;السن\n" + "علي;14\n" * 40 + "هاجر").encode()[:-1]
    table = read_tables(data, "a.csv")[0]
    assert table.rows[0] == ["الاسم", "السن"]
    assert table.rows[-1] == ["هاج\ufffd"]


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name.replace("__", "/"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.xlsx", "EMPTY"),
        (b"  \n ", "a.csv", "EMPTY"),
        (b";;\n;;\n", "a.csv", "EMPTY"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a.xlsx", "NOT_A_SPREADSHEET"),
        (b"%PDF-1.4 text only", "a.csv", "NOT_A_SPREADSHEET"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "a.xls", "WEB_PAGE"),
        (b"PK\x03\x04 and nothing more", "a.xlsx", "DAMAGED"),
        (_zip(word__document=b"<x/>"), "a.docx", "NOT_A_SPREADSHEET"),
        (_zip(xl__workbook=b"<x/>"), "a.xlsx", "DAMAGED"),
        (OLD_WORKBOOK + b"\0" * 2000, "a.xls", "DAMAGED"),
        (OLD_WORKBOOK + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "ENCRYPTED"),
    ],
)
def test_files_that_are_no_lists(data, name, code):
    assert _refusal(data, name) == code


def test_an_empty_workbook():
    assert _refusal(_workbook(lambda book, sheet: None)) == "EMPTY"


def test_a_zip_with_a_password():
    data = bytearray(_workbook(lambda book, sheet: sheet.write(0, 0, "a")))
    at = data.find(b"PK\x01\x02")
    data[at + 8 : at + 10] = struct.pack("<H", 1)  # the flag of an encrypted member, in the table of contents
    assert _refusal(bytes(data)) == "ENCRYPTED"


def test_limits():
    data = _workbook(lambda book, sheet: [sheet.write(at, at, "a") for at in range(20)])
    assert len(read_tables(data, "a.xlsx", Limits(rows=20, columns=20))[0].rows) == 20
    assert _refusal(data, limits=Limits(rows=19)) == "TOO_MANY_ROWS"
    assert _refusal(data, limits=Limits(columns=19)) == "TOO_MANY_COLUMNS"
    assert _refusal(data, limits=Limits(file_bytes=100)) == "TOO_LARGE"
    text = b"a;b;c\n" * 5
    assert _refusal(text, "a.csv", Limits(rows=4)) == "TOO_MANY_ROWS"
    assert _refusal(text, "a.csv", Limits(columns=2)) == "TOO_MANY_COLUMNS"
    assert _refusal(b'a;"b\n' * 5, "a.csv", Limits(rows=4)) == "TOO_MANY_ROWS"


def test_a_zip_bomb_is_seen_in_its_table_of_contents():
    assert (
        _refusal(_zip(xl__workbook=b"<x/>", xl__big=b"\0" * 2_000_000), limits=Limits(unpacked_bytes=1_000_000))
        == "TOO_LARGE"
    )


def test_a_small_file_that_asks_for_all_memory_ends_its_own_process_only():
    """One cell at the far corner: the library lays out the whole grid, 150 gigabytes of it."""
    data = _workbook(lambda book, sheet: [sheet.write(0, 0, "a"), sheet.write(900_000, 16_000, "b")])
    assert len(data) < 10_000
    assert _refusal(data) == "TOO_LARGE"


def test_memory_has_a_ceiling():
    """Within the limits of rows and columns, twelve million empty cells between two filled ones."""
    data = _workbook(lambda book, sheet: [sheet.write(0, 0, "a"), sheet.write(40_000, 299, "b")])
    assert _refusal(data, limits=Limits(memory_bytes=300_000_000)) == "TOO_LARGE"


def test_nothing_of_a_file_is_left_running_or_open():
    data = _workbook(lambda book, sheet: sheet.write(0, 0, "a"))
    for _ in range(3):
        read_tables(data, "a.xlsx")
        with pytest.raises(UnreadableFile):
            read_tables(data[:600], "a.xlsx")


def _tables_or_one_error(data: bytes) -> None:
    try:
        tables = read_tables(data, "a.csv")
    except UnreadableFile:
        return
    assert any(cell for table in tables for row in table.rows for cell in row)


@given(st.binary(max_size=400))
@settings(max_examples=examples(300))
def test_any_bytes(data):
    _tables_or_one_error(data)


@given(
    st.text(alphabet=st.sampled_from('ابتéÉÇa1;,\t\n\r" =.'), max_size=200),
    st.sampled_from(["utf-8", "cp1256", "utf-16"]),
)
@settings(max_examples=examples(300))
def test_any_text(text, encoding):
    _tables_or_one_error(text.encode(encoding, errors="replace"))


_GOOD = _workbook(lambda book, sheet: [sheet.write(at, 0, f"نص {at}") for at in range(5)])


@given(st.integers(0, len(_GOOD) - 1), st.binary(min_size=1, max_size=40), st.booleans())
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_any_damage_to_a_workbook(at, noise, is_cut):
    _tables_or_one_error(_GOOD[:at] + noise + (b"" if is_cut else _GOOD[at + len(noise) :]))


@given(st.binary(max_size=1500))
@settings(max_examples=examples(30))
def test_any_bytes_under_the_mark_of_an_old_workbook(data):
    _tables_or_one_error(OLD_WORKBOOK + data)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("a ", "a "),
        (3.0, "3"),
        (2.5, "2.5"),
        (True, "TRUE"),
        (dt.date(2011, 8, 4), "04/08/2011"),
        (dt.datetime(2011, 8, 4), "04/08/2011"),
        (dt.datetime(2011, 8, 4, 9, 5), "04/08/2011 09:05:00"),
    ],
)
def test_cells_as_a_person_reads_them(cell, text):
    assert as_text(cell) == text
