"""Registrations as pages show them: lists, what is missing before money, households, late schools, communes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from istidrak.base import days, history
from istidrak.base.identifiers import is_file_number
from istidrak.base.models import History
from istidrak.base.parameters import parameters_on, value_of
from istidrak.base.rules import Decision, NoParameter, decide
from istidrak.base.rules.parameters import ParameterValue
from istidrak.base.scope import Scope
from istidrak.organisations.models import Organisation
from istidrak.people.models import Person
from istidrak.people.queries.persons import words_found
from istidrak.support.models import CoveredCommune, Guardian, OtherAid, Registration
from istidrak.support.rules.levels import CYCLES
from istidrak.support.rules.months import months_of_year
from istidrak.support.rules.tayssir import ENTITLED
from istidrak.territory.models import Place

State = Registration.State
LAST_YEAR_OF_COMMUNES = 2017  # until 2017-18 communes were targeted; from 2018-19 those already covered are exempt
# What stands in the way of a payment, in the order in which it is said. PROBLEMS[0:6] are facts not known.
PROBLEMS: dict[str, Any] = {
    "level": _("The level is not known."),
    "months": _("The first month in the school is not known."),
    "cover": _("The social cover is not known."),
    "household": _("The household is not known: brothers and sisters cannot be counted."),
    "guardian": _("Nobody is named to receive the money."),
    "receiver": _("The guardian has neither an identity card nor an account."),
    "card": _("A guardian of another household shows the same identity card."),
    "receivers": _("Pupils of the household name different guardians."),
}


def registrations(scope: Scope) -> QuerySet[Registration]:
    """Registrations that the reader sees, with the pupil, the school and the guardian."""
    return Registration.objects.visible_to(scope).select_related("person", "school", "guardian", "household")


def narrowed(scope: Scope, *, year: int, school: str = "", state: str = "", text: str = "") -> QuerySet[Registration]:
    """The list of a school year, narrowed by school code, state and part of the pupil's name in either script."""
    rows = registrations(scope).filter(school_year=year)
    if school:
        rows = rows.filter(school__code=school)
    if state in State.values:
        rows = rows.filter(state=state)
    if text.strip():
        rows = rows.filter(words_found(text, "person__"))
    return rows


def years_of(scope: Scope) -> list[int]:
    """School years in which the reader sees a registration, newest first, and the year that it is."""
    seen = Registration.objects.visible_to(scope).order_by().values_list("school_year", flat=True).distinct()
    return sorted({*seen, days.school_year_of(days.today())}, reverse=True)


def year_of(scope: Scope, asked: str) -> int:
    """The year asked for when it is one, else the newest with a registration, else the year that it is."""
    if asked.isascii() and asked.isdigit() and len(asked) == len("2018"):
        return int(asked)
    newest = Registration.objects.visible_to(scope).aggregate(newest=Max("school_year"))["newest"]
    return newest if newest is not None else days.school_year_of(days.today())


def schools_of(scope: Scope) -> QuerySet[Organisation]:
    """Schools that the reader works for or that lie in the reader's territory."""
    here = scope.q(place="place_number", organisation="pk")
    return Organisation.objects.filter(here, kind=Organisation.Kind.SCHOOL).order_by("code")


def schools_with_registrations(scope: Scope, year: int) -> QuerySet[Organisation]:
    """Schools with a registration of the year, to choose from."""
    named = Registration.objects.visible_to(scope).filter(school_year=year, school=OuterRef("pk"))
    return Organisation.objects.filter(Exists(named), kind=Organisation.Kind.SCHOOL).order_by("code")


# Before money.


def with_problem(rows: QuerySet[Registration]) -> QuerySet[Registration]:
    """Rows with `problem`: the first thing that stands in the way of a payment, empty when nothing does."""
    others = Guardian.unscoped.filter(identity_card=OuterRef("guardian__identity_card"))
    same_card = Exists(others.exclude(household=OuterRef("guardian__household")))
    beside = Registration.unscoped.filter(
        household=OuterRef("household"), school_year=OuterRef("school_year"), guardian__isnull=False
    )
    receivers = Exists(beside.exclude(state=State.WITHDRAWN).exclude(guardian=OuterRef("guardian")))
    nothing = Q(guardian__identity_card="", guardian__account="")
    conditions = {
        "level": Q(level_code=""),
        "months": Q(enrolled_from__isnull=True),
        "cover": Q(cover__isnull=True) & ~Q(school__place_number__in=_covered_before()),
        "household": Q(household__isnull=True),
        "guardian": Q(guardian__isnull=True),
        "receiver": nothing,
        "card": ~Q(guardian__identity_card="") & Q(same_card),
        "receivers": Q(receivers),
    }
    whens = [When(condition, then=Value(code)) for code, condition in conditions.items()]
    return rows.annotate(problem=Case(*whens, default=Value(""), output_field=CharField()))


