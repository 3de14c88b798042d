"""Who sees groups and what happens in them."""

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from istidrak.base.scope import Scope, ScopedQuerySet
from istidrak.people.access import tie_to


def _of_group(scope: Scope, prefix: str, group: str) -> Q:
    condition = scope.q(place=f"{prefix}centre__place_number", organisation=f"{prefix}centre")
    if scope.is_personal:
        # EXISTS, not a join: a group with two educators must not be two rows.
        taught = apps.get_model("training", "Group").educators.through.objects
        here = scope.where_personal(place=f"{prefix}centre__place_number", organisation=f"{prefix}centre")
        condition |= here & Q(Exists(taught.filter(group=OuterRef(group), user=scope.user_id)))
    return condition


class GroupScope(ScopedQuerySet):
    """Groups of the territory, of the centre, or that the reader teaches."""

    def visible_to(self, scope: Scope) -> "GroupScope":
        """Groups inside the scope."""
        return self.filter(_of_group(scope, "", "pk"))


class OfGroupScope(ScopedQuerySet):
    """Sessions: visible with their group."""

    def visible_to(self, scope: Scope) -> "OfGroupScope":
        """Rows whose group is inside the scope."""
        return self.filter(_of_group(scope, "group__", "group"))


class ClosureScope(ScopedQuerySet):
    """Closed days of the country, and those that touch the reader's territory or centre."""

    def visible_to(self, scope: Scope) -> "ClosureScope":
        """Closures of the country, of the reader's territory, of what holds it, and of the reader's own bodies."""
        if not (scope.spans or scope.organisations or scope.is_personal):
            return self.none()
        bodies = scope.organisations | scope.personal_bodies
        condition = Q(organisation__isnull=True) | Q(organisation__in=bodies)
        condition |= scope.q(place="organisation__place_number")
        holds = Q(organisation__kind__in=("ACADEMY", "DIRECTORATE"))
        for low, high in scope.spans:  # a directorate reads what its academy closes
            condition |= holds & Q(organisation__place__low__lte=low, organisation__place__high__gte=high)
        mine = apps.get_model("organisations", "Organisation").objects.filter(
            pk__in=bodies,
            place_number__gte=OuterRef("organisation__place__low"),
            place_number__lte=OuterRef("organisation__place__high"),
        )
        return self.filter(condition | (holds & Q(Exists(mine))))


class DrawScope(ScopedQuerySet):
    """Draws of confirmations: those of the directorates inside the territory."""

    def visible_to(self, scope: Scope) -> "DrawScope":
        """Draws of directorates inside the scope."""
        return self.filter(scope.q(place="directorate__place_number", organisation="directorate"))


class OfCentreScope(ScopedQuerySet):
    """What belongs to a centre (services, returns, contact): its territory, its association, itself."""

    def visible_to(self, scope: Scope) -> "OfCentreScope":
        """Rows whose centre is inside the scope."""
        return self.filter(scope.q(place="centre__place_number", organisation="centre"))


class ApplicationScope(ScopedQuerySet):
    """Requests for a place: the centre must be the reader's, and the person tied to them.

    Another centre that knows the same person does not read what was asked and answered here.
    """

    def visible_to(self, scope: Scope) -> "ApplicationScope":
        """Rows of the reader's centres whose person is tied to the scope."""
        return self.filter(scope.q(place="centre__place_number", organisation="centre"), tie_to(scope, "person"))


class ServiceUseScope(ScopedQuerySet):
    """Who lives, eats or travels by a centre's service."""

    def visible_to(self, scope: Scope) -> "ServiceUseScope":
        """Rows of the reader's centres whose learner is tied to the scope."""
        here = scope.q(place="offer__centre__place_number", organisation="offer__centre")
        return self.filter(here, tie_to(scope, "enrolment__person"))


class TransferScope(ScopedQuerySet):
    """Transfers that leave from or ask to come to the reader's centres.

    The receiver has no tie yet: what it sees of the person before accepting is said by the page, not by the file.
    """

    def visible_to(self, scope: Scope) -> "TransferScope":
        """Rows whose sending or receiving centre is inside the scope."""
        sender = "enrolment__group__centre"
        return self.filter(
            scope.q(place=f"{sender}__place_number", organisation=sender)
            | scope.q(place="receiver__place_number", organisation="receiver")
        )
