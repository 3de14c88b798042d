"""Are two source records of the same person? Pure: facts in, likeness with its reasons out.

Decided (docs/decisions, "Source records"): an exact Massar code with an agreeing name or birth links by itself; with
a contradiction it is a candidate only. Without a code nothing links by itself: a person decides, and this says how
likely it looks. What is missing on either side neither agrees nor differs. Brothers, sisters and twins share family
name, guardian, phone, sometimes the day of birth: none of these makes up for another first name.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from rapidfuzz.distance import OSA

from istidrak.people.names import (
    NAME_AGREES,
    NAME_NEAR,
    differ_in_vowels_only,
    keys_likeness,
    name_key,
    part_likeness,
    shared_word_likeness,
)
from istidrak.people.sounds import fold

Kind = Literal["LINKED", "LIKELY", "POSSIBLE", "NONE"]
Verdict = Literal["AGREES", "NEAR", "DIFFERS", "UNKNOWN"]

_KIND_ORDER: dict[Kind, int] = {"LINKED": 3, "LIKELY": 2, "POSSIBLE": 1, "NONE": 0}
# A name so close that, with an exact birth date, the difference reads as a slip of the pen. Twins with rhyming names
# differ by their vowels (حسن and حسين): of these more is asked, they are shown and not proposed.
_SLIP_OF_THE_PEN = 0.8
_SLIP_IN_VOWELS = 0.87
SAME_NAME = 0.95
# One word the same, the other recognisable: enough to look at two records of the same day of birth.
_HALF_KNOWN = 0.68
# Two names of one word each are at most this alike: a first name is not a person.
_FIRST_NAME_ONLY = 0.86
# A family name this close, beside the same first name and day of birth, is that family misspelt.
_RECOGNISABLE = 0.55
_CODE = re.compile(r"[A-Z]\d{8,10}")  # a letter and nine digits; lists seen in use have one digit more or less


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What one list row or hand entry says of a person; every fact may be missing, none is ever guessed.

    `names` are the full forms as written, any script and order. `given_names` and `family_names` are the parts where
    a list has them apart, beside the full forms. `birth_year` stands for a lone year. `sex` is 'F', 'M' or None.
    `level` and `place` are compared as written, save for capitals and spaces.
    """

    names: tuple[str, ...] = ()
    given_names: tuple[str, ...] = ()
    family_names: tuple[str, ...] = ()
    sex: str | None = None
    birth_date: date | None = None
    birth_year: int | None = None
    massar_code: str | None = None
    guardian_names: tuple[str, ...] = ()
    phone: str | None = None
    level: str | None = None
    place: str | None = None

    @property
    def year(self) -> int | None:
        """The year of birth, from the date or alone."""
        return self.birth_date.year if self.birth_date else self.birth_year


class Finding(NamedTuple):
    """One fact compared. `field` and `note` are stable codes (see `NOTES`) that pages put into words."""

    field: str
    verdict: Verdict
    note: str = ""


# Every note a finding may carry, for pages that translate them.
NOTES = (
    *("SAME_FULL_NAME", "OTHER_SPELLING", "CLOSE_NAME", "CLOSE_GIVEN_NAME", "CLOSE_FAMILY_NAME"),
    *("OTHER_NAME", "OTHER_GIVEN_NAME", "OTHER_FAMILY_NAME"),
    *("SAME_DAY", "BOTH_FIRST_OF_JANUARY", "DAY_MONTH_SWAPPED", "ONE_PART_DIFFERS", "YEAR_ONLY", "SAME_YEAR"),
    *("NEXT_YEAR", "OTHER_YEAR", "ONE_CHARACTER", "SAME_FAMILY"),
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """LINKED by itself, LIKELY (accepted at a glance), POSSIBLE (needs a look), NONE; score ranks 0..1 in a kind."""

    kind: Kind
    score: float
    findings: tuple[Finding, ...]

    @property
    def rank(self) -> tuple[int, float]:
        """Orders likenesses: kind first, then score."""
        return _KIND_ORDER[self.kind], self.score

    def verdict(self, field: str) -> Verdict:
        """The verdict on one field, UNKNOWN when it was not compared."""
        return next((finding.verdict for finding in self.findings if finding.field == field), "UNKNOWN")


# --- Facts one by one ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=200_000)
def valid_code(text: str | None) -> str | None:
    """A Massar code in capitals and Western digits, None when the text is not one (`D13`, a dash, nothing)."""
    compact = re.sub(r"[\s\-.]", "", unicodedata.normalize("NFKC", text or "")).upper()
    compact = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in compact)
    return compact if _CODE.fullmatch(compact) else None


