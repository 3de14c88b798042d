"""Complaints of families: registered, listed by lateness, looked at beside the notice, corrected and answered."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import TERRITORIAL, ComplaintsOfficer, SchoolHead, SupportCoordinator, SupportUnit
from istidrak.base import paging, workflow
from istidrak.base.exchange.answers import list_of_names
from istidrak.base.scope import Scope
from istidrak.base.templatetags.ui import year_month_words
from istidrak.outreach.forms.following import say_reused
from istidrak.people.actions import SubmissionReused
from istidrak.support import correcting, noticing
from istidrak.support.actions import corrections
from istidrak.support.actions import families as actions
from istidrak.support.forms import families as forms
from istidrak.support.models import Complaint, Registration
from istidrak.support.queries import complaints as queries
from istidrak.support.queries.corrections import ShownDifference, shown_differences
from istidrak.support.views.families import (
    LANGUAGES,
    REGISTERS,
    bodies_of,
    month_asked,
    visible_registration,
)

READS_COMPLAINTS = (*TERRITORIAL, SchoolHead, SupportCoordinator, SupportUnit, ComplaintsOfficer)
WHICH = (
    (queries.OPEN, gettext_lazy("To answer")),
    (queries.MINE, gettext_lazy("Mine to answer")),
    (queries.LATE, gettext_lazy("Late")),
    (queries.ALL, gettext_lazy("Answered too")),
)


@open_to(*READS_COMPLAINTS)
@require_GET
def complaints(request: HttpRequest) -> HttpResponse:
    """Complaints of my territory or school, the most late first."""
    asked = request.GET.get("which", queries.OPEN)
    which = asked if asked in dict(WHICH) else queries.OPEN
    text = request.GET.get("q", "")[:80].strip()
    rows = queries.narrowed(queries.complaints(request.scope), which, request.user, text)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, rows)
    number = request.GET.get("after", "")
    after = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
    found = list(rows[after : after + paging.PAGE + 1])
    more = str(after + paging.PAGE) if len(found) > paging.PAGE else ""
    context = {
        "page": paging.Page(queries.shown(found[: paging.PAGE]), more),
        "counts": queries.counts(request.scope),
        "which": which,
        "choices": WHICH,
        "text": text,
        "may_register": request.user.holds(*REGISTERS),
    }
    return render(request, "support/complaints.html", context)


def _workbook(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = [
        *((_("Pupil"), 30, "text"), (_("School"), 34, "text"), (_("About"), 28, "text"), (_("Month"), 18, "text")),
        *(
            (pgettext("complaint", "Received"), 12, "day"),
            (_("To answer by"), 12, "day"),
            (_("Days late"), 10, "number"),
        ),
        *((_("State"), 22, "text"), (_("Holder"), 26, "text"), (pgettext("complaint", "Answered"), 12, "day")),
    ]
    lines = (
        (
            *(
                _name(shown.row.registration.person),
                str(shown.row.registration.school),
                shown.row.get_about_display(),
            ),
            *(year_month_words(shown.row.month) if shown.row.month else "", shown.row.received_date),
            *(shown.row.due_date, shown.days_late, shown.row.get_state_display(), str(shown.row.holder)),
            shown.row.answered_at,
        )
        for shown in queries.shown(list(rows))
    )
    return list_of_names(request, "complaints", _("Complaints of families"), columns, lines)


def _name(person: Any) -> str:
    return str(person.name_ar or person.name_fr)


@open_to(*REGISTERS)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, registration: str) -> HttpResponse:
    """Keep what a family objects to, about one registered pupil."""
    subject = visible_registration(request.scope, registration)
    initial = {"submission": uuid.uuid4(), "month": month_asked(request, subject) if "month" in request.GET else ""}
    if request.user.holds(SchoolHead) and not request.user.holds(ComplaintsOfficer):
        initial["channel"] = Complaint.Channel.SCHOOL
    form = forms.ComplaintForm(request.POST or None, school_year=subject.school_year, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.register_complaint(by=request.user, registration=subject, **form.cleaned_data)
        except actions.ComplaintRefused as refused:
            form.add_error(*forms.PROBLEMS[refused.code])
        except SubmissionReused:
            say_reused(form)
        else:
            messages.success(request, _("Kept. It is to be answered by the day below."))
            return redirect("support:complaint", complaint=row.uuid)
    context = {"registration": subject, "form": form, "before": queries.of_registration(subject)}
    return render(request, "support/complaint_create.html", context)


@open_to(*READS_COMPLAINTS)
@require_http_methods(["GET", "POST"])
def complaint(request: HttpRequest, complaint: str) -> HttpResponse:
    """One complaint: what is said, the notice beside it, what changed since the saving, the answer."""
    if request.method == "GET":
        return _page(request, get_object_or_404(queries.complaints(request.scope), uuid=complaint))
    scope = scope_acting_as(request, ComplaintsOfficer)
    subject = get_object_or_404(queries.complaints(scope), uuid=complaint)
    acts = {"adjust": _adjust, "take_up": _take_up, **dict.fromkeys(actions.ANSWERS, _answer)}
    act = acts.get(request.POST.get("do", ""))
    if act is None:
        messages.error(request, _("Nothing was written: use one of the buttons."))
        return redirect("support:complaint", complaint=subject.uuid)
    try:
        bound = act(request, subject)
    except workflow.MoveRefused:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
        bound = {}
    if bound:
        return _page(request, subject, **bound)
    return redirect("support:complaint", complaint=subject.uuid)


def _take_up(request: HttpRequest, subject: Complaint) -> dict[str, Any]:
    actions.take_up(by=request.user, complaint=subject)
    messages.success(request, _("You answer this complaint now."))
    return {}


def _answer(request: HttpRequest, subject: Complaint) -> dict[str, Any]:
    form = forms.AnswerForm(request.POST)
    if not form.is_valid():
        return {"answer_form": form}
    actions.answer(by=request.user, complaint=subject, verb=request.POST["do"], text=form.cleaned_data["text"])
    messages.success(request, _("Answered. Print the letter for the family."))
    return {}


def _adjust(request: HttpRequest, subject: Complaint) -> dict[str, Any]:
    """Adjust what changed for this family, in every saved instalment that the complaint is about."""
    form = forms.FamilyAdjustForm(request.POST)
    if not form.is_valid():
        return {"adjust_form": form}
    rows = []
    for instalment in queries.instalments_about(subject):
        found = correcting.differences(instalment, family=subject.registration)
        rows += corrections.adjust(
            by=request.user, instalment=instalment, differences=found, cause=form.cleaned_data["cause"]
        )
    if rows:
        words = ngettext(
            "%(count)s adjustment was written: the next instalment carries it.",
            "%(count)s adjustments were written: the next instalment carries them.",
            len(rows),
        )
        messages.success(request, words % {"count": len(rows)})
    else:
        messages.warning(request, _("Nothing was written: no difference that can be adjusted was chosen."))
    return {}


def _differences(scope: Scope, subject: Complaint) -> list[ShownDifference]:
    """What changed for the family since the savings; a pupil of a school out of the reader's sight is not named."""
    rows = []
    for instalment in queries.instalments_about(subject):
        rows += shown_differences(instalment, correcting.differences(instalment, family=subject.registration))
    persons = [row.found.person for row in rows]
    seen = Registration.objects.visible_to(scope).filter(person__in=persons).values_list("person", flat=True)
    known = {subject.registration.person_id, *seen}
    return [row if row.found.person in known else ShownDifference(row.found, None, row.place) for row in rows]


