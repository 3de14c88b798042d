"""Accounts: made and reset by the level above, with a printed slip and no e-mail."""

import datetime as dt
import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from axes.handlers.proxy import AxesProxyHandler
from django.core.exceptions import PermissionDenied
from django.db import transaction

from istidrak.accounts.factors import has_factor
from istidrak.accounts.lockout import as_counted
from istidrak.accounts.models import AccountRequest, Assignment, FactorRequirement, User
from istidrak.accounts.queries import power
from istidrak.accounts.roles import ROLES, NationalOfficer
from istidrak.accounts.rules import Power, may_grant
from istidrak.base import days, history
from istidrak.base.workflow import ReasonMissing
from istidrak.organisations.models import Organisation

COMMAND_LINE = "command line"


class NoFactor(ValueError):
    """The account has no second factor to remove."""


class AlreadyDone(ValueError):
    """Somebody did this, or the contrary, before."""


# Letters that are not mistaken for one another on a printed slip.
SLIP_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def command_line_account() -> User:
    """The account that signs what the command line writes; nobody can sign in with it."""
    user = User.objects.filter(username=COMMAND_LINE).first()
    return user or User.objects.create_user(COMMAND_LINE, name_ar="سطر الأوامر", name_fr="Ligne de commande")


def _first_password() -> str:
    return "-".join("".join(secrets.choice(SLIP_LETTERS) for _ in range(4)) for _ in range(3))


def _check_grant(by: User, role: str, organisation: Organisation, to: User | None = None) -> None:
    held = [(ROLES[a.role], a.span) for a in by.current_assignments]
    if not may_grant(held, ROLES[role], organisation.place_number, is_self=to is not None and to.pk == by.pk):
        raise PermissionDenied


@transaction.atomic
def create_account(
    *,
    by: User,
    username: str,
    name_ar: str,
    name_fr: str,
    role: str,
    organisation: Organisation,
    since: dt.date | None = None,
) -> tuple[User, str]:
    """An account with one role, and the first password for its slip (to be changed at the first sign-in).

    Raises PermissionDenied when `by` may not grant that role there.
    """
    _check_grant(by, role, organisation)
    password = _first_password()
    user = User.objects.create_user(username, password, name_ar=name_ar, name_fr=name_fr)
    user.must_change_password = True
    user.save(update_fields=["must_change_password"])
    history.record(user, "create_account", by=by)
    grant(by=by, user=user, role=role, organisation=organisation, since=since)
    return user, password


@transaction.atomic
def grant(*, by: User, user: User, role: str, organisation: Organisation, since: dt.date | None = None) -> Assignment:
    """Give a role in an organisation. Raises PermissionDenied: to oneself, above one's level, elsewhere."""
    _check_grant(by, role, organisation, to=user)
    since = since or days.today()
    # Ended and given again on the same day: the same assignment goes on.
    Assignment.objects.filter(user=user, role=role, organisation=organisation, since=since).update(until=None)
    assignment, _ = Assignment.objects.get_or_create(
        user=user,
        role=role,
        organisation=organisation,
        until=None,
        defaults={"since": since, "granted_by": by},
    )
    history.record(user, "grant", by=by, details={"role": role, "organisation": organisation.pk})
    return assignment


@transaction.atomic
def end_assignment(*, by: User, assignment: Assignment) -> None:
    """End a role yesterday: from today it opens nothing. Raises PermissionDenied as `grant`."""
    _check_grant(by, assignment.role, assignment.organisation, to=assignment.user)
    Assignment.objects.filter(pk=assignment.pk).update(until=days.today() - dt.timedelta(days=1))
    history.record(assignment.user, "end_assignment", by=by, details={"role": assignment.role})


def _check_power(by: User, user: User, *enough: Power) -> None:
    if user.username == COMMAND_LINE or power(by, user) not in enough:
        raise PermissionDenied