def _covered_before() -> QuerySet[Any]:
    return CoveredCommune.unscoped.filter(since__lte=LAST_YEAR_OF_COMMUNES).values("place_number")


def problems_of(row: Registration) -> list[str]:
    """Everything that stands in the way of a payment, as codes of PROBLEMS."""
    guardian = row.guardian
    needs_cover = row.cover is None and not was_covered_before_2018(row.school.place_number)
    found = {
        "level": not row.level_code,
        "months": row.enrolled_from is None,
        "cover": needs_cover,
        "household": row.household_id is None,
        "guardian": guardian is None,
        "receiver": guardian is not None and not guardian.identity_card and not guardian.account,
        "card": guardian is not None and other_holders(guardian).exists(),
        "receivers": _names_others(row),
    }
    return [code for code in PROBLEMS if found[code]]


def _names_others(row: Registration) -> bool:
    if row.household_id is None or row.guardian_id is None:
        return False
    beside = Registration.unscoped.filter(household=row.household_id, school_year=row.school_year)
    named = beside.exclude(state=State.WITHDRAWN).exclude(guardian__isnull=True)
    return named.exclude(guardian=row.guardian_id).exists()


def other_holders(guardian: Guardian) -> QuerySet[Guardian]:
    """Guardians of other households with the same identity card; none when the card is not known."""
    if not guardian.identity_card:
        return Guardian.unscoped.none()
    return Guardian.unscoped.filter(identity_card=guardian.identity_card).exclude(household=guardian.household_id)


def shown_with_card(scope: Scope, row: Registration) -> list[Registration]:
    """Registrations of the year in other households whose guardian shows the same card, if the reader sees them."""
    if row.guardian is None or not row.guardian.identity_card:
        return []
    rows = registrations(scope).filter(
        school_year=row.school_year, guardian__identity_card=row.guardian.identity_card
    )
    return list(rows.exclude(household=row.household_id).exclude(state=State.WITHDRAWN).order_by("pk")[:20])


def household_pupils(scope: Scope, row: Registration) -> tuple[list[Registration], int]:
    """The household's other registrations of the year that the reader sees, and how many more there are."""
    if row.household_id is None:
        return [], 0
    everywhere = Registration.unscoped.filter(household=row.household_id, school_year=row.school_year)
    others = everywhere.exclude(person=row.person_id).exclude(state=State.WITHDRAWN)
    seen = list(registrations(scope).filter(pk__in=others.values("pk")).order_by("person__birth_date", "pk"))
    return seen, others.count() - len(seen)


def others_of_year(scope: Scope, row: Registration) -> list[Registration]:
    """The pupil's other registrations of the same year: another school, before or after."""
    rows = registrations(scope).filter(person=row.person_id, school_year=row.school_year)
    return list(rows.exclude(pk=row.pk).order_by("enrolled_from", "pk"))


