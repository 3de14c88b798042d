"""Makes a row of any table that points to a person, from the table's own definition: a new table is covered."""

import datetime as dt
import itertools
import uuid
from typing import Any

from django.db import models

_number = itertools.count(1)
# What a constraint asks of columns that may be empty.
WITH = {"results.mark": {"hundredths": 1200}}
NOW = dt.datetime(2025, 11, 1, 9, tzinfo=dt.UTC)


def any_row(model: type[models.Model], given: dict[str, Any], known: dict[str, Any]) -> models.Model:
    """A saved row of `model` with the `given` columns; `known` maps "app.model" to rows to point to."""
    values = {**WITH.get(model._meta.label_lower, {}), **given}
    for field in model._meta.concrete_fields:
        is_given = field.name in values or field.primary_key
        if is_given or field.null or field.has_default():
            continue
        values[field.name] = _value(field, known)
    row = model(**values)
    row.save()
    return row


def _value(field: models.Field, known: dict[str, Any]) -> Any:
    if isinstance(field, models.ForeignKey):
        label = field.related_model._meta.label_lower
        return known[label] if label in known else any_row(field.related_model, {}, known)
    if field.choices:
        return field.choices[0][0]
    by_type = {
        models.DateTimeField: NOW,
        models.DateField: NOW.date(),
        models.UUIDField: uuid.uuid4(),
        models.BooleanField: False,
        models.FloatField: 0.5,
    }
    for kind, value in by_type.items():
        if isinstance(field, kind):
            return value
    if isinstance(field, models.IntegerField):
        return next(_number)
    return f"{next(_number)}"[: field.max_length or 20]
