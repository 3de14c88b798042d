"""Headings by meaning: how people vary, what must not be confused, where a column is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from istidrak.base.exchange.headings import FORBIDDEN, IGNORE, Vocabulary, essence, find_header, normalised

WORDS = Vocabulary(
    {
        "code": ["رقم التلميذ", "Code élève"],
        "name": ["اسم التلميذ", "Nom et prénom"],
        "name_fr": ["الاسم بالفرنسية", "Nom français"],
        "birth": ["تاريخ الازدياد", "Date de naissance"],
        "place": ["مكان الازدياد", "Lieu de naissance"],
        "phone": ["الهاتف", "Téléphone"],
        "choice_1": ["الاختيار المهني 1"],
        "choice_2": ["الاختيار المهني 2"],
    },
    forbidden_words=["الرمز السري", "mot de passe"],
    kin={"name": "name", "name_fr": "name"},
    qualifiers=["المستفيد", "élève"],
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إسم التلميذ  ", "اسم التلميذ"),
        ("  تاريخ   الإزدياد:", "تاريخ الازدياد"),
        ("تَاريخُ الاِزديــاد", "تاريخ الازدياد"),
        ("المؤسّسة", "الموسسه"),
        ("Prénom", "PRENOM"),
        ("N° d’ordre", "n d ordre"),
        ("nomEleveAr", "Nom_eleve_AR"),
        ("القسم ١", "القسم 1"),
        ("الهدي", "الهدى"),
    ],
)
def test_what_people_vary_is_the_same(one, other):
    assert normalised(one) == normalised(other)


def test_essence_leaves_out_articles_and_small_words():
    assert essence("Date de la naissance") == essence("Dates naissance")
    assert essence("تاريخ الازدياد") == essence("تاريخ ازدياد")


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("تاريخ الازدياد", "birth"),
        ("تاريخ الازدياذ", "birth"),
        ("Date de naissence", "birth"),
        ("Date de naissance (jj/mm/aaaa)", "birth"),
        ("تاريخ الازدياد\nDate de naissance", "birth"),
        ("Date de naissance / تاريخ الازدياد", "birth"),
        ("Nom et prénom / الاسم بالفرنسية", "name"),
        ("تاريخ ازدياد المستفيد", "birth"),
        ("هاتف", "phone"),
        ("مكان الازدياد", "place"),
        ("تاريخ الازدياد / مكان الازدياد", None),
        ("الاختيار المهني 1", "choice_1"),
        ("الاختيار المهنى 2", "choice_2"),
        ("الاختيار المهني 3", None),
        ("مكان", None),
        ("Tel", None),
        ("", None),
        ("x" * 500, None),
        ("الرمز السري للتلميذ", FORBIDDEN),
        ("MOT DE PASSE", FORBIDDEN),
        ("Téléphone (mot de passe)", FORBIDDEN),
    ],
)
def test_the_field_of_a_heading(heading, field):
    assert WORDS.field_of(heading) == field


def test_one_heading_for_two_fields_is_a_mistake_of_the_vocabulary():
    with pytest.raises(ValueError, match="given to"):
        Vocabulary({"a": ["الاسم"], "b": ["الإسم"]})


def test_the_header_is_searched_and_merged_headings_do_not_move_their_neighbours():
    rows = [
        [],
        ["لائحة"],
        ["المستوى :", "رقم التلميذ :"],
        ["", "رقم  التلميذ ", "إسم التلميذ", "", "تاريخ الإزدياد", "؟"],
        ["", "1"],
    ]
    match = find_header(rows, WORDS, 2)
    assert (match.row_index, match.height) == (3, 1)
    assert match.columns == {"code": 1, "name": 2, "birth": 4}
    assert match.unknown == [(5, "؟")]


@pytest.mark.parametrize("empty_rows", [0, 1, 39, 40])
def test_the_header_is_within_the_first_forty_rows(empty_rows):
    rows = [[""]] * empty_rows + [["رقم التلميذ", "الهاتف"]]
    assert (find_header(rows, WORDS, 2) is not None) == (empty_rows < 40)


def test_too_few_hits_and_needed_fields():
    assert find_header([["رقم التلميذ", "؟"]], WORDS, 2) is None
    rows = [["الهاتف", "تاريخ الازدياد", "مكان الازدياد"], ["رقم التلميذ", "الهاتف"]]
    assert find_header(rows, WORDS, 2).row_index == 0
    assert find_header(rows, WORDS, 2, one_of=frozenset({"code"})).row_index == 1


def test_a_remembered_answer_wins():
    rows = [["رقم التلميذ", "كيفاش نعيطو ليه", "مكان الازدياد"]]
    remembered = {normalised("كيفاش  نعيطو ليه"): "phone", normalised("مكان الازدياد"): IGNORE, "x": "no such field"}
    match = find_header(rows, WORDS, 2, remembered)
    assert match.columns == {"code": 0, "phone": 1}
    assert (match.ignored, match.unknown) == ((2,), [])


def test_a_remembered_answer_cannot_open_a_forbidden_column_but_can_close_one():
    rows = [["رقم التلميذ", "الرمز السري", "", "الهاتف", "كود"]]
    match = find_header(rows, WORDS, 2, {normalised("الرمز السري"): "name", "كود": FORBIDDEN})
    assert match.columns == {"code": 0, "phone": 3}
    assert match.forbidden == {1, 2, 4, 5}
    assert set(match.headings) == {0, 3}


def test_a_field_named_twice_keeps_its_first_column():
    match = find_header([["الهاتف", "رقم التلميذ", "Téléphone"]], WORDS, 2)
    assert (match.columns["phone"], match.unknown) == (0, [(2, "Téléphone")])


def test_headings_under_headings():
    rows = [
        ["رقم التلميذ", "إسم التلميذ", "الولادة", ""],
        ["", "", "تاريخ الازدياد", "مكان الازدياد"],
        ["J1", "علي", "", ""],
    ]
    match = find_header(rows, WORDS, 2)
    assert match.columns == {"code": 0, "name": 1, "birth": 2, "place": 3}
    assert (match.row_index, match.height) == (0, 2)


def test_headings_merged_downwards_beside_a_fuller_second_row():
    rows = [
        ["لائحة", "", "", "", "", ""],
        ["رقم التلميذ", "إسم التلميذ", "معلومات", "", "", "الرمز السري"],
        ["", "", "تاريخ الازدياد", "مكان الازدياد", "الهاتف", ""],
    ]
    match = find_header(rows, WORDS, 2)
    assert match.columns == {"code": 0, "name": 1, "birth": 2, "place": 3, "phone": 4}
    assert (match.row_index, match.height) == (1, 2)
    assert 5 in match.forbidden


def test_a_first_row_of_people_is_no_second_header():
    rows = [["رقم التلميذ", "إسم التلميذ", "الهاتف"], ["J123456789", "علي", ""]]
    assert find_header(rows, WORDS, 2).height == 1


_CELL = st.one_of(
    st.text(max_size=30), st.floats(), st.dates(), st.sampled_from(["رقم التلميذ", "الهاتف", "الرمز السري"])
)


@given(st.lists(st.lists(_CELL, max_size=6), max_size=8))
def test_any_rows(rows):
    match = find_header(rows, WORDS, 1)
    if match:
        readable = set(match.columns.values()) | set(match.headings)
        assert not readable & match.forbidden
