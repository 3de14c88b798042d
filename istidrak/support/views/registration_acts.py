"""What a form on the page of a registration does: each returns None when written, else the form with its mistakes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from istidrak.accounts.roles import SupportCoordinator
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.support.actions import households
from istidrak.support.actions import registrations as actions
from istidrak.support.forms import registrations as forms
from istidrak.support.models import Registration
from istidrak.support.queries import registrations as queries

Bound = dict[str, Any] | None
COORDINATOR_ONLY = {"validate", "return"}
# What a school may still say of a registration that was checked: that the pupil left, or is elsewhere.
OF_A_CHECKED_ONE = {"leave", "move"}


def is_uuid(text: str) -> bool:
    """True when the text is a UUID."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def is_checked_for(request: HttpRequest, subject: Registration, verb: str) -> bool:
    """True when the coordinator checked the registration and the reader is not one: it is not theirs to change."""
    is_checked = subject.state == Registration.State.VALIDATED and verb not in OF_A_CHECKED_ONE
    return is_checked and not request.user.holds(SupportCoordinator)


def refusal(code: str) -> str:
    """Why a step is not possible, in words."""
    return {
        "level": _("This level is not one of the school system."),
        "month": _("This month is not one of the school year, from September to June."),
        "order": _("The last month comes before the first one."),
        "left": _("The pupil left already: look at the last month."),
        "withdrawn": _("This registration was withdrawn: nothing is changed in it."),
        "same_school": _("This is the school where the pupil is already."),
        "first_month": _("From the first month on: correct the school by withdrawing this registration."),
        "not_a_school": _("This body is not a school."),
        "same_household": _("They are one household already."),
        "alone": _("Nobody else is in this household: there is nothing to separate."),
        "name": _("Write the guardian's name, in Arabic or in French letters."),
        "account": _("An account has 24 digits."),
        "reason": _("Write the reason."),
    }.get(code, _("Nothing was written."))


def forms_of(subject: Registration) -> dict[str, Any]:
    """Empty forms of the page; no two fields of the page share their id."""
    number = subject.household.register_number if subject.household else ""
    return {
        "correct_form": forms.CorrectionForm(registration=subject, auto_id="correct_%s"),
        "guardian_form": forms.guardian_form(subject.guardian),
        "join_form": forms.HouseholdForm(auto_id="join_%s"),
        "split_form": forms.ReasonForm(auto_id="split_%s"),
        "number_form": forms.NumberForm(initial={"register_number": number}, auto_id="number_%s"),
        "leave_form": forms.LeavingForm(school_year=subject.school_year, auto_id="leave_%s"),
        "move_form": forms.MovingForm(school_year=subject.school_year, auto_id="move_%s"),
        "return_form": forms.ReasonForm(auto_id="return_%s"),
        "withdraw_form": forms.ReasonForm(auto_id="withdraw_%s"),
    }


def _changed(form: Any, version: int) -> None:
    """Say that somebody else was there, keep what is typed, and let it be sent again."""
    form.data = form.data.copy()
    form.data["version"] = version
    words = _("Somebody else changed this meanwhile. What you typed stays: look at the page, then save again.")
    form.add_error(None, words)


def _correct(request: HttpRequest, scope: Scope, subject: Registration) -> Bound:
    form = forms.CorrectionForm(request.POST, registration=subject, auto_id="correct_%s")
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            actions.correct_registration(by=request.user, registration=subject, version=version, changes=form.said)
        except actions.ChangedMeanwhile as error:
            _changed(form, error.row.version)
        except actions.RegistrationRefused as error:
            form.add_error("enrolled_from" if error.code in {"month", "order"} else None, refusal(error.code))
        except actions.AlreadyRegistered:
            form.add_error("enrolled_from", _("The pupil is registered elsewhere in these months."))
        else:
            messages.success(request, _("Saved; what stood before is kept in the history."))
            return None
    return {"correct_form": form}


def _guardian(request: HttpRequest, scope: Scope, subject: Registration) -> Bound:
    form = forms.GuardianForm(request.POST, auto_id="guardian_%s")
    if not form.is_valid():
        return {"guardian_form": form}
    try:
        if subject.guardian is not None and "another" not in request.POST:
            version = form.cleaned_data["version"] or 0
            guardian = households.correct_guardian(
                by=request.user, guardian=subject.guardian, version=version, changes=form.guardian
            )
        else:
            guardian = _another_guardian(request, subject, form)
    except actions.ChangedMeanwhile as error:
        _changed(form, error.row.version)
        return {"guardian_form": form}
    if queries.other_holders(guardian).exists():
        words = _("Saved. A guardian of another household shows this card: payment stops until this is mended.")
        messages.warning(request, words)
    else:
        messages.success(request, _("Saved: who receives for the household."))
    return None


def _another_guardian(request: HttpRequest, subject: Registration, form: forms.GuardianForm) -> Any:
    if subject.household is None:
        household = households.make_household(by=request.user)
        subject = households.join_household(by=request.user, registration=subject, household=household)
    return households.put_guardian(
        by=request.user, household=subject.household, school_year=subject.school_year, **form.guardian
    )


