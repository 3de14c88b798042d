"""Return files: taken whole or not at all, and never so that a family loses money or receives it twice."""

import datetime as dt

import pytest

from istidrak.base.models import History
from istidrak.support.actions import payer_files, payments, returns
from istidrak.support.models import PayerFile, PaymentEvent
from istidrak.support.payer.back import Refused
from istidrak.support.queries.payments import reconciliation
from istidrak.support.rules.references import reference

from .paying import *  # noqa: F403 - fixtures
from .paying import answer, make_instalment, make_payment, of, return_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(unit, instalment):
    """The instalment of three payments, on its way on 20 November 2025."""
    payer_files.send_to_payer(by=unit, instalment=instalment)
    return instalment


def take(by, instalment, *lines, **kwargs):
    return returns.take_return(
        by=by, instalment=instalment, name="retour.csv", data=return_file(instalment, *lines, **kwargs)
    )


def refusal(by, instalment, data):
    """The problems of a file, and the proof that nothing was written."""
    before = (PaymentEvent.unscoped.count(), PayerFile.unscoped.count(), History.objects.count())
    with pytest.raises(Refused) as found:
        returns.take_return(by=by, instalment=instalment, name="retour.csv", data=data)
    assert (PaymentEvent.unscoped.count(), PayerFile.unscoped.count(), History.objects.count()) == before
    with pytest.raises(Refused):
        returns.preview_return(instalment=instalment, data=data)
    return [(problem.code, problem.line) for problem in found.value.problems]


def test_what_came_back_is_what_the_payments_are(payer, sent):
    one, two, three = (of(sent, n) for n in (1, 2, 3))
    lines = (answer(one, "PAID"), answer(two, "UNCLAIMED"), answer(three, "REJECTED", cause="حساب مغلق"))
    data = return_file(sent, *lines)
    seen = returns.preview_return(instalment=sent, data=data)
    assert seen.totals == [("PAID", 1, 10_000), ("UNCLAIMED", 1, 20_000), ("REJECTED", 1, 30_000)]
    assert not PaymentEvent.unscoped.exists(), "looking writes nothing"
    file = returns.take_return(by=payer, instalment=sent, name="../../retour juin.csv", data=data)
    assert (file.name, file.rows, file.amount) == ("retour juin.csv", 3, 60_000)
    assert payer_files.path_of(file).read_bytes() == data
    assert payer_files.path_of(file).stat().st_mode & 0o777 == 0o600
    kept = PaymentEvent.unscoped.order_by("pk").values_list("payment", "kind", "date", "cause", "row", "recorded_by")
    day = dt.date(2025, 11, 20)
    assert list(kept) == [
        (one.pk, "PAID", day, "", 2, payer.pk),
        (two.pk, "UNCLAIMED", day, "", 3, payer.pk),
        (three.pk, "REJECTED", day, "حساب مغلق", 4, payer.pk),
    ]


def test_every_payment_is_in_one_place_and_the_money_adds_up(payer, unit, sent):
    """Sent = paid + unclaimed + returned + rejected + cancelled + waiting, in payments and in centimes."""
    take(payer, sent, answer(of(sent, 1), "PAID"), answer(of(sent, 2), "UNCLAIMED"))
    found = reconciliation(sent)
    assert {name: (c.rows, c.amount) for name, c in found.places.items() if c.rows} == {
        "PAID": (1, 10_000),
        "UNCLAIMED": (1, 20_000),
        "WAITING": (1, 30_000),
        "HELD": (1, 24_000),
        "NOTHING": (1, 0),
    }
    assert (found.sent.rows, found.sent.amount) == (3, 60_000)
    assert (found.all.rows, found.all.amount) == (5, 84_000)
    assert found.open_places == ["UNCLAIMED", "WAITING", "HELD"]