@lru_cache(maxsize=200_000)
def phone_digits(text: str | None) -> str | None:
    """The ten digits of a Moroccan number, punctuated or not, with +212 or without; None when there are not ten."""
    digits = "".join(str(unicodedata.digit(c)) for c in text or "" if c.isdigit())
    digits = re.sub(r"^(?:00)?212(?=\d{9}$)", "0", digits)
    digits = re.sub(r"^(?=[5-8]\d{8}$)", "0", digits)  # a spreadsheet ate the zero
    return digits if re.fullmatch(r"0\d{9}", digits) and len(set(digits[2:])) > 1 else None


def names_likeness(a: Sequence[str], b: Sequence[str]) -> float:
    """The best likeness between two records' full names, 0 when either has none.

    Where both have an Arabic form that comparison is the surest, for Latin leaves open what Arabic tells apart
    (راشد and رشاد); two Latin forms come next; across scripts least is known.
    """
    best, discount = 0.0, 0.0
    across: list[float] = []
    keys_b = [name_key(name) for name in b]
    for key_a in map(name_key, a):
        for key_b in keys_b:
            likeness = keys_likeness(key_a, key_b)
            if len(key_a.units) == len(key_b.units) == 1:
                likeness = min(likeness, _FIRST_NAME_ONLY)
            if key_a.is_arabic != key_b.is_arabic:
                across.append(likeness)
            elif likeness > 0:
                best = max(best, likeness)
                discount = max(discount, 0.1 if key_a.is_arabic else 0.04)
    return max(best, *(likeness - discount for likeness in across), 0.0)


def has_name(record: RecordFacts) -> bool:
    return any(name_key(name).units for name in record.names)


def _part(parts_a: Sequence[str], a: RecordFacts, parts_b: Sequence[str], b: RecordFacts) -> float | None:
    """How surely the given (or family) name that one side states apart is found on the other; None if neither."""
    found = [part_likeness(part, name) for part in parts_a for name in (parts_b or b.names)]
    found += [part_likeness(part, name) for part in parts_b for name in (parts_a or a.names)]
    return max(found, default=None)


def _compare_names(a: RecordFacts, b: RecordFacts) -> tuple[Finding, float]:
    if not (has_name(a) and has_name(b)):
        return Finding("NAME", "UNKNOWN"), 0.0
    likeness = names_likeness(a.names, b.names)
    if likeness >= NAME_AGREES:
        return Finding("NAME", "AGREES", "SAME_FULL_NAME" if likeness > 0.995 else "OTHER_SPELLING"), likeness
    is_near = likeness >= NAME_NEAR
    given = _part(a.given_names, a, b.given_names, b)
    family = _part(a.family_names, a, b.family_names, b)
    if given is not None and family is not None and max(given, family) >= NAME_AGREES:
        if given <= family:
            note = "CLOSE_GIVEN_NAME" if is_near else "OTHER_GIVEN_NAME"
        else:
            note = "CLOSE_FAMILY_NAME" if family >= _RECOGNISABLE else "OTHER_FAMILY_NAME"
    else:
        note = "CLOSE_NAME" if is_near else "OTHER_NAME"
    return Finding("NAME", "NEAR" if is_near else "DIFFERS", note), likeness


def _is_slip_of_the_pen(a: RecordFacts, b: RecordFacts, likeness: float) -> bool:
    if likeness < _SLIP_OF_THE_PEN or likeness >= _SLIP_IN_VOWELS:
        return likeness >= _SLIP_IN_VOWELS
    return not any(differ_in_vowels_only(one, two) for one in a.names for two in b.names)


def is_first_of_january(day: date) -> bool:
    return (day.month, day.day) == (1, 1)


def compare_births(a: RecordFacts, b: RecordFacts) -> Finding:
    """Birth dates or years compared. 1 January often means "year only": against another day it counts as a year."""
    if a.year is None or b.year is None:
        return Finding("BIRTH", "UNKNOWN")
    note = _note_on_births(a, b, a.year, b.year)
    if note in ("NEXT_YEAR", "OTHER_YEAR"):
        return Finding("BIRTH", "DIFFERS", note)
    return Finding("BIRTH", "AGREES" if note == "SAME_DAY" else "NEAR", note)


def _note_on_births(a: RecordFacts, b: RecordFacts, year_a: int, year_b: int) -> str:
    one, two = a.birth_date, b.birth_date
    if one and two and not (is_first_of_january(one) or is_first_of_january(two)):
        if one == two:
            return "SAME_DAY"
        if (one.year, one.month, one.day) == (two.year, two.day, two.month):
            return "DAY_MONTH_SWAPPED"
        is_year_misread = abs(year_a - year_b) == 1 or str(year_a)[2:] == str(year_b)[:1:-1]  # 2010 for 2001
        if (one.month, one.day) == (two.month, two.day) and is_year_misread:
            return "ONE_PART_DIFFERS"
        if year_a == year_b:
            return "ONE_PART_DIFFERS" if one.month == two.month or one.day == two.day else "SAME_YEAR"
    elif year_a == year_b:
        return "BOTH_FIRST_OF_JANUARY" if one and one == two else "YEAR_ONLY"
    return "NEXT_YEAR" if abs(year_a - year_b) == 1 else "OTHER_YEAR"


