"""Corrections of a saved instalment: what changed since, adjusting it, and what became of the adjustments."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.base import paging
from istidrak.base.exchange.answers import list_of_names
from istidrak.base.templatetags.ui import year_month_words
from istidrak.support import correcting, running
from istidrak.support.actions import corrections as actions
from istidrak.support.forms.corrections import AdjustForm
from istidrak.support.models import Instalment
from istidrak.support.queries import corrections as queries
from istidrak.support.views.common import READS_PAYMENTS
from istidrak.support.views.instalments import MAKES, visible


@open_to(*READS_PAYMENTS)
@require_http_methods(["GET", "POST"])
def corrections(request: HttpRequest, instalment: str) -> HttpResponse:
    """What facts known since change of the lines, and one button that makes the adjustments."""
    subject = visible(request.scope if request.method == "GET" else scope_acting_as(request, *MAKES), instalment)
    if not subject.is_frozen:
        messages.info(request, _("Its lines are not saved yet: correct what is wrong, then compute again."))
        return redirect("support:instalment", instalment=subject.uuid)
    is_looked_for = running.is_small(subject) or "look" in request.GET or request.method == "POST"
    found = correcting.differences(subject) if is_looked_for else []
    if request.GET.get("format") == "xlsx":
        return _workbook(request, subject, found)
    totals = queries.totals(found)
    form = AdjustForm(request.POST or None, initial={"expected": totals.settled})
    if request.method == "POST" and form.is_valid():
        _adjust(request, subject, found, form.cleaned_data)
        return redirect("support:corrections", instalment=subject.uuid)
    context = {"totals": totals, "form": form, "is_looked_for": is_looked_for}
    return render(request, "support/corrections.html", {**_context(request, subject, found), **context})


def _context(request: HttpRequest, subject: Instalment, found: list[Any]) -> dict[str, Any]:
    text = request.GET.get("after", "")
    after = min(int(text), len(found)) if text.isascii() and text.isdigit() else 0
    shown = queries.shown_differences(subject, found[after : after + paging.PAGE])
    more = str(after + paging.PAGE) if len(found) > after + paging.PAGE else ""
    return {
        "instalment": subject,
        "page": paging.Page(shown, more),
        "found": len(found),
        "superseded": queries.shown_superseded(correcting.superseded(subject) or []),
        "may_adjust": request.user.holds(*MAKES),
    }


def _adjust(request: HttpRequest, subject: Instalment, found: list[Any], said: dict[str, Any]) -> None:
    """Adjust what was ticked, or everything that was looked at."""
    if request.POST.get("do") == "ticked":
        ticked = set(request.POST.getlist("row"))
        found = [difference for difference in found if f"{difference.month}-{difference.child}" in ticked]
    elif said["expected"] != queries.totals(found).settled:
        words = _("Nothing was written: there are %(count)s differences now. Look again, then adjust.")
        messages.error(request, words % {"count": queries.totals(found).settled})
        return
    rows = actions.adjust(by=request.user, instalment=subject, differences=found, cause=said["cause"])
    if not rows:
        messages.warning(request, _("Nothing was written: no difference that can be adjusted was chosen."))
        return
    words = ngettext(
        "%(count)s adjustment was written: the next instalment carries it.",
        "%(count)s adjustments were written: the next instalment carries them.",
        len(rows),
    )
    messages.success(request, words % {"count": len(rows)})


def _workbook(request: HttpRequest, subject: Instalment, found: list[Any]) -> HttpResponse:
    columns = [
        *((_("Pupil"), 30, "text"), (_("File number"), 16, "text"), (_("Month"), 18, "text")),
        *((_("Was"), 16, "text"), (_("Is now"), 16, "text"), (_("Given so far (DH)"), 16, "number")),
        *((_("Due now (DH)"), 14, "number"), (_("Difference (DH)"), 16, "number"), (_("What changed"), 60, "text")),
        (_("Payment of the family"), 30, "text"),
    ]
    rows = (
        (
            *_named(row.person),
            *(year_month_words(row.found.month), row.was[0], row.now[0], row.found.was_amount / 100),
            *(row.found.amount / 100, row.found.change / 100, _changed_words(row), row.place),
        )
        for row in queries.shown_differences(subject, found)
    )
    return list_of_names(request, "corrections", _("Corrections"), columns, rows, about=subject)


def _changed_words(row: queries.ShownDifference) -> str:
    said = [str(row.why)] if row.why else []
    for changed in row.changed:
        was = f"{changed.was} > " if changed.was else ""
        said.append(f"{changed.label}: {was}{changed.now}")
    return " – ".join(said)


def _named(person: Any) -> tuple[str, str]:
    return ((person.name_ar or person.name_fr), person.file_number) if person else ("", "")


@open_to(*READS_PAYMENTS)
@require_GET
def adjustments(request: HttpRequest, instalment: str) -> HttpResponse:
    """The adjustments of an instalment's lines: what is left of each, and the payments that carry them."""
    subject = visible(request.scope, instalment)
    rows = queries.adjustments(Q(origin=subject))
    if request.GET.get("format") == "xlsx":
        return _adjustments_workbook(request, subject, queries.shown_adjustments(list(rows)))
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    context = {
        "instalment": subject,
        "page": paging.Page(queries.shown_adjustments(page.rows), page.after),
        "sums": queries.sums(subject),
    }
    return render(request, "support/correction_adjustments.html", context)


def _adjustments_workbook(request: HttpRequest, subject: Instalment, rows: list[Any]) -> HttpResponse:
    columns = [
        *((_("Pupil"), 30, "text"), (_("File number"), 16, "text"), (_("Month"), 18, "text")),
        *((_("Adjustment (DH)"), 16, "number"), (_("Left (DH)"), 12, "number"), (_("Cause"), 50, "text")),
        *((_("Made"), 12, "day"), (_("By"), 26, "text"), (_("Carried by the payments"), 40, "text")),
    ]
    lines = (
        (
            *_named(shown.person),
            *(year_month_words(shown.row.month), shown.row.amount / 100, shown.left / 100, shown.row.cause),
            *(shown.row.made_at, str(shown.row.made_by)),
            " – ".join(use.payment.reference for use in shown.row.uses.all()),
        )
        for shown in rows
    )
    return list_of_names(request, "adjustments", _("Adjustments"), columns, lines, about=subject)
