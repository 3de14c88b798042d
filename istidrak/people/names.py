"""Moroccan names in two scripts: one way to read them, compare them and search them.

A name is cut into *units*, the words that mean something alone: `عبد الرحمان`, `Abd er-Rahmane` and `Abderrahmane`
are one unit each, `El Idrissi` too. A unit is a string of *sounds*; two units are compared by the cheapest way of
turning one into the other, where the price of a change says how rarely people write the same name with it. Vowels
that Arabic does not write are nearly free between scripts; inside one script, where they are written, they cost more,
so that سعد and سعيد, Said and Saad stay different names. Everything here is pure and cached by distinct value.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, permutations

from rapidfuzz.distance import Levenshtein

# Below AGREES an officer looks twice, below NEAR it is another name. Measured on invented lists of several provinces'
# spellings and on public Arabic-Latin pairs of names (tests/people/test_names.py keeps the floor).
NAME_AGREES = 0.89
NAME_NEAR = 0.77

# --- Letters -------------------------------------------------------------------------------------------------------

_LETTERS = str.maketrans(
    {"ٱ": "ا", "ء": "", "ـ": "", "ی": "ي", "ې": "ي", "ے": "ي", "ھ": "ه", "ہ": "ه", "ە": "ه", "ۃ": "ة"}
    | {"ک": "ك", "گ": "ك", "ڭ": "ك", "ݣ": "ك", "ڪ": "ك", "ڤ": "ف", "ڥ": "ف", "پ": "ب", "چ": "ش", "ژ": "ج"}
    | {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_FINAL_LETTERS = str.maketrans("ةى", "هي")
_APOSTROPHES = "'’‘`´ʼʻʿʾ′"
# Digits that chat spelling uses for letters that Latin lacks: 3li, 7assan, 9adir.
_CHAT_DIGITS = str.maketrans({"2": "", "3": "a", "5": "kh", "6": "t", "7": "h", "8": "gh", "9": "q"})


def fold(text: str) -> str:
    """The words of a name in plain letters, one space between them.

    Arabic loses its marks, tatweel and hamza seats, Latin its accents and capitals; hyphens, no-break spaces and
    other signs separate words, an apostrophe does not (M'hamed), save after the article (L'Hassan). Ta marbuta and
    alef maqsura stay, because they sound otherwise than the letters they are mistaken for. Any text is accepted.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(rf"\bl[{_APOSTROPHES}]", "l ", text)
    text = re.sub(rf"[{_APOSTROPHES}]", "", text)
    text = unicodedata.normalize("NFKD", text).translate(_LETTERS)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf"))
    text = re.sub(r"\b(?=\w*[a-z])[a-z\d]*\d[a-z\d]*", lambda word: word[0].translate(_CHAT_DIGITS), text)
    return " ".join("".join(c if c.isalpha() else " " for c in text).split())


def _is_arabic(text: str) -> bool:
    return "\u0600" <= text[:1] <= "\u06ff"


# --- Sounds --------------------------------------------------------------------------------------------------------
# One character per sound. Arabic keeps its letters, save أ = alef at the start, ة = final ه or ة, ئ = final ي (which
# hasty hands write for ى), إ = the vowel of الإله. Latin keeps its letters, save C = ch sh, D = dh, G = gh, R = rh,
# T = th, X = kh, g = hard g, u = u ou oo.


def _table(text: str) -> dict[str, str]:
    """`left=right` words as a table: price lists stay readable side by side."""
    return dict(entry.split("=") for entry in text.split())


def _prices(text: str) -> dict[str, float]:
    return {pair: float(price) for pair, price in _table(text).items()}


_DIGRAPHS = _table("tch=C sch=C ch=C sh=C kh=X gh=G rh=R th=T dh=D dj=j dg=j ph=f ou=u oo=u ee=i ck=k q=k x=ks p=b")


