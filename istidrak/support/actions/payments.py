"""The life of one payment by hand: released, issued again, cancelled, given a receiver; and closing an instalment."""

from typing import Any

from django.db import transaction

from istidrak.base import days, history, workflow
from istidrak.support.actions.payer_files import ReceiverMissing, lock
from istidrak.support.models import Guardian, Instalment, Payment, PaymentEvent
from istidrak.support.queries import payments as queries

Kind = PaymentEvent.Kind
LONGEST_REASON = 120


class StepRefused(Exception):
    """The payment is not, or no longer, in a state that this may follow. `state`: the one it is in."""

    def __init__(self, state: str):
        self.state = state
        super().__init__(state)


class NotOfHousehold(Exception):
    """The guardian belongs to another household."""


class StillOpen(Exception):
    """Payments still wait; `places`: keys of PLACES where they do."""

    def __init__(self, places: list[str]):
        self.places = places
        super().__init__(", ".join(places))


def release(*, by: Any, payment: Payment, reason: str) -> None:
    """Let a held payment go: it leaves with the next file. Raises ReceiverMissing, StepRefused, ReasonMissing."""
    _record(Kind.RELEASED, by=by, payment=payment, reason=reason)


def reissue(*, by: Any, payment: Payment, reason: str) -> None:
    """Send a payment again whose money came back, with the next file. Raises StepRefused, ReasonMissing."""
    _record(Kind.REISSUED, by=by, payment=payment, reason=reason)


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
    payment.refresh_from_db(fields=["guardian", "guardian_name", "amount", "is_held"])
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
def name_receiver(*, by: Any, payment: Payment, guardian: Guardian) -> None:
    """Say who receives a held payment that had nobody: a guardian of its household.

    Name, card and account are copied as they are today. The payment stays held until it is released.
    Raises NotOfHousehold, StepRefused.
    """
    if guardian.household_id != payment.household:
        raise NotOfHousehold(guardian.pk)
    lock(payment.instalment)
    state = queries.state_of(payment)
    columns = {
        "guardian": guardian.pk,
        "guardian_name": guardian.name_ar or guardian.name_fr,
        "identity_card": guardian.identity_card,
        "account": guardian.account,
    }
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
