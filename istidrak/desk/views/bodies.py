"""Schools, associations, centres and training bodies of a territory."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to
from istidrak.accounts.queries import bodies_of
from istidrak.accounts.roles import (
    TERRITORIAL,
    AcademyOfficer,
    DirectorateOfficer,
    LegalOfficer,
    NationalOfficer,
    PlanningOfficer,
    SystemAdministrator,
)
from istidrak.base import paging
from istidrak.base.exchange.answers import workbook_answer
from istidrak.desk.forms.bodies import BodyForm
from istidrak.organisations import actions
from istidrak.organisations.models import Organisation

SHOWN = ("SCHOOL", "ASSOCIATION", "CENTRE", "TRAINING_BODY")


@open_to(*TERRITORIAL, PlanningOfficer, LegalOfficer, SystemAdministrator)
@require_GET
def bodies(request: HttpRequest) -> HttpResponse:
    """The bodies of my territory, by kind; as a workbook on demand."""
    kind = request.GET.get("kind", "CENTRE")
    kind = kind if kind in SHOWN else "CENTRE"
    rows = bodies_of(request.scope, (kind,)).select_related("place", "parent")
    if request.GET.get("format") == "xlsx":
        columns = [
            (_("Code"), 12, "text"),
            (_("Name in Arabic"), 36, "text"),
            (_("Name in French"), 36, "text"),
            (_("Place"), 24, "text"),
            (_("Capacity"), 10, "number"),
        ]
        lines = ((b.code, b.name_ar, b.name_fr, str(b.place or ""), b.capacity) for b in rows.order_by("code"))
        return workbook_answer(request, f"bodies-{kind.lower()}", str(Organisation.Kind(kind).label), columns, lines)
    context = {
        "page": paging.page_of(rows, after=request.GET.get("after", "")),
        "kind": kind,
        "kinds": [(code, Organisation.Kind(code).label) for code in SHOWN],
        "may_create": request.user.holds(NationalOfficer, AcademyOfficer, DirectorateOfficer),
    }
    return render(request, "desk/bodies.html", context)


@open_to(NationalOfficer, AcademyOfficer, DirectorateOfficer)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new association, centre or training body."""
    form = BodyForm(request.POST or None, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        try:
            body = actions.create_body(by=request.user, **form.cleaned_data)
        except IntegrityError:  # somebody took the code between the look and the writing, or sent the form twice
            form.add_error("code", _("A body of this kind already has this code."))
        else:
            words = _("%(name)s is there; now make the account of whoever directs it.")
            messages.success(request, words % {"name": body})
            return redirect("desk:bodies")
    return render(request, "desk/body_create.html", {"form": form})
