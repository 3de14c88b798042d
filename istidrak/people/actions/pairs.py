"""Deciding whether two files are of one person, and taking the decision back."""

from typing import Any

from django.db import transaction
from django.db.models import Q

from istidrak.base import workflow
from istidrak.people.actions import merging
from istidrak.people.models import CandidatePair, Merge, Person

VERDICTS = ("same", "other", "not_sure")


@transaction.atomic
def decide_pair(*, by: Any, pair: CandidatePair, verdict: str) -> Merge | None:
    """Say of a pair: `same` (the files become one; returns the Merge), `other` (two persons) or `not_sure`.

    `other` also settles every other pair of the same two files. Raises MoveRefused when somebody decided meanwhile,
    AlreadyOne, MergeBlocked, MassarCodeTaken; ValueError for another verdict.
    """
    if verdict not in VERDICTS:
        raise ValueError(f"no such verdict: {verdict}")
    one, two = sides(pair)
    workflow.move(pair, verdict, by=by, thread=min(one, two, key=lambda person: person.pk))
    if verdict == "same":
        return merging.merge(by=by, one=one, two=two, pair=pair)
    if one == two:
        raise merging.AlreadyOne
    if verdict == "other":
        for sibling in undecided_between(one, two):
            workflow.move(sibling, verdict, by=by, thread=min(one, two, key=lambda person: person.pk))
    return None


def sides(pair: CandidatePair) -> tuple[Person, Person]:
    """Whose the two records of a pair are now."""
    left = Person.unscoped.get(records=pair.left_record_id)
    right = Person.unscoped.get(records=pair.right_record_id)
    return left, right


@transaction.atomic
def link_pair(*, by: Any, pair: CandidatePair) -> Merge:
    """Hold the two files of a pair to be one because the code says so; the history says that it was automatic."""
    one, two = sides(pair)
    workflow.move(pair, "link", by=by, thread=min(one, two, key=lambda person: person.pk))
    return merging.merge(by=by, one=one, two=two, pair=pair)


@transaction.atomic
def undo_pair(*, by: Any, pair: CandidatePair, reason: str = "") -> merging.Undone | None:
    """Take a decision back: the pair is to decide again, and files that were made one are two again.

    Returns what separating left, None when nothing had been merged. Raises MoveRefused when the decision was taken
    back meanwhile, UndoBlocked while a later decision stands on it.
    """
    row = pair.merges.filter(undone_at__isnull=True).order_by("-pk").first()
    thread = row.survivor if row else min(sides(pair), key=lambda person: person.pk)
    workflow.move(pair, "undo", by=by, reason=reason, thread=thread)
    return merging.undo_merge(by=by, row=row) if row else None


def undecided_between(one: Person, two: Person) -> Any:
    """Pairs of the same two files that nobody has decided."""
    return CandidatePair.unscoped.filter(
        Q(left_record__person=one, right_record__person=two) | Q(left_record__person=two, right_record__person=one),
        state__in=(CandidatePair.State.OPEN, CandidatePair.State.NOT_SURE),
    )
