"""Finding persons, counting them once, following a file that was merged into another."""

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from istidrak.base import paging
from istidrak.base.identifiers import is_file_number
from istidrak.base.scope import Scope
from istidrak.people.models import CandidatePair, Person, Situation
from istidrak.people.names import search_terms
from istidrak.people.queries import newest

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_CODE_OR_NUMBER = re.compile(r"[a-z+]?\d[\d.\-/]*")


def search(scope: Scope, text: str, *, after: str = "") -> paging.Page:
    """Persons of the scope, newest file first, by part of a name in either script, code, file number, telephone.

    Every word must be found; a name typed in one script finds a row that has only the other.
    """
    found = Person.objects.visible_to(scope)
    serial = _serial_of(text)
    if serial is not None:
        person = Person.unscoped.filter(pk=serial).first()
        return paging.page_of(found.filter(pk=end_of_chain(person).pk if person else None), after=after)
    condition = words_found(text)
    page = None if _names_few(text) else newest.newest_found(scope, condition, after=after)
    return page or paging.page_of(found.filter(condition), after=after, are_few=True)


def _names_few(text: str) -> bool:
    """True of a number, or of several words: so few bear both that the index finds them at once."""
    return len(text.split()) > 1 or any(letter.isdigit() for letter in text)


def _serial_of(text: str) -> int | None:
    """The key behind a whole file number; None when the text is none."""
    text = text.strip().translate(_DIGITS)
    if not is_file_number(text):
        return None
    serial = int(text.partition("-")[0])
    return serial if serial < 2**63 else None


def words_found(text: str, of: str = "") -> Q:
    """The condition that every word typed is found: of a person's row, or of the person in another table's column.

    `of` is the path to the person (`person__`, `case__person__`). A name typed in one script finds a row that has
    only the other; a text without any word finds nobody.
    """
    condition = Q()
    names = []
    for word in text.lower().translate(_DIGITS).split():
        if _CODE_OR_NUMBER.fullmatch(word):
            condition &= _number_found(word, of)
        else:
            names.append(word)
    for spellings in search_terms(" ".join(names)):
        either = Q()
        for spelling in spellings:
            either |= Q(**{f"{of}search_text__contains": spelling})
        condition &= either
    return condition if condition else Q(pk__in=[])


def _number_found(word: str, of: str) -> Q:
    """A code, a telephone with or without +212, or the digits of a file number."""
    digits = re.sub(r"[+.\-/]", "", word)
    condition = Q(**{f"{of}search_text__contains": digits})
    if digits.startswith("212") and len(digits) == 12:
        condition |= Q(**{f"{of}search_text__contains": f"0{digits[3:]}"})
    if len(digits) >= 7 and digits.isdigit() and len(digits) < 19:
        condition |= Q(**{f"{of}pk": int(digits)})
    return condition


def survivor_of(scope: Scope, uuid: Any) -> Person | None:
    """The visible person of an address; of a person merged into another, the end of the chain."""
    visible = Person.objects.visible_to(scope)
    if seen := visible.filter(uuid=uuid).first():  # nearly always: one query
        return seen
    person = Person.unscoped.filter(uuid=uuid, merged_into__isnull=False).first()
    return visible.filter(pk=end_of_chain(person).pk).first() if person else None


def end_of_chain(person: Person) -> Person:
    """Whom a person lives on in after merges: themselves when there was none."""
    while person.merged_into_id is not None:
        person = Person.unscoped.get(pk=person.merged_into_id)
    return person


def has_situation(person: Person) -> bool:
    """True when a restricted statement exists; what it says is read by `actions.read_situation` only."""
    return Situation.objects.filter(person=person).exists()


def may_change(scope: Scope, person: Person) -> bool:
    """True when the reader knows the person otherwise than by a shared file, which is to be read and not written."""
    known = Person.objects.visible_to(scope).filter(pk=person.pk)
    return known.known_otherwise_than_by_sharing(scope).exists()


def refuse_if_shared(scope: Scope, person: Person) -> None:
    """Raise PermissionDenied (403: it is seen, and not written) when the person is known only by a shared file."""
    if not may_change(scope, person):
        raise PermissionDenied


def merged_ids(person: Person) -> list[int]:
    """Keys of all persons who live on in this one, however long the chain; one query for each of its steps."""
    found: list[int] = []
    layer = [person.pk]
    while layer:
        layer = list(Person.unscoped.filter(merged_into__in=layer).order_by("pk").values_list("pk", flat=True))
        found += layer
    return found


@dataclass(frozen=True)
class Totals:
    """Distinct persons of a queryset, and how many pairs among visible ones nobody has decided."""

    persons: int
    possible_duplicates: int


def totals(scope: Scope, persons: QuerySet[Person] | None = None) -> Totals:
    """How many different persons, and how many possible duplicates to say beside it."""
    persons = Person.objects.visible_to(scope) if persons is None else persons
    return Totals(
        persons=persons.distinct().count(),
        possible_duplicates=CandidatePair.objects.visible_to(scope).undecided().count(),
    )
