"""The to-do list, the cases, one case, and what is written on it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to
from istidrak.accounts.roles import TERRITORIAL, AcademyOfficer, DirectorateOfficer, FieldAgent, NationalOfficer
from istidrak.base import days, workflow
from istidrak.base.exchange.answers import list_of_names
from istidrak.base.parameters import value_of
from istidrak.outreach import actions
from istidrak.outreach.forms import following as forms
from istidrak.outreach.models import Case
from istidrak.outreach.queries import cases as queries
from istidrak.outreach.queries import todo as todo_queries
from istidrak.outreach.queries.lists import directorates_of
from istidrak.outreach.rules.following import is_not_found_after
from istidrak.outreach.views.common import season_of
from istidrak.people.queries import may_change, refuse_if_shared
from istidrak.programmes.models import Season
from istidrak.programmes.queries import current_season

WRITERS = (DirectorateOfficer, FieldAgent)
# Directors sign and read their territory, without what families said.
MOST_IN_A_WORKBOOK = 20_000  # of each kind of step
NOTE_READERS = (DirectorateOfficer, FieldAgent, AcademyOfficer, NationalOfficer)


@open_to(*WRITERS)
@require_GET
def todo(request: HttpRequest) -> HttpResponse:
    """What waits for me: late, today, this week, without a next step; concerns on top."""
    today = days.today()
    if request.GET.get("format") == "xlsx":
        return _todo_workbook(request)
    groups = todo_queries.groups_of(todo_queries.todo_of(request.scope, today), today)
    context = {"groups": groups, "as_of": today, "most": todo_queries.MOST, "left_behind": _left_behind(request)}
    return render(request, "outreach/cases/todo.html", context)


def _todo_workbook(request: HttpRequest) -> HttpResponse:
    """The to-do list to take along; confidential referrals are never in a download."""
    columns = [
        (_("File number"), 12, "text"),
        (_("Name in Arabic"), 30, "text"),
        (_("Name in French"), 30, "text"),
        (_("What to do"), 40, "text"),
        (_("By which day"), 12, "day"),
        (_("Where"), 30, "text"),
    ]
    steps = todo_queries.todo_of(request.scope, days.today(), most=MOST_IN_A_WORKBOOK)
    lines = (
        (s.case.person.file_number, s.case.person.name_ar, s.case.person.name_fr, str(s.label), s.due, str(s.detail))
        for s in steps
        if s.kind != todo_queries.PROTECTION
    )
    return list_of_names(request, "to-do", _("To do"), columns, lines)


def _left_behind(request: HttpRequest) -> todo_queries.LeftBehind | None:
    """What an officer takes over from the season before; nobody else is asked."""
    mine = directorates_of(request.user, DirectorateOfficer)
    season = current_season(days.today()) if mine else None
    return todo_queries.left_behind(request.scope, mine, season) if season else None


@open_to(*TERRITORIAL, FieldAgent)
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Cases of the season, by state, quarter, team and words; a field agent sees those handed to the own teams."""
    season = season_of(request)
    asked = _asked(request)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, season, queries.cases_of(request.scope, season, asked))
    context = {
        "season": season,
        "asked": asked,
        "page": queries.cases_page(request.scope, season, asked, after=request.GET.get("after", "")),
        "states": [("OPEN", _("All that are open")), *Case.State.choices],
        "quarters": queries.quarters_of(request.scope, season),
        "teams": queries.teams_with_cases(request.scope, season),
        "may_carry_over": request.user.holds(DirectorateOfficer) and _next_season(season) is not None,
    }
    return render(request, "outreach/cases/cases.html", context)


def _asked(request: HttpRequest) -> queries.Asked:
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "quarter", "team", "text")}
    if asked["team"] != "NONE" and not _is_uuid(asked["team"]):
        asked["team"] = ""
    return queries.Asked(**asked)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _workbook(request: HttpRequest, season: Season, rows: Any) -> HttpResponse:
    columns = [
        (_("File number"), 12, "text"),
        (_("Name in Arabic"), 30, "text"),
        (_("Name in French"), 30, "text"),
        (_("State"), 24, "text"),
        (_("Quarter or douar"), 24, "text"),
        (_("School"), 34, "text"),
        (_("Team"), 18, "text"),
        (_("First contact"), 12, "day"),
        (_("Next step"), 34, "text"),
        (_("By which day"), 12, "day"),
        (_("Comes back on"), 12, "day"),
    ]
    lines = (
        (
            *(case.person.file_number, case.person.name_ar, case.person.name_fr, case.get_state_display()),
            *(case.quarter, str(case.school or ""), str(case.team or ""), case.first_contact_date),
            *(case.next_step, case.next_step_date, case.comes_back_date),
        )
        for case in rows.order_by("pk").iterator()
    )
    return list_of_names(request, f"cases-{season.year}", _("Cases"), columns, lines, about=season)


