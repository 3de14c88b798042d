"""The season on one page, and the people behind each number."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import (
    TERRITORIAL,
    AssociationManager,
    CentreDirector,
    Educator,
    FieldAgent,
    Reader,
    SchoolHead,
)
from istidrak.base import days, paging
from istidrak.base.exchange.answers import workbook_answer
from istidrak.desk.queries import season_page as queries
from istidrak.people.queries import possible_duplicates
from istidrak.programmes.models import Season

READS_FILES = (*TERRITORIAL, SchoolHead, AssociationManager, CentreDirector, FieldAgent, Educator)


@open_to(*READS_FILES, Reader)
@require_GET
def season(request: HttpRequest, year: int) -> HttpResponse:
    """Counts of the season inside my territory, each with its definition and the date it is read on."""
    subject = get_object_or_404(Season, year=year)
    rows = queries.counts_of(request.scope, subject)
    reads_files = request.user.holds(*READS_FILES)
    if not reads_files or request.scope.spans != request.scope.total_spans:
        rows = queries.small_cells_hidden(rows)
    if request.GET.get("format") == "xlsx":
        columns = [
            (_("Count"), 30, "text"),
            (_("Total"), 10, "number"),
            (_("Girls"), 10, "number"),
            (_("Boys"), 10, "number"),
            (_("Sex not known"), 14, "number"),
            (_("Definition"), 70, "text"),
        ]
        lines = (
            (
                str(r["definition"].label),
                r["total"],
                r["girls"],
                r["boys"],
                r["unknown"],
                str(r["definition"].sentence),
            )
            for r in rows
        )
        return workbook_answer(request, f"season-{year}", str(subject), columns, lines)
    context = {
        "season": subject,
        "rows": rows,
        "as_of": days.today(),
        "reads_files": reads_files,
        "may_decide_pairs": request.user.holds(*TERRITORIAL),
        "possible_duplicates": possible_duplicates(request.scope) if reads_files else None,
        "programmes": queries.by_programme(request.scope, subject, days.today()) if reads_files else [],
    }
    return render(request, "desk/season.html", context)


@open_to(*READS_FILES)
@require_GET
def people(request: HttpRequest, year: int, count: str) -> HttpResponse:
    """The people behind one number, as far as I may read them."""
    subject = get_object_or_404(Season, year=year)
    if count not in queries.BY_CODE:
        raise Http404
    rows = queries.people_behind(request.scope, subject, count)
    definition = queries.BY_CODE[count]
    if request.GET.get("format") == "xlsx":
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
        return workbook_answer(request, f"season-{year}-{count}", str(definition.label), columns, lines)
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    return render(request, "desk/season_people.html", {"season": subject, "definition": definition, "page": page})
