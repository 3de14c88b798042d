"""Ties: why somebody sees a person, from a day, until a day."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from istidrak.base import days, history
from istidrak.base.models import History
from istidrak.people.models import Person, Tie

CHUNK = 2_000


def _target(place_number: int | None, organisation: Any, user: Any) -> dict[str, Any]:
    if place_number is None and organisation is None and user is None:
        raise ValueError("a tie needs a place, an organisation or a user")
    return {"place_number": place_number, "organisation": organisation, "user": user}


def tie(
    *,
    by: Any,
    person: Person,
    reason: str,
    place_number: int | None = None,
    organisation: Any = None,
    user: Any = None,
    since: dt.date | None = None,
) -> Tie:
    """Let a place, an organisation or a user see a person from `since` (today); an open tie for the same reason is
    returned as it is. A person merged into another is reached through the survivor, who gets the tie.

    Raises ValueError when nobody is named.
    """
    (row,) = tie_all(
        by=by,
        persons=[person],
        reason=reason,
        place_number=place_number,
        organisation=organisation,
        user=user,
        since=since,
    )
    return row


def tie_all(
    *,
    by: Any,
    persons: Iterable[Person],
    reason: str,
    place_number: int | None = None,
    organisation: Any = None,
    user: Any = None,
    since: dt.date | None = None,
) -> list[Tie]:
    """`tie` for many persons, each once, in a few queries per thousand; ties in the order of first mention."""
    target = _target(place_number, organisation, user)
    persons = list({person.pk: person for person in map(survivor_of, persons)}.values())
    ties: list[Tie] = []
    for start in range(0, len(persons), CHUNK):
        ties += _tie_chunk(by, persons[start : start + CHUNK], str(reason), target, since or days.today())
    return ties


@transaction.atomic
def _tie_chunk(by: Any, persons: Sequence[Person], reason: str, target: dict[str, Any], since: dt.date) -> list[Tie]:
    ids = [person.pk for person in persons]
    open_ties = {
        row.person_id: row for row in Tie.objects.filter(person__in=ids, reason=reason, until__isnull=True, **target)
    }
    fresh = [Tie(person=p, reason=reason, since=since, **target) for p in persons if p.pk not in open_ties]
    Tie.objects.bulk_create(fresh)
    details = {"reason": reason}
    History.objects.bulk_create(
        [history.entry(row, "tie", by=by, thread=row.person, details=details) for row in fresh]
    )
    open_ties.update({row.person_id: row for row in fresh})
    return [open_ties[pk] for pk in ids]


def survivor_of(person: Person) -> Person:
    """The person that a file lives on in: themselves, or the end of the chain of merges."""
    while person.merged_into_id is not None:
        person = person.merged_into
    return person


def held(person: Person) -> Person:
    """The person that a file lives on in, kept as it is until the end of the transaction.

    Whoever writes to a file while somebody else holds it to be the same as another waits, and writes to the one that
    lives on: a row left with the other would be on nobody's list.
    """
    found = Person.unscoped.select_for_update(no_key=True).get(pk=person.pk)
    return found if found.merged_into_id is None else held(Person(pk=found.merged_into_id))


@transaction.atomic
def untie(
    *,
    by: Any,
    person: Person,
    reason: str,
    organisation: Any = None,
    user: Any = None,
    place_number: int | None = None,
) -> int:
    """Close the open ties of a person for this reason with this place, organisation or user; returns how many.

    They end yesterday: from today they open nothing.
    """
    person = survivor_of(person)
    rows = list(
        Tie.objects.filter(
            person=person, reason=str(reason), until__isnull=True, **_target(place_number, organisation, user)
        )
    )
    Tie.objects.filter(pk__in=[row.pk for row in rows]).update(until=days.today() - dt.timedelta(days=1))
    for row in rows:
        history.record(row, "untie", by=by, thread=person, details={"reason": row.reason})
    return len(rows)