def visible(request: HttpRequest, case: str) -> Case:
    """The case of an address. Raises Http404 outside the scope."""
    found = queries.visible_case(request.scope, case)
    if found is None:
        raise Http404
    return found


def writable(request: HttpRequest, case: str) -> Case:
    """The case of an address, to write in it. Raises Http404 outside the scope, PermissionDenied (403) when the
    person is known only by a shared file: identity and path pass, nothing is written and no note is read."""
    found = visible(request, case)
    refuse_if_shared(request.scope, found.person)
    return found


@open_to(*TERRITORIAL, FieldAgent)
@require_GET
def case(request: HttpRequest, case: str) -> HttpResponse:
    """Where a case stands, what comes next, what was done, and what may be done now."""
    subject = visible(request, case)
    is_officer = request.user.holds(DirectorateOfficer)
    verbs = workflow.open_moves(subject)
    followed = queries.followed(request.scope, subject)
    context = {
        "case": subject,
        "followed": followed,
        "is_to_be_lost": "lose" in verbs and _met_nobody(subject, followed),
        "is_writer": request.user.holds(*WRITERS),
        "is_officer": is_officer,
        "may_contact": request.user.holds(*WRITERS) and subject.state not in {"ARRIVED", "CLOSED", "STRUCK_OUT"},
        "may_plan": request.user.holds(*WRITERS) and subject.state in Case.OPEN_STATES,
        "may_refer": is_officer and "refer" in verbs and subject.state != Case.State.REFERRED,
        "may_read_notes": request.user.holds(*NOTE_READERS) and may_change(request.scope, subject.person),
        "moves": [(verb, verbs[verb]) for verb in _MOVES if verb in verbs] if is_officer else [],
        "step_form": forms.StepForm(),
        "today": days.today(),
        "orientation_url": _orientation_url(request, subject),
    }
    return render(request, "outreach/cases/case.html", context)


def _met_nobody(case: Case, followed: queries.Followed) -> bool:
    name, place = "outreach.tries_before_not_found", case.directorate.place_number
    tries = value_of(name, as_of=days.today(), place_number=place).value
    return is_not_found_after([contact.result for contact in followed.contacts], int(tries))


def _orientation_url(request: HttpRequest, case: Case) -> str:
    """The page where the four exits are compared, when there is one and the reader's roles open it."""
    try:
        url = reverse("orientation:case", kwargs={"case": case.uuid})
    except NoReverseMatch:
        return ""
    return url if request.user.holds(*getattr(resolve(url).func, "roles", ())) else ""


@open_to(*WRITERS)
@require_http_methods(["GET", "POST"])
def make_contact(request: HttpRequest, case: str) -> HttpResponse:
    """A visit, a call or a meeting, with the first sorting in the same form."""
    subject = writable(request, case)
    data = request.POST if request.method == "POST" else None
    form, sorting = forms.ContactForm(data, case=subject), forms.SortingForm(data, prefix="sort")
    is_typed = request.method == "POST" and all([form.is_valid(), sorting.is_valid()])
    if is_typed and _write(request, subject, form, sorting):
        return redirect("outreach:case", case=subject.uuid)
    context = {"case": subject, "form": form, "sorting": sorting}
    return render(request, "outreach/cases/contact.html", context)


def _write(request: HttpRequest, case: Case, form: Any, sorting: Any) -> bool:
    """Write the contact and what was answered; False when the form shows what is wrong."""
    try:
        answers = sorting.answers if sorting.is_answered else None
        actions.make_contact_and_sort(by=request.user, case=case, answers=answers, **form.cleaned_data)
    except actions.BadContact as error:
        forms.say_problem(form, error.problem)
        return False
    except workflow.MoveRefused:
        form.add_error(None, _("This case is closed: open it again before writing a contact."))
        return False
    messages.success(request, _said_after(case))
    return True


def _said_after(case: Case) -> str:
    if case.comes_back_date is not None:
        return _("Written. The case comes back on your list on the day shown below.")
    if case.next_step_date is None and case.state in {"TO_VISIT", "FOLLOWED"}:
        return _("Written. Plan the next step: without one the case stays on the to-do list.")
    return _("Written.")


