"""The figures of a season for one body and one day: every table of the page, counted in one query."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Case as Choice
from django.db.models import CharField, Count, F, IntegerField, Max, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, ExtractYear

from istidrak.desk.models import CountDay, FrozenFigure, PlacesAgreed
from istidrak.desk.queries.figure_bodies import Body
from istidrak.desk.queries.kept_sql import compiled
from istidrak.desk.queries.stations import MARKS, Source, Station, stations_of
from istidrak.programmes.models import Season
from istidrak.training.models import Attendance, Session

WIDTH = 8  # counts side by side in one row of the query
TEXT, NUMBER = CharField(max_length=40), IntegerField()
SEXES = ("F", "M", "?")
Row = tuple[list[str], str, str | None, str | None, list[Any]]  # codes of the columns, table, key, sex, numbers


def _count_days(body: Body, season: Season, on: dt.date) -> QuerySet[CountDay]:
    """Days, up to `on`, on which the whole body was counted, the last one first."""
    if body.span is not None:
        low, high = body.span
    else:
        low = high = body.organisation.place_number if body.organisation.place_number is not None else -1
    days = CountDay.unscoped.filter(season=season, state="STANDING", date__lte=on)
    return days.filter(place_low__lte=low, place_high__gte=high).order_by("-date", "-pk")


def count_day_of(body: Body, season: Season, on: dt.date) -> CountDay | None:
    """The last day, up to `on`, on which the whole body was counted; one query."""
    return _count_days(body, season, on).first()


def figures_of(body: Body, season: Season, on: dt.date) -> dict[str, Any]:
    """Counts of the body on a day, as plain values (codes, keys, ISO days). One query.

    `stations`: {code: {"total", "F", "M", "?"}}. `ages`: {code: {year of birth or "?": persons}}. `programmes`,
    `places`, `children`: {code of programme, number of the centre's place, key of a body: {station: persons}}.
    `agreed`: places promised up to the day: {"total", "last" (ISO day), "programmes", "children"}. `sessions`:
    {"done", "open", "not_taken"} up to the day; `marks`: {mark: number} of roll-calls done. `count_day`: ISO or None.
    `frozen`: {station: persons} of the season before, as frozen; empty when it is not.
    """
    stations = stations_of(body)
    figures: dict[str, Any] = {
        "on": on.isoformat(),
        "count_day": None,
        "stations": {s.code: dict.fromkeys(("total", *SEXES), 0) for s in stations},
        "ages": {s.code: {} for s in stations},
        "programmes": {},
        "places": {},
        "children": {},
        "agreed": {"total": 0, "last": None, "programmes": {}, "children": {}},
        "sessions": {"done": 0, "open": 0, "not_taken": 0},
        "marks": {},
        "frozen": {},
    }
    for codes, kind, key, sex, numbers in _rows(body, season, on):
        _add(figures, codes, kind, key, sex, numbers)
    if not figures["count_day"]:  # nobody was counted: unknown is not none present
        figures["stations"].pop("present", None)
        figures["ages"].pop("present", None)
    return figures


def _rows(body: Body, season: Season, on: dt.date) -> Iterator[Row]:
    """Rows of every table; one query."""
    codes, (sql, values) = compiled(_query, body, season, on)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for part, kind, key, sex, *numbers in cursor.fetchall():
            # PostgreSQL adds whole numbers up to decimals.
            yield codes[part], kind, key, sex, [None if number is None else int(number) for number in numbers]


def _query(body: Body, season: Season, on: dt.date) -> tuple[list[list[str]], QuerySet]:
    """Codes of the columns of each part, and all parts as one query."""
    stations = stations_of(body)
    parts: list[tuple[list[str], QuerySet]] = []
    for source in dict.fromkeys(s.source for s in stations):
        asked = [s for s in stations if s.source is source]
        day = Subquery(_count_days(body, season, on).values("date")[:1]) if source is MARKS else on
        parts += _selects(source, asked, body, season, day)
    parts += [_agreed(body, season, on), _sessions(body, season, on), _marks_of(body, season, on)]
    parts += [_counted(body, season, on), _frozen(body, season)]
    first, *rest = (
        query.annotate(part=Value(n, NUMBER)).values_list("part", "of_slice", "of_key", "of_sex", *_names())
        for n, (_codes, query) in enumerate(parts)
    )
    return [codes for codes, _query in parts], first.union(*rest, all=True)


def _names() -> list[str]:
    return [f"c{n}" for n in range(WIDTH)]


def _shaped(rows: QuerySet, kind: str, key: Any, sex: Any, counts: list[Any]) -> QuerySet:
    """Rows grouped by key and sex, with their counts in the common columns."""
    grouped = rows.order_by().values(of_slice=Value(kind, TEXT), of_key=Cast(key, TEXT), of_sex=Cast(sex, TEXT))
    padded = [*counts, *(Value(0, NUMBER) for _n in range(WIDTH - len(counts)))]
    return grouped.annotate(**dict(zip(_names(), padded, strict=True)))


def _selects(
    source: Source, stations: list[Station], body: Body, season: Season, on: Any
) -> Iterator[tuple[list[str], QuerySet]]:
    person = source.person
    rows = source.rows(body, season, on).filter(**{f"{person}__merged_into__isnull": True})
    counts = [Count(person, distinct=True, filter=s.condition(on) or None) for s in stations]
    codes = [s.code for s in stations]
    born = Coalesce(ExtractYear(f"{person}__birth_date"), F(f"{person}__birth_year"), output_field=NUMBER)
    yield codes, _shaped(rows, "person", born, F(f"{person}__sex"), counts)
    if source.programme:
        yield codes, _shaped(rows, "programme", F(source.programme), Value("", TEXT), counts)
    if source.centre and source.programme:
        yield codes, _shaped(rows, "place", F(f"{source.centre}__place_number"), Value("", TEXT), counts)
    if body.children and (child := _child(source.directorate or source.centre, source.centre, body)) is not None:
        yield codes, _shaped(rows, "child", child, Value("", TEXT), counts)


def _child(territory: str, centre: str, body: Body) -> Any:
    """The body inside this one to which a row belongs: a territory by its place, a centre by itself."""
    if body.kind in {"DIRECTORATE", "ASSOCIATION"}:
        return F(centre) if centre else None
    whens = [
        When(Q(**{f"{territory}__place_number__range": body.child_span(child)}), then=Value(child.pk, NUMBER))
        for child in body.children
    ]
    return Choice(*whens, default=Value(None, NUMBER), output_field=NUMBER)


def _agreed(body: Body, season: Season, on: dt.date) -> tuple[list[str], QuerySet]:
    """Places promised; the day of the last promise as yyyymmdd in the second column."""
    rows = PlacesAgreed.unscoped.filter(body.of("centre__place_number", "centre"), season=season, state="STANDING")
    child = _child("centre", "centre", body) if body.children else Value(None, NUMBER)
    shaped = _shaped(
        rows.filter(agreed_date__lte=on).annotate(programme_code=F("programme__code")),
        "agreed",
        child,
        F("programme_code"),
        [Sum("places", output_field=NUMBER), _last("agreed_date")],
    )
    return ["places", "last"], shaped


def _last(column: str) -> Any:
    """The last day of a column as a number (20250916), since the columns of the query hold numbers."""
    return Max(F(f"{column}__year") * 10000 + F(f"{column}__month") * 100 + F(f"{column}__day"), output_field=NUMBER)


def _iso(number: int) -> str:
    text = str(number)
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def _counted(body: Body, season: Season, on: dt.date) -> tuple[list[str], QuerySet]:
    nothing = Value("", TEXT)
    return ["count_day"], _shaped(_count_days(body, season, on), "count_day", nothing, nothing, [_last("date")])


def _frozen(body: Body, season: Season) -> tuple[list[str], QuerySet]:
    """Totals of the body in the season before, when it was frozen."""
    rows = FrozenFigure.objects.filter(frozen__season__year=season.year - 1, organisation=body.organisation)
    rows = rows.filter(programme="", sex="", age__isnull=True)
    return ["value"], _shaped(rows, "frozen", F("station"), Value("", TEXT), [Sum("value", output_field=NUMBER)])


def _sessions(body: Body, season: Season, on: dt.date) -> tuple[list[str], QuerySet]:
    rows = Session.unscoped.filter(body.of("group__centre__place_number", "group__centre"), group__season=season)
    nothing = Value("", TEXT)
    return ["sessions"], _shaped(rows.filter(date__lte=on), "sessions", F("state"), nothing, [Count("pk")])


def _marks_of(body: Body, season: Season, on: dt.date) -> tuple[list[str], QuerySet]:
    rows = Attendance.objects.filter(session__group__season=season, session__state="CLOSED", session__date__lte=on)
    rows = rows.filter(body.of("session__group__centre__place_number", "session__group__centre"))
    return ["marks"], _shaped(rows, "marks", F("mark"), Value("", TEXT), [Count("pk")])


def _add(
    figures: dict[str, Any], codes: list[str], kind: str, key: str | None, sex: str | None, numbers: list[int | None]
) -> None:
    """Put one row of the query where it belongs."""
    if kind == "person":
        for code, number in zip(codes, numbers, strict=False):
            if number:
                row, ages = figures["stations"][code], figures["ages"][code]
                row["total"] += number
                row[sex or "?"] += number
                ages[key or "?"] = ages.get(key or "?", 0) + number
    elif kind == "agreed":
        _add_agreed(figures["agreed"], key, sex or "", numbers[0] or 0, numbers[1] or 0)
    elif kind == "sessions":
        name = {"CLOSED": "done", "OPENED": "open", "PLANNED": "not_taken"}.get(key or "")
        if name:
            figures["sessions"][name] += numbers[0] or 0
    elif kind in {"marks", "frozen"}:
        figures[kind][key or ""] = numbers[0]
    elif kind == "count_day":
        figures["count_day"] = _iso(numbers[0]) if numbers[0] else None
    else:
        table = figures[{"programme": "programmes", "place": "places", "child": "children"}[kind]]
        row = table.setdefault(key or "", {})
        row.update({code: number for code, number in zip(codes, numbers, strict=False) if number})


def _add_agreed(agreed: dict[str, Any], child: str | None, programme: str, places: int, last: int) -> None:
    agreed["total"] += places
    agreed["programmes"][programme] = agreed["programmes"].get(programme, 0) + places
    if child:
        agreed["children"][child] = agreed["children"].get(child, 0) + places
    if last:
        agreed["last"] = max(filter(None, (agreed["last"], _iso(last))))
