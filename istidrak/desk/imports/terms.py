"""Levels, situations, reasons and sexes as lists spell them (`terms.yaml`), turned into the program's codes.

None when the text is not certain: nothing is guessed, the text itself is kept beside.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process

from istidrak.base.exchange.headings import essence, normalised

LIKENESS_NEEDED = 90
SHORTEST_FOR_LIKENESS = 6

_TERMS = yaml.safe_load(Path(__file__).with_name("terms.yaml").read_text(encoding="utf-8"))


def _by_essence(words: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {essence(word): code for code, spellings in words.items() for word in spellings}


_SEXES = {normalised(word): code for code, words in _TERMS["sexes"].items() for word in words}
_STATUSES = _by_essence(_TERMS["statuses"])
_REASONS = _by_essence(_TERMS["dropout_reasons"])
_REASON_ROOTS: dict[str, list[str]] = _TERMS["dropout_reason_roots"]
_OTHER_PEOPLE = frozenset(_TERMS["other_people"])
_NEVER_SCHOOLED = frozenset(essence(text) for text in _TERMS["never_schooled"])
_RANKS = {word: rank for rank, words in _TERMS["ordinals"].items() for word in words}
_CYCLES = {word: cycle for cycle, words in _TERMS["cycles"].items() for word in words}

STATUS_CODES = tuple(_TERMS["statuses"])
DROPOUT_REASON_CODES = tuple(_TERMS["dropout_reasons"])


def sex_of(text: str) -> str | None:
    """`M` or `F`. A number or a letter with two readings (`م`) is not certain."""
    return _SEXES.get(normalised(text))


def status_of_text(text: str) -> str | None:
    """NOT_REJOINED, DROPPED_OUT, LEFT, EXPELLED, REINTEGRATED, ENROLLED (the registry's six words) or None.

    No likeness here: "ملتحق" and "غير ملتحق" are near in letters and opposite in meaning.
    """
    return _STATUSES.get(essence(text))


def dropout_reason_of(text: str) -> str | None:
    """One of the eleven DROPOUT_REASON_CODES; None when the text names none, or several."""
    key = essence(text)
    if key in _REASONS:
        return _REASONS[key]
    if _OTHER_PEOPLE & set(key.split()):
        return None
    spaced = f" {key}".replace(" و", " و ")  # `و` (and) is written to the next word
    found = {code for code, roots in _REASON_ROOTS.items() if any(f" {root}" in spaced for root in roots)}
    if found:
        return found.pop() if len(found) == 1 else None
    if len(key) < SHORTEST_FOR_LIKENESS:
        return None
    near = process.extractOne(key, _REASONS.keys(), scorer=fuzz.ratio, score_cutoff=LIKENESS_NEEDED)
    return _REASONS[near[0]] if near else None


def is_never_schooled(text: str) -> bool:
    """True when a level says that the child never went to school."""
    return essence(text) in _NEVER_SCHOOLED


LEVELS = (*(f"{rank}AP" for rank in range(1, 7)), *(f"{rank}AC" for rank in range(1, 4)), "TC", "1BAC", "2BAC")
_NUMBER_WORD = re.compile(r"^([1-6])(?:e|er|ere|re|eme|nd|nde|ieme)?$")
_TRONC = re.compile(r"(?:^| )(?:جذع|جدع|tronc|tc[a-z]{0,4})(?: |$)")
# `3APIC-1`, `2ASCG`, `6AEP`, `1BACSE`: a level written as the start of a class. Longest forms first.
_SHORT_FORM = re.compile(r"^([1-6])(apic|asc|ac|apg|aep|ap|bac)[a-z]{0,5}$")
_CYCLE_OF_SHORT_FORM = {"apic": "AC", "asc": "AC", "ac": "AC", "bac": "BAC", "apg": "AP", "aep": "AP", "ap": "AP"}


def level_of(text: str) -> str | None:
    """One of LEVELS; None when the text does not say one of them for certain (`6AC`, two ranks, two cycles)."""
    key = essence(text)
    words = key.split()
    short = {code for word in words if (code := _short_form(word))}
    if len(short) == 1 and len(words) <= 2:  # a class: a level and a number
        return short.pop()
    if _TRONC.search(key):
        return "TC"
    cycles = {_CYCLES[word] for word in words if word in _CYCLES}
    ranks = {rank for word in words if (rank := _rank(word))}
    if len(cycles) != 1 or len(ranks) != 1:
        return None
    return _level(ranks.pop(), cycles.pop())


def _short_form(word: str) -> str | None:
    match = _SHORT_FORM.match(word)
    return _level(int(match.group(1)), _CYCLE_OF_SHORT_FORM[match.group(2)]) if match else None


def _rank(word: str) -> int | None:
    match = _NUMBER_WORD.match(word)
    return int(match.group(1)) if match else _RANKS.get(word)


def _level(rank: int, cycle: str) -> str | None:
    level = f"{rank}{cycle}"
    return level if level in LEVELS else None
