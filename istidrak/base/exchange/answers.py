"""A list as a workbook in answer to a request: headings and direction in the reader's language."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import content_disposition_header

from istidrak.base import days
from istidrak.base.exchange.writing import workbook_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# What pages call a column, and what the writer of workbooks calls it.
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
    if unknown := {kind for _, _, kind in columns} - set(KINDS):
        raise ValueError(f"unknown kind of column: {sorted(unknown)}")
    body = workbook_bytes(
        str(title),
        [(str(heading), width, KINDS[kind]) for heading, width, kind in columns],
        _said(rows),
        right_to_left=translation.get_language_bidi(),
    )
    response = HttpResponse(body, content_type=XLSX)
    file_name = f"{name}-{days.today():%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name)
    return response


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
