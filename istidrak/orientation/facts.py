"""The facts of one case, from what the lower modules know. Nothing is supposed: what nobody said is None."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from istidrak.orientation.models import Interview, PlacementTest
from istidrak.outreach.models import Case, Sorting
from istidrak.people.models import SourceRecord
from istidrak.schooling.models import Stay

# What a list says of this school year, as an answer to "is in school now".
IN_SCHOOL = {
    "ENROLLED": True,
    "REINTEGRATED": True,
    "NOT_REJOINED": False,
    "DROPPED_OUT": False,
    "LEFT": False,
    "EXPELLED": False,
}


def facts_of(case: Case) -> dict[str, Any]:
    """Columns of orientation's rules for the person of a case; six queries at most."""
    return facts_of_cases([case])[case.pk]


def facts_of_cases(cases: Sequence[Case]) -> dict[int, dict[str, Any]]:
    """The same for many cases (with person, season and directorate), in the same number of queries; by case key."""
    persons = [case.person_id for case in cases]
    sortings = _by_person(
        Sorting.unscoped.filter(case__person__in=persons).select_related("case").order_by("-sorted_at", "-pk"),
        lambda row: row.case.person_id,
    )
    stays = _by_person(
        Stay.unscoped.filter(person__in=persons).select_related("organisation").order_by("-school_year", "-pk")
    )
    records = _by_person(
        SourceRecord.unscoped.filter(person__in=persons)
        .only("person_id", "facts", "recorded_at")
        .order_by("-recorded_at", "-pk")
    )
    interviews = _by_person(
        Interview.unscoped.filter(person__in=persons, corrected_by=None)
        .prefetch_related("wishes")
        .order_by("-held_date", "-pk")
    )
    tests = _by_person(
        PlacementTest.unscoped.filter(person__in=persons, score__isnull=False)
        .select_related("domain")
        .order_by("-taken_date", "-pk")
    )
    return {
        case.pk: _facts(case, *(rows[case.person_id] for rows in (sortings, stays, records, interviews)))
        | _said_at_interview(interviews[case.person_id])
        | _scores(tests[case.person_id])
        for case in cases
    }


def _by_person(rows: Iterable[Any], of: Callable[[Any], int] = lambda row: row.person_id) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[of(row)].append(row)
    return found


def _facts(
    case: Case,
    sortings: Sequence[Sorting],
    known: Sequence[Stay],
    records: Sequence[SourceRecord],
    interviews: Sequence[Interview],
) -> dict[str, Any]:
    said = next((row.last_level for row in interviews if row.last_level), None)
    level = _last_level(known, records, said)
    # A second-chance centre or a training body is not school: its learners may still go back to one.
    schools = [stay for stay in known if stay.organisation is None or stay.organisation.kind == "SCHOOL"]
    return {
        "birth_date": case.person.birth_date,
        "birth_year": case.person.birth_year,
        "place_number": case.directorate.place_number,
        "last_level": level,
        "is_in_school": _is_in_school(case, schools, sortings, interviews),
        "was_ever_in_school": True if schools or level else _was_ever_in_school(records, sortings),
        "wish": _newest(sortings, "wish"),
        "is_free_in_daytime": _newest(sortings, "is_free_in_daytime"),
    }


def _said_at_interview(interviews: Sequence[Interview]) -> dict[str, Any]:
    """The newest answers; no trade named is a no only when an interview was held."""
    return {
        "motivation": _newest(interviews, "motivation"),
        "readiness": _newest(interviews, "readiness"),
        "names_a_trade": any(row.wishes.all() for row in interviews[:1]) if interviews else None,
    }


def _scores(tests: Sequence[PlacementTest]) -> dict[str, Any]:
    newest = {row.domain.code: row.score for row in reversed(tests)}
    return {"arabic_score": newest.get("ARABIC"), "mathematics_score": newest.get("MATHEMATICS")}


def _newest(rows: Sequence[Any], question: str) -> Any:
    """The newest answer to a question: one that a later row did not ask again still stands."""
    return next((answer for row in rows if (answer := getattr(row, question)) is not None), None)


def _last_level(known: Sequence[Stay], records: Sequence[SourceRecord], at_interview: str | None) -> str | None:
    """The code of the newest level that a stay states, else of the last one that a record does, else as told.

    A level written in words that nobody recognised is unknown: an older one must not stand for it.
    """
    stated = next((stay for stay in known if stay.level or stay.level_code), None)
    if stated is not None:
        return stated.level_code or None
    said = next((row.facts for row in records if row.facts.get("level")), None)
    return (said.get("level_code") or None) if said else at_interview


def _is_in_school(
    case: Case, schools: Sequence[Stay], sortings: Sequence[Sorting], interviews: Sequence[Interview]
) -> bool | None:
    """A return recorded in the year counts, whatever an earlier list said."""
    said = [IN_SCHOOL[stay.status] for stay in schools if stay.school_year == case.season.year and stay.status]
    if said:
        return any(said)
    # Who says this season that they never went to school is not in one; an old answer says nothing of today.
    told = _newest([row for row in interviews if row.case_id == case.pk], "is_in_school")
    if told is not None:
        return told
    this_season = [row for row in sortings if row.case_id == case.pk]
    return False if not schools and _newest(this_season, "was_ever_in_school") is False else None


def _was_ever_in_school(records: Sequence[SourceRecord], sortings: Sequence[Sorting]) -> bool | None:
    answer = _newest(sortings, "was_ever_in_school")
    if answer is None and any(row.facts.get("is_never_schooled") is True for row in records):
        return False
    return answer
