"""Freezing a closed season: its figures are stored once, and comparisons use nothing else."""

import datetime as dt

from django.db import IntegrityError, transaction

from istidrak.accounts.models import User
from istidrak.base import days, history
from istidrak.desk.models import FrozenFigure, FrozenSeason
from istidrak.desk.queries.cubes import bodies_to_freeze, cube_of
from istidrak.desk.queries.stations import DEFINITIONS_VERSION
from istidrak.programmes.models import Season

ROWS_AT_ONCE = 5_000


class SeasonNotClosed(Exception):
    """Only a closed season is frozen: an open one still moves."""


class AlreadyFrozen(Exception):
    """The figures of this season were frozen before; they are never replaced."""


@transaction.atomic
def freeze_season(*, by: User, season: Season) -> FrozenSeason:
    """Store the figures of every body of a closed season, by programme, sex and age, with the day and the version
    of the definitions. Raises SeasonNotClosed, AlreadyFrozen."""
    if season.state != Season.State.CLOSED:
        raise SeasonNotClosed
    on = min(days.today(), dt.date(season.year + 1, 8, 31))
    try:
        with transaction.atomic():
            frozen = FrozenSeason.objects.create(
                season=season,
                counted_date=on,
                definitions=DEFINITIONS_VERSION,
                frozen_by=by,
                frozen_at=days.now(),
            )
    except IntegrityError as refused:
        raise AlreadyFrozen from refused
    written = 0
    for body in bodies_to_freeze(season):
        rows = [
            FrozenFigure(frozen=frozen, organisation=body.organisation, **cell) for cell in cube_of(body, season, on)
        ]
        FrozenFigure.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
        written += len(rows)
    history.record(season, "freeze", by=by, after=on.isoformat(), details={"rows": written})
    return frozen