def _latin_sounds(word: str) -> str:
    word = re.sub(r"^([ie])sh(?=a+[kq])", r"\1s_h", word)  # Ishak is s + h (إسحاق), never sh
    word = re.sub(r"(.)\1+", lambda run: run[0][:2], word)
    word = re.sub(r"(ch|sh|kh|gh|th|dh|dj)\1", r"\1", word)
    word = re.sub(r"c(?=[eiy])", "s", word)
    word = re.sub(r"iy+(?=[aeou])|i?yi$", "i", word)
    word = re.sub(r"^ou(?=[aeio])", "w", word)
    word = re.sub(r"([gq])u(?=[eiya])", r"\1", word)
    for written, sound in _DIGRAPHS.items():
        word = word.replace(written, sound)
    word = word.replace("c", "k").replace("_", "")
    word = re.sub(r"([^aeiou])\1+", r"\1", word)
    word = re.sub(r"ii+$", "i", word)
    return re.sub(r"(?<=[^aeiou])e$", "", word) if len(word) > 3 else word


def _arabic_sounds(word: str) -> str:
    word = re.sub(r"([وي])\1+", r"\1", word.replace("لل", "ل"))
    word = re.sub("^ا", "أ", re.sub("ه$", "ة", word))
    word = re.sub("(?<=..)ي$", "ئ", word)
    return re.sub("(?<=..)اة$", "ات", word)  # نجاة is said Najat


@lru_cache(maxsize=200_000)
def _sounds(word: str) -> str:
    """The sounds of one folded word of either script; a word of another script stays as it is."""
    return _arabic_sounds(word) if _is_arabic(word) else _latin_sounds(word)


_CLASS_OF = dict(zip("بتثجحخدذرزسشصضطظغفقكلمنه", "btTjhXdDrzsCsdtDGfkklmnh", strict=True))
_VOWELS = frozenset("aeiouywأإاويئىعة")
# What people write for one another, beyond letters of one class: price of the change, out of 1 for any other letter.
_NEAR_CONSONANTS = _prices(
    """kX=.25 Xh=.3 Gr=.2 Gk=.3 Gg=.15 GR=0 kg=.08 gj=.15 gX=.5 ks=.5 jz=.4 jC=.5 sz=.4 dD=.05 Dz=.1 dt=.5
    tT=.03 sT=.15 TD=.4 vf=.1 vb=.3 mn=.6 rR=.1 sC=.5 DT=.3 lr=.8"""
)
_NEAR_VOWELS = _prices(
    """ae=.1 ei=.1 iy=0 ey=.1 ou=.05 ao=.25 uw=0 ow=0 eu=.4 eo=.3
    ai=.6 au=.45 iu=.6 io=.6 ay=.6 aw=.6 wy=.8 uy=.7 oy=.7 ew=.6
    اa=0 اe=.1 اi=.4 اo=.2 اu=.4 اy=.6 اw=.6 اي=.8 او=.8
    أa=0 أe=0 أi=0 أo=0 أu=0 أy=.2 أw=.2 أع=.3 أا=0 أي=.8 أو=.8
    وu=0 وo=0 وw=0 وa=.6 وe=.7 وi=.8 وv=.2 وb=.6 وي=.9
    يi=0 يy=0 يe=.25 يa=.6 يo=.8 يu=.8
    ىa=0 ىi=0 ىy=0 ىe=.05 ىي=0 ىا=.1 ىة=.4
    عa=0 عe=.05 عi=.45 عo=.2 عu=.4 عا=.4
    ةa=0 ةh=0 ةe=.1 ةا=.1 ةح=.3 ةي=.6 ةi=.5
    إi=0 إe=.7 إy=.1 إa=.5 إا=.5
    ئi=0 ئy=0 ئe=.1 ئa=.3 ئي=0 ئى=0 ئا=.5 ئة=.5"""
)
_ONE_FOR_TWO = _table("T=th C=sh D=dh R=rh")  # Fathi فتحي, Rhimou رحيمو


def _change_prices() -> dict[tuple[str, str], float]:
    """The price of writing one sound for another, for every two different sounds that are known."""
    prices: dict[tuple[str, str], float] = {}
    sounds = [*_CLASS_OF, *"bdfgjklmnrstvzCDGRTXh"]
    for one, two in combinations(sounds, 2):
        first, second = _CLASS_OF.get(one, one), _CLASS_OF.get(two, two)
        near = _NEAR_CONSONANTS.get(first + second, _NEAR_CONSONANTS.get(second + first, 1.0))
        price = 0.0 if first == second else near
        if one in _CLASS_OF and two in _CLASS_OF:
            price = max(price, 0.25)  # inside Arabic س is not ص, though a tired hand writes one for the other
        prices[one, two] = prices[two, one] = price
    for pair, price in _NEAR_VOWELS.items():
        prices[pair[0], pair[1]] = prices[pair[1], pair[0]] = price
    return prices


