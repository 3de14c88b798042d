"""Two records of one person meet; brothers, twins and namesakes do not. Every person here is invented."""

import csv
import dataclasses
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from istidrak.people import pairing
from istidrak.people.likeness import NOTES, Likeness, RecordFacts, compare, compare_births, phone_digits, valid_code
from istidrak.people.pairing import Evaluation, TruthRow, best_matches, candidate_pairs, evaluate, repeated_rows

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

SCHOOL = RecordFacts(
    names=("الصديقي نور الدين", "SEDDIKI Noureddine"),
    given_names=("نور الدين", "Noureddine"),
    family_names=("الصديقي", "SEDDIKI"),
    sex="M",
    birth_date=date(2010, 3, 17),
    massar_code="K130004417",
    guardian_names=("عزيز الصديقي",),
    phone="0612345678",
)
MET = RecordFacts(names=("Nordine Saddiki",), sex="M", birth_date=date(2010, 3, 17))


def but(record: RecordFacts, **facts: object) -> RecordFacts:
    return dataclasses.replace(record, **facts)


# --- With a code ---------------------------------------------------------------------------------------------------


def test_same_code_and_agreeing_name_link_by_themselves():
    """An officer would have to confirm by hand what the registry already says."""
    assert compare(SCHOOL, but(MET, massar_code=" k130004417 ", birth_date=None)).kind == "LINKED"
    assert compare(SCHOOL, but(MET, massar_code="K-130004417", names=())).kind == "LINKED"


@pytest.mark.parametrize(
    "facts",
    [
        {"birth_date": date(2012, 11, 2)},
        {"sex": "F"},
        {"names": ("Hajar Seddiki",)},
        {"names": ("Karim Alaoui",), "birth_date": None},
    ],
    ids=["another birth", "another sex", "another first name", "another name"],
)
def test_same_code_with_a_contradiction_is_only_a_candidate(facts):
    """A brother's code, copied by mistake, would merge two children without anybody looking."""
    kind = compare(SCHOOL, but(MET, massar_code="K130004417", **facts)).kind
    assert kind in ("LIKELY", "POSSIBLE")


def test_a_code_alone_does_not_link():
    """A row with nothing but a code, perhaps misread, would be joined unseen."""
    assert compare(SCHOOL, RecordFacts(massar_code="K130004417")).kind == "LIKELY"


def test_two_other_codes_count_strongly_against():
    """Two namesakes born on one day, whom the registry knows apart, would be proposed as one."""
    unequal = compare(SCHOOL, but(MET, massar_code="K999888777"))
    assert unequal.kind == "POSSIBLE"
    assert unequal.score < compare(SCHOOL, MET).score
    assert compare(SCHOOL, but(MET, massar_code="K999888777", birth_date=None, birth_year=2010)).kind == "NONE"


def test_a_code_that_is_none_says_nothing():
    """`D13` in the code column would count as another code and hide a child."""
    likeness = compare(SCHOOL, but(MET, massar_code="D13"))
    assert (likeness.kind, likeness.verdict("MASSAR_CODE")) == ("LIKELY", "UNKNOWN")
    assert compare(SCHOOL, but(MET, massar_code="K130004471")).verdict("MASSAR_CODE") == "NEAR"
    assert valid_code("K١٣٠٠٠٤٤١٧") == "K130004417"
    assert [valid_code(text) for text in ("", None, "123456789", "KK3000441", "K12")] == [None] * 5


# --- Without a code ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"sex": None},
        {"names": ("نورالدين الصديقى",)},
        {"birth_date": None, "birth_year": 2010},
        {"birth_date": date(2010, 1, 1)},
        {"birth_date": date(2010, 3, 11)},
        {"birth_date": date(2009, 3, 17)},
        {"birth_date": None, "phone": "+212 6 12-34.56 78"},
        {"birth_date": date(2010, 8, 30), "phone": "0612345678"},
        {"names": ("Nourddine Sdiki",)},
        {"names": ("نور الدين الصدقي",)},
        {"names": ("Nordine Alaoui",), "phone": "0612345678"},
        {"sex": "F"},
    ],
    ids=[
        *("another spelling", "sex unknown", "the other script", "lone year", "1 January", "day misread"),
        *("year misread", "no birth, same phone", "another day of the year, same phone", "slip of the pen"),
        *("family name misspelt", "other family name, same phone", "sex misread"),
    ],
)
def test_likely_at_a_glance(facts):
    """A child met by the caravan would stay a stranger although the school reported him."""
    assert compare(SCHOOL, but(MET, **facts)).kind == "LIKELY"


