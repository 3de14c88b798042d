"""Instalments: the list, opening one, its page with what to do next, its checks and its lines."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import PaymentAuthoriser, PaymentChecker, SupportCoordinator, SupportUnit
from istidrak.base import days, paging, workflow
from istidrak.base.days import school_year_words
from istidrak.base.exchange.answers import list_of_names, workbook_answer
from istidrak.base.scope import Scope
from istidrak.base.templatetags.ui import year_month_words
from istidrak.organisations.models import Organisation
from istidrak.support import checks, running
from istidrak.support.actions import instalments as actions
from istidrak.support.forms.instalments import CancelForm, HoldForm, OpenForm
from istidrak.support.models import Instalment, Signature
from istidrak.support.queries import instalments as queries
from istidrak.support.queries import runs
from istidrak.support.views.common import READS_INSTALMENTS, READS_LINES, READS_PAYMENTS

MAKES = (SupportCoordinator, SupportUnit)
STEPS = {
    "prepare": (Signature.Step.PREPARE, MAKES),
    "check": (Signature.Step.CHECK, (PaymentChecker,)),
    "authorise": (Signature.Step.AUTHORISE, (PaymentAuthoriser,)),
}
REFUSED = {
    "no_place": gettext_lazy("The place of this body is not known: no schools to compute for."),
    "no_calendar": gettext_lazy("No text that the program knows sets instalments for that school year."),
    "no_such_number": gettext_lazy("That school year has no instalment of this number."),
    "exists": gettext_lazy("This instalment is open already: look for it in the list."),
    "frozen": gettext_lazy("The lines are saved: nothing of this instalment is computed or held any more."),
    "blocked": gettext_lazy("Checks stop the saving: answer what they found first."),
    "paid_before": gettext_lazy("A pupil has a line of the same month in another instalment: nothing was saved."),
    "facts_gone": gettext_lazy("The computed lines are no longer kept: compute again, then save."),
    "not_now": gettext_lazy("Another signature is due first."),
    "signed_before": gettext_lazy("You signed this instalment already: another person signs this step."),
    "computed_it": gettext_lazy("Whoever opened or computed the instalment does not check or authorise it."),
}


@open_to(*READS_INSTALMENTS)
@require_GET
def instalments(request: HttpRequest) -> HttpResponse:
    """Instalments of my territory, the latest first."""
    rows = queries.instalments(request.scope)
    if request.GET.get("format") == "xlsx":
        columns = [
            *((_("School year"), 12, "text"), (_("Instalment"), 10, "number"), (_("For the schools of"), 34, "text")),
            *((_("State"), 24, "text"), (_("Lines"), 12, "number"), (_("To pay"), 12, "number")),
            *((_("Not due"), 12, "number"), (_("To complete"), 12, "number"), (_("Amount (DH)"), 16, "number")),
        ]
        lines = (
            (
                *(school_year_words(row.school_year), row.number, str(row.body), row.get_state_display()),
                *(row.lines, row.paid, row.unpaid, row.to_complete),
                None if row.amount is None else row.amount / 100,
            )
            for row in rows
        )
        return workbook_answer(request, "instalments", _("Instalments"), columns, lines)
    context = {
        "page": paging.page_of(rows, after=request.GET.get("after", "")),
        "may_open": request.user.holds(*MAKES),
    }
    return render(request, "support/instalments.html", context)


@open_to(*MAKES)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Open an instalment for the schools of my directorate, or of the country."""
    bodies = _bodies(request)
    form = OpenForm(request.POST or None, bodies=bodies, last_year=days.school_year_of(days.today()))
    if request.method == "POST" and form.is_valid():
        try:
            instalment = actions.open_instalment(by=request.user, **form.cleaned_data)
        except actions.InstalmentRefused as refused:
            form.add_error("number" if refused.code != "no_calendar" else "school_year", REFUSED[refused.code])
        else:
            messages.success(request, _("Opened. Now compute it: nothing is paid before three people signed."))
            return redirect("support:instalment", instalment=instalment.uuid)
    return render(request, "support/instalment_create.html", {"form": form})


def _bodies(request: HttpRequest) -> Any:
    held = [a.organisation_id for a in request.user.current_assignments if a.role in {r.code for r in MAKES}]
    return Organisation.objects.filter(pk__in=held).order_by("pk")


