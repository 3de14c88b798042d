"""Who is to be visited by a team or in a quarter, with what a visitor needs on paper."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext as _

from istidrak.base.scope import Scope
from istidrak.base.templatetags.ui import day_words
from istidrak.outreach.models import Case, Contact, Team
from istidrak.outreach.sheets import Filled, Line, Problem, Visit
from istidrak.people.models import Person, SourceRecord
from istidrak.programmes.models import Season
from istidrak.schooling.models import Stay

VISITED = (Case.State.TO_VISIT, Case.State.FOLLOWED, Case.State.NAMED)


def cases_to_visit(
    scope: Scope, season: Season, *, team: Team | None = None, quarter: str | None = None
) -> QuerySet[Case]:
    """Cases waiting for a visit, inside the scope: of a team, or those handed to any; of one quarter."""
    rows = Case.objects.visible_to(scope).filter(season=season, state__in=VISITED)
    # A name that no team has, and of which the school has not been heard, is not visited yet.
    rows = rows.filter(team=team) if team else rows.exclude(state=Case.State.NAMED, team__isnull=True)
    return rows if quarter is None else rows.filter(quarter=quarter)


def quarters_of(cases: QuerySet[Case]) -> list[tuple[str, int]]:
    """Quarters of these cases with their numbers, by name; one query."""
    rows = cases.order_by().values("quarter").annotate(n=Count("pk")).order_by("quarter")
    return [(row["quarter"], row["n"]) for row in rows]


@dataclass(frozen=True)
class SheetRow:
    """One person of a sheet; `school`, `level` and `born` are texts, empty when nobody said."""

    case: Case
    born: str
    school: str
    level: str
    last_contact: Contact | None

    @property
    def line(self) -> Line:
        """The row as the workbook has it."""
        person, contact = self.case.person, self.last_contact
        last = f"{day_words(contact.date)} · {contact.get_result_display()}" if contact else ""
        return Line(
            {
                "file_number": person.file_number,
                "case": str(self.case.uuid),
                "name_ar": person.name_ar,
                "name_fr": person.name_fr,
                "born": self.born,
                "school": self.school,
                "level": self.level,
                "guardian": person.guardian_name,
                "phone": person.phone,
                "quarter": " · ".join(part for part in (self.case.quarter, self.case.address) if part),
                "last_contact": last,
            }
        )


def sheet_rows(scope: Scope, cases: QuerySet[Case]) -> list[SheetRow]:
    """The rows of a sheet by quarter, in four queries whatever their number."""
    stays = Stay.objects.visible_to(scope).select_related("organisation").order_by("-school_year", "-pk")
    found = list(
        cases.select_related("person", "school", "team")
        .prefetch_related(
            Prefetch("person__stays", queryset=stays),
            Prefetch("contacts", queryset=Contact.objects.visible_to(scope).order_by("-date", "-pk")),
        )
        .order_by("quarter", "pk")
    )
    said = _said_of(scope, [case.person_id for case in found])
    return [_row(case, said.get(case.person_id, {})) for case in found]


def _said_of(scope: Scope, persons: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Level, last school and age with its day, as records state them, the newest record last."""
    said: dict[int, dict[str, Any]] = {}
    rows = SourceRecord.objects.visible_to(scope).filter(person__in=list(persons)).order_by("recorded_at", "pk")
    for person, facts in rows.values_list("person_id", "facts"):
        kept = {name: facts[name] for name in ("level", "school_name", "last_school") if facts.get(name)}
        if facts.get("age"):
            kept |= {"age": facts["age"], "said_on": facts.get("contact_date")}
        said.setdefault(person, {}).update(kept)
    return said


def _row(case: Case, said: dict[str, Any]) -> SheetRow:
    stay = next(iter(case.person.stays.all()), None)
    school = case.school or (stay.organisation if stay else None)
    named = (stay.organisation_text if stay else "") or said.get("last_school") or said.get("school_name") or ""
    return SheetRow(
        case=case,
        born=_born(case, said),
        school=str(school) if school else named,
        level=(stay.level if stay and stay.level else "") or said.get("level", ""),
        last_contact=next(iter(case.contacts.all()), None),
    )


def _born(case: Case, said: dict[str, Any]) -> str:
    person = case.person
    if person.birth_date:
        return day_words(person.birth_date)
    if person.birth_year:
        return str(person.birth_year)
    if not said.get("age"):
        return ""
    if not said.get("said_on"):
        return _("%(age)s years (day not known)") % {"age": said["age"]}
    day = dt.date.fromisoformat(said["said_on"])
    return _("%(age)s years on %(day)s") % {"age": said["age"], "day": day_words(day)}


@dataclass(frozen=True)
class Checked:
    """A filled sheet against the files: visits to write with their cases, those written before, rows refused."""

    to_write: list[tuple[Visit, Case]]
    known: int
    problems: list[Problem]
    blank: int


def check(scope: Scope, filled: Filled) -> Checked:
    """Tie each visit to a case that the reader sees, and leave out those that are already there."""
    rows = Case.objects.visible_to(scope).filter(uuid__in=[visit.case for visit in filled.visits])
    # Of files merged into these only the number is read: it is the one printed before.
    absorbed = Prefetch("person__merged_from", queryset=Person.unscoped.only("pk", "merged_into"))
    cases = {case.uuid: case for case in rows.select_related("person").prefetch_related(absorbed)}
    problems = list(filled.problems)
    found: list[tuple[Visit, Case]] = []
    for visit in filled.visits:
        case = cases.get(visit.case)
        if case is None:
            reason = _("This row names nobody whose file you may see.")
        elif visit.file_number not in _numbers_of(case):
            reason = _("The file number is not the one of this row: the sheet was sorted in parts.")
        else:
            found.append((visit, case))
            continue
        problems.append(Problem(visit.row, _("File number"), reason))
    done = set(
        Contact.objects.visible_to(scope)
        .filter(submission__in=[visit.submission for visit, _case in found])
        .values_list("submission", flat=True)
    )
    to_write = [(visit, case) for visit, case in found if visit.submission not in done]
    problems.sort(key=lambda problem: problem.row)
    return Checked(to_write, len(found) - len(to_write), problems, filled.blank)


def _numbers_of(case: Case) -> set[str]:
    """The file numbers under which a person may have been printed: the own one, and those of files held to be one."""
    return {case.person.file_number, *(absorbed.file_number for absorbed in case.person.merged_from.all())}


def cases_by_uuid(scope: Scope, uuids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Case]:
    """Visible cases by their addresses."""
    rows = Case.objects.visible_to(scope).filter(uuid__in=list(uuids)).select_related("person")
    return {case.uuid: case for case in rows}
