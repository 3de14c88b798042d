"""The season on one page: counts of distinct persons inside a territory, each with its definition and its people.

Every count is a queryset of persons, so that the number and the list behind it cannot disagree.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from istidrak.base.scope import Scope
from istidrak.orientation.models import Decision
from istidrak.outreach.models import Case
from istidrak.people.models import Person
from istidrak.programmes.models import Programme, Season
from istidrak.training.facts import season_counts
from istidrak.training.models import Enrolment, Insertion

SMALL = 5  # a reader of totals never sees a cell under this (decision: privacy)


def _cases(season: Season, **conditions: Any) -> Any:
    return Exists(Case._base_manager.filter(person=OuterRef("pk"), season=season, **conditions))


def _enrolled(season: Season, **conditions: Any) -> Any:
    return Exists(Enrolment._base_manager.filter(person=OuterRef("pk"), group__season=season, **conditions))


def _inserted(season: Season, **conditions: Any) -> Any:
    return Exists(
        Insertion._base_manager.filter(person=OuterRef("pk"), enrolment__group__season=season, **conditions)
    )


@dataclass(frozen=True)
class Definition:
    """A count: code, label, sentence that defines it, and the condition on persons."""

    code: str
    label: Any
    sentence: Any
    condition: Callable[[Season], Any]


DEFINITIONS = (
    Definition("named", _("Named"), _("Persons with a case in the season, by a list or by hand."), _cases),
    Definition(
        "found",
        _("Found by the campaign"),
        _("Persons whom the campaign met or entered."),
        lambda season: _cases(season, is_found=True),
    ),
    Definition(
        "struck_out",
        _("Struck out by the school"),
        _("Persons whom the school says came back or are elsewhere."),
        lambda season: _cases(season, state=Case.State.STRUCK_OUT),
    ),
    Definition(
        "contacted",
        _("Contacted"),
        _("Persons with at least one contact recorded in the season."),
        lambda season: _cases(season, first_contact_date__isnull=False),
    ),
    Definition(
        "oriented",
        _("Oriented"),
        _("Persons with a standing decision among the exits, taken in the season."),
        lambda season: Exists(
            Decision._base_manager.filter(person=OuterRef("pk"), season=season, state=Decision.State.DECIDED)
        ),
    ),
    Definition(
        "arrived",
        _("Arrived"),
        _("Persons whose arrival the receiver confirmed."),
        lambda season: _cases(season, state=Case.State.ARRIVED),
    ),
    Definition(
        "enrolled", _("Enrolled"), _("Persons enrolled in a group of the season, whatever became of them."), _enrolled
    ),
    Definition(
        "completed",
        _("Completed"),
        _("Persons who completed their programme in the season."),
        lambda season: _enrolled(season, state=Enrolment.State.COMPLETED),
    ),
    Definition(
        "dropped_out",
        _("Dropped out"),
        _("Persons who left their group before its end, not back since."),
        lambda season: _enrolled(season, state=Enrolment.State.DROPPED_OUT),
    ),
    Definition(
        "declared",
        _("Insertion declared"),
        _("Persons with an insertion declared, proved or verified."),
        lambda season: _inserted(season, state__in=["DECLARED", "PROVED", "VERIFIED"]),
    ),
    Definition(
        "verified",
        _("Insertion verified"),
        _("Persons whose insertion another person verified on its proof."),
        lambda season: _inserted(season, state=Insertion.State.VERIFIED),
    ),
)
BY_CODE = {definition.code: definition for definition in DEFINITIONS}


def _inside(scope: Scope) -> QuerySet[Person]:
    """Persons counted for the scope: those whom it may read, or whose case is in a territory of totals."""
    if scope.spans == scope.total_spans:
        return Person.objects.visible_to(scope)
    totals = Scope(user_id=scope.user_id, spans=scope.total_spans, organisations=scope.organisations)
    return Person.objects.visible_to(totals)


def people_behind(scope: Scope, season: Season, code: str) -> QuerySet[Person]:
    """The persons behind one count that the scope may read; raises KeyError for an unknown count."""
    return Person.objects.visible_to(scope).filter(BY_CODE[code].condition(season))


def counts_of(scope: Scope, season: Season) -> list[dict[str, Any]]:
    """Each count with girls, boys and unknown sex apart, in one query. Persons are distinct by construction."""
    parts = {}
    for definition in DEFINITIONS:
        met = Q(definition.condition(season))
        parts[definition.code] = Count("pk", filter=met)
        for sex, name in (("F", "girls"), ("M", "boys"), (None, "unknown")):
            parts[f"{definition.code}_{name}"] = Count(
                "pk", filter=met & (Q(sex=sex) if sex else Q(sex__isnull=True))
            )
    totals = _inside(scope).aggregate(**parts)
    return [
        {
            "definition": definition,
            "total": totals[definition.code],
            **{name: totals[f"{definition.code}_{name}"] for name in ("girls", "boys", "unknown")},
        }
        for definition in DEFINITIONS
    ]


def small_cells_hidden(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For readers of totals: a cell from 1 to 4 is hidden (None), and so are its neighbours of the same row,
    since one hidden cell could be found by subtraction."""
    hidden = []
    for row in rows:
        cells = {name: row[name] for name in ("girls", "boys", "unknown")}
        if 0 < row["total"] < SMALL:
            cells = dict.fromkeys(cells)
            hidden.append({**row, **cells, "total": None})
        elif any(0 < value < SMALL for value in cells.values()):
            hidden.append({**row, **dict.fromkeys(cells)})
        else:
            hidden.append(row)
    return hidden


STATIONS = ("oriented", "arrived", "enrolled", "completed", "verified")


def by_programme(scope: Scope, season: Season, on: dt.date) -> list[dict[str, Any]]:
    """The later stations by programme, sexes together; `enrolled` is who is in a group on the day `on`.

    Only for readers of files: small cells are not hidden here. A programme that nobody was in is left out; the
    last row (programme None) is of those whose programme is not known. Seven queries.
    """
    cells = season_counts(scope, season, on=on)
    rows = []
    for programme in [*Programme.objects.all(), None]:
        code = programme.code if programme else None
        row = {name: sum(n for (of, _sex), n in cells[name].items() if of == code) for name in STATIONS}
        if any(row.values()):
            rows.append({"programme": programme, **row})
    return rows
