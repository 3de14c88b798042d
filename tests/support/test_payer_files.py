"""Files to the payer: whole, once, readable by nobody else, and everybody in them is due the money."""

import hashlib
import io
import zipfile

import pytest
import pyzipper

from istidrak.base.models import AuditRecord, History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.support.actions import payer_files, payments
from istidrak.support.models import PayerFile, PaymentEvent
from istidrak.support.payer import out
from istidrak.support.queries.payments import reconciliation

from .paying import *  # noqa: F403 - fixtures
from .paying import make_payment, of

PASSWORD = "correct horse battery"


def _lines(file):
    return payer_files.path_of(file).read_bytes().decode().split("\r\n")


@pytest.mark.django_db
def test_the_first_file_holds_every_payment_that_is_due_and_no_other(unit, instalment):
    (file,) = payer_files.send_to_payer(by=unit, instalment=instalment)
    header, *rows, trailer, end = _lines(file)
    assert header == f"H;ISTIDRAK-PAYER;1;{instalment.pk};TAYSSIR;2018;1;1;1;1;3"
    assert trailer == "T;1;1;3;60000" and end == ""
    first = of(instalment, 1)
    assert rows[0] == f"D;{first.reference};فاطمة 1;SH1;230810000000000000000012;10000;201809;201812"
    assert [row.split(";")[1] for row in rows] == [of(instalment, n).reference for n in (1, 2, 3)]
    assert rows[1].split(";")[4] == "", "without an account it is paid at a counter"
    assert (file.rows, file.amount) == (3, 60_000)
    assert file.digest == hashlib.sha256(payer_files.path_of(file).read_bytes()).hexdigest()
    instalment.refresh_from_db()
    assert instalment.state == "SENT"
    assert not PaymentEvent.unscoped.exists(), "sending writes nothing row by row"


@pytest.mark.django_db
def test_a_file_is_split_and_each_part_says_what_it_holds(unit, instalment):
    """A payer who loads part 2 alone, or a part that was cut on the way, must be able to see it."""
    files = payer_files.send_to_payer(by=unit, instalment=instalment, rows_per_file=2)
    assert [(f.rows, f.amount) for f in files] == [(2, 30_000), (1, 30_000)]
    assert [_lines(f)[0].split(";")[8:] for f in files] == [["1", "2", "2"], ["2", "2", "1"]]
    assert [_lines(f)[-2] for f in files] == ["T;1;2;2;30000", "T;2;2;1;30000"]
    cover = (payer_files.path_of(files[0]).parent / "cover.txt").read_text()
    assert all(f"{f.digest}  {f.name}" in cover for f in files)
    assert "600 " in cover and "الدفعة" in cover and "versement" in cover.lower()


@pytest.mark.django_db
def test_fixed_widths_hold_the_same(unit, instalment):
    (file,) = payer_files.send_to_payer(by=unit, instalment=instalment, form="FIXED")
    header, first, *_, trailer, _end = _lines(file)
    assert {len(line) for line in (header, first, trailer)} == {out.WIDTH}
    assert first[1:21].strip() == of(instalment, 1).reference
    assert first[21:181].strip() == "فاطمة 1"
    assert (first[181:193].strip(), first[193:217], first[217:229]) == (
        "SH1",
        "230810000000000000000012",
        "000000010000",
    )
    assert first[229:] == "201809201812"
    assert trailer.strip() == "T00010001000000003000000000060000"


@pytest.mark.django_db
def test_files_are_of_the_program_alone(unit, instalment):
    """Names, cards and accounts of poor families must not lie open on the machine."""
    (file,) = payer_files.send_to_payer(by=unit, instalment=instalment)
    path = payer_files.path_of(file)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["SAVED", "PREPARED", "CHECKED", "CLOSED", "CANCELLED"])
def test_only_what_was_authorised_is_sent(unit, instalment, state):
    """Money must not leave before three people signed."""
    instalment.state = state
    instalment.save()
    with pytest.raises(MoveRefused):
        payer_files.send_to_payer(by=unit, instalment=instalment)
    assert not PayerFile.unscoped.exists()


@pytest.mark.django_db
def test_sending_twice_sends_nothing_twice(unit, instalment):
    """A second press of the button paid a whole province twice elsewhere."""
    payer_files.send_to_payer(by=unit, instalment=instalment)
    with pytest.raises(payer_files.NothingToSend):
        payer_files.send_to_payer(by=unit, instalment=instalment)
    assert PayerFile.unscoped.count() == 1


