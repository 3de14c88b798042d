"""Accounts that an officer answers for."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from istidrak.accounts.lockout import as_counted
from istidrak.accounts.models import AccountRequest, Assignment, FactorRequirement, User
from istidrak.accounts.roles import ROLES
from istidrak.accounts.rules import GRANTING_ROLES, Power, power_over
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.territory.models import Place

COUNTRY_WIDE = (0, 999_999_999)


def accounts_of(scope: Scope, text: str = "", role: str = "", body: int | None = None) -> QuerySet[User]:
    """Accounts with a role in the territory (all of them for the country), with their roles.

    By part of a name, by a role held without end, by the body (its primary key) where one is held.
    """
    spans = scope.total_spans
    rows = User.objects.prefetch_related(
        Prefetch("assignments", queryset=Assignment.objects.select_related("organisation").order_by("-since"))
    )
    if COUNTRY_WIDE not in spans:
        inside = Q(pk__in=[])
        for low, high in spans:
            inside |= Q(assignments__organisation__place_number__range=(low, high))
        rows = rows.filter(inside).distinct()
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(name_ar__icontains=text) | Q(name_fr__icontains=text))
    if role or body:
        held = Assignment.objects.filter(until__isnull=True)
        held = held.filter(role=role) if role else held
        held = held.filter(organisation=body) if body else held
        rows = rows.filter(pk__in=held.values("user"))
    return rows


def bodies_of(scope: Scope, kinds: tuple[str, ...] = ()) -> QuerySet[Organisation]:
    """Bodies inside the territory, by kind; the ministry itself for the country."""
    inside = Q(pk__in=[])
    for low, high in scope.total_spans:
        inside |= Q(place_number__range=(low, high))
    if COUNTRY_WIDE in scope.total_spans:
        inside |= Q(place_number__isnull=True)
    rows = Organisation.objects.filter(inside)
    return rows.filter(kind__in=kinds) if kinds else rows


def bodies_with_accounts(scope: Scope) -> QuerySet[Organisation]:
    """Bodies of the territory where somebody holds a role."""
    held = Assignment.objects.filter(until__isnull=True).values("organisation")
    return bodies_of(scope).filter(pk__in=held).order_by("kind", "code")


def demo_accounts() -> list[User]:
    """The accounts that exist only in the demo, in the order they were made."""
    return list(User.objects.filter(is_demo=True, is_active=True).order_by("pk"))


def roles_in_words(user: User) -> str:
    """The roles an account has now, each with its body; those that have ended are left out."""
    held = [assignment for assignment in user.assignments.all() if assignment.until is None]
    return ", ".join(f"{assignment.get_role_display()} · {assignment.organisation}" for assignment in held)


def power(by: User, user: User) -> Power:
    """What `by` may do with an account: alone, with a second person, or nothing."""
    held = [(ROLES[a.role], a.span) for a in by.current_assignments]
    roles = [(ROLES[a.role], a.organisation.place_number) for a in user.current_assignments]
    return power_over(held, roles, is_self=by.pk == user.pk)


@dataclass(frozen=True)
class SignIns:
    """What an account page says of sign-ins: failed tries of the last 30 days, and whether the name is locked now."""

    failed: int
    last_failed_at: dt.datetime | None
    is_locked: bool


def sign_ins_of(user: User) -> SignIns:
    """Failed tries and the lock of an account; two queries."""
    name, now = as_counted(user.username), timezone.now()
    failed = AccessFailureLog.objects.filter(username=name, attempt_time__gte=now - dt.timedelta(days=30))
    counts = failed.aggregate(n=Count("pk"), last=Max("attempt_time"))
    per_address = (
        AccessAttempt.objects.filter(username=name, attempt_time__gte=now - settings.AXES_COOLOFF_TIME)
        .values("ip_address")
        .annotate(tries=Sum("failures_since_start"))
    )
    is_locked = any(row["tries"] >= settings.TRIES_PER_NAME_AND_ADDRESS for row in per_address)
    return SignIns(counts["n"], counts["last"], is_locked)


def open_requests(scope: Scope, by: User) -> list[AccountRequest]:
    """What waits for a second person in the territory and was not asked by the reader."""
    rows = AccountRequest.objects.filter(state=AccountRequest.State.OPEN, user__in=accounts_of(scope).values("pk"))
    return list(rows.exclude(asked_by=by).exclude(user=by).select_related("user", "asked_by").order_by("asked_at"))


def factor_by_role(day: dt.date) -> list[dict[str, Any]]:
    """Per role, in the order of ROLES: the requirement in force or None, holders today, those with a factor."""
    required = {row.role: row for row in FactorRequirement.objects.in_force(day).select_related("set_by")}
    held = Assignment.objects.in_force(day).filter(user__is_active=True).values("role")
    has_one = Exists(Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP))
    counts = {
        row["role"]: row
        for row in held.annotate(
            holders=Count("user", distinct=True), secured=Count("user", distinct=True, filter=has_one)
        )
    }
    none = {"holders": 0, "secured": 0}
    return [
        {"role": role, "requirement": required.get(code), **{k: counts.get(code, none)[k] for k in none}}
        for code, role in ROLES.items()
    ]


def issuers_of(user: User) -> list[Organisation]:
    """The offices in whose name a user makes accounts today: they stand on the slip."""
    return [a.organisation for a in user.current_assignments if a.role in GRANTING_ROLES]


def address_of_body(body: Organisation) -> list[Place]:
    """Where a body is: its commune or town first, then what it lies in; empty when not known."""
    place = body.place
    if place is None and body.place_number is not None:
        place = Place.objects.filter(low__lte=body.place_number, high__gte=body.place_number).order_by("-low").first()
    places = []
    while place is not None:
        places.append(place)
        place = place.parent
    return places
