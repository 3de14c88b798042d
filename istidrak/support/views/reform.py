"""A law tried on a copy: what it would cost, who gains and who loses. Nothing is written."""

from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import NationalOfficer, SupportUnit
from istidrak.base.exchange.answers import sheets_answer
from istidrak.base.rules import NoParameter, Parameters
from istidrak.support.facts import BadFacts, Facts, reopen
from istidrak.support.forms.reform import ReformForm, values_in_words
from istidrak.support.models import Run
from istidrak.support.queries import reform as queries
from istidrak.support.queries.runs import folder_of
from istidrak.support.reforming import Comparison, compare
from istidrak.support.rules.lines import first_day


@open_to(SupportUnit, NationalOfficer)
@require_GET
def reform(request: HttpRequest) -> HttpResponse:
    """The form filled with the law of an instalment; once sent, what the changes do to it."""
    kept = _kept(request)
    chosen = next((run for run in kept if str(run.uuid) == request.GET.get("run")), kept[0] if kept else None)
    context: dict[str, Any] = {"runs": kept, "chosen": chosen}
    if chosen is None:
        return render(request, "support/reform.html", context)
    try:
        facts = reopen(folder_of(chosen))
    except BadFacts as error:
        return render(request, "support/reform.html", {**context, "problem": str(error)})
    law = Parameters(facts.parameters, first_day(chosen.instalment.months[0]))
    is_sent = "try" in request.GET
    form = ReformForm(request.GET if is_sent else None, law=law)
    context["form"] = form
    if is_sent and form.is_valid():
        found = _compared(form, facts, chosen)
        if found is not None:
            if request.GET.get("format") == "xlsx":
                return _workbook(request, form, found)
            context |= {"found": found, "totals": found.totals, "divisions": queries.divisions(found)}
            context |= {"chart": queries.chart(found), "changes": values_in_words(form, form.changes())}
    return render(request, "support/reform.html", context)


def _kept(request: HttpRequest) -> list[Run]:
    """The newest run of each instalment whose facts are still kept."""
    found: dict[int, Run] = {}
    for run in queries.runs(request.scope):  # type: ignore[attr-defined]
        if run.instalment_id not in found and _has_facts(folder_of(run)):
            found[run.instalment_id] = run
    return list(found.values())


def _has_facts(folder: Path) -> bool:
    return (folder / "children.parquet").exists()


def _compared(form: ReformForm, facts: Facts, run: Run) -> Comparison | None:
    instalment = run.instalment
    try:
        return compare(facts, form.changes(), school_year=instalment.school_year, instalment=instalment.number)
    except NoParameter as error:
        form.add_error(None, _("No text in force sets %(name)s for these months.") % {"name": error.name})
    return None


def _workbook(request: HttpRequest, form: ReformForm, found: Comparison) -> HttpResponse:
    columns = [
        *((_("Part"), 30, "text"), (_("Pupils"), 12, "number"), (_("Cost before (DH)"), 18, "number")),
        *((_("Cost after (DH)"), 18, "number"), (_("Pupils who gain"), 14, "number")),
        *((_("Gained (DH)"), 16, "number"), (_("Pupils who lose"), 14, "number"), (_("Lost (DH)"), 16, "number")),
        *((_("Months open before"), 16, "number"), (_("Months open after"), 16, "number")),
    ]

    def line(label: Any, row: dict[str, Any]) -> tuple[Any, ...]:
        return (
            *(str(label), row["pupils"], row["before"] / 100, row["after"] / 100),
            *(row["gaining"], row["gained"] / 100, row["losing"], row["lost"] / 100),
            *(row["open_before"], row["open_after"]),
        )

    tried = [(_("What is changed"), 40, "text"), (_("Before"), 50, "text"), (_("After"), 50, "text")]
    words = [(str(what), was, will) for what, was, will in values_in_words(form, form.changes())]
    sheets: list[Any] = [(_("What is changed"), tried, words)]
    sheets.append((_("Whole"), columns, [line(_("Whole"), found.totals)]))
    sheets += [
        (division.title, columns, [line(row["label"], row) for row in division.rows])
        for division in queries.divisions(found)
    ]
    return sheets_answer(request, "reform", _("A law to try"), sheets)