def _new_password(user: User) -> str:
    password = _first_password()
    user.set_password(password)
    user.must_change_password = True
    user.session_epoch += 1
    user.save(update_fields=["password", "must_change_password", "session_epoch"])
    return password


@transaction.atomic
def reset_password(*, by: User, user: User) -> str:
    """A new first password for a slip; the old one and every open session stop working.

    Raises PermissionDenied unless `by` stands above each role that the user holds: an account of the same level
    takes a second person (`ask_for_account`).
    """
    _check_power(by, user, Power.ALONE)
    password = _new_password(user)
    _unlock(user)
    history.record(user, "reset_password", by=by)
    return password


@transaction.atomic
def remove_factor(*, by: User, user: User, reason: str) -> None:
    """Remove a lost second factor with its recovery codes; every open session ends.

    Raises PermissionDenied as `reset_password`, never for oneself; ReasonMissing; NoFactor.
    """
    _check_power(by, user, Power.ALONE)
    _remove_factor(by, user, reason)


def _remove_factor(by: User, user: User, reason: str, **details: Any) -> None:
    if not reason.strip():
        raise ReasonMissing
    gone, _kinds = Authenticator.objects.filter(user=user).delete()
    if not gone:
        raise NoFactor
    _end_sessions(user)
    history.record(user, "remove_factor", by=by, reason=reason.strip(), details=details)


def _end_sessions(user: User) -> None:
    user.session_epoch += 1
    user.save(update_fields=["session_epoch"])


def _unlock(user: User) -> int:
    return AxesProxyHandler.reset_attempts(username=as_counted(user.username))


@transaction.atomic
def unlock_account(*, by: User, user: User) -> None:
    """Let a locked user name be tried again, from every address. Raises PermissionDenied without power over it."""
    _check_power(by, user, Power.ALONE, Power.WITH_A_SECOND)
    history.record(user, "unlock_account", by=by, details={"tries": _unlock(user)})


@transaction.atomic
def close_account(*, by: User, user: User, reason: str) -> None:
    """Nobody signs in with it any more and every open session ends; its history stays.

    Raises PermissionDenied without power over it, ReasonMissing, AlreadyDone.
    """
    _check_power(by, user, Power.ALONE, Power.WITH_A_SECOND)
    _set_open(by, user, reason, is_open=False)


@transaction.atomic
def open_account(*, by: User, user: User, reason: str) -> None:
    """Let a closed account be signed in to again, with the password it had. Raises as `close_account`."""
    _check_power(by, user, Power.ALONE, Power.WITH_A_SECOND)
    _set_open(by, user, reason, is_open=True)


def _set_open(by: User, user: User, reason: str, *, is_open: bool) -> None:
    if not reason.strip():
        raise ReasonMissing
    if user.is_active == is_open:
        raise AlreadyDone
    user.is_active = is_open
    user.session_epoch += 1
    user.save(update_fields=["is_active", "session_epoch"])
    history.record(user, "open_account" if is_open else "close_account", by=by, reason=reason.strip())


@transaction.atomic
def ask_for_account(*, by: User, user: User, kind: str, reason: str) -> AccountRequest:
    """Ask a second person for a reset, or the removal of a lost factor, of an account of one's own level.

    The same thing asked twice is the request that waits. Raises PermissionDenied, ReasonMissing, NoFactor.
    """
    _check_power(by, user, Power.WITH_A_SECOND)
    if not reason.strip():
        raise ReasonMissing
    if kind == AccountRequest.Kind.REMOVE_FACTOR and not has_factor(user):
        raise NoFactor
    request, is_new = AccountRequest.objects.get_or_create(
        user=user,
        kind=kind,
        state=AccountRequest.State.OPEN,
        defaults={"reason": reason.strip(), "asked_by": by, "asked_at": days.now()},
    )
    if is_new:
        history.record(user, "ask_for_account", by=by, reason=request.reason, details={"kind": kind})
    return request


