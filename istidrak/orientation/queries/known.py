"""What is known of a case before its orientation: interviews, tests, life project, earlier decisions."""

from dataclasses import dataclass
from typing import Any

from istidrak.orientation.models import Decision, Interview, LifeProject, PlacementTest
from istidrak.outreach.models import Case
from istidrak.people.models import Person


def newest_interview(case: Case) -> Interview | None:
    """The version that stands of the newest interview of a case already found in scope."""
    rows = Interview.unscoped.filter(case=case, corrected_by=None).prefetch_related("wishes__trade")
    return rows.order_by("-held_date", "-pk").first()


def version_of(case: Case, uuid: Any) -> Interview | None:
    """A version of an interview of a case already found in scope, to be corrected; None when it is of another."""
    return Interview.unscoped.filter(case=case, uuid=uuid).first()


def interviews_of(case: Case) -> list[Interview]:
    """Every interview of the person and every version of each, newest first; those corrected are marked."""
    rows = Interview.unscoped.filter(person=case.person_id).select_related("written_by", "corrected_by")
    return list(rows.prefetch_related("wishes__trade").order_by("-held_date", "-pk"))


def tests_of(case: Case) -> list[PlacementTest]:
    """Every test of the person, newest first."""
    rows = PlacementTest.unscoped.filter(person=case.person_id).select_related("domain", "written_by")
    return list(rows.order_by("-taken_date", "-pk"))


def former_decisions(case: Case) -> list[Decision]:
    """Decisions of a case that do not stand any more, newest first."""
    rows = Decision.unscoped.filter(case=case).exclude(state__in=Decision.STANDING)
    return list(rows.select_related("receiver", "proposed_by", "council").order_by("-proposed_at", "-pk"))


@dataclass(frozen=True)
class Change:
    """A goal or step in two versions: `kind` is ADDED, REMOVED, CHANGED or SAME."""

    kind: str
    former: dict[str, Any] | None
    later: dict[str, Any] | None


def projects_of(person: Person) -> list[LifeProject]:
    """Every version of a life project of a person already found in scope, the newest first."""
    rows = LifeProject.unscoped.filter(person=person).select_related("written_by")
    return list(rows.order_by("-written_date", "-pk"))


def compared(former: list[dict[str, Any]], later: list[dict[str, Any]]) -> list[Change]:
    """What became of each goal or step, by its key: those of the later version first, then those removed."""
    before = {row["key"]: row for row in former}
    rows = []
    for row in later:
        old = before.pop(row["key"], None)
        kind = "ADDED" if old is None else "SAME" if old == row else "CHANGED"
        rows.append(Change(kind, old, row))
    return [*rows, *(Change("REMOVED", row, None) for row in before.values())]
