"""The enrolled at a date, as centres submitted them and directorates validated them."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count

from istidrak.base.scope import Scope
from istidrak.programmes.models import Season
from istidrak.training.facts_applications import Cells, cells_of
from istidrak.training.models import RegisterReturn, ReturnLine


@dataclass(frozen=True)
class ReturnedCounts:
    """`cells`: lines of validated lists by programme and sex; `counted`, `awaited` (not validated): lists."""

    cells: Cells
    counted: int
    awaited: int
    reference_dates: tuple[dt.date, ...] = field(default=())


def returned_counts(scope: Scope, season: Season, on: dt.date) -> ReturnedCounts:
    """Enrolled at a date, validated: of each centre and programme, the newest list with a reference day up to `on`.

    A list that is not validated yet counts nobody and is said to be awaited, whatever an older one held.

    Two queries. A reader of totals counts the whole territory.
    """
    totals = Scope(user_id=scope.user_id, spans=scope.total_spans, organisations=scope.organisations)
    reach = scope if scope.spans == scope.total_spans else totals
    newest: dict[tuple[int, int], RegisterReturn] = {}
    rows = RegisterReturn.objects.visible_to(reach).filter(season=season, reference_date__lte=on)
    for register in rows.order_by("reference_date", "pk"):
        newest[register.centre_id, register.programme_id] = register
    agreed = [r for r in newest.values() if r.state in RegisterReturn.AGREED]
    lines = ReturnLine.objects.filter(submission__in=[r.current_id for r in agreed])
    return ReturnedCounts(
        cells=cells_of(lines, "submission__register__programme__code", "sex", Count("pk")),
        counted=len(agreed),
        awaited=len(newest) - len(agreed),
        reference_dates=tuple(sorted({r.reference_date for r in agreed})),
    )