def test_swapped_day_and_month_is_near():
    """One list writes the month first: half its children would be lost."""
    school, met = but(SCHOOL, birth_date=date(2010, 3, 7)), but(MET, birth_date=date(2010, 7, 3))
    likeness = compare(school, met)
    assert likeness.kind == "LIKELY"
    assert next(f for f in likeness.findings if f.field == "BIRTH")[1:] == ("NEAR", "DAY_MONTH_SWAPPED")


@pytest.mark.parametrize(
    "facts",
    [
        {"birth_date": None},
        {"birth_date": date(2010, 8, 30)},
        {"birth_date": None, "birth_year": 2011},
        {"birth_date": None, "birth_year": 2010, "sex": "F", "phone": "0612345678"},
        {"names": ("Nordine Alaoui",)},
    ],
    ids=[
        *("a name alone", "another day of the year", "the next year", "year only and other sex"),
        "other family name",
    ],
)
def test_possible_needs_a_look(facts):
    """Such a pair, hidden, would lose a child; proposed, it would join strangers."""
    assert compare(SCHOOL, but(MET, **facts)).kind == "POSSIBLE"


def test_a_first_name_alone_proposes_nobody():
    """Two rows that say only Nordine would be one child wherever the days of birth fall together."""
    one, two = but(MET, names=("Nordine",)), but(MET, names=("نور الدين",))
    assert compare(one, two).kind == "POSSIBLE"
    assert compare(but(one, birth_date=None), two).kind == "NONE"


def test_a_badly_misspelt_name_is_shown_where_the_day_of_birth_agrees():
    """A list without columns for first and family name would lose the children whose name was misheard."""
    assert compare(but(SCHOOL, given_names=(), family_names=()), but(MET, names=("Nordin Sadak",))).kind == "POSSIBLE"


def test_a_name_alone_is_enough_when_nobody_else_bears_it():
    """A row without a birth would never be proposed; or, where five bear the name, one of them would be picked."""
    met = but(MET, birth_date=None)
    others = [but(SCHOOL, names=("الخلفي هند",), given_names=(), family_names=(), sex="F")]
    assert [likeness.kind for *_, likeness in candidate_pairs([met], [SCHOOL, *others])] == ["LIKELY"]
    namesake = but(SCHOOL, birth_date=date(2008, 5, 5), massar_code="K130009999", phone=None)
    assert [likeness.kind for *_, likeness in candidate_pairs([met], [SCHOOL, namesake])] == ["POSSIBLE"] * 2


@pytest.mark.parametrize(
    ("names", "birth"),
    [
        (("Hajar Seddiki",), date(2012, 6, 1)),
        (("الصديقي هاجر",), date(2008, 3, 17)),
        (("Anas Seddiki",), date(2010, 3, 17)),
        (("أنس الصديقي",), None),
    ],
    ids=["sister", "sister of the same day of another year", "twin", "brother of unknown birth"],
)
def test_brothers_sisters_and_twins_are_other_persons(names, birth):
    """Family name, guardian and phone agree: one child would take the other's file."""
    other = but(SCHOOL, names=names, birth_date=birth, massar_code=None, sex=None, given_names=(), family_names=())
    assert compare(SCHOOL, other).kind == "NONE"


def test_twins_with_rhyming_names_are_never_proposed():
    """Hassan and Houcine, born on one day, would become one child."""
    for one, two in (("حسن الخلفي", "حسين الخلفي"), ("حسن الخلفي", "Houcine Khalfi"), ("Said Khalfi", "Saad Khalfi")):
        a = RecordFacts((one,), sex="M", birth_date=date(2011, 5, 6), phone="0612345678")
        assert compare(a, but(a, names=(two,))).kind == "POSSIBLE"


def test_what_arabic_tells_apart_latin_does_not_join():
    """Brothers Rached and Rachad, spelt alike in French, would be one although both lists have the Arabic."""
    one = RecordFacts(("راشد الخلفي", "Rached Khalfi"), sex="M", birth_year=2010)
    assert compare(one, RecordFacts(("رشاد الخلفي",), sex="M", birth_year=2010)).kind == "POSSIBLE"
    assert compare(one, RecordFacts(("راشد الخلفي", "Rachad El Khalfi"), sex="M", birth_year=2010)).kind == "LIKELY"


