"""Lists of the enrolled: submitted by centres, validated by the directorate, consolidated, frozen."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import (
    TERRITORIAL,
    AcademyOfficer,
    AssociationManager,
    CentreDirector,
    DirectorateOfficer,
    NationalOfficer,
)
from istidrak.base import days, workflow
from istidrak.base.exchange.answers import list_of_names, workbook_answer
from istidrak.programmes.models import Season
from istidrak.programmes.queries import current_season
from istidrak.training import actions
from istidrak.training.forms import moving as forms
from istidrak.training.forms.applications import ReasonOnlyForm
from istidrak.training.models import RegisterReturn
from istidrak.training.queries import returns as queries
from istidrak.training.queries.applications import source_words

READS = (*TERRITORIAL, AssociationManager, CentreDirector)
# Who may use each verb on one list.
ROLES_OF = {
    "submit": (CentreDirector,),
    "send_back": (DirectorateOfficer,),
    "validate": (DirectorateOfficer,),
    "release": (AcademyOfficer,),
}


def _reference_of(request: HttpRequest, known: list[dt.date]) -> dt.date | None:
    asked = request.GET.get("reference", "")
    return next((day for day in known if day.isoformat() == asked), known[0] if known else None)


@open_to(*READS)
@require_http_methods(["GET", "POST"])
def returns(request: HttpRequest) -> HttpResponse:
    """Every centre's list for a reference day: who is late, what is to validate, consolidate, freeze; totals."""
    season = current_season(days.today())
    known = queries.reference_days_asked(request.scope, season) if season else []
    reference = _reference_of(request, known)
    if request.method == "POST":
        return _act_on_all(request, season, reference)
    return _returns_page(request, season, known, reference)


def _returns_page(
    request: HttpRequest, season: Season | None, known: list[dt.date], reference: dt.date | None, **bound: Any
) -> HttpResponse:
    rows = queries.returns(request.scope, season, reference).order_by("centre", "programme") if season else []
    if request.GET.get("format") == "xlsx":
        return _workbook(request, rows)
    states = {row.state for row in rows}
    context: dict[str, Any] = {
        "season": season,
        "known": known,
        "reference": reference,
        "rows": [(row, queries.is_late(row)) for row in rows],
        "totals": queries.totals(request.scope, season, reference) if season and rows else [],
        "may_consolidate": request.user.holds(AcademyOfficer) and "VALIDATED" in states,
        "may_freeze": request.user.holds(NationalOfficer) and "CONSOLIDATED" in states,
    }
    if season and request.user.holds(DirectorateOfficer):
        planned, value = queries.reference_days(season, days.today())
        coming = next(((r, d) for r, d in planned if r not in known), planned[-1])
        context["open_form"] = forms.OpenReturnsForm(initial={"reference_date": coming[0], "due_date": coming[1]})
        context["planned_source"], context["planned_is_sample"] = source_words(value), value.is_sample
    return render(request, "training/returns.html", {**context, **bound})


def _act_on_all(request: HttpRequest, season: Season | None, reference: dt.date | None) -> HttpResponse:
    verb = request.POST.get("do", "")
    if season is None or verb not in {"open", "consolidate", "freeze"}:
        messages.error(request, _("Nothing was written: use one of the buttons."))
    elif verb == "open":
        scope = scope_acting_as(request, DirectorateOfficer)
        form = forms.OpenReturnsForm(request.POST)
        if not form.is_valid():
            known = queries.reference_days_asked(request.scope, season)
            return _returns_page(request, season, known, reference, open_form=form)
        asked = actions.open_returns(
            by=request.user, season=season, centres=queries.centres_to_ask(scope, season), **form.cleaned_data
        )
        messages.success(request, _("Lists asked for: %(n)d.") % {"n": len(asked)})
    else:
        _take_together(request, season, reference, verb)
    return redirect(request.get_full_path())


def _take_together(request: HttpRequest, season: Season, reference: dt.date | None, verb: str) -> None:
    role, act, before = {
        "consolidate": (AcademyOfficer, actions.consolidate_returns, RegisterReturn.State.VALIDATED),
        "freeze": (NationalOfficer, actions.freeze_returns, RegisterReturn.State.CONSOLIDATED),
    }[verb]
    scope = scope_acting_as(request, role)
    moved = act(by=request.user, registers=queries.to_take(scope, season, reference, before))
    words = _("Lists consolidated: %(n)d.") if verb == "consolidate" else _("Lists frozen: %(n)d.")
    messages.success(request, words % {"n": moved})


