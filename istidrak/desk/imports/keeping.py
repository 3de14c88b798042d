"""What is kept of a received file: its tables without pupils' secret codes, by the digest of the original bytes.

The bytes themselves are never stored: a workbook may hold the codes that open pupils' accounts.
"""

import contextlib
import datetime as dt
import gzip
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from istidrak.base.exchange.headings import HeaderMatch
from istidrak.base.exchange.reading import Cell, Table, as_text
from istidrak.desk.imports.layouts import recognise

# Stands in a row whose cells were pushed aside in a list with a secret column: which cell holds the code cannot be
# told, so the whole row is emptied; the mark keeps it counted and refused when the table is read again.
EMPTIED = "X"
QUICKLY = 3  # of 9: a tenth larger, four times as quick as the strongest compression


def digest_of(data: bytes) -> str:
    """SHA-256 of the bytes received, in hexadecimal: the identity of a file, whatever its name."""
    return hashlib.sha256(data).hexdigest()


def without_secrets(tables: Sequence[Table], remembered: Mapping[str, str], only: str | None = None) -> list[Table]:
    """The sheets that hold the list, with every cell emptied that may be a secret code; other sheets lose their rows.

    Row numbers, headings and columns stay where they were, so that the list reads the same afterwards.
    """
    headers = {part.table: part.header for part in recognise(tables, remembered, only).sheets if part.header}
    # Empty sheets go; those that held something but no list stay by name, so that the preview can say so.
    return [_cleaned(table, headers.get(index)) for index, table in enumerate(tables) if table.rows]


def _cleaned(table: Table, header: HeaderMatch | None) -> Table:
    if header is None:
        return Table(table.sheet)
    if not header.forbidden:
        return Table(table.sheet, [list(row) for row in table.rows])
    start, end = header.row_index, header.row_index + header.height
    width = max(map(len, table.rows[start:end]))
    last = max({*header.headings, *header.forbidden})
    rows = [list(row) for row in table.rows]
    for index in range(end, len(rows)):
        row = rows[index]
        is_shifted = len(row) > width or any(as_text(cell).strip() for cell in row[last + 1 :])
        rows[index] = _emptied_row(row, header, width) if is_shifted else _without_columns(row, header)
    return Table(table.sheet, rows)


def _without_columns(row: list[Cell], header: HeaderMatch) -> list[Cell]:
    """Columns without a heading are emptied too: the code of a cell merged over two columns may stand there."""
    return ["" if at in header.forbidden or at not in header.headings else cell for at, cell in enumerate(row)]


def _emptied_row(row: list[Cell], header: HeaderMatch, width: int) -> list[Cell]:
    if not any(as_text(cell).strip() for cell in row):
        return []
    emptied: list[Cell] = [""] * (max(width, len(row)) + 1)
    emptied[-1] = EMPTIED
    for name, at in header.columns.items():
        if name != "order_number":
            emptied[at] = EMPTIED
            break
    return emptied


# On disk


def path_of(digest: str, layout: str) -> Path:
    """Where the tables of a file stand, in the folder of files. The layout is part of the name because it decides
    which sheets are kept."""
    return Path(settings.FILES) / "lists" / f"{digest}.{layout.lower()}.json.gz"


def keep(digest: str, layout: str, tables: Sequence[Table]) -> None:
    """Write the tables, readable by the owner only, all or nothing."""
    path = path_of(digest, layout)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = [{"sheet": table.sheet, "rows": [[_to_json(c) for c in row] for row in table.rows]} for table in tables]
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(gzip.compress(json.dumps(content).encode(), QUICKLY, mtime=0))
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def kept(digest: str, layout: str) -> list[Table] | None:
    """The tables of a file, or None when they are no longer there."""
    try:
        content = json.loads(gzip.decompress(path_of(digest, layout).read_bytes()))
    except FileNotFoundError:
        return None
    return [Table(sheet["sheet"], [[_from_json(c) for c in row] for row in sheet["rows"]]) for sheet in content]


def drop(digest: str, layout: str) -> None:
    """Remove the tables of a file that nobody confirmed."""
    path_of(digest, layout).unlink(missing_ok=True)


def _to_json(cell: Cell) -> Any:
    if isinstance(cell, dt.datetime):
        return {"at": cell.isoformat()}
    if isinstance(cell, dt.date):
        return {"day": cell.isoformat()}
    if isinstance(cell, dt.time):
        return {"time": cell.isoformat()}
    if isinstance(cell, dt.timedelta):
        return {"seconds": cell.total_seconds()}
    return cell


def _from_json(cell: Any) -> Cell:
    if not isinstance(cell, dict):
        return cell
    ((kind, value),) = cell.items()
    if kind == "at":
        return dt.datetime.fromisoformat(value)
    if kind == "day":
        return dt.date.fromisoformat(value)
    return dt.time.fromisoformat(value) if kind == "time" else dt.timedelta(seconds=value)