def _compare_codes(a: RecordFacts, b: RecordFacts) -> Finding:
    one, two = valid_code(a.massar_code), valid_code(b.massar_code)
    if one is None or two is None:
        return Finding("MASSAR_CODE", "UNKNOWN")
    if one == two:
        return Finding("MASSAR_CODE", "AGREES")
    if OSA.distance(one, two, score_cutoff=1) == 1:
        return Finding("MASSAR_CODE", "NEAR", "ONE_CHARACTER")
    return Finding("MASSAR_CODE", "DIFFERS")


def are_far_codes(a: RecordFacts, b: RecordFacts) -> bool:
    """Both have a code, and more than a slip of the pen lies between them."""
    return _compare_codes(a, b).verdict == "DIFFERS"


def may_outweigh_codes(a: RecordFacts, b: RecordFacts) -> bool:
    """A cheap look at two records with far codes: False only where `compare` is sure to say NONE (see `_decide`)."""
    if a.sex and b.sex and a.sex != b.sex:
        return False
    phone = phone_digits(a.phone)
    is_supported = bool(phone and phone == phone_digits(b.phone)) or bool(a.guardian_names and b.guardian_names)
    if not is_supported and compare_births(a, b).verdict != "AGREES":
        return False
    if names_likeness(a.names, b.names) >= NAME_NEAR:
        return True
    return (_part(a.given_names, a, b.given_names, b) or 0.0) >= NAME_AGREES


def _compare_guardians(a: RecordFacts, b: RecordFacts) -> Finding:
    if not (any(map(fold, a.guardian_names)) and any(map(fold, b.guardian_names))):
        return Finding("GUARDIAN", "UNKNOWN")
    if names_likeness(a.guardian_names, b.guardian_names) >= NAME_AGREES:
        return Finding("GUARDIAN", "AGREES")
    shared = max(shared_word_likeness(one, two) for one in a.guardian_names for two in b.guardian_names)
    return Finding("GUARDIAN", "NEAR", "SAME_FAMILY") if shared >= NAME_AGREES else Finding("GUARDIAN", "DIFFERS")


def _equal(field: str, one: str | None, two: str | None) -> Finding:
    if not one or not two:
        return Finding(field, "UNKNOWN")
    return Finding(field, "AGREES" if one == two else "DIFFERS")


@lru_cache(maxsize=50_000)
def plain_text(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().split())


# --- The decision --------------------------------------------------------------------------------------------------

# Points of the score, which only ranks candidates of one kind; the kind itself is decided by the sentences below.
_BIRTH_POINTS = {
    "SAME_DAY": 0.3,
    "BOTH_FIRST_OF_JANUARY": 0.24,
    "DAY_MONTH_SWAPPED": 0.24,
    "ONE_PART_DIFFERS": 0.2,
    "YEAR_ONLY": 0.2,
    "": 0.12,
    "SAME_YEAR": 0.08,
    "NEXT_YEAR": 0.04,
    "OTHER_YEAR": 0.0,
}
_SEX_POINTS: dict[Verdict, float] = {"AGREES": 0.1, "UNKNOWN": 0.05, "DIFFERS": -0.1}
_CODE_POINTS: dict[Verdict, float] = {"AGREES": 0.15, "NEAR": 0.02, "DIFFERS": -0.2}
_SURE_BIRTHS = frozenset({"SAME_DAY", "BOTH_FIRST_OF_JANUARY", "DAY_MONTH_SWAPPED", "ONE_PART_DIFFERS", "YEAR_ONLY"})


class _Evidence(NamedTuple):
    name: Finding
    name_likeness: float
    is_slip: bool
    birth: Finding
    sex: Finding
    code: Finding
    phone: Finding
    guardian: Finding
    level: Finding
    place: Finding

    @property
    def is_supported(self) -> bool:
        """Household or code speak for it: that helps a name that agrees already, never another first name."""
        return "AGREES" in (self.phone.verdict, self.guardian.verdict) or self.code.verdict == "NEAR"

    def score(self) -> float:
        points = 0.5 * self.name_likeness + _BIRTH_POINTS[self.birth.note] + _SEX_POINTS[self.sex.verdict]
        points += _CODE_POINTS.get(self.code.verdict, 0.0)
        points += 0.05 * (self.phone.verdict == "AGREES") + 0.03 * (self.guardian.verdict == "AGREES")
        points += 0.01 * sum(f.verdict == "AGREES" for f in (self.level, self.place))
        return round(min(1.0, max(0.0, points)), 4)


