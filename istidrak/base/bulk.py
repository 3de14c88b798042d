"""Many rows of one table written at once: COPY on PostgreSQL, one prepared statement on SQLite.

Django's own `bulk_create` builds and binds one statement per few dozen rows: five times slower, which a region's list
of 100,000 rows feels. What differs: keys are taken before the rows are written, nothing is validated, no signal is
sent (there are none), and conflicts raise.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connections, models, router, transaction
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)
T = TypeVar("T")


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """What the columns of a new row hold: values that never change, and what makes the others."""
    fields = model._meta.concrete_fields
    made = [(field.attname, field.get_default) for field in fields if callable(field.default)]
    fixed = {field.attname: field.get_default() for field in fields if not callable(field.default)}
    return fixed, made


def new(model: type[Row], **columns: Any) -> Row:
    """An unsaved instance from the values of its columns, named as the columns are (`person_id`, not `person`).

    What `model(...)` makes, without the checks of names and the signals that take most of its time when a list makes
    seven rows of each of its own.
    """
    fixed, made = _defaults(model)
    row = model.__new__(model)
    row.__dict__["_state"] = ModelState()
    values = row.__dict__
    values.update(fixed)
    for name, make in made:
        if name not in columns:
            values[name] = make()
    values.update(columns)
    return row


def insert(rows: Sequence[models.Model]) -> None:
    """Write unsaved instances of one model inside the caller's transaction, and give them their keys.

    Raises IntegrityError as a statement would.
    """
    if not rows:
        return
    model = type(rows[0])
    alias = router.db_for_write(model)
    with transaction.atomic(using=alias):
        _take_keys(model, [row for row in rows if row.pk is None], alias)
        fields = model._meta.concrete_fields
        columns = ", ".join(f'"{field.column}"' for field in fields)
        table = f'"{model._meta.db_table}"'
        stored = _stored(rows, fields, alias)
        connection = connections[alias]
        with connection.wrap_database_errors:
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
                    for values in stored:
                        stream.write_row(values)
            else:
                marks = ", ".join("%s" for _field in fields)
                with connection.cursor() as cursor:
                    cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", stored)  # noqa: S608
    for row in rows:
        row._state.adding, row._state.db = False, alias


def _stored(rows: Sequence[models.Model], fields: Sequence[models.Field], alias: str) -> Iterator[list[Any]]:
    """The values of the columns as the database takes them."""
    pick = itemgetter(*(field.attname for field in fields))
    ways = [(at, way) for at, field in enumerate(fields) if (way := _way(field, alias))]
    for row in rows:
        values = list(pick(row.__dict__))
        for at, way in ways:
            values[at] = way(values[at])
        yield values


def _take_keys(model: type[models.Model], rows: Sequence[models.Model], alias: str) -> None:
    """The next keys of the table: nobody else gets them, since SQLite has one writer and PostgreSQL a sequence."""
    key, table, connection = model._meta.pk, model._meta.db_table, connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [f'"{table}"', key.column, len(rows)],
            )
            keys = [row[0] for row in cursor.fetchall()]
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = (cursor.fetchone() or (0,))[0]
            keys = list(range(last + 1, last + 1 + len(rows)))
    for row, number in zip(rows, keys, strict=True):
        row.pk = number


def _way(field: models.Field, alias: str) -> Callable[[Any], Any] | None:
    """How a value of a column is stored; None when as it is."""
    connection = connections[alias]
    if isinstance(field, models.JSONField):
        return _text_of if field.encoder is None else lambda value: json.dumps(value, cls=field.encoder)
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, models.UUIDField):
        return lambda value: value.hex if isinstance(value, uuid.UUID) else value
    if isinstance(field, models.DateTimeField | models.DateField):
        return lru_cache(maxsize=50_000)(lambda value: field.get_db_prep_save(value, connection))
    return None


def _text_of(value: Any) -> str | None:
    if not value and isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    return None if value is None else json.dumps(value)


def chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The rows in lists of at most `size`, in their order."""
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk
