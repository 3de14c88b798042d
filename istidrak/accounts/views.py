"""Accounts: made, given roles and reset by the level above; a printed slip, no e-mail."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts import actions, queries
from istidrak.accounts.forms import AccountForm, GrantForm
from istidrak.accounts.gate import open_to
from istidrak.accounts.models import Assignment
from istidrak.accounts.roles import ROLES, AcademyOfficer, DirectorateOfficer, NationalOfficer, SystemAdministrator
from istidrak.base import paging
from istidrak.base.exchange.answers import workbook_answer

GRANTING = (NationalOfficer, AcademyOfficer, DirectorateOfficer, SystemAdministrator)


@open_to(*GRANTING)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts of my territory, found by part of a name."""
    text = request.GET.get("q", "").strip()
    rows = queries.accounts_of(request.scope, text)
    if request.GET.get("format") == "xlsx":
        columns = [(_("Name"), 30, "text"), (_("User name"), 20, "text"), (_("Roles"), 60, "text")]
        lines = ((str(user), user.username, queries.roles_in_words(user)) for user in rows.order_by("pk"))
        return workbook_answer(request, "accounts", _("Accounts"), columns, lines)
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    context = {"page": page, "q": text, "roles": [(role.label, role.holder) for role in ROLES.values()]}
    return render(request, "accounts/accounts.html", context)


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
            return render(request, "accounts/slip.html", {"account": user, "password": password})
    return render(request, "accounts/create.html", {"form": form})


@open_to(*GRANTING)
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, user: str) -> HttpResponse:
    """One account: its roles with their dates; give a further one."""
    subject = get_object_or_404(queries.accounts_of(request.scope), uuid=user)
    form = GrantForm(request.POST or None, by=request.user, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        actions.grant(by=request.user, user=subject, **form.cleaned_data)
        messages.success(request, _("The role is given from today."))
        return redirect("accounts:account", user=subject.uuid)
    context = {"account": subject, "form": form, "is_self": subject == request.user}
    return render(request, "accounts/account.html", context)


@open_to(*GRANTING)
@require_POST
def reset(request: HttpRequest, user: str) -> HttpResponse:
    """A new first password, shown once on a slip; the old one stops working."""
    subject = get_object_or_404(queries.accounts_of(request.scope), uuid=user)
    password = actions.reset_password(by=request.user, user=subject)
    return render(request, "accounts/slip.html", {"account": subject, "password": password})


@open_to(*GRANTING)
@require_POST
def end_role(request: HttpRequest, user: str, assignment: int) -> HttpResponse:
    """End a role: from today it opens nothing."""
    subject = get_object_or_404(queries.accounts_of(request.scope), uuid=user)
    actions.end_assignment(by=request.user, assignment=get_object_or_404(Assignment, pk=assignment, user=subject))
    messages.success(request, _("The role has ended."))
    return redirect("accounts:account", user=subject.uuid)
