"""One payment by hand, and closing an instalment."""

import threading

import pytest
from django.db import connection

from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.support.actions import payer_files, payments, returns
from istidrak.support.models import Guardian, Payment, PaymentEvent
from istidrak.support.payer.back import Refused
from istidrak.support.queries.payments import PLACES, in_place, reconciliation, with_place

from .paying import *  # noqa: F403 - fixtures
from .paying import answer, make_payment, of, return_file

KINDS = [*PaymentEvent.AFTER]
ACTS = {"RELEASED": payments.release, "REISSUED": payments.reissue, "CANCELLED": payments.cancel}


def _take(by, instalment, *lines):
    returns.take_return(by=by, instalment=instalment, name="x.csv", data=return_file(instalment, *lines))


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["ISSUED", "HELD", *KINDS])
@pytest.mark.parametrize("verb", ACTS)
def test_a_step_follows_only_what_it_may_follow(unit, instalment, state, verb):
    """Released without being held, issued again while the payer still has the money: paid twice."""
    payment = make_payment(instalment, 9, is_held=state == "HELD")
    if state in KINDS:
        PaymentEvent.unscoped.create(
            payment=payment, kind=state, date="2025-11-20", recorded_by=unit, recorded_at="2025-11-20T10:00Z"
        )
    is_possible = state in PaymentEvent.AFTER[verb]
    before = PaymentEvent.unscoped.count()
    if is_possible:
        ACTS[verb](by=unit, payment=payment, reason="Vérifié au guichet")
        last = PaymentEvent.unscoped.latest("pk")
        assert (last.kind, last.cause, last.recorded_by, last.file) == (verb, "Vérifié au guichet", unit, None)
        assert History.objects.filter(verb=verb.lower(), reason="Vérifié au guichet").exists()
    else:
        with pytest.raises(payments.StepRefused):
            ACTS[verb](by=unit, payment=payment, reason="x")
    assert PaymentEvent.unscoped.count() == before + is_possible


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ACTS)
def test_each_step_says_why(unit, instalment, verb):
    with pytest.raises(ReasonMissing):
        ACTS[verb](by=unit, payment=make_payment(instalment, 9, is_held=True), reason=" \n")


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["SAVED", "CHECKED", "CLOSED"])
def test_nothing_is_released_before_signing_or_after_closing(unit, instalment, state):
    instalment.state = state
    instalment.save()
    with pytest.raises(payments.StepRefused):
        payments.release(by=unit, payment=make_payment(instalment, 9, is_held=True), reason="x")


@pytest.mark.django_db
def test_a_receiver_is_of_the_household_and_named_once(coordinator, instalment):
    """A neighbour's name on the payment of a family is how money is taken."""
    held, other = of(instalment, 4), of(instalment, 1)
    stranger = Guardian.unscoped.get(household=other.household)
    with pytest.raises(payments.NotOfHousehold):
        payments.name_receiver(by=coordinator, payment=held, guardian=stranger)
    own = Guardian.unscoped.get(household=held.household)
    payments.name_receiver(by=coordinator, payment=held, guardian=own)
    kept = Payment.unscoped.get(pk=held.pk)
    assert (kept.guardian, kept.guardian_name, kept.identity_card) == (own.pk, own.name_ar, own.identity_card)
    assert kept.is_held, "naming a receiver sends nothing"
    with pytest.raises(payments.StepRefused):
        payments.name_receiver(by=coordinator, payment=held, guardian=own)


@pytest.mark.django_db
def test_a_payment_that_is_not_held_keeps_its_receiver(coordinator, instalment):
    """The receiver of a signed payment is frozen."""
    with pytest.raises(payments.StepRefused):
        payments.name_receiver(
            by=coordinator,
            payment=of(instalment, 1),
            guardian=Guardian.unscoped.get(household=of(instalment, 1).household),
        )


@pytest.mark.django_db
def test_closed_only_when_nobody_waits(unit, payer, instalment):
    """Closing over unclaimed money is how it was lost."""
    with pytest.raises(payments.StillOpen):
        payments.close(by=unit, instalment=instalment)
    payer_files.send_to_payer(by=unit, instalment=instalment)
    one, two, three, held = (of(instalment, n) for n in (1, 2, 3, 4))
    _take(payer, instalment, answer(one, "PAID"), answer(two, "PAID"), answer(three, "UNCLAIMED"))
    with pytest.raises(payments.StillOpen) as found:
        payments.close(by=unit, instalment=instalment)
    assert found.value.places == ["UNCLAIMED", "HELD"]
    payments.cancel(by=unit, payment=held, reason="Famille partie")
    _take(payer, instalment, answer(three, "RETURNED"))
    with pytest.raises(payments.StillOpen):
        payments.close(by=unit, instalment=instalment)
    payments.cancel(by=unit, payment=three, reason="Famille partie")
    payments.close(by=unit, instalment=instalment)
    instalment.refresh_from_db()
    assert instalment.state == "CLOSED"
    with pytest.raises(MoveRefused):
        payments.close(by=unit, instalment=instalment)


