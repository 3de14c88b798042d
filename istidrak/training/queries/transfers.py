"""Transfers between centres, and what the receiver may see before accepting."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from istidrak.base import days
from istidrak.base.rules import completed_years
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.people.models import Person
from istidrak.training.models import Group, Transfer


def transfers(scope: Scope, state: str = "") -> QuerySet[Transfer]:
    """Transfers from or to the reader's centres; `opens_file`: the reader is tied to the person."""
    # EXISTS over visible persons: the page links to the file only for those.
    tied = Person.objects.visible_to(scope).filter(pk=OuterRef("enrolment__person"))
    rows = Transfer.objects.visible_to(scope).annotate(opens_file=Exists(tied))
    rows = rows.select_related(
        "enrolment__person",
        "enrolment__group__centre",
        "enrolment__group__programme",
        "enrolment__group__season",
        "receiver",
        "new_enrolment__group",
        "asked_by",
        "answered_by",
    )
    return rows.filter(state=state) if state in Transfer.State.values else rows


def covers(scope: Scope, centre: Organisation) -> bool:
    """True when a centre is inside a scope."""
    return centre.pk in scope.organisations or scope.covers_place(centre.place_number)


@dataclass(frozen=True)
class Asked:
    """What a transfer tells of the young person to whoever receives it: name, age, programme, nothing of the file."""

    name: str
    age: int | None
    programme: Any
    sender: Organisation


def asked_of(transfer: Transfer) -> Asked:
    """The few facts that the receiver decides on; the age is None when the birth date is not known."""
    person, group = transfer.enrolment.person, transfer.enrolment.group
    age = completed_years(person.birth_date, days.today()) if person.birth_date else None
    if age is None and person.birth_year:
        age = days.today().year - person.birth_year
    return Asked(person.name_ar or person.name_fr, age, group.programme, group.centre)


def groups_to_choose(transfer: Transfer) -> QuerySet[Group]:
    """Groups of the receiving centre in the season, those of the same programme first by their name."""
    # unscoped: groups of the receiver, whom the caller's scope was checked against.
    group = transfer.enrolment.group
    return Group.unscoped.filter(centre=transfer.receiver_id, season=group.season_id).order_by("name")


def centres_elsewhere(centre: Organisation) -> QuerySet[Organisation]:
    """Centres that may be asked to take a learner of this one, the names of bodies being public."""
    return Organisation.objects.filter(kind=Organisation.Kind.CENTRE).exclude(pk=centre.pk).order_by("name_ar", "pk")


def transfers_to_answer(scope: Scope) -> int:
    """How many transfers wait for an answer of the reader's centres."""
    here = scope.q(place="receiver__place_number", organisation="receiver")
    return Transfer.objects.visible_to(scope).filter(here, state=Transfer.State.ASKED).count()
