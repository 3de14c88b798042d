"""Frames written to the tables of an empty installation: COPY on PostgreSQL, one prepared statement on SQLite.

On PostgreSQL indexes and constraints are taken off while tables fill and made again afterwards: ten times faster.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl
from django.core.management.color import no_style
from django.db import connection, models

CHUNK = 100_000
MOST = 10**9  # rows of a table whose identifiers `uuids` tells apart


@contextmanager
def bare(tables: list[type[models.Model]], *, is_checked: bool = False) -> Iterator[None]:
    """Take off indexes and constraints of tables that are about to be filled, and put them back at the end.

    Foreign keys come back in force for new rows; for those just written only when `is_checked` (whoever made them
    may know that they hold). SQLite keeps everything where it is: there is less to gain.
    """
    if connection.vendor != "postgresql":
        yield
        return
    again: list[str] = []
    with connection.cursor() as cursor:
        for model in tables:
            again += _take_off(cursor, model._meta.db_table, "" if is_checked else " NOT VALID")
    yield
    order = ("ADD CONSTRAINT", "CREATE", "FOREIGN KEY")
    again.sort(key=lambda sql: max(i for i, word in enumerate(order) if word in sql))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
        for sql in again:
            cursor.execute(sql)
        for sql in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(sql)


def _take_off(cursor: Any, table: str, unchecked: str) -> list[str]:
    again = []
    cursor.execute(
        "SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype IN ('u', 'f')",
        [table],
    )
    for name, kind, definition in cursor.fetchall():
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        suffix = unchecked if kind == "f" else ""
        again.append(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}{suffix}')
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN "
        "(SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)",
        [table, table],
    )
    for name, definition in cursor.fetchall():
        cursor.execute(f'DROP INDEX "{name}"')
        again.append(definition)
    return again


def copy(model: type[models.Model], frame: pl.DataFrame) -> int:
    """Write a frame whose columns are named as the table's; columns it lacks take the model's default.

    The frame holds `id` when the model has identifiers, so that parts of one table do not share them. Instants and
    JSON are given as text.
    """
    given = frame.with_columns(_defaults(model, frame))
    columns = ", ".join(f'"{name}"' for name in given.columns)
    if connection.vendor == "postgresql":
        _copy(f"COPY \"{model._meta.db_table}\" ({columns}) FROM STDIN (FORMAT csv, NULL '')", given)
    else:
        marks = ", ".join(["%s"] * given.width)
        texts = given.with_columns(pl.col(pl.Date).dt.to_string())
        with connection.cursor() as cursor:
            cursor.executemany(
                f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})',  # noqa: S608 - our own names
                texts.rows(),
            )
    return given.height


def _copy(statement: str, given: pl.DataFrame) -> None:
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(statement) as stream:
        for start in range(0, given.height, CHUNK):
            text = io.BytesIO()
            given[start : start + CHUNK].write_csv(text, include_header=False, quote_style="non_numeric")
            stream.write(text.getbuffer())


def _defaults(model: type[models.Model], frame: pl.DataFrame) -> list[pl.Expr]:
    missing = []
    for field in model._meta.concrete_fields:
        if (
            field.column in frame.columns
            or field.null
            or field.primary_key
            or field.db_default is not models.NOT_PROVIDED
        ):
            continue
        if isinstance(field, models.UUIDField):
            row = pl.col("id") if "id" in frame.columns else pl.int_range(pl.len())
            missing.append(uuids(row, model).alias(field.column))
            continue
        value = field.get_default()
        if isinstance(field, models.JSONField):
            missing.append(pl.lit("{}" if value == {} else "[]").alias(field.column))
        else:
            missing.append(pl.lit("" if value is None else value).alias(field.column))
    return missing


def uuids(row: pl.Expr, model: type[models.Model]) -> pl.Expr:
    """Identifiers ordered as those of version 7 are, different for every row (a number below MOST) and table."""
    mark = sum(map(ord, model._meta.label)) * 7919
    number = row.cast(pl.Int64).cast(pl.String).str.zfill(9)
    return pl.concat_str(pl.lit("019"), number, pl.lit(f"7000{0x8000_0000_0000_0000 + mark:016x}"))
