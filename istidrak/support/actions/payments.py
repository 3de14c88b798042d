"""The life of one payment by hand: released, issued again, cancelled, given a receiver; and closing an instalment."""

from typing import Any

from django.db import transaction

from istidrak.base import bulk, days, history, workflow
from istidrak.support.actions.payer_files import ReceiverMissing, lock
from istidrak.support.models import Guardian, Instalment, Payment, PaymentEvent
from istidrak.support.queries import payments as queries

Kind = PaymentEvent.Kind
LONGEST_REASON = 120
AT_ONCE = 5_000


class StepRefused(Exception):
    """The payment is not, or no longer, in a state that this may follow. `state`: the one it is in."""

    def __init__(self, state: str):
        self.state = state
        super().__init__(state)


class NotOfHousehold(Exception):
    """The guardian belongs to another household."""


class CountChanged(Exception):
    """Other payments came back, or were decided, since the page was opened. `count`: how many there are now."""

    def __init__(self, count: int):
        self.count = count
        super().__init__(count)


class StillOpen(Exception):
    """Payments still wait; `places`: keys of PLACES where they do."""

    def __init__(self, places: list[str]):
        self.places = places
        super().__init__(", ".join(places))


def release(*, by: Any, payment: Payment, reason: str) -> None:
    """Let a held payment go: it leaves with the next file. Raises ReceiverMissing, StepRefused, ReasonMissing."""
    _record(Kind.RELEASED, by=by, payment=payment, reason=reason)


@transaction.atomic
def reissue(*, by: Any, payment: Payment, reason: str, is_renewed: bool = False) -> None:
    """Send a payment again whose money came back, with the next file. Raises StepRefused, ReasonMissing.

    `is_renewed`: name, card and account are copied anew from the receiver's file (an account that was closed would
    refuse the money again); what stood before stays in the history.
    """
    _record(Kind.REISSUED, by=by, payment=payment, reason=reason)
    if is_renewed:
        guardian = Guardian.unscoped.get(pk=payment.guardian)
        columns = _receiver(guardian)
        changed = {name: [getattr(payment, name), value] for name, value in columns.items()}
        changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
        Payment.unscoped.filter(pk=payment.pk).update(**columns)
        history.record(payment, "renew_receiver", by=by, reason=reason, details=changed)


def _receiver(guardian: Guardian) -> dict[str, Any]:
    """What a payment copies of whoever receives it, as it is today."""
    return {
        "guardian": guardian.pk,
        "guardian_name": guardian.name_ar or guardian.name_fr,
        "identity_card": guardian.identity_card,
        "account": guardian.account,
    }


def cancel(*, by: Any, payment: Payment, reason: str) -> None:
    """Give up a payment that is held or whose money came back. Raises StepRefused, ReasonMissing."""
    _record(Kind.CANCELLED, by=by, payment=payment, reason=reason)


@transaction.atomic
def _record(kind: Kind, *, by: Any, payment: Payment, reason: str) -> None:
    reason = " ".join(reason.split())
    if not reason:
        raise workflow.ReasonMissing(kind)
    instalment = payment.instalment
    lock(instalment)  # whoever does the same, sends or takes a return file at this instant comes after
    payment.refresh_from_db(fields=["guardian", "guardian_name", "identity_card", "account", "amount", "is_held"])
    state = queries.state_of(payment)
    is_open = instalment.state in {Instalment.State.AUTHORISED, Instalment.State.SENT}
    if not is_open or state not in PaymentEvent.AFTER[kind] or payment.amount <= 0:
        raise StepRefused(state)
    if kind == Kind.RELEASED and (payment.guardian is None or not payment.guardian_name):
        raise ReceiverMissing
    PaymentEvent.unscoped.create(
        payment=payment,
        kind=kind,
        date=days.today(),
        cause=reason[:LONGEST_REASON],
        recorded_by=by,
        recorded_at=days.now(),
    )
    history.record(payment, kind.lower(), by=by, before=state, after=kind, reason=reason)


@transaction.atomic
def decide_returned(*, by: Any, instalment: Instalment, kind: str, reason: str, expected: int) -> int:
    """Issue again, or cancel, every payment of the instalment whose money came back; how many.

    `expected`: how many whoever decides had before them. Raises CountChanged when it is another number now,
    ReasonMissing, MoveRefused.
    """
    verb = {Kind.REISSUED: "reissue", Kind.CANCELLED: "cancel"}[Kind(kind)]
    reason = " ".join(reason.split())
    if not reason:
        raise workflow.ReasonMissing(verb)
    lock(instalment)
    if instalment.state != Instalment.State.SENT:
        raise workflow.MoveRefused(verb, instalment.state)
    last = queries.last_events().filter(payment__instalment=instalment, kind=Kind.RETURNED)
    found = list(last.order_by("payment").values_list("payment", flat=True))
    if len(found) != expected:
        raise CountChanged(len(found))
    same = {"kind": kind, "date": days.today(), "cause": reason[:LONGEST_REASON]}
    same |= {"recorded_by_id": by.pk, "recorded_at": days.now()}
    for at in range(0, len(found), AT_ONCE):
        bulk.insert([bulk.new(PaymentEvent, payment_id=key, **same) for key in found[at : at + AT_ONCE]])
    history.record(instalment, f"{verb}_returned", by=by, reason=reason, details={"payments": len(found)})
    return len(found)


@transaction.atomic
def name_receiver(*, by: Any, payment: Payment, guardian: Guardian) -> None:
    """Say who receives a held payment that had nobody: a guardian of its household.

    Name, card and account are copied as they are today. The payment stays held until it is released.
    Raises NotOfHousehold, StepRefused.
    """
    if guardian.household_id != payment.household:
        raise NotOfHousehold(guardian.pk)
    lock(payment.instalment)
    state = queries.state_of(payment)
    columns = _receiver(guardian)
    nobody = Payment.unscoped.filter(pk=payment.pk, guardian=None, is_held=True)
    if state != "HELD" or not nobody.update(**columns):
        raise StepRefused(state)
    for name, value in columns.items():
        setattr(payment, name, value)
    history.record(payment, "name_receiver", by=by, details={"guardian": guardian.pk})


@transaction.atomic
def close(*, by: Any, instalment: Instalment) -> None:
    """Close an instalment all of whose payments are paid or given up. Raises StillOpen, MoveRefused."""
    lock(instalment)
    if waiting := queries.reconciliation(instalment).open_places:
        raise StillOpen(waiting)
    workflow.move(instalment, "close", by=by)
