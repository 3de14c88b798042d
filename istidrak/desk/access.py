"""Who sees the figures of a body: those who read its files, and those who read its totals."""

from django.db.models import Q

from istidrak.base.scope import Scope, ScopedQuerySet


def of_places(scope: Scope, place: str, organisation: str) -> Q:
    """Rows about a body inside the territories of the scope, those of totals included, or of its bodies."""
    condition = Q(**{f"{organisation}__in": scope.organisations}) if scope.organisations else Q(pk__in=[])
    for low, high in {*scope.spans, *scope.total_spans}:
        condition |= Q(**{f"{place}__gte": low, f"{place}__lte": high})
    return condition


class OfCentreScope(ScopedQuerySet):
    """What is promised to a centre: its territory, its association, itself."""

    def visible_to(self, scope: Scope) -> "OfCentreScope":
        """Rows whose centre is inside the scope."""
        return self.filter(of_places(scope, "centre__place_number", "centre"))


class OfBodyScope(ScopedQuerySet):
    """What is said about a body, and by whom it was entered stays inside its territory."""

    def visible_to(self, scope: Scope) -> "OfBodyScope":
        """Rows whose body lies inside the scope; a body of the whole country is seen by the country only."""
        country = Q(organisation__kind="MINISTRY") if _is_national(scope) else Q(pk__in=[])
        return self.filter(of_places(scope, "organisation__place_number", "organisation") & ~_wider(scope) | country)


class CountDayScope(ScopedQuerySet):
    """A count day concerns every body inside the territory that announced it."""

    def visible_to(self, scope: Scope) -> "CountDayScope":
        """Days announced for a territory that meets the scope's."""
        meets = Q(pk__in=[])
        for low, high in {*scope.spans, *scope.total_spans}:
            meets |= Q(place_low__lte=high, place_high__gte=low)
        return self.filter(meets)


def _is_national(scope: Scope) -> bool:
    return any(low == 0 for low, _high in {*scope.spans, *scope.total_spans})


def _wider(scope: Scope) -> Q:
    """Bodies that begin inside a territory of the scope but end outside: the academy of a first province."""
    wider = Q(pk__in=[])
    for low, high in {*scope.spans, *scope.total_spans}:
        wider |= Q(organisation__place__low__gte=low, organisation__place__low__lte=high) & Q(
            organisation__place__high__gt=high
        )
    return wider
