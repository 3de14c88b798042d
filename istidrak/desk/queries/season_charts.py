"""What the charts of the season page draw: words and numbers, no form. Each chart has its table beside it."""

from typing import Any

from django.utils.translation import gettext as _

from istidrak.desk.queries.figure_bodies import Body
from istidrak.desk.queries.season_page import BY_AGE, SeasonPage

PATH = ("named", "contacted", "oriented", "arrived_here", "arrived", "enrolled")


def charts_of(page: SeasonPage, body: Body) -> dict[str, dict[str, Any]]:
    """{name: {"title", "labels", "series": [{"name", "values"}]}}.

    A hidden number is null; a chart of nothing is left out.
    """
    lines = {line.station.code: line for _title, rows in page.families for line in rows}
    path = [lines[code] for code in PATH if code in lines]
    four = [(_("Places agreed"), page.figures["agreed"]["total"])]
    four += [
        (str(lines[code].station.label), lines[code].cells["total"])
        for code in ("pre_registered", "enrolled", "present")
        if code in lines
    ]
    charts = {
        "path": _chart(
            _("The path, girls and boys"),
            [str(line.station.label) for line in path],
            [
                (_("Girls"), [line.cells["F"] for line in path]),
                (_("Boys"), [line.cells["M"] for line in path]),
                (_("Sex not known"), [line.cells["?"] for line in path]),
            ],
        ),
        "four": _chart(
            _("Counts that are not the same"), [label for label, _n in four], [(_("Number"), [n for _l, n in four])]
        ),
        "ages": _chart(
            _("Enrolled on the day, by age"),
            [str(row.label) for row in page.ages],
            [(_("Number"), [row.cells[BY_AGE] for row in page.ages])],
        ),
        "children": _chart(
            _("Places agreed and enrolled"),
            [str(row.label) for row in page.children][:40],
            [
                (_("Places agreed"), [row.places for row in page.children][:40]),
                (_("Enrolled on the day"), [row.cells.get("enrolled") for row in page.children][:40]),
            ],
        ),
    }
    return {name: chart for name, chart in charts.items() if any(any(s["values"]) for s in chart["series"])}


def _chart(title: str, labels: list[str], series: list[tuple[str, list[int | None]]]) -> dict[str, Any]:
    shown = [{"name": name, "values": values} for name, values in series if any(values)]
    return {"title": title, "labels": labels, "series": shown}
