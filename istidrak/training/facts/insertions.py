"""Insertion in numbers: what is verified, and what is only declared, over three populations that are never mixed."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from istidrak.base.scope import Scope
from istidrak.people.models import Person
from istidrak.programmes.models import Season
from istidrak.training.models import Confirmation, Enrolment, FollowUpContact, Insertion

ENROLLED, COMPLETED, CONTACTED = "ENROLLED", "COMPLETED", "CONTACTED"
RATE_BASES = {
    ENROLLED: (
        _("Of those enrolled"),
        _("Enrolled in a group of the season on or before the day; who left since is counted."),
    ),
    COMPLETED: (
        _("Of those who completed"),
        _("Of the enrolled, those who completed the programme on or before the day."),
    ),
    CONTACTED: (
        _("Of those contacted afterwards"),
        _("Of the enrolled, those with whom, or with whose family, somebody spoke after they left."),
    ),
}
PEOPLE, VERIFIED, DECLARED = "PEOPLE", "VERIFIED", "DECLARED"
VERIFIED_DEFINITION = _("Persons with an insertion that the directorate verified on its proof, on or before the day.")
DECLARED_DEFINITION = _("Persons with an insertion declared on or before the day and not set aside, verified or not.")


@dataclass(frozen=True)
class BaseRate:
    """One population and those of it who are inserted; percentages are None when nobody is in it."""

    code: str
    people: int
    verified: int
    declared: int

    @property
    def label(self) -> Any:
        """Short words."""
        return RATE_BASES[self.code][0]

    @property
    def definition(self) -> Any:
        """Who is counted, in a sentence."""
        return RATE_BASES[self.code][1]

    @property
    def verified_percent(self) -> int | None:
        """0 to 100."""
        return round(100 * self.verified / self.people) if self.people else None

    @property
    def declared_percent(self) -> int | None:
        """0 to 100."""
        return round(100 * self.declared / self.people) if self.people else None


@dataclass(frozen=True)
class InsertionRates:
    """The three rates of a season on a day. `by_kind`: (declared, verified) persons by destination."""

    on: dt.date
    bases: list[BaseRate]
    by_kind: dict[str, tuple[int, int]] = field(default_factory=dict)
    verified_definition: Any = VERIFIED_DEFINITION
    declared_definition: Any = DECLARED_DEFINITION


def _insertions(season: Season, on: dt.date) -> QuerySet[Insertion]:
    # unscoped: always joined to enrolments that the scope opened.
    return Insertion.unscoped.filter(enrolment__group__season=season, declared_at__date__lte=on).exclude(
        state=Insertion.State.NOT_CONFIRMED
    )


def _measures(season: Season, on: dt.date) -> dict[str, Any]:
    declared = _insertions(season, on).filter(person=OuterRef("person"))
    verified = declared.filter(state=Insertion.State.VERIFIED, verified_at__date__lte=on)
    spoken = FollowUpContact.unscoped.filter(
        person=OuterRef("person"),
        confirmation__enrolment__group__season=season,
        result=FollowUpContact.Result.REACHED,
        date__lte=on,
    )
    return {"is_declared": Exists(declared), "is_verified": Exists(verified), "is_contacted": Exists(spoken)}


def _enrolled(scope: Scope, season: Season, on: dt.date) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.visible_to(scope).filter(group__season=season, enrolled_date__lte=on)
    return rows.annotate(**_measures(season, on))


def _of_base(base: str, on: dt.date) -> Q:
    return {
        ENROLLED: Q(),
        COMPLETED: Q(state=Enrolment.State.COMPLETED, left_date__lte=on),
        CONTACTED: Q(is_contacted=True),
    }[base]


OF_MEASURE = {PEOPLE: Q(), VERIFIED: Q(is_verified=True), DECLARED: Q(is_declared=True)}


def base_rates(scope: Scope, season: Season, on: dt.date) -> list[BaseRate]:
    """Insertions of a season over its three populations on a day, each person once; one query.

    An insertion belongs to the person: who completed in one group and is inserted from another of the season counts.
    """
    wanted = {
        f"{base}_{measure}": Count("person", distinct=True, filter=_of_base(base, on) & OF_MEASURE[measure])
        for base in RATE_BASES
        for measure in OF_MEASURE
    }
    counts = _enrolled(scope, season, on).aggregate(**wanted)
    return [
        BaseRate(
            code=base,
            people=counts[f"{base}_{PEOPLE}"],
            verified=counts[f"{base}_{VERIFIED}"],
            declared=counts[f"{base}_{DECLARED}"],
        )
        for base in RATE_BASES
    ]


def insertion_rates(scope: Scope, season: Season, on: dt.date) -> InsertionRates:
    """The rates of a season on a day (`base_rates`), and the inserted by destination; two queries."""
    return InsertionRates(on=on, bases=base_rates(scope, season, on), by_kind=_by_kind(scope, season, on))


def _by_kind(scope: Scope, season: Season, on: dt.date) -> dict[str, tuple[int, int]]:
    enrolled = Enrolment.objects.visible_to(scope).filter(group__season=season, enrolled_date__lte=on)
    rows = (
        _insertions(season, on)
        .filter(person__in=enrolled.values("person"))
        .order_by()
        .values_list("kind")
        .annotate(
            declared=Count("person", distinct=True),
            verified=Count(
                "person",
                distinct=True,
                filter=Q(state=Insertion.State.VERIFIED, verified_at__date__lte=on),
            ),
        )
    )
    return {kind: (declared, verified) for kind, declared, verified in rows}


@dataclass
class Interval:
    """Where those asked for at one interval of a season stand, each once; `unknown`: not answered yet."""

    year: int
    months: int
    confirmed: int = 0
    changed: int = 0
    not_inserted: int = 0
    lost: int = 0
    unknown: int = 0
    not_asked: int = 0  # not drawn, or waiting for a draw

    @property
    def asked(self) -> int:
        """Everybody asked for, answered or not."""
        return self.confirmed + self.changed + self.not_inserted + self.lost + self.unknown


def intervals(scope: Scope, on: dt.date) -> list[Interval]:
    """What is known at each interval that fell due by a day, newest season first; one query.

    Who is in another insertion is inserted; who looks for one is known not to be; who is lost, or not answered yet,
    is neither.
    """
    rows = (
        Confirmation.objects.visible_to(scope)
        .exclude(state=Confirmation.State.SET_ASIDE)
        .filter(Q(due_date__lte=on) | ~Q(state=Confirmation.State.DUE))
        .order_by()
        .values_list("enrolment__group__season__year", "months", "state", "is_drawn")
        .annotate(Count("pk"))
    )
    found: dict[tuple[int, int], Interval] = {}
    for year, months, state, is_drawn, number in rows:
        interval = found.setdefault((year, months), Interval(year, months))
        name = state.lower() if state != Confirmation.State.DUE else "unknown" if is_drawn else "not_asked"
        setattr(interval, name, getattr(interval, name) + number)
    return [found[key] for key in sorted(found, key=lambda key: (-key[0], key[1]))]


def insertion_people(scope: Scope, season: Season, on: dt.date, base: str, measure: str) -> QuerySet[Person]:
    """The persons behind one number of `insertion_rates`. Raises KeyError for a base or measure that is none."""
    rows = _enrolled(scope, season, on).filter(_of_base(base, on), OF_MEASURE[measure])
    return Person.objects.visible_to(scope).filter(pk__in=rows.values("person"))
