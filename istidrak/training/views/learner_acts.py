"""Suspending a learner, a return to formal school, a transfer: each returns None when written, else its form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from istidrak.organisations.models import Organisation
from istidrak.schooling.actions import EndBeforeStart
from istidrak.training import actions
from istidrak.training.facts.applications import directorate_of
from istidrak.training.forms import moving as forms
from istidrak.training.models import Enrolment
from istidrak.training.queries.transfers import centres_elsewhere

Bound = dict[str, Any] | None


def _schools(subject: Enrolment) -> Any:
    directorate = directorate_of(subject.group.centre)
    rows = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL).order_by("name_ar", "pk")
    if directorate is None or directorate.place is None:
        return rows.none()
    return rows.filter(place_number__range=directorate.place.span)


def _forms_of(subject: Enrolment, data: Any = None) -> dict[str, Any]:
    return {
        "suspending_form": lambda: forms.SuspendingForm(data, enrolment=subject, auto_id="suspending_%s"),
        "returning_form": lambda: forms.ReturningForm(
            data, enrolment=subject, schools=_schools(subject), auto_id="returning_%s"
        ),
        "transfer_form": lambda: forms.TransferForm(
            data, centres=centres_elsewhere(subject.group.centre), auto_id="transfer_%s"
        ),
    }


def moving_forms(subject: Enrolment, moves: Any) -> dict[str, Any]:
    """Empty forms of the moves that are open."""
    makers = _forms_of(subject)
    wanted = {
        "suspending_form": "suspend" in moves,
        "returning_form": "return_to_school" in moves,
        "transfer_form": "transfer" in moves,
    }
    return {name: makers[name]() for name, is_open in wanted.items() if is_open}


def _suspend(request: HttpRequest, subject: Enrolment) -> Bound:
    form = _forms_of(subject, request.POST)["suspending_form"]()
    if not form.is_valid():
        return {"suspending_form": form}
    actions.suspend(by=request.user, enrolment=subject, **form.cleaned_data)
    messages.success(request, _("Suspended from that day; the place is kept."))
    return None


def _resume(request: HttpRequest, subject: Enrolment) -> Bound:
    actions.resume(by=request.user, enrolment=subject)
    messages.success(request, _("Back in the group, from today."))
    return None


def _return_to_school(request: HttpRequest, subject: Enrolment) -> Bound:
    form = _forms_of(subject, request.POST)["returning_form"]()
    if form.is_valid():
        try:
            actions.return_to_school(by=request.user, enrolment=subject, **form.cleaned_data)
        except EndBeforeStart:
            subject.refresh_from_db()
            form.add_error("on", _("This day is before the learner came back."))
        else:
            messages.success(request, _("Written down: the learner went back to formal school."))
            return None
    return {"returning_form": form}


def _transfer(request: HttpRequest, subject: Enrolment) -> Bound:
    form = _forms_of(subject, request.POST)["transfer_form"]()
    if form.is_valid():
        try:
            actions.ask_transfer(by=request.user, enrolment=subject, **form.cleaned_data)
        except actions.AlreadyAskedFor:
            form.add_error(None, _("A transfer of this learner waits for an answer already."))
        except actions.NotTransferable:
            form.add_error(None, _("The learner is no longer in the group: nobody was asked."))
        else:
            messages.success(request, _("Asked: the other centre answers; until then nothing changes."))
            return None
    return {"transfer_form": form}


ACTS: dict[str, Callable[[HttpRequest, Enrolment], Bound]] = {
    "suspend": _suspend,
    "resume": _resume,
    "return_to_school": _return_to_school,
    "transfer": _transfer,
}
