"""Answers that became help: making, rewording, withdrawing."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.base import paging, workflow
from istidrak.base.exchange.answers import workbook_answer
from istidrak.help import actions, forms, queries
from istidrak.help.models import Note


@open_to(*queries.ANSWERING)
@require_GET
def notes(request: HttpRequest) -> HttpResponse:
    """Answers that became help in my territory, withdrawn ones too."""
    rows = queries.notes_published_in(request.user)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, rows)
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    lines = [(note, queries.title_of(note.page) if note.page else "") for note in page.rows]
    return render(request, "help/notes.html", {"page": page, "rows": lines})


def _workbook(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = [
        (_("About the page"), 30, "text"),
        (_("Question in Arabic"), 40, "text"),
        (_("Answer in Arabic"), 60, "text"),
        (_("Question in French"), 40, "text"),
        (_("Answer in French"), 60, "text"),
        (_("State"), 14, "text"),
        (_("Published on"), 12, "day"),
    ]
    lines = (
        (
            queries.title_of(note.page) if note.page else "",
            note.title_ar,
            note.text_ar,
            note.title_fr,
            note.text_fr,
            note.get_state_display(),
            note.published_at,
        )
        for note in rows.order_by("-pk")
    )
    return workbook_answer(request, "help-answers", _("Answers that became help"), columns, lines)


@open_to(*queries.ANSWERING)
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, question: uuid.UUID) -> HttpResponse:
    """Word a question and its answer for everybody on the page."""
    found = get_object_or_404(queries.question_in_full(request.user), uuid=question)
    answers = list(found.answers.all())
    if queries.level_over(request.user, found) is None or not answers:
        raise Http404
    text = {f"text_{queries.language()}": answers[-1].text}
    form = forms.NoteForm(request.POST if request.method == "POST" else None, initial=text)
    if request.method == "POST" and form.is_valid():
        form.cleaned_data.pop("version")
        note = actions.make_help(by=request.user, question=found, **form.cleaned_data)
        _say_published(request, note)
        return redirect("help:note", note.uuid)
    context = {"form": form, "question": found, "title": queries.title_of(found.page) if found.page else ""}
    return render(request, "help/make.html", context, status=422 if form.is_bound else 200)


def _say_published(request: HttpRequest, note: Note) -> None:
    if note.is_in_both_languages:
        messages.success(request, _("This answer now stands in the help of the page, in both languages."))
    elif note.text_ar:
        messages.warning(
            request, _("Readers of Arabic now see this answer. Readers of French see it once you write it.")
        )
    else:
        messages.warning(
            request, _("Readers of French now see this answer. Readers of Arabic see it once you write it.")
        )


def _note(request: HttpRequest, note: uuid.UUID) -> Note:
    return get_object_or_404(queries.notes_published_in(request.user), uuid=note)


@open_to(*queries.ANSWERING)
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, note: uuid.UUID) -> HttpResponse:
    """Reword one note; when a colleague did so meanwhile, both wordings are shown."""
    found = _note(request, note)
    if request.method == "GET":
        return _shown(request, found, forms.NoteForm(initial=_words_of(found)), 200)
    form = forms.NoteForm(request.POST, initial=_words_of(found))
    if not form.is_valid():
        return _shown(request, found, form, 422)
    said = form.cleaned_data
    try:
        actions.reword(by=request.user, note=found, version=said.pop("version") or 0, **said)
    except actions.NotYours:
        raise PermissionDenied from None
    except actions.StaleNote:
        form.add_error(None, _("A colleague changed this answer meanwhile; their words stand below yours."))
        return _shown(request, found, form, 409)
    _say_published(request, _note(request, found.uuid))
    return redirect("help:note", found.uuid)


def _words_of(found: Note) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("title_ar", "text_ar", "title_fr", "text_fr", "version")}


def _shown(
    request: HttpRequest, found: Note, form: forms.NoteForm, status: int, withdraw: forms.WithdrawForm | None = None
) -> HttpResponse:
    if status == 409:  # what is sent next is written over the words shown
        form.data = {**form.data.dict(), "version": found.version}
    context = {
        "note": found,
        "form": form,
        "title": queries.title_of(found.page) if found.page else "",
        "may_change": queries.may_change(request.user, found),
        "withdraw_form": withdraw or forms.WithdrawForm(),
        "is_stale": status == 409,
    }
    return render(request, "help/note.html", context, status=status)


@open_to(*queries.ANSWERING)
@require_POST
def move(request: HttpRequest, note: uuid.UUID) -> HttpResponse:
    """Withdraw a note with a reason, or publish it again."""
    found = _note(request, note)
    verb = "publish_again" if request.POST.get("verb") == "publish_again" else "withdraw"
    form = forms.WithdrawForm(request.POST)
    if verb == "withdraw" and not form.is_valid():
        return _shown(request, found, forms.NoteForm(initial=_words_of(found)), 422, form)
    try:
        reason = form.cleaned_data.get("reason", "") if form.is_valid() else ""
        actions.move_note(by=request.user, note=found, verb=verb, reason=reason)
        messages.success(request, _("Done: %(state)s.") % {"state": found.get_state_display()})
    except actions.NotYours:
        raise PermissionDenied from None
    except workflow.MoveRefused:
        text = _("A colleague did this meanwhile; it is now: %(state)s.")
        messages.error(request, text % {"state": found.get_state_display()})
    return redirect("help:note", found.uuid)
