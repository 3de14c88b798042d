"""Waiting lists of a centre, consents taken back, papers opened, whom to ask for."""

from pathlib import PurePath

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import CentreDirector
from istidrak.base import days, workflow
from istidrak.base.exchange.answers import list_of_names
from istidrak.base.files import FileRefused
from istidrak.people.queries import refuse_if_shared
from istidrak.programmes.queries import current_season
from istidrak.training import actions
from istidrak.training.forms import applications as forms
from istidrak.training.models import Consent
from istidrak.training.queries import applications as queries
from istidrak.training.queries import centres_of
from istidrak.training.views.common import COMPLETES_REQUESTS, READS_REQUESTS

SUFFIX = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


@open_to(*READS_REQUESTS)
@require_http_methods(["GET", "POST"])
def waiting_list(request: HttpRequest, centre: str) -> HttpResponse:
    """Who waits for a place in a centre, in which order, and why; whom a free place is proposed to."""
    subject = get_object_or_404(centres_of(request.scope), uuid=centre)
    if request.method == "POST":
        return _move(request, centre)
    season = current_season(days.today())
    lists = queries.waiting_lists(request.scope, subject, season) if season else []
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Programme"), 30, "text"), (pgettext("rank", "Place"), 8, "number"), (_("Request"), 14, "text")),
            *((_("File number"), 12, "text"), (_("Name in Arabic"), 30, "text"), (_("Name in French"), 30, "text")),
            *(
                (_("Day of the request"), 14, "day"),
                (_("Why this place"), 60, "text"),
                (_("A place is free"), 12, "text"),
            ),
        ]
        rows = (
            (
                *(str(one.programme), line.placed.place, line.application.number),
                *(line.application.person.file_number, line.application.person.name_ar),
                *(line.application.person.name_fr, line.application.requested_date, " ؛ ".join(line.why)),
                line.is_offered,
            )
            for one in lists
            for line in one.lines
        )
        return list_of_names(request, "waiting-list", _("Waiting list"), columns, rows, about=subject)
    order = lists[0].order if lists else None
    context = {
        "centre": subject,
        "season": season,
        "lists": lists,
        "order_source": queries.source_words(order) if order else "",
        "order_is_sample": bool(order and order.is_sample),
        "may_act": request.user.holds(CentreDirector),
        "move_form": forms.WaitingMoveForm(),
    }
    return render(request, "training/waiting_list.html", context)


def _move(request: HttpRequest, centre: str) -> HttpResponse:
    scope = scope_acting_as(request, CentreDirector)
    rows = queries.applications(scope).filter(centre__uuid=centre)
    try:
        subject = get_object_or_404(rows, uuid=request.POST.get("application") or None)
    except ValidationError as error:  # not a number of a request at all
        raise Http404 from error
    form = forms.WaitingMoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was moved: write a place from 1 and the reason."))
    else:
        try:
            actions.move_on_waiting_list(by=request.user, application=subject, **form.cleaned_data)
            messages.success(request, _("Moved; the reason stands beside the place."))
        except actions.NotWaiting:
            messages.error(request, _("This changed meanwhile: look at the state before going on."))
    return redirect("training:waiting_list", centre=centre)


@open_to(*READS_REQUESTS)
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, centre: str) -> HttpResponse:
    """Whom families ask for: printed on receipts and refusals."""
    subject = get_object_or_404(centres_of(request.scope), uuid=centre)
    known = queries.contact_of(request.scope, subject)
    initial = {"name": known.name, "phone": known.phone, "hours": known.hours} if known else {}
    form = forms.ContactForm(request.POST or None, initial=initial)
    if request.method == "POST":
        get_object_or_404(centres_of(scope_acting_as(request, *COMPLETES_REQUESTS)), uuid=centre)
        if form.is_valid():
            actions.name_contact(by=request.user, centre=subject, **form.cleaned_data)
            messages.success(request, _("Saved: receipts name this person from now on."))
            return redirect("training:applications")
    context = {"centre": subject, "form": form, "known": known, "may_act": request.user.holds(*COMPLETES_REQUESTS)}
    return render(request, "training/contact.html", context)


@open_to(*COMPLETES_REQUESTS)
@require_POST
def withdraw_consent(request: HttpRequest, consent: str) -> HttpResponse:
    """The family takes a consent back."""
    subject = get_object_or_404(Consent.objects.visible_to(request.scope).select_related("person"), uuid=consent)
    refuse_if_shared(request.scope, subject.person)
    form = forms.WithdrawingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was written: give the day, not to come, and the reason."))
    else:
        try:
            actions.withdraw_consent(by=request.user, consent=subject, **form.cleaned_data)
            messages.success(request, _("Withdrawn, from that day."))
        except workflow.MoveRefused:
            messages.error(request, _("This changed meanwhile: look at the state before going on."))
    return _to_request_of(request, subject)


def _to_request_of(request: HttpRequest, consent: Consent) -> HttpResponse:
    rows = queries.applications(request.scope).filter(person=consent.person_id, centre=consent.centre_id)
    newest = rows.order_by("-pk").first()
    return redirect("training:application", application=newest.uuid) if newest else redirect("training:applications")


@open_to(*COMPLETES_REQUESTS)
@require_POST
def add_consent_paper(request: HttpRequest, consent: str) -> HttpResponse:
    """The paper of a consent that was written down before the paper came."""
    subject = get_object_or_404(Consent.objects.visible_to(request.scope).select_related("person"), uuid=consent)
    refuse_if_shared(request.scope, subject.person)
    form = forms.ConsentPaperForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join([_("Nothing was written."), *form.errors["paper"]]))
        return _to_request_of(request, subject)
    upload = form.cleaned_data["paper"]
    try:
        actions.add_consent_paper(by=request.user, consent=subject, paper=upload.read(), paper_name=upload.name)
    except FileRefused:
        messages.error(request, _("This file is neither a PDF nor a JPEG or PNG picture."))
    except actions.PaperKept:
        messages.error(request, _("This consent has its paper already: it stays as it is."))
    else:
        messages.success(request, _("Saved: the paper stands with the consent."))
    return _to_request_of(request, subject)


@open_to(*COMPLETES_REQUESTS)
@require_POST
def consent_paper(request: HttpRequest, consent: str) -> HttpResponse:
    """The paper of a consent, as a download; who opens it is recorded."""
    subject = get_object_or_404(Consent.objects.visible_to(request.scope), uuid=consent)
    try:
        data, kind = actions.open_consent_paper(by=request.user, consent=subject)
    except FileNotFoundError as error:
        raise Http404 from error
    # Never shown as a page of ours, and named by what it is.
    response = HttpResponse(data, content_type=kind)
    name = f"{PurePath(subject.paper_name).stem}{SUFFIX.get(kind, '')}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
