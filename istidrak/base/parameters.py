"""Parameters in the database: seeded from the modules' files, resolved for a day and a place."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction

from istidrak.base import days, history
from istidrak.base.models import COUNTRY, Parameter
from istidrak.base.rules.parameters import Parameters, ParameterValue, load_yaml, resolve


def _place(row: Parameter) -> tuple[int, int] | None:
    span = (row.place_low, row.place_high)
    return None if span == COUNTRY else span


def _value(row: Parameter) -> ParameterValue:
    return ParameterValue(
        name=row.name,
        value=row.value,
        since=row.since,
        until=row.until,
        place=_place(row),
        keys=row.keys,
        source=row.source,
        is_sample=row.is_sample,
    )


def values_of(*names: str) -> list[ParameterValue]:
    """Every value of these parameters, in one query; without names, all that the deployment knows."""
    rows = Parameter.objects.filter(name__in=names) if names else Parameter.objects.all()
    return [_value(row) for row in rows]


def parameters_on(as_of: dt.date, *names: str) -> Parameters:
    """What a rule is given: the values of these parameters (all, without names), read on one day."""
    return Parameters(tuple(values_of(*names)), as_of)


def value_of(name: str, *, as_of: dt.date, place_number: int | None = None, **keys: str) -> ParameterValue:
    """The value of a parameter on a day, nearest area first, then latest text; one query. Raises NoParameter."""
    return resolve(values_of(name), name, as_of, place_number, **keys)


@dataclass
class Seeding:
    """What seeding did: how many values are new, and which differ from the file and were left as they are."""

    added: int = 0
    differing: list[str] = field(default_factory=list)


@transaction.atomic
def seed() -> Seeding:
    """Bring the values of every module's parameters.yaml into the database.

    A value that is already there is never changed: a new one supersedes it (decision: parameters). One that
    the file says otherwise is named in `differing`.
    """
    outcome = Seeding()
    known = {_identity(value): value for value in values_of()}
    for config in apps.get_app_configs():
        path = Path(config.path) / "parameters.yaml"
        if not config.name.startswith("istidrak.") or not path.exists():
            continue
        for value in load_yaml(path.read_text(encoding="utf-8")):
            before = known.get(_identity(value))
            if before is None:
                _insert(value)
                outcome.added += 1
            elif before != value:
                outcome.differing.append(f"{value.name} {value.since}")
    return outcome


def _identity(value: ParameterValue) -> tuple[object, ...]:
    return (value.name, value.since, value.place, *sorted(value.keys.items()))


def _insert(value: ParameterValue) -> None:
    low, high = value.place or COUNTRY
    Parameter.objects.create(
        name=value.name,
        keys=dict(value.keys),
        place_low=low,
        place_high=high,
        since=value.since,
        until=value.until,
        value=value.value,
        source=value.source,
        is_sample=value.is_sample,
    )


class DayPassed(ValueError):
    """A new value holds from today or later: what was decided under the former one must not change."""


class OtherShape(ValueError):
    """The new value is not made like those before it (a number for a band of ages, a name that is missing)."""


class AlreadySet(ValueError):
    """A value of this parameter already begins on that day, for the same place and keys."""


def _same_shape(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same_shape(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return all(_same_shape(one[0], item) for item in other) if one else True
    return type(one) is type(other)


@transaction.atomic
def supersede(
    *,
    by: Any,
    former: Parameter,
    value: Any,
    since: dt.date,
    source: str,
    place: tuple[int, int] | None = None,
    is_sample: bool = False,
) -> Parameter:
    """A new value of a parameter, for the keys of `former`, at `place` (None: the country), from `since` on.

    The former stays and holds until the day before. Raises DayPassed, OtherShape, AlreadySet.
    """
    if since < days.today():
        raise DayPassed(since)
    if not _same_shape(former.value, value):
        raise OtherShape(former.name)
    low, high = place or COUNTRY
    try:
        with transaction.atomic():
            row = Parameter.objects.create(
                name=former.name,
                keys=former.keys,
                place_low=low,
                place_high=high,
                since=since,
                value=value,
                source=source,
                is_sample=is_sample,
            )
    except IntegrityError as error:
        raise AlreadySet(former.name) from error
    history.record(row, "set_parameter", by=by, details={"name": row.name, "keys": row.keys, "value": row.value})
    return row


@transaction.atomic
def take_back(*, by: Any, parameter: Parameter, reason: str) -> None:
    """Take back a value that does not hold yet. Raises DayPassed when it holds already: it may have been used."""
    if parameter.since <= days.today():
        raise DayPassed(parameter.since)
    details = {"name": parameter.name, "keys": parameter.keys, "value": parameter.value}
    history.record(parameter, "take_back_parameter", by=by, reason=reason, details=details)
    parameter.delete()
