"""The minutes of a sitting: printed as they were written, with their workbook."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import DirectorateOfficer
from istidrak.base.exchange.answers import list_of_names
from istidrak.organisations.models import Organisation
from istidrak.orientation.forms.sittings import ReasonForm
from istidrak.orientation.models import Exit, Sitting, SittingLine, SittingMember
from istidrak.orientation.views.common import READS_SITTINGS
from istidrak.orientation.views.sittings import PROBLEMS, may_hold, visible


def _said(words: dict[str, str] | None) -> str:
    """A name kept in both languages, in the reader's."""
    if not words:
        return ""
    first, second = ("fr", "ar") if get_language() == "fr" else ("ar", "fr")
    return words[first] or words[second]


def results() -> dict[str, Any]:
    """What a sitting made of a line, in words."""
    return {
        "DECIDED": pgettext("minutes", "Decided"),
        "PROPOSED": pgettext("minutes", "Proposed to the directorate"),
        "COUNCIL": pgettext("minutes", "Put to the class council"),
        "POSTPONED": pgettext("minutes", "Postponed"),
        "NOT_WRITTEN": pgettext("minutes", "Not decided"),
    }


def lines_said(kept: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of minutes in the reader's language; names and figures as they were kept."""
    words, exits = results(), dict(Exit.choices)
    return [
        {
            **line,
            "result_label": words[line["result"]],
            "exit_label": exits.get(line["exit"], ""),
            "receiver": _said(line["receiver"]),
            "programme": _said(line["programme"]),
            "problem_label": str(PROBLEMS[line["problem"]]) if line["problem"] else "",
            "corrects_day": dt.date.fromisoformat(line["corrects"]["held_date"]) if line["corrects"] else None,
        }
        for line in kept["lines"]
    ]


@open_to(*READS_SITTINGS)
@require_GET
def minutes(request: HttpRequest, sitting: str) -> HttpResponse:
    """The minutes on paper, or as a workbook; on screen, what became of each line since."""
    subject = visible(request, sitting)
    if subject.state != Sitting.State.CLOSED:
        return redirect("orientation:sitting", sitting=subject.uuid)
    kept, lines = subject.minutes, lines_said(subject.minutes)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, subject, lines)
    parts, exits = dict(SittingMember.Part.choices), dict(Exit.choices)
    now = (
        SittingLine.objects.visible_to(request.scope)
        .filter(sitting=subject)
        .select_related("decision", "decision__council")
    )
    since = {str(line.uuid): line for line in now}
    rows = [{**line, "now": since.get(line["line"])} for line in lines]
    waiting = sum(r["now"] is not None and _waits(r["now"]) for r in rows)
    header = {name: _said(kept["header"][name]) for name in ("ministry", "academy", "directorate", "body")}
    is_centre = kept["header"]["body_kind"] == Organisation.Kind.CENTRE
    context = {
        "sitting": subject,
        "header": header,
        "is_centre": is_centre,
        "number": kept["number"],
        "season": kept["season"],
        "held_date": dt.date.fromisoformat(kept["held_date"]),
        "held_at": kept["held_at"],
        "members": [{**member, "part_label": parts[member["part"]]} for member in kept["members"]],
        "rows": rows,
        "counts": [(exits[code], count) for code, count in kept["counts"].items()],
        "results": [(label, kept["results"].get(code, 0)) for code, label in results().items()],
        "departures": kept["departures"],
        "may_validate": is_centre and request.user.holds(DirectorateOfficer) and waiting,
        "may_correct": may_hold(request, subject),
        "waiting": waiting,
        "reason_form": ReasonForm(),
    }
    return render(request, "orientation/minutes.html", context)


def _waits(line: SittingLine) -> bool:
    decision = line.decision
    return decision is not None and decision.state == "PROPOSED" and not hasattr(decision, "council")


def _workbook(request: HttpRequest, sitting: Sitting, lines: list[dict[str, Any]]) -> HttpResponse:
    if not lines and not sitting.minutes:
        raise Http404
    columns = [
        (_("No."), 6, "number"),
        (_("File number"), 12, "text"),
        (_("Name in Arabic"), 28, "text"),
        (_("Name in French"), 28, "text"),
        (_("Age"), 8, "text"),
        (_("Decision"), 24, "text"),
        (_("Exit"), 24, "text"),
        (_("Who receives"), 28, "text"),
        (_("Programme"), 28, "text"),
        (_("Departs from the criteria"), 14, "text"),
        (_("Reason"), 40, "text"),
    ]
    rows = (
        (
            *(line["position"], line["file_number"], line["name_ar"], line["name_fr"], line["age"]),
            *(str(line["result_label"]), str(line["exit_label"]), line["receiver"], line["programme"]),
            *(_("Yes") if line["departs"] else "", line["reason"] or line["problem_label"]),
        )
        for line in lines
    )
    name = f"minutes-{sitting.season.year}-{sitting.number}"
    return list_of_names(request, name, _("Minutes"), columns, rows, about=sitting)
