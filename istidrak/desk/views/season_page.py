"""The season on one page for a body, and the people behind each number."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import (
    TERRITORIAL,
    AssociationManager,
    CentreDirector,
    DirectorateOfficer,
    Educator,
    FieldAgent,
    GuidanceCounsellor,
    InsertionOfficer,
    LegalOfficer,
    PlanningOfficer,
    Psychologist,
    Reader,
    SchoolHead,
    SocialWorker,
    VocationalTrainer,
)
from istidrak.base import days, paging
from istidrak.base.exchange.answers import names_answer, workbook_answer
from istidrak.desk.queries import figure_bodies
from istidrak.desk.queries import season_page as queries
from istidrak.desk.queries.counted import counted_for, last_day_of
from istidrak.desk.queries.register import about_the_layout, learners, sessions_by_group
from istidrak.desk.queries.season_charts import charts_of
from istidrak.desk.views.data_keeping import READS as READS_DATA
from istidrak.people.queries import possible_duplicates
from istidrak.programmes.models import Season

READS_FILES = (
    *TERRITORIAL,
    GuidanceCounsellor,
    SchoolHead,
    AssociationManager,
    CentreDirector,
    SocialWorker,
    Psychologist,
    InsertionOfficer,
    FieldAgent,
    Educator,
    VocationalTrainer,
)
FOLLOWS_A_BODY = (*TERRITORIAL, SchoolHead, AssociationManager, CentreDirector)
READS_TOTALS = (PlanningOfficer, LegalOfficer, Reader)
SEASON_READERS = (*FOLLOWS_A_BODY, *READS_TOTALS)


def body_asked(request: HttpRequest, roles: tuple[type, ...] = SEASON_READERS) -> figure_bodies.Body:
    """The body that the address names, or the reader's own; 404 outside the reader's territory."""
    return figure_bodies.body_of(request.scope, request.user, roles, request.GET.get("of", ""))


def day_asked(request: HttpRequest, season: Season, *, may_choose: bool) -> dt.date:
    """The day of the figures: today, the end of a season that is over, or an earlier day that is chosen.

    Readers of totals do not choose: two days side by side would show who came between them.
    """
    last = last_day_of(season)
    try:
        chosen = parse_date(request.GET.get("on", "")) if may_choose else None
    except ValueError:
        chosen = None
    return min(max(chosen, dt.date(season.year, 1, 1)), last) if chosen else last


@open_to(*SEASON_READERS)
@require_GET
def season(request: HttpRequest, year: int) -> HttpResponse:
    """Every count of the season for a body, with its definition, its day and, within my scope, its people."""
    subject = get_object_or_404(Season, year=year)
    body = body_asked(request)
    is_exact = figure_bodies.reads_files(request.scope, body)
    on = day_asked(request, subject, may_choose=is_exact)
    answer = counted_for(body, subject, on)
    counted, on = answer.figures, dt.date.fromisoformat(answer.figures["on"])
    page = queries.season_page(body, subject, answer, is_exact=is_exact)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, subject, body, page)
    own = next(iter(figure_bodies.own_bodies(request.user, SEASON_READERS)), None)
    context = {
        "season": subject,
        "body": body,
        "page": page,
        "on": on,
        "counted_at": answer.counted_at,
        "is_exact": is_exact,
        "may_read_data": request.user.holds(*READS_DATA),
        "own": own if own and own.pk != body.organisation.pk else None,
        "asked": urlencode({"of": body.organisation.uuid, "on": on.isoformat()}),
        "before": f"{year - 1}/{year % 100:02d}",
        "count_day": counted["count_day"] and dt.date.fromisoformat(counted["count_day"]),
        "agreed_last": counted["agreed"]["last"] and dt.date.fromisoformat(counted["agreed"]["last"]),
        **_said(queries.claims_about(body, subject), year),
        "charts": charts_of(page, body),
        "attendance": queries.attendance_of(counted, is_exact=is_exact),
        "child_labels": [label for label, _n in page.children[0].labelled] if page.children else [],
        "may_export_register": is_exact and body.kind == "CENTRE",
        "may_decide_pairs": request.user.holds(*TERRITORIAL),
        "may_enter": request.user.holds(DirectorateOfficer, LegalOfficer),
        "may_read_claims": request.user.holds(*TERRITORIAL, *READS_TOTALS),
        "possible_duplicates": possible_duplicates(request.scope) if is_exact else None,
    }
    return render(request, "desk/season.html", context)


def _said(claims: list[Any], year: int) -> dict[str, Any]:
    """Figures said in public, the older season first; the last one of each season beside the other."""
    claims = sorted(claims, key=lambda claim: (claim.season.year, claim.said_date))
    newest = {claim.season.year: claim for claim in claims}
    return {"claims": claims, "said_before": newest.get(year - 1), "said_now": newest.get(year)}


def _workbook(request: HttpRequest, subject: Season, body: Any, page: queries.SeasonPage) -> HttpResponse:
    columns = [
        (_("Count"), 30, "text"),
        (_("Total"), 10, "number"),
        (_("Girls"), 10, "number"),
        (_("Boys"), 10, "number"),
        (_("Sex not known"), 14, "number"),
        (_("Season before, as frozen"), 16, "number"),
        (_("Definition"), 70, "text"),
        (_("Population"), 50, "text"),
        (_("Text"), 50, "text"),
        (_("As of"), 12, "day"),
    ]
    return workbook_answer(request, f"season-{subject.year}", f"{subject} {body.organisation}", columns, _lines(page))


def _lines(page: queries.SeasonPage) -> Iterator[tuple[Any, ...]]:
    """Rows of the workbook: a hidden cell is empty, as on the page; places agreed are not persons and have no sex."""
    on = dt.date.fromisoformat(page.figures["on"])
    agreed = page.figures["agreed"]
    last = dt.date.fromisoformat(agreed["last"]) if agreed["last"] else None
    counted = page.figures["count_day"] and dt.date.fromisoformat(page.figures["count_day"])
    yield (
        _("Places agreed"),
        agreed["total"],
        None,
        None,
        None,
        None,
        _("Places that standing agreements promise."),
        _("Centres of the body."),
        _("The agreements, each with its day."),
        last,
    )
    for _title, lines in page.families:
        for line in lines:
            station, cells = line.station, line.cells
            day = counted if station.code == "present" else on
            yield (
                str(station.label),
                *(cells[column] for column in queries.COLUMNS),
                line.before,
                str(station.sentence),
                str(station.population),
                str(station.text),
                day,
            )


@open_to(*FOLLOWS_A_BODY)
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, year: int, count: str) -> HttpResponse:
    """The people behind one number, as far as I may read them; their names leave by a POST, which is recorded."""
    subject = get_object_or_404(Season, year=year)
    body = body_asked(request, FOLLOWS_A_BODY)
    on = day_asked(request, subject, may_choose=True)
    try:
        counted, rows = queries.behind(request.scope, body, subject, on, count)
    except KeyError as error:
        raise Http404 from error
    if request.method == "POST":
        return _names(request, subject, body, count, str(counted.label), rows)
    context = {
        "season": subject,
        "body": body,
        "station": counted,
        "on": on,
        "page": paging.page_of(rows, after=request.GET.get("after", "")),
        "asked": urlencode({"of": body.organisation.uuid, "on": on.isoformat()}),
    }
    return render(request, "desk/season_people.html", context)


def _names(request: HttpRequest, subject: Season, body: Any, count: str, title: str, rows: Any) -> HttpResponse:
    columns = [
        (_("File number"), 12, "text"),
        (_("Name in Arabic"), 30, "text"),
        (_("Name in French"), 30, "text"),
        (_("Sex"), 8, "text"),
        (_("Birth date"), 12, "day"),
        (_("Birth year"), 10, "number"),
    ]
    lines = (
        (p.file_number, p.name_ar, p.name_fr, str(p.get_sex_display() or ""), p.birth_date, p.birth_year)
        for p in rows.order_by("pk").iterator()
    )
    return names_answer(
        request,
        f"season-{subject.year}-{count}",
        title,
        [(title, columns, lines)],
        about=body.organisation,
        season=subject.year,
    )


@open_to(*TERRITORIAL, AssociationManager, CentreDirector)
@require_POST
def register(request: HttpRequest, year: int) -> HttpResponse:
    """The register of a centre for a season: enrolments with their path, sessions by group. Recorded."""
    subject = get_object_or_404(Season, year=year)
    body = body_asked(request)
    if body.kind != "CENTRE" or not figure_bodies.reads_files(request.scope, body):
        raise Http404
    sheets = [
        (_("Learners"), *learners(request.scope, body, subject)),
        (_("Sessions by group"), *sessions_by_group(body, subject, days.today())),
        (_("About this workbook"), *about_the_layout(body, subject, days.today())),
    ]
    name = f"register-{subject.year}-{body.organisation.code or body.organisation.pk}"
    return names_answer(
        request, name, f"{body.organisation} {subject}", sheets, about=body.organisation, season=subject.year
    )