def _page(request: HttpRequest, subject: Complaint, **bound: Any) -> HttpResponse:
    month = subject.month or month_asked(request, subject.registration)
    is_open, answers = subject.state == Complaint.State.RECEIVED, request.user.holds(ComplaintsOfficer)
    found = _differences(request.scope, subject)
    context = {
        "complaint": subject,
        "shown": queries.shown([subject])[0],
        "month": month,
        "bodies": bodies_of(noticing.notice_of(subject.registration, month)),
        "differences": found,
        "can_adjust": answers and any(row.found.is_settled for row in found),
        "may_answer": answers and is_open,
        "is_mine": subject.holder_id == request.user.pk,
        "answer_form": forms.AnswerForm(),
        "adjust_form": forms.FamilyAdjustForm(auto_id="adjust_%s"),
    }
    return render(request, "support/complaint.html", {**context, **bound})


@open_to(*READS_COMPLAINTS)
@require_GET
def letter(request: HttpRequest, complaint: str) -> HttpResponse:
    """The answer as a letter to the family, in Arabic and in French."""
    subject = get_object_or_404(queries.complaints(request.scope), uuid=complaint)
    if subject.state == Complaint.State.RECEIVED:
        messages.info(request, _("It is not answered yet: there is no letter to print."))
        return redirect("support:complaint", complaint=subject.uuid)
    bodies = []
    for language, side in LANGUAGES:
        with translation.override(language):
            body = render_to_string("support/complaint_letter_body.html", {"complaint": subject})
            bodies.append((language, side, body))
    return render(request, "support/complaint_letter.html", {"complaint": subject, "bodies": bodies})