_CHANGE = _change_prices()
_LATIN_DROPPED = _prices("a=.2 e=.2 o=.2 u=.3 i=.5 y=.5 w=.5 h=.6")
_ARABIC_DROPPED = _prices("أ=.45 ا=.55 و=.85 ي=.85 ئ=.85 ى=.6 ع=.6 ة=.8 ه=.7")  # the other name is Arabic too
_ARABIC_UNHEARD = _prices("أ=.35 ا=.4 و=.7 ي=.7 ئ=.7 ى=.5 ع=.05 ة=.8 ه=.5 ح=.8")  # the other name is Latin
_WEIGHT = {"ع": 0.3, "ة": 0.4} | dict.fromkeys("aeiouyw", 0.3) | dict.fromkeys("أإاويئى", 0.4)


def _dropped_latin_vowel(sounds: str, at: int, arabic: str, reached: int) -> float:
    """Price of a Latin vowel (or last h) that the Arabic side, read as far as `reached`, does not write.

    Arabic writes long vowels only. A short one is free, a last one is a feminine or a nisba, hence another name; an
    `i` or `ou` after the first syllable is long (حسين), save where a long alef stands before (خالد, Khalid).
    """
    vowel, is_last = sounds[at], at == len(sounds) - 1
    if vowel == "h":
        return 0.1 if arabic[reached - 1] in "ةاى" else 0.7  # Khadijah
    if is_last:
        return {"e": 0.05, "a": 0.8}.get(vowel, 0.6)
    if vowel in "wy":
        return {"w": 0.7, "y": 0.4}[vowel]
    if vowel in "aeo" or not any(c in _VOWELS for c in sounds[1:at]):
        return 0.1 if vowel in "ui" else 0.06
    if reached > 1 and arabic[reached - 2] in "اوي":
        return 0.1
    return {"u": 0.7, "i": 0.5}.get(vowel, 0.3)


def _drop_prices(sounds: str, *, across: bool) -> list[float]:
    """The price of leaving out each sound; for Latin vowels across scripts see `_dropped_latin_vowel`."""
    table = (_ARABIC_UNHEARD if across else _ARABIC_DROPPED) if _is_arabic(sounds) else _LATIN_DROPPED
    prices = [table.get(sound, 1.0) for sound in sounds]
    if sounds[:2] in ("أي", "أو"):
        prices[0] = 0.05  # إيمان, أوشن: the alef only carries the vowel
    if not _is_arabic(sounds) and len(sounds) > 1:
        if sounds[0] in "aei":
            prices[0] = 0.15  # Ibrahim and Brahim, Embarka and Mbarka
        if sounds[-1] in _VOWELS:
            prices[-1] = {"e": 0.05, "a": 0.8}.get(sounds[-1], 0.6)  # Karima is not Karim
        elif sounds[-2:] == "ah":
            prices[-2:] = [0.8, 0.05]
    return prices


def _distance(left: str, right: str) -> float:
    """The price of the cheapest way from one string of sounds to the other (Arabic left when scripts differ)."""
    across = _is_arabic(left) != _is_arabic(right)
    drop_left, drop_right = _drop_prices(left, across=across), _drop_prices(right, across=across)
    before: list[float] = []
    row = [0.0]
    for j in range(1, len(right) + 1):
        row.append(row[-1] + drop_right[j - 1])
    for i, sound in enumerate(left, start=1):
        older, before, row = before, row, [row[0] + drop_left[i - 1]]
        for j, other in enumerate(right, start=1):
            change = 0.0 if sound == other else _CHANGE.get((sound, other), 1.2)
            drop = drop_right[j - 1]
            if across and (other in "aeiouyw" or (other == "h" and j == len(right))):
                drop = _dropped_latin_vowel(right, j - 1, left, i)
            best = min(before[j - 1] + change, before[j] + drop_left[i - 1], row[j - 1] + drop)
            if i > 1:
                pair = left[i - 2 : i]
                if j > 1 and not across and right[j - 2 : j] == pair[::-1] and pair[0] != pair[1]:
                    best = min(best, older[j - 2] + 0.6)  # two letters swapped by a typist
                if across and _ONE_FOR_TWO.get(other) == "".join(_CLASS_OF.get(c, c) for c in pair):
                    best = min(best, older[j - 1] + 0.1)
            row.append(best)
    return row[-1]


