"""Families and what they were given: files that were joined, and pupils found by name or code."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Coalesce

from istidrak.people.models import Person
from istidrak.support.models import Line, Purpose, Registration
from istidrak.support.rules.months import months_of_year


def survivors(numbers: Iterable[int]) -> dict[int, int]:
    """For the numbers of files that were joined to another, the number of the file that holds the person now."""
    rows = Person.unscoped.filter(pk__in=list(numbers), merged_into__isnull=False)
    return dict(rows.values_list("pk", Coalesce("merged_into__merged_into", "merged_into")))


def numbers_of(persons: Iterable[int]) -> list[int]:
    """The numbers of these persons and of every file that was joined to theirs."""
    asked = list(persons)
    merged = survivors(asked)
    now = {merged.get(number, number) for number in asked}
    joined = Person.unscoped.filter(Q(merged_into__in=now) | Q(merged_into__merged_into__in=now))
    return sorted({*now, *asked, *joined.values_list("pk", flat=True)})


def months_with_lines(registration: Registration) -> list[int]:
    """The months of the registration's school year in which the pupil has a line."""
    months = months_of_year(registration.school_year)
    children = numbers_of([registration.person_id])
    rows = Line.unscoped.filter(purpose=Purpose.TAYSSIR, month__in=months, child__in=children)
    return sorted(set(rows.values_list("month", flat=True)))