def _workbook(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = [
        *((_("Centre"), 34, "text"), (_("Programme"), 34, "text"), (_("Reference day"), 14, "day")),
        *((_("Due on"), 14, "day"), (_("State"), 26, "text"), (_("Late"), 8, "text"), (_("Lines"), 8, "number")),
    ]
    lines = (
        (
            *(str(row.centre), str(row.programme), row.reference_date, row.due_date, row.get_state_display()),
            *(queries.is_late(row), row.lines if row.current_id else None),
        )
        for row in rows
    )
    return workbook_answer(request, "returned-lists", _("Lists of the enrolled"), columns, lines)


@open_to(*READS)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, register: str) -> HttpResponse:
    """One list: its lines as submitted, remarks, what changed against the former submission."""
    if request.method == "GET":
        subject = get_object_or_404(queries.returns(request.scope, None), uuid=register)
        if request.GET.get("format") == "xlsx":
            return _lines_workbook(request, subject)
        return _page(request, subject)
    verb = request.POST.get("do", "")
    scope = scope_acting_as(request, *ROLES_OF.get(verb, READS))
    subject = get_object_or_404(queries.returns(scope, None), uuid=register)
    bound = None
    try:
        bound = _act(request, subject, verb)
    except workflow.MoveRefused:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
    except actions.NotYet:
        messages.error(request, _("The reference day is still to come: submit the list on that day or later."))
    except actions.SameHand:
        messages.error(request, _("You submitted this list: somebody else validates it."))
    return _page(request, subject, **bound) if bound else redirect("training:register", register=subject.uuid)


def _act(request: HttpRequest, subject: RegisterReturn, verb: str) -> dict[str, Any] | None:
    if verb == "submit":
        actions.submit_return(by=request.user, register=subject)
        messages.success(request, _("Submitted: these lines no longer change; the directorate looks at them."))
    elif verb == "validate":
        actions.validate_return(by=request.user, register=subject)
        messages.success(request, _("Validated: the academy may take it up."))
    elif verb == "send_back":
        form = forms.SendBackForm(request.POST)
        if not form.is_valid():
            return {"back_form": form, "typed": forms.line_remarks(request.POST)}
        remarks = forms.line_remarks(request.POST)
        actions.send_back(by=request.user, register=subject, remarks=remarks, **form.cleaned_data)
        messages.success(request, _("Returned: the centre reads the remarks and submits again."))
    elif verb == "release":
        form = ReasonOnlyForm(request.POST)
        if not form.is_valid():
            return {"release_form": form}
        actions.release_return(by=request.user, register=subject, **form.cleaned_data)
        messages.success(request, _("Taken out of the consolidation: the directorate may return it."))
    else:
        messages.error(request, _("Nothing was written: use one of the buttons."))
    return None


def _page(request: HttpRequest, subject: RegisterReturn, **bound: Any) -> HttpResponse:
    moves = workflow.open_moves(subject)
    can = {verb: verb in moves and request.user.holds(*roles) for verb, roles in ROLES_OF.items()}
    is_own = subject.submitted_by_id == request.user.pk
    context = {
        "register": subject,
        "is_late": queries.is_late(subject),
        "sent": queries.sent(subject),
        "before": queries.remarks_before(subject),
        "can": can,
        "is_own": is_own,
        "may_validate": can["validate"] and not is_own,
        "back_form": forms.SendBackForm() if can["send_back"] else None,
        "release_form": ReasonOnlyForm() if can["release"] else None,
        "typed": {},
        "is_ready": subject.reference_date <= days.today(),
        "to_submit": len(actions.lines_on(subject)) if can["submit"] else None,
    }
    return render(request, "training/register.html", {**context, **bound})


def _lines_workbook(request: HttpRequest, subject: RegisterReturn) -> HttpResponse:
    columns = [
        *((_("File number"), 12, "text"), (_("Name in Arabic"), 30, "text"), (_("Name in French"), 30, "text")),
        *((_("Sex"), 8, "text"), (_("Birth date"), 14, "day"), (_("Birth year"), 10, "number")),
        *((_("Group"), 24, "text"), (_("Supplementary session"), 14, "text"), (_("State"), 20, "text")),
        *((_("Enrolled on"), 14, "day"), (_("Left on"), 14, "day"), (_("Remarks"), 40, "text")),
    ]
    sent = queries.sent(subject)
    lines = (
        (
            *(line.file_number, line.name_ar, line.name_fr, line.sex, line.birth_date, line.birth_year, line.group),
            *(line.is_supplementary, line.get_state_display(), line.enrolled_date, line.left_date),
            " ؛ ".join(remark.text for remark in line.remarks.all()),
        )
        for line in (sent.lines if sent else ())
    )
    return list_of_names(request, "returned-list", str(subject.centre), columns, lines, about=subject)
