"""Parameters in the database: seeded from the modules' files, resolved for a day and a place."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from django.apps import apps
from django.db import transaction

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
