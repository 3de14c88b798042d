"""Accounts that an officer answers for."""

from django.db.models import Prefetch, Q, QuerySet

from istidrak.accounts.models import Assignment, User
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation

COUNTRY_WIDE = (0, 999_999_999)


def accounts_of(scope: Scope, text: str = "") -> QuerySet[User]:
    """Accounts with a role in the territory (all of them for the country), with their roles; by part of a name."""
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


def demo_accounts() -> list[User]:
    """The accounts that exist only in the demo, in the order they were made."""
    return list(User.objects.filter(is_demo=True, is_active=True).order_by("pk"))


def roles_in_words(user: User) -> str:
    """The roles an account has now, each with its body; those that have ended are left out."""
    held = [assignment for assignment in user.assignments.all() if assignment.until is None]
    return ", ".join(f"{assignment.get_role_display()} · {assignment.organisation}" for assignment in held)
