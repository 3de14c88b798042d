"""The programme's list of communes, school year by school year."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import TERRITORIAL, SupportCoordinator, SupportUnit
from istidrak.base.exchange.answers import workbook_answer
from istidrak.support.actions import communes as actions
from istidrak.support.actions.registrations import RegistrationRefused
from istidrak.support.forms import registrations as forms
from istidrak.support.models import CoveredCommune
from istidrak.support.queries import registrations as queries


def _refusal(code: str) -> str:
    return {
        "on_the_list": _("This commune is on the list in one of these years already."),
        "years": _("These years run backwards."),
        "source": _("Write the decision."),
        "off_the_list": _("A decision took this commune off the list already."),
    }.get(code, _("Nothing was written."))


@open_to(*TERRITORIAL, SupportCoordinator, SupportUnit)
@require_http_methods(["GET", "POST"])
def covered_communes(request: HttpRequest) -> HttpResponse:
    """Communes on the list in a school year; the unit puts them on it and takes them off, by a decision."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == len("2018") else None
    may_change = request.user.holds(SupportUnit)
    put, off = _forms(request)
    if request.method == "POST":
        if not may_change:
            messages.error(request, _("The national unit keeps this list."))
        elif _put(request, put) or _take_off(request, off):
            return redirect("support:covered_communes")
    shown = queries.communes_on_list(request.scope, year)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, shown)
    years = sorted({y for one in queries.communes_on_list(request.scope, None) for y in _ends(one.row)}, reverse=True)
    context = {
        "rows": shown,
        "year": year,
        "years": years,
        "may_change": may_change,
        "put_form": put,
        "off_form": off,
    }
    return render(request, "support/covered_communes.html", context)


def _ends(row: CoveredCommune) -> tuple[int, ...]:
    return (row.since,) if row.until is None else (row.since, row.until)


def _forms(request: HttpRequest) -> tuple[forms.CommuneForm, forms.TakeOffForm]:
    verb = request.POST.get("do") if request.method == "POST" else ""
    places = queries.communes_to_choose(request.scope)
    put = forms.CommuneForm(request.POST if verb == "put" else None, places=places, auto_id="put_%s")
    return put, forms.TakeOffForm(request.POST if verb == "off" else None, auto_id="off_%s")


def _put(request: HttpRequest, form: forms.CommuneForm) -> bool:
    if not form.is_bound or not form.is_valid():
        return False
    try:
        actions.put_on_list(by=request.user, **form.cleaned_data)
    except RegistrationRefused as error:
        form.add_error("place" if error.code == "on_the_list" else None, _refusal(error.code))
        return False
    messages.success(request, _("On the list from that school year on."))
    return True


def _take_off(request: HttpRequest, form: forms.TakeOffForm) -> bool:
    if not form.is_bound or not form.is_valid():
        return False
    said: dict[str, Any] = dict(form.cleaned_data)
    seen = CoveredCommune.objects.visible_to(request.scope)
    commune = get_object_or_404(seen, pk=said.pop("commune"))
    try:
        actions.take_off_list(by=request.user, commune=commune, **said)
    except RegistrationRefused as error:
        form.add_error("until" if error.code == "years" else None, _refusal(error.code))
        return False
    messages.success(request, _("Off the list after that school year."))
    return True


def _workbook(request: HttpRequest, shown: list[queries.CommuneShown]) -> HttpResponse:
    columns = [
        *((_("Number of the commune"), 16, "text"), (_("Commune"), 30, "text"), (_("Since"), 10, "number")),
        *((_("Until"), 10, "number"), (_("Decision"), 50, "text")),
    ]
    lines = (
        (
            str(one.row.place_number),
            str(one.place) if one.place else "",
            one.row.since,
            one.row.until,
            one.row.source,
        )
        for one in shown
    )
    return workbook_answer(request, "covered-communes", _("Covered communes"), columns, lines)
