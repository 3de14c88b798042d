"""The sheet of a month: typed class by class, handed over, validated by another, corrected afterwards."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import SchoolHead
from istidrak.base import workflow
from istidrak.base.exchange.answers import list_of_names
from istidrak.base.templatetags.ui import year_month_words
from istidrak.support.actions import absences as actions
from istidrak.support.forms import absences as forms
from istidrak.support.models import MonthSheet
from istidrak.support.queries import absences as queries
from istidrak.support.queries import control
from istidrak.support.rules.absences import Counts
from istidrak.support.views.absences import REFUSED
from istidrak.support.views.common import READS_SHEETS, SCHOOLS

State = MonthSheet.State
PART = 60  # pupils on one page: a class, and what a phone can send
SAVES = {"save", "next", "hand_over"}


@open_to(*READS_SHEETS)
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, sheet: str) -> HttpResponse:
    """One month of a school: its pupils, typed where they were absent; who does what next."""
    if request.method == "GET":
        subject = get_object_or_404(queries.sheets(request.scope), uuid=sheet)
        return _workbook(request, subject) if request.GET.get("format") == "xlsx" else _page(request, subject)
    verb = request.POST.get("do", "")
    roles = (SchoolHead,) if verb in {"validate", "return"} else SCHOOLS
    subject = get_object_or_404(queries.sheets(scope_acting_as(request, *roles)), uuid=sheet)
    try:
        if verb in SAVES:
            return _save(request, subject, verb)
        _answer(request, subject, verb)
    except actions.SheetRefused as refused:
        messages.error(request, REFUSED[refused.code])
    except workflow.MoveRefused:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
    except workflow.ReasonMissing:
        messages.error(request, _("Write what to look at again: the supervisor reads it."))
    return redirect("support:sheet", sheet=subject.uuid)


def _answer(request: HttpRequest, subject: MonthSheet, verb: str) -> None:
    by = request.user
    if verb == "none":
        actions.no_absence(by=by, sheet=subject)
        messages.success(request, _("Handed over without absence: now the head of the school validates it."))
    elif verb == "validate":
        actions.validate(by=by, sheet=subject)
        messages.success(
            request, _("Validated: the month counts. What changes later is a correction with its reason.")
        )
    elif verb == "return":
        actions.return_with_remark(by=by, sheet=subject, reason=request.POST.get("reason", ""))
        messages.success(request, _("Returned: the supervisor enters it again with your remark."))
    else:
        messages.error(request, _("Nothing was written: use one of the buttons."))


def _save(request: HttpRequest, subject: MonthSheet, verb: str) -> HttpResponse:
    typed = forms.typed_rows(request.POST, subject.month)
    if any(row.error for row in typed.values()):
        messages.error(request, _("Nothing was saved yet: look at the rows in red."))
        return _page(request, subject, typed=typed)
    rows = [actions.Row(key, row.counts or Counts(), row.version) for key, row in typed.items() if row.is_touched]
    try:
        actions.save_absences(by=request.user, sheet=subject, rows=rows)
    except actions.SheetRefused as refused:
        if refused.code != "changed":
            raise
        words = _("Somebody entered other numbers meanwhile: look at the rows in red, then save again.")
        messages.error(request, words)
        return _page(request, subject, typed=typed, meanwhile=frozenset(refused.rows))
    if verb == "hand_over":
        actions.hand_over(by=request.user, sheet=subject)
        messages.success(request, _("Handed over: now the head of the school validates it."))
        return redirect("support:absences")
    messages.success(request, _("Saved."))
    asked = _asked(request, next_part=verb == "next")
    return redirect(f"{request.path}?{urlencode(asked)}" if asked else request.path)


def _asked(request: HttpRequest, *, next_part: bool = False) -> dict[str, str]:
    asked = {name: request.GET[name] for name in ("class", "part", "show", "text") if name in request.GET}
    if next_part:
        asked["part"] = str(_part(request) + 1)
    return asked


def _part(request: HttpRequest) -> int:
    text = request.GET.get("part", "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 4 else 1


@dataclass(frozen=True)
class ShownRow:
    """A pupil on the page: the texts of the four fields, the token beside them, what is wrong."""

    pupil: queries.Pupil
    fields: list[tuple[str, Any, str]]  # name, words, text
    token: str
    error: str
    now: str  # what another entered meanwhile


def _page(
    request: HttpRequest,
    subject: MonthSheet,
    *,
    typed: dict[uuid.UUID, forms.Typed] | None = None,
    meanwhile: frozenset[uuid.UUID] = frozenset(),
) -> HttpResponse:
    found = queries.pupils(request.scope, subject)
    names, user = queries.classes(found), request.user
    may_enter = subject.state == State.OPEN and user.holds(*SCHOOLS)
    shows_all = may_enter or request.GET.get("show") == "all"
    chosen, text = request.GET.get("class"), request.GET.get("text", "").strip()
    asked = queries.named(request.scope, subject, text) if text else None
    listed = [
        pupil
        for pupil in found
        if (chosen not in names or pupil.registration.class_name == chosen)
        and (shows_all or text or pupil.is_absent)
        and (asked is None or pupil.registration.pk in asked)
    ]
    # Read or printed, the list is whole; typed, it comes in parts that a phone can send.
    size = PART if may_enter else max(len(listed), 1)
    parts = max(-(-len(listed) // size), 1)
    part = min(_part(request), parts)
    rows = [_row(pupil, typed or {}, meanwhile) for pupil in listed[(part - 1) * size : part * size]]
    context = {
        "sheet": subject,
        "month_words": year_month_words(subject.month),
        "year_text": str(subject.school_year),
        "rows": rows,
        "counts": forms.COUNTS,
        "pupils": len(found),
        "absent": sum(pupil.is_absent for pupil in found),
        "classes": names if len(names) > 1 else [],
        "chosen": chosen if chosen in names else None,
        "text": text,
        "difference": control.differences_of(request.scope, subject.school, [subject.month]).get(subject.month),
        "part": part,
        "parts": range(1, parts + 1),
        "shows_all": shows_all,
        "remark": queries.remark_on(subject),
        "may_enter": may_enter,
        "is_over": queries.is_over(subject.month),
        "is_head": user.holds(SchoolHead),
        "has_entered": user.holds(*SCHOOLS) and queries.has_entered(user, subject),
        "may_correct": subject.state == State.VALIDATED and user.holds(*SCHOOLS),
        "remark_form": forms.RemarkForm(),
    }
    return render(request, "support/sheet.html", context)


def _row(pupil: queries.Pupil, typed: dict[uuid.UUID, forms.Typed], meanwhile: frozenset[uuid.UUID]) -> ShownRow:
    """A pupil as the sheet shows them: what was typed and not saved goes before what is kept."""
    key = pupil.registration.uuid
    row = typed.get(key)
    texts = row.texts if row and (row.error or row.is_touched) else forms.shown_texts(pupil.counts)
    is_stale = key in meanwhile
    # Told of what another entered, the editor may write over it: the token becomes that of what stands now.
    fresh = row is None or is_stale or not row.is_touched
    token = (
        forms.token_of(pupil.counts, pupil.version) if fresh or row is None else forms.token_of(row.was, row.version)
    )
    return ShownRow(
        pupil=pupil,
        fields=[(name, words, text) for (name, words), text in zip(forms.COUNTS, texts, strict=True)],
        token=token,
        error=row.error if row else "",
        now=forms.counts_words(pupil.counts) if is_stale else "",
    )


def _workbook(request: HttpRequest, subject: MonthSheet) -> HttpResponse:
    columns = [
        *((_("File number"), 12, "text"), (_("Massar code"), 14, "text"), (_("Name in Arabic"), 30, "text")),
        *((_("Name in French"), 30, "text"), (_("Level"), 8, "text"), (_("Class"), 12, "text")),
        *((words, 12, "number") for _name, words in forms.COUNTS),
    ]
    lines = (
        (
            *(person.file_number, person.massar_code, person.name_ar, person.name_fr),
            *(pupil.registration.level_code, pupil.registration.class_name, *pupil.counts),
        )
        for pupil in queries.pupils(request.scope, subject)
        for person in [pupil.registration.person]
    )
    name = f"absences-{subject.school.code}-{subject.month}"
    return list_of_names(request, name, year_month_words(subject.month), columns, lines, about=subject)


@open_to(*SCHOOLS)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, sheet: str, registration: str) -> HttpResponse:
    """Correct one pupil's month on a validated sheet; what it was before stays."""
    subject = get_object_or_404(queries.sheets(request.scope), uuid=sheet)
    pupil = queries.pupil(request.scope, subject, registration)
    if pupil is None:
        raise Http404
    if subject.state != State.VALIDATED:
        messages.error(request, REFUSED["not_validated"])
        return redirect("support:sheet", sheet=subject.uuid)
    form = forms.CorrectionForm(
        request.POST or None, month=subject.month, initial={**pupil.counts._asdict(), "version": pupil.version}
    )
    if request.method == "POST" and form.is_valid() and _correct(request, subject, pupil, form):
        return redirect("support:sheet", sheet=subject.uuid)
    context = {
        "sheet": subject,
        "month_words": year_month_words(subject.month),
        "pupil": pupil,
        "form": form,
        "corrections": [
            (made, forms.counts_words(made.before), forms.counts_words(made.after))
            for made in queries.corrections(subject, pupil.registration)
        ],
        "stands": forms.counts_words(pupil.counts),
    }
    return render(request, "support/sheet_correct.html", context)


def _correct(request: HttpRequest, subject: MonthSheet, pupil: queries.Pupil, form: forms.CorrectionForm) -> bool:
    """True when nothing is left to do on the page; else the form says why."""
    said = {name: form.cleaned_data[name] for name in ("counts", "reason", "version")}
    try:
        changed = actions.correct(by=request.user, sheet=subject, registration=pupil.registration, **said)
    except actions.SheetRefused as refused:
        if refused.code == "changed":
            form.data = form.data.copy()
            form.data["version"] = str(pupil.version)
            words = _("Somebody corrected this month meanwhile: it stands below. Save again to write over it.")
            form.add_error(None, words)
        else:
            form.add_error(None, REFUSED[refused.code])
        return False
    if changed:
        messages.success(request, _("Corrected: what it was before stays in the history."))
    else:
        messages.info(request, _("Nothing differs: nothing was written."))
    return True
