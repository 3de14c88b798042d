"""Results of a group, and the sheet on which marks are entered."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.base import workflow
from istidrak.base.exchange.answers import list_of_names
from istidrak.base.templatetags.ui import day_words
from istidrak.outreach.forms.following import say_reused
from istidrak.people.actions import SubmissionReused
from istidrak.results import actions, forms, queries
from istidrak.results.facts import curriculum_of
from istidrak.results.models import Evaluation, Mark
from istidrak.results.rules import score_text
from istidrak.results.views.common import ENTERS, READS, VALIDATES
from istidrak.training.models import Group


@open_to(*READS)
@require_GET
def group(request: HttpRequest, group: str) -> HttpResponse:
    """Learners by evaluation: who got what, who misses what."""
    subject = get_object_or_404(queries.groups(request.scope), uuid=group)
    if request.GET.get("format") == "xlsx":
        return _grid_workbook(request, subject)
    return _group_page(request, subject)


def _group_page(request: HttpRequest, subject: Group, **bound: Any) -> HttpResponse:
    rows = queries.evaluations_of(request.scope, subject)
    version = curriculum_of(subject)
    context = {
        "group": subject,
        "evaluations": rows,
        "lines": queries.grid_of(request.scope, subject, rows),
        "version": version,
        "form": forms.EvaluationForm(group=subject, version=version) if request.user.holds(*ENTERS) else None,
        "curriculum_form": None,
    }
    if not rows and request.user.holds(*VALIDATES):
        initial = {"version": version.uuid if version else None}
        context["curriculum_form"] = forms.CurriculumChoiceForm(programme=subject.programme, initial=initial)
    return render(request, "results/group.html", {**context, **bound})


def _grid_workbook(request: HttpRequest, subject: Group) -> HttpResponse:
    rows = queries.evaluations_of(request.scope, subject)
    columns = [
        *((_("File number"), 12, "text"), (_("Name in Arabic"), 30, "text"), (_("Name in French"), 30, "text")),
        *((f"{row.title} ({day_words(row.date)})", 18, "text") for row in rows),
        (_("Not entered"), 10, "number"),
    ]
    lines = (
        (
            *(line.enrolment.person.file_number, line.enrolment.person.name_ar, line.enrolment.person.name_fr),
            *(cell.text for cell in line.cells),
            line.missing,
        )
        for line in queries.grid_of(request.scope, subject, rows)
    )
    return list_of_names(request, "results", subject.name, columns, lines, about=subject)


@open_to(*ENTERS)
@require_POST
def create(request: HttpRequest, group: str) -> HttpResponse:
    """A new evaluation of the group; its marks are entered next."""
    subject = get_object_or_404(queries.groups(request.scope), uuid=group)
    form = forms.EvaluationForm(request.POST, group=subject, version=curriculum_of(subject))
    if not form.is_valid():
        return _group_page(request, subject, form=form)
    try:
        evaluation = actions.create_evaluation(by=request.user, group=subject, **form.evaluation)
    except actions.OtherCurriculum:
        form.add_error("subject", _("The curriculum of the group changed meanwhile: choose again."))
        return _group_page(request, subject, form=form)
    except SubmissionReused:
        say_reused(form)
        return _group_page(request, subject, form=form)
    return redirect("results:evaluation", evaluation=evaluation.uuid)


@open_to(*VALIDATES)
@require_POST
def curriculum_choice(request: HttpRequest, group: str) -> HttpResponse:
    """The version that the group follows, until its first evaluation."""
    subject = get_object_or_404(queries.groups(request.scope), uuid=group)
    form = forms.CurriculumChoiceForm(request.POST, programme=subject.programme)
    if not form.is_valid():
        return _group_page(request, subject, curriculum_form=form)
    try:
        actions.choose_curriculum(by=request.user, group=subject, version=form.cleaned_data["version"])
    except actions.CurriculumFixed:
        messages.error(request, _("The group has an evaluation: it keeps its curriculum version."))
    else:
        messages.success(request, _("Saved: the group follows this version."))
    return redirect("results:group", group=subject.uuid)


@open_to(*READS)
@require_http_methods(["GET", "POST"])
def evaluation(request: HttpRequest, evaluation: str) -> HttpResponse:
    """The sheet of an evaluation: entered by those who teach, validated by the director."""
    if request.method == "GET":
        subject = get_object_or_404(queries.evaluations(request.scope), uuid=evaluation)
        return _workbook(request, subject) if request.GET.get("format") == "xlsx" else _page(request, subject)
    verb = request.POST.get("do", "")
    roles = VALIDATES if verb in {"close", "reopen"} else ENTERS
    subject = get_object_or_404(queries.evaluations(scope_acting_as(request, *roles)), uuid=evaluation)
    try:
        if verb == "reopen":
            return _reopen(request, subject)
        refused = _save(request, subject)
        if refused:
            return refused
        if verb == "close":
            actions.close_evaluation(by=request.user, evaluation=subject)
            messages.success(request, _("Validated: these results count."))
            return redirect("results:group", group=subject.group.uuid)
    except workflow.MoveRefused:
        messages.error(request, _("This evaluation was validated meanwhile: what you typed was not saved."))
    return redirect("results:evaluation", evaluation=subject.uuid)


def _save(request: HttpRequest, subject: Evaluation) -> HttpResponse | None:
    typed = forms.typed_marks(request.POST, subject)
    # Only learners whom the reader sees on the sheet: another number in the form is another learner's.
    visible = {row["enrolment"].uuid for row in queries.sheet_of(request.scope, subject)}
    if set(typed) - visible:
        messages.error(request, _("The sheet named a learner who is not on it: nothing was saved."))
        return _page(request, subject, typed=typed)
    if any(row.error for row in typed.values()):
        messages.error(request, _("Nothing was saved yet: look at the rows in red."))
        return _page(request, subject, typed=typed)
    try:
        marks = {key: row.mark for key, row in typed.items()}
        seen = forms.seen_marks(request.POST, typed)
        changed = actions.save_marks(by=request.user, evaluation=subject, marks=marks, seen=seen)
    except actions.StaleMarks as stale:
        words = _("Somebody entered other marks meanwhile: look at the rows in red, then save again.")
        messages.error(request, words)
        return _page(request, subject, typed=typed, meanwhile=stale.changed)
    if changed or request.POST.get("do") != "close":
        messages.success(request, _("Saved."))
    return None


def _reopen(request: HttpRequest, subject: Evaluation) -> HttpResponse:
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, subject, reopen_form=form)
    actions.reopen_evaluation(by=request.user, evaluation=subject, reason=form.cleaned_data["reason"])
    messages.success(request, _("Open again: correct, then validate."))
    return redirect("results:evaluation", evaluation=subject.uuid)


def _page(
    request: HttpRequest,
    subject: Evaluation,
    *,
    typed: dict[uuid.UUID, forms.Typed] | None = None,
    meanwhile: dict[uuid.UUID, actions.MarkGiven] | None = None,
    reopen_form: forms.ReasonForm | None = None,
) -> HttpResponse:
    rows = [_row(row, typed or {}, meanwhile or {}, request.POST) for row in queries.sheet_of(request.scope, subject)]
    is_scored = subject.scale in Evaluation.HIGHEST
    levels = [] if is_scored else [(level.value, level.label) for level in Mark.LEVELS]
    apart = [(given.value, given.label) for given in (Mark.Given.ABSENT, Mark.Given.EXEMPT)]
    context = {
        "evaluation": subject,
        "rows": rows,
        "missing": sum(not row["was"] for row in rows),
        "is_scored": is_scored,
        "highest": Evaluation.HIGHEST.get(subject.scale),
        "answers": [*levels, *apart],
        "may_enter": subject.state == Evaluation.State.OPEN and request.user.holds(*ENTERS),
        "may_validate": request.user.holds(*VALIDATES),
        "reopen_form": reopen_form or forms.ReasonForm(),
    }
    return render(request, "results/evaluation.html", context)


def _row(
    row: dict[str, Any],
    typed: dict[uuid.UUID, forms.Typed],
    meanwhile: dict[uuid.UUID, actions.MarkGiven],
    post: Any,
) -> dict[str, Any]:
    """A learner as the sheet shows them: what was typed and not saved goes before what is kept."""
    mark, key = row["mark"], row["enrolment"].uuid
    kept = forms.code_of(mark)
    shown = typed.get(key)
    # Left as it was by this editor: the row shows what stands now.
    if shown and not shown.error and forms.code_of(shown.mark) == post.get(f"was-{key}", ""):
        shown = None
    if shown is None:
        score = score_text(mark.hundredths) if mark and mark.hundredths is not None else ""
        given = (mark.given,) if mark and mark.hundredths is None else ()
        shown = forms.Typed(score, given)
    now = queries.mark_text(mark) or _("not entered") if key in meanwhile else ""
    return {**row, "was": kept, "text": queries.mark_text(mark), "typed": shown, "now": now}


def _workbook(request: HttpRequest, subject: Evaluation) -> HttpResponse:
    columns = [
        *((_("File number"), 12, "text"), (_("Name in Arabic"), 30, "text"), (_("Name in French"), 30, "text")),
        (_("Result"), 16, "text"),
    ]
    lines = (
        (person.file_number, person.name_ar, person.name_fr, queries.mark_text(row["mark"]))
        for row in queries.sheet_of(request.scope, subject)
        for person in [row["enrolment"].person]
    )
    return list_of_names(request, "evaluation", subject.title, columns, lines, about=subject)
