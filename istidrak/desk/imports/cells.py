"""Reads one cell as one kind of fact. Pure: the same cell gives the same facts and the same remarks.

A reader returns a `Reading`: facts to keep and what is wrong. A cell that says nothing (empty, a dash, `néant`) gives
nothing. What cannot be taken as it is gives a remark and no fact: the cell's own text stays in the raw row.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from istidrak.base.exchange import dates
from istidrak.base.exchange.headings import normalised
from istidrak.base.exchange.reading import Cell, as_text
from istidrak.desk.imports.problems import Reason
from istidrak.desk.imports.terms import dropout_reason_of, is_never_schooled, level_of, sex_of, status_of_text

Remarks = tuple[tuple[Reason, dict[str, object]], ...]


class Reading(NamedTuple):
    """What a cell gives: pairs (fact, value), and pairs (reason, params)."""

    facts: tuple[tuple[str, object], ...] = ()
    remarks: Remarks = ()


Reader = Callable[[Cell], Reading]
NOTHING = Reading()

_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c\u0640]")
_PRESENTATION_FORMS = re.compile(r"[\ufb50-\ufefc]")
_SPACES = re.compile(r"\s+")
_SAYS_SOMETHING = re.compile(r"[^\W_]")
_DIGIT = re.compile(r"\d")
_LONGEST_BLANK_WORD = 16  # letters and signs, with room
_BLANK_WORDS = frozenset(
    normalised(word)
    for word in (
        *(
            "لا يوجد",
            "لا يوجد رقم",
            "لا شيء",
            "بدون",
            "غير متوفر",
            "غير متوفرة",
            "غير معروف",
            "لا",
            "غير محدد",
            "مجهول",
        ),
        *(
            "néant",
            "neant",
            "r.a.s",
            "ras",
            "n/a",
            "aucun",
            "aucune",
            "inconnu",
            "non disponible",
            "nan",
            "null",
            "none",
        ),
        *("#N/A", "#REF!", "#VALUE!", "#VALEUR!", "#DIV/0!", "x", "xx", "xxx"),
    )
)


def cleaned(cell: Cell) -> str:
    """A cell's text without invisible signs and doubled spaces; presentation forms become ordinary letters."""
    text = unicodedata.normalize("NFC", as_text(cell))
    if _PRESENTATION_FORMS.search(text):
        text = unicodedata.normalize("NFKC", text)
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def is_blank(cell: Cell) -> bool:
    """True when a cell holds nothing, or only signs such as `-` or `///`."""
    return isinstance(cell, str) and not _SAYS_SOMETHING.search(cell)


def _said(cell: Cell) -> str:
    """The cleaned text, or "" when the cell says in words that there is nothing."""
    if is_blank(cell):
        return ""
    text = cleaned(cell)
    is_short = len(text) <= _LONGEST_BLANK_WORD and not _DIGIT.search(text)
    return "" if is_short and normalised(text) in _BLANK_WORDS else text


# Names

_ARABIC = re.compile(r"[\u0621-\u063a\u0641-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]")
_EDGES = " \t-–—/|,،;؛.()[]\"'’*"
# Only titles that are nobody's name. `M.` may be an initial and السيد a first name: they stay.
_TITLES = re.compile(
    r"^(?:(?:Mr|Mme|Mlle|Monsieur|Madame|Mademoiselle)\b\.?|الآنسة|السيد\(ة\)|التلميذ\(ة\)|التلميذة|التلميذ)\s+(?=\S)",
    re.IGNORECASE,
)


def name_reader(part: str) -> Reader:
    """Reads `part` (`last_name`, `first_name`, `full_name`); each script to its own field, never to the other's.

    A cell in two scripts is split; it is clean when each script is in one piece (and, for a whole name, of two words
    at least). Names with digits are kept and remarked on; a cell without a letter of either script is not a name.
    """

    def read(cell: Cell) -> Reading:
        if is_blank(cell):
            return NOTHING
        text = _TITLES.sub("", cleaned(cell)).strip(_EDGES)
        has_arabic, has_latin = bool(_ARABIC.search(text)), bool(_LATIN.search(text))
        if not has_arabic and not has_latin:
            return Reading(remarks=((Reason.NAME_UNREADABLE, {"text": text}),))
        remarks = _remarks_on_name(text)
        if has_arabic and has_latin:
            return _of_two_scripts(part, text, remarks)
        return Reading(((f"{part}_{'ar' if has_arabic else 'fr'}", text),), remarks)

    return read


