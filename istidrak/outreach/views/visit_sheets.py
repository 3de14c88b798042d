"""Visit sheets: printed, as a workbook, and back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import DirectorateOfficer, FieldAgent
from istidrak.base import days
from istidrak.base.exchange.answers import XLSX, names_leave
from istidrak.outreach import actions, sheets
from istidrak.outreach.forms.visit_sheets import FilledSheetForm, SheetForm, packed, unpacked
from istidrak.outreach.models import Team
from istidrak.outreach.queries import visit_sheets as queries
from istidrak.outreach.queries.campaigns import teams_visible
from istidrak.outreach.views.common import season_of

VISITS = (FieldAgent, DirectorateOfficer)


@open_to(*VISITS)
@require_GET
def visit_sheets(request: HttpRequest) -> HttpResponse:
    """An A4 page of people to visit, by team or quarter, with room to write; its workbook on demand."""
    season, today = season_of(request), days.today()
    own = None if request.user.holds(DirectorateOfficer) else request.user.pk
    teams = teams_visible(request.scope, season, own=own)
    everybody = queries.cases_to_visit(request.scope, season)
    form = SheetForm(request.GET, teams=teams, quarters=queries.quarters_of(everybody))
    team, quarter = _asked(form)
    cases = queries.cases_to_visit(request.scope, season, team=team, quarter=quarter)
    rows = queries.sheet_rows(request.scope, cases)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, team, quarter, rows)
    context = {"season": season, "form": form, "team": team, "quarter": quarter, "rows": rows, "as_of": today}
    return render(request, "outreach/campaigns/visit_sheets.html", context)


def _asked(form: SheetForm) -> tuple[Team | None, str | None]:
    """The team and the quarter asked for; what is not among the choices asks for nothing."""
    form.is_valid()
    quarter = form.cleaned_data.get("quarter") or None
    return form.cleaned_data.get("team"), quarter.removeprefix("q:") if quarter else None


def _workbook(
    request: HttpRequest, team: Team | None, quarter: str | None, rows: list[queries.SheetRow]
) -> HttpResponse:
    title = " ".join([str(_("Visit sheet")), *([team.name] if team else []), *([quarter] if quarter else [])])
    names_leave(request, "visits", len(rows))
    response = HttpResponse(sheets.workbook(title, [row.line for row in rows]), content_type=XLSX)
    name = f"visits-{days.today():%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


@open_to(*VISITS)
@require_http_methods(["GET", "POST"])
def visit_sheets_back(request: HttpRequest) -> HttpResponse:
    """A filled sheet: first what it would write and what is refused, nothing is written yet."""
    form = FilledSheetForm(*((request.POST, request.FILES) if request.method == "POST" else ()), today=days.today())
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        checked = queries.check(request.scope, form.filled)
        context |= {
            "checked": checked,
            "sealed": packed([visit for visit, _case in checked.to_write], request.user.pk),
            "name": form.cleaned_data["sheet"].name,
        }
    return render(request, "outreach/campaigns/visit_sheets_back.html", context)


@open_to(*VISITS)
@require_POST
def write_visits(request: HttpRequest) -> HttpResponse:
    """Write the visits that were shown."""
    visits = unpacked(request.POST.get("sealed", ""), request.user.pk)
    if not visits:
        messages.error(request, _("Nothing was written: send the sheet once more."))
        return redirect("outreach:visit_sheets_back")
    cases = queries.cases_by_uuid(request.scope, [visit.case for visit in visits])
    outcome = actions.write_visits(
        by=request.user, visits=[(visit, cases[visit.case]) for visit in visits if visit.case in cases]
    )
    text = ngettext("%(count)d contact written.", "%(count)d contacts written.", outcome.written)
    messages.success(request, text % {"count": outcome.written})
    if outcome.refused:
        rows = ", ".join(str(visit.row) for visit in outcome.refused)
        messages.warning(
            request, _("Not written, the case does not take a contact any more: rows %(rows)s.") % {"rows": rows}
        )
    return redirect("outreach:visit_sheets")
