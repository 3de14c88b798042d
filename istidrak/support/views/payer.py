"""Files exchanged with the payer: sent, fetched, encrypted, handed in. These pages name nobody."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import SupportUnit
from istidrak.base import paging, workflow
from istidrak.base.days import school_year_words
from istidrak.base.exchange.answers import workbook_answer
from istidrak.support.actions import payer_files, returns
from istidrak.support.forms import payments as forms
from istidrak.support.models import Instalment, PayerFile
from istidrak.support.payer.back import Refused
from istidrak.support.queries import payments as queries
from istidrak.support.views.common import HANDLES_FILES

State = Instalment.State


def _instalments(request: HttpRequest) -> Any:
    return queries.with_the_payer(request.scope, to_send=request.user.holds(SupportUnit))


def _visible(request: HttpRequest, instalment: Any) -> Instalment:
    return get_object_or_404(_instalments(request), uuid=instalment)


@open_to(*HANDLES_FILES)
@require_GET
def payer(request: HttpRequest) -> HttpResponse:
    """Instalments that are with the payer, and for the unit those that wait to be sent."""
    rows = _instalments(request)
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("School year"), 12, "text"), (_("Instalment"), 10, "number"), (_("For the schools of"), 34, "text")),
            *((_("State"), 24, "text"), (_("Amount (DH)"), 16, "number")),
        ]
        lines = (
            (
                *(school_year_words(row.school_year), row.number, str(row.body), row.get_state_display()),
                None if row.amount is None else row.amount / 100,
            )
            for row in rows
        )
        return workbook_answer(request, "payer", _("Payments and the payer"), columns, lines)
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    context = {"page": page, "may_send": request.user.holds(SupportUnit)}
    return render(request, "support/payer.html", context)


@open_to(*HANDLES_FILES)
@require_GET
def payer_instalment(request: HttpRequest, instalment: str) -> HttpResponse:
    """The files of one instalment: to fetch, handed in, refused and why."""
    subject = _visible(request, instalment)
    context = {
        "instalment": subject,
        "sendings": queries.sendings_of(subject),
        "taken": queries.returns_of(subject),
        "refused": [(row, forms.problems_kept(row.details)) for row in queries.refusals_of(subject)],
        "may_send": request.user.holds(SupportUnit),
        "waits": subject.state == State.SENT,
    }
    return render(request, "support/payer_instalment.html", context)


# Sending


@open_to(SupportUnit)
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, instalment: str) -> HttpResponse:
    """Make the files of an authorised instalment, or of what was released and issued again since."""
    subject = _visible(request, instalment)
    form = forms.SendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            files = payer_files.send_to_payer(by=request.user, instalment=subject, **form.cleaned_data)
        except payer_files.NothingToSend:
            messages.error(request, _("Nothing was sent: no payment waits for a file."))
        except payer_files.ReceiverMissing as missing:
            words = _("Nothing was sent: %(count)s payments have no receiver. Name who receives them first.")
            messages.error(request, words % {"count": missing.count})
        except workflow.MoveRefused:
            messages.error(request, _("This changed meanwhile: look at the state before going on."))
        else:
            messages.success(request, _("The files are made. The payer fetches them; here is their cover sheet."))
            return redirect("support:cover_sheet", payer_file=files[0].uuid)
        return redirect("support:send", instalment=subject.uuid)
    is_open = subject.state in {State.AUTHORISED, State.SENT}
    context = {"instalment": subject, "form": form, "todo": queries.to_send(subject) if is_open else None}
    return render(request, "support/payer_send.html", context)


# Fetching


def _file(request: HttpRequest, payer_file: Any) -> PayerFile:
    return get_object_or_404(queries.files(request.scope).filter(way=PayerFile.Way.OUT), uuid=payer_file)


@open_to(*HANDLES_FILES)
@require_GET
def cover_sheet(request: HttpRequest, payer_file: str) -> HttpResponse:
    """The cover sheet of a sending, to print: parts, rows, totals and digests."""
    file = _file(request, payer_file)
    parts = queries.parts_with(file)
    context = {
        "file": file,
        "instalment": file.instalment,
        "parts": parts,
        "rows": sum(part.rows for part in parts),
        "amount": sum(part.amount for part in parts),
    }
    return render(request, "support/payer_cover.html", context)


def _answer(stream: Any, name: str, kind: str) -> FileResponse:
    return FileResponse(stream, as_attachment=True, filename=name, content_type=kind)


@open_to(*HANDLES_FILES)
@require_POST
def payer_file_take(request: HttpRequest, payer_file: str) -> HttpResponse:
    """One part, as it was written; who took it is recorded."""
    file = _file(request, payer_file)
    try:
        return _answer(payer_files.take_out(by=request.user, file=file), file.name, "application/octet-stream")
    except payer_files.FileGone:
        return _gone(request, file)


@open_to(*HANDLES_FILES)
@require_POST
def payer_cover_take(request: HttpRequest, payer_file: str) -> HttpResponse:
    """The cover sheet as a text file."""
    file = _file(request, payer_file)
    try:
        return _answer(
            payer_files.cover_of(by=request.user, file=file), payer_files.COVER, "text/plain; charset=utf-8"
        )
    except payer_files.FileGone:
        return _gone(request, file)


@open_to(*HANDLES_FILES)
@require_http_methods(["GET", "POST"])
def payer_archive(request: HttpRequest, payer_file: str) -> HttpResponse:
    """All parts and the cover sheet in an archive that the reader's password closes."""
    file = _file(request, payer_file)
    form = forms.ArchiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            stream = payer_files.archive_of(by=request.user, file=file, password=form.cleaned_data["password"])
        except payer_files.WeakPassword:
            form.add_error("password", _("This password is too short or holds other letters."))
        except payer_files.FileGone:
            return _gone(request, file)
        else:
            return _answer(stream, f"istidrak-{file.instalment_id}.zip", "application/zip")
    context = {"file": file, "instalment": file.instalment, "form": form, "parts": queries.parts_with(file)}
    return render(request, "support/payer_archive.html", context)