def _remarks_on_name(text: str) -> Remarks:
    remarks: list[tuple[Reason, dict[str, object]]] = []
    if _DIGIT.search(text):
        remarks.append((Reason.NAME_HAS_DIGITS, {"text": text}))
    if "\ufffd" in text:
        remarks.append((Reason.NAME_DAMAGED, {"text": text}))
    return tuple(remarks)


def _of_two_scripts(part: str, text: str, remarks: Remarks) -> Reading:
    pieces: list[tuple[str, list[str]]] = []
    is_clean = True
    for word in re.split(r"[\s/|()\[\]]+", text):
        in_arabic, in_latin = bool(_ARABIC.search(word)), bool(_LATIN.search(word))
        is_clean = is_clean and not (in_arabic and in_latin)
        script = "ar" if in_arabic else "fr" if in_latin else ""
        if not script:
            continue
        if not pieces or pieces[-1][0] != script:
            pieces.append((script, []))
        pieces[-1][1].append(word)
    fewest = 2 if part == "full_name" else 1
    is_clean = is_clean and len(pieces) == 2 and all(len(words) >= fewest for _, words in pieces)
    words_of: dict[str, list[str]] = {"ar": [], "fr": []}
    for script, words in pieces:
        words_of[script] += words
    facts = tuple((f"{part}_{script}", " ".join(words).strip(_EDGES)) for script, words in words_of.items() if words)
    return Reading(facts, remarks if is_clean else (*remarks, (Reason.NAME_MIXED_SCRIPTS, {"text": text})))


# Identity

_WESTERN = {ord("٠") + n: str(n) for n in range(10)} | {ord("۰") + n: str(n) for n in range(10)}
# Public codes show one letter and nine digits; other programs accept other shapes, and we cannot tell which are true.
_MASSAR_CODE = re.compile(r"^[A-Z]\d{9}$", re.ASCII)
_ESTABLISHMENT_CODE = re.compile(r"^\d{5}[A-Z]$", re.ASCII)
# Hypothesis that fits all codes seen: the letter is the number less one, modulo the 23 letters. So it only warns.
_CHECK_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def _compact(cell: Cell) -> str:
    return _SPACES.sub("", _said(cell).translate(_WESTERN)).upper()


def read_massar_code(cell: Cell) -> Reading:
    """One letter and nine digits; another shape is not used."""
    code = _compact(cell)
    if not code:
        return NOTHING
    if _MASSAR_CODE.match(code):
        return Reading((("massar_code", code),))
    return Reading(remarks=((Reason.CODE_SHAPE, {"text": cleaned(cell)}),))


def establishment_code_reader(fact: str, wrong_shape: Reason) -> Reader:
    """Five digits and a letter; the check letter only warns (its rule is not confirmed)."""

    def read(cell: Cell) -> Reading:
        code = _compact(cell)
        if not code:
            return NOTHING
        if not _ESTABLISHMENT_CODE.match(code):
            return Reading(remarks=((wrong_shape, {"text": cleaned(cell)}),))
        expected = _CHECK_LETTERS[(int(code[:5]) - 1) % len(_CHECK_LETTERS)]
        warned: Remarks = ((Reason.ESTABLISHMENT_CHECK_LETTER, {"text": code, "expected": expected}),)
        return Reading(((fact, code),), () if code[5] == expected else warned)

    return read


def read_sex(cell: Cell) -> Reading:
    """`M` or `F`; an unknown word is not a sex."""
    text = _said(cell)
    if not text:
        return NOTHING
    sex = sex_of(text)
    return Reading((("sex", sex),)) if sex else Reading(remarks=((Reason.SEX_UNREADABLE, {"text": text}),))


