"""The pages of corrections: what the coordinator reads, what one press writes, and who may."""

import pytest
from django.urls import reverse

from istidrak.accounts.roles import SupportCoordinator
from istidrak.support.actions import instalments as actions
from istidrak.support.models import Adjustment, MonthAbsence
from istidrak.support.rules.tayssir import MONTH_DUE
from tests.support.conftest import compute_again

pytestmark = pytest.mark.django_db
CAUSE = "تصحيح غياب شهر أكتوبر"


def page(instalment, name="corrections"):
    return reverse(f"support:{name}", kwargs={"instalment": instalment.uuid})


@pytest.fixture
def corrected(village, computed, signers):
    """A saved instalment of several pupils whose absences of October were corrected afterwards."""

    def make(pupils=1):
        rows = [village.family("5AP")[0] for _number in range(pupils)]
        village.sheets()
        for row in rows:
            village.absent(row, 201810, unexcused_days=9)
        instalment = actions.save(by=signers["SUPPORT_COORDINATOR"], instalment=computed())
        MonthAbsence.unscoped.update(unexcused_days=0)
        return instalment

    return make


def test_what_changed_is_listed_and_one_press_adjusts_it(corrected, signers, client_of):
    instalment, client = corrected(2), client_of(signers["SUPPORT_COORDINATOR"])
    html = client.get(page(instalment)).content.decode()
    assert html.count('name="row"') == 2
    assert str(MONTH_DUE.conditions[3].label) in html
    client.post(page(instalment), {"do": "all", "cause": CAUSE, "expected": "2"})
    assert [row.amount for row in Adjustment.unscoped.all()] == [100_00, 100_00]
    assert 'name="row"' not in client.get(page(instalment)).content.decode()


def test_only_what_was_ticked_is_adjusted(corrected, signers, client_of):
    instalment, client = corrected(2), client_of(signers["SUPPORT_COORDINATOR"])
    child = MonthAbsence.unscoped.first().registration.person_id
    client.post(page(instalment), {"do": "ticked", "row": [f"201810-{child}"], "cause": CAUSE})
    assert [row.child for row in Adjustment.unscoped.all()] == [child]


@pytest.mark.parametrize(
    "said", [{"cause": CAUSE, "expected": "1"}, {"cause": "", "expected": "2"}, {"cause": CAUSE}]
)
def test_another_number_than_was_looked_at_or_no_cause_writes_nothing(corrected, signers, client_of, said):
    instalment, client = corrected(2), client_of(signers["SUPPORT_COORDINATOR"])
    client.post(page(instalment), {"do": "all", **said})
    assert not Adjustment.unscoped.exists()


def test_whoever_only_reads_or_is_elsewhere_adjusts_nothing(
    corrected, signers, client_of, make_user, other_directorate
):
    instalment = corrected()
    said = {"do": "all", "cause": CAUSE, "expected": "1"}
    assert client_of(signers["COMPLAINTS_OFFICER"]).get(page(instalment)).status_code == 200
    assert client_of(signers["COMPLAINTS_OFFICER"]).post(page(instalment), said).status_code == 403
    stranger = client_of(make_user(SupportCoordinator, other_directorate))
    assert stranger.get(page(instalment)).status_code == 404
    assert stranger.post(page(instalment), said).status_code == 404
    assert stranger.get(page(instalment, "adjustments")).status_code == 404
    assert not Adjustment.unscoped.exists()


def test_the_list_of_adjustments_says_what_is_left_and_which_payment_carries_it(
    corrected, village, signers, client_of, directorate
):
    instalment, client = corrected(), client_of(signers["SUPPORT_COORDINATOR"])
    client.post(page(instalment), {"do": "all", "cause": CAUSE, "expected": "1"})
    before = client.get(page(instalment, "adjustments")).content.decode()
    assert CAUSE in before
    assert "/support/payments/" not in before
    village.sheets(months=(201901, 201902, 201903))
    by = signers["SUPPORT_COORDINATOR"]
    second = actions.open_instalment(by=by, body=directorate, school_year=2018, number=2)
    actions.save(by=by, instalment=compute_again(second, by))
    assert "/support/payments/" in client.get(page(instalment, "adjustments")).content.decode()


@pytest.mark.parametrize("name", ["corrections", "adjustments"])
def test_both_lists_leave_as_workbooks_and_are_recorded(corrected, signers, client_of, name):
    from istidrak.base.models import AuditRecord

    instalment, client = corrected(), client_of(signers["SUPPORT_COORDINATOR"])
    client.post(page(instalment), {"do": "all", "cause": CAUSE, "expected": "1"})
    MonthAbsence.unscoped.update(unexcused_days=9)
    answer = client.post(page(instalment, name) + "?format=xlsx")
    assert answer["Content-Type"].endswith("sheet")
    assert AuditRecord.objects.get(verb="download_names").details["rows"] == 1


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_pages_ask_the_same_number_of_questions(
    corrected, signers, client_of, pupils, django_assert_max_num_queries
):
    instalment, client = corrected(pupils), client_of(signers["SUPPORT_COORDINATOR"])
    client.get(page(instalment))
    with django_assert_max_num_queries(26):
        client.get(page(instalment))
    client.post(page(instalment), {"do": "all", "cause": CAUSE, "expected": str(pupils)})
    with django_assert_max_num_queries(12):
        client.get(page(instalment, "adjustments"))
