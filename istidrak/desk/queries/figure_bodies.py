"""The body whose season is counted: a school, a centre, an association, a directorate, an academy, the country."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404

from istidrak.accounts.models import User
from istidrak.accounts.roles import Role
from istidrak.base.models import COUNTRY
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation

NOWHERE = (-1, -1)
TERRITORIES = {"MINISTRY": "ACADEMY", "ACADEMY": "DIRECTORATE", "DIRECTORATE": "CENTRE"}  # and what they hold
LOCAL = ("ASSOCIATION", "CENTRE", "SCHOOL")


@dataclass(frozen=True)
class Body:
    """A body and how its rows are found: by a span of place numbers, or by organisations."""

    organisation: Organisation
    span: tuple[int, int] | None = None
    organisations: frozenset[int] = frozenset()
    children: tuple[Organisation, ...] = field(default=())

    @property
    def kind(self) -> str:
        """MINISTRY, ACADEMY, DIRECTORATE, ASSOCIATION, CENTRE or SCHOOL."""
        return self.organisation.kind

    @property
    def is_territory(self) -> bool:
        """True when it is counted by place rather than by organisation."""
        return self.span is not None

    @property
    def scope(self) -> Scope:
        """What lies inside the body, whoever reads."""
        if self.span is not None:
            return Scope(spans=(self.span,), total_spans=(self.span,))
        return Scope(organisations=self.organisations)

    def of(self, place: str, organisation: str) -> Q:
        """The condition that a row's place, or organisation, lies inside the body."""
        if self.span is not None:
            return Q(**{f"{place}__gte": self.span[0], f"{place}__lte": self.span[1]})
        return Q(**{f"{organisation}__in": self.organisations})

    def child_span(self, child: Organisation) -> tuple[int, int]:
        """The span of a territory inside this one."""
        return _span(child)


def _span(organisation: Organisation) -> tuple[int, int]:
    if organisation.kind == "MINISTRY":
        return COUNTRY
    return organisation.place.span if organisation.place else NOWHERE


def _in_totals(scope: Scope, span: tuple[int, int]) -> bool:
    return any(low <= span[0] and span[1] <= high for low, high in {*scope.spans, *scope.total_spans})


def is_open(scope: Scope, organisation: Organisation) -> bool:
    """True when the scope may read the totals of a body."""
    if organisation.kind in TERRITORIES:
        return _in_totals(scope, _span(organisation))
    number = organisation.place_number
    return organisation.pk in scope.organisations or (number is not None and _in_totals(scope, (number, number)))


def reads_files(scope: Scope, body: Body) -> bool:
    """True when the scope reads the files behind the totals of the body: then no cell is hidden."""
    if body.span is not None:
        return any(low <= body.span[0] and body.span[1] <= high for low, high in scope.spans)
    return body.organisations <= scope.organisations or scope.covers_place(body.organisation.place_number)


def own_bodies(user: User, roles: tuple[type[Role], ...]) -> list[Organisation]:
    """The bodies in which the user holds one of the roles, the widest first."""
    codes = {role.code: role.level for role in roles}
    held = [a for a in user.current_assignments if a.role in codes]
    held.sort(key=lambda a: -codes[a.role])
    return list({a.organisation_id: a.organisation for a in held}.values())


def body_of(scope: Scope, user: User, roles: tuple[type[Role], ...], of: str) -> Body:
    """The body of the address, or the user's own. Raises Http404 for one that is unknown or outside the scope.

    A reader of totals has the pages of their own bodies: those inside stand there in one table, in which nothing
    can be subtracted; two pages side by side would not keep that promise.
    """
    if of:
        try:
            organisation = Organisation.objects.select_related("place").filter(uuid=of).first()
        except ValidationError:
            organisation = None
    else:
        organisation = next(iter(own_bodies(user, roles)), None)
    if organisation is None or not is_open(scope, organisation):
        raise Http404
    body = body_from(organisation, scope)
    if of and not reads_files(scope, body) and organisation not in own_bodies(user, roles):
        raise Http404
    return body


def body_from(organisation: Organisation, scope: Scope | None = None) -> Body:
    """A body with the bodies inside it; of an association, the centres that the scope (all without one) holds."""
    inside = tuple(_children(organisation, scope))
    if organisation.kind in TERRITORIES:
        return Body(organisation, span=_span(organisation), children=inside)
    if organisation.kind not in LOCAL:
        raise Http404
    return Body(organisation, organisations=frozenset({organisation.pk, *(c.pk for c in inside)}), children=inside)


def _children(organisation: Organisation, scope: Scope | None) -> QuerySet[Organisation] | list[Organisation]:
    rows = Organisation.objects.select_related("place").order_by("place_number", "pk")
    if organisation.kind in TERRITORIES:
        low, high = _span(organisation)
        return rows.filter(kind=TERRITORIES[organisation.kind], place_number__range=(low, high))
    if organisation.kind == "ASSOCIATION":
        return [c for c in rows.filter(kind="CENTRE", parent=organisation) if scope is None or is_open(scope, c)]
    return []
