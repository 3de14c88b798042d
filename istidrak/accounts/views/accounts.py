"""Accounts: made, given roles and reset by the level above; a printed slip, no e-mail."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts import actions, queries
from istidrak.accounts.factors import has_factor
from istidrak.accounts.forms import AccountForm, AnswerForm, AskForm, FilterForm, GrantForm, ReasonForm
from istidrak.accounts.gate import open_to
from istidrak.accounts.models import AccountRequest, Assignment, User
from istidrak.accounts.roles import ROLES, AcademyOfficer, DirectorateOfficer, NationalOfficer, SystemAdministrator
from istidrak.accounts.rules import Power
from istidrak.accounts.words import history_in_words
from istidrak.base import paging
from istidrak.base.exchange.answers import workbook_answer

GRANTING = (NationalOfficer, AcademyOfficer, DirectorateOfficer, SystemAdministrator)


@open_to(*GRANTING)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts of my territory, by part of a name, role and body; what waits for me as a second person."""
    form = FilterForm(request.GET or None, scope=request.scope)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    body = asked.get("body")
    rows = queries.accounts_of(
        request.scope, asked.get("q", "").strip(), asked.get("role", ""), body.pk if body else None
    )
    if request.GET.get("format") == "xlsx":
        return _workbook(request, rows)
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    context = {
        "page": page,
        "form": form,
        "waiting": queries.open_requests(request.scope, request.user),
        "roles": [(role.label, role.holder) for role in ROLES.values()],
        "may_ask_factors": request.user.holds(NationalOfficer, SystemAdministrator),
    }
    return render(request, "accounts/accounts.html", context)


