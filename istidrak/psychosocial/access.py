"""Who knows that somebody is accompanied, and who may open the notes."""

from istidrak.base.scope import Scope, ScopedQuerySet
from istidrak.people.access import SHARED, tie_to


class AccompanimentScope(ScopedQuerySet):
    """Accompaniments: of a centre. Another centre that comes to know the person learns nothing of it."""

    def visible_to(self, scope: Scope) -> "AccompanimentScope":
        """Of persons known otherwise than by sharing, those of centres inside the scope: that it exists, and when."""
        here = scope.q(place="centre__place_number", organisation="centre")
        here |= scope.where_personal(place="centre__place_number", organisation="centre")
        return self.filter(here, tie_to(scope, "person", besides=SHARED))


class NoteScope(ScopedQuerySet):
    """Notes: the social worker and the psychologist of the centre that keeps them, nobody above, nobody else."""

    def visible_to(self, scope: Scope) -> "NoteScope":
        """Notes of the reader's own centres. Give it a scope of the two roles that read notes."""
        return self.filter(accompaniment__centre__in=scope.organisations)