def test_from_unclaimed_to_paid_again_by_a_second_file(payer, unit, sent):
    """Money orders that nobody fetched were lost elsewhere: here they come back and leave again."""
    two = of(sent, 2)
    take(payer, sent, answer(two, "UNCLAIMED"))
    take(payer, sent, answer(two, "RETURNED"))
    payments.reissue(by=unit, payment=two, reason="L'agence a changé")
    assert refusal(payer, sent, return_file(sent, answer(two, "PAID"))) == [("NOT_SENT", 2)]
    (file,) = payer_files.send_to_payer(by=unit, instalment=sent)
    assert (file.rows, file.amount) == (1, 20_000)
    take(payer, sent, answer(two, "AVAILABLE"))
    take(payer, sent, answer(two, "PAID"))
    assert reconciliation(sent).places["PAID"].rows == 1


def test_the_same_bytes_twice(payer, unit, sent):
    """A file imported twice paid, or closed, everything twice elsewhere."""
    data = return_file(sent, answer(of(sent, 1), "AVAILABLE"))
    returns.take_return(by=payer, instalment=sent, name="a.csv", data=data)
    assert refusal(unit, sent, data) == [("TAKEN", None)]


def test_a_payer_file_handed_back_is_no_return(payer, sent):
    data = payer_files.path_of(PayerFile.unscoped.get()).read_bytes()
    assert refusal(payer, sent, data) == [("TAKEN", None)]


WRONG_LINES = {
    "wrong digit of a reference": lambda s: (answer(of(s, 1), "PAID").replace("-1-", "-2-"), "REFERENCE"),
    "no reference": lambda s: ("D;;PAID;2025-11-20;10000;", "REFERENCE"),
    "reference that was never given": lambda s: (f"D;{reference(s.pk, 77)};PAID;2025-11-20;10000;", "UNKNOWN"),
    "another instalment": lambda s: (f"D;{reference(s.pk + 1, 1)};PAID;2025-11-20;10000;", "OTHER_INSTALMENT"),
    "unknown word": lambda s: (answer(of(s, 1), "PAYE"), "KIND"),
    "word of ours alone": lambda s: (answer(of(s, 1), "CANCELLED"), "KIND"),
    "no day": lambda s: (answer(of(s, 1), "PAID", day=""), "DATE"),
    "day first": lambda s: (answer(of(s, 1), "PAID", day="20/11/2025"), "DATE"),
    "day that is none": lambda s: (answer(of(s, 1), "PAID", day="2025-02-30"), "DATE"),
    "day to come": lambda s: (answer(of(s, 1), "PAID", day="2025-11-21"), "FUTURE"),
    "day before the sending": lambda s: (answer(of(s, 1), "PAID", day="2025-11-19"), "EARLY"),
    "one centime less": lambda s: (answer(of(s, 1), "PAID", amount=9_999), "AMOUNT"),
    "dirhams": lambda s: (answer(of(s, 1), "PAID", amount=100), "AMOUNT"),
    "decimal amount": lambda s: (answer(of(s, 1), "PAID", amount="100.00"), "AMOUNT_FORM"),
    "negative amount": lambda s: (answer(of(s, 1), "PAID", amount="-10000"), "AMOUNT_FORM"),
    "rejected without cause": lambda s: (answer(of(s, 1), "REJECTED", cause=" "), "CAUSE_MISSING"),
    "cause too long": lambda s: (answer(of(s, 1), "REJECTED", cause="x" * 121), "CAUSE_LONG"),
    "cells too many": lambda s: (answer(of(s, 1), "PAID") + ";x", "FIELDS"),
    "cells too few": lambda s: (f"D;{of(s, 1).reference};PAID", "FIELDS"),
    "quotes": lambda s: (answer(of(s, 1), "REJECTED", cause='"fermé"'), "FIELDS"),
    "held": lambda s: (answer(of(s, 4), "PAID"), "NOT_SENT"),
    "netted to nothing": lambda s: (answer(of(s, 5), "PAID"), "NOT_SENT"),
    "returned without having been unclaimed": lambda s: (answer(of(s, 1), "RETURNED"), "STEP"),
}


