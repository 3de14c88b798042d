"""The season on one page: the figures of a body as tables, each number with its definition, date and people."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from istidrak.base.scope import Scope
from istidrak.desk.models import Claim
from istidrak.desk.queries.counted import Counted
from istidrak.desk.queries.figure_bodies import Body
from istidrak.desk.queries.figures import SEXES, count_day_of
from istidrak.desk.queries.stations import BY_CODE, FAMILIES, MARKS, Station, rows_of, stations_of
from istidrak.desk.rules.small_cells import Sum, hidden_cells, nested
from istidrak.organisations.models import Organisation
from istidrak.people.models import Person
from istidrak.programmes.models import Programme, Season
from istidrak.territory.models import Place
from istidrak.training.facts.insertions import RATE_BASES, insertion_people
from istidrak.training.models import Group

COLUMNS = ("total", *SEXES)
TITLES = {
    "PATH": _("The path to a place"),
    "COUNTS": _("Learners on a day"),
    "OUTCOMES": _("What became of them"),
}
BY_PROGRAMME = ("enrolled", "enrolled_ever", "completed", "dropped_out", "verified")
BY_AGE = "enrolled"
BY_PLACE = "enrolled"
BY_CHILD = ("named", "contacted", "arrived", "enrolled", "completed", "dropped_out", "verified")
FEW = 10  # learners under whom a rate tells of persons
Cells = dict[str, int | None]


@dataclass(frozen=True)
class Line:
    """One station of a table; a hidden cell is None. `before`: the frozen season before, None when it is not."""

    station: Station
    cells: Cells
    before: int | None
    is_before_hidden: bool

    @property
    def unknown(self) -> int | None:
        """Persons whose sex is not known."""
        return self.cells["?"]


@dataclass(frozen=True)
class Split:
    """One row of a breakdown: what it is, its counts by station, places agreed where they are known."""

    label: Any
    cells: Cells
    places: int | None = None
    body: Organisation | None = None

    @property
    def labelled(self) -> list[tuple[Any, int | None]]:
        """The counts with the words of their stations."""
        return [(BY_CODE[code].label, number) for code, number in self.cells.items()]


@dataclass(frozen=True)
class Rate:
    """An insertion rate: its denominator with its definition; hidden numbers are None."""

    base: Any
    people: int | None
    declared: int | None
    verified: int | None
    declared_percent: int | None
    verified_percent: int | None


@dataclass(frozen=True)
class SeasonPage:
    """Everything the page, its charts and its workbook show."""

    families: list[tuple[Any, list[Line]]]
    programmes: list[Split]
    ages: list[Split]
    places: list[Split]
    children: list[Split]
    rates: list[Rate]
    figures: dict[str, Any]
    hides: bool

    def cell(self, code: str) -> int | None:
        """The total of a station as it is shown; None when it is hidden or not counted here."""
        return next(
            (line.cells["total"] for _t, rows in self.families for line in rows if line.station.code == code), None
        )


def season_page(body: Body, season: Season, counted: Counted, *, is_exact: bool) -> SeasonPage:
    """The tables of a body from its figures; cells are hidden unless `is_exact`. Four queries at most."""
    figures, rates = counted.figures, counted.rates
    hidden = frozenset() if is_exact else _hidden(body, figures, rates)
    names = {programme.code: programme for programme in Programme.objects.all()}
    show = _Shown(figures, hidden)
    return SeasonPage(
        families=_families(body, figures, show),
        programmes=[
            Split(names.get(code) or _("Programme not known"), show.row("programmes", code, BY_PROGRAMME), agreed)
            for code, agreed in _programmes(figures)
        ],
        ages=[
            Split(_age(born, season), {BY_AGE: show.one("ages", born)})
            for born in sorted(figures["ages"].get(BY_AGE, {}), key=lambda b: (b == "?", b))
        ],
        places=_places(body, figures, show),
        children=_children(body, figures, show, is_exact=is_exact),
        rates=[_rate(base, hidden) for base in rates],
        figures=figures,
        hides=bool(hidden),
    )


class _Shown:
    """Cells as a reader sees them."""

    def __init__(self, figures: dict[str, Any], hidden: frozenset[Any]):
        self.figures, self.hidden = figures, hidden

    def station(self, code: str, column: str) -> int | None:
        key = ("stations", code, column)
        return None if key in self.hidden else self.figures["stations"][code][column]

    def row(self, table: str, key: str, codes: Iterable[str]) -> Cells:
        row = self.figures[table].get(key, {})
        return {code: None if (table, key, code) in self.hidden else row.get(code, 0) for code in codes}

    def one(self, table: str, key: str) -> int | None:
        return None if (table, key) in self.hidden else self.figures[table][BY_AGE].get(key, 0)


def _families(body: Body, figures: dict[str, Any], show: _Shown) -> list[tuple[Any, list[Line]]]:
    families = []
    for family in FAMILIES:
        lines = []
        for station in stations_of(body):
            if station.family != family or station.code not in figures["stations"]:
                continue
            key = ("frozen", station.code)
            before = figures["frozen"].get(station.code)
            cells = {column: show.station(station.code, column) for column in COLUMNS}
            lines.append(Line(station, cells, None if key in show.hidden else before, key in show.hidden))
        if lines:
            families.append((TITLES[family], lines))
    return families


def _programmes(figures: dict[str, Any]) -> list[tuple[str, int | None]]:
    agreed = figures["agreed"]["programmes"]
    of = [code for code, row in figures["programmes"].items() if any(row.get(name) for name in BY_PROGRAMME)]
    return [(code, agreed.get(code)) for code in sorted({*of, *(code for code in agreed if code)})]


def _age(born: str, season: Season) -> Any:
    return _("Age not known") if born == "?" else season.year - int(born)


def _places(body: Body, figures: dict[str, Any], show: _Shown) -> list[Split]:
    """By commune of the centre, below an academy: the country has a thousand and a half of them."""
    if not _has_places(body):
        return []
    known: dict[str, Place] = {str(b.place_number): b.place for b in (body.organisation, *body.children) if b.place}
    rows = [key for key, row in figures["places"].items() if row.get(BY_PLACE)]
    return [
        Split(known.get(key) or _("Place not known"), show.row("places", key, (BY_PLACE,))) for key in sorted(rows)
    ]


def _has_places(body: Body) -> bool:
    return body.kind not in {"MINISTRY", "ACADEMY"}


def _children(body: Body, figures: dict[str, Any], show: _Shown, *, is_exact: bool) -> list[Split]:
    codes = [code for code in BY_CHILD if code in figures["stations"]]
    codes = [code for code in codes if body.kind not in {"DIRECTORATE", "ASSOCIATION"} or _has_centre(code)]
    codes = codes if is_exact else [code for code in codes if code == "enrolled"]
    agreed = figures["agreed"]["children"]
    return [
        Split(child, show.row("children", str(child.pk), codes), agreed.get(str(child.pk)), child)
        for child in body.children
    ]


def _has_centre(code: str) -> bool:
    return bool(BY_CODE[code].source.centre)


def _rate(base: Any, hidden: frozenset[Any]) -> Rate:
    def seen(name: str) -> Any:
        return None if ("rates", base.code, name) in hidden else getattr(base, name)

    people, declared, verified = seen("people"), seen("declared"), seen("verified")
    return Rate(
        base,
        people,
        declared,
        verified,
        None if None in (people, declared) else base.declared_percent,
        None if None in (people, verified) else base.verified_percent,
    )


def _hidden(body: Body, figures: dict[str, Any], rates: Iterable[Any]) -> frozenset[Any]:
    """Cells that a reader of totals does not see: of all tables together, since their totals are the same."""
    values: dict[Any, int] = {}
    sums: list[Sum] = []
    unseen: list[Any] = []

    def inside(outer: Any, inner: Any) -> None:
        if values[outer] >= values[inner]:
            equation, between = nested(outer, inner, values)
            sums.append(equation)
            unseen.append(between)

    stations = figures["stations"]
    for code, cells in stations.items():
        values.update({("stations", code, column): cells[column] for column in COLUMNS})
        sums.append((("stations", code, "total"), tuple(("stations", code, sex) for sex in SEXES)))
    for code in stations:
        if BY_CODE[code].inside in stations:
            for column in COLUMNS:
                inside(("stations", BY_CODE[code].inside, column), ("stations", code, column))
    _tables(body, figures, values, sums)
    for row in {key[1] for key in values if key[0] == "programmes"}:
        for code in BY_PROGRAMME:
            if ("programmes", row, outer := BY_CODE[code].inside) in values:
                inside(("programmes", row, outer), ("programmes", row, code))
    _rates(rates, values, sums, inside, stations)
    values.update({("frozen", code): value for code, value in figures["frozen"].items()})
    for code in figures["frozen"]:
        if code in BY_CODE and BY_CODE[code].inside in figures["frozen"]:
            inside(("frozen", BY_CODE[code].inside), ("frozen", code))
    return hidden_cells(values, sums, unseen)


def _tables(body: Body, figures: dict[str, Any], values: dict[Any, int], sums: list[Sum]) -> None:
    """Breakdowns add up to the total of their station, but for those who are in two rows, which is known."""
    shown = [("programmes", BY_PROGRAMME), ("children", ("enrolled",))]
    if _has_places(body):
        shown.append(("places", (BY_PLACE,)))
    for table, codes in shown:
        for code in codes:
            parts = tuple((table, key, code) for key in figures[table])
            values.update({part: figures[table][part[1]].get(code, 0) for part in parts})
            if parts and code in figures["stations"]:
                sums.append((("stations", code, "total"), parts))
    ages = figures["ages"].get(BY_AGE, {})
    values.update({("ages", born): number for born, number in ages.items()})
    if ages:
        sums.append((("stations", BY_AGE, "total"), tuple(("ages", born) for born in ages)))


def _rates(rates: Iterable[Any], values: dict[Any, int], sums: list[Sum], inside: Any, stations: Any) -> None:
    same = {
        ("ENROLLED", "people"): "enrolled_ever",
        ("ENROLLED", "verified"): "verified",
        ("COMPLETED", "people"): "completed",
    }
    for base in rates:
        values.update(
            {("rates", base.code, name): getattr(base, name) for name in ("people", "declared", "verified")}
        )
        inside(("rates", base.code, "people"), ("rates", base.code, "declared"))
        inside(("rates", base.code, "declared"), ("rates", base.code, "verified"))
        for name in ("people", "declared", "verified"):
            if base.code != "ENROLLED":
                inside(("rates", "ENROLLED", name), ("rates", base.code, name))
            station = same.get((base.code, name))
            if station in stations:
                sums.append((("stations", station, "total"), (("rates", base.code, name),)))


def attendance_of(figures: dict[str, Any], *, is_exact: bool) -> dict[str, int | None] | None:
    """Whole percents: marks present or late among those of roll-calls done; sessions without one among all.

    None when the body had no session, or for a reader of totals when so few marks exist that they tell of persons.
    """
    sessions, marks = figures["sessions"], figures["marks"]
    planned = sum(sessions.values())
    given = sum(marks.values())
    if not planned or (not is_exact and figures["stations"].get("enrolled_ever", {}).get("total", 0) < FEW):
        return None
    there = marks.get("PRESENT", 0) + marks.get("LATE", 0)
    return {
        "rate": round(100 * there / given) if given else None,
        "sessions": planned,
        "open": sessions["open"],
        "not_taken": sessions["not_taken"],
        "not_taken_share": round(100 * sessions["not_taken"] / planned),
    }


def people_behind(scope: Scope, body: Body, season: Season, on: dt.date, code: str) -> QuerySet[Person]:
    """The persons behind one count that the scope may read, nobody when it is not counted for such a body.

    Raises KeyError for an unknown count.
    """
    station = BY_CODE[code]
    if station not in stations_of(body):
        return Person.objects.visible_to(scope).none()
    day: Any = on
    if station.source is MARKS:
        counted = count_day_of(body, season, on)
        if counted is None:
            return Person.objects.visible_to(scope).none()
        day = counted.date
    rows = rows_of(station, body, season, day)
    return Person.objects.visible_to(scope).filter(pk__in=rows.values(station.source.person))


@dataclass(frozen=True)
class RateCount:
    """One number of an insertion rate, in words: whom it counts."""

    label: Any
    sentence: Any


MEASURES = {"PEOPLE": _("Persons"), "DECLARED": _("Insertion declared"), "VERIFIED": _("Insertion verified")}


def behind(
    scope: Scope, body: Body, season: Season, on: dt.date, code: str
) -> tuple[Station | RateCount, QuerySet[Person]]:
    """What a number counts, and the persons behind it that the scope may read.

    `code`: of a station, or `rate-COMPLETED-VERIFIED` for a number of an insertion rate. Raises KeyError.
    """
    if not code.startswith("rate-"):
        return BY_CODE[code], people_behind(scope, body, season, on, code)
    base, _dash, measure = code.removeprefix("rate-").partition("-")
    label, definition = RATE_BASES[base]
    rows = insertion_people(body.scope, season, on, base, measure)
    people = Person.objects.visible_to(scope).filter(pk__in=rows.values("pk"))
    return RateCount(f"{label} · {MEASURES[measure]}", definition), people


def groups_not_counted(scope: Scope, body: Body, season: Season, day: dt.date) -> QuerySet[Group]:
    """Groups with learners on the count day and no roll-call done that day: their learners are counted nowhere."""
    groups = Group.unscoped.filter(body.of("centre__place_number", "centre"), season=season)
    there = groups.filter(enrolments__enrolled_date__lte=day).exclude(sessions__state="CLOSED", sessions__date=day)
    return there.select_related("centre").distinct().order_by("centre", "name")


def claims_about(body: Body, season: Season) -> list[Claim]:
    """What was said in public of the body for this season and the one before; one query."""
    rows = Claim.unscoped.filter(organisation=body.organisation, state="STANDING")
    return list(rows.filter(season__year__in=(season.year - 1, season.year)).select_related("season", "programme"))
