"""What a merge moves, what stands on it, what was written since: found from the tables themselves."""

from functools import cache
from typing import Any

from django.db import models

from istidrak.people.models import Merge, Person

Row = list[Any]  # ["app.model", "column", pk]

# Columns that say who was who when something was decided: they are the memory of merges, not a part of the file.
NOT_MOVED = frozenset(
    {
        ("people.person", "merged_into"),
        ("people.candidatepair", "left"),
        ("people.candidatepair", "right"),
        ("people.merge", "survivor"),
        ("people.merge", "absorbed"),
        ("people.sharingrequest", "person"),
    }
)


@cache
def person_columns() -> tuple[tuple[type[models.Model], str], ...]:
    """Every column of every table that points to a person and moves with a merge: (model, name of the column)."""
    found = []
    for relation in Person._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not (relation.one_to_many or relation.one_to_one):
            continue
        model, column = relation.related_model, relation.field.name
        if (model._meta.label_lower, column) not in NOT_MOVED:
            found.append((model, column))
    return tuple(sorted(found, key=lambda entry: (entry[0]._meta.label_lower, entry[1])))


def rows_of(person: Person) -> list[Row]:
    """Every row that points to a person now."""
    return [
        [model._meta.label_lower, column, pk]
        for model, column in person_columns()
        for pk in model._base_manager.filter(**{column: person.pk}).order_by("pk").values_list("pk", flat=True)
    ]


def later_decisions(row: Merge) -> list[Merge]:
    """Merges that stand on this one: of its survivor, with or into another, later."""
    return list(
        Merge.objects.filter(
            models.Q(survivor=row.survivor_id) | models.Q(absorbed=row.survivor_id),
            undone_at__isnull=True,
            pk__gt=row.pk,
        )
        .select_related("survivor", "absorbed", "pair")
        .order_by("-pk")
    )


def written_since(row: Merge) -> list[Row]:
    """Rows that the survivor got since the merge, which stay with the survivor when it is taken back."""
    known = {tuple(entry) for entry in [*row.kept, *row.moved]}
    return [entry for entry in rows_of(row.survivor) if tuple(entry) not in known]
