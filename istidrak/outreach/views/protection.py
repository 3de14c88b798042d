"""Confidential referrals: written from a case, seen by the officers of the directorate."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import DirectorateOfficer, FieldAgent
from istidrak.base import days, workflow
from istidrak.outreach import actions
from istidrak.outreach.forms import following as forms
from istidrak.outreach.models import ProtectionConcern
from istidrak.outreach.rules.following import days_late
from istidrak.outreach.views.cases import WRITERS, writable


@open_to(*WRITERS)
@require_http_methods(["GET", "POST"])
def raise_concern(request: HttpRequest, case: str) -> HttpResponse:
    """Write a confidential referral from a case; nothing of it stays on the device."""
    subject = writable(request, case)
    form = forms.ConcernForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.raise_concern(by=request.user, case=subject, text=form.cleaned_data["text"])
        messages.success(request, _("Sent to the officers of the directorate, who handle it today."))
        return redirect("outreach:case", case=subject.uuid)
    return render(request, "outreach/protection/raise.html", {"case": subject, "form": form})


def _visible(request: HttpRequest, concern: str) -> ProtectionConcern:
    rows = ProtectionConcern.objects.visible_to(request.scope).defer("text")
    found = rows.select_related("case__person", "case__season", "raised_by").filter(uuid=concern).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, concern: ProtectionConcern, **more: object) -> HttpResponse:
    territory = request.user.scope_as(DirectorateOfficer)
    context = {
        "concern": concern,
        "case": concern.case,
        "is_handler": territory.covers_place(concern.place_number),
        "moves": workflow.open_moves(concern),
        "late": days_late(concern.due_date, days.today()) if concern.state != "HANDED_OVER" else 0,
        "open_form": forms.OpenForm(),
        "hand_over_form": forms.HandOverConcernForm(),
        **more,
    }
    return render(request, "outreach/protection/concern.html", context)


@open_to(DirectorateOfficer, FieldAgent)
@require_GET
def concern(request: HttpRequest, concern: str) -> HttpResponse:
    """The state of a concern; who wrote it sees no more than that."""
    return _page(request, _visible(request, concern))


def _handled(request: HttpRequest, concern: str) -> ProtectionConcern:
    """A concern of the officer's territory: one they wrote elsewhere is not theirs to open. Raises Http404."""
    found = _visible(request, concern)
    if not request.scope.covers_place(found.place_number):
        raise Http404
    return found


@open_to(DirectorateOfficer)
@require_POST
def read_concern(request: HttpRequest, concern: str) -> HttpResponse:
    """Show the text once, for a reason that is kept. The answer to a POST is kept by no browser."""
    subject = _handled(request, concern)
    form = forms.OpenForm(request.POST)
    if not form.is_valid():
        return _page(request, subject, open_form=form)
    text = actions.read_concern(by=request.user, concern=subject, reason=form.cleaned_data["reason"])
    response = _page(request, subject, text=text)
    response["Cache-Control"] = "no-store"
    return response


@open_to(DirectorateOfficer)
@require_POST
def take_concern(request: HttpRequest, concern: str) -> HttpResponse:
    """I handle it."""
    subject = _handled(request, concern)
    try:
        actions.take_concern(by=request.user, concern=subject)
        messages.success(request, _("It is in your hands. Write to which service you hand it over."))
    except workflow.MoveRefused:
        messages.error(request, _("Somebody else took it meanwhile."))
    return redirect("outreach:concern", concern=subject.uuid)


@open_to(DirectorateOfficer)
@require_POST
def hand_over_concern(request: HttpRequest, concern: str) -> HttpResponse:
    """Handed over to a named service, with what was agreed."""
    subject = _handled(request, concern)
    form = forms.HandOverConcernForm(request.POST)
    if not form.is_valid():
        return _page(request, subject, hand_over_form=form)
    try:
        actions.hand_over_concern(by=request.user, concern=subject, **form.cleaned_data)
        messages.success(request, _("Handed over. It leaves the to-do list."))
    except workflow.MoveRefused:
        messages.error(request, _("It was already handed over."))
    return redirect("outreach:concern", concern=subject.uuid)