@lru_cache(maxsize=500_000)
def _sounds_likeness(left: str, right: str) -> float:
    if left == right:
        return 1.0
    if (_is_arabic(right), left) > (_is_arabic(left), right):
        return _sounds_likeness(right, left)  # one order for both, so that the answer is symmetric
    if Levenshtein.normalized_similarity(skeleton(left), skeleton(right)) < 0.3:
        return 0.0
    weight = sum(_WEIGHT.get(c, 1.0) for c in left) + sum(_WEIGHT.get(c, 1.0) for c in right)
    return max(0.0, 1.0 - _distance(left, right) / max(weight / 2, 2.5))


# Skeleton classes are wider than sounds: they gather candidates, `_distance` decides.
_SKELETON = str.maketrans({"X": "k", "g": "k", "G": "r", "R": "r", "T": "t", "D": "d", "v": "f", "z": "z"})


@lru_cache(maxsize=200_000)
def skeleton(sounds: str) -> str:
    """The consonants that both scripts write, in classes common to both; vowels alone when there are none (آية, Aya).

    Takes the sounds of a unit. Two spellings of a name mostly share it; so do different names, hence it only gathers.
    """
    classes = "".join(_CLASS_OF.get(c, c) for c in sounds).translate(_SKELETON)
    consonants = re.sub(r"(.)\1+", r"\1", "".join(c for c in classes if c not in _VOWELS))
    consonants = re.sub("h$", "", consonants)  # Sarah and Sara, with Sabah for company
    if consonants:
        return consonants
    vowels = classes.translate(str.maketrans("أاىعةeoيئyإوw", "aaaaaauiiiiuu"))
    return re.sub(r"(.)\1+", r"\1", re.sub("(?<=.)h$", "", vowels))


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
_SAME_WORD = _table(
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
    return abd + of if _is_arabic(abd) else f"abd_{of}"


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
    readings = _arabic_readings(core) if _is_arabic(core) else _latin_readings(core)
    sounded = tuple(_Reading(_sounds(text), bool(article) or found, cost) for text, found, cost in readings)
    is_honorific = core.translate(_FINAL_LETTERS) in _HONORIFICS
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
        return _servant("عبد" if _is_arabic(word) else "abd", core), written, "", after
    if article or core.startswith("ال"):
        word = {"بن": "بل", "ben": "bel"}.get(word, word)
    core = re.sub(r"^ال(?=..)|^e?l(?=\w{3})|^ل(?=...)", "", core)
    return f"{word}{'' if _is_arabic(word) else '_'}{core}", written, "", after


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
    return NameKey(tuple(kept), sum(_is_arabic(unit.plain) for unit in kept) * 2 > len(kept))


# --- Likeness ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=500_000)
def _unit_likeness(left: Unit, right: Unit) -> float:
    best = 0.0
    for one in left.readings:
        for two in right.readings:
            likeness = _sounds_likeness(one.sounds, two.sounds) - one.cost - two.cost
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


def _search_words(text: str) -> list[tuple[str, str]]:
    """Each unit as searched: written form without article, and `=skeleton=`, which both scripts share."""
    found = []
    for unit in _units(fold(text).split()):
        plain = unit.plain.translate(_FINAL_LETTERS)
        plain = re.sub("^(عبد)?ال(?=..)", r"\1", plain)
        found.append((plain, f"={skeleton(unit.readings[0].sounds)}="))
    return found


def search_key(text: str) -> str:
    """What a reader typed, in the letters of `search_form`: one space between words, no hamza, accent or article.

    Every word of it is to be looked for as a substring: rows hold "عبد الإله" as عبداله, "Abd el-Kader" abdelkader.
    """
    return " ".join(plain for plain, _ in _search_words(text))


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
