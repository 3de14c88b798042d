"""One cell at a time: telephones, codes, levels, reasons, years."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from istidrak.desk.imports import cells
from istidrak.desk.imports.rows import ESTABLISHMENT_READERS, PERSON_READERS
from istidrak.desk.imports.terms import dropout_reason_of, level_of, sex_of, status_of_text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[(text, "0612345678") for text in ("0612345678", "06 12-34.56 78", "+212 6 12 34 56 78", "00212612345678")],
        *[
            (text, "0612345678")
            for text in ("212612345678", "612345678", "+212 (0)6 12345678", "٠٦١٢٣٤٥٦٧٨", "06/12/34/56/78")
        ],
        ("0528891234", "0528891234"),
        *[
            (text, None)
            for text in (
                "0412345678",
                "06123456789",
                "061234567",
                "0033612345678",
                "abc",
                "112345678",
                "+2126123456789",
            )
        ],
    ],
)
def test_telephones(text, number):
    assert cells.national_phone(text) == number


@pytest.mark.parametrize("cell", ["J123456789", " j 123456789", "J١٢٣٤٥٦٧٨٩", "\u200fJ123456789"])
def test_codes_that_are_codes(cell):
    assert cells.read_massar_code(cell).facts == (("massar_code", "J123456789"),)


@pytest.mark.parametrize("cell", ["J12345678", "J1234567890", "JJ12345678", 123456789.0, "J-12345678", "ج123456789"])
def test_codes_that_are_not(cell):
    reading = cells.read_massar_code(cell)
    assert (reading.facts, [reason for reason, _ in reading.remarks]) == ((), ["CODE_SHAPE"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[
            (text, "3AC")
            for text in (
                "الثالثة إعدادي مسار دولي",
                "3APIC-1",
                "3ème année collège",
                "السنة الثالثة من التعليم الثانوي الإعدادي",
            )
        ],
        *[
            (text, "6AP")
            for text in (
                "السادسة ابتدائي",
                "6APG-2",
                "6AEP",
                "6ème année primaire",
                "المستوى السادس ابتدائي",
                "٦ ابتدائي",
            )
        ],
        *[(text, "TC") for text in ("الجذع المشترك العلمي", "TCS-5", "Tronc commun lettres")],
        *[
            (text, "1BAC")
            for text in ("الأولى بكالوريا علوم رياضية", "1ère Bac SE", "السنة الأولى من سلك البكالوريا")
        ],
        *[(text, "2BAC") for text in ("2BACSP", "2ème année du bac")],
        *[
            (text, None)
            for text in ("7AC", "السادسة إعدادي", "الثالثة بكالوريا", "ابتدائي", "الثالثة", "CM2", "", "3AC أو 2AC")
        ],
    ],
)
def test_levels(text, code):
    assert level_of(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ظروف عائلية", "FAMILY"),
        ("بُعد المؤسسة أو صعوبات النقل", "DISTANCE"),
        ("Manque de transport scolaire", "DISTANCE"),
        ("الفقر", "ECONOMIC"),
        ("عدم الرغبه فى الدراسة", "UNWILLING"),
        ("صعوبات التعلم", "LEARNING_DIFFICULTY"),
        ("Redoublements", "FAILING"),
        ("الفقر والمرض", None),
        ("مرض الأم", None),
        ("زواج", None),
        ("بعد العيد", None),
    ],
)
def test_reasons(text, code):
    assert dropout_reason_of(text) == code


def test_near_words_of_opposite_meaning():
    assert status_of_text("ملتحق") == "ENROLLED"
    assert status_of_text("غير ملتحق ") == "NOT_REJOINED"
    assert status_of_text("غير ملتحقق") is None


@pytest.mark.parametrize("text", ["ذكر", "ذ", "M", "m", "Masculin", "G", "Garçon", "H"])
def test_boys(text):
    assert sex_of(text) == "M"


@pytest.mark.parametrize("text", ["أنثى", "انثي", "أ", "إناث", "F", "Fille", "Féminin"])
def test_girls(text):
    assert sex_of(text) == "F"


@pytest.mark.parametrize("text", ["م", "1", "2", "?", "M/F", "ذكر/أنثى", "x"])
def test_no_sex_is_guessed(text):
    assert sex_of(text) is None


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2025/2026", 2025),
        ("2025-26", 2025),
        ("السنة الدراسية : 2026/2025", 2025),
        ("٢٠٢٥/٢٠٢٦", 2025),
        ("1999/2000", 1999),
        ("2025/2027", None),
        ("14/03/2025", None),
        ("2025", None),
    ],
)
def test_school_years(text, year):
    assert cells.school_year_in(text) == year


@pytest.mark.parametrize(
    ("cell", "facts"),
    [
        ("12/03/2010 بالعيون", {"birth_date": dt.date(2010, 3, 12), "birth_year": 2010, "birth_place": "بالعيون"}),
        ("Fès, 12-03-2010", {"birth_date": dt.date(2010, 3, 12), "birth_year": 2010, "birth_place": "Fès"}),
        ("2010 العيون", {"birth_year": 2010, "birth_place": "العيون"}),
        ("31/02/2010 العيون", {"birth_place": "العيون"}),
        ("12/03/2010 أو 13/03/2010", {}),
        (dt.date(2010, 3, 12), {"birth_date": dt.date(2010, 3, 12), "birth_year": 2010}),
    ],
)
def test_a_date_and_a_place_in_one_cell(cell, facts):
    reading = cells.read_birth_and_place(cell)
    assert dict(reading.facts) == facts
    assert bool(reading.remarks) == ("birth_year" not in facts)


_CELLS = st.one_of(
    *(
        st.text(max_size=40),
        st.floats(),
        st.integers(),
        st.booleans(),
        st.dates(),
        st.datetimes(),
        st.times(),
        st.timedeltas(),
    )
)


@pytest.mark.parametrize("name", [*PERSON_READERS, *ESTABLISHMENT_READERS])
def test_any_cell_can_be_read_by_any_reader(name):
    reader = {**ESTABLISHMENT_READERS, **PERSON_READERS}[name]

    @given(_CELLS)
    def check(cell):
        reading = reader(cell)
        assert all(value not in (None, "") for _, value in reading.facts)
        assert reading == reader(cell)

    check()
