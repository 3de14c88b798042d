"""What the family brings: guardian, consents, documents, the reason without a Massar code, whom to ask for."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, files, history, workflow
from istidrak.organisations.models import Organisation
from istidrak.people.models import Person
from istidrak.training.actions.days import refuse_bad_day
from istidrak.training.models import Application, CentreContact, Consent, Guardianship, PaperOfApplication


class AlreadyGiven(Exception):
    """A consent of this kind stands for this person in this centre."""


class PaperKept(Exception):
    """The consent has another paper: a proof is never replaced."""


@transaction.atomic
def state_guardian(
    *,
    by: Any,
    person: Person,
    name: str,
    kinship: str,
    is_legal_representative: bool | None = None,
    phone: str = "",
) -> Guardianship:
    """Say who answers for a person; the newest statement shows, older ones stay. Said twice alike, kept once."""
    said = {
        "name": " ".join(name.split()),
        "kinship": kinship,
        "is_legal_representative": is_legal_representative,
        "phone": phone,
    }
    Person.unscoped.select_for_update().get(pk=person.pk)
    newest = Guardianship.unscoped.filter(person=person).first()
    if newest is not None and all(getattr(newest, column) == value for column, value in said.items()):
        return newest
    row = Guardianship.unscoped.create(person=person, stated_by=by, stated_at=days.now(), **said)
    history.record(row, "state_guardian", by=by, thread=person)
    return row


@transaction.atomic
def record_consent(
    *,
    by: Any,
    person: Person,
    centre: Organisation,
    kind: str,
    giver: str,
    given_date: dt.date,
    giver_name: str = "",
    paper: bytes = b"",
    paper_name: str = "",
) -> Consent:
    """Write down a consent given on a day, with its paper if any. Raises AlreadyGiven, BadDay, FileRefused."""
    refuse_bad_day(given_date)
    digest = files.store(paper) if paper else ""
    try:
        with transaction.atomic():
            row = Consent.unscoped.create(
                person=person,
                centre=centre,
                kind=kind,
                giver=giver,
                giver_name=giver_name.strip(),
                given_date=given_date,
                paper_digest=digest,
                paper_name=base_name(paper_name) if digest else "",
                recorded_by=by,
                recorded_at=days.now(),
            )
    except IntegrityError as error:
        raise AlreadyGiven(person.pk) from error
    history.record(row, "record_consent", by=by, thread=person, after=row.state, details={"kind": kind})
    return row


def base_name(name: str) -> str:
    """The name of a file without folders, of either system, as long as its column."""
    return name.replace("\\", "/").split("/")[-1][:200]


@transaction.atomic
def add_consent_paper(*, by: Any, consent: Consent, paper: bytes, paper_name: str) -> None:
    """Join the paper to a consent that was written down without one; the same paper sent twice is joined once.

    Of two who send different papers at once, one is kept. Raises PaperKept, FileRefused.
    """
    digest = files.store(paper)
    bare = Consent.unscoped.filter(pk=consent.pk, paper_digest="")
    if not bare.update(paper_digest=digest, paper_name=base_name(paper_name)):
        consent.refresh_from_db(fields=["paper_digest", "paper_name"])
        if consent.paper_digest != digest:
            raise PaperKept(consent.pk)
        return
    consent.refresh_from_db(fields=["paper_digest", "paper_name"])
    history.record(consent, "add_consent_paper", by=by, thread=consent.person, details={"kind": consent.kind})


@transaction.atomic
def withdraw_consent(*, by: Any, consent: Consent, on: dt.date, reason: str) -> None:
    """The person or the guardian takes a consent back from a day. Raises MoveRefused, ReasonMissing, BadDay."""
    refuse_bad_day(on)
    workflow.move(consent, "withdraw", by=by, thread=consent.person, reason=reason, withdrawn_date=on)


@transaction.atomic
def open_consent_paper(*, by: Any, consent: Consent) -> tuple[bytes, str]:
    """The bytes of a consent's paper and their media type; who opened it is recorded. Raises FileNotFoundError."""
    if not consent.paper_digest:
        raise FileNotFoundError(consent.pk)
    history.audit("open_consent_paper", consent, by=by)
    data = files.path_of(consent.paper_digest).read_bytes()
    return data, files.type_of(data) or "application/octet-stream"


@transaction.atomic
def record_papers(*, by: Any, application: Application, papers: dict[str, tuple[str, str]]) -> int:
    """What was received or is missing, by code of document: (state, reason); an empty state says nothing.

    Returns how many changed; saved twice is once.
    """
    Application.unscoped.select_for_update().get(pk=application.pk)
    known = {row.code: row for row in PaperOfApplication.objects.filter(application=application)}
    changed = []
    for code, (state, said) in papers.items():
        reason = said.strip()[:200] if state == PaperOfApplication.State.MISSING else ""
        before = known.get(code)
        if (before.state, before.reason) == (state, reason) if before else not state:
            continue
        changed.append(code)
        if not state:
            before.delete()  # said by mistake: nobody said anything
            continue
        PaperOfApplication.objects.update_or_create(
            application=application,
            code=code,
            defaults={"state": state, "reason": reason, "recorded_by": by, "recorded_at": days.now()},
        )
    if changed:
        history.record(
            application, "record_papers", by=by, thread=application.person, details={"codes": sorted(changed)}
        )
    return len(changed)


@transaction.atomic
def explain_no_massar(*, by: Any, application: Application, reason: str) -> None:
    """Why there is no Massar code (a value of Application.NoMassar, or empty)."""
    if (
        Application.unscoped.filter(pk=application.pk)
        .exclude(no_massar_reason=reason)
        .update(no_massar_reason=reason)
    ):
        application.no_massar_reason = reason
        history.record(application, "explain_no_massar", by=by, thread=application.person)


@transaction.atomic
def name_contact(*, by: Any, centre: Organisation, name: str, phone: str = "", hours: str = "") -> CentreContact:
    """Whom families ask for in a centre: printed on receipts and refusals."""
    row, _ = CentreContact.unscoped.update_or_create(
        centre=centre, defaults={"name": name.strip(), "phone": phone, "hours": hours.strip()}
    )
    history.record(row, "name_contact", by=by)
    return row
