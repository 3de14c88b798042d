"""A sitting: opened, its agenda, thirty cases on one page, exceptions one by one, its minutes."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import DirectorateOfficer
from istidrak.base import days, paging
from istidrak.base.exchange.answers import workbook_answer
from istidrak.organisations.models import Organisation
from istidrak.orientation import actions
from istidrak.orientation.columns import LABELS
from istidrak.orientation.forms.sittings import ReasonForm, SittingForm, bodies_of
from istidrak.orientation.models import Sitting
from istidrak.orientation.queries import lists
from istidrak.orientation.queries.sitting_rows import rows_of
from istidrak.orientation.views.common import HOLDS_SITTINGS, READS_SITTINGS
from istidrak.outreach.forms.following import say_reused
from istidrak.outreach.models import Case
from istidrak.outreach.views.common import season_of
from istidrak.people.access import SHARED
from istidrak.people.actions import SubmissionReused
from istidrak.programmes.models import Programme

PROBLEMS = {
    "CHANGED": gettext_lazy("Somebody changed this line meanwhile: look at it again."),
    "STANDING": gettext_lazy("Another decision stands for this case."),
    "REASON": gettext_lazy("This exit departs from the criteria: open the case and write why."),
    "PLACE": gettext_lazy("Who receives, or the programme, is not chosen: open the case."),
    "ELSEWHERE": gettext_lazy("The case is on the agenda of another sitting that is not closed."),
    "FULL": gettext_lazy("The agenda is full."),
    "CLOSED_CASE": gettext_lazy("The case is not open any more."),
    "REFERRED": gettext_lazy("Another receiver is awaited to answer: the decision stays a proposal."),
    "NOT_STANDING": gettext_lazy("The decision of this line does not stand any more."),
}


def visible(request: HttpRequest, sitting: str, *roles: Any) -> Sitting:
    """A sitting by its address, to read, or to hold in these roles. Raises Http404 outside the scope."""
    scope = scope_acting_as(request, *roles) if roles else request.scope
    rows = Sitting.objects.visible_to(scope).select_related("body__place", "season", "receiver", "closed_by")
    return get_object_or_404(rows, uuid=sitting)


def may_hold(request: HttpRequest, sitting: Sitting) -> bool:
    """The committee of a centre is held by the centre, that of a directorate by its officer."""
    user: Any = request.user
    return (
        user.holds(*HOLDS_SITTINGS) and bodies_of(user.scope_as(*HOLDS_SITTINGS)).filter(pk=sitting.body_id).exists()
    )


def told(request: HttpRequest, outcome: actions.Outcome, name: Any) -> None:
    """Say which rows were refused, each with its problem; nothing else is lost."""
    for row, problem in outcome.refused:
        messages.warning(request, f"{name(row) if row else '—'}: {PROBLEMS[problem]}")


def line_name(line: Any) -> str:
    """How a message names a line."""
    person = line.person
    return f"{person.file_number} {person.name_ar or person.name_fr}"


@open_to(*READS_SITTINGS)
@require_GET
def sittings(request: HttpRequest) -> HttpResponse:
    """Sittings of the season, newest first."""
    season = season_of(request)
    rows = lists.sittings(request.scope, season)
    if request.GET.get("format") == "xlsx":
        columns = [
            (_("Committee of"), 34, "text"),
            (_("Number"), 8, "number"),
            (_("Day of the sitting"), 12, "day"),
            (_("Cases"), 8, "number"),
            (_("State"), 24, "text"),
        ]
        lines = ((str(s.body), s.number, s.held_date, s.cases, s.get_state_display()) for s in rows.order_by("pk"))
        return workbook_answer(request, f"sittings-{season.year}", _("Sittings"), columns, lines)
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    may_open = request.user.holds(*HOLDS_SITTINGS)
    return render(request, "orientation/sittings.html", {"season": season, "page": page, "may_open": may_open})


@open_to(*HOLDS_SITTINGS)
@require_http_methods(["GET", "POST"])
def sitting_new(request: HttpRequest) -> HttpResponse:
    """Open a sitting."""
    bodies = bodies_of(request.scope)
    low_high = [(body.place.low, body.place.high) for body in bodies.select_related("place") if body.place]
    centres = Organisation.objects.filter(
        kind="CENTRE", pk__in=[pk for low, high in low_high for pk in _centres(low, high)]
    ).order_by("code")
    start = {"held_date": days.today(), "submission": uuid.uuid4()}
    form = SittingForm(
        request.POST if request.method == "POST" else None, bodies=bodies, centres=centres, initial=start
    )
    if request.method == "POST" and form.is_valid():
        kept = ("body", "held_date", "held_at", "receiver", "submission")
        try:
            sitting = actions.open_sitting(
                by=request.user,
                season=season_of(request),
                members=form.people,
                **{name: form.cleaned_data[name] for name in kept},
            )
        except SubmissionReused:
            say_reused(form)
        else:
            messages.success(request, _("Sitting opened. Now put cases on its agenda."))
            return redirect("orientation:agenda", sitting=sitting.uuid)
    return render(request, "orientation/sitting_new.html", {"form": form})


def _centres(low: int, high: int) -> list[int]:
    rows = Organisation.objects.filter(kind="CENTRE", place_number__range=(low, high))
    return list(rows.values_list("pk", flat=True))


@open_to(*HOLDS_SITTINGS)
@require_http_methods(["GET", "POST"])
def agenda(request: HttpRequest, sitting: str) -> HttpResponse:
    """Cases that may be put on the agenda, chosen from those sorted or interviewed."""
    subject = visible(request, sitting, *HOLDS_SITTINGS)
    if not may_hold(request, subject) or subject.state != Sitting.State.OPEN:
        raise Http404
    text, quarter = request.GET.get("text", "").strip(), request.GET.get("quarter", "").strip()
    rows = lists.candidates(request.scope, subject.season, text, quarter)
    if subject.body.kind == Organisation.Kind.DIRECTORATE:
        rows = rows.filter(directorate=subject.body)
    if request.method == "POST":
        chosen = _uuids(request.POST.getlist("case"))
        found = Case.objects.visible_to(request.scope, besides=SHARED).filter(season=subject.season, uuid__in=chosen)
        if subject.body.kind == Organisation.Kind.DIRECTORATE:  # as the list offers: a forged form gives no more
            found = found.filter(directorate=subject.body)
        outcome = actions.put_on_agenda(
            by=request.user, sitting=subject, cases=list(found.select_related("person").order_by("pk"))
        )
        said = ngettext("%(count)d case put on the agenda.", "%(count)d cases put on the agenda.", len(outcome.done))
        messages.success(request, said % {"count": len(outcome.done)})
        told(request, outcome, line_name)
        return redirect("orientation:sitting", sitting=subject.uuid)
    context = {"sitting": subject, "cases": list(rows[:60]), "text": text, "quarter": quarter}
    return render(request, "orientation/agenda.html", context)


def _uuids(texts: list[str]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


@open_to(*READS_SITTINGS)
@require_GET
def sitting(request: HttpRequest, sitting: str) -> HttpResponse:
    """The agenda on one page: what follows the aid is accepted together, exceptions are opened one by one."""
    subject = visible(request, sitting)
    if subject.state == Sitting.State.CLOSED:
        return redirect("orientation:minutes", sitting=subject.uuid)
    rows = rows_of(subject)
    for row in rows:
        row.line.names_to_complete = [LABELS[name] for name in row.to_complete]
    shown = [row for row in rows if row.line.state != "TAKEN_OFF"]
    waiting = [row for row in shown if row.line.state == "TO_DECIDE"]
    context = {
        "sitting": subject,
        "members": list(subject.members.all()),
        "rows": shown,
        "waiting": len(waiting),
        "following": sum(row.preselected is not None for row in waiting),
        "chosen": sum(row.line.state == "CHOSEN" for row in shown),
        "postponed": sum(row.line.state == "POSTPONED" for row in shown),
        "departures": sum(row.line.state == "CHOSEN" and row.line.follows_aid is False for row in shown),
        "may_hold": may_hold(request, subject),
        "reason_form": ReasonForm(),
    }
    return render(request, "orientation/sitting.html", context)


@open_to(*HOLDS_SITTINGS)
@require_POST
def choose(request: HttpRequest, sitting: str) -> HttpResponse:
    """Keep the rows that were chosen on the page, as it showed them."""
    subject = visible(request, sitting, *HOLDS_SITTINGS)
    if not may_hold(request, subject):
        raise Http404
    choices = _choices(request)
    try:
        outcome = actions.choose(by=request.user, sitting=subject, choices=choices)
    except actions.SittingClosed:
        messages.error(request, _("This sitting was closed meanwhile: its minutes are below."))
    else:
        said = ngettext("%(count)d case chosen.", "%(count)d cases chosen.", len(outcome.done) + len(outcome.already))
        messages.success(request, said % {"count": len(outcome.done) + len(outcome.already)})
        told(request, outcome, line_name)
    return redirect("orientation:sitting", sitting=subject.uuid)


def _is_version(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _choices(request: HttpRequest) -> list[actions.Choice]:
    """Rows of the page: `exit-<line>` holds exit, receiver, programme and version as they were shown."""
    asked = []
    for name, value in request.POST.items():
        parts = value.split("|")
        if name.startswith("exit-") and len(parts) == 4 and _is_version(parts[3]):
            asked += [(line, *parts) for line in _uuids([name.removeprefix("exit-")])]
    receivers = {
        str(body.uuid): body for body in Organisation.objects.filter(uuid__in=_uuids([row[2] for row in asked]))
    }
    programmes = {programme.code: programme for programme in Programme.objects.all()}
    return [
        actions.Choice(line, int(version), exit, receivers.get(receiver), programmes.get(programme))
        for line, exit, receiver, programme, version in asked
    ]


@open_to(*HOLDS_SITTINGS)
@require_POST
def close(request: HttpRequest, sitting: str) -> HttpResponse:
    """Close the sitting: decisions and minutes are written."""
    subject = visible(request, sitting, *HOLDS_SITTINGS)
    if not may_hold(request, subject):
        raise Http404
    try:
        outcome = actions.close_sitting(
            by=request.user, sitting=subject, postpone_reason=request.POST.get("reason", "")
        )
    except actions.LinesLeft as left:
        said = ngettext(
            "%(count)d case is neither chosen nor postponed: choose, or write why it is postponed.",
            "%(count)d cases are neither chosen nor postponed: choose, or write why they are postponed.",
            left.count,
        )
        messages.error(request, said % {"count": left.count})
        return redirect("orientation:sitting", sitting=subject.uuid)
    except actions.SittingClosed:
        messages.error(request, _("This sitting was closed meanwhile: its minutes are below."))
    else:
        messages.success(request, _("Sitting closed; the minutes are written."))
        told(request, outcome, line_name)
    return redirect("orientation:minutes", sitting=subject.uuid)


@open_to(DirectorateOfficer)
@require_POST
def validate(request: HttpRequest, sitting: str) -> HttpResponse:
    """Decide at once what a centre's committee proposed."""
    subject = visible(request, sitting)
    outcome = actions.validate_sitting(by=request.user, sitting=subject)
    said = ngettext("%(count)d line validated.", "%(count)d lines validated.", len(outcome.done))
    messages.success(request, said % {"count": len(outcome.done)})
    told(request, outcome, line_name)
    return redirect("orientation:minutes", sitting=subject.uuid)
