"""The file to the payer: payments one a line between a header and a trailer, in parts of a size.

Two forms of the same columns: separated text (CSV) and fixed widths. Money is in whole centimes, months are written
201809. Written row by row: a country takes the memory of a few thousand lines.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

LAYOUT = "ISTIDRAK-PAYER"
VERSION = 1
LINE_END = "\r\n"
LINES_AT_ONCE = 4_000

# reference, name, identity card, account, amount
Row = tuple[str, str, str, str, int]
# What would end a cell or a line early, or change the direction of what follows, becomes a space.
_CONTROLS = [*range(32), *range(127, 160), 0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
_SPACES = dict.fromkeys([*_CONTROLS, 0xFEFF, ord(";"), ord('"')], " ")
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = "=+-@ "
# Columns of the fixed form, in signs (not bytes: Arabic letters take two). Numbers are on the right, filled by zeros.
REFERENCE, NAME, CARD, ACCOUNT, AMOUNT, MONTH = 20, 160, 12, 24, 12, 6
WIDTH = 1 + REFERENCE + NAME + CARD + ACCOUNT + AMOUNT + 2 * MONTH
LARGEST_AMOUNT = 10**AMOUNT - 1


class CountChanged(RuntimeError):
    """Fewer or more payments came than were counted: the set changed while it was written."""


@dataclass(frozen=True)
class Heading:
    """What the files of one sending have in common. `sending` counts from 1: the second one is supplementary."""

    instalment: int
    purpose: str
    school_year: int
    number: int
    sending: int
    from_month: int
    until_month: int


@dataclass(frozen=True)
class Part:
    """One written file: its name, how many payments, centimes, and the SHA-256 of its bytes."""

    name: str
    rows: int
    amount: int
    digest: str


def clean(text: str) -> str:
    """A name as it may stand in a line: one line, no separator, no formula."""
    return " ".join(text.translate(_SPACES).split()).lstrip(_FORMULA)


def _csv_header(heading: Heading, part: int, parts: int, rows: int) -> str:
    h = heading
    cells = ("H", LAYOUT, VERSION, h.instalment, h.purpose, h.school_year, h.number, h.sending, part, parts, rows)
    return ";".join(map(str, cells))


def _csv_lines(heading: Heading) -> Callable[[Row], str]:
    months = f"{heading.from_month};{heading.until_month}"

    def line(row: Row) -> str:
        reference, name, card, account, amount = row
        return f"D;{reference};{clean(name)};{card};{account};{amount};{months}"

    return line


def _csv_trailer(part: int, parts: int, rows: int, amount: int) -> str:
    return f"T;{part};{parts};{rows};{amount}"


def _fixed_header(heading: Heading, part: int, parts: int, rows: int) -> str:
    h = heading
    text = f"H{LAYOUT:<20}{VERSION:02d}{h.instalment:07d}{h.purpose:<10}{h.school_year:04d}{h.number:02d}"
    return f"{text}{h.sending:03d}{part:04d}{parts:04d}{rows:09d}".ljust(WIDTH)


def _fixed_lines(heading: Heading) -> Callable[[Row], str]:
    months = f"{heading.from_month:06d}{heading.until_month:06d}"

    def line(row: Row) -> str:
        reference, name, card, account, amount = row
        return f"D{reference:<20}{clean(name):<160}{card:<12}{account:<24}{amount:012d}{months}"

    return line


def _fixed_trailer(part: int, parts: int, rows: int, amount: int) -> str:
    return f"T{part:04d}{parts:04d}{rows:09d}{amount:015d}".ljust(WIDTH)


FORMS = {
    "CSV": (_csv_header, _csv_lines, _csv_trailer, "csv"),
    "FIXED": (_fixed_header, _fixed_lines, _fixed_trailer, "txt"),
}


def write_parts(
    rows: Iterable[Row], *, heading: Heading, total: int, rows_per_file: int, form: str, folder: Path
) -> Iterator[Part]:
    """Write `total` payments into numbered files of at most `rows_per_file`, and say what each holds.

    Files are readable by their owner only and are on the disk when they are named. Raises CountChanged when `rows`
    holds another number, ValueError for an amount that the form cannot hold, FileExistsError over another file.
    """
    parts = -(-total // rows_per_file)
    stream = iter(rows)
    for part in range(1, parts + 1):
        here = min(rows_per_file, total - (part - 1) * rows_per_file)
        name = f"istidrak-{heading.instalment}-{heading.sending}-{part:03d}-of-{parts:03d}.{FORMS[form][3]}"
        yield _write_part(islice(stream, here), heading, (part, parts, here), form, folder / name)
    if next(stream, None) is not None:
        raise CountChanged(total)


def _write_part(rows: Iterator[Row], heading: Heading, numbers: tuple[int, int, int], form: str, path: Path) -> Part:
    header, lines, trailer, _ = FORMS[form]
    part, parts, expected = numbers
    line, digest, count, amount = lines(heading), hashlib.sha256(), 0, 0

    def put(stream: BinaryIO, said: list[str]) -> None:
        data = (LINE_END.join(said) + LINE_END).encode()
        digest.update(data)
        stream.write(data)

    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
        put(stream, [header(heading, part, parts, expected)])
        while chunk := list(islice(rows, LINES_AT_ONCE)):
            amounts = [row[4] for row in chunk]
            if min(amounts) <= 0 or max(amounts) > LARGEST_AMOUNT:
                raise ValueError("an amount that cannot be sent")
            put(stream, [line(row) for row in chunk])
            count += len(chunk)
            amount += sum(amounts)
        if count != expected:
            raise CountChanged(count)
        put(stream, [trailer(part, parts, count, amount)])
        stream.flush()
        os.fsync(stream.fileno())
    return Part(path.name, count, amount, digest.hexdigest())
