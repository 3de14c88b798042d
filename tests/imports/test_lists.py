"""Lists of many shapes: every row read, with the facts that it states and no other."""

import random
from collections import Counter
from pathlib import Path

import pytest

from istidrak.base.exchange.reading import Table, read_tables
from istidrak.desk.imports.layouts import recognise
from istidrak.desk.imports.problems import Reason, RowStatus
from istidrak.desk.imports.rows import parse_rows
from istidrak.desk.imports.vocabulary import PERSONS
from tests.imports.make_lists import MAKERS, MadeList

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"


def _made(name: str, seed: int = 1, **more: int) -> MadeList:
    if name == "class_lists_xls":
        pytest.importorskip("xlwt", reason="xlwt makes the old .xls of this test")
    return MAKERS[name](random.Random(seed), **more)


def _read(made: MadeList):
    tables = read_tables(made.data, made.filename)
    recognition = recognise(tables)
    return recognition, parse_rows(recognition, tables)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", MAKERS)
def test_every_row_of_every_shape(name, seed):
    made = _made(name, seed)
    recognition, parsed = _read(made)

    assert recognition.layout == made.layout
    assert {(row.sheet, row.row) for row in parsed.rows} == set(made.rows)
    for row in parsed.rows:
        stated = made.rows[(row.sheet, row.row)]
        assert {key: row.facts.get(key) for key in stated} == stated
    assert {key: getattr(recognition.preface, key) for key in made.preface} == made.preface


@pytest.mark.parametrize("name", MAKERS)
def test_nothing_is_invented(name):
    """Facts beyond those stated are only what the same cells say in another form, or the title block."""
    also = {"birth_year", "level", "status", "dropout_reason", "class_name", "school_name"}
    made = _made(name)
    _, parsed = _read(made)
    for row in parsed.rows:
        assert set(row.facts) - set(made.rows[(row.sheet, row.row)]) <= also


@pytest.mark.parametrize("name", MAKERS)
def test_good_rows_are_accepted(name):
    made = _made(name)
    _, parsed = _read(made)
    without_sex = {"marks_workbook", "accounts_workbook"}  # these lists have no column for it
    reasons = {problem.reason for row in parsed.rows for problem in row.problems}
    assert reasons == ({Reason.SEX_MISSING} if name in without_sex else set())
    expected = RowStatus.INCOMPLETE if name in without_sex else RowStatus.ACCEPTED
    assert parsed.counts()[expected] == len(made.rows)


def test_secret_codes_are_never_read():
    made = _made("accounts_workbook")
    recognition, parsed = _read(made)
    everything = repr([(row.raw, row.facts, row.problems) for row in parsed.rows]) + repr(recognition)
    assert made.secrets
    assert not [secret for secret in made.secrets if secret in everything]
    assert "الرمز السري" not in everything


@pytest.mark.parametrize(
    "heading",
    ["mot de passe", "Code Secret", "PASSWORD", "كلمة المرور", "القن السرّي", "الرمز الســري للتلميذ", "MDP"],
)
@pytest.mark.parametrize(
    "remembered", [{}, {"mot de passe": "notes", "code secret": "notes", "كلمه المرور": "notes"}]
)
def test_secret_headings_in_other_words_and_remembered_ones(heading, remembered):
    rows = f"Code Massar;{heading};Nom;Prénom;Notes\nJ123456789;s3cr3t-a;Ziani;Ali;rien\n".encode()
    tables = read_tables(rows, "a.csv")
    recognition = recognise(tables, remembered)
    parsed = parse_rows(recognition, tables)
    assert parsed.rows[0].facts["last_name_fr"] == "Ziani"
    assert "s3cr3t" not in repr(parsed) + repr(recognition)


def test_a_secret_pushed_into_another_column_is_not_read():
    """An unquoted comma in a name moves every cell after it by one."""
    text = "Nom,Prénom,Mot de passe,Notes\nZiani,Ali,s3cr3t-a,\nWahbi, dit Ali,Sara,s3cr3t-b,\n"
    tables = read_tables(text.encode(), "a.csv")
    parsed = parse_rows(recognise(tables), tables)
    assert [row.status for row in parsed.rows] == [RowStatus.INCOMPLETE, RowStatus.REFUSED]
    assert parsed.rows[1].problems[0].reason == Reason.CELLS_SHIFTED
    assert "s3cr3t" not in repr(parsed)


def test_lines_that_name_nobody_are_told_apart():
    _, centre = _read(_made("centre_workbook"))
    assert [line.kind for line in centre.skipped] == ["TOTAL", "CLOSING"]
    _, school = _read(_made("two_sheets_workbook"))
    assert [line.kind for line in school.skipped] == ["HEADER"]


