"""Lists: dropped, looked at, explained, confirmed, set aside."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import TERRITORIAL, CentreDirector, DirectorateOfficer, SchoolHead
from istidrak.base import days, paging
from istidrak.base.exchange.answers import list_of_names, workbook_answer
from istidrak.base.workflow import MoveRefused
from istidrak.desk.forms.imports import BodyOfListForm, HeadingsForm, OfficerForm, OwnForm
from istidrak.desk.imports import actions, corrections
from istidrak.desk.imports.messages import FILE_MESSAGES
from istidrak.desk.imports.preview import ContentGone, Preview, preview_of, same_said_once
from istidrak.desk.queries import imports as queries
from istidrak.people.models import SourceFile
from istidrak.programmes.models import Season
from istidrak.programmes.queries import current_season

SENDERS = (DirectorateOfficer, SchoolHead, CentreDirector)
REFUSED_FILES = "refused_files"  # in the session: files of the last drop that could not be received
PROBLEMS_SHOWN, ROWS_SHOWN, ROWS_NAMED = 100, 12, 5
# Of a row accepted, what a list may lack and the page shows as nothing then.
FACTS_SHOWN = (
    *("name_ar", "name_fr", "level"),
    *(f"{part}_name_{script}" for part in ("first", "last", "full") for script in ("ar", "fr")),
)


@open_to(*TERRITORIAL, SchoolHead, CentreDirector)
@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """Lists received, the newest first, by state; as a workbook on demand."""
    state = request.GET.get("state", "")
    files = queries.files_visible_to(request.scope)
    if state in SourceFile.State.values:
        files = files.filter(state=state)
    if request.GET.get("format") == "xlsx":
        return _files_workbook(request, files.order_by("-pk"))
    page = paging.page_of(files, after=request.GET.get("after", ""))
    context = {
        "page": page,
        "rows": [queries.FileRow(file) for file in page.rows],
        "state": state,
        "states": SourceFile.State.choices,
        "may_send": request.user.holds(*SENDERS),
        "file_page": _file_page(request),
    }
    return render(request, "desk/imports/imports.html", context)


def _file_page(request: HttpRequest) -> str:
    """Officers open a list by its address; a school or a centre has a page of its own lists."""
    return "desk:import_file" if request.user.holds(*TERRITORIAL) else "desk:import_mine"


def _files_workbook(request: HttpRequest, files: Any) -> HttpResponse:
    columns = [
        *((_("File"), 40, "text"), (_("Kind of list"), 18, "text"), (_("Season"), 10, "text")),
        *((_("Directorate"), 28, "text"), (_("School or centre"), 30, "text"), (_("Rows"), 8, "number")),
        *((_("Accepted"), 10, "number"), (_("To complete"), 10, "number"), (_("Refused"), 10, "number")),
        *((_("State"), 16, "text"), (_("Received by"), 24, "text"), (_("Received on"), 12, "day")),
    ]
    rows = (
        (
            *(f.name, queries.FileRow(f).label, str(f.season), str(f.directorate), str(f.organisation or "")),
            *(f.rows, f.accepted, f.incomplete, f.refused, f.get_state_display(), str(f.received_by)),
            f.received_at.astimezone(days.CASABLANCA).date(),
        )
        for f in files.iterator(chunk_size=500)
    )
    return workbook_answer(request, "lists", _("Lists received"), columns, rows)


# Dropping


@open_to(*SENDERS)
@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """One drop for one or forty files; then what was understood of each."""
    form_class = OfficerForm if request.user.holds(DirectorateOfficer) else OwnForm
    form = form_class(request.POST or None, request.FILES or None, scope=request.scope)
    if request.method != "POST" or not form.is_valid():
        return render(request, "desk/imports/new.html", {"form": form, "is_officer": form_class is OfficerForm})
    received, refused = _receive_each(request, form)
    request.session[REFUSED_FILES] = refused
    if len(received) == 1 and not refused:
        return _to_file(request, received[0])
    season, where = form.cleaned_data["season"], form.where()["directorate"]
    address = redirect("desk:import_drop")
    address["Location"] += f"?season={season.year}&directorate={where.uuid}&dropped=1"
    return address


def _receive_each(request: HttpRequest, form: Any) -> tuple[list[SourceFile], list[dict[str, str]]]:
    """Receive file by file; those that cannot be are kept apart with the reason."""
    received: dict[int, SourceFile] = {}
    refused = []
    where = {**form.where(), "season": form.cleaned_data["season"], "received_on": form.cleaned_data["received_on"]}
    for name, data in form.uploads():
        try:
            if data is None:
                raise actions.ListRefused(FILE_MESSAGES["TOO_LARGE"])
            for file in actions.receive(by=request.user, data=data, filename=name, **where):
                received[file.pk] = file
        except actions.ListRefused as error:
            refused.append({"name": actions.safe_name(name), "message": str(error)})
    return list(received.values()), refused


def _to_file(request: HttpRequest, file: SourceFile) -> HttpResponse:
    if request.user.holds(*TERRITORIAL):
        return redirect("desk:import_file", file=file.uuid)
    address = redirect("desk:import_mine")
    address["Location"] += f"?file={file.uuid}"
    return address


@open_to(*SENDERS)
@require_GET
def import_drop(request: HttpRequest) -> HttpResponse:
    """The lists of a drop in one table, and the schools of the directorate: received, nothing to report, late."""
    season = _season_asked(request)
    directorate = _directorate_asked(request)
    files = queries.dropped_files(request.scope, season, directorate) if season else []
    rows = queries.file_rows(files)
    wanted = {row.wants for row in rows} - {""}
    context = {
        "season": season,
        "directorate": directorate,
        "rows": rows,
        "refused": request.session.get(REFUSED_FILES, []) if request.GET.get("dropped") else [],
        "clean": sum(row.is_clean for row in rows),
        "bodies": {kind: list(queries.bodies_inside(directorate, kind)) for kind in wanted} if directorate else {},
        "schools": queries.school_table(request.scope, season, directorate) if season and directorate else None,
        "file_page": _file_page(request),
        "is_officer": request.user.holds(DirectorateOfficer),
    }
    return render(request, "desk/imports/drop.html", context)


def _season_asked(request: HttpRequest) -> Season | None:
    asked = request.GET.get("season", "") or request.POST.get("season", "")
    if asked.isascii() and asked.isdigit() and len(asked) == 4:
        return get_object_or_404(Season, year=int(asked))
    return current_season(days.today())


def _directorate_asked(request: HttpRequest) -> Any:
    """The directorate named in the address, inside the reader's territory; else the first one there."""
    inside = queries.directorates_of(request.scope)
    asked = request.GET.get("directorate", "") or request.POST.get("directorate", "")
    if not asked or not request.user.holds(DirectorateOfficer):
        return inside.first()
    return get_object_or_404(inside, uuid=_uuid(asked))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


