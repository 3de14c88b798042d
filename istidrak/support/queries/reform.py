"""What a change would do, as the page shows it: figures, divisions in words, a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from istidrak.base.scope import Scope
from istidrak.support.models import Run
from istidrak.support.reforming import COUNTS, Comparison
from istidrak.support.rules.levels import LEVELS
from istidrak.territory.models import Place

SEXES = {"F": gettext_lazy("Girls"), "M": gettext_lazy("Boys")}
MILIEUS = {"RURAL": gettext_lazy("Rural"), "URBAN": gettext_lazy("Urban")}
NEWEST = 60  # runs among which instalments are looked for


@dataclass(frozen=True)
class Division:
    """One table of the page: what pupils are divided by, and a row for each part."""

    title: Any
    rows: list[dict[str, Any]]  # "label" and COUNTS


def runs(scope: Scope) -> QuerySet[Run]:
    """The runs that ended well, the newest first: each has a folder of facts."""
    found = Run.objects.visible_to(scope).filter(state=Run.State.DONE).select_related("instalment__body")
    return found.order_by("-ended_at", "-pk")[:NEWEST]


def divisions(found: Comparison) -> list[Division]:
    """By level, sex, area and directorate."""
    levels = {level: n for n, level in enumerate(LEVELS)}
    by_level = sorted(found.by("level"), key=lambda row: levels.get(row["level"], len(LEVELS)))
    return [
        Division(_("By level"), _worded(by_level, "level", {})),
        Division(_("By sex"), _worded(found.by("sex"), "sex", SEXES)),
        Division(_("By area"), _worded(found.by("milieu"), "milieu", MILIEUS)),
        Division(_("By directorate"), _by_directorate(found.by("place_number"))),
    ]


def _worded(rows: Sequence[dict[str, Any]], name: str, words: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**row, "label": words.get(row[name], row[name]) or _("Not known")} for row in rows]


def _by_directorate(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The places summed into the areas of provincial directorates, in the order of their numbers."""
    areas = list(Place.objects.filter(kind=Place.Kind.PROVINCE).order_by("low"))
    sums: dict[Any, dict[str, int]] = {}
    for row in rows:
        number = row["place_number"]
        area = next((a for a in areas if number is not None and a.low <= number <= a.high), None)
        held = sums.setdefault(area.pk if area else None, dict.fromkeys(COUNTS, 0))
        for count in COUNTS:
            held[count] += row[count]
    names: list[tuple[Any, Any]] = [*((area.pk, area) for area in areas), (None, _("Not known"))]
    return [{**sums[key], "label": name} for key, name in names if key in sums]


def chart(found: Comparison) -> dict[str, Any]:
    """Cost by level, before and after, in dirhams."""
    (by_level, *_others) = divisions(found)
    rows = [row for row in by_level.rows if row["before"] or row["after"]]
    return {
        "title": _("Cost by level, in dirhams"),
        "labels": [str(row["label"]) for row in rows],
        "series": [
            {"name": _("Before"), "values": [row["before"] // 100 for row in rows]},
            {"name": _("After"), "values": [row["after"] // 100 for row in rows]},
        ],
    }
