"""What source records state, in the form in which two of them are compared. Pure."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from istidrak.people.likeness import RecordFacts


def comparable(facts: Mapping[str, Any], corrected: Mapping[str, Any] | None = None) -> RecordFacts:
    """The facts of a record (days as ISO texts) for `likeness.compare`; what was `corrected` since replaces them."""
    facts = {**facts, **(corrected or {})}
    birth = facts.get("birth_date")
    return RecordFacts(
        names=_texts(
            facts.get("full_name_ar"), facts.get("full_name_fr"), _joined(facts, "ar"), _joined(facts, "fr")
        ),
        given_names=_texts(facts.get("first_name_ar"), facts.get("first_name_fr")),
        family_names=_texts(facts.get("last_name_ar"), facts.get("last_name_fr")),
        sex=facts.get("sex") or None,
        birth_date=dt.date.fromisoformat(birth) if birth else None,
        birth_year=facts.get("birth_year") or None,
        massar_code=facts.get("massar_code") or None,
        guardian_names=_texts(facts.get("guardian_name")),
        phone=facts.get("phone") or facts.get("guardian_phone") or None,
        level=facts.get("level_code") or facts.get("level") or None,
        place=facts.get("quarter") or None,
    )


def _texts(*texts: Any) -> tuple[str, ...]:
    return tuple(str(text) for text in texts if text)


def _joined(facts: Mapping[str, Any], script: str) -> str:
    """Family name then first name, as registers write them; the comparison does not mind the order."""
    return " ".join(_texts(facts.get(f"last_name_{script}"), facts.get(f"first_name_{script}")))
