"""Seasons: seen by everybody, opened and closed by a national officer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import EVERYBODY, NationalOfficer
from istidrak.base import days, workflow
from istidrak.desk.forms.seasons import ReasonForm, SeasonForm
from istidrak.desk.queries.cubes import frozen_seasons
from istidrak.programmes import actions, queries
from istidrak.programmes.models import Season


@open_to(*EVERYBODY)
@require_GET
def seasons(request: HttpRequest) -> HttpResponse:
    """Seasons with their state, and the age bands in force today with their sources."""
    may_move = request.user.holds(NationalOfficer)
    rows = [(season, workflow.open_moves(season).items() if may_move else ()) for season in Season.objects.all()]
    context = {
        "seasons": rows,
        "bands": queries.age_bands(days.today()),
        "form": SeasonForm() if may_move else None,
        "frozen": frozen_seasons(),
    }
    return render(request, "desk/seasons.html", context)


@open_to(NationalOfficer)
@require_POST
def announce(request: HttpRequest) -> HttpResponse:
    """Speak of a season for the first time: it is then not opened."""
    form = SeasonForm(request.POST)
    if not form.is_valid():
        rows = [(season, workflow.open_moves(season).items()) for season in Season.objects.all()]
        context = {"seasons": rows, "bands": queries.age_bands(days.today()), "form": form}
        context["frozen"] = frozen_seasons()
        return render(request, "desk/seasons.html", context, status=422)
    season = actions.season_of(form.cleaned_data["year"])
    messages.success(request, _("The season %(season)s is there; open it when it begins.") % {"season": season})
    return redirect("desk:seasons")


@open_to(NationalOfficer)
@require_POST
def move(request: HttpRequest, year: int, verb: str) -> HttpResponse:
    """Open, close or reopen a season; closing and reopening ask for a reason."""
    season = get_object_or_404(Season, year=year)
    chosen = workflow.open_moves(season).get(verb)
    if chosen is None:
        messages.error(request, _("The season changed meanwhile: look at its state before going on."))
        return redirect("desk:seasons")
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if chosen.needs_reason and not form.is_valid():
        return render(request, "desk/season_reason.html", {"season": season, "move": chosen, "form": form})
    actions.move_season(
        by=request.user, season=season, verb=verb, reason=form.cleaned_data["reason"] if form.is_bound else ""
    )
    messages.success(
        request, _("Season %(season)s: %(state)s.") % {"season": season, "state": season.get_state_display()}
    )
    return redirect("desk:seasons")