@pytest.mark.parametrize("what", WRONG_LINES)
def test_one_wrong_line_refuses_the_whole_file(payer, sent, what):
    """Half a file taken is a state that nobody can explain; the good line before it is not taken either."""
    line, code = WRONG_LINES[what](sent)
    good = answer(of(sent, 2), "PAID")
    assert refusal(payer, sent, return_file(sent, good, line))[0] == (code, 3)


def test_lines_of_a_wrong_form_and_lines_that_cannot_be_are_told_together(payer, sent):
    """A clerk who corrects a file learns all of it at once, not a new reason at each try."""
    lines = (answer(of(sent, 1), "PAID", amount=1), "D;x", answer(of(sent, 2), "PAID", day="2026-01-01"))
    assert refusal(payer, sent, return_file(sent, *lines)) == [("AMOUNT", 2), ("FIELDS", 3), ("FUTURE", 4)]


def test_an_empty_line_in_the_middle(payer, sent):
    data = return_file(sent, answer(of(sent, 1), "PAID"), answer(of(sent, 2), "PAID"))
    assert refusal(payer, sent, data.replace(b"\r\nD", b"\r\n\r\nD", 1)) == [("FIELDS", 2)]


def test_a_payment_named_twice(payer, sent):
    one = of(sent, 1)
    data = return_file(sent, answer(one, "UNCLAIMED"), answer(of(sent, 2), "PAID"), answer(one, "PAID"))
    assert refusal(payer, sent, data) == [("TWICE", 2), ("TWICE", 4)]


STEPS = [
    ("PAID", "PAID", "PAID_TWICE"),
    ("PAID", "UNCLAIMED", "AFTER_PAID"),  # a late answer un-paid a family elsewhere
    ("PAID", "REJECTED", "AFTER_PAID"),
    ("PAID", "RETURNED", "AFTER_PAID"),
    ("PAID", "AVAILABLE", "AFTER_PAID"),
    ("UNCLAIMED", "PAID", "STEP"),
    ("UNCLAIMED", "UNCLAIMED", "STEP"),
    ("UNCLAIMED", "AVAILABLE", "STEP"),
    ("AVAILABLE", "RETURNED", "STEP"),
    ("AVAILABLE", "AVAILABLE", "STEP"),
    ("REJECTED", "PAID", "STEP"),
]


@pytest.mark.parametrize(("first", "then", "code"), STEPS)
def test_a_step_that_cannot_follow(payer, sent, first, then, code):
    one = of(sent, 1)
    take(payer, sent, answer(one, first, cause="x"))
    assert refusal(payer, sent, return_file(sent, answer(one, then, cause="encore"))) == [(code, 2)]


@pytest.mark.parametrize("first", ["UNCLAIMED", "REJECTED"])
def test_money_comes_back_once(payer, unit, sent, first):
    one = of(sent, 1)
    take(payer, sent, answer(one, first, cause="x"))
    take(payer, sent, answer(one, "RETURNED"))
    assert refusal(payer, sent, return_file(sent, answer(one, "RETURNED", cause="2"))) == [("RETURNED_TWICE", 2)]
    payments.cancel(by=unit, payment=one, reason="Décès")
    assert refusal(payer, sent, return_file(sent, answer(one, "PAID"))) == [("STEP", 2)]


def test_a_day_before_what_is_known_already(payer, sent, settings):
    """Paid on the 21st, but said on the 22nd to be still available: the answers are in the wrong order."""
    one = of(sent, 1)
    settings.PINNED_TODAY = dt.date(2025, 11, 25)
    take(payer, sent, answer(one, "AVAILABLE", day="2025-11-22"))
    assert refusal(payer, sent, return_file(sent, answer(one, "PAID", day="2025-11-21"))) == [("EARLY", 2)]


