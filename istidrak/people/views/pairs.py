"""Same person? Pairs to decide, side by side, decided and taken back; sharing asked and answered."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import TERRITORIAL, DirectorateOfficer
from istidrak.base.exchange.answers import list_of_names
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.people import actions, queries
from istidrak.people.forms import ReasonForm, UndoForm
from istidrak.people.models import CandidatePair
from istidrak.people.queries import duplicates
from istidrak.people.queries import sharing as requests_read
from istidrak.people.views import words
from istidrak.people.views.side_by_side import compared, summary, workbook_columns, workbook_rows


@open_to(*TERRITORIAL)
@require_GET
def pairs(request: HttpRequest) -> HttpResponse:
    """Pairs to decide, the likeliest first; the directorate's officer decides, the levels above read."""
    narrowed = request.GET.get("show", "")
    narrowed = narrowed if narrowed in duplicates.FILTERS else ""
    if request.GET.get("format") == "xlsx":
        rows = workbook_rows(duplicates.all_pairs(request.scope, narrowed))
        return list_of_names(request, "pairs", _("Same person?"), workbook_columns(), rows)
    counts = queries.undecided_counts(request.scope)
    context = {
        "page": queries.pairs_page(request.scope, narrowed, after=request.GET.get("after", "")),
        "show": narrowed,
        "tabs": [(name, label, counts.get(name or "all")) for name, label in words.TABS],
    }
    return render(request, "people/pairs.html", context)


def _pair_of(request: HttpRequest, uuid: Any) -> duplicates.PairShown:
    shown = queries.pair_of(request.scope, uuid)
    if shown is None:
        raise Http404
    return shown


def _whole_pair_of(request: HttpRequest, uuid: Any) -> CandidatePair:
    """The pair when the reader sees both sides: nobody decides about a file that they may not open."""
    shown = _pair_of(request, uuid)
    if not shown.is_whole:
        raise PermissionDenied
    return shown.pair


@open_to(*TERRITORIAL)
@require_GET
def pair(request: HttpRequest, pair: str) -> HttpResponse:
    """Two files side by side: what agrees, what differs, and the list row that each side comes from."""
    shown = _pair_of(request, pair)
    is_officer = request.user.holds(DirectorateOfficer)
    context = {
        "shown": shown,
        "pair": shown.pair,
        "lines": compared(shown) if shown.is_whole else [],
        "summary": summary(shown) if shown.is_whole else [],
        "may_decide": is_officer and shown.is_whole,
        "may_ask": is_officer and not shown.is_whole,
        "request_sent": requests_read.sent_for(request.scope, shown.pair),
        "is_one": shown.pair.left_record.person_id == shown.pair.right_record.person_id,
    }
    return render(request, "people/pair.html", context)


@open_to(DirectorateOfficer)
@require_POST
def decide(request: HttpRequest, pair: str) -> HttpResponse:
    """Same, other or not sure; then the next pair that waits."""
    row, verdict = _whole_pair_of(request, pair), request.POST.get("verdict", "")
    if verdict not in words.DECIDED:
        messages.error(request, _("Choose one of the three answers."))
        return redirect("people:pair", pair=row.uuid)
    try:
        actions.decide_pair(by=request.user, pair=row, verdict=verdict)
    except (MoveRefused, actions.AlreadyOne, actions.MergeBlocked, actions.MassarCodeTaken) as error:
        messages.error(request, words.why_not_decided(error))
        return redirect("people:pair", pair=row.uuid)
    messages.success(request, words.decided(row, verdict))
    following = queries.next_pair(request.scope, row)
    return redirect("people:pair", pair=following.uuid) if following else redirect("people:pairs")


@open_to(DirectorateOfficer)
@require_http_methods(["GET", "POST"])
def merge_undo(request: HttpRequest, pair: str) -> HttpResponse:
    """What taking a decision back does, before; and after, what stayed with the file that goes on."""
    shown = _pair_of(request, pair)
    if not shown.is_whole:
        raise PermissionDenied
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.undo_pair(by=request.user, pair=shown.pair, reason=form.cleaned_data["reason"])
        except (MoveRefused, actions.UndoBlocked, actions.AlreadyUndone, actions.MergeBlocked) as error:
            messages.error(request, words.why_not_undone(error))
        else:
            messages.success(request, _("The decision is taken back: the pair is to decide again."))
        return redirect("people:merge_undo", pair=shown.pair.uuid)
    context = {"shown": shown, "pair": shown.pair, "form": form, "merge": duplicates.last_merge(shown.pair)}
    return render(request, "people/merge_undo.html", context)


@open_to(DirectorateOfficer)
@require_POST
def ask(request: HttpRequest, pair: str) -> HttpResponse:
    """Ask the directorate that knows the other side to share its file."""
    shown = _pair_of(request, pair)
    if shown.is_whole:
        return redirect("people:pair", pair=shown.pair.uuid)
    asking = requests_read.own_directorate(request.user, shown.seen.person)
    asked = next((body for body in shown.hidden.known_in if body != asking), None)
    if asking is None or asked is None:
        messages.error(
            request, _("No directorate is known for the other file: the national officer can look for it.")
        )
        return redirect("people:pair", pair=shown.pair.uuid)
    try:
        actions.request_sharing(
            by=request.user, pair=shown.pair, person=requests_read.hidden_person(shown), asking=asking, asked=asked
        )
    except actions.AlreadyAsked:
        messages.info(request, _("This was asked before; the answer will stand on this page."))
    else:
        messages.success(request, _("The request is sent. The answer will stand under “Sharing of files”."))
    return redirect("people:pair", pair=shown.pair.uuid)


@open_to(*TERRITORIAL)
@require_GET
def sharing_requests(request: HttpRequest) -> HttpResponse:
    """Requests received from other directorates and sent to them."""
    received = requests_read.received(request.scope)
    sent = requests_read.sent(request.scope)
    if request.GET.get("format") == "xlsx":
        return list_of_names(
            request, "sharing", _("Sharing of files"), words.sharing_columns(), words.sharing_rows(received, sent)
        )
    context = {
        "received": received,
        "sent": sent,
        "form": ReasonForm(),
        "may_answer": request.user.holds(DirectorateOfficer),
    }
    return render(request, "people/sharing.html", context)


@open_to(DirectorateOfficer)
@require_POST
def answer(request: HttpRequest, sharing: str) -> HttpResponse:
    """Share the file with the directorate that asks, or refuse with a reason."""
    row = get_object_or_404(requests_read.asked_of(request.scope), uuid=sharing)
    verb = request.POST.get("verb", "")
    try:
        if verb not in row.MOVES or verb == "ask":
            messages.error(request, _("Choose to share or to refuse."))
        else:
            actions.answer_sharing(
                by=request.user, request=row, verb=verb, reason=request.POST.get("reason", "")[:500]
            )
            messages.success(request, words.answered(row))
    except ReasonMissing:
        messages.error(request, _("Write why the request is refused: the other directorate reads it."))
    except MoveRefused:
        messages.error(request, _("This request was answered meanwhile."))
    return redirect("people:sharing")