@pytest.mark.django_db
def test_a_failure_half_way_leaves_nothing_behind(unit, instalment, monkeypatch, home):
    """Neither an instalment "sent" without its file, nor a file of an instalment that was not sent."""
    monkeypatch.setattr(payer_files, "_record", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        payer_files.send_to_payer(by=unit, instalment=instalment)
    instalment.refresh_from_db()
    assert instalment.state == "AUTHORISED"
    assert not list((home / "payer").iterdir())


@pytest.mark.django_db
def test_a_payment_to_nobody_stops_the_sending(unit, instalment):
    make_payment(instalment, 6, guardian=None, guardian_name="")
    with pytest.raises(payer_files.ReceiverMissing):
        payer_files.send_to_payer(by=unit, instalment=instalment)


@pytest.mark.django_db
def test_what_is_released_leaves_with_the_next_file_and_once(unit, coordinator, instalment):
    """A held family waits for its receiver, then is paid once: neither forgotten nor paid by two files."""
    payer_files.send_to_payer(by=unit, instalment=instalment)
    held = of(instalment, 4)
    with pytest.raises(payer_files.ReceiverMissing):
        payments.release(by=unit, payment=held, reason="vérifié")
    from istidrak.support.models import Guardian

    payments.name_receiver(by=coordinator, payment=held, guardian=Guardian.unscoped.get(household=held.household))
    with pytest.raises(ReasonMissing):
        payments.release(by=unit, payment=held, reason=" ")
    payments.release(by=unit, payment=held, reason="vérifié")
    assert reconciliation(instalment).places["RELEASED"].rows == 1
    (file,) = payer_files.send_to_payer(by=unit, instalment=instalment)
    rows = _lines(file)
    assert rows[0].split(";")[7] == "2" and [r.split(";")[1] for r in rows[1:-2]] == [held.reference]
    assert PaymentEvent.unscoped.get(payment=held).file == file
    with pytest.raises(payer_files.NothingToSend):
        payer_files.send_to_payer(by=unit, instalment=instalment)


@pytest.mark.django_db
def test_events_of_a_split_file_name_the_part_that_holds_them(unit, instalment):
    held = [make_payment(instalment, n, is_held=True) for n in range(10, 15)]
    payer_files.send_to_payer(by=unit, instalment=instalment)
    for payment in reversed(held):
        payments.release(by=unit, payment=payment, reason="vu")
    files = payer_files.send_to_payer(by=unit, instalment=instalment, rows_per_file=2)
    assert len(files) == 3
    for file in files:
        inside = {row.split(";")[1] for row in _lines(file)[1:-2]}
        marked = PaymentEvent.unscoped.filter(file=file).values_list("payment__reference", flat=True)
        assert inside == set(marked)


@pytest.mark.django_db
def test_an_archive_opens_with_the_password_alone_and_holds_all_parts(unit, payer, instalment):
    files = payer_files.send_to_payer(by=unit, instalment=instalment, rows_per_file=2)
    with payer_files.archive_of(by=payer, file=files[1], password=PASSWORD) as stream:
        data = stream.read()
    assert "فاطمة".encode() not in data and b"230810000000000000000012" not in data
    with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == [*(f.name for f in files), "cover.txt"]
        archive.setpassword(b"another password")
        with pytest.raises(RuntimeError):
            archive.read(files[0].name)
        archive.setpassword(PASSWORD.encode())
        assert hashlib.sha256(archive.read(files[0].name)).hexdigest() == files[0].digest
    with zipfile.ZipFile(io.BytesIO(data)) as plain, pytest.raises((RuntimeError, NotImplementedError)):
        plain.read(files[0].name)


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["", "short", "elevensigns", "كلمة سر طويلة جدا"])
def test_a_weak_password_or_one_that_tools_read_differently_is_refused(unit, instalment, password):
    (file,) = payer_files.send_to_payer(by=unit, instalment=instalment)
    with pytest.raises(payer_files.WeakPassword):
        payer_files.archive_of(by=unit, file=file, password=password)


@pytest.mark.django_db
def test_the_password_is_kept_nowhere_and_who_took_the_file_is(unit, payer, instalment, home):
    (file,) = payer_files.send_to_payer(by=unit, instalment=instalment)
    payer_files.archive_of(by=payer, file=file, password=PASSWORD).close()
    payer_files.take_out(by=payer, file=file).close()
    kept = AuditRecord.objects.filter(verb="take_payer_file")
    assert [(row.by, row.details["how"]) for row in kept.order_by("pk")] == [(payer, "archive"), (payer, "plain")]
    everything = str(list(AuditRecord.objects.values())) + str(list(History.objects.values()))
    assert PASSWORD not in everything
    assert not [p for p in home.rglob("*") if p.is_file() and PASSWORD.encode() in p.read_bytes()]


@pytest.mark.django_db
def test_a_file_changed_on_the_disk_is_not_handed_out(unit, payer, instalment):
    """Whoever reaches the machine could raise an amount between sending and fetching."""
    (file,) = payer_files.send_to_payer(by=unit, instalment=instalment)
    path = payer_files.path_of(file)
    path.write_bytes(path.read_bytes().replace(b";10000;", b";90000;"))
    with pytest.raises(payer_files.FileGone):
        payer_files.take_out(by=payer, file=file)
    with pytest.raises(payer_files.FileGone):
        payer_files.archive_of(by=payer, file=file, password=PASSWORD)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("=HYPERLINK(1)", "HYPERLINK(1)"),
        ("a;b\r\nD;1-1-36;x", "a b D 1-1-36 x"),
        ("\u202eفاطمة\u200f  بنت\tعلي", "فاطمة بنت علي"),
        ('Aït "Ali" O\'Hara-Ben', "Aït Ali O'Hara-Ben"),
    ],
)
def test_a_name_cannot_make_a_line_or_a_formula(typed, sent):
    """A name typed with a line end would add a payment to the file."""
    assert out.clean(typed) == sent