def _kind_with_same_code(e: _Evidence) -> Kind:
    contradicted = "DIFFERS" in (e.name.verdict, e.birth.verdict, e.sex.verdict)
    if contradicted:
        return "LIKELY" if e.name.verdict == "AGREES" else "POSSIBLE"
    if e.name.verdict == "AGREES" or e.birth.verdict == "AGREES":
        return "LINKED"
    return "LIKELY"


def _kind_of_namesakes(e: _Evidence, only_namesake: bool) -> Kind:
    """The full name agrees: what does the rest say?"""
    if e.birth.note in _SURE_BIRTHS:
        return "LIKELY"
    if e.birth.verdict == "UNKNOWN":
        return "LIKELY" if e.is_supported or only_namesake else "POSSIBLE"
    if e.birth.note in ("SAME_YEAR", "NEXT_YEAR"):
        return "LIKELY" if e.is_supported else "POSSIBLE"
    return "POSSIBLE" if e.phone.verdict == "AGREES" else "NONE"


def _kind_of_close_names(e: _Evidence) -> Kind:
    """One word of the name is close, not the same: a slip of the pen, or a twin's name."""
    if e.birth.note in ("SAME_DAY", "DAY_MONTH_SWAPPED"):
        return "LIKELY" if e.is_slip or e.name.note == "CLOSE_FAMILY_NAME" else "POSSIBLE"
    if e.birth.note in _SURE_BIRTHS:
        return "LIKELY" if e.is_supported and (e.is_slip or e.name.note == "CLOSE_FAMILY_NAME") else "POSSIBLE"
    return "POSSIBLE" if e.birth.verdict == "UNKNOWN" and (e.is_supported or e.is_slip) else "NONE"


def _kind_of_other_names(e: _Evidence) -> Kind:
    """Another name: with an exact birth, the same first name in a misspelt or another family name is worth a look."""
    if e.birth.verdict != "AGREES" or e.sex.verdict == "DIFFERS":
        return "NONE"
    if e.name_likeness >= _HALF_KNOWN and e.name.note != "CLOSE_FAMILY_NAME":
        return "POSSIBLE"
    has_phone = e.phone.verdict == "AGREES"
    if e.name.note in ("CLOSE_FAMILY_NAME", "OTHER_FAMILY_NAME"):
        return "LIKELY" if has_phone or e.name.note == "CLOSE_FAMILY_NAME" else "POSSIBLE"
    return "POSSIBLE" if has_phone and e.name.verdict == "UNKNOWN" else "NONE"


def _decide(e: _Evidence, only_namesake: bool) -> Kind:
    if e.code.verdict == "AGREES":
        return _kind_with_same_code(e)
    if e.name.verdict == "AGREES":
        kind = _kind_of_namesakes(e, only_namesake)
    elif e.name.verdict == "NEAR":
        kind = _kind_of_close_names(e)
    else:
        kind = _kind_of_other_names(e)
    is_same_day = e.birth.verdict == "AGREES"
    against = [e.code.verdict == "DIFFERS", e.sex.verdict == "DIFFERS"].count(True)
    if not against:
        return kind
    if against == 1 and kind == "LIKELY" and (is_same_day or e.is_supported):
        # A name has a gender: the same name on the same day with the other sex is rather a sex misread.
        is_sex_misread = e.code.verdict != "DIFFERS" and is_same_day and e.name_likeness >= SAME_NAME
        return "LIKELY" if is_sex_misread else "POSSIBLE"
    return "NONE"


def compare(a: RecordFacts, b: RecordFacts, *, only_namesake: bool = False) -> Likeness:
    """Compare two records; symmetric. `only_namesake` says that the lists hold no other record of this name, which
    makes a full name alone (no birth on one side) enough to propose; a pair of records cannot know it by itself.
    """
    name, likeness = _compare_names(a, b)
    evidence = _Evidence(
        name=name,
        name_likeness=likeness,
        is_slip=name.verdict == "NEAR" and _is_slip_of_the_pen(a, b, likeness),
        birth=compare_births(a, b),
        sex=_equal("SEX", a.sex, b.sex),
        code=_compare_codes(a, b),
        phone=_equal("PHONE", phone_digits(a.phone), phone_digits(b.phone)),
        guardian=_compare_guardians(a, b),
        level=_equal("LEVEL", plain_text(a.level), plain_text(b.level)),
        place=_equal("PLACE", plain_text(a.place), plain_text(b.place)),
    )
    findings = tuple(part for part in evidence if isinstance(part, Finding))
    return Likeness(_decide(evidence, only_namesake), evidence.score(), findings)
