"""Two spellings of one name are one; two names are two. Every name here is invented or public."""

import csv
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from istidrak.people.names import (
    NAME_AGREES,
    NAME_NEAR,
    differ_in_vowels_only,
    name_key,
    name_likeness,
    part_likeness,
    search_form,
    search_terms,
    shared_word_likeness,
)
from istidrak.people.sounds import fold
from tests.running.steps import steps

SHARED = Path(__file__).parents[3] / "shared"
PAIRS = SHARED / "reference" / "names"
NAMES = SHARED / "domain" / "moroccan_names.csv"

SAME = {
    "a school list in Arabic and a caravan in Latin would not meet": [
        ("محمد الإدريسي", "Mohammed El Idrissi"),
        ("آية السملالي", "Aya Semlali"),
        ("كنوني نادية", "Guennouni Nadya"),
        ("أزولاي غزلان", "Rizlane Azoulai"),
        ("الورديغي نجاة", "Najat Ouardighi"),
        ("طه بوطالب", "Taha Boutaleb"),
        ("إسحاق بنونة", "Ishak Bennouna"),
        ("فتحي الغماري", "Fathi El Ghomari"),
        ("فيصل كديرة", "Fayçal Guedira"),
        ("محسن الصديقي", "Mohcine Seddiki"),
        ("خالد الشرايبي", "Khalid Chraibi"),
    ],
    "the servant names would be found only when typed with the same spaces": [
        ("عبد الرحمان الخلفي", "Abderrahmane Khalfi"),
        ("عبدالرحمن الخلفي", "عبد الرحمان الخلفي"),
        ("Abd er-Rahmane Khalfi", "Abderrahman Khalfi"),
        ("Abd El Hadi Zniber", "عبد الهادي زنيبر"),
        ("Abdelatif Zniber", "عبد اللطيف زنيبر"),
        ("Abdeljalil Zniber", "زنيبر عبد الجليل"),
        ("عبد الإله زنيبر", "Abdelilah Zniber"),
    ],
    "hamza, ta marbuta, alef maqsura and marks would make new persons": [
        ("أيوب أعراب", "ايوب اعراب"),
        ("رشيدة الوافي", "رشيده الوافى"),
        ("محَمّـد التهامي", "محمد التهامى"),
        ("زكرياء الجوهري", "زكريا الجوهري"),
        ("بشرى ڭديرة", "بشري كديرة"),
        ("حنان\u00a0الفقير", "حنان الفقير"),
    ],
    "the article, said and written in ten ways, would split families": [
        ("الراشدي سلمى", "Errachidi Salma"),
        ("الشاوي سلمى", "Echchaoui Salma"),
        ("Lahcen Naimi", "El Hassan Ennaimi"),
        ("Lamrabet Salma", "El Mrabet Salma"),
        ("عياشي عماد", "Layachi Imad"),
        ("L'Hassan Skalli", "Lahcen Skalli"),
        ("قادري حمزة", "القادري حمزة"),
    ],
    "names of several words would lose a word": [
        ("أيت الحاج سعاد", "Souad Aït Lhaj"),
        ("آيت بن حدو طارق", "Tarik Ait Benhaddou"),
        ("بن شقرون هند", "بنشقرون هند"),
        ("Ben El Haj Hind", "بلحاج هند"),
        ("ابن سودة هند", "Bensouda Hind"),
        ("أبو طالب هند", "بوطالب هند"),
        ("صلاح الدين مفتاح", "Meftah Salah-Eddine"),
        ("نورالدين مفتاح", "Nordine Meftah"),
        ("فاطمة الزهراء حدوش", "Haddouch Fatim Zahra"),
        ("Ma El Ainin Nabil", "Maelainine Nabil"),
        ("مولاي إدريس بركة", "My Driss Baraka"),
    ],
    "French habits of spelling would hide a child": [
        ("M'hamed Tahiri", "Mohamed Tahiri"),
        ("Mohammed Tahiri", "Muhamad Taheri"),
        ("Khadija Fakir", "KHADIDJA FAKIR"),
        ("Djamal Chaoui", "Jamal Shawi"),
        ("Kassem Qadiri", "Kacem Kadiri"),
        ("Soufiane Sebbai", "Sofiane Sbaï"),
    ],
}


