"""Parameters: read by those who decide under them, superseded by those who own them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import (
    TERRITORIAL,
    AcademyOfficer,
    CentreDirector,
    DirectorateOfficer,
    GuidanceCounsellor,
    NationalOfficer,
    PlanningOfficer,
    SystemAdministrator,
)
from istidrak.base import days
from istidrak.base import parameters as actions
from istidrak.base.exchange.answers import workbook_answer
from istidrak.base.models import Parameter
from istidrak.desk.forms.parameters import ParameterForm, TakeBackForm
from istidrak.desk.queries import parameters as queries

READS = (*TERRITORIAL, CentreDirector, GuidanceCounsellor, PlanningOfficer, SystemAdministrator)
SETS = (NationalOfficer, AcademyOfficer, DirectorateOfficer)


@open_to(*READS)
@require_GET
def parameters(request: HttpRequest) -> HttpResponse:
    """Every parameter with what it sets; as a workbook, every value with its text."""
    names = queries.names()
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Parameter"), 30, "text"), (_("What it sets"), 60, "text"), (_("For"), 20, "text")),
            *((_("Where"), 24, "text"), (_("Value"), 40, "text"), (_("Holds from"), 14, "day")),
            *((_("State"), 14, "text"), (_("Text or decision that sets it"), 70, "text")),
            (_("Sample value, to confirm"), 14, "text"),
        ]
        lines = (
            (
                *(name, str(queries.SENTENCES.get(name, "")), value.keys, str(value.where)),
                " · ".join(f"{label} {part}".strip() for label, part in value.parts),
                *(value.row.since, str(value.word), value.row.source, value.row.is_sample),
            )
            for name in names
            for value in queries.shown(name, days.today())
        )
        return workbook_answer(request, "parameters", _("Parameters"), columns, lines)
    rows = [{"name": name, "sentence": queries.SENTENCES.get(name, name)} for name in names]
    return render(request, "desk/parameters.html", {"rows": rows})


@open_to(*READS)
@require_GET
def parameter(request: HttpRequest, parameter: str) -> HttpResponse:
    """One parameter: every value with its place, its days and its text."""
    values = queries.shown(parameter, days.today())
    if not values:
        raise Http404
    places = queries.places_for(request.user, parameter) if request.user.holds(*SETS) else []
    context = {
        "name": parameter,
        "sentence": queries.SENTENCES.get(parameter, parameter),
        "values": values,
        "may_set": {value.row.pk for value in values if queries.is_within_reach(value.row, places)},
        "take_back": TakeBackForm(),
    }
    return render(request, "desk/parameter.html", context)


@open_to(*SETS)
@require_http_methods(["GET", "POST"])
def supersede(request: HttpRequest, parameter: str, value: int) -> HttpResponse:
    """A new value in place of one: the former stays, for what was decided under it."""
    former = get_object_or_404(Parameter, name=parameter, pk=value)
    places = queries.places_for(request.user, parameter)
    if not places:
        messages.error(request, _("This parameter is set by the national unit."))
        return redirect("desk:parameter", parameter=parameter)
    form = ParameterForm(request.POST or None, former=former, places=places)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.supersede(
                by=request.user,
                former=former,
                value=said["value"],
                since=said["since"],
                source=said["source"],
                place=said["span"],
                is_sample=said["is_sample"],
            )
        except actions.AlreadySet:
            form.add_error("since", _("A value already begins on that day for this place: choose another day."))
        else:
            messages.success(request, _("Saved. It holds from the day you gave; what was decided before stays."))
            return redirect("desk:parameter", parameter=parameter)
    context = {
        "name": parameter,
        "sentence": queries.SENTENCES.get(parameter, parameter),
        "form": form,
        "former": former,
    }
    return render(request, "desk/parameter_new.html", context)


@open_to(*SETS)
@require_POST
def take_back(request: HttpRequest, parameter: str, value: int) -> HttpResponse:
    """Take back a value that does not hold yet."""
    row, form = get_object_or_404(Parameter, name=parameter, pk=value), TakeBackForm(request.POST)
    own = [place.span if place else None for place in queries.places_for(request.user, parameter)]
    if None not in own and (row.place_low, row.place_high) not in own:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("Write why the value is taken back."))
        return redirect("desk:parameter", parameter=parameter)
    try:
        actions.take_back(by=request.user, parameter=row, reason=form.cleaned_data["reason"])
        messages.success(request, _("Taken back: the former value goes on."))
    except actions.DayPassed:
        messages.error(request, _("This value holds already: set a new one instead."))
    return redirect("desk:parameter", parameter=parameter)
