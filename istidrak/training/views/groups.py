"""Groups: the list, one group with its learners and sessions, who teaches, who is enrolled."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import CentreDirector
from istidrak.base import paging
from istidrak.base.exchange.answers import list_of_names, workbook_answer
from istidrak.training import actions, forms, queries
from istidrak.training.models import Group
from istidrak.training.views.common import READS_GROUPS, READS_LEARNERS, READS_RESULTS, TEACHES

SESSIONS_SHOWN = 6


@open_to(*READS_GROUPS)
@require_GET
def groups(request: HttpRequest) -> HttpResponse:
    """Groups of my centre, of my territory, or that I teach."""
    rows = queries.groups(request.scope)
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("Group"), 24, "text"), (_("Kind"), 16, "text"), (_("Centre"), 34, "text")),
            (_("Programme"), 34, "text"),
            *((_("Season"), 10, "text"), (_("Learners"), 10, "number"), (_("Places"), 10, "number")),
            (_("Roll-calls not done"), 14, "number"),
        ]
        lines = (
            (
                *(g.name, g.get_kind_display(), str(g.centre), str(g.programme), str(g.season)),
                *(g.learners, g.capacity, g.waiting),
            )
            for g in rows.order_by("centre", "-season__year", "name")
        )
        return workbook_answer(request, "groups", _("Groups"), columns, lines)
    context = {
        "page": paging.page_of(rows, after=request.GET.get("after", "")),
        "may_create": request.user.holds(CentreDirector),
    }
    return render(request, "training/groups.html", context)


@open_to(CentreDirector)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new group of my centre."""
    form = forms.GroupForm(request.POST or None, centres=queries.centres_of(request.scope))
    if request.method == "POST" and form.is_valid():
        try:
            group = actions.create_group(by=request.user, **form.cleaned_data)
        except IntegrityError:  # somebody made it between the look and the writing
            form.add_error("name", _("This centre already has a group of that name this season."))
        else:
            messages.success(request, _("The group is made. Now say who teaches it, then enrol its learners."))
            return redirect("training:group", group=group.uuid)
    return render(request, "training/group_create.html", {"form": form})


def visible_group(request: HttpRequest, group: str) -> Group:
    """The group of an address, inside the reader's scope. Raises Http404."""
    return get_object_or_404(queries.groups(request.scope), uuid=group)


@open_to(*READS_GROUPS)
@require_GET
def group(request: HttpRequest, group: str) -> HttpResponse:
    """Learners with their attendance, sessions, and what can be done."""
    subject = visible_group(request, group)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, subject)
    return group_page(request, subject)


def group_page(request: HttpRequest, subject: Group, **bound: Any) -> HttpResponse:
    """The page of a group; `bound`: a form that came back with its mistakes takes the place of the empty one."""
    runs, teaches = request.user.holds(CentreDirector), request.user.holds(*TEACHES)
    if request.GET.get("sessions") == "all":
        shown, has_more = list(queries.sessions_of(request.scope, subject)), False
    else:
        shown, has_more = queries.upcoming_first(request.scope, subject, SESSIONS_SHOWN)
    context = {
        "group": subject,
        "educators": subject.educators.order_by("pk"),
        "learners": queries.learners_of(request.scope, subject),
        "sessions": shown,
        "has_more_sessions": has_more,
        "opens_learners": request.user.holds(*READS_LEARNERS),
        "opens_results": request.user.holds(*READS_RESULTS),
    }
    if runs:
        scope = request.user.scope_as(CentreDirector)
        context["awaited"] = awaited = queries.referred_to(scope, subject.centre, subject)
        context["enrol_form"] = forms.EnrolForm(awaited=awaited, find=None, season=subject.season)
        context["educators_form"] = forms.EducatorsForm(group=subject, educators=queries.educators_of(subject.centre))
    if teaches:
        context["session_form"] = forms.SessionForm(season=subject.season)
    return render(request, "training/group.html", {**context, **bound})


def _workbook(request: HttpRequest, subject: Group) -> HttpResponse:
    columns = [
        *((_("File number"), 12, "text"), (_("Name in Arabic"), 30, "text"), (_("Name in French"), 30, "text")),
        *((_("State"), 16, "text"), (_("Enrolled on"), 14, "day"), (_("Left on"), 14, "day")),
        *((_("Roll-calls"), 10, "number"), (_("Attendance (%)"), 12, "number")),
    ]
    lines = (
        (
            *(e.person.file_number, e.person.name_ar, e.person.name_fr, e.get_state_display()),
            *(e.enrolled_date, e.left_date, row["marks"], row["rate"]),
        )
        for row in queries.learners_of(request.scope, subject)
        for e in [row["enrolment"]]
    )
    return list_of_names(request, "group", subject.name, columns, lines, about=subject)


@open_to(CentreDirector)
@require_POST
def enrol(request: HttpRequest, group: str) -> HttpResponse:
    """Enrol somebody whom the centre awaits, or knows."""
    subject = visible_group(request, group)
    awaited = queries.referred_to(request.scope, subject.centre, subject)
    find = partial(queries.person_of_number, request.scope)
    form = forms.EnrolForm(request.POST, awaited=awaited, find=find, season=subject.season)
    if form.is_valid():
        person = form.cleaned_data["person"]
        decision = queries.decision_behind(request.scope, person, subject)
        try:
            enrolment = actions.enrol(by=request.user, group=subject, decision=decision, **form.cleaned_data)
        except actions.GroupFull:
            form.add_error(None, _("The group is full: nobody was enrolled."))
        except actions.AlreadyEnrolled:
            words = _("This person is, or was, in the group: look for them among its learners.")
            form.add_error("file_number" if request.POST.get("file_number") else "person", words)
        else:
            words = _("%(name)s is enrolled; the arrival is known to whoever referred.")
            messages.success(request, words % {"name": person.name_ar or person.name_fr or enrolment.person})
            return redirect("training:group", group=subject.uuid)
    return group_page(request, subject, enrol_form=form)


@open_to(CentreDirector)
@require_POST
def educators(request: HttpRequest, group: str) -> HttpResponse:
    """Say who teaches the group: they see its learners, and nobody else's."""
    subject = visible_group(request, group)
    form = forms.EducatorsForm(request.POST, group=subject, educators=queries.educators_of(subject.centre))
    if form.is_valid():
        actions.set_educators(by=request.user, group=subject, educators=form.cleaned_data["educators"])
        messages.success(request, _("Saved. Educators see the learners of their groups from now on."))
        return redirect("training:group", group=subject.uuid)
    return group_page(request, subject, educators_form=form)
