"""Aid that other bodies pay: their lists, and what is known from them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import SupportUnit
from istidrak.base import paging
from istidrak.base.exchange.answers import workbook_answer
from istidrak.base.exchange.reading import UnreadableFile
from istidrak.support.actions import other_aid as actions
from istidrak.support.forms.registrations import FileForm
from istidrak.support.queries import registrations as queries

HEADINGS = {name: f"{ar} / {fr}" for name, ar, fr in actions.COLUMNS}


@open_to(SupportUnit)
@require_http_methods(["GET", "POST"])
def other_aid(request: HttpRequest) -> HttpResponse:
    """What other bodies said they pay, and a list to look at or to keep."""
    rows = queries.other_aid(request.GET.get("q", "")[:80])
    if request.GET.get("format") == "xlsx":
        columns = [(heading, 18, "text") for heading in HEADINGS.values()] + [(_("Source"), 40, "text")]
        lines = ((r.identity_card, r.programme, str(r.from_month), str(r.until_month or ""), r.source) for r in rows)
        return workbook_answer(request, "other-aid", _("Aid paid elsewhere"), columns, lines)
    form = FileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "text": request.GET.get("q", "")}
    if request.method == "POST" and form.is_valid():
        found = _read(form)
        if found is not None and request.POST.get("do") == "keep" and not found[1]:
            if form.cleaned_data["source"].strip():
                new = actions.write_aid(by=request.user, rows=found[0], source=form.cleaned_data["source"])
                said = ngettext("%(n)s new line kept.", "%(n)s new lines kept.", new) % {"n": new}
                messages.success(request, said)
                return redirect("support:other_aid")
            form.add_error("source", _("Say where the list comes from."))
        if found is not None:
            problems = [(number, HEADINGS[name]) for number, name in found[1]]
            context |= {"is_read": True, "readable": len(found[0]), "problems": problems}
    context["page"] = paging.page_of(rows, after=request.GET.get("after", ""))
    return render(request, "support/other_aid.html", context)


def _read(form: FileForm) -> tuple[list[actions.AidRow], list[tuple[int, str]]] | None:
    sent = form.cleaned_data["file"]
    try:
        return actions.read_aid(sent.read(), sent.name)
    except UnreadableFile:
        form.add_error("file", _("This file cannot be read as a list: send an .xlsx, .xls or .csv file."))
    except actions.NotTheLayout:
        words = _("The first row must hold these headings: %(headings)s.")
        form.add_error("file", words % {"headings": " · ".join(HEADINGS.values())})
    return None