def test_a_cut_file(payer, sent):
    whole = return_file(sent, *(answer(of(sent, n), "PAID") for n in (1, 2, 3)))
    for length in range(len(whole) - 3, 0, -7):
        assert refusal(payer, sent, whole[:length]), length
    lines = whole.split(b"\r\n")
    assert refusal(payer, sent, b"\r\n".join(lines[:-2])) == [("CUT", None)]
    assert refusal(payer, sent, b"\r\n".join([*lines[:2], *lines[3:]]))[0] == ("TRAILER_ROWS", None)


@pytest.mark.parametrize(
    ("trailer", "codes"),
    [
        ("T;1;10000;1;10000", ["TRAILER_ROWS", "TRAILER_AMOUNT"]),
        ("T;2;30000;2;30000", ["TRAILER_PAID", "TRAILER_PAID_AMOUNT"]),
        ("T;2;30000;1", ["CUT"]),
        ("T;2;30000;1;x", ["CUT"]),
        ("", ["CUT"]),
    ],
)
def test_a_trailer_that_says_something_else(payer, sent, trailer, codes):
    """One word changed by hand, "unclaimed" into "paid", is money taken: the trailer would still count two paid."""
    lines = (answer(of(sent, 1), "PAID"), answer(of(sent, 2), "UNCLAIMED"))
    assert [code for code, _ in refusal(payer, sent, return_file(sent, *lines, trailer=trailer))] == codes


@pytest.mark.parametrize("letters", ["utf-16", "utf-16-le", "cp1256"])
def test_other_letters_than_utf_8(payer, sent, letters):
    data = return_file(sent, answer(of(sent, 1), "REJECTED", cause="حساب مغلق"))
    assert refusal(payer, sent, data.decode().encode(letters))[0][0] == "ENCODING"


def test_a_mark_at_the_start_and_other_line_ends_are_the_same_file(payer, sent):
    data = return_file(sent, answer(of(sent, 1), "PAID")).decode()
    returns.take_return(
        by=payer, instalment=sent, name="x", data=b"\xef\xbb\xbf" + data.replace("\r\n", "\n").rstrip().encode()
    )
    assert PaymentEvent.unscoped.get().kind == "PAID"


@pytest.mark.parametrize(
    "data", [b"", b"\r\n", b"PK\x03\x04\xff", b"H;ISTIDRAK-RETURN;2;1\r\nT;0;0;0;0", b"\x00" * 40]
)
def test_what_is_no_return_file(payer, sent, data):
    assert refusal(payer, sent, data)


def test_the_file_of_another_instalment(payer, unit, sent, directorate):
    other = make_instalment(directorate, unit, number=2)
    make_payment(other, 1)
    payer_files.send_to_payer(by=unit, instalment=other)
    data = return_file(other, answer(of(other, 1), "PAID"))
    assert refusal(payer, sent, data) == [("HEADER_OTHER", 1)]


@pytest.mark.parametrize("state", ["AUTHORISED", "CLOSED"])
def test_nothing_is_taken_before_the_sending_or_after_the_end(payer, sent, state):
    sent.state = state
    sent.save()
    assert refusal(payer, sent, return_file(sent, answer(of(sent, 1), "PAID"))) == [("NOT_OPEN", None)]


def test_all_wrong_lines_are_told_up_to_a_limit_and_counted(payer, unit, instalment):
    made = [make_payment(instalment, n) for n in range(100, 350)]
    payer_files.send_to_payer(by=unit, instalment=instalment)
    data = return_file(instalment, *(answer(p, "PAID", amount=1) for p in made))
    with pytest.raises(Refused) as found:
        returns.take_return(by=payer, instalment=instalment, name="x", data=data)
    assert found.value.count == 250 and len(found.value.problems) == 200
    assert found.value.problems[0].values["due"] == 24_000
