"""Transfers: the sending centre asks, the receiving centre answers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import TERRITORIAL, AssociationManager, CentreDirector
from istidrak.base import paging, workflow
from istidrak.base.exchange.answers import list_of_names
from istidrak.schooling.actions import EndBeforeStart
from istidrak.training import actions
from istidrak.training.forms import moving as forms
from istidrak.training.forms.applications import ReasonOnlyForm
from istidrak.training.models import Transfer
from istidrak.training.queries import transfers as queries

READS = (*TERRITORIAL, AssociationManager, CentreDirector)


@open_to(*READS)
@require_GET
def transfers(request: HttpRequest) -> HttpResponse:
    """Transfers from and to my centres."""
    rows = queries.transfers(request.scope, request.GET.get("state", ""))
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Name"), 30, "text"), (_("From the centre"), 30, "text"), (_("To the centre"), 30, "text")),
            *((_("Programme"), 30, "text"), (_("State"), 24, "text"), (_("Day of the request"), 14, "day")),
            (_("Answered on"), 14, "day"),
        ]
        lines = (
            (
                *(queries.asked_of(row).name, str(row.enrolment.group.centre), str(row.receiver)),
                *(str(row.enrolment.group.programme), row.get_state_display(), row.asked_at, row.answered_at),
            )
            for row in rows.order_by("-pk")
        )
        return list_of_names(request, "transfers", _("Transfers"), columns, lines)
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    context = {"page": page, "rows": [(row, queries.asked_of(row)) for row in page.rows]}
    return render(request, "training/transfers.html", context)


@open_to(*READS)
@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, transfer: str) -> HttpResponse:
    """One transfer: what the receiver may know before accepting, and the answer."""
    if request.method == "GET":
        return _page(request, get_object_or_404(queries.transfers(request.scope), uuid=transfer))
    scope = scope_acting_as(request, CentreDirector)
    subject = get_object_or_404(queries.transfers(scope), uuid=transfer)
    acts = {"accept": _accept, "refuse": _refuse, "cancel": _cancel}
    verb = request.POST.get("do", "")
    if verb not in acts:
        messages.error(request, _("Nothing was written: use one of the buttons."))
        return redirect("training:transfer", transfer=subject.uuid)
    side = subject.enrolment.group.centre if verb == "cancel" else subject.receiver
    if not queries.covers(scope, side):
        raise PermissionDenied
    try:
        bound = acts[verb](request, subject)
    except workflow.MoveRefused:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
        bound = None
    return _page(request, subject, **bound) if bound else redirect("training:transfer", transfer=subject.uuid)


def _page(request: HttpRequest, subject: Transfer, **bound: Any) -> HttpResponse:
    runs = request.user.holds(CentreDirector)
    scope = request.user.scope_as(CentreDirector)
    is_open = subject.state == Transfer.State.ASKED
    context: dict[str, Any] = {"transfer": subject, "asked": queries.asked_of(subject)}
    if runs and is_open and queries.covers(scope, subject.receiver):
        groups = queries.groups_to_choose(subject)
        context["taking_form"] = forms.TakingForm(groups=groups, enrolment=subject.enrolment)
        context["refuse_form"] = ReasonOnlyForm(auto_id="refuse_%s")
    if runs and is_open and queries.covers(scope, subject.enrolment.group.centre):
        context["cancel_form"] = ReasonOnlyForm(auto_id="cancel_%s")
    return render(request, "training/transfer.html", {**context, **bound})


def _accept(request: HttpRequest, subject: Transfer) -> dict[str, Any] | None:
    groups = queries.groups_to_choose(subject)
    form = forms.TakingForm(request.POST, groups=groups, enrolment=subject.enrolment)
    if form.is_valid():
        try:
            actions.accept_transfer(by=request.user, transfer=subject, **form.cleaned_data)
        except actions.GroupFull:
            form.add_error("group", _("The group is full: nobody was enrolled."))
        except actions.AlreadyEnrolled:
            form.add_error("group", _("This person is, or was, in the group: look for them among its learners."))
        except (actions.BadDay, EndBeforeStart):
            form.add_error("on", _("This day is before the learner came back."))
        else:
            messages.success(request, _("Taken in: the file is open to your centre from now on."))
            return None
        subject.refresh_from_db()
    return {"taking_form": form}


def _refuse(request: HttpRequest, subject: Transfer) -> dict[str, Any] | None:
    form = ReasonOnlyForm(request.POST, auto_id="refuse_%s")
    if not form.is_valid():
        return {"refuse_form": form}
    actions.refuse_transfer(by=request.user, transfer=subject, **form.cleaned_data)
    messages.success(request, _("Refused: the learner stays where they are, and the centre reads the reason."))
    return None


def _cancel(request: HttpRequest, subject: Transfer) -> dict[str, Any] | None:
    form = ReasonOnlyForm(request.POST, auto_id="cancel_%s")
    if not form.is_valid():
        return {"cancel_form": form}
    actions.cancel_transfer(by=request.user, transfer=subject, **form.cleaned_data)
    messages.success(request, _("The transfer is no longer asked for."))
    return None
