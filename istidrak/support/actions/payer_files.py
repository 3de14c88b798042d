"""Sending an instalment to the payer: its files, their cover sheet, and encrypted archives on demand."""

import datetime as dt
import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pyzipper
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from istidrak.base import days, history, workflow
from istidrak.base.identifiers import new_uuid
from istidrak.support.models import Instalment, PayerFile, Payment, PaymentEvent
from istidrak.support.payer import out
from istidrak.support.payer.cover import text_of
from istidrak.support.queries import payments as queries

ROWS_PER_FILE = 250_000
SHORTEST_PASSWORD = 12
COVER = "cover.txt"
AT_ONCE = 5_000
_COLUMNS = ("reference", "guardian_name", "identity_card", "account", "amount")


class NothingToSend(Exception):
    """No payment waits to be sent."""


class ReceiverMissing(Exception):
    """Payments would be sent to nobody. `count`: how many."""

    def __init__(self, count: int = 1):
        self.count = count
        super().__init__(count)


class FileGone(Exception):
    """The file is not, or no longer, on the disk as it was written."""


class WeakPassword(Exception):
    """Shorter than SHORTEST_PASSWORD, or of letters that tools for archives read differently."""


def lock(instalment: Instalment) -> None:
    """Hold the instalment until the end of the transaction, on either database, and read its state anew."""
    Instalment.unscoped.filter(pk=instalment.pk).update(state=F("state"))
    instalment.refresh_from_db(fields=["state"])


def folder_of(key: uuid.UUID) -> Path:
    """Where files exchanged with the payer lie: those of one sending under the key of its first file."""
    return Path(settings.HOME) / "payer" / str(key)


def path_of(file: PayerFile) -> Path:
    """Where a file lies, its bytes being those that were written. Raises FileGone."""
    path = folder_of(queries.parts_with(file)[0].uuid if file.way == PayerFile.Way.OUT else file.uuid) / file.name
    if not path.is_file():
        raise FileGone(file.name)
    with path.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != file.digest:
            raise FileGone(file.name)
    return path


def send_to_payer(
    *,
    by: Any,
    instalment: Instalment,
    form: str = "CSV",
    rows_per_file: int = ROWS_PER_FILE,
) -> list[PayerFile]:
    """Write the files of an authorised instalment, or of what was released and issued again since the last sending.

    All or nothing: files that were begun are taken away again. Raises MoveRefused, NothingToSend, ReceiverMissing.
    """
    folder = folder_of(new_uuid())
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    try:
        with transaction.atomic():
            return _send(by, instalment, form, rows_per_file, folder)
    except BaseException:
        shutil.rmtree(folder)
        raise


def _send(by: Any, instalment: Instalment, form: str, rows_per_file: int, folder: Path) -> list[PayerFile]:
    lock(instalment)
    if instalment.state not in {Instalment.State.AUTHORISED, Instalment.State.SENT}:
        raise workflow.MoveRefused("send", instalment.state)
    is_first = instalment.state == Instalment.State.AUTHORISED
    events = [] if is_first else list(queries.to_send_later(instalment).values_list("pk", "payment"))
    rows = queries.to_send_first(instalment)
    if not is_first:
        rows = Payment.unscoped.filter(pk__in=queries.to_send_later(instalment).values("payment")).order_by("pk")
    total = rows.count()
    if not total:
        raise NothingToSend(instalment.pk)
    if nobody := rows.filter(Q(guardian=None) | Q(guardian_name="")).count():
        raise ReceiverMissing(nobody)
    heading = _heading(instalment)
    parts = list(
        out.write_parts(
            _stream(rows), heading=heading, total=total, rows_per_file=rows_per_file, form=form, folder=folder
        )
    )
    made_at = days.now()
    keep(folder / COVER, text_of(heading, parts, made_at.astimezone(days.CASABLANCA)).encode())
    _sync(folder)
    files = _record(by, instalment, parts, made_at, first=uuid.UUID(folder.name))
    _mark(events, files)
    details = {
        "form": form,
        "rows": total,
        "amount": sum(p.amount for p in parts),
        "digests": [p.digest for p in parts],
    }
    if is_first:
        workflow.move(instalment, "send", by=by)
    history.record(instalment, "send_to_payer", by=by, details=details)
    return files


def _heading(instalment: Instalment) -> out.Heading:
    before = (
        PayerFile.unscoped.filter(instalment=instalment, way=PayerFile.Way.OUT).values("made_at").distinct().count()
    )
    return out.Heading(
        instalment=instalment.pk,
        purpose=instalment.purpose,
        school_year=instalment.school_year,
        number=instalment.number,
        sending=before + 1,
        from_month=min(instalment.months),
        until_month=max(instalment.months),
    )


def _stream(rows: QuerySet[Payment]) -> Iterator[out.Row]:
    yield from rows.values_list(*_COLUMNS).iterator(chunk_size=AT_ONCE)


def _record(
    by: Any, instalment: Instalment, parts: list[out.Part], made_at: dt.datetime, *, first: uuid.UUID
) -> list[PayerFile]:
    """One row for each part; the first one bears the name of the folder."""
    return [
        PayerFile.unscoped.create(
            uuid=first if at == 0 else new_uuid(),
            instalment=instalment,
            way=PayerFile.Way.OUT,
            name=part.name,
            digest=part.digest,
            rows=part.rows,
            amount=part.amount,
            made_by=by,
            made_at=made_at,
        )
        for at, part in enumerate(parts)
    ]


def _mark(events: list[tuple[int, int]], files: list[PayerFile]) -> None:
    """Say of each event by which file its payment left: files hold them in the order of the payments."""
    stream = iter(sorted(events, key=lambda event: event[1]))
    for file in files:
        left = file.rows
        while left and (chunk := [key for key, _payment in islice(stream, min(left, AT_ONCE // 10))]):
            PaymentEvent.unscoped.filter(pk__in=chunk).update(file=file)
            left -= len(chunk)


def keep(path: Path, data: bytes) -> None:
    """Write a file that only the program reads, down to the disk. Raises FileExistsError."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def take_out(*, by: Any, file: PayerFile) -> IO[bytes]:
    """A file for its payer, open for reading; who took it is recorded. Raises FileGone."""
    stream = path_of(file).open("rb")
    _took(by, file, "plain")
    return stream


def cover_of(*, by: Any, file: PayerFile) -> IO[bytes]:
    """The cover sheet of a sending as text, open for reading. Raises FileGone."""
    path = path_of(file).parent / COVER
    if not path.is_file():
        raise FileGone(COVER)
    _took(by, file, "cover")
    return path.open("rb")


def archive_of(*, by: Any, file: PayerFile, password: str) -> IO[bytes]:
    """All parts of a sending and its cover sheet in one archive encrypted by AES-256, open for reading.

    The password is kept nowhere. Only encrypted bytes are written, in a file without a name. Raises WeakPassword,
    FileGone.
    """
    if len(password) < SHORTEST_PASSWORD or not (password.isascii() and password.isprintable()):
        raise WeakPassword
    parts = queries.parts_with(file)
    paths = [path_of(part) for part in parts]
    paths.append(paths[0].parent / COVER)
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        with pyzipper.AESZipFile(
            target, "w", compression=pyzipper.ZIP_DEFLATED, compresslevel=1, encryption=pyzipper.WZ_AES
        ) as archive:
            archive.setpassword(password.encode())
            for path in paths:
                archive.write(path, path.name)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    _took(by, file, "archive")
    return target


def _took(by: Any, file: PayerFile, how: str) -> None:
    history.audit("take_payer_file", file, by=by, name=file.name, rows=file.rows, how=how)
