"""What the pages of seasons and curricula show."""

import datetime as dt
from typing import Any

from django.db.models import Prefetch, QuerySet

from istidrak.base.parameters import parameters_on
from istidrak.programmes.models import CurriculumVersion, Module, Pole, Programme, Season
from istidrak.territory.models import Place


def current_season(today: dt.date) -> Season | None:
    """The open season that a day falls in, else the newest open one, else None; one query."""
    seasons = list(Season.objects.filter(state=Season.State.OPEN))
    started = [season for season in seasons if dt.date(season.year, 1, 1) <= today]
    return (started or seasons or [None])[0]


def age_bands(as_of: dt.date) -> list[dict[str, Any]]:
    """Age bands in force on a day: programme, place (None: the country), ages, reference day, source."""
    programmes = {programme.code: programme for programme in Programme.objects.all()}
    places = {place.span: place for place in Place.objects.exclude(kind="COMMUNE")}
    values = parameters_on(as_of, "programmes.age_band").choices("programmes.age_band", ("programme",))
    rows = [
        {
            "programme": programmes.get(value.keys["programme"]),
            "place": places.get(value.place) if value.place else None,
            "lower": value.value["lower"],
            "upper": value.value["upper"],
            "reference": "/".join(reversed(value.value["reference"].split("-"))),
            "since": value.since,
            "source": value.source,
            "is_sample": value.is_sample,
        }
        for value in values
    ]
    return sorted(
        rows, key=lambda row: (row["programme"].position if row["programme"] else 99, row["place"] is not None)
    )


def curricula() -> QuerySet[CurriculumVersion]:
    """Versions, newest first in each programme, with the poles and modules in force; three queries."""
    modules = Prefetch("modules", Module.objects.filter(is_superseded=False), to_attr="in_force")
    poles = Pole.objects.filter(is_superseded=False).prefetch_related(modules)
    return (
        CurriculumVersion.objects.select_related("programme")
        .prefetch_related(Prefetch("poles", poles, to_attr="in_force"))
        .order_by("programme__position", "-since_year")
    )


def version_for(programme: Programme, year: int) -> CurriculumVersion | None:
    """The version that groups of a programme and season follow unless told otherwise: the latest begun by then."""
    rows = CurriculumVersion.objects.filter(programme=programme, since_year__lte=year)
    return rows.order_by("-since_year").first()
