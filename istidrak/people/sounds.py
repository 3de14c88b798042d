"""Letters and sounds of Moroccan names in both scripts, and what people write for one another. Pure."""

import re
import unicodedata
from functools import lru_cache
from itertools import combinations

from rapidfuzz.distance import Levenshtein

_LETTERS = str.maketrans(
    {"ٱ": "ا", "ء": "", "ـ": "", "ی": "ي", "ې": "ي", "ے": "ي", "ھ": "ه", "ہ": "ه", "ە": "ه", "ۃ": "ة"}
    | {"ک": "ك", "گ": "ك", "ڭ": "ك", "ݣ": "ك", "ڪ": "ك", "ڤ": "ف", "ڥ": "ف", "پ": "ب", "چ": "ش", "ژ": "ج"}
    | {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
FINAL_LETTERS = str.maketrans("ةى", "هي")
_APOSTROPHES = "'’‘`´ʼʻʿʾ′"
# Digits that chat spelling uses for letters that Latin lacks: 3li, 7assan, 9adir.
_CHAT_DIGITS = str.maketrans({"2": "", "3": "a", "5": "kh", "6": "t", "7": "h", "8": "gh", "9": "q"})


def fold(text: str) -> str:
    """The words of a name in plain letters, one space between them.

    Arabic loses its marks, tatweel and hamza seats, Latin its accents and capitals; hyphens, no-break spaces and
    other signs separate words, an apostrophe does not (M'hamed), save after the article (L'Hassan). Ta marbuta and
    alef maqsura stay, because they sound otherwise than the letters they are mistaken for. Any text is accepted.
    """
    return " ".join(folded for word in text.split() if (folded := _folded(word)))


@lru_cache(maxsize=100_000)
def _folded(text: str) -> str:
    """`fold` of what stands between two spaces: a list of a region repeats its few thousand words in every row."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(rf"\bl[{_APOSTROPHES}]", "l ", text)
    text = re.sub(rf"[{_APOSTROPHES}]", "", text)
    text = unicodedata.normalize("NFKD", text).translate(_LETTERS)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf"))
    text = re.sub(r"\b(?=\w*[a-z])[a-z\d]*\d[a-z\d]*", lambda word: word[0].translate(_CHAT_DIGITS), text)
    return " ".join("".join(c if c.isalpha() else " " for c in text).split())


def is_arabic(text: str) -> bool:
    return "\u0600" <= text[:1] <= "\u06ff"


# One character per sound. Arabic keeps its letters, save أ = alef at the start, ة = final ه or ة, ئ = final ي (which
# hasty hands write for ى), إ = the vowel of الإله. Latin keeps its letters, save C = ch sh, D = dh, G = gh, R = rh,
# T = th, X = kh, g = hard g, u = u ou oo.


def table(text: str) -> dict[str, str]:
    """`left=right` words as a table: price lists stay readable side by side."""
    return dict(entry.split("=") for entry in text.split())


def _prices(text: str) -> dict[str, float]:
    return {pair: float(price) for pair, price in table(text).items()}


_DIGRAPHS = table("tch=C sch=C ch=C sh=C kh=X gh=G rh=R th=T dh=D dj=j dg=j ph=f ou=u oo=u ee=i ck=k q=k x=ks p=b")


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
def sounds_of(word: str) -> str:
    """The sounds of one folded word of either script; a word of another script stays as it is."""
    return _arabic_sounds(word) if is_arabic(word) else _latin_sounds(word)


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
_ONE_FOR_TWO = table("T=th C=sh D=dh R=rh")  # Fathi فتحي, Rhimou رحيمو


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
    table = (_ARABIC_UNHEARD if across else _ARABIC_DROPPED) if is_arabic(sounds) else _LATIN_DROPPED
    prices = [table.get(sound, 1.0) for sound in sounds]
    if sounds[:2] in ("أي", "أو"):
        prices[0] = 0.05  # إيمان, أوشن: the alef only carries the vowel
    if not is_arabic(sounds) and len(sounds) > 1:
        if sounds[0] in "aei":
            prices[0] = 0.15  # Ibrahim and Brahim, Embarka and Mbarka
        if sounds[-1] in _VOWELS:
            prices[-1] = {"e": 0.05, "a": 0.8}.get(sounds[-1], 0.6)  # Karima is not Karim
        elif sounds[-2:] == "ah":
            prices[-2:] = [0.8, 0.05]
    return prices


def _distance(left: str, right: str) -> float:
    """The price of the cheapest way from one string of sounds to the other (Arabic left when scripts differ)."""
    across = is_arabic(left) != is_arabic(right)
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
def sounds_likeness(left: str, right: str) -> float:
    if left == right:
        return 1.0
    if (is_arabic(right), left) > (is_arabic(left), right):
        return sounds_likeness(right, left)  # one order for both, so that the answer is symmetric
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
