"""Writing the lines and payments of an instalment: in bulk, inside the caller's transaction, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import polars as pl
from django.db import connection

from istidrak.base.rules import ParameterValue
from istidrak.support.models import Instalment, Payment
from istidrak.support.rules.digests import digests
from istidrak.support.rules.lines import LINE, PAID
from istidrak.support.rules.references import references

TABLE, KEY = "support_line", "purpose, month, child"
COLUMNS = (*LINE, "digest", "purpose", "instalment_id")
PAYMENT_COLUMNS = (
    *("household", "guardian", "guardian_name", "identity_card", "account", "place_number", "lines_amount"),
    *("adjusted_amount", "amount", "is_held", "reference", "instalment_id"),
)
Adjusted = tuple[int | None, int | None, int | None, int]
ROWS = 100_000  # put into text at a time


def rules_digest(parameters: Iterable[ParameterValue]) -> str:
    """SHA-256 over the parameters that a run reads: values, days, places and sources."""
    texts = sorted(json.dumps(value.as_json(), sort_keys=True) for value in parameters)
    return sha256("\n".join(texts).encode()).hexdigest()


def write_lines(instalment: Instalment, path: Path, *, rules: str) -> int:
    """Write the lines of `path` as those of the instalment; how many. `rules` is the digest of their parameters.

    Raises IntegrityError when a child has a line of that purpose and month already. Runs in a transaction.
    """
    own = (pl.lit(instalment.purpose).alias("purpose"), pl.lit(instalment.pk, pl.Int64).alias("instalment_id"))
    lines = pl.scan_parquet(path).with_columns(digests(rules), *own).select(COLUMNS)
    if connection.vendor == "postgresql":
        return sum(_copy_month(instalment.purpose, month, lines) for month in instalment.months)
    return _insert(TABLE, COLUMNS, lines)


def _copy_month(purpose: str, month: int, lines: pl.LazyFrame) -> int:
    """One month: into a table of its own, indexed once it is full and then made a part of the whole; or, when the
    month has a part already, beside the lines that are there."""
    rows = lines.filter(pl.col("month") == month)
    whole, part = f"{TABLE}_{purpose.lower()}", f"{TABLE}_{purpose.lower()}_{month}"
    with connection.cursor() as cursor:
        # One at a time: two first instalments of a month would both make its part.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [TABLE])
        cursor.execute("SELECT to_regclass(%s), to_regclass(%s)", [whole, part])
        has_purpose, has_month = cursor.fetchone()
        if has_month:
            return _copy(TABLE, COLUMNS, rows)
        if not has_purpose:
            cursor.execute(
                f"CREATE TABLE {whole} PARTITION OF {TABLE} FOR VALUES IN ('{purpose}') PARTITION BY LIST (month)"
            )
        cursor.execute(f"CREATE TABLE {part} (LIKE {TABLE})")
        written = _copy(part, COLUMNS, rows, freeze=True)
        cursor.execute(f"ALTER TABLE {part} ADD PRIMARY KEY ({KEY})")
        cursor.execute(f"CREATE INDEX ON {part} (instalment_id, household)")
        cursor.execute(f"ALTER TABLE {whole} ATTACH PARTITION {part} FOR VALUES IN ({month})")
    return written


def _copy(table: str, columns: tuple[str, ...], rows: pl.LazyFrame, *, freeze: bool = False) -> int:
    written = 0
    how = "FORMAT csv, FREEZE" if freeze else "FORMAT csv"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN ({how})") as copy,
    ):
        for batch in rows.collect_batches(chunk_size=ROWS, maintain_order=True):
            copy.write(batch.write_csv(include_header=False).encode())
            written += batch.height
    return written


def _insert(table: str, columns: tuple[str, ...], rows: pl.LazyFrame) -> int:
    marks = ", ".join(["%s"] * len(columns))
    written = 0
    with connection.cursor() as cursor:
        for batch in rows.collect_batches(chunk_size=ROWS, maintain_order=True):
            cursor.executemany(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608 - our own names
                batch.rows(),
            )
            written += batch.height
    return written


def payments_of(
    lines: Path, guardians: Path, *, instalment: int, held: Iterable[int], adjusted: Sequence[Adjusted] = ()
) -> pl.LazyFrame:
    """A row per household that is due something: its lines' amount and the adjustments of earlier instalments.

    `held` households, those without a guardian and those whose guardian has neither card nor account get a payment
    that waits. `adjusted` are rows of household, guardian, place number and centimes (signed), several a household.
    Rows are in the order of the households' numbers.
    """
    due = (
        pl.scan_parquet(lines)
        .filter(pl.col("outcome") == PAID)
        .group_by("household")
        .agg(
            pl.col("amount").cast(pl.Int64).sum().alias("lines_amount"),
            pl.col("guardian").drop_nulls().min(),
            pl.col("place_number").drop_nulls().min(),
        )
    )
    names = dict.fromkeys(("household", "other_guardian", "other_place", "adjusted_amount"), pl.Int64)
    other = (
        pl.LazyFrame(list(adjusted), schema=names, orient="row")
        .group_by("household")
        .agg(
            pl.col("other_guardian").drop_nulls().min(),
            pl.col("other_place").drop_nulls().min(),
            pl.col("adjusted_amount").sum(),
        )
    )
    due = due.join(other, on="household", how="full", coalesce=True).with_columns(
        pl.coalesce("guardian", "other_guardian").alias("guardian"),
        pl.coalesce("place_number", "other_place").alias("place_number"),
    )
    who = pl.scan_parquet(guardians).select(
        "guardian", pl.col("name").alias("guardian_name"), "identity_card", "account"
    )
    texts = ("guardian_name", "identity_card", "account")
    cannot_be_paid = pl.col("guardian").is_null() | ((pl.col("identity_card") == "") & (pl.col("account") == ""))
    return (
        due.with_columns(pl.col("lines_amount").fill_null(0), pl.col("adjusted_amount").fill_null(0))
        .with_columns((pl.col("lines_amount") + pl.col("adjusted_amount")).alias("amount"))
        .filter(pl.col("amount") > 0)
        .join(who, on="guardian", how="left")
        .with_columns(pl.col(name).fill_null("") for name in texts)
        .sort("household")
        .with_columns(
            (cannot_be_paid | pl.col("household").is_in(sorted(held))).alias("is_held"),
            references(instalment, pl.int_range(1, pl.len() + 1)).alias("reference"),
            pl.lit(instalment, pl.Int64).alias("instalment_id"),
        )
        .select(PAYMENT_COLUMNS)
    )


def write_payments(payments: pl.LazyFrame) -> int:
    """Write the rows of `payments_of`; how many."""
    if connection.vendor == "postgresql":
        return _copy(Payment._meta.db_table, PAYMENT_COLUMNS, payments)
    return _insert(Payment._meta.db_table, PAYMENT_COLUMNS, payments)
