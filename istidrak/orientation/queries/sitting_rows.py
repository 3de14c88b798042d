"""The agenda of a sitting with what the aid says of each case; and which receiver and programme follow from it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from istidrak.base import days
from istidrak.base.rules import completed_years
from istidrak.organisations.models import Organisation
from istidrak.orientation.models import Exit, Sitting, SittingLine
from istidrak.orientation.queries.exits import kept_of
from istidrak.orientation.rules import may_hold
from istidrak.outreach.models import Case
from istidrak.people.models import Person
from istidrak.programmes.models import Programme


@dataclass(frozen=True)
class Offer:
    """An exit that is fully met, with who receives and the programme when both are certain."""

    exit: str
    label: Any
    receiver: Organisation | None
    programme: Programme | None

    @property
    def is_complete(self) -> bool:
        """True when it can be accepted as it is, without opening the case."""
        return self.receiver is not None and (self.programme is not None or self.exit == Exit.FORMAL_SCHOOL)


@dataclass(frozen=True)
class Row:
    """A line of the agenda, the exits that are fully met, and what is still to complete."""

    line: SittingLine
    kept: dict[str, Any]
    offers: list[Offer]
    age: str

    @property
    def preselected(self) -> Offer | None:
        """The one exit that is fully met; None when none is, or several are, or its receiver is not certain."""
        (*_none, last) = self.offers or [None]
        return last if last and len(self.offers) == 1 and last.is_complete else None

    @property
    def to_complete(self) -> list[str]:
        """Names of facts that nobody has said yet, once each."""
        found = (name for code in Exit.values for f in self.kept[code]["findings"] for name in f["missing"])
        return list(dict.fromkeys(found))


def rows_of(sitting: Sitting) -> list[Row]:
    """The lines in order; a fixed number of queries whatever their number."""
    lines = list(
        SittingLine.unscoped.filter(sitting=sitting)
        .select_related(
            "person", "receiver", "programme", "decision__receiver", "decision__programme", "corrects__sitting"
        )
        .select_related("case__person", "case__season", "case__directorate", "case__school", "sitting__body")
        .order_by("position")
    )
    return _rows(sitting, lines)


def row_of(sitting: Sitting, line: SittingLine) -> Row:
    """One line with what the aid says of it today."""
    return _rows(sitting, [line])[0]


def _rows(sitting: Sitting, lines: list[SittingLine]) -> list[Row]:
    kept = kept_of([line.case for line in lines], days.today())
    programmes = {programme.code: programme for programme in Programme.objects.all()}
    return [
        Row(line, kept[line.case_id], offers_of(sitting, line.case, kept[line.case_id], programmes), age_words(line))
        for line in lines
    ]


def offers_of(sitting: Sitting, case: Case, kept: dict[str, Any], programmes: dict[str, Programme]) -> list[Offer]:
    """The exits fully met by their criteria, with the receiver and the programme that follow without a choice."""
    return [
        Offer(code, Exit(code).label, _receiver(sitting, case, code, kept), _programme(kept[code], code, programmes))
        for code in Exit.values
        if kept[code]["outcome"] == "MET"
    ]


def _receiver(sitting: Sitting, case: Case, exit: str, kept: dict[str, Any]) -> Organisation | None:
    """The centre of the sitting; for a return, the school that was left, unless no class in reach is held there.

    Somebody who left the last year of primary goes up to lower secondary, or is too old for primary: the school to
    receive is then chosen by hand.
    """
    if exit != Exit.FORMAL_SCHOOL:
        return sitting.receiver
    in_reach = [row["level"] for row in kept["CLASSES"] if row["outcome"] != "NOT_MET"]
    return case.school if case.school and may_hold(case.school.cycle, in_reach) else None


def _programme(findings: dict[str, Any], exit: str, programmes: dict[str, Programme]) -> Programme | None:
    if exit == Exit.FORMAL_SCHOOL:
        return None
    if exit != Exit.OTHER_PROGRAMME:
        return programmes.get("NEW_GENERATION")
    met = [finding["code"] for finding in findings["findings"] if finding["outcome"] == "MET"]
    of = {"basic_classes": "BASIC", "accompaniment": "ACCOMPANIMENT"}
    return programmes.get(of[met[0]]) if len(met) == 1 else None


def age_words(line: SittingLine) -> str:
    """Completed years on the day of the sitting; the year of birth alone when the day is not known."""
    return age_on(line.person, line.sitting.held_date)


def age_on(person: Person, day: dt.date) -> str:
    """Completed years on a day, or the year of birth in brackets, or nothing."""
    if person.birth_date:
        return str(completed_years(person.birth_date, day))
    return f"({person.birth_year})" if person.birth_year else ""
