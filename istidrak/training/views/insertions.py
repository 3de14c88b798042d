"""Insertions: declared by the centre, proved, verified by somebody else."""

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import DirectorateOfficer
from istidrak.base import paging, workflow
from istidrak.base.exchange.answers import list_of_names
from istidrak.base.files import FileRefused
from istidrak.training import actions, forms, queries
from istidrak.training.models import Insertion
from istidrak.training.views.common import DECLARES, READS_INSERTIONS, READS_LEARNERS

SUFFIX = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


@open_to(*READS_INSERTIONS)
@require_GET
def insertions(request: HttpRequest) -> HttpResponse:
    """Insertions by state; the directorate verifies those that have their proof."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    rows = queries.insertions(request.scope, state, kind)
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("File number"), 12, "text"), (_("Name in Arabic"), 30, "text"), (_("Name in French"), 30, "text")),
            *((_("Centre"), 34, "text"), (_("Group"), 20, "text"), (_("Where to"), 24, "text")),
            *((_("Name of the school, body or employer"), 34, "text"), (_("Since"), 14, "day")),
            *((_("State"), 24, "text"), (_("Declared by"), 30, "text"), (_("Proved by"), 30, "text")),
            (_("Verified by"), 30, "text"),
        ]
        lines = (
            (
                *(i.person.file_number, i.person.name_ar, i.person.name_fr),
                *(str(i.enrolment.group.centre), i.enrolment.group.name, i.get_kind_display()),
                *(i.where, i.since_date, i.get_state_display()),
                *(str(by or "") for by in (i.declared_by, i.proved_by, i.verified_by)),
            )
            for i in rows.order_by("pk")
        )
        return list_of_names(request, "insertions", _("Insertions"), columns, lines)
    context = {
        "page": paging.page_of(rows, after=request.GET.get("after", "")),
        "states": Insertion.State.choices,
        "chosen": state if state in Insertion.State.values else "",
        "kinds": Insertion.Kind.choices,
        "chosen_kind": kind if kind in Insertion.Kind.values else "",
    }
    return render(request, "training/insertions.html", context)


@open_to(*READS_LEARNERS)
@require_http_methods(["GET", "POST"])
def insertion(request: HttpRequest, insertion: str) -> HttpResponse:
    """One insertion: its proof, and what the directorate says of it."""
    if request.method == "GET":
        return _page(request, get_object_or_404(queries.insertions(request.scope), uuid=insertion))
    acts = {
        "prove": (_prove, DECLARES),
        "verify": (_verify, (DirectorateOfficer,)),
        "not_confirm": (_not_confirm, (DirectorateOfficer,)),
    }
    act, roles = acts.get(request.POST.get("do", ""), (_nothing, READS_LEARNERS))
    subject = get_object_or_404(queries.insertions(scope_acting_as(request, *roles)), uuid=insertion)
    try:
        refused = act(request, subject)
    except actions.SameVerifier:
        refused = None
        messages.error(request, _("You declared this insertion or brought its proof: somebody else verifies it."))
    except workflow.MoveRefused:
        refused = None
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
    return refused or redirect("training:insertion", insertion=subject.uuid)


def _prove(request: HttpRequest, subject: Insertion) -> HttpResponse | None:
    form = forms.ProofForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["proof"]
        try:
            actions.prove_insertion(by=request.user, insertion=subject, data=upload.read(), name=upload.name)
        except FileRefused:
            form.add_error("proof", _("This file is neither a PDF nor a JPEG or PNG picture."))
        else:
            messages.success(request, _("The proof is kept. The directorate verifies it now."))
            return None
    return _page(request, subject, proof_form=form)


def _nothing(request: HttpRequest, subject: Insertion) -> None:
    messages.error(request, _("Nothing was written: use one of the buttons."))


def _verify(request: HttpRequest, subject: Insertion) -> None:
    actions.verify_insertion(by=request.user, insertion=subject)
    messages.success(request, _("Verified: this insertion counts."))


def _not_confirm(request: HttpRequest, subject: Insertion) -> HttpResponse | None:
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, subject, reason_form=form)
    actions.not_confirm_insertion(by=request.user, insertion=subject, reason=form.cleaned_data["reason"])
    messages.success(request, _("Written down: not confirmed. The centre may declare again."))
    return None


def _page(request: HttpRequest, subject: Insertion, **bound: Any) -> HttpResponse:
    moves, may_verify = workflow.open_moves(subject), request.user.holds(DirectorateOfficer)
    is_own = request.user.pk in (subject.declared_by_id, subject.proved_by_id)
    context = {
        "insertion": subject,
        "line": queries.line_of(request.scope, subject),
        "may_prove": "prove" in moves and request.user.holds(*DECLARES),
        "may_verify": "verify" in moves and may_verify and not is_own,
        "may_refuse": "not_confirm" in moves and may_verify and not is_own,
        "is_own": is_own and "not_confirm" in moves,
        "proof_form": forms.ProofForm(),
        "reason_form": forms.ReasonForm(),
    }
    return render(request, "training/insertion.html", {**context, **bound})


@open_to(*READS_LEARNERS)
@require_POST
def proof(request: HttpRequest, insertion: str) -> HttpResponse:
    """The proof as a file to keep, never shown as a page of the site; opening it is recorded."""
    subject = get_object_or_404(queries.insertions(request.scope), uuid=insertion)
    try:
        data, kind = actions.open_proof(by=request.user, insertion=subject)
    except FileNotFoundError as error:
        raise Http404 from error
    name = PurePath(subject.proof_name).stem + SUFFIX.get(kind, ".bin")
    return HttpResponse(
        data,
        content_type=kind,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
            "X-Content-Type-Options": "nosniff",
        },
    )
