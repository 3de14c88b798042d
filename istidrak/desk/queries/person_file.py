"""A person's file on one page: what is known, from where; the path so far; one time line."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from istidrak.base import history
from istidrak.base.models import History
from istidrak.base.paging import Page, page_of
from istidrak.base.scope import Scope
from istidrak.desk.queries.time_line import Line, lines_of
from istidrak.orientation.models import Decision
from istidrak.outreach.models import Case, Contact, Referral
from istidrak.people import queries as people
from istidrak.people.models import Person, SourceRecord
from istidrak.schooling.models import Stay
from istidrak.training.models import Enrolment, Insertion

TIME_LINE = 60


@dataclass(frozen=True)
class PersonFile:
    """Everything the page shows, already inside the reader's scope."""

    person: Person
    records: list[SourceRecord]
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


def shared_history(person: Person) -> QuerySet[History]:
    """What was done about a person and those merged into them, but what is confidential: that has its own page, and
    its very existence is not for everybody who opens the file. One query."""
    ids = [person.pk, *people.merged_ids(person)]
    confidential = Q(subject__startswith="outreach.protectionconcern:") | Q(subject__startswith="people.situation:")
    confidential |= Q(subject__startswith="psychosocial.")
    return history.of_threads(Person(pk=pk) for pk in ids).exclude(confidential | Q(verb="state_situation"))


def time_line_of(person: Person, *, after: str = "") -> Page:
    """One page of the time line, the newest first; its cost does not grow with the length of the file."""
    page = page_of(shared_history(person), after=after)
    return Page(lines_of(page.rows), page.after)


def file_of(scope: Scope, person: Person) -> PersonFile:
    """Read the file in a fixed number of queries, whatever its length.

    Whoever sees a person sees their path in every place (decision: who sees a person); protection concerns and
    restricted notes are not part of it.
    """
    shared = shared_history(person).order_by("-at", "-pk")
    return PersonFile(
        person=person,
        records=list(
            SourceRecord.objects.visible_to(scope)
            .filter(person=person)
            .select_related("file", "recorded_by")
            .order_by("-recorded_at", "-pk")
        ),
        stays=list(
            Stay.objects.visible_to(scope)
            .filter(person=person)
            .select_related("organisation")
            .order_by("-school_year")
        ),
        cases=list(
            Case.objects.visible_to(scope)
            .filter(person=person)
            .select_related("season", "directorate", "school", "team")
            .order_by("-season__year")
        ),
        contacts=list(Contact.objects.visible_to(scope).filter(person=person).select_related("made_by")[:20]),
        referrals=list(
            Referral.objects.visible_to(scope).filter(case__person=person).select_related("receiver").order_by("-pk")
        ),
        decisions=list(
            Decision.objects.visible_to(scope)
            .filter(person=person)
            .select_related("receiver", "programme", "case")
            .order_by("-pk")
        ),
        enrolments=list(
            Enrolment.objects.visible_to(scope).filter(person=person).select_related("group__centre").order_by("-pk")
        ),
        insertions=list(Insertion.objects.visible_to(scope).filter(person=person).order_by("-pk")),
        open_pairs=people.pairs_of_person(scope, person).count(),
        time_line=lines_of(shared[:TIME_LINE]),
    )
