"""Questions: the list, one question, and what is said to it."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import EVERYBODY
from istidrak.base import history, paging, workflow
from istidrak.base.exchange.answers import workbook_answer
from istidrak.help import actions, forms, queries, rules
from istidrak.help.models import Question


@open_to(*EVERYBODY)
@require_GET
def questions(request: HttpRequest) -> HttpResponse:
    """My questions; for who answers, those of the territory, first those that wait for this level."""
    answers = request.user.holds(*queries.ANSWERING)
    show = request.GET.get("show", "waiting" if answers else "mine")
    show = show if show in queries.SHOWN else ""
    rows = queries.questions_of(request.user, show)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, rows)
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    lines = [(question, queries.title_of(question.page) if question.page else "") for question in page.rows]
    context = {"page": page, "rows": lines, "show": show, "answers": answers}
    return render(request, "help/questions.html", context)


def _workbook(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = [
        (_("Asked on"), 12, "day"),
        (_("About the page"), 30, "text"),
        (_("Question"), 60, "text"),
        (_("Asked by"), 28, "text"),
        (_("Role"), 24, "text"),
        (_("Who answers"), 28, "text"),
        (_("State"), 18, "text"),
    ]
    lines = (
        (
            question.asked_at,
            queries.title_of(question.page) if question.page else "",
            question.body,
            str(question.asked_by),
            question.get_role_display(),
            question.get_level_display(),
            question.get_state_display(),
        )
        for question in rows.order_by("-pk")
    )
    return workbook_answer(request, "questions", _("Questions"), columns, lines)


def _found(request: HttpRequest, question: uuid.UUID) -> Question:
    return get_object_or_404(queries.question_in_full(request.user), uuid=question)


@open_to(*EVERYBODY)
@require_GET
def question(request: HttpRequest, question: uuid.UUID) -> HttpResponse:
    """One question with its answers and who passed it to whom."""
    return _page(request, _found(request, question))


def _page(request: HttpRequest, found: Question, status: int = 200, **bound: Any) -> HttpResponse:
    """The page of a question; `bound` holds the form that could not be taken, with what was typed in it."""
    level = queries.level_over(request.user, found)
    waits = found.state in Question.WAITING and rules.may_answer(level, found.level)
    is_mine = found.asked_by_id == request.user.pk
    note = getattr(found, "note", None)
    context = {
        "question": found,
        "title": queries.title_of(found.page) if found.page else "",
        "page_url": queries.page_address(request.user, found),
        "steps": history.of_threads([found]).order_by("pk"),
        "is_mine": is_mine,
        "may_answer": waits,
        "may_pass_up": waits and rules.level_above(found.level) is not None,
        "may_withdraw": is_mine and found.state in Question.WAITING,
        "may_close": is_mine and found.state == Question.State.ANSWERED,
        "may_publish": level is not None and note is None and bool(found.answers.all()),
        "note": note if note and queries.may_change(request.user, note) else None,
        "answer_form": forms.AnswerForm(initial={"level": found.level}),
        "pass_up_form": forms.PassUpForm(initial={"level": found.level}),
        "not_solved_form": forms.NotSolvedForm(),
        **bound,
    }
    return render(request, "help/question.html", context, status=status)


def _try(request: HttpRequest, name: str, form: django_forms.Form, found: Question, act: Callable[[], Any]) -> Any:
    """Carry out one action on a question; when it is refused, the page again with what was typed and why."""
    if not form.is_valid():
        return _page(request, found, status=422, **{name: form})
    try:
        act()
    except actions.NotYours:
        if found.level == form.cleaned_data.get("level", found.level):
            raise Http404 from None
        form.add_error(None, _meanwhile(found))
    except workflow.MoveRefused:
        found = _found(request, found.uuid)
        form.add_error(None, _meanwhile(found))
    else:
        return redirect("help:question", found.uuid)
    return _page(request, found, status=409, shown=name, **{name: form})


def _meanwhile(found: Question) -> str:
    return _("Somebody else dealt with this question meanwhile; it is now: %(state)s. Nothing was written.") % {
        "state": found.get_state_display()
    }


@open_to(*queries.ANSWERING)
@require_POST
def answer(request: HttpRequest, question: uuid.UUID) -> HttpResponse:
    """Answer a question that stands at my level or below."""
    found, form = _found(request, question), forms.AnswerForm(request.POST)

    def act() -> None:
        said = form.cleaned_data
        actions.answer(by=request.user, question=found, text=said["text"], seen_level=said["level"])
        messages.success(request, _("The answer was sent. It may now become help for everybody on this page."))

    return _try(request, "answer_form", form, found, act)


@open_to(*queries.ANSWERING)
@require_POST
def pass_up(request: HttpRequest, question: uuid.UUID) -> HttpResponse:
    """Pass a question to the level above."""
    found, form = _found(request, question), forms.PassUpForm(request.POST)

    def act() -> None:
        said = form.cleaned_data
        actions.pass_up(by=request.user, question=found, reason=said["reason"], seen_level=said["level"])
        messages.success(request, _("The question was passed up; who asked sees it."))

    return _try(request, "pass_up_form", form, found, act)


@open_to(*EVERYBODY)
@require_POST
def solved(request: HttpRequest, question: uuid.UUID) -> HttpResponse:
    """The asker says that the answer solved it, or that no answer is needed any more."""
    found = _found(request, question)
    verb = "withdraw" if request.POST.get("verb") == "withdraw" else "solved"
    try:
        actions.say(by=request.user, question=found, verb=verb)
        messages.success(request, _("The question is closed."))
    except actions.NotYours:
        raise Http404 from None
    except workflow.MoveRefused:
        messages.error(request, _meanwhile(found))
    return redirect("help:question", found.uuid)


@open_to(*EVERYBODY)
@require_POST
def not_solved(request: HttpRequest, question: uuid.UUID) -> HttpResponse:
    """The asker says what is missing; the question goes back to the level that answered."""
    found, form = _found(request, question), forms.NotSolvedForm(request.POST)

    def act() -> None:
        actions.say(by=request.user, question=found, verb="not_solved", reason=form.cleaned_data["reason"])
        messages.success(request, _("The question goes back to: %(level)s.") % {"level": found.get_level_display()})

    return _try(request, "not_solved_form", form, found, act)
