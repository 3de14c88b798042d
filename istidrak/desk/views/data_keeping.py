"""How well each centre keeps its data, and what is missing in one of them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import TERRITORIAL, AssociationManager, CentreDirector
from istidrak.base import days, paging
from istidrak.base.exchange.answers import list_of_names, workbook_answer
from istidrak.desk.queries import data_keeping as queries
from istidrak.programmes.models import Season

READS = (*TERRITORIAL, AssociationManager, CentreDirector)


@open_to(*READS)
@require_GET
def centres(request: HttpRequest, year: int) -> HttpResponse:
    """Every centre of mine with the state of its data, the share of each measure, and a way to what is missing."""
    season, today = get_object_or_404(Season, year=year), days.today()
    inside = queries.centres_inside(request.scope)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, season)
    page = paging.page_of(inside, after=request.GET.get("after", ""), newest_first=False)
    bounds = queries.thresholds(today)
    kept = queries.kept_by_centre(request.scope, season, today, page.rows, bounds)
    rows = [
        {"centre": centre, "kept": kept[centre.pk], "state": queries.worst(k.state for k in kept[centre.pk])}
        for centre in page.rows
    ]
    for row in rows:
        row["word"], row["tone"] = queries.WORDS[row["state"]], queries.TONES[row["state"]]
    context = {
        "season": season,
        "page": page,
        "rows": rows,
        "measures": queries.MEASURES,
        "as_of": today,
        **bounds,
    }
    return render(request, "desk/data_keeping.html", context)


def _workbook(request: HttpRequest, season: Season) -> HttpResponse:
    inside, today = list(queries.centres_inside(request.scope).order_by("pk")), days.today()
    kept = queries.kept_by_centre(request.scope, season, today, inside, queries.thresholds(today))
    columns = [(_("Centre"), 36, "text"), (_("Place"), 24, "text"), (_("State of the data"), 18, "text")]
    for measure in queries.MEASURES:
        columns += [
            (_("%(measure)s: due") % {"measure": measure.label}, 16, "number"),
            (_("%(measure)s: done") % {"measure": measure.label}, 16, "number"),
        ]
    lines = (
        (
            *(str(centre), str(centre.place or ""), queries.WORDS[queries.worst(k.state for k in kept[centre.pk])]),
            *(number for k in kept[centre.pk] for number in (k.due, k.done)),
        )
        for centre in inside
    )
    return workbook_answer(request, f"data-keeping-{season.year}", _("State of the data"), columns, lines)


@open_to(*READS)
@require_GET
def missing(request: HttpRequest, year: int, centre: str, measure: str) -> HttpResponse:
    """What a centre owes one measure: each row with its day and the page where it is done."""
    season, today = get_object_or_404(Season, year=year), days.today()
    subject = get_object_or_404(queries.centres_inside(request.scope), uuid=centre)
    if measure not in queries.BY_CODE:
        raise Http404
    chosen = queries.BY_CODE[measure]
    rows = queries.missing_of(request.scope, season, today, subject, chosen)
    if request.GET.get("format") == "xlsx":
        columns = [(_("What is missing"), 50, "text"), (_("Since"), 14, "day")]
        lines = ((str(chosen.words(row)), chosen.day(row)) for row in rows.order_by("pk"))
        return list_of_names(request, f"missing-{measure}", str(chosen.label), columns, lines, about=subject)
    page = paging.page_of(rows, after=request.GET.get("after", ""), newest_first=False)
    shown = [{"words": chosen.words(r), "url": chosen.url(r), "day": chosen.day(r)} for r in page.rows]
    context = {"season": season, "centre": subject, "measure": chosen, "page": page, "rows": shown, "as_of": today}
    return render(request, "desk/data_keeping_missing.html", context)
