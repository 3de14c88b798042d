"""What a row's problems are and what they make of it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from istidrak.base.exchange.reading import Table, column_letters
from istidrak.desk.imports.layouts import recognise
from istidrak.desk.imports.problems import Reason, RowStatus
from istidrak.desk.imports.rows import parse_rows

HEADINGS = [
    "رقم التلميذ",
    "النسب",
    "الإسم",
    "Nom",
    "Prénom",
    "النوع",
    "تاريخ الازدياد",
    "هاتف الولي",
    "التاريخ",
    "المستوى",
]
GOOD = ["J123456789", "العلمي", "هاجر", "EL ALAMI", "Hajar", "أنثى", "03/04/2011", "0612345678", "02/10/2025", "6AP"]


def _parse(*rows, season=2025, today=None, headings=HEADINGS):
    tables = [Table("لائحة", [["عنوان"], headings, *rows])]
    return parse_rows(recognise(tables), tables, season=season, today=today)


def _with(**cells):
    at = dict(
        zip(
            ["code", "last", "first", "nom", "prenom", "sex", "birth", "phone", "date", "level"],
            range(10),
            strict=True,
        )
    )
    row = list(GOOD)
    for name, cell in cells.items():
        row[at[name]] = cell
    return row


def test_a_good_row():
    (row,) = _parse(GOOD).rows
    assert (row.row, row.status, row.problems) == (3, RowStatus.ACCEPTED, [])
    assert row.raw == list(zip(HEADINGS, GOOD, strict=True))
    assert row.facts == {
        "massar_code": "J123456789",
        "last_name_ar": "العلمي",
        "first_name_ar": "هاجر",
        "last_name_fr": "EL ALAMI",
        "first_name_fr": "Hajar",
        "sex": "F",
        "birth_date": dt.date(2011, 4, 3),
        "birth_year": 2011,
        "guardian_phone": "0612345678",
        "contact_date": dt.date(2025, 10, 2),
        "level": "6AP",
        "level_code": "6AP",
    }


NO_NAME = {"last": "", "first": "", "nom": "", "prenom": ""}


@pytest.mark.parametrize(
    ("cells", "status", "reason", "column", "absent"),
    [
        ({**NO_NAME, "code": ""}, "REFUSED", "NO_NAME", "النسب", None),
        ({**NO_NAME, "code": "X12"}, "REFUSED", "NO_NAME", "النسب", "massar_code"),
        (NO_NAME, "INCOMPLETE", "NAME_MISSING", "النسب", None),
        ({"first": "", "prenom": ""}, "INCOMPLETE", "NAME_PART_MISSING", "النسب", "first_name_ar"),
        ({"last": "العلمي 2"}, "INCOMPLETE", "NAME_HAS_DIGITS", "النسب", None),
        ({"last": "123"}, "INCOMPLETE", "NAME_UNREADABLE", "النسب", "last_name_ar"),
        ({"last": "العل\ufffdي"}, "INCOMPLETE", "NAME_DAMAGED", "النسب", None),
        ({"sex": ""}, "INCOMPLETE", "SEX_MISSING", "النوع", "sex"),
        ({"sex": "م"}, "INCOMPLETE", "SEX_UNREADABLE", "النوع", "sex"),
        ({"birth": ""}, "INCOMPLETE", "BIRTH_MISSING", "تاريخ الازدياد", "birth_year"),
        ({"birth": "2011"}, "INCOMPLETE", "BIRTH_YEAR_ONLY", "تاريخ الازدياد", "birth_date"),
        ({"birth": "31/02/2010"}, "INCOMPLETE", "DATE_IMPOSSIBLE", "تاريخ الازدياد", "birth_date"),
        ({"birth": "03/04/11"}, "INCOMPLETE", "DATE_TWO_DIGIT_YEAR", "تاريخ الازدياد", "birth_date"),
        ({"birth": "الصيف"}, "INCOMPLETE", "DATE_UNREADABLE", "تاريخ الازدياد", "birth_date"),
        ({"birth": "03/04/2031"}, "INCOMPLETE", "DATE_IN_FUTURE", "تاريخ الازدياد", "birth_year"),
        ({"birth": "03/04/1971"}, "INCOMPLETE", "AGE_OUT_OF_RANGE", "تاريخ الازدياد", None),
        ({"birth": "03/04/2024"}, "INCOMPLETE", "AGE_OUT_OF_RANGE", "تاريخ الازدياد", None),
        ({"code": "D13"}, "INCOMPLETE", "CODE_SHAPE", "رقم التلميذ", "massar_code"),
        ({"phone": "0612"}, "INCOMPLETE", "PHONE_UNREADABLE", "هاتف الولي", "guardian_phone"),
        ({"date": "31/09/2025"}, "INCOMPLETE", "DATE_IMPOSSIBLE", "التاريخ", "contact_date"),
        ({"phone": "0612345678 / 0522334455"}, "ACCEPTED", "MORE_THAN_ONE_PHONE", "هاتف الولي", None),
        ({"level": "السابعة أساسي"}, "ACCEPTED", "LEVEL_UNKNOWN", "المستوى", "level_code"),
    ],
)
def test_each_problem(cells, status, reason, column, absent):
    row = _parse(_with(**cells)).rows[0]
    assert row.status == status
    assert (reason, column) in [(problem.reason, problem.column) for problem in row.problems]
    assert absent not in row.facts
    filled = [cell for cell in _with(**cells) if cell]
    assert [text for _, text in row.raw] == filled  # what is dropped from the facts stays in the row


@pytest.mark.parametrize(
    "cells", [{"phone": ""}, {"code": ""}, {"level": ""}, {"date": ""}, {"phone": "néant"}, {"code": "لا يوجد"}]
)
def test_what_may_be_missing(cells):
    (row,) = _parse(_with(**cells)).rows
    assert (row.status, row.problems) == (RowStatus.ACCEPTED, [])


@pytest.mark.parametrize(
    ("birth", "is_of_age"),
    [
        ("02/10/2022", True),
        ("03/10/2022", False),
        ("03/10/1984", True),
        ("02/10/1984", False),
        ("2022", True),
        ("2023", False),
        ("1984", True),
        ("1983", False),
    ],
)
def test_bounds_of_age_on_the_contact_day(birth, is_of_age):
    """Three and forty years, both inclusive, on 2 October 2025. A year alone is judged by its best day."""
    reasons = [problem.reason for problem in _parse(_with(birth=birth)).rows[0].problems]
    assert (Reason.AGE_OUT_OF_RANGE not in reasons) == is_of_age


def test_without_any_day_no_age_is_judged():
    row = _parse(_with(birth="03/04/1950", date=""), season=None).rows[0]
    assert row.problems == []


def test_a_contact_after_today():
    row = _parse(GOOD, today=dt.date(2025, 10, 1)).rows[0]
    assert [problem.reason for problem in row.problems] == [Reason.DATE_IN_FUTURE]
    assert "contact_date" not in row.facts


def test_one_script_never_fills_the_other():
    """Latin letters under an Arabic heading go to the Latin field; the Arabic field stays empty."""
    row = _parse(_with(last="El Alami", first="Hajar", nom="", prenom="")).rows[0]
    assert row.facts["last_name_fr"] == "El Alami"
    assert "last_name_ar" not in row.facts
    assert row.status == RowStatus.ACCEPTED


def test_the_column_made_for_a_script_goes_first():
    row = _parse(_with(last="Alami", nom="EL ALAMI")).rows[0]
    assert row.facts["last_name_fr"] == "EL ALAMI"
    assert [problem.reason for problem in row.problems] == [Reason.NAME_STATED_TWICE]


@pytest.mark.parametrize(
    ("cell", "facts", "is_clean"),
    [
        (
            "محمد الإدريسي Mohammed El Idrissi",
            {"full_name_ar": "محمد الإدريسي", "full_name_fr": "Mohammed El Idrissi"},
            True,
        ),
        (
            "Mohammed El Idrissi (محمد الإدريسي)",
            {"full_name_ar": "محمد الإدريسي", "full_name_fr": "Mohammed El Idrissi"},
            True,
        ),
        ("محمد El Idrissi", {"full_name_ar": "محمد", "full_name_fr": "El Idrissi"}, False),
        ("Mohammed الإدريسي El محمد", {"full_name_ar": "الإدريسي محمد", "full_name_fr": "Mohammed El"}, False),
    ],
)
def test_a_name_in_two_scripts(cell, facts, is_clean):
    headings = ["الاسم الكامل", "الجنس", "تاريخ الازدياد"]
    row = _parse([cell, "ذكر", "03/04/2011"], headings=headings).rows[0]
    assert {key: value for key, value in row.facts.items() if key.startswith("full")} == facts
    assert (row.status == RowStatus.ACCEPTED) == is_clean


@pytest.mark.parametrize(
    ("headings", "name", "fact"),
    [
        (["الاسم", "الجنس"], "هاجر العلمي", "full_name_ar"),
        (["Nom", "Sexe"], "Hajar El Alami", "full_name_fr"),
        (["الاسم الشخصي", "الجنس"], "هاجر", "first_name_ar"),
        (["Nom de famille", "Sexe"], "El Alami", "last_name_fr"),
    ],
)
def test_one_column_for_the_name(headings, name, fact):
    (row,) = _parse([name, "F"], headings=headings).rows
    assert row.facts[fact] == name


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Mme Hajar El Alami", "Hajar El Alami"),
        ("التلميذ(ة) هاجر العلمي", "هاجر العلمي"),
        ("M. Alami", "M. Alami"),
        ("السيد البدوي", "السيد البدوي"),
        ("N'Diaye  Ben-Ali ", "N'Diaye Ben-Ali"),
        ("عبـــد الله", "عبد الله"),
    ],
)
def test_titles_are_left_out_only_when_they_are_nobodys_name(cell, name):
    (row,) = _parse([cell, "F"], headings=["الاسم الكامل", "الجنس"]).rows
    assert name in row.facts.values()


def test_repeated_rows_and_codes_are_noted():
    other = _with(last="وهبي", nom="OUAHBI")
    first, second, third = _parse(GOOD, GOOD, other).rows
    assert first.problems == []
    assert [(p.reason, p.params["first"]) for p in second.problems] == [(Reason.ROW_REPEATED, 3)]
    assert [(p.reason, p.params["first"]) for p in third.problems] == [(Reason.CODE_REPEATED, 3)]
    assert {row.status for row in (first, second, third)} == {RowStatus.ACCEPTED}


def test_blank_rows_are_nowhere_and_numbers_are_those_of_the_sheet():
    headings = ["ر.ت", *HEADINGS]
    parsed = _parse([1, *GOOD], [2], [""] * 11, [3, *_with(code="J000000001")], ["/", "-"], headings=headings)
    assert [row.row for row in parsed.rows] == [3, 6]
    assert parsed.skipped == []


def test_a_date_and_a_year_that_disagree():
    headings = ["الاسم الكامل", "الجنس", "سنة الازدياد", "تاريخ الازدياد"]
    row = _parse(["هاجر العلمي", "F", 2010, "03/04/2011"], headings=headings).rows[0]
    assert [(p.reason, p.params["year"]) for p in row.problems] == [(Reason.BIRTH_CONTRADICTS_YEAR, 2010)]
    assert (row.facts["birth_date"], row.facts["birth_year"]) == (dt.date(2011, 4, 3), 2011)


def test_never_at_school_is_not_an_unknown_level():
    row = _parse(_with(level="لم يسبق له التمدرس")).rows[0]
    assert row.facts["is_never_schooled"] is True
    assert "level_code" not in row.facts
    assert row.problems == []


@pytest.mark.parametrize(
    ("cells", "status", "reason"),
    [
        (["83105F", "مدرسة", ""], "ACCEPTED", None),
        (["83105A", "مدرسة", ""], "ACCEPTED", "ESTABLISHMENT_CHECK_LETTER"),
        (["", "مدرسة", ""], "REFUSED", "NO_ESTABLISHMENT_CODE"),
        (["83105", "مدرسة", ""], "REFUSED", "ESTABLISHMENT_CODE_SHAPE"),
        (["83105F", "", ""], "INCOMPLETE", "NAME_MISSING"),
        (["", "", "العيون"], "REFUSED", "NO_NAME"),
    ],
)
def test_rows_of_schools(cells, status, reason):
    row = _parse(cells, headings=["CD_ETAB", "NOM_ETABA", "la_com"]).rows[0]
    assert row.status == status
    assert (reason in {problem.reason for problem in row.problems}) == (reason is not None)


def test_a_column_without_heading_stays_in_the_row_under_its_letter():
    (row,) = _parse([*GOOD, "بجانب المسجد"]).rows
    assert row.raw[-1] == ("K", "بجانب المسجد")
    assert [column_letters(at) for at in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


_CELL = st.one_of(
    *(st.text(max_size=20), st.floats(), st.dates(), st.datetimes(), st.booleans(), st.timedeltas()),
    st.sampled_from(["", "2010", "J123456789", "ذ", "المجموع", "علي", "06 12", *HEADINGS]),
)


@given(st.lists(st.lists(_CELL, max_size=14), max_size=12), st.none() | st.dates())
def test_any_rows_can_be_read(rows, today):
    parsed = _parse(*rows, today=today)
    assert len(parsed.rows) + len(parsed.skipped) <= len(rows)
    for row in parsed.rows:
        assert row.raw
        assert (row.status == RowStatus.REFUSED) == any(problem.reason == Reason.NO_NAME for problem in row.problems)
        is_named = any("name_" in fact and "guardian" not in fact for fact in row.facts)
        assert is_named or "massar_code" in row.facts or row.status == RowStatus.REFUSED
