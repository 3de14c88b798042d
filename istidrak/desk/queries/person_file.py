"""A person's file on one page: what is known, from where; the path so far; one time line."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from istidrak.base import history
from istidrak.base.models import History
from istidrak.base.scope import Scope
from istidrak.orientation.models import Decision
from istidrak.outreach.models import Case, Contact, Referral
from istidrak.people.models import CandidatePair, Person, SourceRecord
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
    time_line: list[History]


def visible_person(scope: Scope, uuid: Any) -> Person:
    """The person of an address; of a person merged into another, the other. Raises Http404 outside the scope."""
    person = Person.objects.visible_to(scope).filter(uuid=uuid).first()
    if person is None:
        merged = Person.objects.visible_to(scope).filter(merged_from__uuid=uuid).first()
        if merged is None:
            raise Http404
        return merged
    return person


def file_of(scope: Scope, person: Person) -> PersonFile:
    """Read the file in a fixed number of queries, whatever its length.

    Whoever sees a person sees their path in every place (decision: who sees a person); protection concerns and
    restricted notes are not part of it.
    """
    merged = list(person.merged_from.all())
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
        contacts=list(Contact.objects.visible_to(scope).filter(case__person=person).select_related("made_by")[:20]),
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
        open_pairs=CandidatePair.objects.visible_to(scope)
        .filter(state="OPEN")
        .filter(left=person)
        .union(CandidatePair.objects.visible_to(scope).filter(state="OPEN", right=person))
        .count(),
        time_line=list(history.of_threads([person, *merged])[:TIME_LINE]),
    )
