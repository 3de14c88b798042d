"""Declaring, proving and verifying insertions."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, files, history, workflow
from istidrak.training.actions.confirmations import plan_confirmations
from istidrak.training.models import Enrolment, Insertion


class AlreadyDeclared(Exception):
    """The same insertion (kind, place, day) is declared for this learner."""


class SameVerifier(Exception):
    """An insertion is verified by another person than the one who declared it or brought its proof."""


@transaction.atomic
def declare_insertion(*, by: Any, enrolment: Enrolment, kind: str, since_date: dt.date, where: str) -> Insertion:
    """Declare where a learner stands after the programme; a proof is then awaited. Raises AlreadyDeclared."""
    try:
        with transaction.atomic():
            insertion = Insertion.unscoped.create(
                person_id=enrolment.person_id,
                enrolment=enrolment,
                kind=kind,
                since_date=since_date,
                where=where,
                declared_by=by,
                declared_at=days.now(),
            )
    except IntegrityError as error:
        raise AlreadyDeclared(enrolment.pk) from error
    history.record(
        insertion, "declare_insertion", by=by, thread=enrolment.person, after=insertion.state, details={"kind": kind}
    )
    return insertion


@transaction.atomic
def prove_insertion(*, by: Any, insertion: Insertion, data: bytes, name: str) -> None:
    """Add the proof (PDF, JPEG or PNG). Raises FileRefused, MoveRefused."""
    digest = files.store(data)
    workflow.move(
        insertion,
        "prove",
        by=by,
        thread=insertion.person,
        proved_by=by,
        proved_at=days.now(),
        proof_digest=digest,
        proof_name=name.replace("\\", "/").split("/")[-1][:200],
    )


@transaction.atomic
def verify_insertion(*, by: Any, insertion: Insertion) -> None:
    """Verify on the proof; it is confirmed at intervals from then on.

    Raises SameVerifier (never by who declared nor by who proved), MoveRefused.
    """
    _by_another(by, insertion)
    workflow.move(insertion, "verify", by=by, thread=insertion.person, verified_by=by, verified_at=days.now())
    plan_confirmations(by=by, insertion=insertion)


def _by_another(by: Any, insertion: Insertion) -> None:
    # Read anew: the proof may have been replaced since the page was opened.
    insertion.refresh_from_db(fields=["declared_by", "proved_by"])
    if by.pk in (insertion.declared_by_id, insertion.proved_by_id):
        raise SameVerifier


@transaction.atomic
def not_confirm_insertion(*, by: Any, insertion: Insertion, reason: str) -> None:
    """The proof does not hold, or nothing was found. Raises SameVerifier, MoveRefused, ReasonMissing."""
    _by_another(by, insertion)
    workflow.move(insertion, "not_confirm", by=by, thread=insertion.person, reason=reason)


@transaction.atomic
def open_proof(*, by: Any, insertion: Insertion) -> tuple[bytes, str]:
    """The bytes of a proof and their media type; who opened it is recorded. Raises FileNotFoundError."""
    if not insertion.proof_digest:
        raise FileNotFoundError(insertion.pk)
    history.audit("open_proof", insertion, by=by)
    data = files.path_of(insertion.proof_digest).read_bytes()
    return data, files.type_of(data) or "application/octet-stream"