def test_father_and_son_are_two():
    """A son named like his father would take the father's file at the second chance school."""
    father = but(SCHOOL, birth_date=date(1978, 1, 1), massar_code=None, phone=None)
    assert compare(SCHOOL, father).kind == "NONE"
    guardian_only = RecordFacts(names=("Aziz Seddiki",), sex="M", phone="0612345678")
    assert compare(SCHOOL, guardian_only).kind == "NONE"


def test_what_is_missing_neither_agrees_nor_differs():
    """An empty cell would count as a no, and those of whom little is known would be lost first."""
    likeness = compare(SCHOOL, RecordFacts(names=("Noureddine Seddiki",)))
    unknown = {finding.field for finding in likeness.findings if finding.verdict == "UNKNOWN"}
    assert unknown == {"BIRTH", "SEX", "MASSAR_CODE", "PHONE", "GUARDIAN", "LEVEL", "PLACE"}
    assert compare(RecordFacts(), RecordFacts()).kind == "NONE"


def test_phone_and_guardian_raise_the_score():
    """Of two candidates the one with the family's phone would not come first."""
    plain = compare(SCHOOL, MET).score
    assert compare(SCHOOL, but(MET, phone="06 12 34 56 78")).score > plain
    assert compare(SCHOOL, but(MET, guardian_names=("Aziz Seddiki",))).score > plain
    relative = compare(SCHOOL, but(MET, guardian_names=("Omar Seddiki",)))
    assert relative.verdict("GUARDIAN") == "NEAR"
    assert phone_digits("612345678") == phone_digits("00212612345678") == phone_digits("٠٦١٢٣٤٥٦٧٨") == "0612345678"
    assert [phone_digits(text) for text in (None, "", "06", "0600000000", "-")] == [None] * 5


@pytest.mark.parametrize(
    ("a", "b", "verdict", "note"),
    [
        (date(2010, 3, 7), date(2010, 3, 7), "AGREES", "SAME_DAY"),
        (date(2010, 1, 1), date(2010, 1, 1), "NEAR", "BOTH_FIRST_OF_JANUARY"),
        (date(2010, 1, 1), date(2010, 9, 4), "NEAR", "YEAR_ONLY"),
        (date(2010, 3, 7), 2010, "NEAR", "YEAR_ONLY"),
        (2010, 2010, "NEAR", "YEAR_ONLY"),
        (date(2010, 3, 7), date(2010, 7, 3), "NEAR", "DAY_MONTH_SWAPPED"),
        (date(2010, 3, 7), date(2010, 3, 17), "NEAR", "ONE_PART_DIFFERS"),
        (date(2010, 3, 7), date(2001, 3, 7), "NEAR", "ONE_PART_DIFFERS"),
        (date(2010, 3, 7), date(2014, 3, 7), "DIFFERS", "OTHER_YEAR"),
        (date(2010, 1, 1), date(2014, 1, 1), "DIFFERS", "OTHER_YEAR"),
        (date(2010, 3, 7), date(2010, 8, 30), "NEAR", "SAME_YEAR"),
        (date(2010, 3, 7), 2011, "DIFFERS", "NEXT_YEAR"),
        (date(2010, 3, 7), None, "UNKNOWN", ""),
    ],
)
def test_births(a, b, verdict, note):
    """A year written for want of a date would count as a contradiction, or 1 January as a proof."""

    def record(birth: date | int | None) -> RecordFacts:
        return RecordFacts(birth_date=birth) if isinstance(birth, date) else RecordFacts(birth_year=birth)

    finding = compare_births(record(a), record(b))
    assert (finding.verdict, finding.note) == (verdict, note)
    assert compare_births(record(b), record(a)) == finding


# --- Any two records -----------------------------------------------------------------------------------------------

_names = st.sampled_from(["الصديقي نور الدين", "Seddiki Nordine", "Hajar Seddiki", "حسن", "", "؟", "Ali Ben Ali"])
_records = st.builds(
    RecordFacts,
    names=st.lists(_names, max_size=2).map(tuple),
    given_names=st.lists(_names, max_size=1).map(tuple),
    family_names=st.lists(_names, max_size=1).map(tuple),
    sex=st.sampled_from(["F", "M", None]),
    birth_date=st.none() | st.dates(date(2008, 1, 1), date(2011, 12, 31)),
    birth_year=st.none() | st.integers(2008, 2011),
    massar_code=st.sampled_from(["K130004417", "K130004418", "R130004400", "D13", None]),
    guardian_names=st.lists(_names, max_size=1).map(tuple),
    phone=st.sampled_from(["0612345678", "0798765432", "?", None]),
    level=st.sampled_from(["3APIC", None]),
    place=st.sampled_from(["الحي", None]),
)