@transaction.atomic
def answer_request(*, by: User, request: AccountRequest, is_confirmed: bool) -> str:
    """Confirm or refuse what was asked for an account; returns the new first password when a reset is confirmed.

    Never by the one who asked, nor by the account itself. Raises PermissionDenied; AlreadyDone when it was
    answered before; NoFactor when there is none left to remove.
    """
    request = AccountRequest.objects.select_for_update().select_related("user", "asked_by").get(pk=request.pk)
    if by.pk == request.asked_by_id:
        raise PermissionDenied
    _check_power(by, request.user, Power.ALONE, Power.WITH_A_SECOND)
    if request.state != AccountRequest.State.OPEN:
        raise AlreadyDone
    if is_confirmed:  # whoever asked must still be allowed to
        _check_power(request.asked_by, request.user, Power.ALONE, Power.WITH_A_SECOND)
    request.state = AccountRequest.State.CONFIRMED if is_confirmed else AccountRequest.State.REFUSED
    request.answered_by, request.answered_at = by, days.now()
    request.save(update_fields=["state", "answered_by", "answered_at"])
    details = {"kind": request.kind, "asked_by": request.asked_by.username}
    if not is_confirmed:
        history.record(request.user, "refuse_request", by=by, details=details)
        return ""
    if request.kind == AccountRequest.Kind.REMOVE_FACTOR:
        _remove_factor(by, request.user, request.reason, **details)
        return ""
    password = _new_password(request.user)
    _unlock(request.user)
    history.record(request.user, "reset_password", by=by, reason=request.reason, details=details)
    return password


@transaction.atomic
def require_factor(*, by: User, role: str) -> FactorRequirement:
    """Ask the holders of a role for a second factor from today on. Raises PermissionDenied below the national unit.

    Asked twice, it is the requirement that holds already.
    """
    if not by.holds(NationalOfficer):
        raise PermissionDenied
    row, is_new = FactorRequirement.objects.get_or_create(
        role=ROLES[role].code, until=None, defaults={"since": days.today(), "set_by": by}
    )
    if is_new:
        history.record(row, "require_factor", by=by, details={"role": role})
    return row


@transaction.atomic
def lift_requirement(*, by: User, role: str) -> None:
    """Stop asking a role for a second factor; those who have one keep it. Raises PermissionDenied."""
    if not by.holds(NationalOfficer):
        raise PermissionDenied
    for row in FactorRequirement.objects.filter(role=role, until=None):
        row.until = days.today()
        row.save(update_fields=["until"])
        history.record(row, "lift_requirement", by=by, details={"role": role})


@transaction.atomic
def create_first_account(
    *, by: User, username: str, name_ar: str, name_fr: str, role: str, organisation: Organisation
) -> tuple[User, str]:
    """An account made at the machine itself, by whoever installs it: the one that makes the others.

    Nobody stands above the first national officer, so no level is checked; `by` is the command line's account.
    Raises IntegrityError when the user name is taken.
    """
    password = _first_password()
    user = User.objects.create_user(username, password, name_ar=name_ar, name_fr=name_fr)
    user.must_change_password = True
    user.save(update_fields=["must_change_password"])
    Assignment.objects.create(user=user, role=role, organisation=organisation, since=days.today(), granted_by=by)
    history.record(user, "create_account", by=by, details={"role": role})
    return user, password


@transaction.atomic
def rescue_account(*, by: User, user: User) -> str:
    """A new first password at the machine itself, without the second factor: for the last officer of the country.

    Whoever can run commands there can read the database; this only writes down that it was done.
    Raises PermissionDenied for the account of the command line itself.
    """
    if user.username == COMMAND_LINE:
        raise PermissionDenied
    gone, _kinds = Authenticator.objects.filter(user=user).delete()
    password = _new_password(user)
    _unlock(user)
    history.record(user, "reset_password", by=by, details={"factors": gone})
    return password
