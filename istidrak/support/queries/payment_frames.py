"""Payments of an instalment as frames: one pass by COPY on PostgreSQL, one cursor elsewhere."""

import datetime as dt
import io
from typing import Any

import polars as pl
from django.db import connection

from istidrak.base import days
from istidrak.support.models import Instalment, PayerFile
from istidrak.support.payer.back import LAST_EVENTS, PAYMENTS

_PAYMENTS = """
SELECT p.id, p.reference, p.amount, p.is_held FROM support_payment p WHERE p.instalment_id = {instalment}
"""
_LAST_EVENTS = """
SELECT e.payment_id, e.kind, e.date, e.file_id
FROM support_paymentevent e JOIN support_payment p ON p.id = e.payment_id
WHERE p.instalment_id = {instalment}
AND NOT EXISTS (SELECT 1 FROM support_paymentevent l WHERE l.payment_id = e.payment_id AND l.id > e.id)
"""


def payment_frame(instalment: Instalment) -> pl.DataFrame:
    """Every payment: `payment` (its key), reference, amount, is_held."""
    return _frame(_PAYMENTS, instalment, PAYMENTS)


def last_event_frame(instalment: Instalment) -> pl.DataFrame:
    """The last event of each payment that has one: payment, last, last_date, file."""
    return _frame(_LAST_EVENTS, instalment, LAST_EVENTS)


def _frame(sql: str, instalment: Instalment, schema: dict[str, Any]) -> pl.DataFrame:
    sql = sql.format(instalment=int(instalment.pk))
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(sql)
            rows = [
                [_as_day(value, kind) for value, kind in zip(row, schema.values(), strict=True)] for row in cursor
            ]
            return pl.DataFrame(rows, schema=schema, orient="row")
        stream = io.BytesIO()
        with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)") as copy:
            for data in copy:
                stream.write(data)
    if not stream.tell():
        return pl.DataFrame(schema=schema)
    stream.seek(0)
    # The database writes t and f.
    read_as = {name: pl.String if kind == pl.Boolean else kind for name, kind in schema.items()}
    frame = pl.read_csv(stream, has_header=False, schema=read_as)
    truths = [name for name, kind in schema.items() if kind == pl.Boolean]
    return frame.with_columns(pl.col(name) == "t" for name in truths)


def _as_day(value: Any, kind: Any) -> Any:
    """A cell as the frame takes it: SQLite gives days as texts and truths as numbers."""
    if kind == pl.Date and isinstance(value, str):
        return dt.date.fromisoformat(value)
    return bool(value) if kind == pl.Boolean else value


def sent_dates(instalment: Instalment) -> dict[int | None, dt.date]:
    """The day in Morocco on which each file left, by its key; under None the day of the first sending."""
    rows = PayerFile.unscoped.filter(instalment=instalment, way=PayerFile.Way.OUT).order_by("pk")
    found: dict[int | None, dt.date] = {}
    for key, made_at in rows.values_list("pk", "made_at"):
        day = made_at.astimezone(days.CASABLANCA).date()
        found.setdefault(None, day)
        found[key] = day
    return found
