"""Who sees a person: whoever holds a tie that is open. Q objects and querysets; no model is imported."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q

from istidrak.base import days
from istidrak.base.scope import Scope, ScopedQuerySet

# A file shared on request shows identity and path; what is restricted stays with those who had it.
SHARED = ("SHARED",)


def ties_in(scope: Scope) -> Any:
    """Open ties by which the scope sees a person; none for the empty scope."""
    day = days.today()
    tie = apps.get_model("people", "Tie")._base_manager
    is_open = Q(until__isnull=True) | Q(until__gte=day)
    reach = scope.q(place="place_number", organisation="organisation")
    if scope.is_personal:
        here = scope.where_personal(place="place_number", organisation="organisation")
        reach |= Q(user=scope.user_id) & Q(Exists(tie.filter(is_open, here, person=OuterRef("person"))))
    return tie.filter(reach, is_open)


def tie_to(scope: Scope, person: str, *, besides: Iterable[str] = ()) -> Any:
    """EXISTS over open ties of the person named by an outer column (`pk`, `person`, `case__person`).

    `besides`: reasons of ties that do not count.
    """
    ties = ties_in(scope).filter(person=OuterRef(person))
    return Exists(ties.exclude(reason__in=besides) if besides else ties)


class PersonScope(ScopedQuerySet):
    """Persons by ties; those merged into another are reached through the survivor."""

    def visible_to(self, scope: Scope) -> "PersonScope":
        """Persons tied to the scope, without those merged into another."""
        return self.filter(tie_to(scope, "pk"), merged_into__isnull=True)

    def known_otherwise_than_by_sharing(self, scope: Scope) -> "PersonScope":
        """Of visible persons, those whose restricted facts the reader may ask to open."""
        return self.filter(tie_to(scope, "pk", besides=SHARED))


class RecordScope(ScopedQuerySet):
    """Source records of visible persons."""

    def visible_to(self, scope: Scope) -> "RecordScope":
        """Records whose person is tied to the scope."""
        return self.filter(tie_to(scope, "person"))


class PairScope(ScopedQuerySet):
    """Candidate pairs of which the reader sees at least one side; the page shows the other side only if tied.

    A side is whoever the side's record belongs to now: merges move records, and the pair follows.
    """

    def visible_to(self, scope: Scope) -> "PairScope":
        """Pairs with one side or both tied to the scope, each with `sees_left` and `sees_right`."""
        return self.annotate(
            sees_left=tie_to(scope, "left_record__person"), sees_right=tie_to(scope, "right_record__person")
        ).filter(Q(sees_left=True) | Q(sees_right=True))

    def undecided(self) -> "PairScope":
        """Pairs of two different files that nobody has decided, those not sure of included."""
        return self.filter(state__in=("OPEN", "NOT_SURE")).exclude(left_record__person=F("right_record__person"))

    def of_person(self, person: Any) -> "PairScope":
        """Pairs with this person, or a person merged into them, on one side."""
        return self.filter(Q(left_record__person=person) | Q(right_record__person=person))


class PersonRowScope(ScopedQuerySet):
    """For tables of higher modules with a `person` column: visible when the person is."""

    def visible_to(self, scope: Scope) -> "PersonRowScope":
        """Rows whose person is tied to the scope."""
        return self.filter(tie_to(scope, "person"))
