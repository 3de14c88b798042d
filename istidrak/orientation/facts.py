"""The facts of one case, from what the lower modules know. Nothing is supposed: what nobody said is None."""

from typing import Any

from istidrak.outreach.models import Case, Sorting
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
    """Columns of orientation's rules for the person of a case; three queries."""
    person = case.person
    sorting = Sorting.unscoped.filter(case__person=person).order_by("-sorted_at", "-pk").first()
    stays = list(Stay.unscoped.filter(person=person).select_related("organisation").order_by("-school_year", "-pk"))
    level = next((stay.level_code for stay in stays if stay.level_code), None)
    # A second-chance centre or a training body is not school: its learners may still go back to one.
    schools = [stay for stay in stays if stay.organisation is None or stay.organisation.kind == "SCHOOL"]
    said = [IN_SCHOOL[stay.status] for stay in schools if stay.school_year == case.season.year and stay.status]
    ever = True if schools else getattr(sorting, "was_ever_in_school", None)
    return {
        "birth_date": person.birth_date,
        "birth_year": person.birth_year,
        "place_number": case.directorate.place_number,
        "last_level": level,
        # A return recorded in the year counts, whatever an earlier list said.
        "is_in_school": (any(said) if said else None),
        "was_ever_in_school": ever,
        "wish": getattr(sorting, "wish", None),
        "is_free_in_daytime": getattr(sorting, "is_free_in_daytime", None),
    }
