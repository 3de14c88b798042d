"""What a question may hold, which level answers it, and how help texts are searched. Pure."""

import re
import unicodedata

# Levels that answer, as the levels of roles (accounts.roles): provincial, regional, national.
DIRECTORATE, ACADEMY, NATIONAL = 2, 3, 4
COUNTRY = (0, 999_999_999)
NO_PLACE = 0  # asked from the ministry: inside no territory but the country's

# The Massar code: a letter and nine digits; the number of a file: seven digits or more, a dash, a check character.
MASSAR_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][\s.\-]?\d{9}(?!\d)")
FILE_NUMBER = re.compile(r"(?<!\d)\d{7,}\s?-\s?[0-9A-Za-z](?![0-9A-Za-z])")
HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—−ـ"), "-")
MARKS = re.compile(r"[\u0640\u064b-\u0652\u0670]")  # tatweel and vowel signs


def codes_in(text: str) -> list[str]:
    """Codes of children written in a text: Massar codes and file numbers, in either kind of digits."""
    plain = unicodedata.normalize("NFKC", text).translate(HYPHENS)
    plain = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in plain)
    return [match.group(0) for pattern in (MASSAR_CODE, FILE_NUMBER) for match in pattern.finditer(plain)]


def first_level(role_level: int, *, is_coordinator: bool, has_place: bool) -> int:
    """Where a question begins: with the coordinator of the directorate, one level above for a coordinator.

    An academy asks the national unit; so does whoever holds a role in no territory.
    """
    if not has_place or role_level >= ACADEMY:
        return NATIONAL
    return ACADEMY if is_coordinator else DIRECTORATE


def level_above(level: int) -> int | None:
    """The level that a question is passed up to; None above the national unit."""
    return level + 1 if level < NATIONAL else None


def may_answer(reader_level: int | None, question_level: int) -> bool:
    """The level where the question stands answers it, and so may those above when nobody does."""
    return reader_level is not None and reader_level >= question_level


def simplified(text: str) -> str:
    """A text as it is searched: no vowel signs, one alef, one ya, no accents, small letters."""
    text = MARKS.sub("", unicodedata.normalize("NFKC", text))
    text = re.sub("[أإآٱ]", "ا", text).replace("ى", "ي").replace("ة", "ه")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).casefold()


def is_found_in(words: str, text: str) -> bool:
    """True when every word of the search stands in the text."""
    kept = simplified(text)
    return all(word in kept for word in simplified(words).split())
