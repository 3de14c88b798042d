"""Opening an instalment, computing it, saving its lines, signing it: each step once, by different people."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, history, workflow
from istidrak.base.identifiers import new_uuid
from istidrak.base.parameters import parameters_on, value_of
from istidrak.base.rules import NoParameter
from istidrak.organisations.models import Organisation
from istidrak.support import saving
from istidrak.support.actions.netting import shares_of, write_uses
from istidrak.support.checks import checks_of
from istidrak.support.facts import parameters_of
from istidrak.support.facts.database import EVERYWHERE
from istidrak.support.models import Instalment, PaymentHold, Purpose, Run, Signature
from istidrak.support.queries.runs import last_folder
from istidrak.support.rules.lines import months_of

State, Step = Instalment.State, Signature.Step
VERBS = {Step.PREPARE: "prepare", Step.CHECK: "check", Step.AUTHORISE: "authorise"}
SIGNED_FROM = {Step.PREPARE: State.SAVED, Step.CHECK: State.PREPARED, Step.AUTHORISE: State.CHECKED}


class InstalmentRefused(Exception):
    """The step is not possible; `code` says why (words stand with the page)."""

    def __init__(self, code: str, **details: Any):
        self.code, self.details = code, details
        super().__init__(code)


def territory_of(body: Organisation) -> tuple[int, int]:
    """The place numbers that a body pays in: its own place, or the country for the ministry.

    Raises InstalmentRefused("no_place") for a body of which no place is known.
    """
    if body.kind == Organisation.Kind.MINISTRY:
        return EVERYWHERE
    if body.place is None:
        raise InstalmentRefused("no_place")
    low, high = body.place.span
    return low, high


@transaction.atomic
def open_instalment(*, by: Any, body: Organisation, school_year: int, number: int) -> Instalment:
    """Open instalment `number` (from 1) of a school year (2018 for 2018/19) for the territory of `body`.

    Raises InstalmentRefused: "no_calendar" when no text sets instalments that year, "no_such_number", "exists" when
    it is open already, "no_place".
    """
    low, high = territory_of(body)
    try:
        calendar = parameters_on(dt.date(school_year, 9, 1), "support.tayssir_instalments")
        months = months_of(school_year, number, calendar)
    except NoParameter as error:
        raise InstalmentRefused("no_calendar") from error
    except IndexError as error:
        raise InstalmentRefused("no_such_number") from error
    try:
        with transaction.atomic():
            instalment = Instalment.unscoped.create(
                purpose=Purpose.TAYSSIR,
                school_year=school_year,
                number=number,
                months=months,
                place_low=low,
                place_high=high,
                body=body,
                opened_by=by,
                opened_at=days.now(),
            )
    except IntegrityError as error:
        raise InstalmentRefused("exists") from error
    history.record(instalment, "open", by=by)
    return instalment


@transaction.atomic
def begin_run(*, by: Any, instalment: Instalment, engine: str = "polars") -> Run:
    """A run that `computing` takes up. One that waits or computes already is given back instead of a second.

    Raises InstalmentRefused("frozen") once lines are saved.
    """
    held = Instalment.unscoped.select_for_update().get(pk=instalment.pk)
    if held.state not in {State.OPEN, State.COMPUTED}:
        raise InstalmentRefused("frozen")
    before = Run.unscoped.filter(instalment=held, state=Run.State.RUNNING).first()
    if before is not None:
        return before
    run = Run.unscoped.create(
        instalment=held, folder=str(new_uuid()), engine=engine, started_by=by, started_at=days.now()
    )
    history.record(instalment, "begin_run", by=by, details={"run": str(run.uuid)})
    return run


@transaction.atomic
def end_run(*, run: Run, summary: dict[str, Any]) -> None:
    """Keep what a run computed; the instalment shows this run from now on. Raises MoveRefused when lines were saved
    meanwhile."""
    Run.unscoped.filter(pk=run.pk).update(
        state=Run.State.DONE, ended_at=days.now(), summary=summary, failure="", writer=None
    )
    run.refresh_from_db()
    instalment = Instalment.unscoped.select_for_update().get(pk=run.instalment_id)
    counts = {name: summary[name] for name in ("lines", "paid", "unpaid", "to_complete", "amount")}
    digests = {name: summary[name] for name in ("facts_digest", "lines_digest")}
    workflow.move(instalment, "compute", by=run.started_by, **counts, **digests)


@transaction.atomic
def fail_run(*, run: Run, why: str) -> None:
    """Say on the page why a run stopped; another can be begun."""
    Run.unscoped.filter(pk=run.pk).update(state=Run.State.FAILED, ended_at=days.now(), failure=why, writer=None)
    history.record(run.instalment, "fail_run", by=run.started_by, reason=why[:200])


@transaction.atomic
def hold_household(*, by: Any, instalment: Instalment, household: int, reason: str) -> PaymentHold:
    """Let a household's payment wait, with the reason, so that a check that found it does not stop the others.

    Raises InstalmentRefused("frozen") once lines are saved, ReasonMissing without a reason.
    """
    if not reason.strip():
        raise workflow.ReasonMissing("hold")
    held = Instalment.unscoped.select_for_update().get(pk=instalment.pk)
    if held.state not in {State.OPEN, State.COMPUTED}:
        raise InstalmentRefused("frozen")
    hold, is_new = PaymentHold.unscoped.get_or_create(
        instalment=held,
        household=household,
        defaults={"reason": reason.strip(), "held_by": by, "held_at": days.now()},
    )
    if is_new:
        history.record(instalment, "hold", by=by, reason=reason, details={"household": household})
    return hold


@transaction.atomic
def save(*, by: Any, instalment: Instalment) -> Instalment:
    """Write the lines of the last run and a payment per household. From here on nothing of it changes.

    Raises InstalmentRefused: "blocked" with the codes of the checks that somebody must answer first, "paid_before"
    when a child has a line of that month already (the database refuses it), "no_run", "facts_gone"; MoveRefused when
    another saved it meanwhile.
    """
    held = Instalment.unscoped.select_for_update().get(pk=instalment.pk)
    folder = last_folder(held)
    if held.state != State.COMPUTED or folder is None:
        raise workflow.MoveRefused("save", held.state)
    lines = folder / "lines.parquet"
    if not lines.exists():
        raise InstalmentRefused("facts_gone")
    blocking = [check.code for check in checks_of(held, folder) if check.is_blocking and check.open]
    if blocking:
        raise InstalmentRefused("blocked", codes=blocking)
    rules = saving.rules_digest(parameters_of(folder))
    try:
        with transaction.atomic():
            written = saving.write_lines(held, lines, rules=rules)
    except IntegrityError as error:
        raise InstalmentRefused("paid_before") from error
    if written != held.lines:
        raise InstalmentRefused("facts_gone")
    _write_payments(held, folder)
    workflow.move(held, "save", by=by, rules_digest=rules, signatures_needed=_signatures_for(held))
    return held


def _write_payments(instalment: Instalment, folder: Path) -> None:
    guardians, lines = folder / "guardians.parquet", folder / "lines.parquet"
    held = list(PaymentHold.unscoped.filter(instalment=instalment).values_list("household", flat=True))
    shares = shares_of(instalment, lines)
    adjusted = [(row.household, row.guardian, row.place_number, share) for row, share in shares]
    payments = saving.payments_of(lines, guardians, instalment=instalment.pk, held=held, adjusted=adjusted)
    saving.write_payments(payments)
    write_uses(instalment, shares)


def _signatures_for(instalment: Instalment) -> int:
    """How many people authorise so much money."""
    steps: Any = value_of("support.signatures", as_of=days.today()).value
    amount = instalment.amount or 0
    return max([step["signatures"] for step in steps if step["from"] <= amount], default=1)


@transaction.atomic
def sign(*, by: Any, instalment: Instalment, step: str) -> Signature:
    """Sign as prepared, checked or authorised, over the lines as they were saved. The instalment moves on once as
    many people signed as the step needs; one row is written, whatever the number of lines.

    Raises InstalmentRefused: "not_now" when another step is due, "signed_before" for whoever signed any step of it,
    "computed_it" when who opened or computed checks or authorises it.
    """
    held = Instalment.unscoped.select_for_update().get(pk=instalment.pk)
    if held.state != SIGNED_FROM[Step(step)]:
        raise InstalmentRefused("not_now")
    if step != Step.PREPARE and _took_part(held, by):
        raise InstalmentRefused("computed_it")
    if Signature.unscoped.filter(instalment=held, signed_by=by).exists():
        raise InstalmentRefused("signed_before")
    signature = Signature.unscoped.create(
        instalment=held,
        step=step,
        signed_by=by,
        signed_at=days.now(),
        lines_digest=held.lines_digest,
        amount=held.amount or 0,
    )
    needed = held.signatures_needed if step == Step.AUTHORISE else 1
    if Signature.unscoped.filter(instalment=held, step=step).count() >= (needed or 1):
        workflow.move(held, VERBS[Step(step)], by=by)
    else:
        history.record(held, VERBS[Step(step)], by=by, before=held.state, after=held.state)
    instalment.state = held.state
    return signature


def _took_part(instalment: Instalment, user: Any) -> bool:
    """Who opened it, began the run that was saved, or held a household."""
    return (
        instalment.opened_by_id == user.pk
        or Run.unscoped.filter(instalment=instalment, started_by=user).exists()
        or PaymentHold.unscoped.filter(instalment=instalment, held_by=user).exists()
    )


def cancel(*, by: Any, instalment: Instalment, reason: str) -> None:
    """Give up an instalment whose lines were not saved. Raises MoveRefused, ReasonMissing."""
    workflow.move(instalment, "cancel", by=by, reason=reason)
