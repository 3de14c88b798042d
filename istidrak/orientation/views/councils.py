"""What class councils are asked, and what they decided."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import TERRITORIAL, DirectorateOfficer, GuidanceCounsellor, SchoolHead
from istidrak.base import days, paging
from istidrak.base.exchange.answers import list_of_names
from istidrak.base.files import FileRefused
from istidrak.base.workflow import MoveRefused
from istidrak.orientation import actions, queries
from istidrak.orientation.forms.councils import CouncilForm
from istidrak.orientation.forms.interviewing import level_label
from istidrak.orientation.models import CouncilRequest, Exit
from istidrak.orientation.queries import lists
from istidrak.outreach.views.common import season_of

OF_DECISION = ("decision__person", "decision__case__person", "decision__receiver")
WITH = ("person", "school", "asked_by", "answered_by", *OF_DECISION)
READS = (*TERRITORIAL, GuidanceCounsellor, SchoolHead)


def _visible(request: HttpRequest, council: str) -> CouncilRequest:
    rows = CouncilRequest.objects.visible_to(request.scope).select_related(
        "person",
        "school",
        "asked_by",
        "answered_by",
        "decision__person",
        "decision__case__person",
        "decision__receiver",
    )
    return get_object_or_404(rows, uuid=council)


@open_to(*READS)
@require_GET
def councils(request: HttpRequest) -> HttpResponse:
    """Requests of the season, those awaited first seen as late."""
    season, today = season_of(request), days.today()
    state = request.GET.get("state", "")
    rows = lists.councils(request.scope, season, state)
    if request.GET.get("format") == "xlsx":
        columns = [
            (_("File number"), 12, "text"),
            (_("Name in Arabic"), 28, "text"),
            (_("Name in French"), 28, "text"),
            (_("School"), 30, "text"),
            (_("State"), 24, "text"),
            (_("Asked on"), 12, "day"),
            (_("By which day"), 12, "day"),
            (_("Day of the council"), 12, "day"),
        ]
        lines = (
            (
                *(row.person.file_number, row.person.name_ar, row.person.name_fr, str(row.school)),
                *(row.get_state_display(), row.asked_date, row.due_date, row.council_date),
            )
            for row in rows.order_by("pk")
        )
        return list_of_names(request, f"councils-{season.year}", _("Class councils"), columns, lines, about=season)
    context = {
        "season": season,
        "page": paging.page_of(rows, after=request.GET.get("after", "")),
        "states": CouncilRequest.State.choices,
        "state": state,
        "today": today,
    }
    return render(request, "orientation/councils.html", context)


@open_to(*READS)
@require_http_methods(["GET", "POST"])
def council(request: HttpRequest, council: str) -> HttpResponse:
    """The request with the criteria as they stood; the head of the school records what the council decided."""
    subject = _visible(request, council)
    may_answer = _is_put_to(request, subject)
    is_open = may_answer and subject.state == CouncilRequest.State.ASKED
    if request.method == "POST" and not may_answer:
        raise Http404
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CouncilForm(*data, council=subject, initial={"level_code": subject.level_code}) if may_answer else None
    if request.method == "POST" and form is not None and form.is_valid():
        return _record(request, subject, form)
    exits = queries.shown(subject.decision.findings, [Exit.FORMAL_SCHOOL])
    context = {
        "council": subject,
        "form": form if is_open or request.method == "POST" else None,
        "exits": exits,
        "level": level_label(subject.level_code) if subject.level_code else "",
        "is_late": subject.state == CouncilRequest.State.ASKED and subject.due_date < days.today(),
        "may_read_file": subject.behaviour_digest and (request.user.holds(DirectorateOfficer) or may_answer),
    }
    return render(request, "orientation/council.html", context)


def _is_put_to(request: HttpRequest, subject: CouncilRequest) -> bool:
    """True when the reader heads the school whose council is asked."""
    if not request.user.holds(SchoolHead):
        return False
    scope = request.user.scope_as(SchoolHead)
    return CouncilRequest.objects.visible_to(scope).put_to(scope).filter(pk=subject.pk).exists()


def _record(request: HttpRequest, subject: CouncilRequest, form: CouncilForm) -> HttpResponse:
    data = form.cleaned_data
    weighed = {name: data[name] for name in ("council_date", "health_considered", "social_considered")}
    try:
        if data["verdict"] == "accept":
            is_decided = actions.accept_in_council(
                by=request.user, request=subject, level_code=data["level_code"], **weighed
            )
            said = (
                _("Accepted: the return is decided, and your school is asked to receive the young person.")
                if is_decided
                else _("Accepted. Another receiver is still awaited to answer: the directorate decides.")
            )
        else:
            upload = data["behaviour_file"]
            actions.refuse_in_council(
                by=request.user,
                request=subject,
                ground=data["ground"],
                reason=data["reason"],
                behaviour_file=upload.read() if upload else b"",
                behaviour_name=upload.name if upload else "",
                **weighed,
            )
            said = _("Refused, with the reason. The directorate proposes another exit.")
        messages.success(request, said)
    except MoveRefused:
        messages.error(request, _("This request was answered or taken back meanwhile: look at its state."))
    except FileRefused:
        messages.error(request, _("This file cannot be kept: send a PDF, JPEG or PNG of 5 MB at most."))
    return redirect("orientation:council", council=subject.uuid)


@open_to(DirectorateOfficer, SchoolHead)
@require_POST
def behaviour_file(request: HttpRequest, council: str) -> HttpResponse:
    """The documented file; opening it is recorded."""
    subject = _visible(request, council)
    if not subject.behaviour_digest or not (request.user.holds(DirectorateOfficer) or _is_put_to(request, subject)):
        raise Http404
    data, kind = actions.behaviour_file_of(by=request.user, request=subject)
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=subject.behaviour_name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