@given(_records, _records)
def test_comparison_is_symmetric_and_bounded(a, b):
    """The same pair would look otherwise from the other list, or a page would meet a note without words."""
    likeness = compare(a, b)
    assert likeness == compare(b, a)
    assert 0 <= likeness.score <= 1
    assert {finding.note for finding in likeness.findings} <= {*NOTES, ""}
    if likeness.kind == "LINKED":
        assert likeness.verdict("MASSAR_CODE") == "AGREES"
        assert "DIFFERS" not in (likeness.verdict("NAME"), likeness.verdict("BIRTH"), likeness.verdict("SEX"))


@given(st.lists(_records, max_size=6), st.lists(_records, max_size=6))
def test_blocks_hide_nothing_but_what_is_unlikely(left, right):
    """A pair that a person would be shown one by one would be missing from the list of candidates."""
    found = {(i, j) for i, j, _ in candidate_pairs(left, right)}
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            if compare(a, b).kind in ("LINKED", "LIKELY"):
                assert (i, j) in found
    assert found == {(i, j) for j, i, _ in candidate_pairs(right, left)}
    assert len(found) == len(list(candidate_pairs(left, right)))


# --- Lists ---------------------------------------------------------------------------------------------------------


def test_within_one_list_each_pair_comes_once():
    """The duplicates page would show a child beside itself, or each pair twice."""
    records = [SCHOOL, MET, but(SCHOOL, names=("الخلفي هند",), massar_code=None, sex="F"), MET]
    pairs = [(i, j) for i, j, _ in candidate_pairs(records, records)]
    assert sorted(pairs) == [(0, 1), (0, 3), (1, 3)]


def test_rows_typed_twice_point_to_the_first():
    """A volunteer's repeated row would count as one more child."""
    place = but(MET, place="حي النهضة")
    rows = [place, but(place, names=("نور الدين الصديقي",)), but(place, names=("Hajar Saddiki",)), place]
    assert repeated_rows(rows) == {1: 0, 3: 0}


@pytest.mark.parametrize(
    "facts",
    [{"birth_date": date(2010, 3, 18)}, {"place": "الدوار"}, {"sex": "F"}, {"names": ("Nordine Sadek",)}],
    ids=["birth", "place", "sex", "name"],
)
def test_rows_that_differ_are_not_repeated(facts):
    """A brother typed on the next row would vanish."""
    row = but(MET, place="حي النهضة")
    assert repeated_rows([row, but(row, **facts)]) == {}


def test_namesakes_without_facts_are_not_one_row():
    """Two children of whom only the name is known would become one, unless the row was typed twice in a row."""
    bare = RecordFacts(names=("محمد الخلفي",), sex="M")
    assert repeated_rows([bare, bare]) == {1: 0}
    assert repeated_rows([bare, MET, bare]) == {}


def _alike(kind: str, score: float) -> Likeness:
    return Likeness(kind, score, ())


def test_one_pupil_is_given_to_one_child_only():
    """Two children met would both be said to be the one pupil reported, and one of them would be lost."""
    pairs = [(0, 5, _alike("LIKELY", 0.8)), (1, 5, _alike("LIKELY", 0.9)), (0, 6, _alike("LIKELY", 0.7))]
    assert best_matches(pairs) == {1: 5, 0: 6}
    assert best_matches([(0, 5, _alike("LINKED", 0.6)), (1, 5, _alike("LIKELY", 0.9))]) == {0: 5}
    assert best_matches([(0, 5, _alike("LINKED", 0.9)), (1, 5, _alike("LINKED", 0.8))]) == {0: 5, 1: 5}
    assert best_matches([(0, 5, _alike("POSSIBLE", 0.9))]) == {}


def test_a_tie_is_left_to_a_person():
    """Of two namesakes the first on the list would be picked, wrong every other time."""
    tie = [(0, 5, _alike("LIKELY", 0.8)), (0, 6, _alike("LIKELY", 0.8))]
    assert best_matches(tie) == {}
    assert best_matches(tie, repeated_right={6: 5}) == {0: 5}
    assert best_matches([*tie, (1, 5, _alike("LIKELY", 0.9))]) == {1: 5, 0: 6}


