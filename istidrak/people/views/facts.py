"""Correcting the facts of a person; the code checked in the registry; restricted facts."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import AssociationManager, CentreDirector, DirectorateOfficer, FieldAgent
from istidrak.people import actions, queries
from istidrak.people.forms import CorrectForm, ReasonForm, SituationForm
from istidrak.people.models import Person
from istidrak.people.queries.facts import label_of, shown_values, text_of

CORRECTING = (DirectorateOfficer, AssociationManager, CentreDirector)
# Whoever meets the young person may state; directors who sign, and schools, never read it.
STATING = (DirectorateOfficer, CentreDirector, FieldAgent)
OPENING = (DirectorateOfficer, CentreDirector)


def _person_of(request: HttpRequest, address: Any) -> Person:
    person = queries.survivor_of(request.scope, address)
    if person is None:
        raise Http404
    return person


def _changeable(request: HttpRequest, address: Any) -> Person:
    """The person, to write facts of. PermissionDenied (403) when known only by a shared file."""
    person = _person_of(request, address)
    queries.refuse_if_shared(request.scope, person)
    return person


@open_to(*CORRECTING)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, person: str) -> HttpResponse:
    """Edit the facts; when somebody changed the same ones meanwhile, choose field by field."""
    subject = _changeable(request, person)
    form = CorrectForm(request.POST or None, shown=shown_values(subject), version=subject.version)
    conflicts: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            written = _write(request, subject, form)
        except actions.StaleVersion as stale:
            conflicts = _conflicts(form, stale)
            form.data = {**form.data.dict(), "version": stale.version}
            if not stale.conflicts:
                words = _("This page is no longer the file as it stands: look at it, then send it again.")
                form.add_error(None, words)
        except actions.SubmissionReused:
            form.data = {**form.data.dict(), "submission": str(uuid.uuid4())}
            words = _("This form was already sent with something else. Look at it once more, then send it again.")
            form.add_error(None, words)
        except actions.MassarCodeTaken as taken:
            form.add_error("massar_code", _code_taken(taken))
        else:
            messages.success(request, _("The correction is written.") if written else _("Nothing was changed."))
            return redirect("desk:person", person=subject.uuid)
    context = {
        "person": subject,
        "form": form,
        "conflicts": conflicts,
        "facts": queries.facts_with_sources(subject),
        "may_verify": request.user.holds(DirectorateOfficer),
    }
    return render(request, "people/correct.html", context, status=409 if conflicts else 200)


def _write(request: HttpRequest, subject: Person, form: CorrectForm) -> Any:
    """One correction of what the editor changed, as chosen where somebody else had changed it too."""
    changes = form.changes()
    for name, choice in ((n[5:], c) for n, c in request.POST.items() if n.startswith("keep_")):
        if choice == "theirs":
            changes.pop(name, None)
        elif choice == "mine" and name in form.fields:
            changes[name] = form.typed(name)
    data = form.cleaned_data
    return actions.correct(
        by=request.user, person=subject, changes=changes, version=data["version"], submission=data["submission"]
    )


def _conflicts(form: CorrectForm, stale: actions.StaleVersion) -> list[dict[str, Any]]:
    """Each fact in conflict in words: what was read, mine, theirs, who changed it and when."""
    return [
        {
            "name": name,
            "label": label_of(name),
            "base": text_of(name, change.base),
            "mine": text_of(name, form.typed(name)),
            "theirs": text_of(name, change.theirs),
            "by": change.by,
            "at": change.at,
        }
        for name, change in sorted(stale.conflicts.items())
        if name in form.fields
    ]


def _code_taken(taken: actions.MassarCodeTaken) -> str:
    return _("This code was verified for another person, file %(number)s.") % {"number": taken.other.file_number}


@open_to(DirectorateOfficer)
@require_POST
def verify_code(request: HttpRequest, person: str) -> HttpResponse:
    """The code shown was found in the registry under this person's name."""
    subject = _changeable(request, person)
    try:
        actions.verify_massar_code(by=request.user, person=subject)
    except actions.MassarCodeTaken as taken:
        messages.error(request, _code_taken(taken))
    except ValueError:
        messages.error(request, _("There is no code to verify: write it among the facts first."))
    else:
        messages.success(request, _("The code is verified: it can stand in no other file."))
    return redirect("people:correct", person=subject.uuid)


def _restricted(request: HttpRequest, address: Any) -> Person:
    """A file that was only shared on request shows identity and path, never restricted facts."""
    subject = _person_of(request, address)
    if (
        not Person.objects.visible_to(request.scope)
        .known_otherwise_than_by_sharing(request.scope)
        .filter(pk=subject.pk)
    ):
        raise PermissionDenied
    return subject


@open_to(*STATING)
@require_GET
def situation(request: HttpRequest, person: str) -> HttpResponse:
    """The door to restricted facts: stating them, or opening the last statement for a reason. It shows none."""
    subject = _restricted(request, person)
    return render(request, "people/situation.html", _situation_page(request, subject))


def _situation_page(request: HttpRequest, subject: Person, **more: Any) -> dict[str, Any]:
    return {
        "person": subject,
        "form": SituationForm(),
        "reason_form": ReasonForm(),
        "may_open": request.user.holds(*OPENING),
        "has_statement": queries.has_situation(subject),
        **more,
    }


@open_to(*STATING)
@require_POST
def situation_state(request: HttpRequest, person: str) -> HttpResponse:
    """What was said today; the older statements stay."""
    subject = _restricted(request, person)
    form = SituationForm(request.POST)
    if not form.is_valid():
        return render(request, "people/situation.html", _situation_page(request, subject, form=form), status=422)
    actions.state_situation(by=request.user, person=subject, **form.answers())
    messages.success(request, _("The statement is kept. It is shown only to whoever gives a reason."))
    return redirect("people:situation", person=subject.uuid)


@open_to(*OPENING)
@require_POST
def situation_open(request: HttpRequest, person: str) -> HttpResponse:
    """Show the last statement to whoever writes why; who, when and why are kept."""
    subject = _restricted(request, person)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(
            request, "people/situation.html", _situation_page(request, subject, reason_form=form), status=422
        )
    opened = actions.read_situation(by=request.user, person=subject, reason=form.cleaned_data["reason"])
    labels = {name: field.label for name, field in SituationForm.base_fields.items()}
    answers = [(label, getattr(opened, name)) for name, label in labels.items()] if opened else []
    context = _situation_page(request, subject, opened=opened, answers=answers, was_opened=True)
    return render(request, "people/situation.html", context)
