"""Following those who left: the list to work through, one confirmation, the draws of a directorate."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import TERRITORIAL, CentreDirector, DirectorateOfficer, InsertionOfficer
from istidrak.base import days, paging, workflow
from istidrak.base.exchange.answers import list_of_names, workbook_answer
from istidrak.base.parameters import value_of
from istidrak.outreach.forms.following import say_reused
from istidrak.people.actions import SubmissionReused
from istidrak.programmes.queries import current_season
from istidrak.training import actions, forms, queries
from istidrak.training.facts.insertions import intervals
from istidrak.training.models import Confirmation
from istidrak.training.views.common import READS_INSERTIONS

# The centre asks; the directorate may ask too, so that a confirmation need not rest on the centre's word alone.
CONFIRMS = (InsertionOfficer, CentreDirector, DirectorateOfficer)


@open_to(*READS_INSERTIONS)
@require_GET
def confirmations(request: HttpRequest) -> HttpResponse:
    """Whom to ask for this month or late, later, not drawn, answered, lost."""
    what = request.GET.get("what", "due")
    rows = queries.confirmations_list(request.scope, what, days.today())
    if request.GET.get("format") == "xlsx":
        return _workbook(request, rows)
    whats = (
        ("due", _("This month or late")),
        ("later", _("Later")),
        ("undrawn", _("Not in a sample")),
        ("answered", pgettext("confirmation", "Answered")),
        ("lost", _("Lost from sight")),
        ("all", _("All")),
    )
    context = {
        "page": paging.page_of(rows, after=request.GET.get("after", ""), newest_first=False),
        "whats": whats,
        "chosen": what if what in queries.WHATS else "all",
        "sees_draws": request.user.holds(*TERRITORIAL),
        "intervals": intervals(request.scope, days.today()),
        "share": value_of("training.confirmation_share", as_of=days.today()),
        "months": value_of("training.confirmation_months", as_of=days.today()),
    }
    return render(request, "training/confirmations.html", context)


def _workbook(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = [
        *((_("File number"), 12, "text"), (_("Name in Arabic"), 30, "text"), (_("Name in French"), 30, "text")),
        *((_("Centre"), 34, "text"), (_("Where to"), 24, "text"), (_("Since"), 14, "day")),
        *((_("After (months)"), 10, "number"), (_("Due on"), 14, "day"), (_("State"), 24, "text")),
        *((_("Tries"), 8, "number"), (_("Next try"), 14, "day"), (_("Answered by"), 30, "text")),
    ]
    lines = (
        (
            *(c.person.file_number, c.person.name_ar, c.person.name_fr, str(c.enrolment.group.centre)),
            *(c.insertion.get_kind_display() if c.insertion else _("No verified insertion"),),
            *(c.insertion.since_date if c.insertion else c.enrolment.left_date, c.months, c.due_date),
            *(_state_words(c), c.tries, c.next_try_date, str(c.answered_by or "")),
        )
        for c in rows.order_by("due_date", "pk")
    )
    return list_of_names(request, "confirmations", _("Confirmations"), columns, lines)


def _state_words(row: Confirmation) -> str:
    words = str(row.get_state_display())
    return f"{words}: {row.get_standing_display()}" if row.standing else words


@open_to(*READS_INSERTIONS)
@require_http_methods(["GET", "POST"])
def confirmation(request: HttpRequest, confirmation: str) -> HttpResponse:
    """One confirmation: who was tried when, and where the learner stands."""
    if request.method == "GET":
        return _page(request, get_object_or_404(queries.confirmations(request.scope), uuid=confirmation))
    subject = get_object_or_404(queries.confirmations(scope_acting_as(request, *CONFIRMS)), uuid=confirmation)
    acts = {"follow_up": _follow_up, "lose": _lose, "ask_again": _ask_again}
    refused = None
    try:
        refused = acts.get(request.POST.get("do", ""), _nothing)(request, subject)
    except workflow.MoveRefused:
        subject = get_object_or_404(queries.confirmations(request.scope), uuid=confirmation)
        messages.error(request, _("Somebody answered this meanwhile: look at the answer. What you typed is below."))
        refused = _page(request, subject, form=forms.FollowUpForm(request.POST, confirmation=subject))
    return refused or redirect("training:confirmation", confirmation=subject.uuid)


def _nothing(request: HttpRequest, subject: Confirmation) -> None:
    messages.error(request, _("Nothing was written: use one of the buttons."))


def _follow_up(request: HttpRequest, subject: Confirmation) -> HttpResponse | None:
    form = forms.FollowUpForm(request.POST, confirmation=subject)
    if not form.is_valid():
        return _page(request, subject, form=form)
    try:
        actions.record_follow_up(by=request.user, confirmation=subject, **form.follow_up)
    except actions.NotAsked:
        messages.error(request, _("This one is not in the sample: nobody asks for it."))
        return None
    except actions.AlreadyDeclared:
        form.add_error(None, _("This insertion is already declared."))
        return _page(request, subject, form=form)
    except actions.AnswerBySameHand:
        form.add_error("answer", _("You declared this insertion or brought its proof: somebody else answers."))
        return _page(request, subject, form=form)
    except SubmissionReused:
        say_reused(form)
        return _page(request, subject, form=form)
    if subject.state == Confirmation.State.DUE:
        messages.success(request, _("The try is written down; this one stays in the list."))
    else:
        messages.success(request, _("Written down: where the learner stands is known."))
    return None


def _lose(request: HttpRequest, subject: Confirmation) -> HttpResponse | None:
    form = forms.ReasonForm(request.POST, auto_id="lose_%s")
    if not form.is_valid():
        return _page(request, subject, lose_form=form)
    try:
        actions.lose(by=request.user, confirmation=subject, reason=form.cleaned_data["reason"])
    except actions.AnswerBySameHand:
        form.add_error(None, _("You declared this insertion or brought its proof: somebody else answers."))
        return _page(request, subject, lose_form=form)
    except actions.TooFewTries as error:
        words = _("Tried on %(tried)s days of the %(needed)s that are needed first.")
        form.add_error(None, words % {"tried": error.tried, "needed": error.needed})
        return _page(request, subject, lose_form=form)
    messages.success(request, _("Written down: lost from sight. It is counted as such."))
    return None


def _ask_again(request: HttpRequest, subject: Confirmation) -> HttpResponse | None:
    form = forms.ReasonForm(request.POST, auto_id="again_%s")
    if not form.is_valid():
        return _page(request, subject, again_form=form)
    actions.ask_again(by=request.user, confirmation=subject, reason=form.cleaned_data["reason"])
    messages.success(request, _("To confirm again; the tries are kept."))
    return None


def _page(request: HttpRequest, subject: Confirmation, **bound: Any) -> HttpResponse:
    moves, may_act = workflow.open_moves(subject), request.user.holds(*CONFIRMS)
    place = subject.enrolment.group.centre.place_number
    is_asked = "find_not_inserted" in moves and bool(subject.is_drawn) and may_act
    context = {
        "confirmation": subject,
        "contacts": queries.contacts_of(request.scope).filter(confirmation=subject),
        "is_asked": is_asked,
        "is_for_another": is_asked and actions.is_for_another(request.user, subject),
        "is_late": subject.state == Confirmation.State.DUE and subject.due_date < days.today(),
        "may_ask_again": may_act and bool({"find_again", "ask_again"} & set(moves)),
        "tries_needed": value_of("training.confirmation_tries", as_of=days.today(), place_number=place),
        "form": forms.FollowUpForm(confirmation=subject) if is_asked else None,
        "lose_form": forms.ReasonForm(auto_id="lose_%s"),
        "again_form": forms.ReasonForm(auto_id="again_%s"),
    }
    return render(request, "training/confirmation.html", {**context, **bound})


@open_to(*TERRITORIAL)
@require_http_methods(["GET", "POST"])
def draws(request: HttpRequest) -> HttpResponse:
    """Samples drawn and what they say; the directorate draws the next round, and none twice."""
    if request.method == "POST":
        return _draw(request)
    season = current_season(days.today())
    until = days.today() + actions.DRAWN_AHEAD
    rows = queries.draws(request.scope)
    if request.GET.get("format") == "xlsx":
        return _draws_workbook(request, rows)
    may_draw = request.user.holds(DirectorateOfficer)
    context = {
        "rows": rows,
        "season": season,
        "waiting": queries.waiting_for_a_draw(request.scope, season, until) if season else [],
        "directorates": queries.directorates_of(request.user.scope_as(DirectorateOfficer)) if may_draw else [],
        "share": value_of("training.confirmation_share", as_of=days.today()),
    }
    return render(request, "training/draws.html", context)


def _draw(request: HttpRequest) -> HttpResponse:
    scope = scope_acting_as(request, DirectorateOfficer)
    form = forms.DrawForm(request.POST, directorates=queries.directorates_of(scope))
    season = current_season(days.today())
    if not form.is_valid() or season is None:
        messages.error(request, _("Nothing was drawn: choose the interval with its button."))
        return redirect("training:draws")
    try:
        draw = actions.draw_sample(by=request.user, season=season, **form.cleaned_data)
    except actions.NothingToDraw:
        messages.error(request, _("Nothing waits for this draw: what is drawn is never drawn again."))
    else:
        words = _("Drawn: %(drawn)s of %(population)s. They are now in the list to confirm.")
        messages.success(request, words % {"drawn": draw.drawn, "population": draw.population})
    return redirect("training:draws")


def _draws_workbook(request: HttpRequest, rows: list[dict[str, Any]]) -> HttpResponse:
    columns = [
        *((_("Directorate"), 34, "text"), (_("Season"), 10, "text"), (_("After (months)"), 10, "number")),
        *((_("Round"), 8, "number"), (_("Drawn on"), 14, "day"), (_("Share asked (%)"), 12, "number")),
        *(
            (_("To draw from"), 12, "number"),
            (_("Drawn"), 10, "number"),
            (pgettext("confirmation", "Answered"), 10, "number"),
        ),
        *((_("Still inserted"), 12, "number"), (_("Estimate, at least (%)"), 14, "number")),
        *((_("Estimate, at most (%)"), 14, "number"), (_("Seed"), 30, "text")),
    ]
    lines = (
        (
            *(str(row["draw"].directorate), str(row["draw"].season), row["draw"].months, row["draw"].round),
            *(row["draw"].drawn_at, row["draw"].share, row["draw"].population, row["draw"].drawn),
            *((e.answered, e.confirmed, e.low, e.high) if (e := row["estimate"]) else (None,) * 4),
            row["draw"].seed,
        )
        for row in rows
    )
    return workbook_answer(request, "draws", _("Samples of confirmations"), columns, lines)
