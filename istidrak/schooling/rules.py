"""What a record says of school life, in pure form."""

from collections.abc import Mapping
from typing import Any

STATUSES = frozenset({"ENROLLED", "NOT_REJOINED", "DROPPED_OUT", "LEFT", "EXPELLED", "REINTEGRATED"})


def stay_of(origin: str, facts: Mapping[str, Any], season_year: int) -> dict[str, Any] | None:
    """The columns of the stay that a list row states, or None when it states none.

    A school's list speaks of its season. A centre's list says that the person is with the centre in its season; the
    level on it is the last one at school, in a year that it does not give. A caravan's list names a level and no
    year: that stays a fact of the record, because a stay has a year and none is guessed.
    """
    if origin == "SCHOOL_LIST":
        return {
            "school_year": season_year,
            "level": facts.get("level") or "",
            "level_code": facts.get("level_code") or "",
            "class_name": facts.get("class_name") or "",
            "status": known_status(facts.get("status_code")),
            "dropout_reason": facts.get("dropout_reason") or "",
        }
    if origin == "CENTRE_LIST":
        return {
            "school_year": season_year,
            "class_name": facts.get("group_name") or "",
            "since": facts.get("registration_date") or None,
        }
    return None


def known_status(code: Any) -> str | None:
    """The registry's status, or None when a list uses a word that nobody recognised."""
    return code if code in STATUSES else None