def test_a_repeated_row_takes_its_twin_s_answer():
    """The second row of a child would be a new child."""
    pairs = [(0, 5, _alike("LIKELY", 0.8)), (1, 5, _alike("LIKELY", 0.8))]
    assert best_matches(pairs, {1: 0}) == {0: 5, 1: 5}


def test_recall_and_precision():
    """The figures that say whether the comparison may be trusted would flatter it."""
    truth = [
        TruthRow(0, 7, "known"),
        TruthRow(1, 8, "known"),
        TruthRow(2, None, "new"),
        TruthRow(3, 7, "repeated row"),
        TruthRow(4, None, "new"),
    ]
    measured = evaluate(truth, {0: 7, 1: 9, 2: 4, 3: 7})
    assert (measured.recall, measured.precision) == (2 / 3, 1 / 3)
    assert evaluate(truth, {3: 1}) == Evaluation(known=3, found=0, predicted=0, correct=0)
    assert evaluate([], {}).recall is evaluate([], {}).precision is None


# --- Invented provinces --------------------------------------------------------------------------------------------

# Each first and family name as several lists spell it.
BOYS = """محمد=Mohamed,Mohammed|أحمد=Ahmed,Ahmad|عبد الرحيم=Abderrahim,Abd Rahim|حسن=Hassan,Hasan
حسين=Houcine,Hussein|عبد الجليل=Abdeljalil,Abd El Jalil|محسن=Mohcine,Mouhcine|رضوان=Redouane,Radouane
قاسم=Kacem,Qassim|زهير=Zouhair,Zouheir|إلياس=Ilyas,Elias|بدر الدين=Badreddine,Badr Eddine
سعد=Saad,Sâad|سعيد=Said,Saïd|الطيب=Tayeb,Ettaieb|غسان=Ghassan,Rassane"""
GIRLS = """ثورية=Touria,Thouria|نهيلة=Nouhaila,Nohayla|إسراء=Israe,Isra|غيثة=Ghita,Rita|فتيحة=Fatiha,Ftiha
آية=Aya,Ayah|وئام=Wiam,Ouiame|حفيظة=Hafida,Hafidha|كلثوم=Keltoum,Kalthoum|دنيا=Dounia,Donia
شيماء=Chaimae,Chaymaa|ندى=Nada,Nadaa|أم كلثوم=Oum Keltoum,Oumkaltoum|خديجة=Khadija,Khadidja
فاطمة الزهراء=Fatima Zahra,Fatimazahra|جميلة=Jamila,Djamila"""
FAMILIES = """الشرايبي=Chraibi,Echchraibi|بنكيران=Benkirane,Ben Kirane|الصقلي=Skalli,Essqalli|أوعزيز=Ouaziz,Ouazize
أيت القايد=Ait El Caid,Aït Lkaid|الدرقاوي=Derkaoui,Darqaoui|الغماري=Ghomari,El Ghoumari|كديرة=Guedira,Gdira
الجوهري=Jaouhari,El Jouhari|لمنصف=Lmounsif,El Mounsif|حموش=Hammouch,Hamouche|المجدوبي=Mejdoubi,El Majdoubi
بوطالب=Boutaleb,Abou Taleb|القرشي=Kourachi,El Qorachi|ولد العيد=Ould El Aid,Ould Laid|الخلفي=Khalfi,El Khalfi
مفتاح=Meftah,Miftah|الوافي=El Ouafi,Wafi|النعيمي=Naimi,Ennaimi|الزموري=Zemmouri,Zmouri"""


def _spellings(text: str) -> list[tuple[str, list[str]]]:
    entries = (entry.split("=") for entry in re.split(r"[|\n]", text))
    return [(arabic, latin.split(",")) for arabic, latin in entries]


_LISTS = {"M": _spellings(BOYS), "F": _spellings(GIRLS), "family": _spellings(FAMILIES)}


@dataclasses.dataclass
class _Child:
    sex: str
    first: tuple[str, list[str]]
    family: tuple[str, list[str]]
    birth: date
    phone: str
    code: str


