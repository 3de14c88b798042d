"""School life of a person, read."""

from dataclasses import dataclass

from django.db.models import QuerySet

from istidrak.people.models import Person, SourceRecord
from istidrak.schooling.models import Stay


@dataclass(frozen=True)
class LastLevel:
    """The last level known: as written, its code when recognised, the school year when it is known."""

    level: str
    level_code: str
    school_year: int | None


def stays(person: Person) -> QuerySet[Stay]:
    """Stays of a person whom the caller has already found in their scope, newest year first."""
    return (
        Stay.unscoped.filter(person=person)
        .select_related("organisation", "record__file")
        .order_by("-school_year", "-pk")
    )


def last_known_level(person: Person) -> LastLevel | None:
    """The level of the newest stay that states one, else of the newest record that does; None when nobody says.

    A record without a stay (a caravan's list, an entry by hand) gives a level without a year.
    """
    stay = stays(person).exclude(level="").first()
    if stay:
        return LastLevel(stay.level, stay.level_code, stay.school_year)
    records = SourceRecord.unscoped.filter(person=person, facts__has_key="level").order_by("-recorded_at", "-pk")
    for facts in records.values_list("facts", flat=True):
        if facts.get("level"):
            return LastLevel(facts["level"], facts.get("level_code") or "", None)
    return None
