"""Who sees what a class council is asked, and sittings of a committee."""

from django.db.models import Q

from istidrak.base.scope import Scope, ScopedQuerySet
from istidrak.people.access import tie_to


class CouncilScope(ScopedQuerySet):
    """Requests: whoever sees the person, and the school that is asked."""

    def visible_to(self, scope: Scope) -> "CouncilScope":
        """Requests whose person is tied to the scope, or put to a school that the reader answers for.

        Taken back, it no longer tells the school anything.
        """
        put_to_us = scope.q(organisation="school") & ~Q(state="TAKEN_BACK")
        return self.filter(Q(tie_to(scope, "person")) | put_to_us)

    def put_to(self, scope: Scope) -> "CouncilScope":
        """Requests put to a school of the scope: another school that knows the pupil reads, and does not answer."""
        return self.filter(scope.q(organisation="school"))


class SittingScope(ScopedQuerySet):
    """Sittings of a body: its own people and its territory. A personal role sits in none."""

    def visible_to(self, scope: Scope) -> "SittingScope":
        """Sittings of bodies inside the reader's territory, or of the reader's body."""
        return self.filter(scope.q(place="body__place_number", organisation="body"))


class SittingLineScope(ScopedQuerySet):
    """Lines are seen with their sitting."""

    def visible_to(self, scope: Scope) -> "SittingLineScope":
        """Lines of sittings that the reader sees."""
        return self.filter(scope.q(place="sitting__body__place_number", organisation="sitting__body"))
