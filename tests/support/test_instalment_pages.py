"""The pages of an instalment: who presses what, and what each is told."""

import pytest
from django.urls import reverse

from istidrak.support.actions import instalments as actions
from istidrak.support.models import Household, Instalment, PaymentHold
from istidrak.support.rules.tayssir import MONTH_DUE

pytestmark = pytest.mark.django_db


def page(instalment, name="instalment", **more):
    return reverse(f"support:{name}", kwargs={"instalment": instalment.uuid, **more})


def press(client, instalment, verb, **more):
    """What the page says after a button."""
    return client.post(page(instalment), {"do": verb, **more}, follow=True).content.decode()


def test_an_instalment_goes_from_opening_to_authorised_by_three_people(village, signers, client_of, directorate):
    village.family("5AP", "1AC")
    village.sheets()
    coordinator, checker, authoriser = (
        client_of(signers[code]) for code in ("SUPPORT_COORDINATOR", "PAYMENT_CHECKER", "PAYMENT_AUTHORISER")
    )
    asked = {"body": directorate.pk, "school_year": 2018, "number": 1}
    coordinator.post(reverse("support:instalment_create"), asked)
    instalment = Instalment.unscoped.get()
    press(coordinator, instalment, "compute")
    press(coordinator, instalment, "save")
    press(coordinator, instalment, "prepare")
    refused = coordinator.post(page(instalment), {"do": "check"})
    assert refused.status_code == 403
    press(checker, instalment, "check")
    press(authoriser, instalment, "authorise")
    instalment.refresh_from_db()
    assert (instalment.state, instalment.amount) == ("AUTHORISED", 4 * (100_00 + 140_00))


def test_a_check_is_answered_household_by_household(village, computed, signers, client_of):
    village.family("5AP", card="JA7")
    village.family("5AP", card="JA7")
    village.sheets()
    instalment, client = computed(), client_of(signers["SUPPORT_COORDINATOR"])
    press(client, instalment, "save")
    assert Instalment.unscoped.get().state == "COMPUTED"
    checks = page(instalment, "instalment_check", check="CARD_TWICE")
    html = client.get(checks).content.decode()
    assert html.count('name="household"') == 2
    for number in Household.unscoped.values_list("pk", flat=True):
        client.post(checks, {"household": number, "reason": "بطاقة واحدة لأسرتين"})
    assert PaymentHold.unscoped.count() == 2
    press(client, instalment, "save")
    assert Instalment.unscoped.get().state == "SAVED"


def test_lines_say_why_a_month_is_not_paid(village, computed, signers, client_of):
    (pupil,) = village.family("5AP")
    village.sheets()
    village.absent(pupil, 201810, unexcused_days=9)
    instalment, client = computed(), client_of(signers["SUPPORT_COORDINATOR"])
    html = client.get(page(instalment, "instalment_lines"), {"outcome": "0"}).content.decode()
    assert html.count("<tr>") == 2  # the heading and October
    assert "أكتوبر 2018" in html
    assert "المنصوري" in html


@pytest.mark.parametrize("families", [1, 3])
def test_the_page_of_an_instalment_asks_the_same_number_of_questions(
    village, computed, signers, client_of, families, django_assert_max_num_queries
):
    for _number in range(families):
        village.family("5AP")
    village.sheets()
    instalment, client = computed(), client_of(signers["SUPPORT_COORDINATOR"])
    client.get(page(instalment))
    with django_assert_max_num_queries(24):
        client.get(page(instalment))
    with django_assert_max_num_queries(12):
        client.get(page(instalment, "instalment_lines"))


def test_another_directorate_finds_no_instalment_of_ours(village, computed, make_user, client_of, other_directorate):
    from istidrak.accounts.roles import SupportCoordinator

    instalment = computed()
    stranger = client_of(make_user(SupportCoordinator, other_directorate))
    assert stranger.get(page(instalment)).status_code == 404
    assert stranger.post(page(instalment), {"do": "compute"}).status_code == 404
    assert stranger.get(page(instalment, "instalment_lines")).status_code == 404


def test_what_changed_since_the_last_instalment_is_counted_with_its_reasons(village, computed, signers, directorate):
    from istidrak.support.models import MonthSheet
    from istidrak.support.queries.instalments import changes
    from istidrak.support.queries.runs import folder_of, last_run
    from tests.support.conftest import compute_again

    (leaves,), (stays,) = village.family("5AP"), village.family("5AP")
    village.sheets()
    by = signers["SUPPORT_COORDINATOR"]
    first = actions.save(by=by, instalment=computed())
    type(leaves).unscoped.filter(pk=leaves.pk).update(enrolled_until=201812)
    for month in (201901, 201902, 201903):
        MonthSheet.unscoped.create(school=stays.school, school_year=2018, month=month, state="VALIDATED")
    second = actions.open_instalment(by=by, body=directorate, school_year=2018, number=2)
    second = compute_again(second, by)
    was, now = (folder_of(last_run(i)) / "lines.parquet" for i in (first, second))
    found = {change.kind: change for change in changes(was, now)}
    assert (found["GONE"].pupils, found["SAME"].pupils, found["NEW"].pupils) == (1, 1, 0)
    assert [(words, pupils) for words, pupils in found["GONE"].reasons] == [(MONTH_DUE.conditions[2].label, 1)]
    assert found["GONE"].amount == -100_00


def test_each_home_asks_for_the_step_that_is_its_own(village, computed, signers, client_of, school_head):
    village.family("5AP")
    village.sheets(months=(201809,), state="ENTERED")
    by = signers["SUPPORT_COORDINATOR"]
    instalment = computed()

    def asked(user):
        html = client_of(user).get("/").content.decode()
        return {name for name in ("absences", "instalments", "payer") if f'href="/support/{name}/"' in _asks(html)}

    assert asked(school_head) == {"absences"}
    assert asked(by) == {"instalments"}
    assert asked(signers["PAYMENT_CHECKER"]) == set()
    saved = actions.save(by=by, instalment=instalment)
    actions.sign(by=by, instalment=saved, step="PREPARE")
    assert asked(signers["PAYMENT_CHECKER"]) == {"instalments"}
    assert asked(signers["PAYMENT_AUTHORISER"]) == set()


def _asks(html):
    """The part of the home page after its menu."""
    return html[html.index("<main") :]