def _gone(request: HttpRequest, file: PayerFile) -> HttpResponse:
    messages.error(
        request, _("The file is not on the disk as it was written: nothing was handed out. Call the administrator.")
    )
    return redirect("support:cover_sheet", payer_file=file.uuid)


# Return files


@open_to(*HANDLES_FILES)
@require_http_methods(["GET", "POST"])
def payer_return(request: HttpRequest, instalment: str) -> HttpResponse:
    """Hand in a return file: looked at first, then taken whole; or refused, with the lines and the reasons."""
    subject = _visible(request, instalment)
    if request.method == "POST" and "digest" in request.POST:
        return _take(request, subject)
    form = forms.ReturnForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"instalment": subject, "form": form, "waits": subject.state == State.SENT}
    if request.method == "POST" and form.is_valid():
        context |= _looked_at(request, subject, form.cleaned_data["file"])
    return render(request, "support/payer_return.html", context)


def _looked_at(request: HttpRequest, subject: Instalment, upload: Any) -> dict[str, Any]:
    data = upload.read()
    try:
        seen = returns.preview_return(instalment=subject, data=data)
    except Refused as refused:
        returns.record_refusal(by=request.user, instalment=subject, name=upload.name, data=data, refused=refused)
        return _refused(upload.name, refused)
    digest = returns.keep_for_answer(by=request.user, instalment=subject, data=data)
    totals = [(forms.KINDS[kind], rows, amount) for kind, rows, amount in seen.totals]
    take_form = forms.TakeForm(initial={"digest": digest, "name": returns.safe_name(upload.name)})
    return {"seen": seen, "totals": totals, "name": upload.name, "take_form": take_form}


def _refused(name: str, refused: Refused) -> dict[str, Any]:
    problems = [(problem.line, forms.words_of(problem)) for problem in refused.problems]
    return {"refused": refused, "problems": problems, "more": refused.count - len(problems), "name": name}


def _take(request: HttpRequest, subject: Instalment) -> HttpResponse:
    form = forms.TakeForm(request.POST)
    digest = form.cleaned_data["digest"] if form.is_valid() else ""
    data = returns.kept_for_answer(by=request.user, instalment=subject, digest=digest)
    if data is None:
        messages.error(request, _("Nothing was written: another file was looked at since. Hand the file in again."))
        return redirect("support:payer_return", instalment=subject.uuid)
    name = form.cleaned_data["name"]
    try:
        file = returns.take_return(by=request.user, instalment=subject, name=name, data=data)
    except Refused as refused:
        if [problem.code for problem in refused.problems] != ["TAKEN"]:
            returns.record_refusal(by=request.user, instalment=subject, name=name, data=data, refused=refused)
        context = {"instalment": subject, "form": forms.ReturnForm(), "waits": subject.state == State.SENT}
        return render(request, "support/payer_return.html", {**context, **_refused(name, refused)})
    returns.forget_kept(by=request.user, instalment=subject)
    messages.success(request, _("Taken: %(rows)s payments have their answer.") % {"rows": file.rows})
    return redirect("support:payer_instalment", instalment=subject.uuid)