@open_to(DirectorateOfficer)
@require_POST
def import_confirm_clean(request: HttpRequest) -> HttpResponse:
    """Write every waiting list that is clean; the others stay to be looked at."""
    season, directorate = _season_asked(request), _directorate_asked(request)
    if season is None or directorate is None:
        raise Http404
    waiting = queries.files_visible_to(request.scope).filter(season=season, directorate=directorate)
    outcome = actions.apply_all_clean(by=request.user, files=waiting.order_by("pk"))
    written = ngettext("%(n)d list was written.", "%(n)d lists were written.", outcome.written)
    messages.success(request, written % {"n": outcome.written})
    if outcome.queued:
        messages.info(request, _("Long lists will be written."))
    for file, why in outcome.left:
        messages.error(request, f"{file.name}: {why}")
    address = redirect("desk:import_drop")
    address["Location"] += f"?season={season.year}&directorate={directorate.uuid}"
    return address


# One list


@open_to(*TERRITORIAL)
@require_GET
def import_file(request: HttpRequest, file: UUID) -> HttpResponse:
    """One list: what it says, what does not agree, what would happen."""
    return _show(request, get_object_or_404(queries.files_visible_to(request.scope), uuid=file))


@open_to(SchoolHead, CentreDirector)
@require_GET
def import_mine(request: HttpRequest) -> HttpResponse:
    """The list of my school or centre; the newest when none is named."""
    mine = queries.files_visible_to(request.scope)
    asked = request.GET.get("file", "")
    if asked:
        return _show(request, get_object_or_404(mine, uuid=_uuid(asked)))
    newest = mine.order_by("-pk").first()
    return redirect("desk:import_new") if newest is None else _show(request, newest)


def _show(request: HttpRequest, file: SourceFile, form: HeadingsForm | None = None) -> HttpResponse:
    wants_workbook = request.GET.get("format") == "xlsx"
    is_long = queries.FileRow(file).is_long_and_begun
    try:
        is_shown = file.state != SourceFile.State.SET_ASIDE and not queries.FileRow(file).is_being_written
        is_shown = is_shown and (wants_workbook or not is_long)
        preview = preview_of(file) if is_shown else None
    except ContentGone:
        preview = None
    if "HX-Request" in request.headers and not queries.FileRow(file).is_being_written:
        return HttpResponse(headers={"HX-Refresh": "true"})  # written, or stopped: the whole page is another
    if wants_workbook and preview is not None:
        columns, title = corrections.columns_of(preview), corrections.sheet_title(preview.layout)
        return list_of_names(request, "to-correct", title, columns, corrections.rows_of(preview), about=file)
    is_officer = request.user.holds(DirectorateOfficer)
    row = queries.FileRow(file, preview)
    problems = preview.problems(PROBLEMS_SHOWN, only_errors=True) if preview else []
    context = {
        "file": file,
        "row": row,
        "preview": preview,
        "is_long": is_long,
        "has_workbook": (is_long or preview) and (file.incomplete or file.refused),
        "problems": [*same_said_once(problems), *(preview.noted(ROWS_NAMED) if preview else [])],
        "problems_shown": len(problems),
        "sample": _sample(preview) if preview else [],
        "form": form or (HeadingsForm(preview=preview) if preview and preview.unknown and row.is_waiting else None),
        "body_form": BodyOfListForm(file=file) if row.wants and is_officer else None,
        "is_officer": is_officer,
        "may_write": request.user.holds(*SENDERS),
    }
    return render(request, "desk/imports/file.html", context, status=422 if form else 200)


