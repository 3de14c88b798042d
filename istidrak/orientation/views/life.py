"""The life project of a person: its versions, their differences, a new one."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.orientation import actions
from istidrak.orientation.forms.life import LifeProjectForm, start_of
from istidrak.orientation.models.life import StepState
from istidrak.orientation.queries import known
from istidrak.orientation.views.common import READS_PROJECTS, WRITES_PROJECTS, visible_person
from istidrak.people.queries import may_change, refuse_if_shared


@open_to(*READS_PROJECTS)
@require_GET
def life_project(request: HttpRequest, person: str) -> HttpResponse:
    """The version that stands, the former ones, and what changed between two."""
    subject = visible_person(request.scope, person)
    refuse_if_shared(request.scope, subject)
    versions = known.projects_of(subject)
    by_uuid = {str(version.uuid): version for version in versions}
    later = by_uuid.get(request.GET.get("later", ""), versions[0] if versions else None)
    former = by_uuid.get(request.GET.get("former", ""))
    labels = dict(StepState.choices)
    for version in versions:
        for step in version.steps:
            step["state_label"] = labels[step["state"]]
            step["by"] = dt.date.fromisoformat(step["by_date"]) if step["by_date"] else None
    context = {
        "person": subject,
        "versions": versions,
        "shown": later,
        "former": former,
        "goals": known.compared(former.goals if former else [], later.goals) if later and former else None,
        "steps": known.compared(former.steps if former else [], later.steps) if later and former else None,
        "may_write": request.user.holds(*WRITES_PROJECTS) and _may(request, subject),
    }
    return render(request, "orientation/life_project.html", context)


def _may(request: HttpRequest, subject: Any) -> bool:
    return may_change(scope_acting_as(request, *WRITES_PROJECTS), subject)


@open_to(*WRITES_PROJECTS)
@require_http_methods(["GET", "POST"])
def life_project_write(request: HttpRequest, person: str) -> HttpResponse:
    """A new version, starting from the one that stands."""
    subject = visible_person(request.scope, person)
    refuse_if_shared(request.scope, subject)
    versions = known.projects_of(subject)
    former = versions[0] if versions else None
    if request.method == "POST":
        asked = request.POST.get("follows", "")
        follows = next((version for version in versions if str(version.uuid) == asked), None)
        form = LifeProjectForm(request.POST, former=follows)
        if form.is_valid():
            try:
                actions.write_life_project(
                    by=request.user,
                    person=subject,
                    written_date=form.cleaned_data["written_date"],
                    goals=form.goals,
                    steps=form.steps,
                    submission=form.cleaned_data["submission"],
                    follows=follows,
                    note=form.cleaned_data["note"],
                    **form.agreements,
                )
            except actions.VersionMeanwhile as stale:
                words = _("%(who)s wrote a version meanwhile: look at it before writing yours again.")
                form.add_error(None, words % {"who": stale.by_whom})
            else:
                messages.success(request, _("New version written; the former ones stay."))
                return redirect("orientation:life_project", person=subject.uuid)
    else:
        form = LifeProjectForm(former=former, initial=start_of(former))
    return render(request, "orientation/life_project_write.html", {"person": subject, "form": form, "former": former})