def _child(rng: random.Random) -> _Child:
    sex = rng.choice("FM")
    birth = date(2007, 1, 1) + timedelta(rng.randrange(3650))
    if rng.random() < 0.07:
        birth = date(birth.year, 1, 1)
    phone, code = f"06{rng.randrange(10**8):08d}", f"R{rng.randrange(10**9):09d}"
    return _Child(sex, rng.choice(_LISTS[sex]), rng.choice(_LISTS["family"]), birth, phone, code)


def _relative(rng: random.Random, child: _Child) -> _Child:
    """A brother or sister: same family and phone, another first name and birth (a twin: the same birth)."""
    birth = (
        child.birth if rng.random() < 0.1 else child.birth + timedelta(rng.choice((-1, 1)) * rng.randint(330, 1500))
    )
    first = child.first
    while first == child.first:
        sex = rng.choice("FM")
        first = rng.choice(_LISTS[sex])
    return dataclasses.replace(_child(rng), sex=sex, first=first, family=child.family, birth=birth, phone=child.phone)


def _on_school_list(rng: random.Random, child: _Child, scripts: str) -> RecordFacts:
    names: list[tuple[str, str]] = []
    if "ar" in scripts:
        names.append((child.family[0], child.first[0]))
    if "fr" in scripts:
        names.append((rng.choice(child.family[1]).upper(), rng.choice(child.first[1])))
    full = tuple(" ".join(name) for name in names)
    firsts, families = tuple(first for _, first in names), tuple(family for family, _ in names)
    phone = child.phone if rng.random() < 0.7 else None
    return RecordFacts(full, firsts, families, child.sex, child.birth, None, child.code, phone=phone)


def _typed_arabic(rng: random.Random, word: str) -> str:
    for pattern, other, chance in (("[أإآ]", "ا", 0.4), ("ة$", "ه", 0.2), ("ي$", "ى", 0.1), ("^عبد ", "عبد", 0.3)):
        if rng.random() < chance:
            word = re.sub(pattern, other, word)
    return word[:2] + "ـ" + word[2:] if rng.random() < 0.03 else word


def _typed_birth(rng: random.Random, birth: date) -> tuple[date | None, int | None]:
    chance = rng.random()
    if chance < 0.08 and birth.day <= 12:
        return date(birth.year, birth.day, birth.month), None
    if chance < 0.15:
        return None, birth.year
    return (None, None) if chance < 0.2 else (birth, None)


def _typed_by_volunteer(rng: random.Random, child: _Child) -> RecordFacts:
    if rng.random() < 0.5:
        words = [_typed_arabic(rng, child.family[0]), _typed_arabic(rng, child.first[0])]
    else:
        words = [rng.choice(child.family[1]), rng.choice(child.first[1])]
        if rng.random() < 0.2:
            words = [word.replace("ss", "s").replace("ou", "u") for word in words]
    if rng.random() < 0.05:  # one letter lost
        which = rng.randrange(2)
        at = rng.randrange(1, len(words[which]))
        words[which] = words[which][:at] + words[which][at + 1 :]
    if rng.random() < 0.5:
        words.reverse()
    birth, year = _typed_birth(rng, child.birth)
    return RecordFacts(
        names=(" ".join(words),),
        sex=child.sex if rng.random() < 0.9 else None,
        birth_date=birth,
        birth_year=year,
        massar_code=child.code if rng.random() < 0.2 else None,
        phone=child.phone if rng.random() < 0.4 else None,
        place=str(rng.randrange(20)),
    )


def _province(seed: int, scripts: str) -> tuple[list[RecordFacts], list[RecordFacts], list[TruthRow]]:
    """A school list, a caravan list that half overlaps it, and the truth; a third of the new rows are relatives."""
    rng = random.Random(seed)
    children = [_child(rng) for _ in range(450)]
    children += [_relative(rng, child) for child in children[:60]]
    rng.shuffle(children)
    met: list[tuple[_Child, int | None]] = [(children[i], i) for i in rng.sample(range(len(children)), 120)]
    met += [(_relative(rng, rng.choice(children)), None) for _ in range(40)]
    met += [(_child(rng), None) for _ in range(80)]
    rng.shuffle(met)
    caravan: list[RecordFacts] = []
    truth: list[TruthRow] = []
    for child, row in met:
        kinds = ["known" if row is not None else "new"] + ["repeated row"] * (rng.random() < 0.03)
        record = _typed_by_volunteer(rng, child)
        for kind in kinds:
            truth.append(TruthRow(len(caravan), row, kind))
            caravan.append(record)
    return [_on_school_list(rng, child, scripts) for child in children], caravan, truth


