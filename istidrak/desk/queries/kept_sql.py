"""The SQL of a season page, kept between two pages: building its two dozen selects takes longer than answering them.

The text depends on the kind of a body; who, which season and which day are values. It is built once for a stand-in
whose values are found nowhere else, and kept only when putting the real values in gives what building gives.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from istidrak.base import days
from istidrak.desk.queries.figure_bodies import Body
from istidrak.organisations.models import Organisation
from istidrak.programmes.models import Season

Compiled = tuple[str, tuple[Any, ...]]
Codes = list[list[str]]
Build = Callable[[Body, Season, dt.date], tuple[Codes, QuerySet]]
_STAND_IN = {"body": 900_000_000_001, "place": 900_000_000_002, "season": 900_000_000_003, "year": 7001}
_STAND_IN_DAY = dt.date(1901, 2, 3)
MOST = 50
_kept: dict[tuple[Any, ...], tuple[Codes, Compiled] | None] = {}


def compiled(build: Build, body: Body, season: Season, on: dt.date) -> tuple[Codes, Compiled]:
    """What `build` says of a body, compiled: from what is kept when the body stands alone, else built anew."""
    if body.is_territory or body.children or body.organisations != {body.organisation.pk}:
        return _built(build, body, season, on)
    # A condition may name today: what was built yesterday is not kept.
    shape = (build, body.kind, body.organisation.place_number is None, days.today())
    if shape not in _kept:
        return _keep(shape, build, body, season, on)
    kept = _kept[shape]
    if kept is None:
        return _built(build, body, season, on)
    codes, (sql, values) = kept
    return codes, (sql, _filled(values, body, season, on))


def _built(build: Build, body: Body, season: Season, on: dt.date) -> tuple[Codes, Compiled]:
    codes, query = build(body, season, on)
    return codes, query.query.sql_with_params()


def _keep(shape: tuple[Any, ...], build: Build, body: Body, season: Season, on: dt.date) -> tuple[Codes, Compiled]:
    real = _built(build, body, season, on)
    place = None if body.organisation.place_number is None else _STAND_IN["place"]
    organisation = Organisation(pk=_STAND_IN["body"], kind=body.kind, place_number=place)
    other = Body(organisation, organisations=frozenset({organisation.pk}))
    codes, (sql, values) = _built(build, other, Season(pk=_STAND_IN["season"], year=_STAND_IN["year"]), _STAND_IN_DAY)
    is_same = (codes, (sql, _filled(values, body, season, on))) == real
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[shape] = (codes, (sql, values)) if is_same else None
    return real


def _filled(values: tuple[Any, ...], body: Body, season: Season, on: dt.date) -> tuple[Any, ...]:
    """The values of the stand-in replaced by the real ones; a database may want days as text."""
    real: dict[Any, Any] = {
        _STAND_IN["body"]: body.organisation.pk,
        _STAND_IN["place"]: body.organisation.place_number,
        _STAND_IN["season"]: season.pk,
        _STAND_IN["year"] - 1: season.year - 1,
        _STAND_IN_DAY: on,
        str(_STAND_IN_DAY): str(on),
    }
    return tuple(real.get(value, value) for value in values)
