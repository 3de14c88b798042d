"""A list as a workbook in answer to a request: headings and direction in the reader's language."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import content_disposition_header

from istidrak.base import days, history
from istidrak.base.exchange.writing import sheets_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# What pages call a column, and what the writer of workbooks calls it.
Sheet = tuple[Any, Sequence[tuple[Any, float, str]], Iterable[Sequence[Any]]]
KINDS = {"text": "text", "day": "date", "number": "number"}


def workbook_answer(
    request: HttpRequest,
    name: str,
    title: Any,
    columns: Sequence[tuple[Any, float, str]],
    rows: Iterable[Sequence[Any]],
) -> HttpResponse:
    """The rows as an .xlsx file named `name` and today's day, its sheet named `title`.

    `columns`: (heading, width in characters, kind), kind being text, day or number. `rows` is read once. Words that
    are still to be translated are said in the language of the request; an instant in a column of days is the day
    it was in Morocco; True and False are yes and no. Raises ValueError for another kind, or a row of another length.
    """
    return sheets_answer(request, name, title, [(title, columns, rows)])


def sheets_answer(request: HttpRequest, name: str, title: Any, sheets: Iterable[Sheet]) -> HttpResponse:
    """Several sheets (title, columns, rows) in one .xlsx file, each as `workbook_answer` writes one."""
    body = sheets_bytes(
        str(title),
        [
            (str(of), [(str(heading), width, _kind(kind)) for heading, width, kind in columns], _said(rows))
            for of, columns, rows in sheets
        ],
        right_to_left=translation.get_language_bidi(),
    )
    response = HttpResponse(body, content_type=XLSX)
    file_name = f"{name}-{days.today():%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name)
    return response


class NamesLeaveByPost(RuntimeError):
    """A download of names was asked for by a GET, which records nothing."""


def names_answer(
    request: HttpRequest,
    name: str,
    title: Any,
    sheets: Iterable[Sheet],
    *,
    about: Model | None = None,
    **details: Any,
) -> HttpResponse:
    """Sheets that hold names of persons: who took them out, of what and how many rows, is kept for an inquiry.

    `about`: the row that the list is of (a centre, a group, a season), when it is of one. Only in answer to a POST,
    since a GET never writes; raises NamesLeaveByPost otherwise.
    """
    refuse_by_get(request, name)
    counts: list[int] = []
    counted = [(of, columns, _counted(rows, counts)) for of, columns, rows in sheets]
    answer = sheets_answer(request, name, title, counted)
    names_leave(request, name, sum(counts), about=about, **details)
    return answer


def list_of_names(
    request: HttpRequest,
    name: str,
    title: Any,
    columns: Sequence[tuple[Any, float, str]],
    rows: Iterable[Sequence[Any]],
    *,
    about: Model | None = None,
) -> HttpResponse:
    """`workbook_answer` of a list that holds names of persons, recorded as `names_answer` does."""
    return names_answer(request, name, title, [(title, columns, rows)], about=about)


def refuse_by_get(request: HttpRequest, name: str) -> None:
    """Raise NamesLeaveByPost unless the browser sent a POST: its page may be read as for a GET meanwhile."""
    if request.META["REQUEST_METHOD"] != "POST":
        raise NamesLeaveByPost(name)


def names_leave(request: HttpRequest, name: str, rows: int, *, about: Model | None = None, **details: Any) -> None:
    """Keep for an inquiry that the reader takes out a list of `rows` persons. Raises NamesLeaveByPost."""
    refuse_by_get(request, name)
    subject = about if about is not None else f"list:{name}"
    history.audit("download_names", subject, by=request.user, name=name, rows=rows, path=request.path, **details)


def _counted(rows: Iterable[Sequence[Any]], counts: list[int]) -> Iterator[Sequence[Any]]:
    number = 0
    for row in rows:
        number += 1
        yield row
    counts.append(number)


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"unknown kind of column: {kind!r}")
    return KINDS[kind]


def _said(rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    for row in rows:
        yield [_cell(value) for value in row]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return translation.gettext("Yes") if value else translation.gettext("No")
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(days.CASABLANCA).date()
    return value
