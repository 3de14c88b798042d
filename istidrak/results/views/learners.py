"""One learner: results by pole, printed as a statement; completing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.base import days, workflow
from istidrak.base.exchange.answers import list_of_names
from istidrak.base.rules import Outcome
from istidrak.results import actions, forms, queries
from istidrak.results.facts import attendance_percent, completion_of, curriculum_of
from istidrak.results.queries import shown
from istidrak.results.views.common import READS, VALIDATES
from istidrak.schooling.actions import EndBeforeStart
from istidrak.training.models import Enrolment


@open_to(*READS)
@require_GET
def learner(request: HttpRequest, enrolment: str) -> HttpResponse:
    """Results of a learner by pole and module, with their days; the printed page is the statement."""
    subject = get_object_or_404(queries.enrolments(request.scope), uuid=enrolment)
    version = curriculum_of(subject.group)
    poles = queries.results_of(request.scope, subject, version)
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Pole"), 24, "text"), (_("Module"), 24, "text"), (_("What was evaluated"), 30, "text")),
            *((_("Kind of evaluation"), 16, "text"), (_("Day"), 14, "day"), (_("Result"), 16, "text")),
            *((_("Scale"), 24, "text"), (_("State"), 16, "text")),
        ]
        lines = (
            (
                *(str(row.pole or ""), str(mark.evaluation.module or ""), mark.evaluation.title),
                *(mark.evaluation.get_kind_display(), mark.evaluation.date, queries.mark_text(mark)),
                *(mark.evaluation.get_scale_display(), mark.evaluation.get_state_display()),
            )
            for row in poles
            for mark in row.marks
        )
        return list_of_names(request, "results", _("Results"), columns, lines, about=subject.person)
    context = {
        "enrolment": subject,
        "poles": [{"row": row, "marks": [(mark, queries.mark_text(mark)) for mark in row.marks]} for row in poles],
        "version": version,
        "attendance": attendance_percent(subject),
        "may_complete": "complete" in workflow.open_moves(subject) and request.user.holds(*VALIDATES),
    }
    return render(request, "results/learner.html", context)


@open_to(*READS)
@require_http_methods(["GET", "POST"])
def completion(request: HttpRequest, enrolment: str) -> HttpResponse:
    """What is there and what is missing when a learner completes; against a condition a reason is written."""
    if request.method == "GET":
        subject = get_object_or_404(queries.enrolments(request.scope), uuid=enrolment)
        return _page(request, subject, forms.CompletionForm(enrolment=subject))
    scope = scope_acting_as(request, *VALIDATES)
    subject = get_object_or_404(queries.enrolments(scope), uuid=enrolment)
    form = forms.CompletionForm(request.POST, enrolment=subject)
    if form.is_valid():
        try:
            actions.complete(by=request.user, enrolment=subject, **form.cleaned_data)
        except workflow.ReasonMissing:
            form.add_error("reason", _("Something is missing, or not known: write why the learner completes."))
        except EndBeforeStart:
            subject.refresh_from_db()
            form.add_error("on", _("This day is before the learner came back."))
        except workflow.MoveRefused:
            messages.error(request, _("This changed meanwhile: look at the state before going on."))
            return redirect("training:enrolment", enrolment=subject.uuid)
        else:
            messages.success(request, _("Completed. Now say where the learner goes next."))
            return redirect("training:enrolment", enrolment=subject.uuid)
    return _page(request, subject, form)


def _page(request: HttpRequest, subject: Enrolment, form: forms.CompletionForm) -> HttpResponse:
    decision = completion_of(subject, as_of=days.today())
    is_open = "complete" in workflow.open_moves(subject)
    context = {
        "enrolment": subject,
        "findings": shown(decision),
        "is_met": decision.outcome is Outcome.MET,
        "has_samples": any(value.is_sample for finding in decision.findings for value in finding.parameters),
        "poles": queries.results_of(request.scope, subject, curriculum_of(subject.group)),
        "form": form if is_open and request.user.holds(*VALIDATES) else None,
        "is_open": is_open,
    }
    return render(request, "results/completion.html", context)
