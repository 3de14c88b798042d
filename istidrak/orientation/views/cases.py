"""The four exits of a case, side by side, and the decision."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import TERRITORIAL, CentreDirector, DirectorateOfficer
from istidrak.base import days
from istidrak.base.workflow import MoveRefused
from istidrak.orientation import actions, queries
from istidrak.orientation.forms.proposing import ProposalForm, WithdrawForm
from istidrak.orientation.models import Decision
from istidrak.outreach.actions import AlreadyReferred
from istidrak.outreach.models import Case
from istidrak.people.queries import may_change, refuse_if_shared

PROPOSES = (DirectorateOfficer, CentreDirector)
CASES = ("person", "season", "directorate__place")


@open_to(*TERRITORIAL, CentreDirector)
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, case: str) -> HttpResponse:
    """The exits with their criteria; propose one, when no decision stands."""
    scope = request.scope
    if request.method == "POST":
        if not request.user.holds(*PROPOSES):
            raise PermissionDenied
        scope = request.user.scope_as(*PROPOSES)  # a second role that only reads adds nothing
    subject = get_object_or_404(Case.objects.visible_to(scope).select_related(*CASES), uuid=case)
    if request.method == "POST":
        refuse_if_shared(scope, subject.person)
    standing = queries.standing_decision(subject)
    findings = queries.as_kept(queries.findings_for(subject, days.today()))
    outcomes = {code: kept["outcome"] for code, kept in findings.items()}
    may_propose = request.user.holds(*PROPOSES) and standing is None and may_change(scope, subject.person)
    form = (
        ProposalForm(request.POST if request.method == "POST" else None, case=subject, outcomes=outcomes)
        if may_propose
        else None
    )
    if request.method == "POST" and (form is None or form.is_valid()):
        return _propose(request, subject, form)
    context = {
        "case": subject,
        "exits": queries.shown(standing.findings if standing else findings),
        "form": form,
        "decision": standing,
        "may_decide": request.user.holds(DirectorateOfficer),
        "withdraw": WithdrawForm(),
    }
    return render(request, "orientation/case.html", context)


def _propose(request: HttpRequest, subject: Case, form: ProposalForm | None) -> HttpResponse:
    """Propose what a complete form says; without a form another decision stands already."""
    try:
        if form is None:
            raise actions.AlreadyDecided
        decision = actions.propose(by=request.user, case=subject, **form.cleaned_data)
    except actions.AlreadyDecided:
        messages.error(request, _("Somebody proposed an orientation meanwhile: it is shown below."))
    else:
        if decision.is_unclear:
            messages.warning(request, _("Some criteria of this exit are still to complete: ask before deciding."))
        messages.success(request, _("Proposed. It is decided by the directorate, then the receiver is told."))
    return redirect("orientation:case", case=subject.uuid)


def _visible(request: HttpRequest, decision: str) -> Decision:
    rows = Decision.objects.visible_to(request.scope).select_related("case__person", "person", "receiver")
    found = get_object_or_404(rows, uuid=decision)
    refuse_if_shared(request.scope, found.person)
    return found


@open_to(DirectorateOfficer)
@require_POST
def decide(request: HttpRequest, decision: str) -> HttpResponse:
    """Decide what was proposed; the person is referred to the receiver."""
    subject = _visible(request, decision)
    try:
        actions.decide(by=request.user, decision=subject)
        messages.success(
            request, _("Decided. %(receiver)s is asked to receive the person.") % {"receiver": subject.receiver}
        )
    except AlreadyReferred as error:
        words = _("%(receiver)s is already asked to receive this person: nothing was decided.")
        messages.error(request, words % {"receiver": error.referral.receiver})
    except MoveRefused:
        messages.error(request, _("This decision changed meanwhile: look at its state before going on."))
    return redirect("orientation:case", case=subject.case.uuid)


@open_to(DirectorateOfficer)
@require_POST
def withdraw(request: HttpRequest, decision: str) -> HttpResponse:
    """Take a decision back, with a reason."""
    subject, form = _visible(request, decision), WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the reason for withdrawing."))
    else:
        try:
            actions.withdraw(by=request.user, decision=subject, reason=form.cleaned_data["reason"])
            messages.success(request, _("Withdrawn. Another orientation can be proposed."))
        except MoveRefused:
            messages.error(request, _("This decision changed meanwhile: look at its state before going on."))
    return redirect("orientation:case", case=subject.case.uuid)
