"""That somebody is accompanied, the notes of the two roles that read them, and who opened them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import (
    ROLES,
    TERRITORIAL,
    AcademyOfficer,
    CentreDirector,
    DirectorateOfficer,
    Educator,
    NationalOfficer,
    Psychologist,
    SocialWorker,
    VocationalTrainer,
)
from istidrak.base import days, paging
from istidrak.base.exchange.answers import list_of_names, workbook_answer
from istidrak.base.scope import Scope
from istidrak.people.models import Person
from istidrak.people.queries import survivor_of
from istidrak.psychosocial import actions, forms, queries
from istidrak.psychosocial.models import Accompaniment
from istidrak.psychosocial.rules import is_overdue

READS_NOTES = (SocialWorker, Psychologist)
KNOWS = (*TERRITORIAL, CentreDirector, Educator, VocationalTrainer, *READS_NOTES)
COUNTS_OPENINGS = (DirectorateOfficer, AcademyOfficer, NationalOfficer)
INQUIRES = (*READS_NOTES, NationalOfficer)


def _own(request: HttpRequest) -> Scope:
    """The centres in which the user reads notes: another role that they hold adds nothing."""
    user: Any = request.user
    return user.scope_as(*READS_NOTES)


def _not_kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


@open_to(*READS_NOTES)
@require_GET
def meetings(request: HttpRequest) -> HttpResponse:
    """Whom I accompany, by next meeting, the late ones first; or the learners whom nobody accompanies."""
    if request.GET.get("show") == "without":
        return _without(request)
    rows = queries.overdue_first(request.scope)
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("File number"), 12, "text"), (_("Name in Arabic"), 30, "text"), (_("Name in French"), 30, "text")),
            *((_("Centre"), 34, "text"), (_("Since"), 14, "day"), (_("Next meeting"), 14, "day")),
        ]
        lines = (
            (a.person.file_number, a.person.name_ar, a.person.name_fr, str(a.centre), a.start_date, a.next_date)
            for a in rows
        )
        return list_of_names(request, "accompanied", _("Psychosocial support"), columns, lines)
    today = days.today()
    shown = list(rows[: paging.PAGE])
    context = {
        "lines": [(a, is_overdue(a.next_date, today)) for a in shown],
        "has_more": len(shown) == paging.PAGE,
        "overdue": queries.count_overdue(request.scope, today),
    }
    return render(request, "psychosocial/meetings.html", context)


def _without(request: HttpRequest) -> HttpResponse:
    rows = queries.learners_without(request.scope)
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("File number"), 12, "text"), (_("Name in Arabic"), 30, "text"), (_("Name in French"), 30, "text")),
            *((_("Group"), 24, "text"), (_("Enrolled on"), 14, "day")),
        ]
        lines = (
            (e.person.file_number, e.person.name_ar, e.person.name_fr, e.group.name, e.enrolled_date)
            for e in rows.order_by("pk")
        )
        return list_of_names(request, "without", _("Learners whom nobody accompanies"), columns, lines)
    context = {"page": paging.page_of(rows, after=request.GET.get("after", ""))}
    return render(request, "psychosocial/without.html", context)


@open_to(*KNOWS)
@sensitive_post_parameters("text")
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person: str) -> HttpResponse:
    """That a follow-up exists and its next date; the social worker and the psychologist write the first note here."""
    user: Any = request.user
    subject = survivor_of(request.scope, person)
    if subject is None:
        raise Http404
    reads = user.holds(*READS_NOTES)
    scope = _own(request)
    centre = queries.centre_of(scope, subject) if reads else None
    form = forms.NoteForm(request.POST or None) if centre else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid() and (written := _write(request, form, subject, centre)):
            return redirect("psychosocial:accompaniment", accompaniment=written.uuid)
    own = queries.accompaniments(scope).filter(person=subject) if reads else []
    context = {
        "person": subject,
        "standing": queries.standing(request.scope, subject),
        "own": {a.pk for a in own},
        "form": form if not own else None,
        "inquires": user.holds(NationalOfficer),
    }
    return _not_kept(render(request, "psychosocial/person.html", context))


def _write(request: HttpRequest, form: forms.NoteForm, person: Person, centre: Any) -> Accompaniment | None:
    """The accompaniment of a note just written; None when the form was refused, with the reason on it."""
    try:
        note = actions.write_note(by=request.user, person=person, centre=centre, **form.cleaned_data)
    except actions.NotALearner:
        form.add_error(None, _("This person is not a learner of your centre."))
    except actions.OtherNote:
        form.add_error(
            None, _("This form was already sent with something else. Look at it once more, then send it again.")
        )
    else:
        messages.success(request, _("The note is written. Opening it again is recorded."))
        return note.accompaniment
    return None


def _kept(scope: Scope, accompaniment: str) -> Accompaniment:
    return get_object_or_404(queries.accompaniments(scope), uuid=accompaniment)


@open_to(*READS_NOTES)
@sensitive_post_parameters("text")
@require_http_methods(["GET", "POST"])
def accompaniment(request: HttpRequest, accompaniment: str) -> HttpResponse:
    """The notes in outline, without their text; a new note; who opened them."""
    subject = _kept(request.scope, accompaniment)
    if request.method == "GET":
        return _page(request, subject)
    form = forms.NoteForm(request.POST, notes=forms.notes_to_correct(request.scope, subject))
    if form.is_valid() and _write(request, form, subject.person, subject.centre):
        return redirect("psychosocial:accompaniment", accompaniment=subject.uuid)
    return _page(request, subject, form=form)


def _page(request: HttpRequest, subject: Accompaniment, **bound: Any) -> HttpResponse:
    context = {
        "accompaniment": subject,
        "lines": [(note, ROLES[note.written_role].label) for note in queries.outline(subject)],
        "form": forms.NoteForm(notes=forms.notes_to_correct(request.scope, subject)),
        "opening_form": forms.OpeningForm(auto_id="opening_%s"),
        "openings": queries.openings_of(subject)[:20],
        "is_overdue": is_overdue(subject.next_date, days.today()),
    }
    return _not_kept(render(request, "psychosocial/accompaniment.html", {**context, **bound}))


@open_to(*READS_NOTES)
@require_POST
def open_notes(request: HttpRequest, accompaniment: str) -> HttpResponse:
    """The notes with their text, in answer to a reason that is kept; there is no address that shows them again."""
    subject = _kept(request.scope, accompaniment)
    form = forms.OpeningForm(request.POST, auto_id="opening_%s")
    if not form.is_valid():
        return _page(request, subject, opening_form=form)
    notes = actions.open_notes(by=request.user, accompaniment=subject, reason=form.cleaned_data["reason"])
    roles = {code: role.label for code, role in ROLES.items()}
    context = {"accompaniment": subject, "notes": [(note, roles[note.written_role]) for note in notes]}
    return _not_kept(render(request, "psychosocial/notes.html", context))


@open_to(*INQUIRES)
@require_GET
def openings(request: HttpRequest, accompaniment: str) -> HttpResponse:
    """Who opened the notes of an accompaniment, when and why: for the two roles, and the national inquiry."""
    user: Any = request.user
    if user.holds(NationalOfficer):
        national = Accompaniment.objects.visible_to(user.scope_as(NationalOfficer)).select_related("person", "centre")
        subject = get_object_or_404(national, uuid=accompaniment)
    else:
        subject = _kept(_own(request), accompaniment)
    rows = queries.openings_of(subject)
    if request.GET.get("format") == "xlsx":
        columns = [(_("When"), 14, "day"), (_("Who"), 30, "text"), (_("Why"), 60, "text")]
        return list_of_names(
            request,
            "openings",
            _("Openings of notes"),
            columns,
            ((r.at, str(r.by), r.reason) for r in rows),
            about=subject.person,
        )
    page = paging.page_of(rows, after=request.GET.get("after", ""))
    return render(request, "psychosocial/openings.html", {"accompaniment": subject, "page": page})


@open_to(*COUNTS_OPENINGS)
@require_GET
def openings_by_user(request: HttpRequest) -> HttpResponse:
    """How often notes were opened, by user and centre: numbers alone."""
    lines = queries.openings_by_user(request.scope)
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Centre"), 34, "text"), (_("Who"), 30, "text"), (_("Times"), 10, "number")),
            *((_("Persons"), 10, "number"), (_("Last time"), 14, "day")),
        ]
        rows = ((str(x["centre"]), str(x["user"]), x["number"], x["files"], x["last"]) for x in lines)
        return workbook_answer(request, "openings-by-user", _("Openings of notes"), columns, rows)
    return render(request, "psychosocial/openings_by_user.html", {"lines": lines})
