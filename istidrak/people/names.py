"""Moroccan names in two scripts: one way to read them, compare them and search them.

A name is cut into *units*, the words that mean something alone: `عبد الرحمان`, `Abd er-Rahmane` and `Abderrahmane`
are one unit each, `El Idrissi` too. A unit is a string of *sounds*; two units are compared by the cheapest way of
turning one into the other, where the price of a change says how rarely people write the same name with it. Vowels
that Arabic does not write are nearly free between scripts; inside one script, where they are written, they cost more,
so that سعد and سعيد, Said and Saad stay different names. Everything here is pure and cached by distinct value.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

from istidrak.people.sounds import FINAL_LETTERS, fold, is_arabic, skeleton, sounds_likeness, sounds_of, table

# Below AGREES an officer looks twice, below NEAR it is another name. Measured on invented lists of several provinces'
# spellings and on public Arabic-Latin pairs of names (tests/people/test_names.py keeps the floor).
NAME_AGREES = 0.89
NAME_NEAR = 0.77

# --- Units ---------------------------------------------------------------------------------------------------------


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ARTICLES = _words("ال ل el al l il ul er ar es as ez az et at en an ed ad ech ach esh ash")
_ABD = _words("عبد abd abde abdel abdal abdul abdoul abdl abdu")
_PREFIXES = _ABD | _words(
    """بن ابن بل بو ابو ايت ولد اولاد ام او بنت ben bin ibn bel bou bu abou abu ait ayt ould oueld wld oulad ouled
    oum om um ou bent bint"""
)
_SUFFIXES = _words("دين الدين الله لله eddine eddin ddine ddin dine din deen addine uddin allah ellah lah ullah")
_SAME_WORD = table(
    """طه=طاها ابن=بن ابو=بو ibn=ben bin=ben bu=bou abou=bou abu=bou ayt=ait
    md=mohamed mohd=mohamed med=mohamed mly=moulay my=moulay"""
)
# Marks of respect, written on one list and not on the next: set aside when two other units remain.
_HONORIFICS = _words("مولاي سيدي سي لاله لالا الحاج moulay sidi sid si lalla lala haj hadj hajj")
# Errachidi, Ettazi, Echcherkaoui: the article takes the sound of the letter that follows.
_ASSIMILATED = re.compile(r"^e(?:chch|shsh|([dtrzsn])\1)")
_ABD_JOINED = re.compile(r"^abd(?:[eao]|ou)?l?(?=\w{3})")
_FATIMA = re.compile("فاطم[ةه]|fat[ieo]?m(a|e|ah)?")
_ZAHRA = re.compile("(ال)?زهر(ا|ة|ه)|(ez)?z[ao]hr(a+|ae|ah)")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a unit: its sounds, whether an article stood before, and what this reading costs."""

    sounds: str
    has_article: bool
    cost: float


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A word of a name that means something alone: its written form without and with article, its readings."""

    plain: str
    written: str
    readings: tuple[_Reading, ...]
    skeletons: frozenset[str]
    is_honorific: bool


@dataclass(frozen=True, slots=True)
class NameKey:
    """What is computed once per distinct name: its units in the order written, without marks of respect."""

    units: tuple[Unit, ...]
    is_arabic: bool


def _servant(abd: str, of: str) -> str:
    """عبد with the divine name after it, without article; الله and الإله stay apart, for brothers bear them.

    The low line keeps two Latin words from making a digraph (Abd + Hadi has no `dh`).
    """
    of = {"الله": "له", "الاله": "إله", "ilah": "إla"}.get(of, re.sub("^ال(?=..)", "", of))
    return abd + of if is_arabic(abd) else f"abd_{of}"


def _arabic_readings(word: str) -> Iterator[tuple[str, bool, float]]:
    word = re.sub(r"(?<=\w{3})الدين$", "دين", word)
    if re.match(r"عبدال\w\w", word):
        word = _servant("عبد", word[3:])
    word = re.sub(r"^اب[نو](?=\w{3})", lambda start: start[0][1:], word)
    if word.startswith("ال") and len(word) > 3:
        yield word[2:], True, 0.0
        yield word, False, 0.02  # إلهام, إلياس: here ال is no article
        return
    yield word, False, 0.0
    if word.startswith("ل") and len(word) > 3:
        yield word[1:], True, 0.03  # لحسن, لعروسي


def _latin_readings(word: str) -> Iterator[tuple[str, bool, float]]:
    yield word, False, 0.0
    if re.search("c(?=[aou])", word):
        yield re.sub("c(?=[aou])", "ss", word), False, 0.02  # Faycal, from Fayçal
    if word.startswith("abd") and "_" not in word:
        rest = _ABD_JOINED.sub("", word)
        if rest != word:
            yield _servant("abd", rest), False, 0.0  # Abdelkader = abd + Kader
    elif re.match(r"[ea]l\w{3}", word):
        yield word[2:], True, 0.02
    elif _ASSIMILATED.match(word):
        yield word[1:], True, 0.01
    elif re.match(r"l\w{4}", word):
        yield word[1:], True, 0.03
        yield re.sub("^la", "", word), True, 0.03  # Lahcen, Lamrabet
    elif re.match(r"ab[uo]u?\w{4}", word):
        yield word[1:], False, 0.0


@lru_cache(maxsize=200_000)
def _unit(core: str, plain: str, article: str = "") -> Unit:
    readings = _arabic_readings(core) if is_arabic(core) else _latin_readings(core)
    sounded = tuple(_Reading(sounds_of(text), bool(article) or found, cost) for text, found, cost in readings)
    is_honorific = core.translate(FINAL_LETTERS) in _HONORIFICS
    return Unit(plain, article + plain, sounded, frozenset(skeleton(r.sounds) for r in sounded), is_honorific)


def _read_unit(words: Sequence[str], at: int) -> tuple[str, str, str, int]:
    """Core, written form, article and next place of the unit that starts at a word: `abd` + `el` + `Kader` is one."""
    word = written = words[at]
    if at + 1 == len(words):
        return _SAME_WORD.get(word, word), written, "", at + 1
    if word in _ARTICLES and words[at + 1] not in _ABD:
        core, written, _, after = _read_unit(words, at + 1)
        return core, written, word, after
    word = _SAME_WORD.get(word, word)
    if word not in _PREFIXES:
        return word, written, "", at + 1
    core, rest, article, after = _read_unit(words, at + 1)
    written += article + rest
    if word in _ABD:
        return _servant("عبد" if is_arabic(word) else "abd", core), written, "", after
    if article or core.startswith("ال"):
        word = {"بن": "بل", "ben": "bel"}.get(word, word)
    core = re.sub(r"^ال(?=..)|^e?l(?=\w{3})|^ل(?=...)", "", core)
    return f"{word}{'' if is_arabic(word) else '_'}{core}", written, "", after


def _units(words: Sequence[str]) -> list[Unit]:
    read: list[tuple[str, str, str]] = []
    at = 0
    while at < len(words):
        core, written, article, after = words[at], words[at], "", at + 1
        is_end = core in _SUFFIXES
        if not is_end:
            core, written, article, after = _read_unit(words, at)
        last = read[-1] if read else ("", "", "")
        if read and (is_end or core in _SUFFIXES):  # Salah Eddine, Nour el Din
            read[-1] = (last[0] + re.sub("^ال(?=دين)", "", core), last[1] + article + written, last[2])
        elif _FATIMA.fullmatch(last[0]) and _ZAHRA.fullmatch(core):
            stem = re.sub("[ةه]$", "", last[0])
            read[-1] = (stem + re.sub("^ال|^ez", "", core), last[1] + article + written, "")
        else:
            read.append((core, written, article))
        at = after
    return [_unit(*parts) for parts in read]


@lru_cache(maxsize=300_000)
def name_key(name: str) -> NameKey:
    """What comparing and blocking need of a full name, computed once per distinct text. Any text is accepted."""
    units = _units(fold(name).split())
    plain = [unit for unit in units if not unit.is_honorific]
    kept = plain if len(plain) > 1 else units
    return NameKey(tuple(kept), sum(is_arabic(unit.plain) for unit in kept) * 2 > len(kept))


# --- Likeness ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=500_000)
def _unit_likeness(left: Unit, right: Unit) -> float:
    best = 0.0
    for one in left.readings:
        for two in right.readings:
            likeness = sounds_likeness(one.sounds, two.sounds) - one.cost - two.cost
            if one.has_article != two.has_article:
                likeness -= _article_cost(one.sounds, two.sounds)
            best = max(best, likeness)
    return best


def _article_cost(left: str, right: str) -> float:
    """El Idrissi and Idrissi are one name; Hassan and Lahcen (الحسن) are two, and brothers bear them."""
    is_hassan = skeleton(left) == skeleton(right) == "hsn" and not set(left + right) & set("iyي")
    return 0.15 if is_hassan else 0.02


@lru_cache(maxsize=100_000)
def _joined(left: Unit, right: Unit) -> Unit:
    return _unit(left.written + right.written, left.written + right.written)


def _paired(left: Sequence[Unit], right: Sequence[Unit]) -> tuple[float, ...]:
    """Likeness of each unit of the shorter name with its partner, under the best pairing of the two names."""
    if len(left) > len(right):
        left, right = right, left
    table = [[_unit_likeness(one, two) for two in right] for one in left]
    if len(left) == 2 and len(right) == 2:
        straight, crossed = (table[0][0], table[1][1]), (table[0][1], table[1][0])
        return max(straight, crossed, key=lambda pair: (min(pair) + sum(pair), max(pair)))
    if len(right) > 5:
        taken: set[int] = set()
        found = []
        for likeness, i, j in sorted(((v, i, j) for i, r in enumerate(table) for j, v in enumerate(r)), reverse=True):
            if ~i not in taken and j not in taken:
                taken |= {~i, j}
                found.append(likeness)
        return tuple(found)
    choices = permutations(range(len(right)), len(left))
    pairings = (tuple(table[i][j] for i, j in enumerate(choice)) for choice in choices)
    return max(pairings, key=lambda pairing: (min(pairing) + sum(pairing) / len(pairing), max(pairing)))


def _score(left: Sequence[Unit], right: Sequence[Unit]) -> float:
    pairing = _paired(left, right)
    score = 0.5 * min(pairing) + 0.5 * sum(pairing) / len(pairing)
    missing = abs(len(left) - len(right))
    if missing and len(pairing) == 1:
        return 0.6 * score  # a lone first name says little about a full one
    return score - 0.05 * missing


def keys_likeness(left: NameKey, right: NameKey) -> float:
    """`name_likeness` of two names whose keys are at hand."""
    one, two = left.units, right.units
    if not one or not two:
        return 0.0
    best = _score(one, two)
    if len(one) != len(two):  # a space too many or too few: Fatimazahra, Ma El Ainin
        short, long = sorted((one, two), key=len)
        for at in range(len(long) - 1):
            glued = (*long[:at], _joined(long[at], long[at + 1]), *long[at + 2 :])
            best = max(best, _score(short, glued) - 0.01)
    return min(1.0, max(0.0, best))


def name_likeness(a: str, b: str) -> float:
    """How alike two full names are, from 0 to 1: whatever the script, the order of the words and their spacing.

    The weakest word counts as much as all the words together, because brothers and sisters share all but one. Read it
    with `NAME_AGREES` and `NAME_NEAR`. An empty name is like no other (0). Symmetric; accepts any text.
    """
    return keys_likeness(name_key(a), name_key(b))


def differ_in_vowels_only(a: str, b: str) -> bool:
    """Whether two full names have the same consonants word by word, as the names of some twins do (حسن and حسين)."""
    one, two = name_key(a).units, name_key(b).units
    return len(one) == len(two) and all(
        any(unit.skeletons & other.skeletons for other in others)
        for units, others in ((one, two), (two, one))
        for unit in units
    )


def part_likeness(part: str, full: str) -> float:
    """How surely a first or a family name is found within a full name, 0 to 1 (0 when either is empty)."""
    one, two = name_key(part).units, name_key(full).units
    if not one or not two:
        return 0.0
    if len(one) > len(two):
        return keys_likeness(name_key(part), name_key(full))
    return max(0.0, min(_paired(one, two)))


def shared_word_likeness(a: str, b: str) -> float:
    """The likeness of the two words, one of each name, that are most alike (0 when either is empty)."""
    return max((_unit_likeness(i, j) for i in name_key(a).units for j in name_key(b).units), default=0.0)


# --- Search --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def _search_words(text: str) -> tuple[tuple[str, str], ...]:
    """Each unit as searched: written form without article, and `=skeleton=`, which both scripts share."""
    found = []
    for unit in _units(fold(text).split()):
        plain = unit.plain.translate(FINAL_LETTERS)
        plain = re.sub("^(عبد)?ال(?=..)", r"\1", plain)
        found.append((plain, f"={skeleton(unit.readings[0].sounds)}="))
    return tuple(found)


def search_form(*texts: str) -> str:
    """The text of one search column for a name known in one or several scripts: `search_form(name_ar, name_fr)`.

    Holds the normalised Arabic, the plain Latin, then the skeletons between equal signs, by which a name typed in one
    script is found in a row that has only the other. Empty texts add nothing.
    """
    words = [word for text in texts for word in _search_words(text)]
    skeletons = dict.fromkeys(bones for _, bones in words)
    return " ".join([plain for plain, _ in words] + list(skeletons))


def search_terms(text: str) -> tuple[tuple[str, ...], ...]:
    """For each word typed, the substrings of which one must stand in the `search_form` of a row that is found."""
    return tuple((plain, bones) if len(bones) > 3 else (plain,) for plain, bones in _search_words(text))
