"""What the seasons page shows."""

import datetime as dt
from typing import Any

from istidrak.base.parameters import parameters_on
from istidrak.programmes.models import Programme, Season
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