def visible(scope: Scope, instalment: Any) -> Instalment:
    """The instalment of an address, inside a scope. Raises Http404."""
    return get_object_or_404(queries.instalments(scope), uuid=instalment)


def folder(instalment: Instalment) -> Path | None:
    """Where the facts and lines of the last run are; None before the first, or when they are gone."""
    found = runs.last_folder(instalment)
    return found if found and (found / "lines.parquet").exists() else None


@open_to(*READS_INSTALMENTS)
@require_http_methods(["GET", "POST"])
def instalment(request: HttpRequest, instalment: str) -> HttpResponse:
    """One instalment: where it stands, what to do next, what stops it, who signed."""
    if request.method == "GET":
        return _page(request, visible(request.scope, instalment))
    verb = request.POST.get("do", "")
    acts = {"compute": _compute, "save": _save, "cancel": _cancel, **dict.fromkeys(STEPS, _sign)}
    if verb not in acts:
        visible(request.scope, instalment)
        messages.error(request, _("Nothing was written: use one of the buttons."))
        return redirect("support:instalment", instalment=instalment)
    roles = STEPS[verb][1] if verb in STEPS else MAKES
    subject = visible(scope_acting_as(request, *roles), instalment)
    try:
        acts[verb](request, subject)
    except actions.InstalmentRefused as refused:
        messages.error(request, REFUSED[refused.code])
    except workflow.MoveRefused:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
    except workflow.ReasonMissing:
        messages.error(request, _("Write the reason: it stays with the instalment."))
    return redirect("support:instalment", instalment=subject.uuid)


def _compute(request: HttpRequest, subject: Instalment) -> None:
    run = actions.begin_run(by=request.user, instalment=subject)
    if not running.is_small(subject):
        messages.success(request, _("It is being computed beside the pages; this page shows when it is done."))
        return
    taken = running.take(run)
    if taken is not None and running.carry_out(taken).state == taken.State.FAILED:
        messages.error(request, _("The computing stopped: its reason stands below."))
    else:
        messages.success(request, _("Computed. Look at the checks and at the lines to complete, then save."))


def _save(request: HttpRequest, subject: Instalment) -> None:
    actions.save(by=request.user, instalment=subject)
    messages.success(request, _("Saved: the lines are frozen. It can be signed as prepared now."))


def _cancel(request: HttpRequest, subject: Instalment) -> None:
    actions.cancel(by=request.user, instalment=subject, reason=request.POST.get("reason", ""))
    messages.success(request, _("Cancelled: its number can be opened again."))


def _sign(request: HttpRequest, subject: Instalment) -> None:
    step, _roles = STEPS[request.POST["do"]]
    actions.sign(by=request.user, instalment=subject, step=step)
    messages.success(request, _("Signed: your name, the amount and the digest of the lines are kept."))


def _page(request: HttpRequest, subject: Instalment) -> HttpResponse:
    run, at = runs.newest_run(subject), folder(subject)
    signed = list(queries.signatures(subject))
    context = {
        "instalment": subject,
        "steps": queries.steps(subject),
        "run": run,
        "checks": queries.shown_checks(subject, at) if at and subject.state == Instalment.State.COMPUTED else [],
        "signatures": signed,
        "left_out": queries.left_out(subject) if not subject.is_frozen else 0,
        "sheets_missing": queries.sheets_missing(subject) if not subject.is_frozen else 0,
        "changes": _changes(subject, at),
        "cancel_form": CancelForm(auto_id="cancel_%s"),
        "may": _may(request, subject, signed),
    }
    context["stops"] = any(s.check.is_blocking and s.check.open for s in context["checks"])  # type: ignore[attr-defined]
    return render(request, "support/instalment.html", context)


def _may(request: HttpRequest, subject: Instalment, signed: list[Signature]) -> dict[str, bool]:
    """What this reader can do now; the actions refuse it again."""
    user, state = request.user, subject.state
    makes = user.holds(*MAKES) and queries.instalments(user.scope_as(*MAKES)).filter(pk=subject.pk).exists()
    has_signed = any(s.signed_by_id == user.pk for s in signed)
    states = Instalment.State
    return {
        "lines": user.holds(*READS_LINES),
        "compute": makes and state in {states.OPEN, states.COMPUTED},
        "save": makes and state == states.COMPUTED,
        "cancel": makes and state in {states.OPEN, states.COMPUTED},
        "prepare": makes and state == states.SAVED and not has_signed,
        "check": user.holds(PaymentChecker) and state == states.PREPARED and not has_signed,
        "authorise": user.holds(PaymentAuthoriser) and state == states.CHECKED and not has_signed,
        "correct": subject.is_frozen and user.holds(*READS_PAYMENTS),
    }


