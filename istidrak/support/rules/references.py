"""References of payments: short, of digits and hyphens, with two check digits that catch a slip of the finger.

`<instalment>-<household's number in it>-<check>`. The check digits are those of ISO 7064, MOD 97-10, over the number
of the instalment followed by the household's written with nine digits: a wrong digit and two neighbours exchanged are
always caught, any other slip (a hyphen moved, say) 96 times in 97.
"""

import re

import polars as pl

LARGEST_INSTALMENT = 9_999_999
LARGEST_NUMBER = 999_999_999
_FORM = r"^([1-9][0-9]{0,6})-([1-9][0-9]{0,8})-([0-9]{2})$"
_PARTS = re.compile(_FORM.removesuffix("$") + r"\Z")


def _checked(instalment: int, number: int) -> int:
    """The digits that are checked, as one number of at most sixteen digits."""
    return instalment * (LARGEST_NUMBER + 1) + number


def reference(instalment: int, number: int) -> str:
    """The reference of one payment. Raises ValueError for numbers that the form cannot hold."""
    if not 0 < instalment <= LARGEST_INSTALMENT or not 0 < number <= LARGEST_NUMBER:
        raise ValueError(f"no reference for {instalment}-{number}")
    return f"{instalment}-{number}-{98 - _checked(instalment, number) * 100 % 97:02d}"


def references(instalment: int, number: pl.Expr) -> pl.Expr:
    """`reference` for a column of numbers from 1 to 999,999,999. Raises ValueError for another instalment number."""
    if not 0 < instalment <= LARGEST_INSTALMENT:
        raise ValueError(f"no reference for instalment {instalment}")
    number = number.cast(pl.Int64)
    check = 98 - (number + instalment * (LARGEST_NUMBER + 1)) * 100 % 97
    # A column made of the number: a literal alone would be one row.
    return pl.format("{}-{}-{}", pl.lit(instalment), number, check.cast(pl.String).str.zfill(2))


def is_valid(text: str) -> bool:
    """True when the text has the form of a reference and its check digits are right."""
    parts = _PARTS.match(text)
    if parts is None:
        return False
    instalment, number, check = (int(part) for part in parts.groups())
    return (_checked(instalment, number) * 100 + check) % 97 == 1 and check >= 2


def are_valid(text: pl.Expr) -> pl.Expr:
    """`is_valid` for a column of texts; a missing text is not valid."""
    instalment, number, check = (text.str.extract(_FORM, at).cast(pl.Int64, strict=False) for at in (1, 2, 3))
    whole = (instalment * (LARGEST_NUMBER + 1) + number) * 100 + check
    return ((whole % 97 == 1) & (check >= 2)).fill_null(value=False)
