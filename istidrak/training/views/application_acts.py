"""What a form on the page of a request does: each returns None when written, else the form with its mistakes."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from istidrak.base.files import FileRefused
from istidrak.training import actions
from istidrak.training.forms import applications as forms
from istidrak.training.models import Application, Consent, Guardianship
from istidrak.training.queries import applications as queries

Bound = dict[str, Any] | None


def completing_forms(subject: Application, papers: Any, guardian: Guardianship | None, is_of_age: Any) -> Any:
    """Empty forms of what the family brings; the guardian as last said, else the name that a list has."""
    known = {
        "name": guardian.name if guardian else subject.person.guardian_name,
        "phone": guardian.phone if guardian else subject.person.phone,
        "kinship": guardian.kinship if guardian else None,
        "is_legal_representative": {True: "YES", False: "NO", None: forms.NOT_KNOWN}[
            guardian.is_legal_representative if guardian else None
        ],
    }
    return {
        "guardian_form": forms.GuardianForm(initial=known, auto_id="guardian_%s"),
        "consent_form": forms.ConsentForm(
            is_of_age=is_of_age, initial={"giver_name": known["name"]}, auto_id="consent_%s"
        ),
        "papers_form": forms.PapersForm(papers=papers, application=subject, auto_id="papers_%s"),
    }


def consent_forms(consent: Consent) -> Any:
    """Empty forms about one consent of the page; no two fields of the page share their id."""
    return {
        "paper": forms.ConsentPaperForm(auto_id=f"paper_{consent.pk}_%s"),
        "withdrawing": forms.WithdrawingForm(auto_id=f"withdrawing_{consent.pk}_%s"),
    }


def answering_forms(subject: Application) -> Any:
    """Empty forms of the answers."""
    return {
        "accept_form": forms.AcceptForm(auto_id="accept_%s"),
        "no_form": forms.AnswerNoForm(auto_id="no_%s"),
        "again_form": forms.ReasonOnlyForm(auto_id="again_%s"),
        "enrol_form": forms.EnrolAcceptedForm(
            groups=queries.groups_for(subject), season=subject.season, auto_id="enrol_%s"
        ),
    }


def _guardian(request: HttpRequest, subject: Application) -> Bound:
    form = forms.GuardianForm(request.POST, auto_id="guardian_%s")
    if not form.is_valid():
        return {"guardian_form": form}
    actions.state_guardian(by=request.user, person=subject.person, **form.cleaned_data)
    messages.success(request, _("Saved: who answers for the young person."))
    return None


def _consent(request: HttpRequest, subject: Application) -> Bound:
    is_of_age = queries.is_adult_today(subject)
    form = forms.ConsentForm(request.POST, request.FILES, is_of_age=is_of_age, auto_id="consent_%s")
    if form.is_valid():
        said = dict(form.cleaned_data)
        upload = said.pop("paper")
        paper = {"paper": upload.read(), "paper_name": upload.name} if upload else {}
        try:
            actions.record_consent(by=request.user, person=subject.person, centre=subject.centre, **said, **paper)
        except actions.AlreadyGiven:
            form.add_error("kind", _("This is agreed to already: withdraw it first if it changed."))
        except FileRefused:
            form.add_error("paper", _("This file is neither a PDF nor a JPEG or PNG picture."))
        else:
            messages.success(request, _("Saved, with the day on which it was given."))
            return None
    return {"consent_form": form}


def _papers(request: HttpRequest, subject: Application) -> Bound:
    papers, _asked = queries.papers_of(subject)
    form = forms.PapersForm(request.POST, papers=papers, application=subject, auto_id="papers_%s")
    if not form.is_valid():
        return {"papers_form": form}
    actions.record_papers(by=request.user, application=subject, papers=form.said)
    if "no_massar_reason" in form.cleaned_data:
        reason = form.cleaned_data["no_massar_reason"]
        actions.explain_no_massar(by=request.user, application=subject, reason=reason)
    messages.success(request, _("Saved: what was received and what is missing."))
    return None


def _study(request: HttpRequest, subject: Application) -> Bound:
    actions.study(by=request.user, application=subject)
    messages.success(request, _("Under study. Complete what is missing, then answer the family."))
    return None


def _accept(request: HttpRequest, subject: Application) -> Bound:
    form = forms.AcceptForm(request.POST, auto_id="accept_%s")
    if form.is_valid():
        try:
            actions.accept(by=request.user, application=subject, **form.cleaned_data)
        except actions.NotAcceptable:
            words = _("A condition is not met or is to complete: complete it, or write the reason of an exception.")
            form.add_error("exception_reason", words)
        except actions.NoPlaceLeft:
            form.add_error(None, _("No place is left: put the request on the waiting list."))
        else:
            messages.success(request, _("Accepted: the place is kept. Now choose the group."))
            return None
    return {"accept_form": form}


def _wait(request: HttpRequest, subject: Application) -> Bound:
    actions.put_on_waiting_list(by=request.user, application=subject)
    messages.success(request, _("On the waiting list, in its order."))
    return None


def _answer_no(request: HttpRequest, subject: Application) -> Bound:
    form = forms.AnswerNoForm(request.POST, auto_id="no_%s")
    if not form.is_valid():
        return {"no_form": form}
    actions.answer_no(by=request.user, application=subject, **form.cleaned_data)
    messages.success(request, _("Written down. Print the answer for the family."))
    return None


def _examine_again(request: HttpRequest, subject: Application) -> Bound:
    form = forms.ReasonOnlyForm(request.POST, auto_id="again_%s")
    if form.is_valid():
        try:
            actions.examine_again(by=request.user, application=subject, **form.cleaned_data)
        except actions.AlreadyApplied:
            form.add_error(None, _("The person has another open request here: go on with that one."))
        else:
            messages.success(request, _("Under study again."))
            return None
    return {"again_form": form}


def _enrol(request: HttpRequest, subject: Application) -> Bound:
    form = forms.EnrolAcceptedForm(
        request.POST, groups=queries.groups_for(subject), season=subject.season, auto_id="enrol_%s"
    )
    if subject.state != Application.State.ACCEPTED:
        messages.error(request, _("Accept the request first: the place is kept, then the group is chosen."))
        return None
    if form.is_valid():
        try:
            actions.enrol(by=request.user, person=subject.person, decision=subject.decision, **form.cleaned_data)
        except actions.GroupFull:
            form.add_error("group", _("The group is full: nobody was enrolled."))
        except actions.AlreadyEnrolled:
            form.add_error("group", _("This person is, or was, in the group: look for them among its learners."))
        else:
            messages.success(request, _("Enrolled in the group."))
            return None
    return {"enrol_form": form}


ACTS: dict[str, Callable[[HttpRequest, Application], Bound]] = {
    "guardian": _guardian,
    "consent": _consent,
    "papers": _papers,
    "study": _study,
    "accept": _accept,
    "wait": _wait,
    "answer_no": _answer_no,
    "examine_again": _examine_again,
    "enrol": _enrol,
}
COMPLETING = {"guardian", "consent", "papers"}
