"""Text tables (.csv and its kin): which letters, which separator, which rows."""

import csv
import io
import itertools
import re
from collections import Counter

SEPARATORS = (";", ",", "\t")
LINES_LOOKED_AT = 200

# Control characters that no list holds: their presence says that the bytes are not text.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")
_WORD = re.compile(r"[^\W\d_]+")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_LINE_END = re.compile(r"\r\n|\n|\r")
# Excel's own first line that names the separator.
_SEPARATOR_LINE = re.compile(r"\Asep=([;,\t|])\r?\n", re.IGNORECASE)

# A file in UTF-8 with a few broken letters (cut, or pasted together) is still UTF-8: other encodings read as
# UTF-8 break at nearly every accented letter.
BROKEN_LETTERS_BORNE = 0.02


def text_of(data: bytes) -> str | None:
    """The text of the bytes, or None when they are not text.

    A mark at the start decides; then UTF-8; then Windows-1256 or Windows-1252, where Arabic words decide.
    """
    text = _decoded(data)
    if text is None or _NOT_TEXT.search(text):
        return None
    return text


def _decoded(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    mended = data.decode("utf-8-sig", errors="replace")
    beyond_ascii = sum(1 for letter in mended if letter > "\x7f")
    if mended.count("\ufffd") <= beyond_ascii * BROKEN_LETTERS_BORNE:
        return mended
    arabic = data.decode("cp1256", errors="replace")
    return arabic if _is_arabic(arabic) else data.decode("cp1252", errors="replace")


def _is_arabic(read_as_arabic: str) -> bool:
    """Windows-1256 keeps the small French letters where Windows-1252 has them, and puts Arabic letters elsewhere.

    So Arabic text gives words wholly of Arabic letters; French capitals (PRÉNOM) give words that mix the two.
    """
    votes = 0
    for word in set(_WORD.findall(read_as_arabic)):
        arabic = len(_ARABIC.findall(word))
        if arabic and _ASCII_LETTER.search(word):
            votes -= 1
        elif arabic > 1 and arabic == len(word):
            votes += 1
    return votes > 0


def rows_of_text(text: str, most_rows: int) -> list[list[str]] | None:
    """The rows of a separated text; None when there are more than `most_rows`.

    A quote that is opened and never closed would swallow the rest of the list: then quotes are read as letters.
    """
    named = _SEPARATOR_LINE.match(text)
    if named:
        text = text[named.end() :]
    separator = named.group(1) if named else separator_of(text)
    try:
        rows = _split(text, separator, most_rows)
    except csv.Error:
        lines = _LINE_END.split(text)
        if len(lines) > most_rows:
            return None
        return [[cell.strip('"') for cell in line.split(separator)] for line in lines]
    return rows if len(rows) <= most_rows else None


def separator_of(text: str) -> str:
    """The separator that cuts the most lines into the same number of cells; `,` when nothing cuts."""
    lines = list(itertools.islice(io.StringIO(text, newline=""), LINES_LOOKED_AT))
    best, best_score = ",", 0
    for separator in SEPARATORS:
        counts = Counter(_cells_in(line, separator) for line in lines if line.strip())
        score = max((lines_alike * (cells - 1) for cells, lines_alike in counts.items()), default=0)
        if score > best_score:
            best, best_score = separator, score
    return best


def _cells_in(line: str, separator: str) -> int:
    """Cells in a line, separators inside quotes not counted."""
    return "".join(line.split('"')[::2]).count(separator) + 1


def _split(text: str, separator: str, most_rows: int) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    return list(itertools.islice(reader, most_rows + 1))
