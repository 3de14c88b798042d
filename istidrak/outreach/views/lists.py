"""Lists owed by schools, and the sheet on which a school head marks each name."""

import contextlib
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import TERRITORIAL, DirectorateOfficer, SchoolHead
from istidrak.base import days, paging, workflow
from istidrak.base.exchange.answers import workbook_answer
from istidrak.organisations.models import Organisation
from istidrak.outreach import actions
from istidrak.outreach.forms.lists import MarkSheet, NothingForm, RoundForm
from istidrak.outreach.models import Case, ExpectedList
from istidrak.outreach.queries import lists as queries
from istidrak.outreach.rules.lists import days_late
from istidrak.outreach.views.common import address_if_open, season_of
from istidrak.programmes.models import Season

ROWS = 100  # one page holds the schools of most directorates, and the names of most schools


@open_to(*TERRITORIAL, SchoolHead)
@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """One table of schools: received, nothing to report, late; a school head sees the own school."""
    season, today = season_of(request), days.today()
    show = request.GET.get("show", "")
    rows = queries.owed_lists(request.scope, season, today, show)
    if request.GET.get("format") == "xlsx":
        return _lists_workbook(request, season, rows)
    page = paging.page_of(rows, after=request.GET.get("after", ""), size=ROWS, newest_first=False)
    is_officer = request.user.holds(DirectorateOfficer)
    context = {
        "season": season,
        "page": page,
        "rows": [(owed, days_late(owed.state, owed.due_date, today)) for owed in page.rows],
        "counts": queries.counts_of_lists(request.scope, season, today),
        "show": show if show in queries.SHOWN else "",
        "may_say_nothing": is_officer or request.user.holds(SchoolHead),
        "form": _round_form(request, season) if is_officer else None,
        "drop_url": address_if_open(request, "desk:import_drop"),
        "mark_url": address_if_open(request, "outreach:strike_out"),
        "may_mark_for": is_officer,
    }
    return render(request, "outreach/lists/lists.html", context)


def _round_form(request: HttpRequest, season: Season, data: Any = None) -> RoundForm:
    return RoundForm(data, season=season, directorates=queries.directorates_of(request.user, DirectorateOfficer))


def _lists_workbook(request: HttpRequest, season: Season, rows: Any) -> HttpResponse:
    today = days.today()
    columns = [
        (_("Code"), 10, "text"),
        (_("Name in Arabic"), 36, "text"),
        (_("Name in French"), 36, "text"),
        (_("State"), 22, "text"),
        (_("Due on"), 12, "day"),
        (_("Received on"), 12, "day"),
        (_("Days late"), 10, "number"),
    ]
    lines = (
        (
            owed.school.code,
            owed.school.name_ar,
            owed.school.name_fr,
            owed.get_state_display(),
            owed.due_date,
            owed.received_date,
            days_late(owed.state, owed.due_date, today) or None,
        )
        for owed in rows.order_by("pk")
    )
    return workbook_answer(request, f"lists-{season.year}", _("Lists of schools"), columns, lines)


@open_to(*TERRITORIAL)
@require_GET
def late_lists(request: HttpRequest) -> HttpResponse:
    """The schools to remind, on paper: code, due day, days late, room to write what they answered."""
    season, today = season_of(request), days.today()
    rows = queries.owed_lists(request.scope, season, today, "late").order_by("due_date", "pk")
    context = {
        "season": season,
        "rows": [(owed, days_late(owed.state, owed.due_date, today)) for owed in rows],
        "as_of": today,
    }
    return render(request, "outreach/lists/late.html", context)


@open_to(DirectorateOfficer)
@require_POST
def expect_lists(request: HttpRequest) -> HttpResponse:
    """Open the round for every school of the directorate, or move its day."""
    season = season_of(request)
    form = _round_form(request, season, request.POST)
    if not form.is_valid():
        return render(request, "outreach/lists/round.html", {"form": form, "season": season}, status=422)
    outcome = actions.expect_lists(by=request.user, season=season, **form.cleaned_data)
    text = ngettext(
        "%(added)d school was asked for its list; %(known)d were asked before.",
        "%(added)d schools were asked for their lists; %(known)d were asked before.",
        outcome.added,
    )
    messages.success(request, text % {"added": outcome.added, "known": outcome.known})
    return redirect("outreach:lists")


