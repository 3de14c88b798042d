"""A person's file."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import (
    TERRITORIAL,
    AcademyOfficer,
    AssociationManager,
    CentreDirector,
    DirectorateOfficer,
    FieldAgent,
    NationalOfficer,
)
from istidrak.base import days, history
from istidrak.desk.queries import person_file as queries
from istidrak.desk.queries.home import page_roles
from istidrak.desk.views.season_page import READS_FILES
from istidrak.people.models import Person
from istidrak.people.queries import facts_with_sources, may_change

READS_NOTES = (NationalOfficer, AcademyOfficer, DirectorateOfficer, FieldAgent)
NOT_PRINTED = {"phone", "guardian_phone", "address"}  # a sheet of paper is lost more easily than a page


@open_to(*READS_FILES)
@require_GET
def person(request: HttpRequest, person: str) -> HttpResponse:
    """What is known, from where, the path so far, and one time line; printable."""
    subject = queries.visible_person(request.scope, person)
    if str(subject.uuid) != str(person):
        return redirect("desk:person", person=subject.uuid)
    user, file = request.user, queries.file_of(request.scope, subject)
    context = {
        "person": subject,
        "file": file,
        "facts": facts_with_sources(subject),
        "may_correct": user.holds(DirectorateOfficer, AssociationManager, CentreDirector),
        "may_know_support": file.enrolments and user.holds(*page_roles("psychosocial:person", person=subject.uuid)),
        "may_see_situation": user.holds(*page_roles("people:situation", person=subject.uuid)),
        "may_open_case": user.holds(*TERRITORIAL, FieldAgent),
        "may_open_orientation": user.holds(*page_roles("orientation:case", case=subject.uuid)),
        "may_open_project": user.holds(*page_roles("orientation:life_project", person=subject.uuid))
        and file.may_change,
        "may_read_notes": user.holds(*READS_NOTES) and file.may_change,
        "may_decide_pairs": user.holds(DirectorateOfficer, AcademyOfficer, NationalOfficer),
    }
    return render(request, "desk/person.html", context)


@open_to(*READS_FILES)
@require_GET
def time_line(request: HttpRequest, person: str) -> HttpResponse:
    """Who did what when, page after page."""
    subject = queries.visible_person(request.scope, person)
    page = queries.time_line_of(subject, after=request.GET.get("after", ""))
    context = {"person": subject, "page": page, "may_read_reasons": _reads_notes(request, subject)}
    return render(request, "desk/time_line.html", context)


@open_to(*READS_FILES)
@require_POST
def print_file(request: HttpRequest, person: str) -> HttpResponse:
    """The file on paper, in the language chosen: without notes, situation or telephone; who printed it is kept."""
    subject = queries.visible_person(request.scope, person)
    language = request.POST.get("language", "")
    language = language if language in dict(settings.LANGUAGES) else request.LANGUAGE_CODE
    with translation.override(language):
        context = {
            "person": subject,
            "file": queries.file_of(request.scope, subject),
            "facts": [fact for fact in facts_with_sources(subject) if fact.field not in NOT_PRINTED],
            "bodies": [assignment.organisation for assignment in request.user.current_assignments],
            "printed_at": days.now(),
        }
        answer = render(request, "desk/person_print.html", context)
    history.audit("print_file", subject, by=request.user, language=language)
    return answer


def _reads_notes(request: HttpRequest, subject: Person) -> bool:
    return request.user.holds(*READS_NOTES) and may_change(request.scope, subject)
