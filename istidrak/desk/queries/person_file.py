"""A person's file on one page: what is known, from where; the path so far; one time line."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Q, QuerySet
from django.http import Http404

from istidrak.base import history
from istidrak.base.models import History
from istidrak.base.paging import Page, page_of
from istidrak.base.scope import Scope
from istidrak.desk.queries.time_line import Line, lines_of
from istidrak.orientation.models import Decision
from istidrak.outreach.models import Case, Contact, Referral
from istidrak.people import queries as people
from istidrak.people.models import Person
from istidrak.schooling.models import Stay
from istidrak.training.models import Enrolment, Insertion

TIME_LINE = 60
CONTACTS = 20
# Tables of a file, each with its way to the person.
_PARTS: dict[str, tuple[Any, str]] = {
    "stays": (Stay, "person"),
    "cases": (Case, "person"),
    "contacts": (Contact, "person"),
    "referrals": (Referral, "case__person"),
    "decisions": (Decision, "person"),
    "enrolments": (Enrolment, "person"),
    "insertions": (Insertion, "person"),
}


@dataclass(frozen=True)
class PersonFile:
    """Everything the page shows, already inside the reader's scope."""

    person: Person
    may_change: bool
    stays: list[Stay]
    cases: list[Case]
    contacts: list[Contact]
    referrals: list[Referral]
    decisions: list[Decision]
    enrolments: list[Enrolment]
    insertions: list[Insertion]
    open_pairs: int
    time_line: list[Line]


def visible_person(scope: Scope, uuid: Any) -> Person:
    """The person of an address; of a person merged into another, the other. Raises Http404 outside the scope."""
    person = people.survivor_of(scope, uuid)
    if person is None:
        raise Http404
    return person


def shared_history(person: Person, *, has_merged: bool = True) -> QuerySet[History]:
    """What was done about a person and those merged into them, but what is confidential: that has its own page, and
    its very existence is not for everybody who opens the file. `has_merged`: whether to look for those merged."""
    ids = [person.pk, *(people.merged_ids(person) if has_merged else ())]
    confidential = Q(subject__startswith="outreach.protectionconcern:") | Q(subject__startswith="people.situation:")
    confidential |= Q(subject__startswith="psychosocial.")
    return history.of_threads(Person(pk=pk) for pk in ids).exclude(confidential | Q(verb="state_situation"))


def time_line_of(person: Person, *, after: str = "") -> Page:
    """One page of the time line, the newest first; its cost does not grow with the length of the file."""
    page = page_of(shared_history(person), after=after)
    return Page(lines_of(page.rows), page.after)


def file_of(scope: Scope, person: Person) -> PersonFile:
    """Read the file in a number of queries that does not grow with its length: a first one says which parts hold
    anything, and only those are read.

    Whoever sees a person sees their path in every place (decision: who sees a person); protection concerns and
    restricted notes are not part of it.
    """
    held = _held(scope, person)

    def rows(part: str, *joined: str, by: tuple[str, ...] = ("-pk",), most: int | None = None) -> list[Any]:
        if not held[f"has_{part}"]:
            return []
        model, column = _PARTS[part]
        found = model.objects.visible_to(scope).filter(**{column: person})
        return list(found.select_related(*joined).order_by(*by)[:most])

    shared = shared_history(person, has_merged=held["has_merged"]).order_by("-at", "-pk")
    return PersonFile(
        person=person,
        may_change=held["may_change"],
        stays=rows("stays", "organisation", by=("-school_year",)),
        cases=rows("cases", "season", "directorate", "school", "team", by=("-season__year",)),
        contacts=rows("contacts", "made_by", by=("-date", "-pk"), most=CONTACTS),
        referrals=rows("referrals", "receiver"),
        decisions=rows("decisions", "receiver", "programme", "case"),
        enrolments=rows("enrolments", "group__centre"),
        insertions=rows("insertions"),
        open_pairs=people.pairs_of_person(scope, person).count() if held["has_pairs"] else 0,
        time_line=lines_of(shared[:TIME_LINE]),
    )


def _held(scope: Scope, person: Person) -> dict[str, bool]:
    """Which parts of the file hold anything at all, and whether the reader may write it; one query."""
    parts = {
        f"has_{part}": Exists(model.unscoped.filter(**{column: person.pk}).order_by())
        for part, (model, column) in _PARTS.items()
    }
    known = Person.objects.visible_to(scope).known_otherwise_than_by_sharing(scope).filter(pk=person.pk)
    return (
        Person.unscoped.filter(pk=person.pk)
        .values(
            **parts,
            has_merged=Exists(Person.unscoped.filter(merged_into=person.pk)),
            has_pairs=Exists(people.pairs_of_person(scope, person)),
            may_change=Exists(known),
        )
        .get()
    )
