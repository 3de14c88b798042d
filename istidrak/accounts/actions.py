"""Accounts: made and reset by the level above, with a printed slip and no e-mail."""

import datetime as dt
import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction

from istidrak.accounts.models import Assignment, User
from istidrak.accounts.roles import ROLES
from istidrak.accounts.rules import may_grant
from istidrak.base import days, history
from istidrak.organisations.models import Organisation

COMMAND_LINE = "command line"
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


@transaction.atomic
def reset_password(*, by: User, user: User) -> str:
    """A new first password for a slip; the old one and every open session stop working.

    Raises PermissionDenied unless `by` could grant each role that the user holds.
    """
    if user.username == COMMAND_LINE:
        raise PermissionDenied
    for assignment in user.current_assignments:
        _check_grant(by, assignment.role, assignment.organisation, to=user)
    if not user.current_assignments and not by.holds(ROLES["SYSTEM_ADMINISTRATOR"]):
        raise PermissionDenied
    password = _first_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    history.record(user, "reset_password", by=by)
    return password


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
