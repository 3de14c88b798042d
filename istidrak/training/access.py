"""Who sees groups and what happens in them."""

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from istidrak.base.scope import Scope, ScopedQuerySet


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


class DrawScope(ScopedQuerySet):
    """Draws of confirmations: those of the directorates inside the territory."""

    def visible_to(self, scope: Scope) -> "DrawScope":
        """Draws of directorates inside the scope."""
        return self.filter(scope.q(place="directorate__place_number", organisation="directorate"))
