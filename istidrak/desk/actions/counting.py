"""The run that counts seasons: figures of large territories are stored, dated, and replaced by the next run."""

import datetime as dt

from django.db import transaction

from istidrak.base import days
from istidrak.desk.models import CountedSeason
from istidrak.desk.queries.counted import timed_count
from istidrak.desk.queries.figure_bodies import body_from
from istidrak.organisations.models import Organisation
from istidrak.programmes.models import Season

QUICK = 0.1  # seconds: a territory that is counted faster is always counted live


def count_seasons(*, longer_than: float | None = None, older_than: dt.timedelta = dt.timedelta()) -> int:
    """Count every open season for the country, the academies and the directorates, where what is stored is
    `older_than` that. A closed season is frozen, or counted live.

    Only what took `longer_than` seconds (QUICK) to count is stored; what became quick is counted live again. Signed
    by nobody: nothing is decided here, and the rows say when they were counted. Returns how many rows stand.
    """
    territories = Organisation.objects.filter(kind__in=("MINISTRY", "ACADEMY", "DIRECTORATE")).select_related("place")
    CountedSeason.objects.exclude(season__state=Season.State.OPEN).delete()
    for season in Season.objects.filter(state=Season.State.OPEN):
        kept = CountedSeason.objects.filter(season=season, counted_at__gte=days.now() - older_than)
        counted = set(kept.values_list("organisation", flat=True))
        for organisation in territories:
            if organisation.pk not in counted:
                _count(season, organisation, QUICK if longer_than is None else longer_than)
    return CountedSeason.objects.count()


def _count(season: Season, organisation: Organisation, longer_than: float) -> None:
    row, seconds = timed_count(body_from(organisation), season)
    with transaction.atomic():
        CountedSeason.objects.filter(season=season, organisation=organisation).delete()
        if seconds > longer_than:
            row.save()