def _changes(subject: Instalment, at: Path | None) -> list[queries.Change]:
    before = queries.previous(subject)
    was = folder(before) if before else None
    return queries.changes(was / "lines.parquet", at / "lines.parquet") if was and at else []


@open_to(*READS_LINES)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, instalment: str, check: str) -> HttpResponse:
    """What one check found, household by household, and holding a payment."""
    if check not in queries.CHECKS:
        raise Http404
    subject = visible(request.scope if request.method == "GET" else scope_acting_as(request, *MAKES), instalment)
    form = HoldForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.hold_household(by=request.user, instalment=subject, **form.cleaned_data)
            except actions.InstalmentRefused as refused:
                messages.error(request, REFUSED[refused.code])
            else:
                messages.success(request, _("This payment waits; the others go on."))
            return redirect("support:instalment_check", instalment=subject.uuid, check=check)
        messages.error(request, _("Write the reason: it stays with the instalment."))
    at = folder(subject)
    found = next((c for c in checks.checks_of(subject, at) if c.code == check), None) if at else None
    title, todo = queries.CHECKS[check]
    context = {
        "instalment": subject,
        "title": title,
        "todo": todo,
        "check": found,
        "households": queries.found_households(subject, found.households) if found else [],
        "pupils": queries.found_pupils(subject, found.children) if found else [],
        "may_hold": _may(request, subject, [])["save"],
    }
    return render(request, "support/instalment_check.html", context)


@open_to(*READS_LINES)
@require_GET
def lines(request: HttpRequest, instalment: str) -> HttpResponse:
    """The lines of an instalment with their reasons: to pay, not due, to complete; the latter first."""
    subject = visible(request.scope, instalment)
    asked = _asked(request)
    if request.GET.get("format") == "xlsx":
        return _lines_workbook(request, subject, asked)
    after = asked.pop("after")
    rows = queries.lines(subject, folder(subject), **asked, after=after, size=paging.PAGE + 1)
    shown = queries.shown_lines(rows[: paging.PAGE])
    more = str(after + paging.PAGE) if len(rows) > paging.PAGE else ""
    context = {
        "instalment": subject,
        "page": paging.Page(shown, more),
        "outcomes": [(code, words) for code, (words, _tone) in queries.OUTCOMES.items()],
        "asked": asked,
    }
    return render(request, "support/instalment_lines.html", context)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What the reader asks for: an outcome, a month; anything else is not asked."""

    def number(name: str) -> int | None:
        text = request.GET.get(name, "")
        return int(text) if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() else None

    outcome, month = number("outcome"), number("month")
    return {
        "outcome": outcome if outcome in queries.OUTCOMES else None,
        "month": month if month and 200_000 < month < 300_000 else None,
        "after": min(max(number("after") or 0, 0), 10**8),
    }


def _lines_workbook(request: HttpRequest, subject: Instalment, asked: dict[str, Any]) -> HttpResponse:
    columns = [
        *(
            (_("Pupil"), 30, "text"),
            (_("File number"), 16, "text"),
            (_("School"), 34, "text"),
            (_("Level"), 8, "text"),
        ),
        *(
            (_("Month"), 18, "text"),
            (_("State"), 16, "text"),
            (_("Amount (DH)"), 12, "number"),
            (_("Why"), 60, "text"),
        ),
    ]
    asked.pop("after")
    shown = queries.shown_lines(queries.lines(subject, folder(subject), **asked))
    rows = (
        (
            *(_name(line.person), line.person.file_number if line.person else "", str(line.school)),
            *(line.level or "", year_month_words(line.month), line.word, line.amount / 100),
            " – ".join(map(str, line.why)),
        )
        for line in shown
    )
    return list_of_names(request, "lines", _("Lines of the instalment"), columns, rows, about=subject)


def _name(person: Any) -> str:
    return (person.name_ar or person.name_fr) if person else ""
