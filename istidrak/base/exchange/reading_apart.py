"""Opens a workbook in a process of its own, under a ceiling of memory and time; run by `reading` as a script.

Why apart: the workbook library lays each sheet out as a full grid. A five-kilobyte file with one cell at the far
corner asks for 150 gigabytes, and the failed allocation ends the whole process, not only the request. Here it ends
this small process, and the reader gets a clear error.

Standard input: the bytes of the workbook. Arguments: most rows, most columns, bytes of memory, seconds of
processor. Standard output: pickled messages `("sheet", name)`, `("rows", [[cell, ...], ...])`, then `("end", "")`;
or `("refused", code)` with a code of `reading.UnreadableFile`. It imports nothing of the program.
"""

import io
import itertools
import pickle
import resource
import sys
from collections.abc import Iterator
from typing import Any

import python_calamine as calamine

ROWS_IN_A_MESSAGE = 2_000


def _say(*message: Any) -> None:
    pickle.dump(message, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)


def _open(data: bytes) -> calamine.CalamineWorkbook:
    return calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))


def _rows_of(sheet: calamine.CalamineSheet) -> Iterator[list[Any]]:
    """The rows from sheet row 1 and column A on: the library leaves out the empty columns at the start."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield before + row if before else row


def _tell(data: bytes, most_rows: int, most_columns: int) -> None:
    """Sends every worksheet in workbook order; stops at the first that is beyond the limits."""
    workbook = _open(data)
    for sheet_facts in workbook.sheets_metadata:
        if sheet_facts.typ != calamine.SheetTypeEnum.WorkSheet:
            continue  # a chart or a macro sheet holds no list
        sheet = workbook.get_sheet_by_name(sheet_facts.name)
        last_row, last_column = sheet.end or (-1, -1)  # counted from 0
        if last_row >= most_rows:
            return _say("refused", "TOO_MANY_ROWS")
        if last_column >= most_columns:
            return _say("refused", "TOO_MANY_COLUMNS")
        _say("sheet", sheet_facts.name)
        rows = _rows_of(sheet)
        while part := list(itertools.islice(rows, ROWS_IN_A_MESSAGE)):
            _say("rows", part)
    _say("end", "")
    return None


def main() -> None:
    most_rows, most_columns, most_memory, most_seconds = map(int, sys.argv[1:5])
    data = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    resource.setrlimit(resource.RLIMIT_CPU, (most_seconds, most_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not write pupils' names to a core file
    try:
        _tell(data, most_rows, most_columns)
    except calamine.PasswordError:
        _say("refused", "ENCRYPTED")
    except MemoryError:
        _say("refused", "TOO_LARGE")
    except BaseException:
        _say("refused", "DAMAGED")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
