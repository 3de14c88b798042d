"""An authorised instalment with payments, and the answers of a payer, for tests."""

import pytest

from istidrak.accounts import roles
from istidrak.base import days
from istidrak.support.models import Guardian, Household, Instalment, Payment
from istidrak.support.rules.references import reference


def make_instalment(directorate, by, *, state="AUTHORISED", number=1):
    low, high = directorate.place.span
    return Instalment.unscoped.create(
        purpose="TAYSSIR",
        school_year=2018,
        number=number,
        months=[201809, 201810, 201811, 201812],
        place_low=low,
        place_high=high,
        body=directorate,
        state=state,
        opened_by=by,
        opened_at=days.now(),
    )


def make_payment(instalment, number, amount=24_000, **columns):
    """One household's payment, to a guardian of it unless told otherwise."""
    household = Household.unscoped.create(created_at=days.now())
    guardian = Guardian.unscoped.create(
        household=household, name_ar=f"فاطمة {number}", identity_card=f"SH{number}", relation="MOTHER"
    )
    given = {
        "guardian": guardian.pk,
        "guardian_name": guardian.name_ar,
        "identity_card": guardian.identity_card,
        "account": "230810000000000000000012" if number % 2 else "",
        "place_number": instalment.place_low,
        **columns,
    }
    return Payment.unscoped.create(
        instalment=instalment,
        reference=reference(instalment.pk, number),
        household=household.pk,
        lines_amount=amount,
        amount=amount,
        **given,
    )


def nobody():
    """The columns of a payment whose receiver is not known."""
    return {"guardian": None, "guardian_name": "", "identity_card": "", "account": "", "is_held": True}


def answer(payment, kind, day="2025-11-20", cause="", amount=None):
    """A line of a return file."""
    return f"D;{payment.reference};{kind};{day};{payment.amount if amount is None else amount};{cause}"


def return_file(instalment, *lines, trailer=None):
    """A return file with the header and the trailer that go with its lines."""
    cells = [line.split(";") for line in lines]
    paid = [int(c[4]) for c in cells if len(c) > 4 and c[2] == "PAID" and c[4].isdigit()]
    money = sum(int(c[4]) for c in cells if len(c) > 4 and c[4].isdigit())
    last = f"T;{len(lines)};{money};{len(paid)};{sum(paid)}" if trailer is None else trailer
    head = f"H;ISTIDRAK-RETURN;1;{instalment.pk}"
    return ("\r\n".join(line for line in (head, *lines, last) if line) + "\r\n").encode()


@pytest.fixture
def unit(make_user, ministry):
    return make_user(roles.SupportUnit, ministry)


@pytest.fixture
def payer(make_user, ministry):
    return make_user(roles.Payer, ministry)


@pytest.fixture
def coordinator(make_user, directorate):
    return make_user(roles.SupportCoordinator, directorate)


@pytest.fixture
def home(settings, tmp_path):
    """Files of the payer lie in a folder of the test's own."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def instalment(directorate, unit, home):
    """Authorised: three payments to send, one held without a receiver, one netted to nothing."""
    made = make_instalment(directorate, unit)
    for number in (1, 2, 3):
        make_payment(made, number, amount=10_000 * number)
    make_payment(made, 4, **nobody())
    make_payment(made, 5, amount=0)
    return made


def of(instalment, number):
    """The payment of that number."""
    return Payment.unscoped.get(instalment=instalment, reference__startswith=f"{instalment.pk}-{number}-")