_DATE_REASONS = {
    dates.IMPOSSIBLE: Reason.DATE_IMPOSSIBLE,
    dates.TWO_DIGIT_YEAR: Reason.DATE_TWO_DIGIT_YEAR,
    dates.UNREADABLE: Reason.DATE_UNREADABLE,
}

DATE_REASONS = frozenset(_DATE_REASONS.values())


def _day_of(cell: Cell) -> dates.ParsedDay:
    return dates.parse_day(cell if not isinstance(cell, str) else _said(cell))


def read_birth(cell: Cell) -> Reading:
    """`birth_date` and `birth_year`; a lone year gives only the year (the row's checks say that a day is missing)."""
    day = _day_of(cell)
    if day.reason:
        return Reading(remarks=((_DATE_REASONS[day.reason], {"text": cleaned(cell)}),))
    if day.date:
        return Reading((("birth_date", day.date), ("birth_year", day.date.year)))
    return Reading((("birth_year", day.year),)) if day.year else NOTHING


_DATE_IN_TEXT = re.compile(
    r"\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{2,4}|\d{4}-\d{2}-\d{2}|(?<!\d)(?:19|20)\d{2}(?!\d)"
)


def read_birth_and_place(cell: Cell) -> Reading:
    """`14/03/2011 بالعيون`: one date, and the rest is the place as written. Without a date in it, as `read_birth`."""
    text = _said(cell).translate(_WESTERN)
    found = _DATE_IN_TEXT.findall(text) if isinstance(cell, str) else []
    if len(found) != 1:
        return read_birth(cell)
    birth = read_birth(found[0])
    place = _SPACES.sub(" ", text.replace(found[0], " ")).strip(_EDGES)
    return Reading((*birth.facts, *((("birth_place", place),) if place else ())), birth.remarks)


def date_reader(fact: str) -> Reader:
    """A day that is no birth; a lone year is no day."""

    def read(cell: Cell) -> Reading:
        day = _day_of(cell)
        if day.date:
            return Reading(((fact, day.date),))
        reason = _DATE_REASONS[day.reason] if day.reason else Reason.DATE_UNREADABLE if day.year else None
        return Reading(remarks=((reason, {"text": cleaned(cell)}),)) if reason else NOTHING

    return read


# Contact

_PHONE_SIGNS = re.compile(r"[\s.\-‐–_()/\\'’]+")
_ABROAD_PREFIX = re.compile(r"^(?:\+|00)?212(?:0(?=[5-8]))?(?=[5-8]\d{8}$)")
_NATIONAL = re.compile(r"^0[5-8]\d{8}$", re.ASCII)
_WITHOUT_ZERO = re.compile(r"^[5-8]\d{8}$", re.ASCII)
_BETWEEN_PHONES = re.compile(r"[/;,،|\n]|\s-\s|\sو\s?|\sou\s|\set\s")


def national_phone(text: str) -> str | None:
    """`0XXXXXXXXX` from the ways a Moroccan number is written (+212, 00212, dots, dashes); None when it is not one.

    Nine digits that start with 5 to 8 are the number without its zero: spreadsheets drop it from a number.
    """
    digits = _ABROAD_PREFIX.sub("0", _PHONE_SIGNS.sub("", text.translate(_WESTERN)))
    if _WITHOUT_ZERO.match(digits):
        digits = "0" + digits
    return digits if _NATIONAL.match(digits) else None


def phone_reader(fact: str) -> Reader:
    """One number in national form; of several, the first, with a remark."""

    def read(cell: Cell) -> Reading:
        text = _said(cell)
        if not text:
            return NOTHING
        number = national_phone(text)
        if number:
            return Reading(((fact, number),))
        numbers = [found for part in _BETWEEN_PHONES.split(as_text(cell)) if (found := national_phone(part.strip()))]
        if not numbers:
            return Reading(remarks=((Reason.PHONE_UNREADABLE, {"text": text}),))
        several: Remarks = ((Reason.MORE_THAN_ONE_PHONE, {"text": text, "kept": numbers[0]}),)
        return Reading(((fact, numbers[0]),), several)

    return read


# Words


