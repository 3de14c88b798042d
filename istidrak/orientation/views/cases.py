"""A case before its orientation: what is known, the exits criterion by criterion, the decision."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import DirectorateOfficer
from istidrak.base import days
from istidrak.base.workflow import MoveRefused
from istidrak.orientation import actions, queries
from istidrak.orientation.columns import LABELS
from istidrak.orientation.forms.councils import AskForm
from istidrak.orientation.forms.interviewing import level_label
from istidrak.orientation.forms.proposing import ProposalForm, WithdrawForm
from istidrak.orientation.models import Decision, Exit
from istidrak.orientation.queries import known
from istidrak.orientation.views.common import (
    INTERVIEWS,
    PROPOSES,
    READS_CASES,
    READS_PROJECTS,
    READS_WORDS,
    address_if_open,
    visible_case,
)
from istidrak.outreach.actions import AlreadyReferred
from istidrak.outreach.models import Case
from istidrak.people.queries import may_change, refuse_if_shared

# Where each fact is completed: the page, and what its address names.
COMPLETED_AT = {
    "birth_date": ("people:correct", "person"),
    "birth_year": ("people:correct", "person"),
    "wish": ("outreach:sort_case", "case"),
    "is_free_in_daytime": ("outreach:sort_case", "case"),
    "was_ever_in_school": ("outreach:sort_case", "case"),
    "arabic_score": ("orientation:tests", "case"),
    "mathematics_score": ("orientation:tests", "case"),
}
AT_INTERVIEW = ("orientation:interview", "case")


@open_to(*READS_CASES)
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, case: str) -> HttpResponse:
    """What is known, tests, wishes, the exits with their criteria; propose one, when no decision stands."""
    scope = request.scope
    if request.method == "POST":
        scope = scope_acting_as(request, *PROPOSES)
    subject = visible_case(scope, case)
    if request.method == "POST":
        refuse_if_shared(scope, subject.person)
    standing = queries.standing_decision(subject)
    today = queries.kept_for(subject, days.today())
    outcomes = {code: today[code]["outcome"] for code in Exit.values}
    is_known = may_change(scope, subject.person)
    may_propose = request.user.holds(*PROPOSES) and standing is None and is_known
    data = request.POST if request.method == "POST" else None
    form = ProposalForm(data, case=subject, outcomes=outcomes) if may_propose else None
    if request.method == "POST" and (form is None or form.is_valid()):
        return _propose(request, subject, form)
    context = {
        **_context(request, subject, standing, today),
        **_known(request, subject, is_known),
        "form": form,
        "may_decide": request.user.holds(DirectorateOfficer) and is_known,
        "case_url": address_if_open(request, "outreach:case", case=subject.uuid),
    }
    return render(request, "orientation/case.html", context)


def _context(request: HttpRequest, subject: Case, standing: Decision | None, today: dict[str, Any]) -> dict[str, Any]:
    """The exits as they stood or stand, what is still to complete, the decision."""
    kept = standing.findings if standing else today
    exits = queries.shown(kept)
    for row in exits:
        for finding in (*row["findings"], *row["indications"]):
            finding["todo"] = [_todo(request, subject, name) for name in finding.pop("missing")]
    missing = {todo["name"]: todo for row in exits for finding in row["findings"] for todo in finding["todo"]}
    classes = [{**row, "label": level_label(row["level"])} for row in kept.get("CLASSES", [])]
    stood = kept["FULL_TRAINING"].get("as_of") if standing and "FULL_TRAINING" in kept else None
    return {
        "case": subject,
        "exits": exits,
        "missing": list(missing.values()),
        "classes": classes,
        "as_of": dt.date.fromisoformat(stood) if stood else None,
        "differences": queries.difference(kept, today) if standing else [],
        "decision": standing,
        "council": getattr(standing, "council", None) if standing else None,
        "ask": AskForm(levels=[(row["level"], row["label"]) for row in classes if row["outcome"] != "NOT_MET"]),
        "withdraw": WithdrawForm(),
    }


def _todo(request: HttpRequest, subject: Case, name: str) -> dict[str, Any]:
    """A fact to complete: its word, and the page where it is completed when the reader may open it."""
    page, of = COMPLETED_AT.get(name, AT_INTERVIEW)
    uuid = subject.uuid if of == "case" else subject.person.uuid
    url = address_if_open(request, page, **{of: uuid})
    url = url or (
        address_if_open(request, "orientation:interview", case=subject.uuid) if page == "outreach:sort_case" else ""
    )
    return {"name": name, "label": LABELS[name], "url": url}


def _known(request: HttpRequest, subject: Case, is_known: bool) -> dict[str, Any]:
    """Interviews, tests, life project, former decisions; words of families only for those who may read them."""
    interviews = known.interviews_of(subject)
    standing = [row for row in interviews if not hasattr(row, "corrected_by")]
    reads_projects = request.user.holds(*READS_PROJECTS) and is_known
    projects = known.projects_of(subject.person) if reads_projects else []
    return {
        "interview": standing[0] if standing else None,
        "older_interviews": [row for row in interviews if not standing or row.pk != standing[0].pk],
        "tests": known.tests_of(subject),
        "former": known.former_decisions(subject),
        "project": projects[0] if projects else None,
        "reads_projects": reads_projects,
        "may_read_words": request.user.holds(*READS_WORDS) and is_known,
        "may_interview": request.user.holds(*INTERVIEWS) and is_known,
    }


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
    except actions.CouncilNeeded:
        messages.error(request, _("Beyond the age of automatic return the class council decides: ask it first."))
    except AlreadyReferred as error:
        words = _("%(receiver)s is already asked to receive this person: nothing was decided.")
        messages.error(request, words % {"receiver": error.referral.receiver})
    except MoveRefused:
        messages.error(request, _("This decision changed meanwhile: look at its state before going on."))
    return redirect("orientation:case", case=subject.case.uuid)


@open_to(DirectorateOfficer)
@require_POST
def ask_council(request: HttpRequest, decision: str) -> HttpResponse:
    """Put a return to the class council of the school."""
    subject = _visible(request, decision)
    levels = {row["level"] for row in subject.findings.get("CLASSES", [])}
    level = request.POST.get("level_code", "")
    try:
        actions.ask_council(by=request.user, decision=subject, level_code=level if level in levels else "")
        messages.success(request, _("The class council of %(school)s is asked.") % {"school": subject.receiver})
    except actions.CouncilNotNeeded:
        messages.error(request, _("No class council is needed for this decision, or it changed meanwhile."))
    return redirect("orientation:case", case=subject.case.uuid)


@open_to(DirectorateOfficer)
@require_POST
def withdraw(request: HttpRequest, decision: str) -> HttpResponse:
    """Take a decision back, with a reason."""
    return _back(request, decision, actions.withdraw, "reason", _("Withdrawn. Another orientation can be proposed."))


@open_to(DirectorateOfficer)
@require_POST
def return_decision(request: HttpRequest, decision: str) -> HttpResponse:
    """Return a proposal with a remark."""
    said = _("Returned with the remark. Another orientation can be proposed.")
    return _back(request, decision, actions.return_decision, "remark", said)


def _back(request: HttpRequest, decision: str, action: Any, name: str, said: str) -> HttpResponse:
    subject, form = _visible(request, decision), WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the reason."))
    else:
        try:
            action(by=request.user, decision=subject, **{name: form.cleaned_data["reason"]})
            messages.success(request, said)
        except MoveRefused:
            messages.error(request, _("This decision changed meanwhile: look at its state before going on."))
    return redirect("orientation:case", case=subject.case.uuid)
