"""Opening the case of a person in a season: one by one, or for a list of a hundred thousand rows.

A person has one case in a season. A list that names somebody whose case stands adds what the case did not know; it
never opens a closed case again without a word. Only the campaign, which met the person, brings back to the visits
somebody whom the school struck out, with the reason in the history.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from istidrak.base import bulk, days, history, workflow
from istidrak.base.bulk import chunks
from istidrak.base.models import History
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Case
from istidrak.people.models import Person, SourceRecord, Tie
from istidrak.programmes.models import Season

CHUNK = 1_000  # rows between two visits to the database
Origin = SourceRecord.Origin
TieKey = tuple[int, str, int | None, int | None, int | None]  # person, reason, place, organisation, user


@dataclass(slots=True)
class _Naming:
    """What one row or one entry says of a person, as far as a case keeps it."""

    person: int
    school: int | None = None
    quarter: str = ""
    address: str = ""
    wish: str = ""
    is_found: bool = False
    found_on: dt.date | None = None
    bodies: tuple[int, ...] = ()  # organisations that see the person because of this list
    first_state: str = Case.State.TO_VISIT


@transaction.atomic
def open_case(
    *,
    by: Any,
    person: Person,
    season: Season,
    directorate: Organisation,
    school: Organisation | None = None,
    quarter: str = "",
    address: str = "",
    wish: str = "",
    found_on: dt.date | None = None,
) -> Case:
    """The person's case of the season: a new one, or the one that stands.

    With `found_on` the campaign met the person that day: the case is to contact at once. Otherwise a case with a
    school waits for the school's mark (NAMED); without a school nobody can mark it, so it is to contact.
    """
    naming = _Naming(
        person=_survivors([person.pk])[person.pk],
        school=school.pk if school else None,
        quarter=quarter,
        address=address,
        wish=wish,
        is_found=found_on is not None,
        found_on=found_on,
        bodies=(school.pk,) if school else (),
        first_state=Case.State.NAMED if school and found_on is None else Case.State.TO_VISIT,
    )
    return _open(by, [naming], season, directorate)[0]


def open_cases(
    *, by: Any, records: Iterable[SourceRecord], season: Season, directorate: Organisation, origin: str
) -> list[Case]:
    """The cases of the persons whom a list names, one per record, in the order of the records.

    `origin`: a value of `SourceRecord.Origin`; the rows of a caravan's list are found. Of each record are read
    `person_id`, `file.organisation` and the facts `school_code`, `school_name`, `quarter`, `address`, `wish`,
    `contact_date` (the day the caravan met the person; unknown stays unknown). A school outside the directorate is
    not tied. Six visits to the database for 1,000 rows, whatever the number of persons.
    """
    schools = _SchoolsOf(directorate)
    cases: list[Case] = []
    for chunk in chunks(records, CHUNK):
        with transaction.atomic():
            survivors = _survivors(record.person_id for record in chunk)
            namings = [_naming_of(record, survivors[record.person_id], schools, origin) for record in chunk]
            cases += _open(by, namings, season, directorate)
    return cases


def _survivors(persons: Iterable[int]) -> dict[int, int]:
    """Whom each person is held to be; the rows are locked, so that two lists open one case."""
    asked = set(persons)
    rows = Person.unscoped.select_for_update().filter(pk__in=asked).order_by("pk")
    survivors = {pk: merged or pk for pk, merged in rows.values_list("pk", "merged_into_id")}
    while further := dict(
        Person.unscoped.filter(pk__in=set(survivors.values()), merged_into__isnull=False).values_list(
            "pk", "merged_into_id"
        )
    ):
        survivors = {pk: further.get(survivor, survivor) for pk, survivor in survivors.items()}
    return survivors


class _SchoolsOf:
    """The schools of a directorate by code, and by name where one school alone has it."""

    def __init__(self, directorate: Organisation):
        inside = Q(parent=directorate)
        if directorate.place is not None:
            inside |= Q(place_number__range=directorate.place.span)
        self._bodies: dict[int, Organisation | None] = {}
        self.by_code: dict[str, int] = {}
        self.by_name: dict[str, set[int]] = {}
        for school in Organisation.objects.filter(inside, kind=Organisation.Kind.SCHOOL):
            self.by_code[school.code] = school.pk
            for name in {_plain(school.name_ar), _plain(school.name_fr)} - {""}:
                self.by_name.setdefault(name, set()).add(school.pk)

    def of(self, record: SourceRecord) -> int | None:
        """The school that a row names, else the one whose list it is."""
        code, name = record.facts.get("school_code"), _plain(record.facts.get("school_name") or "")
        if code:
            return self.by_code.get(code)
        if name:
            same = self.by_name.get(name, set())
            return next(iter(same)) if len(same) == 1 else self.sender(record, Organisation.Kind.SCHOOL)
        return self.sender(record, Organisation.Kind.SCHOOL)

    def sender(self, record: SourceRecord, kind: str) -> int | None:
        """The body whose list the record is of, when it is of that kind; a file is read once."""
        if record.file_id is None:
            return None
        if record.file_id not in self._bodies:
            self._bodies[record.file_id] = record.file.organisation
        body = self._bodies[record.file_id]
        return body.pk if body is not None and body.kind == kind else None


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _naming_of(record: SourceRecord, person: int, schools: _SchoolsOf, origin: str) -> _Naming:
    facts = record.facts
    is_found = origin in {Origin.CARAVAN_LIST, Origin.HAND}
    # A caravan's list names the last school in the person's words: no school sent it, so none is asked to mark it.
    school = schools.of(record) if origin != Origin.CARAVAN_LIST else None
    centre = schools.sender(record, Organisation.Kind.CENTRE)
    waits = school is not None or origin == Origin.CENTRE_LIST
    return _Naming(
        person=person,
        school=school,
        quarter=(facts.get("quarter") or "")[:120],
        address=(facts.get("address") or "")[:240],
        wish=(facts.get("wish") or "")[:240],
        is_found=is_found,
        found_on=_day(facts.get("contact_date")) if is_found else None,
        bodies=tuple(body for body in (school, centre) if body is not None),
        first_state=Case.State.NAMED if waits and not is_found else Case.State.TO_VISIT,
    )


def _day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) and value else value or None


@dataclass
class _Written:
    """What one round writes, kept together to be written in bulk."""

    cases: dict[int, Case] = field(default_factory=dict)  # by person
    new: list[Case] = field(default_factory=list)
    changed: dict[int, Case] = field(default_factory=dict)
    history: list[History] = field(default_factory=list)


@transaction.atomic
def _open(by: Any, namings: Sequence[_Naming], season: Season, directorate: Organisation) -> list[Case]:
    """The one way a case is opened. All namings of a round fit in one chunk."""
    written = _Written(cases=_standing(season, {naming.person for naming in namings}))
    for naming in namings:
        case = written.cases.get(naming.person)
        if case is None:
            case = _new_case(naming, season, directorate)
            written.cases[naming.person] = case
            written.new.append(case)
        else:
            _name_again(by, case, naming, directorate, written)
    bulk.insert(written.new)
    Case.unscoped.bulk_update(
        written.changed.values(), ["school", "quarter", "address", "wish", "is_found", "found_at"]
    )
    written.history += [
        history.entry(case, "open_case", by=by, thread=history.key(Person, case.person_id), after=case.state)
        for case in written.new
    ]
    bulk.insert(written.history)
    _tie(namings, directorate)
    return [written.cases[naming.person] for naming in namings]


def _standing(season: Season, persons: set[int]) -> dict[int, Case]:
    """The case of each person in the season: the open one when a merge left several, else the newest.

    One that was joined with another is not asked for: that other one stands.
    """
    found: dict[int, Case] = {}
    rows = Case.unscoped.filter(season=season, person_id__in=persons)
    for case in rows.exclude(joined_into__person=F("person")).order_by("pk"):
        before = found.get(case.person_id)
        if before is None or before.state not in Case.OPEN_STATES or case.state in Case.OPEN_STATES:
            found[case.person_id] = case
    return found


def _new_case(naming: _Naming, season: Season, directorate: Organisation) -> Case:
    case = bulk.new(
        Case,
        season_id=season.pk,
        person_id=naming.person,
        directorate_id=directorate.pk,
        school_id=naming.school,
        state=naming.first_state,
        quarter=naming.quarter,
        address=naming.address,
        wish=naming.wish,
        is_found=naming.is_found,
        found_at=naming.found_on,
        opened_at=days.now(),
    )
    case._state.fields_cache |= {"season": season, "directorate": directorate}
    return case


def _name_again(by: Any, case: Case, naming: _Naming, directorate: Organisation, written: _Written) -> None:
    """Complete a case that stands, replacing nothing. What is closed stays closed, and that is noted."""
    is_new = case.pk is None
    if _complete(case, naming) and not is_new:
        written.changed[case.pk] = case
    if naming.is_found and is_new:
        case.state = Case.State.TO_VISIT
    elif naming.is_found and case.state in Case.MOVES["find"].sources:
        workflow.move(
            case, "find", by=by, thread=Person(pk=case.person_id), reason=_("Met by the campaign after the list")
        )
    elif case.state not in Case.OPEN_STATES or case.directorate_id != directorate.pk:
        note = history.entry(
            case,
            "named_again",
            by=by,
            thread=Person(pk=case.person_id),
            before=case.state,
            after=case.state,
            details={"directorate": directorate.code, "is_found": naming.is_found},
        )
        written.history.append(note)


def _complete(case: Case, naming: _Naming) -> bool:
    """Fill what the case does not know; the earliest day of being found is kept. True when something changed."""
    wanted: dict[str, Any] = {
        "school_id": case.school_id or naming.school,
        "quarter": case.quarter or naming.quarter,
        "address": case.address or naming.address,
        "wish": case.wish or naming.wish,
        "is_found": case.is_found or naming.is_found,
        "found_at": min((day for day in (case.found_at, naming.found_on) if day), default=None),
    }
    changed = {name: value for name, value in wanted.items() if getattr(case, name) != value}
    for name, value in changed.items():
        setattr(case, name, value)
    return bool(changed)


def _tie(namings: Sequence[_Naming], directorate: Organisation) -> None:
    """The directorate's territory, the school and the centre see the person; ties that stand are not doubled."""
    today = days.today()
    wanted: dict[TieKey, dt.date] = {}
    for naming in namings:
        reason = Tie.Reason.FOUND if naming.is_found else Tie.Reason.NAMED
        since = min(naming.found_on or today, today)
        wanted.setdefault((naming.person, reason, directorate.place_number, None, None), since)
        for body in naming.bodies:
            wanted.setdefault((naming.person, Tie.Reason.NAMED, None, body, None), since)
    standing = set(
        Tie.objects.filter(
            Q(until__isnull=True) | Q(until__gte=today), person__in={key[0] for key in wanted}
        ).values_list("person_id", "reason", "place_number", "organisation_id", "user_id")
    )
    fresh = [
        bulk.new(
            Tie, person_id=person, reason=reason, place_number=place, organisation_id=body, user_id=user, since=since
        )
        for (person, reason, place, body, user), since in wanted.items()
        if (person, reason, place, body, user) not in standing
    ]
    bulk.insert(fresh)
