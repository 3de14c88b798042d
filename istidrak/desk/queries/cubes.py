"""The figures of a body by programme, sex and age together: what is stored when a season is frozen."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, IntegerField
from django.db.models.functions import Coalesce, ExtractYear

from istidrak.desk.models import FrozenSeason
from istidrak.desk.queries.figure_bodies import Body, body_from
from istidrak.desk.queries.figures import count_day_of
from istidrak.desk.queries.stations import MARKS, Station, rows_of, stations_of
from istidrak.organisations.models import Organisation
from istidrak.programmes.models import Season
from istidrak.training.models import Group

ALL, UNKNOWN_AGE, NO_PROGRAMME = "", -1, "-"


def bodies_to_freeze(season: Season) -> Iterator[Body]:
    """Every territory, the centres that had groups in the season, and their associations."""
    rows = Organisation.objects.select_related("place")
    for organisation in rows.filter(kind__in=("MINISTRY", "ACADEMY", "DIRECTORATE")):
        yield body_from(organisation)
    centres = rows.filter(pk__in=Group.unscoped.filter(season=season).values("centre"))
    associations = rows.filter(pk__in=centres.values("parent"), kind="ASSOCIATION")
    for organisation in [*centres, *associations]:
        yield body_from(organisation)


def frozen_seasons() -> set[int]:
    """Keys of the seasons whose figures are frozen; one query."""
    return set(FrozenSeason.objects.values_list("season", flat=True))


def cube_of(body: Body, season: Season, on: dt.date) -> Iterator[dict[str, Any]]:
    """Cells {"station", "programme", "sex", "age", "value"} of a body: totals, totals by sex, and each programme x
    sex x age. Totals are there even when nobody is counted. Two queries a station, one where nobody is."""
    counted = count_day_of(body, season, on)
    for station in stations_of(body):
        if station.source is MARKS and counted is None:
            continue
        day: Any = counted.date if station.source is MARKS else on
        totals = list(_totals(station, body, season, day))
        yield from totals
        if station.source.programme and totals[0]["value"]:
            for programme, sex, born, value in _grouped(station, body, season, day, station.source.programme):
                yield _cell(station, value, programme or NO_PROGRAMME, sex or "?", _age(born, season))


def _totals(station: Station, body: Body, season: Season, day: dt.date) -> Iterator[dict[str, Any]]:
    by_sex: dict[str, int] = {"F": 0, "M": 0, "?": 0}
    by_age: dict[tuple[str, int], int] = {}
    for sex, born, value in _grouped(station, body, season, day):
        by_sex[sex or "?"] += value
        by_age[sex or "?", _age(born, season)] = value
    yield _cell(station, sum(by_sex.values()))
    for sex, value in by_sex.items():
        yield _cell(station, value, sex=sex)
    for (sex, age), value in by_age.items():
        yield _cell(station, value, sex=sex, age=age)


def _grouped(station: Station, body: Body, season: Season, day: dt.date, *keys: str) -> Any:
    person = station.source.person
    born = Coalesce(ExtractYear(f"{person}__birth_date"), F(f"{person}__birth_year"), output_field=IntegerField())
    rows = rows_of(station, body, season, day).order_by().annotate(born_in=born)
    grouped = rows.values_list(*keys, f"{person}__sex", "born_in")
    return grouped.annotate(persons=Count(person, distinct=True))


def _age(born: int | None, season: Season) -> int:
    return UNKNOWN_AGE if born is None else season.year - born


def _cell(
    station: Station, value: int, programme: str = ALL, sex: str = ALL, age: int | None = None
) -> dict[str, Any]:
    return {"station": station.code, "programme": programme, "sex": sex, "age": age, "value": value}
