"""The school's list of absences: a workbook to fill, a look at what it says, then written."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from istidrak.accounts.gate import open_to
from istidrak.base.exchange.answers import list_of_names
from istidrak.base.exchange.reading import UnreadableFile
from istidrak.base.templatetags.ui import year_month_words
from istidrak.support.actions import absences as actions
from istidrak.support.forms import absence_files as forms
from istidrak.support.forms.absences import counts_words
from istidrak.support.models import MonthSheet
from istidrak.support.queries import absence_files as files
from istidrak.support.queries import absences as queries
from istidrak.support.views.absences import REFUSED
from istidrak.support.views.common import SCHOOLS


@open_to(*SCHOOLS)
@require_http_methods(["GET", "POST"])
def sheet_import(request: HttpRequest, sheet: str) -> HttpResponse:
    """Take the absences of a month from the school's own list: shown first, written on a second answer."""
    subject = get_object_or_404(queries.sheets(request.scope), uuid=sheet)
    if request.GET.get("format") == "xlsx":
        return _to_fill(request, subject)
    if subject.state != MonthSheet.State.OPEN:
        is_entered = subject.state == MonthSheet.State.ENTERED
        messages.error(request, REFUSED["handed_over" if is_entered else "validated"])
        return redirect("support:sheet", sheet=subject.uuid)
    if request.POST.get("do") == "write":
        return _write(request, subject)
    form = forms.AbsenceFileForm(request.POST or None, request.FILES or None)
    preview = None
    if request.method == "POST" and form.is_valid():
        preview = _look(request, subject, form)
    return _page(request, subject, form, preview)


def _to_fill(request: HttpRequest, subject: MonthSheet) -> HttpResponse:
    columns = [
        (heading, width, "number" if key in queries.Counts._fields else "text")
        for key, heading, width in files.COLUMNS
    ]
    rows = files.to_fill(subject, queries.pupils(request.scope, subject))
    name = f"absences-{subject.school.code}-{subject.month}-form"
    return list_of_names(request, name, year_month_words(subject.month), columns, rows, about=subject)


def _look(request: HttpRequest, subject: MonthSheet, form: forms.AbsenceFileForm) -> files.Preview | None:
    """What the file says; None with the reason in the form."""
    sent = form.cleaned_data["file"]
    pupils = queries.pupils(request.scope, subject)
    try:
        return files.compare(sent.read(), sent.name, subject, pupils, forms.LIMITS)
    except UnreadableFile:
        form.add_error("file", _("This file cannot be read as a list: send an .xlsx, .xls or .csv file."))
    except files.NotTheLayout as error:
        words = _("Headings that the layout has and this file has not: %(missing)s. Take the workbook to fill.")
        form.add_error("file", words % {"missing": " · ".join(error.missing)})
    return None


def _page(request: HttpRequest, subject: MonthSheet, form: Any, preview: files.Preview | None) -> HttpResponse:
    context = {
        "sheet": subject,
        "month_words": year_month_words(subject.month),
        "form": form,
        "preview": preview,
        "columns": [heading for _key, heading, _width in files.COLUMNS],
    }
    if preview is not None:
        context |= {
            "problems": [(problem, files.problem_words(problem)) for problem in preview.problems],
            "changes": [
                (line, counts_words(line.pupil.counts), counts_words(line.counts)) for line in preview.changes
            ],
            "sealed": forms.packed(preview, subject, request.user.pk),
        }
    return render(request, "support/sheet_import.html", context)


def _write(request: HttpRequest, subject: MonthSheet) -> HttpResponse:
    found = forms.unpacked(request.POST.get("sealed", ""), subject, request.user.pk)
    if found is None:
        messages.error(request, _("What was shown is no longer at hand: send the file again."))
        return redirect("support:sheet_import", sheet=subject.uuid)
    digest, rows = found
    try:
        changed = actions.save_absences(
            by=request.user, sheet=subject, rows=rows, verb="import_absences", file_digest=digest
        )
    except actions.SheetRefused as refused:
        changed_meanwhile = _("Somebody entered other numbers meanwhile: send the file again, and look at it anew.")
        messages.error(request, REFUSED.get(refused.code, changed_meanwhile))
        return redirect("support:sheet_import", sheet=subject.uuid)
    words = ngettext("Written: %(n)d pupil changed.", "Written: %(n)d pupils changed.", changed) % {"n": changed}
    messages.success(request, words)
    return redirect("support:sheet", sheet=subject.uuid)
