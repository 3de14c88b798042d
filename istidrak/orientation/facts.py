"""The facts of one case, from what the lower modules know. Nothing is supposed: what nobody said is None."""

from collections.abc import Sequence
from typing import Any

from istidrak.outreach.models import Case, Sorting
from istidrak.people.models import Person, SourceRecord
from istidrak.schooling.models import Stay
from istidrak.schooling.queries import last_known_level, stays

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
    """Columns of orientation's rules for the person of a case; four queries at most."""
    person = case.person
    sortings = list(Sorting.unscoped.filter(case__person=person).order_by("-sorted_at", "-pk"))
    known = list(stays(person))
    level = _last_level(person, known)
    # A second-chance centre or a training body is not school: its learners may still go back to one.
    schools = [stay for stay in known if stay.organisation is None or stay.organisation.kind == "SCHOOL"]
    return {
        "birth_date": person.birth_date,
        "birth_year": person.birth_year,
        "place_number": case.directorate.place_number,
        "last_level": level,
        "is_in_school": _is_in_school(case, schools, sortings),
        "was_ever_in_school": True if schools or level else _was_ever_in_school(person, sortings),
        "wish": _newest(sortings, "wish"),
        "is_free_in_daytime": _newest(sortings, "is_free_in_daytime"),
    }


def _newest(sortings: Sequence[Sorting], question: str) -> Any:
    """The newest answer to a question: one that a later sorting did not ask again still stands."""
    return next((answer for row in sortings if (answer := getattr(row, question)) is not None), None)


def _last_level(person: Person, known: Sequence[Stay]) -> str | None:
    """The code of the newest level that a stay states, else of the last one that a record does.

    A level written in words that nobody recognised is unknown: an older one must not stand for it.
    """
    stated = next((stay for stay in known if stay.level or stay.level_code), None)
    if stated is not None:
        return stated.level_code or None
    level = last_known_level(person)
    return (level.level_code or None) if level else None


def _is_in_school(case: Case, schools: Sequence[Stay], sortings: Sequence[Sorting]) -> bool | None:
    """A return recorded in the year counts, whatever an earlier list said."""
    said = [IN_SCHOOL[stay.status] for stay in schools if stay.school_year == case.season.year and stay.status]
    if said:
        return any(said)
    # Who says this season that they never went to school is not in one; an old answer says nothing of today.
    this_season = [row for row in sortings if row.case_id == case.pk]
    return False if not schools and _newest(this_season, "was_ever_in_school") is False else None


def _was_ever_in_school(person: Person, sortings: Sequence[Sorting]) -> bool | None:
    answer = _newest(sortings, "was_ever_in_school")
    if answer is None and SourceRecord.unscoped.filter(person=person, facts__is_never_schooled=True).exists():
        return False
    return answer
