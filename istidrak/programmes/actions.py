"""Opening and closing seasons; the programmes that ship with the program."""

from typing import Any

from django.db import transaction

from istidrak.base import workflow
from istidrak.programmes.models import Programme, Season

# Names of the field (glossary).
PROGRAMMES = (
    ("BASIC", "الفرصة الثانية – الأساس", "Deuxième chance – base"),
    ("NEW_GENERATION", "الفرصة الثانية – الجيل الجديد", "École de la deuxième chance – nouvelle génération"),
    ("ACCOMPANIMENT", "المواكبة التربوية", "Accompagnement scolaire"),
)


def load_programmes() -> int:
    """Write the programmes that ship with the program; returns how many."""
    for position, (code, ar, fr) in enumerate(PROGRAMMES):
        Programme.objects.update_or_create(code=code, defaults={"name_ar": ar, "name_fr": fr, "position": position})
    return len(PROGRAMMES)


def season_of(year: int) -> Season:
    """The season of a school year, made as NOT_OPENED when nobody spoke of it yet."""
    return Season.objects.get_or_create(year=year)[0]


@transaction.atomic
def move_season(*, by: Any, season: Season, verb: str, reason: str = "") -> None:
    """Open, close or reopen a season. Raises MoveRefused, ReasonMissing."""
    workflow.move(season, verb, by=by, reason=reason)
