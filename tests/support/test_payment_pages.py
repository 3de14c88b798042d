"""The pages of payments: what each role can do from the browser, and what a refused file tells."""

import io

import pytest
import python_calamine
import pyzipper
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from istidrak.base.models import AuditRecord, History
from istidrak.support.actions import payer_files, returns
from istidrak.support.forms.payments import KINDS, PROBLEMS
from istidrak.support.models import Guardian, PayerFile, PaymentEvent

from .paying import *  # noqa: F403 - fixtures
from .paying import answer, make_instalment, make_payment, of, return_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(unit, instalment):
    payer_files.send_to_payer(by=unit, instalment=instalment)
    return instalment


def page(client, name, **kwargs):
    answer = client.get(reverse(f"support:{name}", kwargs=kwargs))
    assert answer.status_code == 200
    return answer.content.decode()


def upload(client, instalment, data, name="retour.csv"):
    url = reverse("support:payer_return", args=[instalment.uuid])
    return client.post(url, {"file": SimpleUploadedFile(name, data)})


def test_the_unit_sends_and_reads_the_cover_sheet(unit, instalment, client_of):
    client = client_of(unit)
    shown = page(client, "send", instalment=instalment.uuid)
    assert "600" in shown
    address = reverse("support:send", args=[instalment.uuid])
    after = client.post(address, {"form": "CSV", "rows_per_file": 250_000}, follow=True).content.decode()
    file = PayerFile.unscoped.get()
    assert file.digest in after and file.name in after
    again = client.post(address, {"form": "CSV", "rows_per_file": 250_000}, follow=True).content.decode()
    assert PayerFile.unscoped.count() == 1 and "alert" in again


def test_the_payer_fetches_files_by_a_form_and_meets_no_name(payer, sent, client_of):
    """A GET would be kept in the history of a shared computer, and would leave no trace here."""
    client, file = client_of(payer), PayerFile.unscoped.get()
    for name, key in (("payer_instalment", "instalment"), ("payer_return", "instalment")):
        assert "فاطمة" not in page(client, name, **{key: sent.uuid})
    assert "فاطمة" not in page(client, "cover_sheet", payer_file=file.uuid)
    take = reverse("support:payer_file_take", args=[file.uuid])
    assert client.get(take).status_code == 405
    fetched = b"".join(client.post(take).streaming_content)
    assert fetched == payer_files.path_of(file).read_bytes()
    assert AuditRecord.objects.get(verb="take_payer_file").by == payer
    cover = b"".join(client.post(reverse("support:payer_cover_take", args=[file.uuid])).streaming_content)
    assert file.digest.encode() in cover


def test_the_payer_sees_nothing_before_it_is_sent(payer, unit, instalment, client_of):
    assert str(instalment.uuid) not in page(client_of(payer), "payer")
    assert client_of(payer).get(reverse("support:payer_instalment", args=[instalment.uuid])).status_code == 404
    assert str(instalment.uuid) in page(client_of(unit), "payer")


@pytest.mark.parametrize("name", ["payments", "reconciliation", "instalment", "instalment_lines"])
def test_the_payer_opens_no_list_of_people(payer, sent, client_of, name):
    assert client_of(payer).get(reverse(f"support:{name}", args=[sent.uuid])).status_code == 403
    assert client_of(payer).get(reverse("support:payment", args=[of(sent, 1).reference])).status_code == 403


def test_an_archive_by_its_page(payer, sent, client_of):
    client, file = client_of(payer), PayerFile.unscoped.get()
    url = reverse("support:payer_archive", args=[file.uuid])
    typed = {"password": "correct horse battery", "again": "correct horse batteri"}
    wrong = client.post(url, typed)
    assert wrong.status_code == 200 and b"correct horse" not in wrong.content
    data = b"".join(client.post(url, typed | {"again": typed["password"]}).streaming_content)
    with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
        archive.setpassword(typed["password"].encode())
        assert archive.read(file.name) == payer_files.path_of(file).read_bytes()


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_refused_file_says_where_and_why_and_is_remembered(payer, sent, client_of, language):
    client = client_of(payer)
    client.cookies["django_language"] = language
    data = return_file(sent, answer(of(sent, 1), "PAID"), answer(of(sent, 2), "PAID", amount=1))
    shown = upload(client, sent, data).content.decode()
    assert of(sent, 2).reference in shown and "200" in shown and ("0.01" in shown)
    assert {"ar": "السطر 3", "fr": "Ligne 3"}[language] in shown
    assert not PaymentEvent.unscoped.exists()
    kept = History.objects.get(verb="refuse_return")
    assert (kept.by, kept.details["count"]) == (payer, 1)
    assert of(sent, 2).reference in page(client, "payer_instalment", instalment=sent.uuid)


