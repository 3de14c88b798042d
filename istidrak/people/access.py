"""Who sees a person: whoever holds a tie that is open. Q objects and querysets; no model is imported."""

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from istidrak.base import days
from istidrak.base.scope import Scope, ScopedQuerySet


def tie_to(scope: Scope, person: str) -> Any:
    """EXISTS over open ties of the person named by an outer column (`pk`, `person`, `case__person`)."""
    day = days.today()
    ties = apps.get_model("people", "Tie")._base_manager.filter(
        scope.q(place="place_number", organisation="organisation", user="user"),
        Q(until__isnull=True) | Q(until__gte=day),
        person=OuterRef(person),
    )
    return Exists(ties)


class PersonScope(ScopedQuerySet):
    """Persons by ties; those merged into another are reached through the survivor."""

    def visible_to(self, scope: Scope) -> "PersonScope":
        """Persons tied to the scope, without those merged into another."""
        return self.filter(tie_to(scope, "pk"), merged_into__isnull=True)


class RecordScope(ScopedQuerySet):
    """Source records of visible persons."""

    def visible_to(self, scope: Scope) -> "RecordScope":
        """Records whose person is tied to the scope."""
        return self.filter(tie_to(scope, "person"))


class PairScope(ScopedQuerySet):
    """Candidate pairs of which the reader sees at least one side; the page shows the other side only if tied."""

    def visible_to(self, scope: Scope) -> "PairScope":
        """Pairs with one side or both tied to the scope."""
        return self.filter(Q(tie_to(scope, "left")) | Q(tie_to(scope, "right")))


class PersonRowScope(ScopedQuerySet):
    """For tables of higher modules with a `person` column: visible when the person is."""

    def visible_to(self, scope: Scope) -> "PersonRowScope":
        """Rows whose person is tied to the scope."""
        return self.filter(tie_to(scope, "person"))