def _join(request: HttpRequest, scope: Scope, subject: Registration) -> Bound:
    form = forms.HouseholdForm(request.POST, auto_id="join_%s")
    if not form.is_valid():
        return {"join_form": form}
    other = queries.registration_of_number(scope, form.cleaned_data["sibling"], subject.school_year)
    if other is None:
        form.add_error("sibling", _("No pupil with this number is registered this year where you can see it."))
    elif other.household is None:
        form.add_error("sibling", _("The household of that pupil is not known yet: enter it there first."))
    else:
        try:
            households.join_household(by=request.user, registration=subject, household=other.household)
        except actions.RegistrationRefused as error:
            form.add_error("sibling", refusal(error.code))
        else:
            messages.success(request, _("One household now: look at who receives for it."))
            return None
    return {"join_form": form}


def _split(request: HttpRequest, scope: Scope, subject: Registration) -> Bound:
    form = forms.ReasonForm(request.POST, auto_id="split_%s")
    if form.is_valid():
        try:
            households.split_household(by=request.user, registration=subject, **form.cleaned_data)
        except actions.RegistrationRefused as error:
            form.add_error(None, refusal(error.code))
        else:
            messages.success(request, _("In a household alone now: say who receives there."))
            return None
    return {"split_form": form}


def _number(request: HttpRequest, scope: Scope, subject: Registration) -> Bound:
    form = forms.NumberForm(request.POST, auto_id="number_%s")
    if form.is_valid() and subject.household is not None:
        number = form.cleaned_data["register_number"]
        try:
            households.number_household(by=request.user, household=subject.household, register_number=number)
        except households.NumberTaken:
            words = _("Another household has this number: if they are one, put the pupil in that household.")
            form.add_error("register_number", words)
        else:
            messages.success(request, _("Saved."))
            return None
    return {"number_form": form}


def _leave(request: HttpRequest, scope: Scope, subject: Registration) -> Bound:
    form = forms.LeavingForm(request.POST, school_year=subject.school_year, auto_id="leave_%s")
    if form.is_valid():
        try:
            actions.leave(by=request.user, registration=subject, last_month=int(form.cleaned_data["last_month"]))
        except actions.RegistrationRefused as error:
            form.add_error("last_month", refusal(error.code))
        else:
            messages.success(request, _("Saved: no month after this one is counted here."))
            return None
    return {"leave_form": form}


def _move(request: HttpRequest, scope: Scope, subject: Registration) -> Bound:
    form = forms.MovingForm(request.POST, school_year=subject.school_year, auto_id="move_%s")
    if form.is_valid():
        code, month = form.cleaned_data["school_code"].strip().upper(), int(form.cleaned_data["month"])
        school = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, code=code).first()
        if school is None:
            form.add_error("school_code", _("No school has this code."))
            return {"move_form": form}
        try:
            actions.move_to(by=request.user, registration=subject, school=school, month=month)
        except actions.RegistrationRefused as error:
            form.add_error("month" if error.code != "same_school" else "school_code", refusal(error.code))
        except actions.AlreadyRegistered:
            form.add_error("month", _("The pupil is registered elsewhere in these months."))
        else:
            words = _("Moved: the other school finds the pupil on its list, to be checked by its coordinator.")
            messages.success(request, words)
            return None
    return {"move_form": form}


def _validate(request: HttpRequest, scope: Scope, subject: Registration) -> Bound:
    actions.validate(by=request.user, registration=subject)
    messages.success(request, _("Validated: it counts from the next computation on."))
    return None


def _return(request: HttpRequest, scope: Scope, subject: Registration) -> Bound:
    form = forms.ReasonForm(request.POST, auto_id="return_%s")
    if not form.is_valid():
        return {"return_form": form}
    actions.return_(by=request.user, registration=subject, **form.cleaned_data)
    messages.success(request, _("Returned to the school with your remark."))
    return None


def _submit(request: HttpRequest, scope: Scope, subject: Registration) -> Bound:
    actions.submit_again(by=request.user, registration=subject)
    messages.success(request, _("Handed in again: the coordinator checks it."))
    return None


def _withdraw(request: HttpRequest, scope: Scope, subject: Registration) -> Bound:
    form = forms.ReasonForm(request.POST, auto_id="withdraw_%s")
    if not form.is_valid():
        return {"withdraw_form": form}
    actions.withdraw(by=request.user, registration=subject, **form.cleaned_data)
    messages.success(request, _("Withdrawn: it counts for nothing, and stays to be read."))
    return None


ACTS: dict[str, Callable[[HttpRequest, Scope, Registration], Bound]] = {
    "correct": _correct,
    "guardian": _guardian,
    "join": _join,
    "split": _split,
    "number": _number,
    "leave": _leave,
    "move": _move,
    "validate": _validate,
    "return": _return,
    "submit": _submit,
    "withdraw": _withdraw,
}