def test_every_reason_has_its_words_in_both_languages(unit, payer, instalment, client_of):
    """A code without words would break the page of the refusal itself."""
    from django.utils import translation

    from istidrak.support.forms.payments import words_of
    from istidrak.support.payer.back import Problem

    values = {
        "reference": "1-1-36",
        "kind": "PAID",
        "state": "UNCLAIMED",
        "amount": 1,
        "due": 2,
        "date": "2025-11-20",
        "known_date": "2025-11-21",
        "day": "2025-11-20",
        "date_text": "x",
        "amount_text": "x",
        "limit": 1,
        "found": "2",
        "expected": 1,
        "said": 1,
        "counted": 2,
        "name": "a",
        "by": "b",
        "place": "1",
    }
    for language in ("ar", "fr"):
        with translation.override(language):
            said = {code: words_of(Problem(code, 2, values)) for code in PROBLEMS}
            assert len(set(said.values())) == len(PROBLEMS)
            assert not [text for text in said.values() if "%" in text]
            assert all(str(word) for word in KINDS.values())
            # Without its own direction, 1-1-36 is read as 36-1-1 in an Arabic sentence: another family's payment.
            assert "\u20661-1-36\u2069" in said["UNKNOWN"]


def test_looked_at_then_taken(payer, sent, client_of):
    client = client_of(payer)
    data = return_file(sent, *(answer(of(sent, n), "PAID") for n in (1, 2, 3)))
    seen = upload(client, sent, data)
    digest = seen.context["seen"].digest
    assert not PaymentEvent.unscoped.exists()
    url = reverse("support:payer_return", args=[sent.uuid])
    client.post(url, {"digest": digest, "name": "retour.csv"})
    assert PaymentEvent.unscoped.filter(kind="PAID").count() == 3
    client.post(url, {"digest": digest, "name": "retour.csv"})
    assert PaymentEvent.unscoped.count() == 3
    assert not list((payer_files.folder_of("waiting")).iterdir())


def test_taking_a_file_that_was_not_looked_at_takes_nothing(payer, unit, sent, client_of):
    """Another's file, looked at on another computer, is not taken in one's own name."""
    data = return_file(sent, answer(of(sent, 1), "PAID"))
    digest = upload(client_of(unit), sent, data).context["seen"].digest
    client_of(payer).post(reverse("support:payer_return", args=[sent.uuid]), {"digest": digest, "name": "x"})
    assert not PaymentEvent.unscoped.exists()


def test_the_coordinator_names_and_the_unit_releases(unit, coordinator, village, instalment, client_of):
    held = of(instalment, 4)
    guardian = Guardian.unscoped.get(household=held.household)
    village.pupil("3AP", guardian.household, guardian)
    url = reverse("support:payment", args=[held.reference])
    unit_client = client_of(unit)
    unit_client.post(url, {"do": "release", "reason": "x"})
    assert not PaymentEvent.unscoped.exists(), "nobody receives it"
    assert client_of(unit).post(url, {"do": "name", "guardian": guardian.pk}).status_code == 403
    stranger = Guardian.unscoped.get(household=of(instalment, 1).household)
    at_home = client_of(coordinator)
    assert guardian.identity_card in page(at_home, "payment", payment=held.reference)
    at_home.post(url, {"do": "name", "guardian": stranger.pk})
    assert of(instalment, 4).guardian is None
    at_home.post(url, {"do": "name", "guardian": guardian.pk})
    assert of(instalment, 4).guardian == guardian.pk
    unit_client.post(url, {"do": "release", "reason": ""})
    assert not PaymentEvent.unscoped.exists(), "without a reason"
    unit_client.post(url, {"do": "release", "reason": "Carte vérifiée"})
    assert PaymentEvent.unscoped.get().kind == "RELEASED"
    assert "Carte vérifiée" in page(client_of(coordinator), "payment", payment=held.reference)


@pytest.mark.parametrize("verb", ["release", "cancel", "reissue"])
def test_only_the_unit_decides_over_a_payment(coordinator, instalment, client_of, verb):
    held = make_payment(instalment, 9, is_held=True)
    url = reverse("support:payment", args=[held.reference])
    assert client_of(coordinator).post(url, {"do": verb, "reason": "x"}).status_code == 403
    assert not PaymentEvent.unscoped.exists()


