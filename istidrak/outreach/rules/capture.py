"""What may be typed of a young person met in the street, and in which field it belongs. Pure."""

import re

# People whom the campaign enters are or were of school age; outside these years a digit was mistyped.
YOUNGEST, OLDEST = 3, 40
_ARABIC = re.compile(r"[\u0621-\u063a\u0641-\u064a\u0671-\u06d3]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")


def script_of(name: str) -> str | None:
    """`ar` or `fr` for a name in one script; None for two scripts in one field, or no letter of either."""
    has_arabic, has_latin = bool(_ARABIC.search(name)), bool(_LATIN.search(name))
    if has_arabic == has_latin:
        return None
    return "ar" if has_arabic else "fr"


def is_plausible_age(age: int) -> bool:
    """True for an age that somebody of this program may have."""
    return YOUNGEST <= age <= OLDEST