@open_to(SchoolHead, DirectorateOfficer)
@require_http_methods(["GET", "POST"])
def nothing_to_report(request: HttpRequest, expected: str) -> HttpResponse:
    """The school has nobody to name: the head says it in one click, the officer with how it is known."""
    owed = get_object_or_404(
        ExpectedList.objects.visible_to(request.scope).select_related("school", "season"), uuid=expected
    )
    form = NothingForm(request.POST if request.method == "POST" else None, is_head=request.user.holds(SchoolHead))
    if request.method == "POST" and form.is_valid():
        try:
            actions.nothing_to_report(by=request.user, expected=owed, reason=form.cleaned_data["reason"])
            messages.success(request, _("%(school)s: nothing to report.") % {"school": owed.school})
        except workflow.MoveRefused:
            messages.error(request, _("A list of this school came meanwhile; nothing was changed."))
        return redirect("outreach:lists")
    return render(request, "outreach/lists/nothing.html", {"form": form, "owed": owed})


@open_to(SchoolHead)
@require_http_methods(["GET", "POST"])
def strike_out(request: HttpRequest) -> HttpResponse:
    """Every named pupil of my school: still absent, came back, transferred, moved, unknown."""
    return _mark_page(request, queries.schools_of(request.scope))


@open_to(DirectorateOfficer)
@require_http_methods(["GET", "POST"])
def strike_out_of(request: HttpRequest, school: str) -> HttpResponse:
    """The same sheet for a school that told the officer by telephone or on paper."""
    found = queries.school_inside(request.scope, school)
    if found is None:
        raise Http404
    return _mark_page(request, [found])


def _mark_page(request: HttpRequest, schools: list[Organisation]) -> HttpResponse:
    season = season_of(request)
    pupils = queries.pupils_of(request.scope, season, schools)
    if request.method == "POST":
        sheet = _save_marks(request, pupils)
        if sheet is None:
            return redirect(request.get_full_path())
        return _show_sheet(request, season, schools, pupils, sheet, paging.Page([], ""), status=409)
    is_marked = request.GET.get("show") == "marked"
    shown = pupils.filter(mark__isnull=False) if is_marked else queries.unmarked(pupils)
    page = paging.page_of(shown, after=request.GET.get("after", ""), size=ROWS, newest_first=False)
    return _show_sheet(request, season, schools, pupils, MarkSheet(page.rows), page)


def _save_marks(request: HttpRequest, pupils: QuerySet[Case]) -> MarkSheet | None:
    """Save the rows that changed; the sheet of those that somebody else marked meanwhile, or None."""
    sheet = MarkSheet(_cases_sent(request, pupils), request.POST)
    outcome = actions.save_marks(by=request.user, cases=sheet.cases, marks=sheet.marks, seen=sheet.seen)
    if outcome.written:
        text = ngettext("%(count)d mark saved.", "%(count)d marks saved.", outcome.written)
        messages.success(request, text % {"count": outcome.written})
    elif not outcome.meanwhile:
        messages.info(request, _("No mark was changed."))
    if not outcome.meanwhile:
        return None
    sheet.tell(outcome.meanwhile)
    return sheet


def _cases_sent(request: HttpRequest, pupils: QuerySet[Case]) -> list[Case]:
    """The names that the page held, whatever their state is by now; ids of other schools find nothing."""
    ids = []
    for name in request.POST:
        if name.startswith("seen-"):
            with contextlib.suppress(ValueError):
                ids.append(uuid.UUID(name.removeprefix("seen-")))
    return list(pupils.filter(uuid__in=ids[: ROWS * 2]).order_by("pk"))


def _show_sheet(
    request: HttpRequest,
    season: Season,
    schools: list[Organisation],
    pupils: QuerySet[Case],
    sheet: MarkSheet,
    page: paging.Page,
    status: int = 200,
) -> HttpResponse:
    is_head = request.user.holds(SchoolHead)
    context = {
        "season": season,
        "schools": schools,
        "sheet": sheet,
        "page": page,
        "marks": Case.Mark.choices,
        "counts": queries.counts_of_marks(pupils),
        "is_marked": request.GET.get("show") == "marked",
        "is_meanwhile": status == 409,
        "is_head": is_head,
        "back": "" if is_head else reverse("outreach:lists"),
        "draft": f"marks-{season.year}-{schools[0].code if schools else ''}-{request.GET.urlencode()}",
    }
    return render(request, "outreach/lists/strike_out.html", context, status=status)
