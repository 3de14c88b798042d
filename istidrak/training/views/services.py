"""Accommodation, meals and transport of a centre."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import CentreDirector
from istidrak.base import days
from istidrak.base.exchange.answers import list_of_names
from istidrak.programmes.queries import current_season
from istidrak.training import actions
from istidrak.training.forms import moving as forms
from istidrak.training.models import ServiceOffer
from istidrak.training.queries import centres_of
from istidrak.training.queries import services as queries
from istidrak.training.views.common import READS_REQUESTS


@open_to(*READS_REQUESTS)
@require_http_methods(["GET", "POST"])
def services(request: HttpRequest, centre: str) -> HttpResponse:
    """What a centre offers in the season: places, who uses them, who pays."""
    subject = get_object_or_404(centres_of(request.scope), uuid=centre)
    season = current_season(days.today())
    if request.method == "POST":
        get_object_or_404(centres_of(scope_acting_as(request, CentreDirector)), uuid=centre)
        verbs = {"offer": _offer, "use": _use, "end": _end}
        act = verbs.get(request.POST.get("do", ""))
        if act is None or season is None:
            messages.error(request, _("Nothing was written: use one of the buttons."))
            return redirect("training:services", centre=subject.uuid)
        bound = act(request, subject, season)
        return _page(request, subject, season, **bound) if bound else redirect("training:services", centre=centre)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, subject, season)
    return _page(request, subject, season)


def _page(request: HttpRequest, centre: Any, season: Any, **bound: Any) -> HttpResponse:
    context: dict[str, Any] = {
        "centre": centre,
        "season": season,
        "offers": queries.offers(request.scope, centre, season) if season else [],
        "may_act": request.user.holds(CentreDirector) and season is not None,
        "today": days.today(),
    }
    if context["may_act"]:
        context |= {
            "offer_form": forms.OfferForm(auto_id="offer_%s"),
            "use_form": _use_form(request, centre, season),
            "end_form": forms.EndUseForm(initial={"until": days.today()}),
        }
    return render(request, "training/services.html", {**context, **bound})


def _use_form(request: HttpRequest, centre: Any, season: Any, data: Any = None) -> forms.UseForm:
    scope = request.user.scope_as(CentreDirector)
    offers = ServiceOffer.objects.visible_to(scope).filter(centre=centre, season=season)
    return forms.UseForm(data, offers=offers, learners=queries.learners_in(scope, centre, season), auto_id="use_%s")


def _offer(request: HttpRequest, centre: Any, season: Any) -> dict[str, Any] | None:
    form = forms.OfferForm(request.POST, auto_id="offer_%s")
    if form.is_valid():
        try:
            actions.offer_service(by=request.user, centre=centre, season=season, **form.cleaned_data)
        except actions.AlreadyOffered:
            form.add_error("kind", _("This service of this funder is on the page already."))
        else:
            messages.success(request, _("The service is written down. Now say who uses it."))
            return None
    return {"offer_form": form}


def _use(request: HttpRequest, centre: Any, season: Any) -> dict[str, Any] | None:
    form = _use_form(request, centre, season, request.POST)
    if form.is_valid():
        try:
            actions.use_service(by=request.user, **form.cleaned_data)
        except actions.ServiceFull:
            form.add_error("offer", _("Every place of this service is used."))
        except actions.AlreadyUsed:
            form.add_error("enrolment", _("The learner uses this service already."))
        except actions.NotOfCentre:
            form.add_error("enrolment", _("The learner is no longer in a group of this centre."))
        except actions.BadDay:
            form.add_error("since", _("This day is before the enrolment."))
        else:
            messages.success(request, _("Saved: the place is used from that day."))
            return None
    return {"use_form": form}


def _end(request: HttpRequest, centre: Any, season: Any) -> dict[str, Any] | None:
    form = forms.EndUseForm(request.POST)
    scope = request.user.scope_as(CentreDirector)
    if not form.is_valid():
        messages.error(request, _("Nothing was written: give the last day, not to come."))
        return None
    use = get_object_or_404(queries.service_uses(scope).filter(offer__centre=centre), uuid=form.cleaned_data["use"])
    try:
        actions.end_service(by=request.user, use=use, until=form.cleaned_data["until"])
    except actions.BadDay:
        messages.error(request, _("Nothing was written: this day is before the first one."))
    except actions.AlreadyEnded:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
    else:
        messages.success(request, _("Saved: the place is free from the day after."))
    return None


@open_to(CentreDirector)
@require_http_methods(["GET", "POST"])
def service(request: HttpRequest, offer: str) -> HttpResponse:
    """Places and funder of a service: changed with the reason, and what stood before."""
    rows = ServiceOffer.objects.visible_to(request.scope).select_related("centre", "season")
    subject = get_object_or_404(rows, uuid=offer)
    form = forms.ServiceForm(request.POST if request.method == "POST" else None, offer=subject)
    if request.method == "POST" and form.is_valid() and _change(request, subject, form):
        messages.success(request, _("Saved; what stood before is kept below."))
        return redirect("training:service", offer=subject.uuid)
    return render(
        request,
        "training/service.html",
        {"offer": subject, "form": form, "changes": queries.changes_of(subject)},
    )


def _change(request: HttpRequest, offer: ServiceOffer, form: forms.ServiceForm) -> bool:
    try:
        actions.change_service(by=request.user, offer=offer, **form.cleaned_data)
    except actions.ServiceChanged:
        form.show_as_now(offer)
        words = _("Somebody changed this meanwhile; it is now: %(now)s. What you typed stays: look, then save again.")
        form.add_error(None, words % {"now": queries.words_of(offer.places, offer.funder)})
    except actions.PlacesInUse as error:
        words = _("Used by %(users)s today: end a use first, or write at least as many places.")
        form.add_error("places", words % {"users": error.users})
    except actions.AlreadyOffered:
        form.add_error("funder", _("This service of this funder is on the page already."))
    else:
        return True
    return False


def _workbook(request: HttpRequest, centre: Any, season: Any) -> HttpResponse:
    columns = [
        *((_("Service"), 16, "text"), (_("Funder"), 30, "text"), (_("Places"), 8, "number")),
        *((_("File number"), 12, "text"), (_("Name in Arabic"), 30, "text"), (_("Name in French"), 30, "text")),
        *((_("Group"), 24, "text"), (_("From"), 14, "day"), (_("Until"), 14, "day")),
    ]
    lines = (
        (
            *(str(row.offer), row.offer.funder, row.offer.places, use.enrolment.person.file_number),
            *(use.enrolment.person.name_ar, use.enrolment.person.name_fr, use.enrolment.group.name),
            *(use.since_date, use.until_date),
        )
        for row in (queries.offers(request.scope, centre, season) if season else [])
        for use in row.uses
    )
    return list_of_names(request, "services", _("Services of the centre"), columns, lines, about=centre)