@open_to(*WRITERS)
@require_http_methods(["GET", "POST"])
def sort_case(request: HttpRequest, case: str) -> HttpResponse:
    """The first sorting alone."""
    subject = writable(request, case)
    form = forms.SortingForm(request.POST if request.method == "POST" else None, prefix="sort")
    if request.method == "POST" and form.is_valid():
        if form.is_answered:
            actions.sort_case(by=request.user, case=subject, **form.answers)
            messages.success(request, _("The first sorting is written."))
            return redirect("outreach:case", case=subject.uuid)
        form.add_error(None, _("No question was answered."))
    return render(request, "outreach/cases/sorting.html", {"case": subject, "form": form})


@open_to(*WRITERS)
@require_http_methods(["GET", "POST"])
def set_next_step(request: HttpRequest, case: str) -> HttpResponse:
    """What is done next and by which day."""
    subject = writable(request, case)
    form = forms.StepForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_next_step(by=request.user, case=subject, **form.cleaned_data)
        except workflow.MoveRefused:
            messages.error(request, _("This case is no longer open: look at its state before going on."))
        else:
            messages.success(request, _("The next step is written."))
        return redirect("outreach:case", case=subject.uuid)
    return render(request, "outreach/cases/step.html", {"case": subject, "form": form})


_MOVES = {
    "refuse": actions.refuse_case,
    "lose": actions.lose_case,
    "come_back": actions.come_back,
    "close": actions.close_case,
    "reopen": actions.reopen_case,
}


@open_to(DirectorateOfficer)
@require_POST
def move(request: HttpRequest, case: str) -> HttpResponse:
    """Refused, not found, taken up again, closed or opened again (`verb` in the answer)."""
    subject = writable(request, case)
    form = forms.MoveForm(request.POST)
    if not form.is_valid():
        raise Http404
    verb, reason = form.cleaned_data["verb"], form.cleaned_data["reason"]
    try:
        _MOVES[verb](by=request.user, case=subject, **({} if verb == "come_back" else {"reason": reason}))
        messages.success(request, _("The case: %(state)s.") % {"state": subject.get_state_display()})
    except workflow.ReasonMissing:
        messages.error(request, _("Write the reason: without it nothing was changed."))
    except workflow.MoveRefused:
        messages.error(request, _("The case changed meanwhile: look at its state before going on."))
    return redirect("outreach:case", case=subject.uuid)


def _why_blocked(problem: str) -> str:
    words = {
        "OTHER_PERSON": _("These two cases are of two persons."),
        "OTHER_SEASON": _("These two cases are of two seasons."),
        "NOT_OPEN": _("Neither of these two cases is open any more."),
        "ARRIVED": _("One of the two cases ended with an arrival, which stays: close the other one."),
        "TWO_REFERRALS": _("In both cases an arrival is awaited: end one of the two referrals, then join the cases."),
        "ROWS": _("An orientation stands in both cases: withdraw one of the two, then join the cases."),
    }
    return words[problem]


@open_to(DirectorateOfficer)
@require_POST
def join_cases(request: HttpRequest, case: str) -> HttpResponse:
    """Make one case of this one and another of the same person (`other` in the answer: its uuid)."""
    subject, asked = writable(request, case), request.POST.get("other", "")
    other = writable(request, asked) if _is_uuid(asked) else subject
    if other == subject:
        raise Http404
    try:
        kept = actions.join_cases(by=request.user, case=subject, other=other)
    except actions.JoinBlocked as error:
        messages.error(request, _why_blocked(error.problem))
        return redirect("outreach:case", case=subject.uuid)
    messages.success(request, _("The two cases are one: everything written is here."))
    return redirect("outreach:case", case=kept.uuid)


def _next_season(season: Season) -> Season | None:
    later = Season.objects.filter(year__gt=season.year, state=Season.State.OPEN)
    return later.order_by("year").first()


@open_to(DirectorateOfficer)
@require_POST
def carry_over(request: HttpRequest) -> HttpResponse:
    """Take the cases that came to nothing into the next open season."""
    season = season_of(request)
    following = _next_season(season)
    if following is None:
        messages.error(request, _("The next season is not open yet."))
        return redirect("outreach:cases")
    count = 0
    for directorate in directorates_of(request.user, DirectorateOfficer):
        count += actions.carry_over(by=request.user, season_from=season, season_to=following, directorate=directorate)
    text = ngettext("%(count)d case was taken into %(season)s.", "%(count)d cases were taken into %(season)s.", count)
    messages.success(request, text % {"count": count, "season": following})
    return redirect(f"{reverse('outreach:cases')}?season={following.year}")
