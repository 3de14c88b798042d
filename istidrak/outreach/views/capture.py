"""Entering a young person on a phone, and what may be the same person."""

import contextlib
import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import DirectorateOfficer, FieldAgent
from istidrak.base import days
from istidrak.outreach import actions
from istidrak.outreach.forms.capture import CaptureForm
from istidrak.outreach.forms.following import say_reused
from istidrak.outreach.queries import campaigns as queries
from istidrak.outreach.queries.capture import alike, visible_case
from istidrak.outreach.queries.lists import directorates_of
from istidrak.outreach.views.common import address_if_open, season_of
from istidrak.people.actions import SubmissionReused

CAPTURES = (FieldAgent, DirectorateOfficer)


@open_to(*CAPTURES)
@require_http_methods(["GET", "POST"])
def capture(request: HttpRequest) -> HttpResponse:
    """A name and a quarter are enough; the quarter and the stop stay for the next person."""
    season, today = season_of(request), days.today()
    mine = directorates_of(request.user, *CAPTURES)
    form = CaptureForm(
        request.POST if request.method == "POST" else None,
        initial=_kept(request),
        directorates=mine,
        stops=queries.stops_near(request.scope, season, today, request.user),
        today=today,
        season_year=season.year,
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        kept = ("directorate", "quarter", "met_on", "submission", "address", "wish")
        try:
            case = actions.capture(
                by=request.user,
                season=season,
                facts=form.facts,
                stop=data.get("stop"),
                **{name: data[name] for name in kept},
            )
        except SubmissionReused:
            say_reused(form)
        else:
            return redirect("outreach:captured", case=case.uuid)
    quarters = queries.quarters_known(request.scope, mine[0], season) if mine else []
    context = {"form": form, "season": season, "quarters": quarters}
    return render(request, "outreach/campaigns/capture.html", context)


def _kept(request: HttpRequest) -> dict[str, Any]:
    """The quarter and the stop of the person before, from the address; a broken stop is left out."""
    kept: dict[str, Any] = {"quarter": request.GET.get("quarter", "")[:120]}
    with contextlib.suppress(ValueError):
        kept["stop"] = uuid.UUID(request.GET.get("stop", ""))
    return kept


@open_to(*CAPTURES)
@require_GET
def captured(request: HttpRequest, case: str) -> HttpResponse:
    """What was written, who may be the same person, and the way to the next one."""
    subject = visible_case(request.scope, case)
    if subject is None:
        raise Http404
    kept = {"quarter": subject.quarter, **({"stop": subject.stop.uuid} if subject.stop else {})}
    context = {
        "case": subject,
        "alike": alike(request.scope, subject.person),
        "pairs_url": address_if_open(request, "people:pairs"),
        "next_url": f"{reverse('outreach:capture')}?{urlencode(kept)}",
    }
    return render(request, "outreach/campaigns/captured.html", context)