def test_sheets_of_one_layout_are_all_read_and_others_are_named():
    made = _made("two_sheets_workbook")
    assert recognise(read_tables(made.data, made.filename)).left_out == ("توجيهات",)
    classes = _made("class_lists_xls")
    recognition, parsed = _read(classes)
    assert len(recognition.sheets) == 2
    assert Counter(row.sheet for row in parsed.rows) == {"2APIC-1": 6, "2APIC-2": 6}
    assert {row.facts["class_name"] for row in parsed.rows if row.sheet == "2APIC-2"} == {"2APIC-2"}


def test_unknown_columns_are_offered_and_a_remembered_answer_is_used():
    made = _made("centre_workbook")
    tables = read_tables(made.data, made.filename)
    assert [text for _, text in recognise(tables).header.unknown] == ["CIN du tuteur"]
    again = recognise(tables, {"cin du tuteur": "IGNORE", "صله القرابه": "notes"})
    assert not again.header.unknown
    assert parse_rows(again, tables).rows[0].facts["notes"] == "أب"


def test_a_person_may_say_which_layout_it_is():
    made = _made("tabbed_caravan_text")
    tables = read_tables(made.data, made.filename)
    assert recognise(tables, only="CENTRE_LIST").layout == "CENTRE_LIST"


def test_a_file_without_a_list():
    tables = read_tables(b"bonjour;monsieur\nvoici;rien\n", "a.csv")
    recognition = recognise(tables)
    assert recognition.layout is None
    assert recognition.left_out == ("a",)
    with pytest.raises(ValueError, match="recognised"):
        parse_rows(recognition, tables)


def test_an_unknown_column_of_names_is_shown_to_be_mapped():
    rows = [["ساكنة الحي", "الجنس", "تاريخ الازدياد", "الهاتف"], ["هاجر العلمي", "F", "03/04/2011", ""]]
    tables = [Table("s", rows)]
    recognition = recognise(tables)
    assert recognition.layout is None
    assert recognition.header.unknown == [(0, "ساكنة الحي")]
    again = recognise(tables, {"ساكنه الحي": "full_name_ar"})
    assert parse_rows(again, tables).rows[0].facts["full_name_ar"] == "هاجر العلمي"


@pytest.mark.parametrize(("good", "is_told"), [(8, True), (7, False), (2, False)])
def test_codes_are_told_by_their_shape_under_an_unknown_heading(good, is_told):
    codes = [f"J{at:09d}" for at in range(good)] + ["12"] * (10 - good if good > 2 else 0)
    tables = [Table("s", [["Matricule", "Nom", "Prénom"], *([code, "Ziani", "Ali"] for code in codes)])]
    recognition = recognise(tables)
    assert ("massar_code" in recognition.header.columns) == is_told


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("إسم ونسب المنقطع(ة)", "full_name_ar"),
        ("الاسم العائلي والشخصي للمنقطع", "full_name_ar"),
        ("Niveau scol.", "level"),
        ("Etablissement d'orig.", "last_school"),
        ("Nom & Prénom", "full_name_fr"),
        ("هاتف ولي أمر التلميذ", "guardian_phone"),
        ("النسب / Nom", "last_name_ar"),
        ("Code Massar", "massar_code"),
        ("رقم", "order_number"),
        ("رقم التلميذ", "massar_code"),
        ("اسم الأم", None),
        ("رقم البطاقة الوطنية", None),
    ],
)
def test_headings_of_officers(heading, field):
    assert PERSONS.field_of(heading) == field


def test_the_same_file_gives_the_same_rows():
    made = _made("centre_workbook")
    assert _read(made) == _read(made)


@pytest.mark.samples
@pytest.mark.skipif(not SAMPLES.exists(), reason="wants the sample lists beside the repository")
@pytest.mark.parametrize(
    ("name", "layout", "first", "counts"),
    [
        ("not_rejoined_list", "SCHOOL_LIST", 10, (400, 400)),
        ("caravan_list", "CARAVAN_LIST", 4, (221, 184)),
        ("establishments", "ESTABLISHMENTS", 2, (8, 8)),
    ],
)
def test_sample_lists(name, layout, first, counts):
    data = (SAMPLES / f"{name}.xlsx").read_bytes()
    tables = read_tables(data, f"{name}.xlsx")
    recognition = recognise(tables)
    parsed = parse_rows(recognition, tables)
    assert (recognition.layout, recognition.header.unknown) == (layout, [])
    assert parsed.rows[0].row == first
    assert (len(parsed.rows), parsed.counts()[RowStatus.ACCEPTED]) == counts
