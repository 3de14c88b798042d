"""Figures of a large territory: the ones stored are dated and those of the run; what is small is never stale."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse

from istidrak.base import days
from istidrak.desk.actions import counting
from istidrak.desk.models import CountedSeason
from istidrak.desk.queries.counted import counted_for, persons_named
from istidrak.desk.queries.figure_bodies import body_from
from istidrak.organisations.models import Organisation
from istidrak.outreach.actions import open_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def country(db):
    return body_from(Organisation.objects.get(kind="MINISTRY"))


def _named(counted):
    return counted.figures["stations"]["named"]["total"]


def test_a_small_territory_is_not_stored_and_is_never_stale(officer, season, directorate, make_person, country):
    counting.count_seasons(more_than=1_000)
    open_case(by=officer, person=make_person(), season=season, directorate=directorate)
    counted = counted_for(country, season, days.today())
    assert (CountedSeason.objects.count(), _named(counted), counted.counted_at) == (0, 1, None)


def test_the_page_shows_the_stored_figures_with_their_moment_until_the_next_run(
    officer, season, directorate, make_person, country, national_officer, client_of
):
    open_case(by=officer, person=make_person(), season=season, directorate=directorate)
    counting.count_seasons(more_than=0)
    open_case(by=officer, person=make_person(), season=season, directorate=directorate)
    stored = counted_for(country, season, days.today())
    assert (_named(stored), stored.counted_at is not None) == (1, True)
    page = client_of(national_officer).get(reverse("desk:season", args=[season.year]))
    shown = counted_for(page.context["body"], season, days.today())
    assert page.context["counted_at"] == shown.counted_at
    assert page.context["page"].figures["stations"]["named"]["total"] == 1
    counting.count_seasons(more_than=0)
    assert _named(counted_for(country, season, days.today())) == 2


def test_stored_and_live_figures_are_the_same(officer, season, directorate, make_person, country):
    open_case(by=officer, person=make_person(), season=season, directorate=directorate)
    from istidrak.desk.queries.counted import count

    live = count(country, season, days.today())
    counting.count_seasons(more_than=0)
    stored = counted_for(country, season, days.today())
    assert (stored.figures, stored.rates) == (live.figures, live.rates)


def test_an_earlier_day_is_counted_live(officer, season, directorate, make_person, country):
    open_case(by=officer, person=make_person(), season=season, directorate=directorate)
    counting.count_seasons(more_than=0)
    assert counted_for(country, season, days.today()).counted_at is not None
    assert counted_for(country, season, days.today() - dt.timedelta(days=3)).counted_at is None


def test_as_many_are_named_as_the_page_says(officer, season, directorate, make_person, country):
    """How many are named decides what is stored: it is asked before the figures, and must be their number."""
    for _person in range(3):
        open_case(by=officer, person=make_person(), season=season, directorate=directorate)
    merged = make_person()
    open_case(by=officer, person=merged, season=season, directorate=directorate)
    type(merged).unscoped.filter(pk=merged.pk).update(merged_into=make_person())
    assert persons_named(country, season) == _named(counted_for(country, season, days.today())) == 3
    counting.count_seasons(more_than=2)
    stored = set(CountedSeason.objects.values_list("organisation__kind", flat=True))
    assert stored == {"MINISTRY", "ACADEMY", "DIRECTORATE"}


def test_the_command_counts_and_what_became_small_is_no_longer_stored(
    officer, season, directorate, make_person, country, monkeypatch
):
    open_case(by=officer, person=make_person(), season=season, directorate=directorate)
    counting.count_seasons(more_than=0)
    assert CountedSeason.objects.exists()
    monkeypatch.setattr(counting, "FEW", 1_000)
    call_command("count")
    assert not CountedSeason.objects.exists()
