"""A person's file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

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
from istidrak.desk.queries import person_file as queries
from istidrak.desk.queries.home import page_roles
from istidrak.desk.views.season_page import READS_FILES
from istidrak.people.queries import facts_with_sources, may_change


@open_to(*READS_FILES)
@require_GET
def person(request: HttpRequest, person: str) -> HttpResponse:
    """What is known, from where, the path so far, and one time line; printable."""
    subject = queries.visible_person(request.scope, person)
    if str(subject.uuid) != str(person):
        return redirect("desk:person", person=subject.uuid)
    user = request.user
    context = {
        "person": subject,
        "file": queries.file_of(request.scope, subject),
        "facts": facts_with_sources(subject),
        "may_correct": user.holds(DirectorateOfficer, AssociationManager, CentreDirector),
        "may_see_situation": user.holds(*page_roles("people:situation", person=subject.uuid)),
        "may_open_case": user.holds(*TERRITORIAL, FieldAgent),
        "may_read_notes": user.holds(NationalOfficer, AcademyOfficer, DirectorateOfficer, FieldAgent)
        and may_change(request.scope, subject),
        "may_decide_pairs": user.holds(DirectorateOfficer, AcademyOfficer, NationalOfficer),
    }
    return render(request, "desk/person.html", context)
