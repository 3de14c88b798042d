"""Rows of a queryset as frames: by COPY on PostgreSQL, through its cursor elsewhere."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import QuerySet

AT_ONCE = 20_000
Schema = dict[str, Any]


def frame_of(rows: QuerySet[Any], schema: Schema) -> pl.DataFrame:
    """The rows (`values_list`, in the order of `schema`) in memory. An empty text of the database is null."""
    if connection.vendor != "postgresql":
        return pl.DataFrame(list(rows.iterator(AT_ONCE)), schema=schema, orient="row")
    text = b"".join(_copied(rows))
    if not text:
        return pl.DataFrame(schema=schema)
    return _read(pl.read_csv(text, has_header=False, schema=_as_text(schema)), schema)


def scan_of(rows: QuerySet[Any], path: Path, schema: Schema) -> pl.LazyFrame:
    """The same through a file of text at `path`, so that a country does not pass through memory."""
    if connection.vendor == "postgresql":
        with path.open("wb") as file:
            file.writelines(_copied(rows))
    else:
        with path.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text).writerows(rows.iterator(AT_ONCE))
    return _read(pl.scan_csv(path, has_header=False, schema=_as_text(schema)), schema)


def _copied(rows: QuerySet[Any]) -> Iterator[bytes]:
    sql, params = rows.query.sql_with_params()
    with (
        connection.cursor() as cursor,
        # One statement without parameters: the cursor that counts queries takes no others.
        cursor.copy(cursor.mogrify(f"COPY ({sql}) TO STDOUT (FORMAT csv)", params)) as copy,
    ):
        for block in copy:
            yield bytes(block)


def _as_text(schema: Schema) -> Schema:
    """Truths are read as the texts that they are in the file."""
    return {name: pl.String if kind == pl.Boolean else kind for name, kind in schema.items()}


def _read(frame: Any, schema: Schema) -> Any:
    truths = [name for name, kind in schema.items() if kind == pl.Boolean]
    texts = [name for name, kind in schema.items() if kind == pl.String]
    return frame.with_columns(
        *(pl.col(name).is_in(["t", "True"]).alias(name) for name in truths),  # PostgreSQL's word, and Python's
        *(pl.col(name).replace("", None) for name in texts),
    )
