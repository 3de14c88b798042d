"""A figure said in public beside our own counts, on the day it was said and today."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from istidrak.base import days
from istidrak.base.scope import Scope
from istidrak.desk.models import Claim
from istidrak.desk.queries.counted import counted_for
from istidrak.desk.queries.figure_bodies import Body, body_from, reads_files
from istidrak.desk.queries.figures import figures_of
from istidrak.desk.queries.season_page import season_page
from istidrak.desk.queries.stations import BY_CODE, Station
from istidrak.desk.rules.claims import Reading, read_claim
from istidrak.programmes.models import Season

PLACES = "places"
COMPARED = (
    "pre_registered",
    "validated",
    "named",
    "contacted",
    "oriented",
    "arrived",
    "enrolled",
    "present",
    "enrolled_ever",
    "completed",
)
PLACES_LABEL = _("Places agreed")
Counts = dict[str, int | None]


@dataclass(frozen=True)
class Compared:
    """One of our counts beside the figure. `then`, `now`: None when it cannot be known; `is_small`: not shown."""

    code: str
    label: Any
    sentence: Any
    then: int | None
    now: int | None
    is_small: bool = False
    has_people: bool = False


@dataclass(frozen=True)
class ReadClaim:
    """A claim with our counts and what they say of it on its day and today."""

    claim: Claim
    body: Body
    rows: list[Compared]
    then: Reading
    now: Reading
    then_label: Any
    now_label: Any
    now_date: dt.date
    is_exact: bool
    has_counts: bool


def label_of(code: str | None) -> Any:
    """The words of a count."""
    if code is None:
        return ""
    return PLACES_LABEL if code == PLACES else BY_CODE[code].label


def claims_of(scope: Scope, season: Season) -> QuerySet[Claim]:
    """Figures said in public about the season, of the reader's territory."""
    rows = Claim.objects.visible_to(scope).filter(season=season)
    return rows.select_related("organisation", "season", "programme", "entered_by")


def read(scope: Scope, claim: Claim, *, is_own: bool) -> ReadClaim:
    """Our counts for the body of a claim, as of its day and as of today. Three queries.

    What says only how things stand now (named, oriented) cannot be known for the day of the claim. A reader of
    totals sees of the counts of persons what the season's page of their own body shows today: who may enter a claim
    chooses its day and its programme, and would find persons between two days, or what the page hides.
    """
    body = body_from(claim.organisation, scope)
    is_exact = reads_files(scope, body)
    today = min(days.today(), dt.date(claim.season.year + 1, 8, 31))
    then = _counts(body, claim, claim.said_date, is_past=claim.said_date < today)
    now = _counts(body, claim, today, is_past=False)
    if not is_exact:
        then, now = _as_shown(then, now, body, claim, today, is_own=is_own)
    rows = [_row(code, then, now, is_exact) for code in now]
    shown = {row.code for row in rows if not row.is_small}
    at_then = read_claim(claim.value, {code: n for code, n in then.items() if code in shown})
    at_now = read_claim(claim.value, {code: n for code, n in now.items() if code in shown})
    return ReadClaim(
        claim,
        body,
        rows,
        at_then,
        at_now,
        _said(at_then),
        _said(at_now),
        today,
        is_exact,
        any(then.values()) or any(now.values()),
    )


def _said(reading: Reading) -> list[Any]:
    return [label_of(code) for code in (reading.matches or ((reading.nearest,) if reading.nearest else ()))]


def _counts(body: Body, claim: Claim, on: dt.date, *, is_past: bool) -> dict[str, int | None]:
    figures = figures_of(body, claim.season, on)
    programme = claim.programme.code if claim.programme else None
    agreed = figures["agreed"]
    counts: dict[str, int | None] = {
        PLACES: agreed["total"] if programme is None else agreed["programmes"].get(programme, 0)
    }
    for code in COMPARED:
        station = BY_CODE.get(code)
        if station is None or (code not in figures["stations"] and code != "present"):
            continue
        counts[code] = _count(figures, station, programme, on, is_past=is_past)
    return counts


def _count(
    figures: dict[str, Any], station: Station, programme: str | None, on: dt.date, *, is_past: bool
) -> int | None:
    """A count of one programme, or of all; None when it cannot be known for the day."""
    if station.code == "present":
        if figures["count_day"] is None or (is_past and figures["count_day"] != on.isoformat()):
            return None
    elif is_past and not station.is_dated:
        return None
    if programme is None:
        return figures["stations"][station.code]["total"]
    return figures["programmes"].get(programme, {}).get(station.code, 0) if station.source.programme else None


def _as_shown(
    then: Counts, now: Counts, body: Body, claim: Claim, today: dt.date, *, is_own: bool
) -> tuple[Counts, Counts]:
    """What a reader of totals may know: places, and the totals that the season's page shows them."""
    seen: Counts = {}
    if is_own and claim.programme is None:
        page = season_page(body, claim.season, counted_for(body, claim.season, today), is_exact=False)
        seen = {code: page.cell(code) for code in now}
    places = {PLACES: now[PLACES]}
    return {PLACES: then[PLACES]}, {code: seen.get(code) for code in now} | places


def _row(code: str, then: Counts, now: Counts, is_exact: bool) -> Compared:
    before, after = then.get(code), now.get(code)
    is_hidden = not is_exact and after is None
    sentence = _("Places that standing agreements promise.") if code == PLACES else BY_CODE[code].sentence
    return Compared(code, label_of(code), sentence, before, after, is_hidden, code != PLACES)