@pytest.mark.parametrize(("a", "b", "loss"), [(*pair, loss) for loss, pairs in SAME.items() for pair in pairs])
def test_one_name_in_two_spellings(a, b, loss):
    assert name_likeness(a, b) >= NAME_AGREES, loss


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("حسن التازي", "حسين التازي"),
        ("Hassan Tazi", "Hussein Tazi"),
        ("حسن التازي", "Houcine Tazi"),
        ("حسن التازي", "لحسن التازي"),
        ("أحمد التازي", "محمد التازي"),
        ("Ahmed Tazi", "Mohamed Tazi"),
        ("أحمد التازي", "Hamid Tazi"),
        ("محمد التازي", "Mahmoud Tazi"),
        ("سعيد التازي", "سعد التازي"),
        ("Said Tazi", "Saad Tazi"),
        ("سعد التازي", "Said Tazi"),
        ("سعيد التازي", "Saida Tazi"),
        ("كريم التازي", "كريمة التازي"),
        ("كريم التازي", "Karima Tazi"),
        ("Karim Tazi", "Karima Tazi"),
        ("Kamal Tazi", "Jamal Tazi"),
        ("سناء التازي", "هناء التازي"),
        ("نادية التازي", "Nada Tazi"),
        ("عبد الله التازي", "عبد الإله التازي"),
        ("عبد الله التازي", "Abdelilah Tazi"),
        ("عبد العزيز التازي", "Abdelhak Tazi"),
        ("محمد التازي", "محمد الفاسي"),
    ],
)
def test_brothers_and_sisters_keep_their_own_names(a, b):
    """A user would see two children of a family proposed as one."""
    assert name_likeness(a, b) < NAME_AGREES


def test_a_first_name_alone_is_not_a_person():
    """A row with a first name only would be joined to any child who bears it."""
    assert name_likeness("كريم", "كريم العلوي") < NAME_NEAR
    assert name_likeness("", "كريم العلوي") == name_likeness("", "") == 0


def test_vowels_decide_inside_one_script_and_yield_between_scripts():
    """Said would be Saad where a list spells them apart, or سعيد would not be Said for want of written vowels."""
    assert name_likeness("Said", "Saad") < name_likeness("Said", "Saïd") == 1
    assert name_likeness("سعيد", "Said") > 0.95 > name_likeness("سعد", "Said")


def test_names_without_consonants_are_still_read():
    """Aya, whose skeleton is empty, would be like everybody or like nobody."""
    assert name_likeness("آية", "Aya") > 0.95
    assert name_likeness("آية", "Ayah") >= NAME_AGREES
    assert name_key("آية").units[0].skeletons & name_key("Aya").units[0].skeletons


def test_family_name_of_several_words_is_found_in_a_full_name():
    """A list with two columns could not be compared with one cell for the whole name."""
    assert part_likeness("أيت الحاج", "السعدية أيت الحاج") == 1
    assert part_likeness("AIT LHAJ", "السعدية أيت الحاج") >= NAME_AGREES
    assert part_likeness("بناني", "السعدية أيت الحاج") < NAME_NEAR
    assert part_likeness("", "السعدية") == shared_word_likeness("", "السعدية") == 0
    assert shared_word_likeness("عمر بناني", "BENNANI Rachid") >= NAME_AGREES


def test_names_that_rhyme_by_their_consonants_are_told():
    """Twins Hassan and Houcine would read as a slip of the pen."""
    assert differ_in_vowels_only("حسن التازي", "Tazi Houcine")
    assert not differ_in_vowels_only("كمال التازي", "جمال التازي")


def test_one_column_is_searched_in_both_scripts():
    """A reader who types in one script would not find a child known in the other."""
    both = search_form("الإدريسي عبد الإله", "EL IDRISSI Abdel-Ilah")
    arabic_only = search_form("الإدريسي عبد الإله", "")
    for typed in ("ادريسي", "الإدري", "عبد الاله", "عبدالإله", "idriss", "El Idrissi", "IDRISSI abd", "ilah"):
        assert all(any(form in both for form in forms) for forms in search_terms(typed)), typed
    for typed in ("Idrissi", "El Idrissi Abdelilah", "الادريسى"):
        assert all(any(form in arabic_only for form in forms) for forms in search_terms(typed)), typed
    for typed in ("Bennani", "بناني"):
        assert not all(any(form in both for form in forms) for forms in search_terms(typed)), typed


def test_chat_digits_and_signs_are_letters_or_spaces():
    """A name typed on a phone, or copied from a PDF, would be refused or lost."""
    assert name_likeness("7assan 3alaoui", "حسن العلوي") >= NAME_AGREES
    assert fold("ﻣﺤﻤﺪ") == "محمد"
    assert fold("Aït-Ali\u200f (2)") == "ait ali"


_letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئـَّaàbcdefghiïjklmnopqrstuwxyz'- "
_texts = st.one_of(st.text(max_size=30), st.text(_letters, max_size=30))
_words = st.sampled_from(
    [
        "محمد",
        "عبد الرزاق",
        "نور الدين",
        "Hajar",
        "Fatima Zahra",
        "العلوي",
        "بن علي",
        "أيت علي",
        "El Fassi",
        "Benmoussa",
    ]
)


@given(_texts, _texts)
def test_any_two_texts_have_one_likeness(a, b):
    """One odd cell would stop an import, or the answer would depend on which list is first."""
    likeness = name_likeness(a, b)
    assert 0 <= likeness <= 1
    assert likeness == name_likeness(b, a)
    assert 0 <= part_likeness(a, b) <= 1
    search_form(a, b)
    search_terms(a)


@given(_texts)
def test_a_name_is_like_itself(a):
    """The same row twice would not be recognised."""
    assert name_likeness(a, a) == (1 if name_key(a).units else 0)


@given(_words, _words, _words, _words)
def test_family_first_or_given_first_is_all_one(given_a, family_a, given_b, family_b):
    """A caravan that writes the first name first would never meet a school that writes it last."""
    straight = name_likeness(f"{given_a} {family_a}", f"{given_b} {family_b}")
    assert straight == name_likeness(f"{family_a} {given_a}", f"{given_b} {family_b}")


def _public_pairs() -> list[tuple[str, str]]:
    files = sorted(PAIRS.glob("google_ar2en-*.txt"))
    if not files:
        pytest.skip(f"wants the public pairs of names beside the repository: {PAIRS}")
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [(arabic, latin) for arabic, _, latin in (line.partition("\t") for line in lines) if latin]


@pytest.mark.samples
def test_public_pairs_of_names_are_recognised():
    """Names outside our own word list would be missed: the rules would fit what we typed and nothing else.

    The pairs hold the world's names (German, Japanese); those with a letter of Arabic words only are near ours.
    """
    pairs = _public_pairs()
    chosen = random.Random(20).sample(pairs, 1500)
    arabic = [pair for pair in pairs if set(pair[0]) & set("عحصضطظق")]
    strangers = [(a, b) for (a, c), (_, b) in zip(chosen, reversed(chosen), strict=True) if b != c]

    def share(some: list[tuple[str, str]], floor: float) -> float:
        return sum(name_likeness(a, b) >= floor for a, b in some) / len(some)

    assert share(chosen, NAME_NEAR) >= 0.86
    assert share(arabic, NAME_NEAR) >= 0.92
    assert share(strangers, NAME_NEAR) <= 0.002


@pytest.mark.samples
def test_spellings_in_use_in_morocco_are_recognised():
    """Spellings that officers meet every day would be missed; two names of the same kind would be confused."""
    if not NAMES.exists():
        pytest.skip(f"wants the list of names beside the repository: {NAMES}")
    with NAMES.open(encoding="utf-8") as file:
        rows = [(row["ar"], row["latin_spellings"].split(";")) for row in csv.DictReader(file)]
    same = [name_likeness(arabic, latin) >= NAME_AGREES for arabic, spellings in rows for latin in spellings]
    other = [name_likeness(a, b[0]) >= NAME_AGREES for a, _ in rows for c, b in rows if a != c]
    assert sum(same) / len(same) >= 0.97
    assert sum(other) / len(other) <= 0.002


def test_comparing_is_cheap_once_a_name_is_known():
    """A province's list would be compared over a night instead of a minute."""
    rng = random.Random(4)
    given_names = ["محمد", "Hajar", "عبد الرزاق", "Imane", "نور الدين", "Youssef", "سكينة", "Oualid"]
    family_names = ["العلوي", "Idrissi", "بن علي", "El Fassi", "أيت علي", "Kadiri", "الخلفي", "Zniber"]
    names = [f"{given_name} {family}" for given_name in given_names for family in family_names]
    pairs = [(rng.choice(names), rng.choice(names)) for _ in range(2_000)]
    for a in names:
        name_likeness(a, names[0])
    spent = steps(lambda: [name_likeness(a, b) for a, b in pairs])
    assert spent / len(pairs) < 60  # counted: 30; a name looked at for the first time takes 240
