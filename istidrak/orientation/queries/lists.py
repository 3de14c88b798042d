"""Lists: orientations by what they wait for, sittings, councils, the agenda's candidates."""

from typing import Any

from django.db.models import Case as When
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models import When as If
from django.utils.translation import gettext_lazy as _

from istidrak.base.scope import Scope
from istidrak.orientation.models import CouncilRequest, Decision, Interview, Sitting, SittingLine
from istidrak.outreach.models import Case, Sorting
from istidrak.people.access import SHARED
from istidrak.people.queries import words_found
from istidrak.programmes.models import Season

STATIONS = (
    ("TO_INTERVIEW", _("To interview")),
    ("TO_DECIDE", _("Interviewed, to decide")),
    ("PROPOSED", _("Proposed, to be decided")),
    ("RETURNED", _("Returned or refused, to take up again")),
    ("DECIDED", _("Decided")),
)
TONES = {"TO_INTERVIEW": "orange", "TO_DECIDE": "blue", "PROPOSED": "purple", "RETURNED": "red", "DECIDED": "green"}


def _of_season(scope: Scope, season: Season) -> QuerySet[Case]:
    """Cases that the reader follows, open or with a decision, each with `station`."""
    newest = Decision.unscoped.filter(case=OuterRef("pk")).order_by("-pk").values("state")[:1]
    rows = (
        Case.objects.visible_to(scope, besides=SHARED)
        .filter(season=season, person__merged_into__isnull=True)
        .exclude(joined_into__person=F("person"))
        .annotate(
            newest=Subquery(newest),
            is_interviewed=Exists(Interview.unscoped.filter(case=OuterRef("pk"))),
            is_sorted=Exists(Sorting.unscoped.filter(case=OuterRef("pk"))),
        )
    )
    station = When(
        If(newest__in=["PROPOSED", "DECIDED"], then=F("newest")),
        If(newest__in=["RETURNED", "REFUSED"], then=Value("RETURNED")),
        If(is_interviewed=True, then=Value("TO_DECIDE")),
        default=Value("TO_INTERVIEW"),
        output_field=CharField(),
    )
    is_waiting = Q(state__in=Case.OPEN_STATES) & (Q(is_interviewed=True) | Q(is_sorted=True))
    return rows.annotate(station=station).filter(
        is_waiting | Q(newest__in=["PROPOSED", "RETURNED", "REFUSED", "DECIDED"])
    )


def orientations(scope: Scope, season: Season, station: str = "", text: str = "") -> QuerySet[Case]:
    """Cases of the season that are sorted, interviewed or further, by station and words."""
    rows = _of_season(scope, season)
    if station in dict(STATIONS):
        rows = rows.filter(station=station)
    if text.strip():
        rows = rows.filter(words_found(text, of="person__"))
    return rows.select_related("person", "school")


def station_counts(scope: Scope, season: Season) -> list[dict[str, Any]]:
    """How many cases wait at each station: station, label, count; one query."""
    rows = _of_season(scope, season).order_by().values("station").annotate(n=Count("pk"))
    counts = {row["station"]: row["n"] for row in rows}
    return [
        {"station": code, "label": label, "count": counts.get(code, 0), "tone": TONES[code]}
        for code, label in STATIONS
    ]


def candidates(scope: Scope, season: Season, text: str = "", quarter: str = "") -> QuerySet[Case]:
    """Open cases, sorted or interviewed, without a standing decision and on no open agenda."""
    on_agenda = SittingLine.unscoped.filter(case=OuterRef("pk"), state__in=SittingLine.AWAITED)
    standing = Decision.unscoped.filter(case=OuterRef("pk"), state__in=Decision.STANDING)
    rows = (
        _of_season(scope, season)
        .filter(state__in=Case.OPEN_STATES)
        .exclude(Exists(standing))
        .exclude(Exists(on_agenda))
    )
    if text.strip():
        rows = rows.filter(words_found(text, of="person__"))
    if quarter:
        rows = rows.filter(quarter=quarter)
    return rows.select_related("person", "school").order_by("-is_interviewed", "pk")


def sittings(scope: Scope, season: Season) -> QuerySet[Sitting]:
    """Sittings of the season in the reader's territory, with the number of their lines."""
    on = ~Q(lines__state="TAKEN_OFF")
    return (
        Sitting.objects.visible_to(scope)
        .filter(season=season)
        .select_related("body", "season")
        .annotate(
            cases=Count("lines", filter=on),
            to_validate=Count("lines", filter=Q(lines__decision__state="PROPOSED", lines__decision__council=None)),
        )
    )


def councils(scope: Scope, season: Season, state: str = "") -> QuerySet[CouncilRequest]:
    """What class councils of the season are asked and answered."""
    rows = CouncilRequest.objects.visible_to(scope).filter(decision__season=season)
    rows = rows.filter(state=state) if state in CouncilRequest.State.values else rows
    return rows.select_related("person", "school", "decision")


def councils_to_hold(scope: Scope, season: Season) -> int:
    """How many requests of the season wait for the councils of the reader's schools."""
    return (
        CouncilRequest.objects.visible_to(scope).put_to(scope).filter(decision__season=season, state="ASKED").count()
    )


def late_councils(scope: Scope, today: Any) -> QuerySet[CouncilRequest]:
    """Requests that the council has not answered by their day."""
    return CouncilRequest.objects.visible_to(scope).filter(state="ASKED", due_date__lt=today)


def to_validate_count(scope: Scope) -> int:
    """Proposals that wait for the directorate."""
    rows = Decision.objects.visible_to(scope).filter(state="PROPOSED", council=None)
    return rows.count()