def text_reader(fact: str) -> Reader:
    """Free text, as it is."""

    def read(cell: Cell) -> Reading:
        text = "" if is_blank(cell) else cleaned(cell)
        return Reading(((fact, text),)) if text else NOTHING

    return read


def place_reader(fact: str) -> Reader:
    """The name of a place or a person of no script in particular; words for "nothing" are nothing."""

    def read(cell: Cell) -> Reading:
        text = _said(cell)
        return Reading(((fact, text),)) if text else NOTHING

    return read


def coded_reader(fact: str, code_fact: str, code_of: Callable[[str], str | None], unknown: Reason) -> Reader:
    """Text kept as it is, and its code where the text is certain."""

    def read(cell: Cell) -> Reading:
        text = _said(cell)
        if not text:
            return NOTHING
        code = code_of(text)
        if code:
            return Reading(((fact, text), (code_fact, code)))
        return Reading(((fact, text),), ((unknown, {"text": text}),))

    return read


def read_level(cell: Cell) -> Reading:
    """`level` and `level_code`; a child who never went to school has no level: `is_never_schooled`."""
    text = _said(cell)
    if text and is_never_schooled(text):
        return Reading((("level", text), ("is_never_schooled", True)))
    return coded_reader("level", "level_code", level_of, Reason.LEVEL_UNKNOWN)(cell)


read_status = coded_reader("status", "status_code", status_of_text, Reason.STATUS_UNKNOWN)
read_dropout_reason = coded_reader(
    "dropout_reason", "dropout_reason_code", dropout_reason_of, Reason.DROPOUT_REASON_UNKNOWN
)

_SCHOOL_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[/\\\-–]\s*((?:19|20)\d\d|\d\d)(?!\d)")
_CENTURY = 100


def school_year_in(text: str) -> int | None:
    """The starting integer of a school year in a text (`2025/2026`, `2025-26`, `2026/2025` as right-to-left typists
    leave it); None unless the two years follow one another."""
    for match in _SCHOOL_YEAR.finditer(text.translate(_WESTERN)):
        first, second = int(match.group(1)), int(match.group(2))
        if second < _CENTURY:
            second += first - first % _CENTURY
        if abs(first - second) == 1:
            return min(first, second)
    return None


def read_dropout_year(cell: Cell) -> Reading:
    """A calendar year, the year of a date, or the first year of a school year."""
    text = _said(cell)
    day = _day_of(cell)
    year = day.year or school_year_in(text)
    if year:
        return Reading((("dropout_year", year),))
    return Reading(remarks=((Reason.NUMBER_UNREADABLE, {"text": text}),)) if text else NOTHING


_AGE = re.compile(r"^(\d{1,2})(?:\s*(?:سنة|سنوات|عام|ans|an))?$", re.IGNORECASE)


def read_age(cell: Cell) -> Reading:
    """An age in whole years, as stated; no birth is computed from it."""
    text = _said(cell).translate(_WESTERN)
    match = _AGE.match(text)
    if match:
        return Reading((("age", int(match.group(1))),))
    return Reading(remarks=((Reason.NUMBER_UNREADABLE, {"text": text}),)) if text else NOTHING


def read_trades(cell: Cell) -> Reading:
    """The trades named in a cell, one by one."""
    names = tuple(part.strip() for part in re.split(r"[،;؛\n]", cleaned(cell)) if part.strip()) if _said(cell) else ()
    return Reading((("trades", names),)) if names else NOTHING


_MILIEUS = {"1": "URBAN", "2": "RURAL"}
_MILIEUS |= {normalised(word): "URBAN" for word in ("Urbain", "حضري", "الحضري", "وسط حضري", "حضرية", "U")}
_MILIEUS |= {normalised(word): "RURAL" for word in ("Rural", "قروي", "القروي", "وسط قروي", "قروية", "R")}


def read_milieu(cell: Cell) -> Reading:
    """URBAN or RURAL, from the word or from the census code (1 urban, 2 rural)."""
    milieu = _MILIEUS.get(normalised(_said(cell)))
    return Reading((("milieu", milieu),)) if milieu else NOTHING
