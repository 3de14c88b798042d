"""The list of a school's pupils: a workbook to fill, a look at what it says, then written."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import SupportCoordinator
from istidrak.base.exchange.answers import sheets_answer
from istidrak.base.exchange.reading import UnreadableFile
from istidrak.people.models import Person
from istidrak.support.actions.registration_files import write_list
from istidrak.support.forms.registrations import FileForm
from istidrak.support.models import Guardian, Registration
from istidrak.support.queries import registration_files as files
from istidrak.support.queries import registrations as queries
from istidrak.support.rules.levels import LEVELS
from istidrak.support.views.common import SCHOOLS

SALT, DAY = "support.registration_files", 24 * 3600
WRITES = (*SCHOOLS, SupportCoordinator)
HEADINGS = {name: f"{ar} / {fr}" for name, ar, fr, _width in files.COLUMNS}


@open_to(*WRITES)
@require_GET
def registrations_workbook(request: HttpRequest) -> HttpResponse:
    """The empty workbook: headings in both languages, and the words that cells may hold."""
    columns = [(HEADINGS[name], width, "text") for name, _ar, _fr, width in files.COLUMNS]
    words = [(_("Level"), level) for level in LEVELS]
    words += [(_("Social cover"), label) for label in Registration.Cover.labels]
    words += [(_("Relation"), label) for label in Guardian.Relation.labels]
    kinds = [(_("Column"), 24, "text"), (_("What it may hold"), 40, "text")]
    sheets = [(_("Pupils"), columns, []), (_("What cells may hold"), kinds, words)]
    return sheets_answer(request, "registrations-form", _("Registrations"), sheets)


@open_to(*WRITES)
@require_http_methods(["GET", "POST"])
def registrations_import(request: HttpRequest) -> HttpResponse:
    """Read a list: shown first, written on a second answer."""
    year = queries.year_of(request.scope, request.GET.get("year", ""))
    if request.method == "POST" and request.POST.get("do") == "write":
        return _write(request, year)
    form = FileForm(request.POST or None, request.FILES or None)
    del form.fields["source"]
    lines = _look(request, form, year) if request.method == "POST" and form.is_valid() else None
    context: dict[str, Any] = {"form": form, "year": year, "years": queries.years_of(request.scope), "lines": lines}
    if lines is not None:
        fresh = [line for line in lines if line.is_new]
        sealed = [[line.said, str(line.person.uuid) if line.person else None] for line in fresh]
        context |= {
            "fresh": fresh,
            "already": [line for line in lines if not line.problems and line.registration],
            "problems": [
                (line.row, HEADINGS[column], files.PROBLEMS[code]) for line in lines for column, code in line.problems
            ],
            "sealed": signing.dumps([request.user.pk, year, sealed], salt=SALT, compress=True),
        }
    return render(request, "support/registration_import.html", context)


def _look(request: HttpRequest, form: FileForm, year: int) -> list[files.Line] | None:
    sent = form.cleaned_data["file"]
    try:
        return files.read_list(sent.read(), sent.name, request.scope, year)
    except UnreadableFile:
        form.add_error("file", _("This file cannot be read as a list: send an .xlsx, .xls or .csv file."))
    except files.NotTheLayout:
        form.add_error("file", _("The headings are not those of the layout: take the empty workbook."))
    return None


def _write(request: HttpRequest, year: int) -> HttpResponse:
    here = f"{reverse('support:registrations_import')}?year={year}"
    try:
        owner, of, sealed = signing.loads(request.POST.get("sealed", ""), salt=SALT, max_age=DAY)
    except (signing.BadSignature, ValueError):
        owner = of = sealed = None
    if (owner, of) != (request.user.pk, year):
        messages.error(request, _("What was shown is no longer at hand: send the file again."))
        return redirect(here)
    seen = Person.objects.visible_to(request.scope)
    people = {str(person.uuid): person for person in seen.filter(uuid__in=[key for _said, key in sealed if key])}
    schools = {school.code: school for school in queries.schools_of(request.scope)}
    rows = [
        (said, people.get(key))
        for said, key in sealed
        if said["school_code"] in schools and (key is None or key in people)
    ]
    done = write_list(by=request.user, rows=rows, schools=schools, year=year)
    said_words = ngettext("%(n)s pupil registered.", "%(n)s pupils registered.", done) % {"n": done}
    messages.success(request, said_words)
    return redirect(f"{reverse('support:registrations')}?year={year}")
