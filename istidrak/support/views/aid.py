"""What direct social aid would give a family that asks: an estimate, decided by nobody here and kept nowhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import (
    ComplaintsOfficer,
    DirectorateOfficer,
    GeneralSupervisor,
    SchoolHead,
    SocialWorker,
    SupportCoordinator,
)
from istidrak.base import days
from istidrak.base.parameters import parameters_on
from istidrak.base.rules import NoParameter
from istidrak.support.forms.aid import ChildFormSet, FamilyForm
from istidrak.support.queries import aid as queries
from istidrak.support.rules.aid_family import estimate as estimate_of
from istidrak.support.rules.lines import first_day

ASKS = (SchoolHead, GeneralSupervisor, SupportCoordinator, ComplaintsOfficer, SocialWorker, DirectorateOfficer)
SHOWN = 4  # children whose fields stand open


@open_to(*ASKS)
@require_http_methods(["GET", "POST"])
def estimate(request: HttpRequest) -> HttpResponse:
    """A family's children and a month; the answer with its reasons. By POST, so that no address keeps a family."""
    sent = request.POST if request.method == "POST" else None
    form = FamilyForm(sent, initial={"month": f"{days.today():%Y-%m}"})
    children = ChildFormSet(sent, prefix="child") if sent is None or "child-TOTAL_FORMS" in sent else ChildFormSet()
    context: dict[str, Any] = {"form": form, "children": children, "shown": SHOWN}
    if sent is not None and form.is_valid() & children.is_valid():
        count, month = form.cleaned_data["count"], form.cleaned_data["month"]
        rows = [child.facts() for child in children.of(count)]
        parameters = parameters_on(first_day(month))
        try:
            if rows:
                context["answer"] = queries.shown(estimate_of(rows, month, parameters), rows, parameters)
        except NoParameter:
            form.add_error("month", _("No text that the program knows sets direct social aid for that month."))
    return render(request, "support/estimate.html", context)