def test_the_list_leaves_by_a_recorded_form_with_the_days_unclaimed(unit, payer, sent, client_of, settings):
    import datetime as dt

    data = return_file(sent, answer(of(sent, 2), "UNCLAIMED"))
    returns.take_return(by=payer, instalment=sent, name="x", data=data)
    settings.PINNED_TODAY = dt.date(2025, 12, 30)
    client = client_of(unit)
    url = reverse("support:payments", args=[sent.uuid]) + "?place=UNCLAIMED&format=xlsx"
    assert client.get(url).status_code == 302
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(client.post(url).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 2 and rows[1][0] == of(sent, 2).reference and rows[1][-1] == 40
    assert AuditRecord.objects.filter(verb="download_names", by=unit).exists()
    assert "40" in page(client, "reconciliation", instalment=sent.uuid)


def test_numbers_open_their_lists_and_closing_says_what_waits(unit, sent, client_of):
    client = client_of(unit)
    shown = page(client, "reconciliation", instalment=sent.uuid)
    assert "?place=WAITING" in shown and "?place=HELD" in shown and "?place=PAID" not in shown
    client.post(reverse("support:instalment_close", args=[sent.uuid]))
    sent.refresh_from_db()
    assert sent.state == "SENT"


def test_a_reader_of_totals_reads_totals_and_no_name(sent, planning_officer, client_of):
    """The planning service counts; the names, cards and accounts of families are not its business."""
    client = client_of(planning_officer)
    for name in ("instalment", "reconciliation"):
        shown = page(client, name, instalment=sent.uuid)
        assert "فاطمة" not in shown and "/lines/" not in shown and "/payments/" not in shown
    for name in ("instalment_lines", "payments"):
        assert client.get(reverse(f"support:{name}", args=[sent.uuid])).status_code == 403
    assert client.get(reverse("support:instalment_check", args=[sent.uuid, "CHILD_PAID"])).status_code == 403


def test_another_directorate_sees_no_payment(sent, make_user, other_directorate, client_of):
    from istidrak.accounts import roles

    client = client_of(make_user(roles.SupportCoordinator, other_directorate))
    for name in ("payments", "reconciliation"):
        assert client.get(reverse(f"support:{name}", args=[sent.uuid])).status_code == 404
    assert client.get(reverse("support:payment", args=[of(sent, 1).reference])).status_code == 404


def test_a_coordinator_sees_in_a_national_instalment_the_families_of_the_directorate(
    unit, coordinator, directorate, home, client_of
):
    national = make_instalment(directorate, unit, number=3)
    low = national.place_low
    national.place_low, national.place_high = 0, 999_999_999
    national.save()
    own = make_payment(national, 1, place_number=low)
    other = make_payment(national, 2, place_number=95410000)
    client = client_of(coordinator)
    assert client.get(reverse("support:payment", args=[own.reference])).status_code == 200
    assert client.get(reverse("support:payment", args=[other.reference])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_for_one_row_as_for_many(unit, instalment, client_of, rows, django_assert_num_queries):
    client = client_of(unit)
    for number in range(20, 20 + rows):
        make_payment(instalment, number)
    client.get("/support/payer/")
    with django_assert_num_queries(6):
        client.get(reverse("support:payments", args=[instalment.uuid]))
    with django_assert_num_queries(8):
        client.get(reverse("support:reconciliation", args=[instalment.uuid]))


def test_all_that_came_back_is_decided_from_a_page(unit, payer, sent, client_of):
    client, url = client_of(unit), reverse("support:returned", args=[sent.uuid])
    for kind in ("UNCLAIMED", "RETURNED"):
        data = return_file(sent, *(answer(of(sent, n), kind) for n in (1, 2)))
        returns.take_return(by=payer, instalment=sent, name="x", data=data)
    client.post(url, {"do": "cancel", "reason": "x", "expected": 1})
    assert not PaymentEvent.unscoped.filter(kind="CANCELLED").exists(), "the page showed another number"
    shown = client.get(url).context["form"].initial["expected"]
    client.post(url, {"do": "reissue", "reason": "Agences fermées", "expected": shown})
    assert PaymentEvent.unscoped.filter(kind="REISSUED").count() == 2
    assert client_of(payer).get(url).status_code == 403


def test_pages_are_read_when_nothing_is_there(unit, payer, coordinator, directorate, home, client_of):
    empty = make_instalment(directorate, unit)
    assert client_of(payer).get("/support/payer/").status_code == 200
    for name in ("reconciliation", "payments", "send", "payer_instalment", "payer_return"):
        page(client_of(unit), name, instalment=empty.uuid)