def _sample(preview: Preview) -> list[tuple[int, dict[str, Any]]]:
    """Number and facts of some of the rows accepted."""
    accepted = [row for row in preview.rows if row.status == "ACCEPTED"][:ROWS_SHOWN]
    return [(row.row, dict.fromkeys(FACTS_SHOWN, "") | row.facts) for row in accepted]


def _visible(request: HttpRequest, file: UUID) -> SourceFile:
    return get_object_or_404(queries.files_visible_to(request.scope), uuid=file)


@open_to(DirectorateOfficer)
@require_POST
def import_headings(request: HttpRequest, file: UUID) -> HttpResponse:
    """Explain unknown headings once; the preview changes, and later lists are understood."""
    subject = _visible(request, file)
    try:
        form = HeadingsForm(request.POST, preview=preview_of(subject))
    except ContentGone:
        return _to_file(request, subject)
    if not form.is_valid():
        return _show(request, subject, form)
    actions.remember_headings(by=request.user, file=subject, mapping=form.mapping())
    messages.success(request, _("The headings are remembered for every later list."))
    return _to_file(request, subject)


@open_to(DirectorateOfficer)
@require_POST
def import_body(request: HttpRequest, file: UUID) -> HttpResponse:
    """Say which school or centre a list is of."""
    subject = _visible(request, file)
    form = BodyOfListForm(request.POST, file=subject)
    if not form.is_valid():
        messages.error(request, _("Choose a school or centre of the directorate."))
    else:
        try:
            actions.name_organisation(by=request.user, file=subject, organisation=form.cleaned_data["organisation"])
        except MoveRefused:
            messages.error(request, _("The list changed meanwhile: look at its state before going on."))
    if request.POST.get("back") != "drop":
        return _to_file(request, subject)
    address = redirect("desk:import_drop")
    address["Location"] += f"?season={subject.season.year}&directorate={subject.directorate.uuid}#file-{subject.uuid}"
    return address


@open_to(*SENDERS)
@require_POST
def import_confirm(request: HttpRequest, file: UUID) -> HttpResponse:
    """Confirm: the rows that can be written are written."""
    subject = _visible(request, file)
    try:
        applied = actions.confirm(by=request.user, file=subject)
    except actions.ListRefused as error:
        messages.error(request, str(error))
    except MoveRefused:
        messages.error(request, _("The list changed meanwhile: look at its state before going on."))
    except actions.queue.TakenOver:
        messages.info(request, _("This list is being written."))
    except Exception:  # the list says so on its page, where it can be confirmed again or set aside
        actions.logger.exception("list %s could not be written", subject.pk)
        messages.error(request, _("Writing stopped for a reason that was not foreseen; nothing is lost."))
    else:
        is_short = applied is not None
        messages.success(request, _written_words(subject, applied) if is_short else _("The list will be written."))
    return _to_file(request, subject)


def _written_words(file: SourceFile, applied: actions.Applied) -> str:
    """What happened, and what comes next."""
    counts = applied.counts
    if file.layout == "ESTABLISHMENTS":
        text = _("Schools written: %(new)d new, %(corrected)d corrected.")
        return text % {"new": counts.get("schools_new", 0), "corrected": counts.get("schools_corrected", 0)}
    text = _("Rows written: %(records)d. Linked by code: %(linked)d. Perhaps the same person, to decide: %(pairs)d.")
    pairs = {"linked": counts.get("linked", 0), "pairs": counts.get("candidates", 0)}
    return text % {"records": counts.get("records", 0), **pairs}


@open_to(*SENDERS)
@require_POST
def import_set_aside(request: HttpRequest, file: UUID) -> HttpResponse:
    """Leave a list unwritten; its content is no longer kept."""
    subject = _visible(request, file)
    try:
        actions.set_aside(by=request.user, file=subject)
    except MoveRefused:
        messages.error(request, _("The list changed meanwhile: look at its state before going on."))
    else:
        messages.success(request, _("The list is set aside and nothing of it is kept; drop it again to take it up."))
    return redirect("desk:imports")