def entitlement(row: Registration, month: int | None = None) -> Decision | None:
    """What the rule says of the pupil for a month (the first in the school), under the law of that month.

    None when no text sets the rule that year.
    """
    month = month or row.enrolled_from or months_of_year(row.school_year)[0]
    facts = {
        "level": row.level_code or None,
        "cycle": CYCLES.get(row.level_code),
        "milieu": row.school.milieu,
        "is_commune_covered": is_covered(row.school.place_number, row.school_year),
        "was_commune_covered": was_covered_before_2018(row.school.place_number),
        "cover": row.cover,
    }
    try:
        return decide(ENTITLED, facts, parameters_on(dt.date(month // 100, month % 100, 1)))
    except NoParameter:
        return None


def in_words(decision: Decision | None) -> list[dict[str, Any]]:
    """The findings of a decision, the texts that they come from in the reader's language."""
    findings = [finding.as_json() for finding in decision.findings] if decision else []
    for finding in findings:
        sources = dict.fromkeys(value["source"] for value in finding["parameters"] if value["source"])
        finding["source"] = "; ".join(gettext(source) for source in sources) or finding["source"]
    return findings


# Communes.


def is_covered(place_number: int | None, school_year: int) -> bool | None:
    """True when the commune is on the programme's list in the school year; None while no list was entered."""
    rows = CoveredCommune.unscoped.all()
    here = rows.filter(Q(until__isnull=True) | Q(until__gte=school_year), since__lte=school_year)
    return _is_in(rows, here, place_number)


def was_covered_before_2018(place_number: int | None) -> bool | None:
    """True when the commune was on the list in a year until 2017-18; None while no list was entered."""
    rows = CoveredCommune.unscoped.all()
    return _is_in(rows, rows.filter(since__lte=LAST_YEAR_OF_COMMUNES), place_number)


def _is_in(all_rows: QuerySet[Any], rows: QuerySet[Any], place_number: int | None) -> bool | None:
    if place_number is None:
        return None
    if rows.filter(place_number=place_number).exists():
        return True
    return False if all_rows.exists() else None


@dataclass(frozen=True)
class CommuneShown:
    """A commune on the list, with its name when the territory knows it."""

    row: CoveredCommune
    place: Place | None


def communes_on_list(scope: Scope, year: int | None) -> list[CommuneShown]:
    """Communes on the list in a school year; None: all that ever were."""
    rows = CoveredCommune.objects.visible_to(scope).order_by("place_number", "since")
    if year is not None:
        rows = rows.filter(Q(until__isnull=True) | Q(until__gte=year), since__lte=year)
    found = list(rows)
    numbers = [row.place_number for row in found]
    places = {place.low: place for place in Place.objects.filter(kind="COMMUNE", low__in=numbers)}
    return [CommuneShown(row, places.get(row.place_number)) for row in found]


def communes_to_choose(scope: Scope) -> QuerySet[Place]:
    """Communes of the reader's territory."""
    return Place.objects.filter(scope.q(place="low"), kind=Place.Kind.COMMUNE).order_by("low")


def other_aid(text: str = "") -> QuerySet[OtherAid]:
    """Aid that other bodies said they pay, newest list first; `text` is a card or part of a programme's name."""
    rows = OtherAid.unscoped.order_by("-pk")
    text = text.strip()
    return rows.filter(Q(identity_card=text.upper()) | Q(programme__icontains=text)) if text else rows


# The window, and who is late.


@dataclass(frozen=True)
class Window:
    """When schools register: days (None: not known), the day first set when it was put off, and the text."""

    opens: dt.date | None
    closes: dt.date | None
    first_closed: dt.date | None
    value: ParameterValue

    @property
    def is_over(self) -> bool:
        """True once the last day is past."""
        return self.closes is not None and self.closes < days.today()


def window_of(school_year: int) -> Window | None:
    """The registration window of a school year; None when no text sets one."""
    try:
        value = value_of("support.registration_window", as_of=dt.date(school_year, 9, 1))
    except NoParameter:
        return None

    def day(name: str) -> dt.date | None:
        return None if value.value[name] == "UNKNOWN" else dt.date.fromisoformat(value.value[name])

    return Window(day("opens"), day("closes"), day("first_closed"), value)


def schools_registering(scope: Scope, year: int, *, only_late: bool = False) -> QuerySet[Organisation]:
    """Schools of the programme's cycles with their counts; `only_late`: nobody registered, or some to redo."""
    rows = Registration.unscoped.filter(school=OuterRef("pk"), school_year=year).order_by()

    def count(*states: str) -> Any:
        of = rows.filter(state__in=states) if states else rows.exclude(state=State.WITHDRAWN)
        return Subquery(of.values("school").annotate(n=Count("pk")).values("n"))

    schools = schools_of(scope).filter(cycle__in=("PRIMARY", "LOWER_SECONDARY"))
    schools = schools.annotate(registered=count(), to_check=count(State.SUBMITTED), returned=count(State.RETURNED))
    return schools.filter(Q(registered__isnull=True) | Q(returned__gt=0)) if only_late else schools


# The child to register.


@dataclass(frozen=True)
class Found:
    """A pupil of the school found by name or code, and the registration of the year when there is one."""

    person: Person
    registration: Registration | None


def pupils_found(scope: Scope, text: str, year: int) -> list[Found]:
    """Up to twenty persons that the school sees, by name in either script or code, with their registration."""
    if not text.strip():
        return []
    people = list(Person.objects.visible_to(scope).filter(words_found(text)).order_by("-pk")[:20])
    rows = Registration.unscoped.filter(person__in=people, school_year=year, enrolled_until__isnull=True)
    standing = {row.person_id: row for row in rows.exclude(state=State.WITHDRAWN)}
    return [Found(person, standing.get(person.pk)) for person in people]


def registration_of_number(scope: Scope, number: str, year: int) -> Registration | None:
    """The registration of the year of the pupil with this Massar code or file number, when the reader sees it."""
    number = number.strip().upper()
    if is_file_number(number):
        pupil = Q(person=int(number.partition("-")[0]))
    else:
        pupil = Q(person__massar_code__iexact=number) if number else Q(pk__in=())
    found = registrations(scope).filter(pupil, school_year=year).exclude(state=State.WITHDRAWN)
    rows = sorted(found, key=lambda row: row.enrolled_until is not None)
    return rows[0] if len({row.person_id for row in rows}) == 1 else None


def in_order(rows: QuerySet[Registration]) -> QuerySet[Registration]:
    """As a school prints them: by level, class, then name."""
    return rows.order_by(F("school__code"), "level_code", "class_name", "person__last_name_ar", "pk")


def remark_of(row: Registration) -> str:
    """Why the registration was returned, the last time; empty when it is not."""
    if row.state != State.RETURNED:
        return ""
    last = History.objects.filter(subject=history.key_of(row), verb="return").order_by("-at", "-pk").first()
    return last.reason if last else ""
