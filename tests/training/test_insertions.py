import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from istidrak.accounts.models import Assignment
from istidrak.base.files import FileRefused
from istidrak.base.models import AuditRecord, History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.training import actions
from istidrak.training.models import Insertion

from .conftest import PDF


@pytest.fixture
def proved(declared, centre_director):
    insertion = declared()
    actions.prove_insertion(by=centre_director, insertion=insertion, data=PDF, name="attestation.pdf")
    return insertion


def test_declared_proved_verified(proved, officer, centre_director):
    actions.verify_insertion(by=officer, insertion=proved)
    proved.refresh_from_db()
    assert (proved.state, proved.verified_by, proved.declared_by) == ("VERIFIED", officer, centre_director)
    assert proved.verified_at is not None
    assert History.objects.filter(verb="verify", thread=f"people.person:{proved.person_id}").exists()


def test_who_declared_never_verifies_nor_refuses(proved, centre_director):
    with pytest.raises(actions.SameVerifier):
        actions.verify_insertion(by=centre_director, insertion=proved)
    with pytest.raises(actions.SameVerifier):
        actions.not_confirm_insertion(by=centre_director, insertion=proved, reason="x")
    proved.refresh_from_db()
    assert proved.state == "PROVED"


def test_who_declared_never_verifies_by_a_second_role(proved, centre_director, directorate, client_of):
    """The same person may run the centre and work in the directorate: the page and the verb both refuse."""
    Assignment.objects.create(
        user=centre_director, role="DIRECTORATE_OFFICER", organisation=directorate, since=dt.date(2025, 9, 1)
    )
    client, address = client_of(centre_director), f"/insertions/{proved.uuid}/"
    assert 'value="verify"' not in client.get(address).content.decode()
    client.post(address, {"do": "verify"})
    proved.refresh_from_db()
    assert (proved.state, proved.verified_by) == ("PROVED", None)


def test_nothing_is_verified_without_a_proof_nor_twice(declared, officer, proved):
    with pytest.raises(MoveRefused):
        actions.verify_insertion(by=officer, insertion=declared(where="autre"))
    stale = Insertion.unscoped.get(pk=proved.pk)
    actions.verify_insertion(by=officer, insertion=proved)
    with pytest.raises(MoveRefused):
        actions.not_confirm_insertion(by=officer, insertion=stale, reason="x")


def test_not_confirmed_needs_a_reason_and_may_be_declared_again(proved, officer, declared):
    with pytest.raises(ReasonMissing):
        actions.not_confirm_insertion(by=officer, insertion=proved, reason=" ")
    with pytest.raises(actions.AlreadyDeclared):
        declared(enrolment=proved.enrolment)
    actions.not_confirm_insertion(by=officer, insertion=proved, reason="الوثيقة لشخص آخر")
    assert declared(enrolment=proved.enrolment).state == "DECLARED"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<html><script>alert(1)</script></html>", "TYPE"),
        (b"", "EMPTY"),
        (PDF + b"0" * 6 * 1024 * 1024, "TOO_LARGE"),
        (b"MZ\x90\x00", "TYPE"),
    ],
)
def test_hostile_files_are_refused(declared, centre_director, data, code):
    insertion = declared()
    with pytest.raises(FileRefused) as refused:
        actions.prove_insertion(by=centre_director, insertion=insertion, data=data, name="proof.pdf")
    assert refused.value.code == code
    insertion.refresh_from_db()
    assert (insertion.state, insertion.proof_digest) == ("DECLARED", "")


@pytest.mark.parametrize("data", [b"<html><script>alert(1)</script></html>", b"", PDF + b"0" * 6 * 1024 * 1024])
def test_hostile_files_are_told_beside_the_field(declared, centre_director, client_of, data):
    insertion = declared()
    answer = client_of(centre_director).post(
        f"/insertions/{insertion.uuid}/",
        {"do": "prove", "proof": SimpleUploadedFile("proof.pdf", data, content_type="application/pdf")},
    )
    assert answer.status_code == 200
    assert answer.context["proof_form"].errors["proof"]
    insertion.refresh_from_db()
    assert insertion.state == "DECLARED"


def test_a_path_in_the_name_goes_nowhere(declared, centre_director, tmp_path):
    insertion = declared()
    actions.prove_insertion(by=centre_director, insertion=insertion, data=PDF, name="..\\..\\../../etc/proof.pdf")
    assert insertion.proof_name == "proof.pdf"
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in kept] == [insertion.proof_digest]


def test_the_proof_is_a_file_to_keep_and_its_opening_is_recorded(proved, officer, client_of):
    Insertion.unscoped.filter(pk=proved.pk).update(proof_name='a"; evil.html')
    client = client_of(officer)
    assert client.get(f"/insertions/{proved.uuid}/proof/").status_code == 405
    answer = client.post(f"/insertions/{proved.uuid}/proof/")
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "evil.pdf" in answer["Content-Disposition"]
    assert AuditRecord.objects.get(verb="open_proof").by == officer


def test_no_proof_is_not_found(declared, officer, client_of):
    assert client_of(officer).post(f"/insertions/{declared().uuid}/proof/").status_code == 404


def test_the_directorate_verifies_on_its_page(proved, officer, client_of):
    client, address = client_of(officer), f"/insertions/{proved.uuid}/"
    assert client.post(address, {"do": "not_confirm", "reason": ""}).status_code == 200
    assert client.post(address, {"do": "verify"}).status_code == 302
    proved.refresh_from_db()
    assert proved.state == "VERIFIED"
    assert client.post(address, {"do": "not_confirm", "reason": "x"}).status_code == 302  # told, not an error
    proved.refresh_from_db()
    assert proved.state == "VERIFIED"


def test_the_centre_does_not_verify(proved, centre_director, client_of):
    answer = client_of(centre_director).post(f"/insertions/{proved.uuid}/", {"do": "verify"})
    assert answer.status_code == 403


def test_the_state_chooses(proved, declared, officer, client_of):
    declared(where="autre")
    client = client_of(officer)
    assert len(client.get("/insertions/").context["page"].rows) == 2
    assert client.get("/insertions/?state=PROVED").context["page"].rows == [proved]
    assert len(client.get("/insertions/?state=' OR 1=1").context["page"].rows) == 2
