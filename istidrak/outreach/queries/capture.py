"""After a young person was entered: who may be the same person, as far as the reader sees."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from istidrak.base.scope import Scope
from istidrak.outreach.models import Case
from istidrak.people.models import CandidatePair, Person


@dataclass(frozen=True)
class Alike:
    """Files that look like the one just entered: those the reader sees, and how many more somebody else sees."""

    pairs: list[tuple[CandidatePair, Person]]
    elsewhere: int


def visible_case(scope: Scope, uuid: Any) -> Case | None:
    """A case by its address, with its person."""
    rows = Case.objects.visible_to(scope).select_related("person", "stop", "season", "directorate")
    return rows.filter(uuid=uuid).first()


def alike(scope: Scope, person: Person) -> Alike:
    """Undecided pairs of a person, the likeliest first; the other side is shown only if the reader sees it."""
    open_pairs = CandidatePair.objects.visible_to(scope).filter(
        Q(left=person) | Q(right=person), state__in=[CandidatePair.State.OPEN, CandidatePair.State.NOT_SURE]
    )
    pairs = list(open_pairs.order_by("-score", "pk"))
    others = {pair.right_id if pair.left_id == person.pk else pair.left_id: pair for pair in pairs}
    seen = {other.pk: other for other in Person.objects.visible_to(scope).filter(pk__in=others)}
    shown = [(pair, seen[pk]) for pk, pair in others.items() if pk in seen]
    return Alike(shown, len(others) - len(shown))
