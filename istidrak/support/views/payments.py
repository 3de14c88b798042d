"""Payments of an instalment: reconciled, listed, one by one, and the closing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from istidrak.accounts.gate import open_to, scope_acting_as
from istidrak.accounts.roles import SupportCoordinator, SupportUnit
from istidrak.base import days, paging, workflow
from istidrak.base.exchange.answers import list_of_names, workbook_answer
from istidrak.support.actions import payments as actions
from istidrak.support.actions.payer_files import ReceiverMissing
from istidrak.support.forms import payments as forms
from istidrak.support.models import Instalment, Payment, PaymentEvent
from istidrak.support.queries import payments as queries
from istidrak.support.views.common import READS_INSTALMENTS, READS_PAYMENTS

Kind = PaymentEvent.Kind
State = Instalment.State
# Verb on the button, what it writes, and what is said when it is done.
ACTS = {
    "release": (actions.release, gettext_lazy("Released: it leaves with the next file to the payer.")),
    "reissue": (actions.reissue, gettext_lazy("Issued again: it leaves with the next file to the payer.")),
    "cancel": (actions.cancel, gettext_lazy("Cancelled: nothing is paid.")),
}
STEPS = {"release": Kind.RELEASED, "reissue": Kind.REISSUED, "cancel": Kind.CANCELLED}


def _instalment(request: HttpRequest, instalment: Any) -> Instalment:
    rows = Instalment.objects.visible_to(request.scope, as_totals=True).select_related("body")
    return get_object_or_404(rows, uuid=instalment)


@open_to(*READS_INSTALMENTS)
@require_GET
def reconciliation(request: HttpRequest, instalment: str) -> HttpResponse:
    """Where the payments of an instalment stand: numbers and money, each opening its list."""
    subject = _instalment(request, instalment)
    found = queries.reconciliation(subject)

    def rows(names: tuple[str, ...]) -> list[tuple[str, Any, Any, str]]:
        counts = ((name, found.places[name]) for name in names)
        tones = queries.TONES
        return [
            (name, queries.PLACES[name], count, tones.get(name, "secondary") if count.rows else "secondary")
            for name, count in counts
        ]

    if request.GET.get("format") == "xlsx":
        columns = [
            (_("Where payments stand"), 40, "text"),
            (_("Payments"), 12, "number"),
            (_("Amount (DH)"), 16, "number"),
        ]
        lines = [
            (label, count.rows, count.amount / 100) for _name, label, count, _tone in rows(tuple(queries.PLACES))
        ]
        lines.append((_("All payments"), found.all.rows, found.all.amount / 100))
        return workbook_answer(request, "reconciliation", _("Reconciliation"), columns, lines)
    context = {
        "instalment": subject,
        "found": found,
        "were_sent": rows(queries.WERE_SENT),
        "not_sent": rows(queries.NOT_SENT),
        "opened": [queries.PLACES[name] for name in found.open_places],
        "oldest": queries.oldest_unclaimed(subject),
        "may_read": request.user.holds(*READS_PAYMENTS),
        "may_act": request.user.holds(SupportUnit),
    }
    return render(request, "support/payment_reconciliation.html", context)


@open_to(SupportUnit)
@require_POST
def close(request: HttpRequest, instalment: str) -> HttpResponse:
    """Close an instalment whose payments all have their end."""
    subject = _instalment(request, instalment)
    try:
        actions.close(by=request.user, instalment=subject)
    except actions.StillOpen as still:
        words = _("It is not closed: payments still wait (%(where)s).")
        where = " · ".join(str(queries.PLACES[name]) for name in still.places)
        messages.error(request, words % {"where": where})
    except workflow.MoveRefused:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
    else:
        messages.success(request, _("Closed: every payment is paid or given up."))
    return redirect("support:reconciliation", instalment=subject.uuid)


@open_to(*READS_PAYMENTS)
@require_GET
def payments(request: HttpRequest, instalment: str) -> HttpResponse:
    """The payments of an instalment by where they stand; names leave by a form that is recorded."""
    subject = _instalment(request, instalment)
    place, text = request.GET.get("place", ""), request.GET.get("q", "").strip()
    rows = queries.payments(request.scope, subject)
    rows = queries.in_place(rows, place) if place in queries.PLACES else rows
    rows = rows.filter(reference=text) if text else rows
    if request.GET.get("format") == "xlsx":
        return _workbook(request, subject, queries.with_place(rows).order_by("pk"))
    page = paging.page_of(queries.with_place(rows), after=request.GET.get("after", ""), newest_first=False)
    context = {
        "instalment": subject,
        "page": page,
        "rows": [
            (row, queries.OF_ONE[row.place], queries.TONES.get(row.place, "secondary"), _age(row))
            for row in page.rows
        ],
        "places": queries.PLACES.items(),
        "may_decide": place == "RETURNED" and request.user.holds(SupportUnit) and subject.state == State.SENT,
        "chosen": place,
        "text": text,
    }
    return render(request, "support/payments.html", context)


def _age(row: Any) -> int | None:
    """For how many days a payment is unclaimed."""
    return (days.today() - row.kind_date).days if row.place == "UNCLAIMED" else None


@open_to(SupportUnit)
@require_http_methods(["GET", "POST"])
def returned(request: HttpRequest, instalment: str) -> HttpResponse:
    """All payments whose money came back: issued again or cancelled together, with one reason."""
    subject = _instalment(request, instalment)
    count = queries.reconciliation(subject).places["RETURNED"]
    form = forms.ReturnedForm(request.POST or None, initial={"expected": count.rows})
    kind = {"reissue": Kind.REISSUED, "cancel": Kind.CANCELLED}.get(request.POST.get("do", ""))
    if request.method == "POST" and kind and form.is_valid():
        try:
            number = actions.decide_returned(by=request.user, instalment=subject, kind=kind, **form.cleaned_data)
        except actions.CountChanged as changed:
            words = _("Nothing was written: there are %(count)s such payments now. Look again, then decide.")
            messages.error(request, words % {"count": changed.count})
            return redirect("support:returned", instalment=subject.uuid)
        except workflow.MoveRefused:
            messages.error(request, _("This changed meanwhile: look at the state before going on."))
        else:
            messages.success(request, _("Decided for %(count)s payments.") % {"count": number})
        return redirect("support:reconciliation", instalment=subject.uuid)
    context = {"instalment": subject, "form": form, "count": count, "is_open": subject.state == State.SENT}
    return render(request, "support/payment_returned.html", context)


def _workbook(request: HttpRequest, subject: Instalment, rows: Any) -> HttpResponse:
    columns = [
        *((_("Reference"), 22, "text"), (_("Receiver"), 34, "text"), (_("Identity card"), 14, "text")),
        *(
            (_("Amount (DH)"), 12, "number"),
            (pgettext("payment", "Where it stands"), 30, "text"),
            (_("Since"), 12, "day"),
        ),
        *((_("Cause"), 40, "text"), (_("Days unclaimed"), 12, "number")),
    ]
    lines = (
        (
            *(row.reference, row.guardian_name, row.identity_card, row.amount / 100),
            *(queries.OF_ONE[row.place], row.kind_date, row.kind_cause or "", _age(row)),
        )
        for row in rows.iterator(chunk_size=2000)
    )
    return list_of_names(request, "payments", _("Payments"), columns, lines, about=subject)


@open_to(*READS_PAYMENTS)
@require_http_methods(["GET", "POST"])
def payment(request: HttpRequest, payment: str) -> HttpResponse:
    """One payment: what happened to it, who recorded it, and what may follow."""
    subject = get_object_or_404(queries.payments(request.scope), reference=payment)
    bound = {}
    if request.method == "POST":
        bound = _act(request, subject)
        if not bound:
            return redirect("support:payment", payment=subject.reference)
    row = queries.with_place(queries.payments(request.scope).filter(pk=subject.pk)).get()
    state = queries.state_of(subject)
    is_open = subject.instalment.state in {State.AUTHORISED, State.SENT} and subject.amount > 0
    acts = request.user.holds(SupportUnit) and is_open
    context = {
        "payment": row,
        "place": queries.OF_ONE[row.place],
        "tone": queries.TONES.get(row.place, "secondary"),
        "events": queries.events_of(subject),
        "verbs": [verb for verb, kind in STEPS.items() if acts and state in PaymentEvent.AFTER[kind]],
        "reason_form": forms.ReissueForm() if state == Kind.RETURNED else forms.ReasonForm(),
        "receiver_form": _receiver_form(request, subject) if state == "HELD" else None,
    }
    if subject.guardian is None and "release" in context["verbs"]:
        context["verbs"].remove("release")
    return render(request, "support/payment.html", {**context, **bound})


def _receiver_form(request: HttpRequest, subject: Payment) -> forms.ReceiverForm | None:
    if subject.guardian is not None or not request.user.holds(SupportCoordinator):
        return None
    guardians = queries.guardians_of(request.user.scope_as(SupportCoordinator), subject)
    return forms.ReceiverForm(request.POST if request.POST.get("do") == "name" else None, guardians=guardians)


def _act(request: HttpRequest, subject: Payment) -> dict[str, Any]:
    """Do what a button asks for; the forms to show again when something is missing."""
    verb = request.POST.get("do", "")
    if verb == "name":
        return _name_receiver(request, subject)
    if verb not in ACTS:
        messages.error(request, _("Nothing was written: use one of the buttons."))
        return {}
    get_object_or_404(queries.payments(scope_acting_as(request, SupportUnit)), pk=subject.pk)
    form = (forms.ReissueForm if verb == "reissue" else forms.ReasonForm)(request.POST)
    if not form.is_valid():
        return {"reason_form": form}
    act, done = ACTS[verb]
    try:
        act(by=request.user, payment=subject, **form.cleaned_data)
    except actions.StepRefused:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
    except ReceiverMissing:
        messages.error(request, _("Nobody receives it yet: the provincial coordinator names the receiver first."))
    else:
        messages.success(request, done)
    return {}


def _name_receiver(request: HttpRequest, subject: Payment) -> dict[str, Any]:
    get_object_or_404(queries.payments(scope_acting_as(request, SupportCoordinator)), pk=subject.pk)
    form = _receiver_form(request, subject)
    if form is None:
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
        return {}
    if not form.is_valid():
        return {"receiver_form": form}
    try:
        actions.name_receiver(by=request.user, payment=subject, **form.cleaned_data)
    except (actions.StepRefused, actions.NotOfHousehold):
        messages.error(request, _("This changed meanwhile: look at the state before going on."))
    else:
        messages.success(request, _("The receiver is named. The support unit can release the payment now."))
    return {}
