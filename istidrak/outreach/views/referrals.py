"""Sending a case somewhere, and what the receiver answers."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import TERRITORIAL, AssociationManager, CentreDirector, DirectorateOfficer, SchoolHead
from istidrak.base import days, paging, workflow
from istidrak.base.exchange.answers import list_of_names
from istidrak.base.templatetags.ui import day_words
from istidrak.outreach import actions
from istidrak.outreach.actions.referrals import number_of
from istidrak.outreach.forms import following as forms
from istidrak.outreach.models import Case, Referral
from istidrak.outreach.queries import referrals as queries
from istidrak.outreach.rules.following import days_late
from istidrak.outreach.rules.referrals import due_on, is_overdue
from istidrak.outreach.views.cases import writable

RECEIVING = (SchoolHead, CentreDirector, AssociationManager)


@open_to(DirectorateOfficer)
@require_http_methods(["GET", "POST"])
def refer(request: HttpRequest, case: str) -> HttpResponse:
    """Choose a receiver among the schools, centres and training bodies of the directorate."""
    subject = writable(request, case)
    today = days.today()
    due = due_on(today, number_of("arrival_delay_days", subject.directorate, today))
    asked = {name: request.GET.get(name, "").strip()[:120] for name in ("text", "kind")}
    found = queries.receivers_found(subject.directorate, nearest=subject.school, **asked)
    receivers = queries.receivers_of(subject.directorate)
    data = request.POST if request.method == "POST" else None
    form = forms.ReferForm(data, initial={"due_date": due}, receivers=receivers, shown=found.rows)
    if request.method == "POST" and form.is_valid() and _send(request, subject, form):
        return redirect("outreach:case", case=subject.uuid)
    kinds = [(kind, kind.label) for kind in queries.KINDS]
    context = {"case": subject, "form": form, "found": found, "asked": asked, "kinds": kinds}
    return render(request, "outreach/referrals/refer.html", context)


def _send(request: HttpRequest, case: Case, form: Any) -> bool:
    try:
        sent = actions.refer(by=request.user, case=case, **form.cleaned_data)
    except actions.AlreadyReferred as error:
        words = _("%(receiver)s is still awaited to answer: end that referral first.")
        form.add_error("receiver", words % {"receiver": error.referral.receiver})
        return False
    except workflow.MoveRefused:
        form.add_error(None, _("From its state this case cannot be sent anywhere: open it again first."))
        return False
    text = _("Sent to %(receiver)s, awaited by %(day)s. The case stays open until the arrival is confirmed.")
    messages.success(request, text % {"receiver": sent.receiver, "day": day_words(sent.due_date)})
    return True


@open_to(*TERRITORIAL, *RECEIVING)
@require_GET
def referrals(request: HttpRequest) -> HttpResponse:
    """Young people sent to me; an officer sees all those of the territory."""
    today = days.today()
    show = request.GET.get("show", "waiting")
    rows = queries.referrals_of(request.scope, show, today)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, rows)
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    confirmations = queries.Confirmations(today)
    context = {
        "page": page,
        "rows": [(row, _days_late(row, today), confirmations.is_due(row)) for row in page.rows],
        "show": show,
        "is_receiver": request.user.holds(*RECEIVING),
    }
    return render(request, "outreach/referrals/referrals.html", context)


def _days_late(referral: Referral, as_of: dt.date) -> int:
    is_late = is_overdue(referral.state, referral.due_date, as_of)
    return days_late(referral.due_date, as_of) if is_late else 0


def _workbook(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = [
        (_("File number"), 12, "text"),
        (_("Name in Arabic"), 30, "text"),
        (_("Name in French"), 30, "text"),
        (_("To whom"), 34, "text"),
        (_("State"), 24, "text"),
        (_("Sent on"), 12, "day"),
        (_("Awaited by"), 12, "day"),
        (_("Came on"), 12, "day"),
        (_("Sessions attended"), 10, "number"),
    ]
    lines = (
        (
            *(r.case.person.file_number, r.case.person.name_ar, r.case.person.name_fr, str(r.receiver)),
            *(r.get_state_display(), r.sent_date, r.due_date, r.arrived_date, r.sessions_attended),
        )
        for r in rows.order_by("pk").iterator()
    )
    return list_of_names(request, "referrals", _("Referrals"), columns, lines)


@open_to(*TERRITORIAL, *RECEIVING)
@require_http_methods(["GET", "POST"])
def referral(request: HttpRequest, referral: str) -> HttpResponse:
    """One referral: accept, refuse, has come, confirm; never came, with a new next step."""
    subject = queries.visible_referral(request.scope, referral)
    if subject is None:
        raise Http404
    verbs, needs_source = _verbs_for(request, subject)
    data = request.POST if request.method == "POST" else None
    year = subject.case.season.year
    form = forms.AnswerForm(data, initial={"on": days.today()}, needs_source=needs_source, season_year=year)
    step = forms.StepForm(data if data and data.get("verb") == "give_up" else None)
    if data is not None and _answer(request, subject, form, step, verbs):
        if queries.visible_referral(request.scope, referral) is None:  # the receiver refused: the file is closed
            return redirect("outreach:referrals")
        return redirect("outreach:referral", referral=subject.uuid)
    problem, from_day, needed = queries.Confirmations(days.today()).problem_of(subject)
    context = {
        "referral": subject,
        "case": subject.case,
        "form": form,
        "step": step,
        "verbs": verbs,
        "needs_source": needs_source,
        "problem": problem,
        "from_day": from_day,
        "needed": needed,
        "is_officer": request.user.holds(DirectorateOfficer),
        "is_territorial": request.user.holds(*TERRITORIAL),
        "late": is_overdue(subject.state, subject.due_date, days.today()),
    }
    return render(request, "outreach/referrals/referral.html", context)


def _verbs_for(request: HttpRequest, referral: Referral) -> tuple[set[str], bool]:
    """What the reader may answer. The officer may answer in the receiver's place and says how they know; only the
    officer gives up."""
    is_receiver = referral.receiver_id in request.user.scope_as(*RECEIVING).organisations
    territory = request.user.scope_as(DirectorateOfficer)
    is_officer = territory.covers_place(referral.case.directorate.place_number)
    verbs = set(workflow.open_moves(referral)) if is_receiver or is_officer else set()
    return (verbs if is_officer else verbs - {"give_up"}), is_officer and not is_receiver


def _answer(request: HttpRequest, referral: Referral, form: Any, step: Any, verbs: set[str]) -> bool:
    """Carry out the answer; False when a form shows what is wrong."""
    if not form.is_valid():
        return False
    verb = form.cleaned_data["verb"]
    if verb == "give_up" and not step.is_valid():
        return False
    if verb not in verbs:
        messages.error(request, _("The referral changed meanwhile, or this answer is not yours to give."))
        return True
    try:
        if verb == "give_up":
            reason = form.cleaned_data["reason"]
            actions.never_came(by=request.user, referral=referral, reason=reason, **step.cleaned_data)
        else:
            actions.answer_referral(by=request.user, referral=referral, **form.cleaned_data)
    except actions.NotConfirmable as error:
        messages.error(request, _why_not(error))
    except workflow.MoveRefused:
        messages.error(request, _("The referral changed meanwhile, or this answer is not yours to give."))
    else:
        messages.success(request, _SAID[verb]())
    return True


def _why_not(error: actions.NotConfirmable) -> str:
    if error.problem == "TOO_FEW_SESSIONS":
        return _("The arrival is confirmed by itself after %(count)s sessions attended.") % {"count": error.needed}
    day = day_words(error.from_day) if error.from_day else ""
    return _("The arrival can be confirmed from %(day)s, after a month.") % {"day": day}


_SAID = {
    "accept": lambda: _("Accepted. Say on which day they come."),
    "refuse": lambda: _("Refused. The directorate looks for another place."),
    "arrive": lambda: _("Written. The case is closed when the arrival is confirmed."),
    "confirm": lambda: _("The arrival is confirmed and the case is closed."),
    "give_up": lambda: _("The case is followed again, with its new next step."),
}
