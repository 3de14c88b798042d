"""One's own second factor, and the page where the national unit asks for it by role."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.base.views import reauthenticate
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import deactivate_totp
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts import actions, queries
from istidrak.accounts.factors import has_factor
from istidrak.accounts.forms import RequirementForm
from istidrak.accounts.gate import open_to, signed_in
from istidrak.accounts.roles import NationalOfficer, SystemAdministrator
from istidrak.base import days
from istidrak.base.parameters import value_of


@signed_in
def drop(request: HttpRequest) -> HttpResponse:
    """Switch one's own second factor off, with the password once more; there may be none."""
    if not has_factor(request.user):
        return redirect("mfa_index")
    return deactivate_totp(request)


@signed_in
def code_again(request: HttpRequest) -> HttpResponse:
    """The code once more, before something delicate; of no use to whoever has no second factor."""
    if not has_factor(request.user):
        return redirect("mfa_index")
    return reauthenticate(request)


@signed_in
@never_cache
@sensitive_variables("codes")
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """How many recovery codes are left; they are shown by a button, with the password once more."""
    kept = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES).first()
    if kept is None:
        return redirect("mfa_index")
    codes = kept.wrap().get_unused_codes()
    if request.method == "GET":
        return render(request, "mfa/recovery_codes/index.html", {"left": len(codes)})
    return _show_codes(request)


@reauthentication_required(app="allauth.mfa")
def _show_codes(request: HttpRequest) -> HttpResponse:
    kept = Authenticator.objects.get(user=request.user, type=Authenticator.Type.RECOVERY_CODES)
    codes = kept.wrap().get_unused_codes()
    return render(request, "mfa/recovery_codes/index.html", {"left": len(codes), "codes": codes})


@open_to(NationalOfficer, SystemAdministrator)
@require_GET
def requirements(request: HttpRequest) -> HttpResponse:
    """Which roles must sign in with a second factor, since when, and how many holders have one."""
    grace = value_of("accounts.factor_grace_days", as_of=days.today())
    context = {
        "rows": queries.factor_by_role(days.today()),
        "grace_days": grace.value,
        "is_sample": grace.is_sample,
        "may_set": request.user.holds(NationalOfficer),
    }
    return render(request, "accounts/requirements.html", context)


@open_to(NationalOfficer)
@require_POST
def require(request: HttpRequest) -> HttpResponse:
    """Ask the holders of a role for a second factor, or stop asking."""
    form = RequirementForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a role of the list."))
    elif form.cleaned_data["verb"] == "require":
        actions.require_factor(by=request.user, role=form.cleaned_data["role"])
        messages.success(request, _("Asked for from today: its holders set it up before the grace has run out."))
    else:
        actions.lift_requirement(by=request.user, role=form.cleaned_data["role"])
        messages.success(request, _("This role is no longer asked for a second factor."))
    return redirect("accounts:requirements")
