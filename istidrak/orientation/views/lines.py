"""One line of a sitting: an exception with its reason, a postponement, a remark, a correction."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import DirectorateOfficer
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.orientation import actions, queries
from istidrak.orientation.columns import LABELS
from istidrak.orientation.forms.proposing import ProposalForm
from istidrak.orientation.forms.sittings import ReasonForm
from istidrak.orientation.models import Exit, Sitting, SittingLine
from istidrak.orientation.queries.sitting_rows import row_of
from istidrak.orientation.views.common import HOLDS_SITTINGS
from istidrak.orientation.views.sittings import PROBLEMS, may_hold

WITH = (
    "sitting__body",
    "sitting__season",
    "sitting__receiver",
    "person",
    "receiver",
    "programme",
    "corrects__sitting",
)
CASE = ("case__person", "case__season", "case__directorate__place", "case__school", "decision__person")
TURNS = {
    "postpone": actions.postpone_line,
    "take_off": actions.take_off_agenda,
}


def _visible(request: HttpRequest, line: str, *roles: Any) -> SittingLine:
    scope = scope_acting_as(request, *roles) if roles else request.scope
    rows = SittingLine.objects.visible_to(scope).select_related(*WITH).select_related(*CASE)
    return get_object_or_404(rows, uuid=line)


@open_to(*HOLDS_SITTINGS)
@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, line: str) -> HttpResponse:
    """An exception: another exit with its reason, a postponement, or off the agenda."""
    subject = _visible(request, line, *HOLDS_SITTINGS)
    if not may_hold(request, subject.sitting):
        raise Http404
    if subject.sitting.state == Sitting.State.CLOSED:
        return redirect("orientation:minutes", sitting=subject.sitting.uuid)
    row = row_of(subject.sitting, subject)
    outcomes = {code: row.kept[code]["outcome"] for code in Exit.values}
    start = {
        "exit": subject.exit,
        "receiver": subject.receiver or subject.sitting.receiver,
        "programme": subject.programme,
    }
    start["departure_reason"] = subject.reason
    is_choice = request.method == "POST" and request.POST.get("do") == "choose"
    form = ProposalForm(request.POST if is_choice else None, case=subject.case, outcomes=outcomes, initial=start)
    if request.method == "POST":
        problem = _answer(request, subject, form)
        if problem is None:
            return redirect("orientation:sitting", sitting=subject.sitting.uuid)
        if problem:
            messages.error(request, problem)
            return redirect("orientation:line", line=subject.uuid)
    exits = queries.shown(row.kept)
    missing = [LABELS[name] for name in row.to_complete]
    context = {
        "line": subject,
        "row": row,
        "form": form,
        "exits": exits,
        "missing": missing,
        "reason_form": ReasonForm(),
    }
    return render(request, "orientation/line.html", context)


def _answer(request: HttpRequest, subject: SittingLine, form: ProposalForm) -> str | None:
    """Do what was asked: None when it is done, words of what stands in the way, empty when the form says it."""
    do, version = request.POST.get("do", ""), request.POST.get("version", "")
    shown = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    try:
        if do == "choose":
            return _choose(request, subject, form, shown) if form.is_valid() else ""
        if do == "reconsider":
            actions.reconsider_line(by=request.user, line=subject, version=shown)
        elif do in TURNS:
            TURNS[do](by=request.user, line=subject, version=shown, reason=request.POST.get("reason", "")[:500])
        else:
            return _("This sheet does not know what to do: open the line again.")
    except (actions.LineRefused, ReasonMissing, actions.SittingClosed) as refusal:
        return _words_of(refusal)
    messages.success(request, _("Written."))
    return None


def _words_of(refusal: Exception) -> str:
    """Why a line could not take what was asked."""
    if isinstance(refusal, actions.LineRefused):
        return str(PROBLEMS[refusal.problem])
    if isinstance(refusal, ReasonMissing):
        return _("Write the reason.")
    return _("This sitting was closed meanwhile: its minutes are below.")


def _choose(request: HttpRequest, subject: SittingLine, form: ProposalForm, version: int) -> str | None:
    data = form.cleaned_data
    choice = actions.Choice(
        subject.uuid, version, data["exit"], data["receiver"], data["programme"], data["departure_reason"]
    )
    outcome = actions.choose(by=request.user, sitting=subject.sitting, choices=[choice])
    if outcome.refused:
        return str(PROBLEMS[outcome.refused[0][1]])
    messages.success(request, _("Written."))
    return None


@open_to(DirectorateOfficer)
@require_POST
def return_line(request: HttpRequest, line: str) -> HttpResponse:
    """Return a line of a centre's minutes with a remark."""
    subject = _visible(request, line)
    try:
        if subject.decision is None:
            raise ReasonMissing("return")
        actions.return_line(by=request.user, line=subject, remark=request.POST.get("reason", "")[:500])
        messages.success(request, _("Returned with the remark. Another orientation can be proposed."))
    except ReasonMissing:
        messages.error(request, _("Write the reason."))
    except MoveRefused:
        messages.error(request, _("This decision changed meanwhile: look at its state before going on."))
    return redirect("orientation:minutes", sitting=subject.sitting.uuid)


@open_to(*HOLDS_SITTINGS)
@require_POST
def correct_line(request: HttpRequest, line: str) -> HttpResponse:
    """Put a line of earlier minutes on the agenda of the open sitting of the same body."""
    subject = _visible(request, line, *HOLDS_SITTINGS)
    if not may_hold(request, subject.sitting):
        raise Http404
    former = subject.sitting
    opened = (
        Sitting.objects.visible_to(request.scope).filter(body=former.body, season=former.season, state="OPEN").first()
    )
    if opened is None:
        messages.error(request, _("Open the next sitting first: a correction is a line of its own there."))
        return redirect("orientation:minutes", sitting=former.uuid)
    try:
        actions.correct_line(
            by=request.user, sitting=opened, line=subject, reason=request.POST.get("reason", "")[:500]
        )
        messages.success(request, _("The correction is on the agenda; these minutes stay as they are."))
    except actions.LineRefused as refusal:
        messages.error(request, str(PROBLEMS[refusal.problem]))
    except ReasonMissing:
        messages.error(request, _("Write the reason."))
    return redirect("orientation:sitting", sitting=opened.uuid)