def _workbook(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = [
        (_("Name"), 30, "text"),
        (_("User name"), 20, "text"),
        (_("Roles"), 60, "text"),
        (_("Last sign-in"), 14, "day"),
        (_("State"), 14, "text"),
    ]
    lines = (
        (
            str(user),
            user.username,
            queries.roles_in_words(user),
            user.last_login,
            _("Open") if user.is_active else _("Closed"),
        )
        for user in rows.order_by("pk")
    )
    return workbook_answer(request, "accounts", _("Accounts"), columns, lines)


@open_to(*GRANTING)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new account; its first password is shown once, on a slip to print."""
    form = AccountForm(request.POST or None, by=request.user, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = actions.create_account(by=request.user, **form.cleaned_data)
        except IntegrityError:  # somebody took the name between the look and the writing, or sent the form twice
            form.add_error("username", _("This user name is taken; add a digit or the name of the town."))
        else:
            return _slip(request, user, password)
    return render(request, "accounts/create.html", {"form": form})


def _slip(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """The slip: for whom, where they work, which office gives it, the first password."""
    bodies = [(a, queries.address_of_body(a.organisation)) for a in user.current_assignments]
    context = {
        "account": user,
        "password": password,
        "bodies": bodies,
        "issuers": queries.issuers_of(request.user),
    }
    return render(request, "accounts/slip.html", context)


@open_to(*GRANTING)
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, user: str) -> HttpResponse:
    """One account: its roles with their dates, its sign-ins, what may be done with it; give a further role."""
    subject = _subject(request, user)
    form = GrantForm(request.POST or None, by=request.user, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        actions.grant(by=request.user, user=subject, **form.cleaned_data)
        messages.success(request, _("The role is given from today."))
        return redirect("accounts:account", user=subject.uuid)
    power = queries.power(request.user, subject)
    context = {
        "account": subject,
        "form": form,
        "is_self": subject == request.user,
        "is_above": power is Power.ALONE,
        "is_equal": power is Power.WITH_A_SECOND,
        "sign_ins": queries.sign_ins_of(subject),
        "has_factor": has_factor(subject),
        "requests": subject.requests.filter(state=AccountRequest.State.OPEN).select_related("asked_by"),
        "reason_form": ReasonForm(auto_id="id_reason_%s"),
        "ask_form": AskForm(auto_id="id_ask_%s"),
        "history": history_in_words(subject),
    }
    return render(request, "accounts/account.html", context)


def _subject(request: HttpRequest, user: str) -> User:
    return get_object_or_404(queries.accounts_of(request.scope), uuid=user)


@open_to(*GRANTING)
@require_POST
def reset(request: HttpRequest, user: str) -> HttpResponse:
    """A new first password, shown once on a slip; an account of one's own level waits for a second person."""
    subject = _subject(request, user)
    if queries.power(request.user, subject) is Power.WITH_A_SECOND:
        return _ask(request, subject)
    return _slip(request, subject, actions.reset_password(by=request.user, user=subject))


def _ask(request: HttpRequest, subject: User) -> HttpResponse:
    form = AskForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the reason: the second person and the history show it."))
    else:
        try:
            actions.ask_for_account(by=request.user, user=subject, **form.cleaned_data)
        except actions.NoFactor:
            messages.error(request, _("This account has no second factor."))
        else:
            messages.success(request, _("Asked. Another officer of your level, or the level above, confirms it."))
    return redirect("accounts:account", user=subject.uuid)


@open_to(*GRANTING)
@require_POST
def answer(request: HttpRequest, user: str) -> HttpResponse:
    """Confirm or refuse, as the second person, what was asked for an account."""
    subject, form = _subject(request, user), AnswerForm(request.POST)
    asked = form.is_valid() and subject.requests.filter(uuid=form.cleaned_data["request"]).first()
    if not asked:
        messages.error(request, _("This request is not there."))
        return redirect("accounts:account", user=subject.uuid)
    is_confirmed = form.cleaned_data["verdict"] == "confirm"
    try:
        password = actions.answer_request(by=request.user, request=asked, is_confirmed=is_confirmed)
    except actions.AlreadyDone:
        messages.error(request, _("Somebody has answered this request meanwhile."))
    except actions.NoFactor:
        messages.error(request, _("This account has no second factor."))
    else:
        if password:
            return _slip(request, asked.user, password)
        messages.success(request, _("Confirmed and done.") if is_confirmed else _("Refused; nothing was changed."))
    return redirect("accounts:account", user=subject.uuid)


@open_to(*GRANTING)
@require_POST
def unlock(request: HttpRequest, user: str) -> HttpResponse:
    """Let a locked user name be tried again at once."""
    subject = _subject(request, user)
    actions.unlock_account(by=request.user, user=subject)
    messages.success(request, _("Unlocked: the next sign-in may be tried now."))
    return redirect("accounts:account", user=subject.uuid)


@open_to(*GRANTING)
@require_POST
def remove_factor(request: HttpRequest, user: str) -> HttpResponse:
    """Remove the second factor of somebody who lost the telephone; the reason stays in the history."""
    subject = _subject(request, user)
    try:
        actions.remove_factor(by=request.user, user=subject, reason=request.POST.get("reason", ""))
    except actions.ReasonMissing:
        messages.error(request, _("Write the reason: the history shows it."))
    except actions.NoFactor:
        messages.error(request, _("This account has no second factor."))
    else:
        messages.success(
            request, _("Removed. The next sign-in takes the password alone; set up a new telephone then.")
        )
    return redirect("accounts:account", user=subject.uuid)


@open_to(*GRANTING)
@require_POST
def close(request: HttpRequest, user: str) -> HttpResponse:
    """Close an account, or open it again; every open session ends."""
    subject, reason = _subject(request, user), request.POST.get("reason", "")
    act = actions.open_account if request.POST.get("verb") == "open" else actions.close_account
    try:
        act(by=request.user, user=subject, reason=reason)
    except actions.ReasonMissing:
        messages.error(request, _("Write the reason: the history shows it."))
    except actions.AlreadyDone:
        messages.error(request, _("Somebody did this meanwhile."))
    else:
        messages.success(request, _("Saved; it holds at once."))
    return redirect("accounts:account", user=subject.uuid)


@open_to(*GRANTING)
@require_POST
def end_role(request: HttpRequest, user: str, assignment: int) -> HttpResponse:
    """End a role: from today it opens nothing."""
    subject = _subject(request, user)
    actions.end_assignment(by=request.user, assignment=get_object_or_404(Assignment, pk=assignment, user=subject))
    messages.success(request, _("The role has ended."))
    return redirect("accounts:account", user=subject.uuid)
