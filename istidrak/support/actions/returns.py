"""Taking a payer's return file: looked at first, then taken whole or not at all."""

import datetime as dt
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection, transaction

from istidrak.base import bulk, days, history
from istidrak.base.identifiers import new_uuid
from istidrak.support.actions.payer_files import folder_of, keep, lock
from istidrak.support.models import Instalment, PayerFile, PaymentEvent
from istidrak.support.payer import back
from istidrak.support.queries import payment_frames as frames
from istidrak.support.queries.payments import REFUSE

AT_ONCE = 100_000
_PROBLEMS_RECORDED = 30
_UNSAFE = re.compile(r"[^\w.\- ]+")


@dataclass(frozen=True)
class Understood:
    """What a return file says: lines, centimes, and (kind, lines, centimes) of each kind."""

    digest: str
    rows: int
    amount: int
    totals: list[tuple[str, int, int]]


def preview_return(*, instalment: Instalment, data: bytes) -> Understood:
    """What a return file would change; nothing is written. Raises back.Refused as `take_return` does."""
    return _understood(data, _read(instalment, data))


def take_return(*, by: Any, instalment: Instalment, name: str, data: bytes) -> PayerFile:
    """Write what a return file says of each payment: all of it or nothing. Raises back.Refused.

    Whoever hands the same file in at the same time waits, and is told that it was taken.
    """
    with transaction.atomic():
        lock(instalment)
        rows = _read(instalment, data)
        understood = _understood(data, rows)
        file = PayerFile.unscoped.create(
            uuid=new_uuid(),
            instalment=instalment,
            way=PayerFile.Way.BACK,
            name=safe_name(name),
            digest=understood.digest,
            rows=understood.rows,
            amount=understood.amount,
            made_by=by,
            made_at=days.now(),
        )
        _write(by, file, rows)
        details = {"name": file.name, "digest": file.digest, "totals": understood.totals}
        history.record(instalment, "take_return", by=by, details=details)
        folder = folder_of(file.uuid)
        folder.mkdir(mode=0o700, parents=True)
        keep(folder / file.name, data)
    return file


def record_refusal(*, by: Any, instalment: Instalment, name: str, data: bytes, refused: back.Refused) -> None:
    """Keep that a file was not taken and why, for whoever handed it in; about payments nothing is written."""
    problems = [
        {"code": p.code, "line": p.line, "values": {key: str(value) for key, value in p.values.items()}}
        for p in refused.problems[:_PROBLEMS_RECORDED]
    ]
    digest = hashlib.sha256(data).hexdigest()
    details = {"name": safe_name(name), "digest": digest, "count": refused.count, "problems": problems}
    history.record(instalment, REFUSE, by=by, details=details)


def keep_for_answer(*, by: Any, instalment: Instalment, data: bytes) -> str:
    """Keep a file that was looked at until its reader takes it: one a reader and instalment. Returns its digest."""
    path = _waiting(by, instalment)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    keep(path, data)
    return hashlib.sha256(data).hexdigest()


def kept_for_answer(*, by: Any, instalment: Instalment, digest: str) -> bytes | None:
    """The file of that digest that the reader looked at; None when another was looked at since."""
    path = _waiting(by, instalment)
    data = path.read_bytes() if path.is_file() else b""
    return data if data and hashlib.sha256(data).hexdigest() == digest else None


def forget_kept(*, by: Any, instalment: Instalment) -> None:
    """Take away the file that waited: it was taken, or refused."""
    _waiting(by, instalment).unlink(missing_ok=True)


def _waiting(by: Any, instalment: Instalment) -> Path:
    return Path(settings.HOME) / "payer" / "waiting" / f"{by.uuid}-{instalment.pk}.csv"


def safe_name(name: str) -> str:
    """The last part of a file's name, of letters, digits, dots and hyphens."""
    return _UNSAFE.sub("-", Path(name.replace("\\", "/")).name).strip(". ")[-100:] or "return.csv"


def _understood(data: bytes, rows: pl.DataFrame) -> Understood:
    return Understood(hashlib.sha256(data).hexdigest(), len(rows), rows["amount"].sum(), back.totals(rows))


def _read(instalment: Instalment, data: bytes) -> pl.DataFrame:
    """The lines with their payments. Raises back.Refused."""
    digest = hashlib.sha256(data).hexdigest()
    if taken := PayerFile.unscoped.filter(digest=digest).select_related("made_by").first():
        day = taken.made_at.astimezone(days.CASABLANCA).date()
        values = {"day": day, "by": str(taken.made_by), "name": taken.name}
        raise back.Refused([back.Problem("TAKEN", values=values)])
    if instalment.state != Instalment.State.SENT:
        raise back.Refused([back.Problem("NOT_OPEN", values={"state": instalment.state})])
    return back.compare(
        back.read(data, instalment=instalment.pk),
        instalment=instalment.pk,
        payments=frames.payment_frame(instalment),
        last_events=frames.last_event_frame(instalment),
        sent_dates=frames.sent_dates(instalment),
        after=PaymentEvent.AFTER,
        today=days.today(),
    )


def _write(by: Any, file: PayerFile, rows: pl.DataFrame) -> None:
    """One event a line, in the order of the file."""
    at = days.now()
    if connection.vendor == "postgresql":
        _copy(by, file, rows, at)
        return
    for chunk in rows.iter_slices(AT_ONCE // 10):
        bulk.insert(
            [
                bulk.new(
                    PaymentEvent,
                    payment_id=row["payment"],
                    kind=row["kind"],
                    date=row["date"],
                    cause=row["cause"],
                    file_id=file.pk,
                    row=row["line"],
                    recorded_by_id=by.pk,
                    recorded_at=at,
                )
                for row in chunk.iter_rows(named=True)
            ]
        )


def _copy(by: Any, file: PayerFile, rows: pl.DataFrame, at: dt.datetime) -> None:
    """COPY without a Python object a row; references are checked after each part, not all at the end in memory."""
    columns = ("payment_id", "kind", "date", "cause", "row", "file_id", "recorded_by_id", "recorded_at")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for chunk in rows.iter_slices(AT_ONCE):
            part = chunk.select(
                "payment",
                "kind",
                "date",
                "cause",
                "line",
                pl.lit(file.pk),
                pl.lit(by.pk).alias("by"),
                pl.lit(at.isoformat()).alias("at"),
            )
            text = io.BytesIO()
            # Texts are quoted, since COPY takes an empty one without quotes for null.
            part.write_csv(text, include_header=False, quote_style="non_numeric")
            with cursor.copy(f"COPY support_paymentevent ({', '.join(columns)}) FROM STDIN (FORMAT csv)") as copy:
                copy.write(text.getbuffer())
