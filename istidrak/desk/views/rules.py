"""Rules as officers read them: what each asks, who says so, since when, on which examples; and trying a case."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import EVERYBODY
from istidrak.base import days
from istidrak.base.exchange.answers import sheets_answer, workbook_answer
from istidrak.base.rules import NoParameter, decide
from istidrak.desk.forms.rules import TryForm
from istidrak.desk.queries import rule_pages as queries
from istidrak.desk.queries.rules import AREAS, BY_CODE


@open_to(*EVERYBODY)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule by area of the work: everybody may know how the program decides."""
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Area"), 34, "text"), (_("Rule"), 34, "text"), (_("Condition"), 60, "text")),
            (_("Texts"), 90, "text"),
        ]
        lines = (
            (str(area), str(rule.label), str(condition.label), " · ".join(map(str, condition.texts)))
            for area, of_area in AREAS
            for rule in of_area
            for condition in queries.page_of(rule, days.today()).conditions
        )
        return workbook_answer(request, "rules", _("Rules"), columns, lines)
    return render(request, "desk/rules.html", {"areas": AREAS})


@open_to(*EVERYBODY)
@require_GET
def rule(request: HttpRequest, rule: str) -> HttpResponse:
    """One rule: conditions and texts, values through time, examples, and a case to try. Nothing is written."""
    if rule not in BY_CODE:
        raise Http404
    page = queries.page_of(BY_CODE[rule], _day(request.GET.get("day", "")))
    if request.GET.get("format") == "xlsx":
        return _workbook(request, page)
    law = queries.law(page.day)
    is_tried = "try" in request.GET
    form = TryForm(request.GET if is_tried else None, rule=page.rule, law=law)
    context: dict[str, Any] = {"page": page, "form": form}
    if is_tried and form.is_valid():
        try:
            decision = decide(page.rule, form.facts(), queries.law(form.cleaned_data["day"]))
        except NoParameter as error:
            text = _("No text in force on that day sets this: %(what)s")
            form.add_error("day", text % {"what": queries.sentence_of(error.name)})
        else:
            context |= {
                "said": queries.Said(decision.outcome),
                "findings": queries.findings_of(page.rule, decision),
                "decided_day": decision.as_of,
            }
    return render(request, "desk/rule.html", context)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return days.today()


def _workbook(request: HttpRequest, page: queries.RulePage) -> HttpResponse:
    values = [
        *((_("Parameter"), 30, "text"), (_("What it sets"), 60, "text"), (_("For"), 20, "text")),
        *((_("Where"), 24, "text"), (_("Value"), 40, "text"), (_("Holds from"), 14, "day")),
        *((_("Holds until"), 14, "day"), (_("State"), 14, "text"), (_("Text or decision that sets it"), 70, "text")),
        (_("Sample value, to confirm"), 14, "text"),
    ]
    examples = [
        *((_("Example"), 60, "text"), (_("What is known"), 70, "text"), (_("Under the law of"), 14, "day")),
        *((_("Expected answer"), 14, "text"), (_("Answer computed"), 14, "text")),
    ]
    lines = (
        (
            *(str(example.sentence), " · ".join(f"{label}: {value}" for label, value in example.facts)),
            *(example.day, str(example.expected.word), str(example.computed.word)),
        )
        for example in page.examples
    )
    sheets = [(_("Values"), values, _values(page)), (_("Examples"), examples, lines)]
    return sheets_answer(request, page.rule.code, page.rule.label, sheets)


def _values(page: queries.RulePage) -> Iterator[tuple[Any, ...]]:
    for name, sentence, shown in page.time_lines:
        for value in shown:
            parts = " · ".join(f"{label} {part}".strip() for label, part in value.parts)
            yield (
                *(name, str(sentence), value.keys, str(value.where), parts, value.row.since, value.row.until),
                *(str(value.word), _(value.row.source), value.row.is_sample),
            )