@pytest.mark.parametrize("scripts", ["ar+fr", "ar", "fr"])
def test_other_provinces_lists_are_matched(scripts):
    """The comparison would fit one list and lose the children of the next province, or join brothers there."""
    known = found = predicted = correct = 0
    for seed in range(4):
        school, caravan, truth = _province(seed, scripts)
        pairs = list(candidate_pairs(caravan, school))
        answer = {row.row: row.match for row in truth}
        assert [(i, j) for i, j, likeness in pairs if likeness.kind == "LINKED" and answer[i] != j] == []
        result = evaluate(truth, best_matches(pairs, repeated_rows(caravan)))
        known, found = known + result.known, found + result.found
        predicted, correct = predicted + result.predicted, correct + result.correct
    assert found / known >= 0.93  # some children cannot be told: no birth, and a namesake on the list
    assert correct / predicted >= 0.93


def test_a_large_list_is_not_compared_pair_by_pair(monkeypatch):
    """A region's registry against one caravan would take the night."""
    rng = random.Random(11)
    left = [_on_school_list(rng, _child(rng), "ar+fr") for _ in range(6000)]
    right = [_typed_by_volunteer(rng, _child(rng)) for _ in range(300)]
    looked_at, look = [], pairing._may_be_one
    monkeypatch.setattr(pairing, "_may_be_one", lambda a, b: looked_at.append(1) or look(a, b))
    pairs = list(candidate_pairs(left, right))
    assert len(looked_at) < len(left) * len(right) / 100
    assert len(pairs) < len(left) * len(right) / 100


# --- The sample lists ----------------------------------------------------------------------------------------------


def _birth(cell: object) -> tuple[date | None, int | None]:
    match = re.fullmatch(r"(\d\d)[-/](\d\d)[-/](\d{4})", str(cell).strip())
    if match:
        try:
            return date(int(match[3]), int(match[2]), int(match[1])), None
        except ValueError:
            return None, None
    year = re.fullmatch(r"(\d{4})(\.0)?", str(cell).strip())
    return None, int(year[1]) if year else None


def _rows(file: str, header: int) -> Iterator[list[object]]:
    sheet = CalamineWorkbook.from_path(SAMPLES / file).get_sheet_by_index(0)
    yield from sheet.to_python(skip_empty_area=False)[header:]


@pytest.mark.samples
def test_sample_lists():
    """The caravan's children would not be recognised on the school's list (recall 0.95, precision 0.90 asked)."""
    if not SAMPLES.exists():
        pytest.skip(f"wants the sample lists beside the repository: {SAMPLES}")
    sexes = {"ذكر": "M", "ذ": "M", "M": "M", "أنثى": "F", "أ": "F", "F": "F"}
    school = [
        RecordFacts(
            names=(f"{r[3]} {r[4]}", f"{r[5]} {r[6]}"),
            given_names=(str(r[4]), str(r[6])),
            family_names=(str(r[3]), str(r[5])),
            sex=sexes.get(str(r[7])),
            birth_date=_birth(r[8])[0],
            birth_year=_birth(r[8])[1],
            massar_code=str(r[2]),
            guardian_names=(str(r[16]),),
            phone=str(r[15]),
        )
        for r in _rows("not_rejoined_list.xlsx", 9)
    ]
    caravan = [
        RecordFacts(
            names=(str(r[2]),),
            sex=sexes.get(str(r[3])),
            birth_date=_birth(r[4])[0],
            birth_year=_birth(r[4])[1],
            massar_code=str(r[5]),
            phone=str(r[8]),
            place=str(r[1]),
        )
        for r in _rows("caravan_list.xlsx", 3)
    ]
    with (SAMPLES / "caravan_truth.csv").open(encoding="utf-8") as file:
        truth = [
            TruthRow(int(r["row"]) - 1, int(r["not_rejoined_row"]) - 1 if r["not_rejoined_row"] else None, r["kind"])
            for r in csv.DictReader(file)
        ]
    pairs = candidate_pairs(caravan, school)
    result = evaluate(truth, best_matches(pairs, repeated_rows(caravan), repeated_rows(school)))
    assert result.known > 100
    assert result.recall is not None and result.recall >= 0.95
    assert result.precision is not None and result.precision >= 0.90
