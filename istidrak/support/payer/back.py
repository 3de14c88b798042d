"""The return file of a payer: what became of each payment. Read and compared as a whole; any fault refuses it all.

Layout (docs/payer-files.md), UTF-8, cells separated by `;`, without quotes:

    H;ISTIDRAK-RETURN;1;<instalment>
    D;<reference>;<PAID|UNCLAIMED|RETURNED|REJECTED|AVAILABLE>;<2019-07-31>;<centimes>;<cause>
    T;<lines>;<centimes>;<lines PAID>;<centimes PAID>
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from istidrak.support.rules.references import are_valid

LAYOUT = "ISTIDRAK-RETURN"
VERSION = 1
LARGEST = 400 * 1024 * 1024  # bytes: three times a line for each household of the country
LONGEST_CAUSE = 120
KINDS = ("AVAILABLE", "PAID", "UNCLAIMED", "RETURNED", "REJECTED")
PROBLEMS_KEPT = 200

PAYMENTS = {"payment": pl.Int64, "reference": pl.String, "amount": pl.Int64, "is_held": pl.Boolean}
LAST_EVENTS = {"payment": pl.Int64, "last": pl.String, "last_date": pl.Date, "file": pl.Int64}
ROWS = {"line": pl.Int64, "reference": pl.String, "kind": pl.String, "date": pl.Date, "amount": pl.Int64}


@dataclass(frozen=True)
class Problem:
    """Why a file is refused: a code, the line (None: the file as a whole) and the values that the words quote."""

    code: str
    line: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


class Refused(Exception):
    """The file is refused as a whole. `problems`: at most PROBLEMS_KEPT of `count`."""

    def __init__(self, problems: list[Problem], count: int | None = None):
        self.problems, self.count = problems, len(problems) if count is None else count
        super().__init__(", ".join(sorted({p.code for p in problems})))


@dataclass(frozen=True)
class Read:
    """The lines about payments that have the right form, and what is wrong with the others."""

    rows: pl.DataFrame  # line, reference, kind, date, amount, cause
    problems: list[Problem]
    count: int


def read(data: bytes, *, instalment: int) -> Read:
    """The lines of a file. Raises Refused for a file that is wrong as a whole: letters, header, trailer, a cut."""
    lines = _lines(data)
    _check_header(lines["text"][0], instalment)
    trailer = _trailer(lines["text"][-1])
    rows = _with_fault(_cells(lines.slice(1, len(lines) - 2)), _form_faults())
    if rows.is_empty():
        raise Refused([Problem("EMPTY")])
    problems, count = _problems(rows, ("reference", "kind", "date_text", "amount_text"))
    rows = rows.filter(pl.col("code").is_null()).select(
        *("line", "reference", "kind", pl.col("date_text").str.to_date("%Y-%m-%d", strict=False).alias("date")),
        *(pl.col("amount_text").cast(pl.Int64).alias("amount"), "cause"),
    )
    if not count:
        _check_trailer(trailer, rows)
    return Read(rows, problems, count)


def _lines(data: bytes) -> pl.DataFrame:
    if len(data) > LARGEST:
        raise Refused([Problem("TOO_LARGE", values={"limit": LARGEST // 1024 // 1024})])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused([Problem("ENCODING", line)]) from error
    if "\0" in text[:1000]:  # two bytes a letter: UTF-16 of a spreadsheet, which is UTF-8 by chance
        raise Refused([Problem("ENCODING", 1)])
    if not text.strip():
        raise Refused([Problem("EMPTY")])
    column = pl.Series("text", [text.rstrip("\r\n")]).str.split("\n").explode()
    frame = column.to_frame().with_columns(pl.col("text").str.strip_suffix("\r"))
    return frame.with_row_index("line", offset=1).with_columns(pl.col("line").cast(pl.Int64))


def _check_header(text: str, instalment: int) -> None:
    cells = text.split(";")
    if cells[:3] != ["H", LAYOUT, str(VERSION)] or len(cells) != 4:
        raise Refused([Problem("HEADER", 1)])
    if cells[3] != str(instalment):
        raise Refused([Problem("HEADER_OTHER", 1, {"found": cells[3][:20], "expected": instalment})])


def _trailer(text: str) -> list[int]:
    cells = text.split(";")
    numbers = [int(cell) for cell in cells[1:] if cell.isascii() and cell.isdigit() and len(cell) < 19]
    if cells[0] != "T" or len(cells) != 5 or len(numbers) != 4:
        raise Refused([Problem("CUT")])
    return numbers


def _check_trailer(trailer: list[int], rows: pl.DataFrame) -> None:
    paid = rows.filter(pl.col("kind") == "PAID")
    counted = (len(rows), rows["amount"].sum(), len(paid), paid["amount"].sum())
    codes = ("TRAILER_ROWS", "TRAILER_AMOUNT", "TRAILER_PAID", "TRAILER_PAID_AMOUNT")
    wrong = [
        Problem(code, values={"said": said, "counted": found})
        for code, said, found in zip(codes, trailer, counted, strict=True)
        if said != found
    ]
    if wrong:
        raise Refused(wrong)


def _cells(lines: pl.DataFrame) -> pl.DataFrame:
    names = ("type", "reference", "kind", "date_text", "amount_text", "cause")
    cells = pl.col("text").str.splitn(";", len(names)).struct.rename_fields(list(names))
    return lines.select("line", cells.alias("cells")).unnest("cells")


def _form_faults() -> dict[str, pl.Expr]:
    """What is wrong in a line taken alone, the first that holds; in the order a clerk would look."""
    cause, date = pl.col("cause"), pl.col("date_text")
    is_day = date.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    return {
        "FIELDS": (pl.col("type") != "D") | cause.is_null() | cause.str.contains('[;"]'),
        "REFERENCE": ~are_valid(pl.col("reference")),
        "KIND": ~pl.col("kind").is_in(KINDS),
        "DATE": ~is_day | date.str.to_date("%Y-%m-%d", strict=False).is_null(),
        "AMOUNT_FORM": ~pl.col("amount_text").str.contains("^[0-9]{1,15}$"),
        "CAUSE_MISSING": (pl.col("kind") == "REJECTED") & (cause.str.strip_chars() == ""),
        "CAUSE_LONG": cause.str.len_chars() > LONGEST_CAUSE,
        "CAUSE_LETTERS": cause.str.contains(r"[\x00-\x1f\x7f]"),
    }


def compare(
    found: Read,
    *,
    instalment: int,
    payments: pl.DataFrame,
    last_events: pl.DataFrame,
    sent_dates: Mapping[int | None, dt.date],
    after: Mapping[str, tuple[str, ...]],
    today: dt.date,
) -> pl.DataFrame:
    """The lines with the `payment` each is about. Raises Refused when one has a wrong form or is not possible.

    `payments` and `last_events`: PAYMENTS and LAST_EVENTS of the instalment. `sent_dates`: the day each file left, by
    its number, under None the day of the first sending. `after`: from which states each kind may follow.
    """
    joined = found.rows.join(payments.rename({"amount": "due"}), on="reference", how="left", maintain_order="left")
    joined = joined.join(last_events, on="payment", how="left", maintain_order="left")
    joined = joined.with_columns(
        state=pl.coalesce("last", pl.when("is_held").then(pl.lit("HELD")).otherwise(pl.lit("ISSUED"))),
        known_date=pl.max_horizontal("last_date", _sent_on(sent_dates)),
    )
    values = ("reference", "kind", "amount", "due", "state", "date", "known_date", "place")
    joined = joined.with_columns(place=pl.col("reference").str.split("-").list.first())
    problems, count = _problems(_with_fault(joined, _faults(instalment, after, today)), values)
    if found.count + count:
        both = sorted([*found.problems, *problems], key=lambda problem: problem.line or 0)
        raise Refused(both[:PROBLEMS_KEPT], found.count + count)
    return joined.select("line", "payment", "kind", "date", "cause", "amount")


def _sent_on(sent_dates: Mapping[int | None, dt.date]) -> pl.Expr:
    """The day that a payment left: that of the file of its last event, else of the first sending."""
    branch: Any = pl
    for file, day in sent_dates.items():
        if file is not None:
            branch = branch.when(pl.col("file") == file).then(pl.lit(day))
    first = pl.lit(sent_dates[None])
    return branch.otherwise(first) if branch is not pl else first


def _faults(instalment: int, after: Mapping[str, tuple[str, ...]], today: dt.date) -> dict[str, pl.Expr]:
    """What is wrong between a line and what is known of its payment, the first that holds."""
    kind, state, date = pl.col("kind"), pl.col("state"), pl.col("date")
    is_possible = pl.any_horizontal([(kind == name) & state.is_in([str(s) for s in after[name]]) for name in KINDS])
    waits = state.is_in(["RELEASED", "REISSUED"]) & pl.col("file").is_null()
    return {
        "TWICE": pl.col("reference").is_duplicated(),
        "OTHER_INSTALMENT": pl.col("place") != str(instalment),
        "UNKNOWN": pl.col("payment").is_null(),
        "NOT_SENT": waits | (state == "HELD") | (pl.col("due") <= 0),
        "AMOUNT": pl.col("amount") != pl.col("due"),
        "AFTER_PAID": (state == "PAID") & (kind != "PAID"),
        "PAID_TWICE": (state == "PAID") & (kind == "PAID"),
        "RETURNED_TWICE": (state == "RETURNED") & (kind == "RETURNED"),
        "STEP": ~is_possible,
        "FUTURE": date > today,
        "EARLY": date < pl.col("known_date"),
    }


def _with_fault(rows: pl.DataFrame, faults: dict[str, pl.Expr]) -> pl.DataFrame:
    """The lines with `code`: the first fault of each, null without one."""
    branch: Any = pl
    for code, is_wrong in faults.items():
        branch = branch.when(is_wrong.fill_null(value=False)).then(pl.lit(code))
    return rows.with_columns(code=branch.otherwise(None))


def _problems(rows: pl.DataFrame, values: tuple[str, ...]) -> tuple[list[Problem], int]:
    """What is wrong in the first lines that have a fault, and in how many."""
    wrong = rows.filter(pl.col("code").is_not_null())
    found = [
        Problem(row["code"], row["line"], {name: _short(row[name]) for name in values})
        for row in wrong.head(PROBLEMS_KEPT).iter_rows(named=True)
    ]
    return found, len(wrong)


def _short(value: Any) -> Any:
    return value[:40] if isinstance(value, str) else value


def totals(rows: pl.DataFrame) -> list[tuple[str, int, int]]:
    """Kind, lines and centimes of a file, in the order of KINDS; kinds without a line are left out."""
    counted = rows.group_by("kind").agg(pl.len().alias("rows"), pl.col("amount").sum()).rows_by_key("kind")
    return [(kind, *counted[kind][0]) for kind in KINDS if kind in counted]
