"""One learner in one group: leaving, coming back, and where they stand afterwards (completing weighs results)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import CentreDirector
from istidrak.base import workflow
from istidrak.schooling.actions import EndBeforeStart
from istidrak.training import actions, forms, queries
from istidrak.training.models import Application, Enrolment, Insertion
from istidrak.training.queries.services import services_of
from istidrak.training.rules import attendance_rate
from istidrak.training.views import learner_acts
from istidrak.training.views.common import DECLARES, READS_LEARNERS, READS_REQUESTS, READS_RESULTS


@open_to(*READS_LEARNERS)
@require_http_methods(["GET", "POST"])
def enrolment(request: HttpRequest, enrolment: str) -> HttpResponse:
    """A learner in a group: state, attendance, insertions; the centre acts."""
    if request.method == "GET":
        return _page(request, get_object_or_404(queries.enrolments(request.scope), uuid=enrolment))
    verb = request.POST.get("do", "")
    scope = scope_acting_as(request, *(DECLARES if verb == "declare" else (CentreDirector,)))
    subject = get_object_or_404(queries.enrolments(scope), uuid=enrolment)
    acts = {"declare": _declare, "take_back": _take_back, "drop_out": _drop_out}
    try:
        if verb in acts:
            return acts[verb](request, subject)
        if verb in learner_acts.ACTS:
            bound = learner_acts.ACTS[verb](request, subject)
            return _page(request, subject, **bound) if bound else redirect("training:enrolment", enrolment=enrolment)
        messages.error(request, _("Nothing was written: use one of the buttons."))
    except actions.GroupFull:
        messages.error(request, _("The group is full: nobody was enrolled."))
    except workflow.MoveRefused:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
    return redirect("training:enrolment", enrolment=subject.uuid)


def _take_back(request: HttpRequest, subject: Enrolment) -> HttpResponse:
    actions.take_back(by=request.user, enrolment=subject)
    messages.success(request, _("Back in the group, from today."))
    return redirect("training:enrolment", enrolment=subject.uuid)


def _drop_out(request: HttpRequest, subject: Enrolment) -> HttpResponse:
    form = forms.DropOutForm(request.POST, enrolment=subject)
    if form.is_valid():
        try:
            actions.drop_out(by=request.user, enrolment=subject, **form.cleaned_data)
        except EndBeforeStart:
            _before_coming_back(form, subject)
        else:
            messages.success(request, _("Written down: the learner left the group."))
            return redirect("training:enrolment", enrolment=subject.uuid)
    return _page(request, subject, leaving_form=form)


def _before_coming_back(form: forms.CompletingForm, subject: Enrolment) -> None:
    subject.refresh_from_db()
    form.add_error("on", _("This day is before the learner came back."))


def _declare(request: HttpRequest, subject: Enrolment) -> HttpResponse:
    form = forms.InsertionForm(request.POST, enrolment=subject)
    if form.is_valid():
        try:
            insertion = actions.declare_insertion(by=request.user, enrolment=subject, **form.cleaned_data)
        except actions.AlreadyDeclared:
            form.add_error(None, _("This insertion is already declared."))
        else:
            messages.success(request, _("Declared. Add its proof: the directorate then verifies it."))
            return redirect("training:insertion", insertion=insertion.uuid)
    return _page(request, subject, insertion_form=form)


def _page(request: HttpRequest, subject: Enrolment, **bound: Any) -> HttpResponse:
    marks = list(subject.attendances.values_list("mark", flat=True))
    rate = attendance_rate(marks)
    moves, runs = workflow.open_moves(subject), request.user.holds(CentreDirector)
    context = {
        "enrolment": subject,
        "opens_registration": request.user.holds(*READS_REQUESTS),
        "services": services_of(request.scope, subject),
        "registration": Application.objects.visible_to(request.scope).filter(enrolment=subject).first(),
        "roll_calls": len(marks),
        "rate": None if rate is None else round(100 * rate),
        "insertions": Insertion.objects.visible_to(request.scope).filter(enrolment=subject).order_by("-pk"),
        "moves": moves,
        "may_act": runs,
        "opens_results": request.user.holds(*READS_RESULTS),
        "may_declare": request.user.holds(*DECLARES),
        "cause": dict(forms.REASONS).get(subject.leaving_cause, ""),
        "leaving_form": forms.DropOutForm(enrolment=subject),
        "insertion_form": forms.InsertionForm(enrolment=subject),
    }
    if runs:
        context |= learner_acts.moving_forms(subject, moves)
    return render(request, "training/enrolment.html", {**context, **bound})
