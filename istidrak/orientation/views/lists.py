"""Orientations of the season by what they wait for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from istidrak.accounts.gate import open_to
from istidrak.base import days, paging
from istidrak.base.exchange.answers import list_of_names
from istidrak.orientation.queries import lists as queries
from istidrak.orientation.views.common import READS_CASES, READS_SITTINGS
from istidrak.outreach.views.common import season_of


@open_to(*READS_CASES)
@require_GET
def orientations(request: HttpRequest) -> HttpResponse:
    """Counts first: to interview, to decide, proposed, returned, decided; then the cases asked for."""
    season = season_of(request)
    station, text = request.GET.get("station", ""), request.GET.get("text", "").strip()
    rows = queries.orientations(request.scope, season, station, text)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, season, rows)
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    for case in page.rows:
        case.station_label, case.station_tone = dict(queries.STATIONS)[case.station], queries.TONES[case.station]
    context = {
        "season": season,
        "station": station,
        "text": text,
        "page": page,
        "counts": queries.station_counts(request.scope, season),
        "late": queries.late_councils(request.scope, days.today()).count(),
        "may_see_sittings": request.user.holds(*READS_SITTINGS),
    }
    return render(request, "orientation/orientations.html", context)


def _workbook(request: HttpRequest, season: Any, rows: Any) -> HttpResponse:
    columns = [
        (_("File number"), 12, "text"),
        (_("Name in Arabic"), 30, "text"),
        (_("Name in French"), 30, "text"),
        (_("State"), 30, "text"),
        (_("School"), 30, "text"),
        (_("Quarter or douar"), 24, "text"),
    ]
    labels = dict(queries.STATIONS)
    lines = (
        (
            *(case.person.file_number, case.person.name_ar, case.person.name_fr, str(labels[case.station])),
            *(str(case.school or ""), case.quarter),
        )
        for case in rows.order_by("pk").iterator()
    )
    return list_of_names(request, f"orientations-{season.year}", _("Orientations"), columns, lines, about=season)
