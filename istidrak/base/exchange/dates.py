"""Days as people write them in lists: day first, in either script, or as the spreadsheet keeps them.

Nothing is guessed and nothing is mended: what cannot be read for certain is reported with a reason.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from istidrak.base.exchange.reading import Cell

# Reasons for which a cell gives no day. Stable: they are stored and translated.
IMPOSSIBLE = "IMPOSSIBLE"  # 31/02/2010, 07/25/2011: such a day does not exist, day first
TWO_DIGIT_YEAR = "TWO_DIGIT_YEAR"  # 03/04/11: the century, and sometimes the order, are not stated
UNREADABLE = "UNREADABLE"  # text that is no date

FIRST_YEAR, LAST_YEAR = 1900, 2100
# Days since 1899-12-30, as spreadsheets count: 1954 to 2064. Outside, a number is more likely something else.
FIRST_SERIAL, LAST_SERIAL = 20_000, 60_000
SERIAL_ORIGIN = dt.date(1899, 12, 30)
LENGTH_OF_A_YEAR = 4

_MONTHS = (
    # Morocco's own names first, then the spelling without hamza is made by `_plain`, then those of other countries.
    ("يناير", "جانفي", "كانون الثاني", "janvier", "janv", "jan"),
    ("فبراير", "فيفري", "شباط", "fevrier", "fevr", "fev", "feb"),
    ("مارس", "آذار", "mars", "mar"),
    ("أبريل", "ابريل", "إبريل", "avril", "avr", "apr"),
    ("ماي", "مايو", "mai", "may"),
    ("يونيو", "يونيه", "juin", "jun"),
    ("يوليوز", "يوليو", "يوليه", "juillet", "juil", "jul"),
    ("غشت", "أغسطس", "aout", "aug"),
    ("شتنبر", "سبتمبر", "septembre", "sept", "sep"),
    ("أكتوبر", "اكتوبر", "octobre", "oct"),
    ("نونبر", "نوفمبر", "novembre", "nov"),
    ("دجنبر", "ديسمبر", "decembre", "dec"),
)

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c\u0640]")
_TIME_AT_END = re.compile(r"[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*Z?$", re.IGNORECASE)
_CUT = re.compile(r"[\s/.\-\u2010-\u2015،,\\]+")
_YEAR_WORDS = {"سنه", "عام", "en", "annee"}
_FIRST_OF_MONTH = {"1er": "1", "1ere": "1"}


def _plain(text: str) -> str:
    """Without accents, hamza marks, joiners and case: `Août` is `aout`, `أكتوبر` is `اكتوبر`."""
    apart = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold().replace("ة", "ه")


_MONTH_NUMBER = {_plain(name): number for number, names in enumerate(_MONTHS, start=1) for name in names}
_WESTERN = {ord("٠") + n: str(n) for n in range(10)} | {ord("۰") + n: str(n) for n in range(10)}


@dataclass(frozen=True, slots=True)
class ParsedDay:
    """A day, or only a year, or a reason why neither. All three None: the cell is empty."""

    date: dt.date | None = None
    year: int | None = None
    reason: str | None = None


_EMPTY = ParsedDay()
_UNREADABLE = ParsedDay(reason=UNREADABLE)


def parse_day(cell: Cell | None) -> ParsedDay:
    """The day a cell states, day first (`14/03/2011`, `14 غشت 2011`, `2011-03-14`, a spreadsheet date or serial).

    A lone year, or a month and a year, gives `year` without `date`. An impossible day gives IMPOSSIBLE, a year of two
    digits TWO_DIGIT_YEAR, anything else UNREADABLE.
    """
    if cell is None:
        return _EMPTY
    if isinstance(cell, dt.datetime):
        return _of_day(cell.date())
    if isinstance(cell, dt.date):
        return _of_day(cell)
    if isinstance(cell, bool | dt.time | dt.timedelta):
        return _UNREADABLE
    if isinstance(cell, int | float):
        return _of_number(cell)
    return _of_text(cell)


def _of_day(day: dt.date) -> ParsedDay:
    return ParsedDay(date=day, year=day.year) if FIRST_YEAR <= day.year <= LAST_YEAR else _UNREADABLE


def _of_number(number: float) -> ParsedDay:
    """A whole number is a year or a serial; the two ranges are far apart."""
    if FIRST_YEAR <= number <= LAST_YEAR and number == int(number):
        return ParsedDay(year=int(number))
    if FIRST_SERIAL <= number <= LAST_SERIAL:
        return _of_day(SERIAL_ORIGIN + dt.timedelta(days=int(number)))
    return _UNREADABLE


def _of_text(text: str) -> ParsedDay:
    plain = _TIME_AT_END.sub("", _plain(text.translate(_WESTERN)).strip())
    parts = [_FIRST_OF_MONTH.get(part, part) for part in _CUT.split(plain) if part]
    if parts and parts[0] in _YEAR_WORDS and len(parts) == 2:
        parts = parts[1:]
    if not parts:
        return _EMPTY if not plain else _UNREADABLE
    numbers = [_number_of(part) for part in parts]
    if None in numbers:
        return _UNREADABLE
    return _of_parts([number for number in numbers if number is not None])


def _number_of(part: str) -> tuple[int, int] | None:
    """A part as (value, digits written); a month's name counts as two digits. None when it is neither."""
    if part in _MONTH_NUMBER:
        return _MONTH_NUMBER[part], 0
    return (int(part), len(part)) if part.isascii() and part.isdigit() and len(part) <= LENGTH_OF_A_YEAR else None


def _of_parts(parts: list[tuple[int, int]]) -> ParsedDay:
    values = [value for value, _ in parts]
    lengths = [length for _, length in parts]
    match lengths:
        case [4]:
            return _lone_year(values[0])
        case [0 | 1 | 2, 4]:
            is_month = 1 <= values[0] <= 12
            return _lone_year(values[1]) if is_month else ParsedDay(reason=IMPOSSIBLE)
        case [1 | 2, 0 | 1 | 2, 4]:
            return _of_day_month_year(*values)
        case [4, 0 | 1 | 2, 1 | 2]:
            return _of_day_month_year(*reversed(values))
        case [1 | 2, 0 | 1 | 2, 1 | 2]:
            return ParsedDay(reason=TWO_DIGIT_YEAR)
    return _UNREADABLE


def _lone_year(year: int) -> ParsedDay:
    return ParsedDay(year=year) if FIRST_YEAR <= year <= LAST_YEAR else _UNREADABLE


def _of_day_month_year(day: int, month: int, year: int) -> ParsedDay:
    try:
        return _of_day(dt.date(year, month, day))
    except ValueError:
        return ParsedDay(reason=IMPOSSIBLE)
