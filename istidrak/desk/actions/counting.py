"""The run that counts seasons: figures of large territories are stored, dated, and replaced by the next run."""

import datetime as dt

from django.db import transaction

from istidrak.base import days
from istidrak.desk.models import CountedSeason
from istidrak.desk.queries.counted import counted_row, persons_named
from istidrak.desk.queries.figure_bodies import body_from
from istidrak.organisations.models import Organisation
from istidrak.programmes.models import Season

# Persons named in a season: a smaller territory is counted live. A number, not a duration: on a busy machine a small
# territory would be stored as well, and an officer would not see the list just imported.
FEW = 2_000


def count_seasons(*, more_than: int | None = None, older_than: dt.timedelta = dt.timedelta()) -> int:
    """Count every open season for the country, the academies and the directorates, where what is stored is
    `older_than` that. A closed season is frozen, or counted live.

    Only a territory where `more_than` persons (FEW) are named is stored; what became small is counted live. Signed
    by nobody: nothing is decided here, and the rows say when they were counted. Returns how many rows stand.
    """
    territories = Organisation.objects.filter(kind__in=("MINISTRY", "ACADEMY", "DIRECTORATE")).select_related("place")
    CountedSeason.objects.exclude(season__state=Season.State.OPEN).delete()
    for season in Season.objects.filter(state=Season.State.OPEN):
        kept = CountedSeason.objects.filter(season=season, counted_at__gte=days.now() - older_than)
        counted = set(kept.values_list("organisation", flat=True))
        for organisation in territories:
            if organisation.pk not in counted:
                _count(season, organisation, FEW if more_than is None else more_than)
    return CountedSeason.objects.count()


def _count(season: Season, organisation: Organisation, more_than: int) -> None:
    body = body_from(organisation)
    # What is small is not counted whole to be thrown away.
    row = counted_row(body, season) if persons_named(body, season) > more_than else None
    with transaction.atomic():
        CountedSeason.objects.filter(season=season, organisation=organisation).delete()
        if row is not None:
            row.save()
