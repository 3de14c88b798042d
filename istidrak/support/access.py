"""Who sees what of social support. Q objects and querysets; no model is imported."""

from django.db.models import Q

from istidrak.base.scope import Scope, ScopedQuerySet


class OfSchoolScope(ScopedQuerySet):
    """Rows of a school: seen from the school and from the territory that it lies in."""

    def visible_to(self, scope: Scope) -> "OfSchoolScope":
        """Rows whose school lies in the scope's territory or is one of its bodies."""
        return self.filter(scope.q(place="school__place_number", organisation="school"))


class HouseholdScope(ScopedQuerySet):
    """Households through the schools of their pupils: a family is known where its children go to school."""

    def visible_to(self, scope: Scope) -> "HouseholdScope":
        """Households with a pupil registered in a school of the scope."""
        reach = scope.q(place="registrations__school__place_number", organisation="registrations__school")
        return self.filter(reach).distinct()


class GuardianScope(ScopedQuerySet):
    """Guardians of visible households."""

    def visible_to(self, scope: Scope) -> "GuardianScope":
        """Guardians of households with a pupil registered in a school of the scope."""
        household = "household__registrations__school"
        return self.filter(scope.q(place=f"{household}__place_number", organisation=household)).distinct()


class InstalmentScope(ScopedQuerySet):
    """Instalments are made by a directorate for its own territory; the levels above see those inside theirs.

    Its pages lead to lines of pupils. A page that shows totals and names nobody asks for `as_totals`: readers of
    totals see it too, and the payer.
    """

    def visible_to(self, scope: Scope, *, as_totals: bool = False) -> "InstalmentScope":
        """Instalments whose territory lies in the scope's."""
        within = Q(pk__in=())
        for low, high in (*scope.spans, *(scope.total_spans if as_totals else ())):
            within |= Q(place_low__gte=low, place_high__lte=high)
        return self.filter(within)


class PayerFileScope(ScopedQuerySet):
    """Files exchanged with the payer, as rows: digest and totals. Who takes one out is asked for by its page."""

    def visible_to(self, scope: Scope) -> "PayerFileScope":
        """Files of instalments whose territory lies in the scope's."""
        within = Q(pk__in=())
        for low, high in (*scope.spans, *scope.total_spans):
            within |= Q(instalment__place_low__gte=low, instalment__place_high__lte=high)
        return self.filter(within)


class PaymentScope(ScopedQuerySet):
    """Payments: those of one's own instalments, and those to families of one's territory."""

    def visible_to(self, scope: Scope) -> "PaymentScope":
        """Payments whose instalment, or whose family, lies in the scope's territory."""
        within = scope.q(place="place_number")
        for low, high in scope.spans:
            within |= Q(instalment__place_low__gte=low, instalment__place_high__lte=high)
        return self.filter(within)


class OfInstalmentScope(ScopedQuerySet):
    """Rows of an instalment."""

    def visible_to(self, scope: Scope) -> "OfInstalmentScope":
        """Rows whose instalment's territory lies in the scope's."""
        within = Q(pk__in=())
        for low, high in scope.spans:
            within |= Q(instalment__place_low__gte=low, instalment__place_high__lte=high)
        return self.filter(within)


class OfRegistrationScope(ScopedQuerySet):
    """Rows of a registration: seen from its school and from the territory that it lies in."""

    def visible_to(self, scope: Scope) -> "OfRegistrationScope":
        """Rows whose pupil is registered in a school of the scope."""
        school = "registration__school"
        return self.filter(scope.q(place=f"{school}__place_number", organisation=school))


class PlaceNumberScope(ScopedQuerySet):
    """Rows of a place."""

    def visible_to(self, scope: Scope) -> "PlaceNumberScope":
        """Rows whose place lies in the scope's territory."""
        return self.filter(scope.q(place="place_number"))