@pytest.mark.django_db
def test_issued_again_to_the_account_of_today_and_not_to_the_closed_one(unit, payer, instalment):
    """Money sent twice to a closed account comes back twice, and the family waits two instalments."""
    one = of(instalment, 1)
    payer_files.send_to_payer(by=unit, instalment=instalment)
    _take(payer, instalment, answer(one, "REJECTED", cause="compte clos"))
    _take(payer, instalment, answer(one, "RETURNED"))
    Guardian.unscoped.filter(pk=one.guardian).update(account="011780000012345678901234")
    payments.reissue(by=unit, payment=one, reason="Nouveau compte", is_renewed=True)
    (file,) = payer_files.send_to_payer(by=unit, instalment=instalment)
    assert ";011780000012345678901234;" in payer_files.path_of(file).read_text()
    kept = History.objects.get(verb="renew_receiver").details
    assert kept == {"account": ["230810000000000000000012", "011780000012345678901234"]}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["REISSUED", "CANCELLED"])
def test_all_that_came_back_is_decided_together(unit, payer, instalment, kind):
    """Five hundred forms for five hundred families is how money stayed at the payer."""
    payer_files.send_to_payer(by=unit, instalment=instalment)
    back = [of(instalment, 1), of(instalment, 2)]
    _take(payer, instalment, *(answer(p, "UNCLAIMED") for p in back), answer(of(instalment, 3), "PAID"))
    _take(payer, instalment, *(answer(p, "RETURNED") for p in back))
    decide = {"by": unit, "instalment": instalment, "kind": kind}
    with pytest.raises(payments.CountChanged):
        payments.decide_returned(**decide, reason="x", expected=3)
    with pytest.raises(ReasonMissing):
        payments.decide_returned(**decide, reason=" ", expected=2)
    assert payments.decide_returned(**decide, reason="Agences fermées", expected=2) == 2
    found = PaymentEvent.unscoped.filter(kind=kind, cause="Agences fermées", recorded_by=unit, file=None)
    assert set(found.values_list("payment", flat=True)) == {p.pk for p in back}
    with pytest.raises(payments.CountChanged):
        payments.decide_returned(**decide, reason="x", expected=2)
    assert reconciliation(instalment).places["AGAIN" if kind == "REISSUED" else "CANCELLED"].rows == 2
    if kind == "REISSUED":
        (file,) = payer_files.send_to_payer(by=unit, instalment=instalment)
        assert file.rows == 2


@pytest.mark.django_db
def test_lists_and_totals_say_the_same_of_every_place(unit, payer, coordinator, instalment):
    """A total that opens on a list of another length is believed by nobody."""
    held = [make_payment(instalment, n, is_held=True) for n in (10, 11, 12, 13)]
    made = [make_payment(instalment, n) for n in range(20, 28)]
    payments.cancel(by=unit, payment=held[0], reason="x")
    payer_files.send_to_payer(by=unit, instalment=instalment)
    for payment in held[1:3]:
        payments.release(by=unit, payment=payment, reason="x")
    payer_files.send_to_payer(by=unit, instalment=instalment)
    payments.release(by=unit, payment=held[3], reason="x")
    kinds = ("PAID", "UNCLAIMED", "REJECTED", "AVAILABLE", "UNCLAIMED", "UNCLAIMED", "UNCLAIMED")
    _take(payer, instalment, *(answer(p, k, cause="x") for p, k in zip(made[:7], kinds, strict=True)))
    _take(payer, instalment, *(answer(p, "UNCLAIMED") for p in held[1:2]))
    _take(payer, instalment, *(answer(p, "RETURNED") for p in [*made[4:7], held[1]]))
    payments.reissue(by=unit, payment=made[4], reason="x")
    payments.cancel(by=unit, payment=made[5], reason="x")
    payments.cancel(by=unit, payment=held[1], reason="x")
    totals = reconciliation(instalment).places
    everything = Payment.unscoped.filter(instalment=instalment)
    assert all(totals[name].rows for name in PLACES), totals
    placed = {}
    for payment in with_place(everything):
        placed.setdefault(payment.place, set()).add(payment.pk)
    for name in PLACES:
        listed = {p.pk for p in in_place(everything, name)}
        assert listed == placed[name], name
        assert len(listed) == totals[name].rows, name
        assert sum(p.amount for p in everything if p.pk in listed) == totals[name].amount, name


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="writers take turns on SQLite")
def test_two_people_hand_in_the_same_file_at_once(unit, payer, instalment):
    """One is taken; the other is told, and no family is paid twice on paper."""
    payer_files.send_to_payer(by=unit, instalment=instalment)
    data = return_file(instalment, answer(of(instalment, 1), "PAID"))
    said = []

    def hand_in():
        try:
            returns.take_return(by=payer, instalment=instalment, name="x", data=data)
            said.append("taken")
        except Refused as refused:
            said.append(refused.problems[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["TAKEN", "TAKEN", "TAKEN", "taken"]
    assert PaymentEvent.unscoped.count() == 1
