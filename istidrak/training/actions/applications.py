"""Requests for a place: received, studied, answered."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation

from istidrak.base import days, history, workflow
from istidrak.base.rules import Decision as RuleDecision
from istidrak.base.rules import Outcome
from istidrak.organisations.models import Organisation
from istidrak.orientation.models import Decision
from istidrak.outreach import actions as outreach
from istidrak.outreach.models import Referral
from istidrak.people import actions as people
from istidrak.people.actions.ties import survivor_of
from istidrak.people.models import Person
from istidrak.programmes.models import Programme, Season
from istidrak.training.actions.days import refuse_bad_day
from istidrak.training.facts.applications import acceptance_of, directorate_of, open_places
from istidrak.training.models import Application, Group


class AlreadyApplied(Exception):
    """The person has an open request for this programme of the centre; `application` is that one."""

    def __init__(self, application: Application):
        self.application = application
        super().__init__(application.pk)


class NotAcceptable(Exception):
    """A condition of acceptance is not met or not known, and no reason of exception was written."""

    def __init__(self, findings: RuleDecision):
        self.findings = findings
        super().__init__(findings.outcome)


class NoPlaceLeft(Exception):
    """Every place of the programme in the centre is held or promised."""


def receive_application(
    *,
    by: Any,
    centre: Organisation,
    programme: Programme,
    season: Season,
    requested_date: dt.date,
    submission: uuid.UUID,
    person: Person | None = None,
    facts: Mapping[str, Any] | None = None,
    decision: Decision | None = None,
    no_massar_reason: str = "",
    next_step: str = "",
    next_step_date: dt.date | None = None,
) -> Application:
    """Pre-register a person whom the centre sees, or somebody new (`facts` as `record_by_hand` takes them).

    Somebody new also gets a case of the directorate in the season, so that they count among those found, and likely
    same persons are looked for, in a transaction apart. The same `submission` again gives the first request. Raises
    AlreadyApplied, BadDay, SubmissionReused; ValueError when neither person nor facts are given.
    """
    if person is None and not facts:
        raise ValueError("an application is somebody's")
    before = Application.unscoped.filter(submission=submission).first()
    if before is not None:
        _refuse_another(before, by, person, facts, centre, programme)
        return before
    refuse_bad_day(requested_date, season=season)
    directorate = directorate_of(centre)
    with transaction.atomic():
        record = None
        if person is None:
            record = people.record_by_hand(by=by, season=season, facts=facts or {}, submission=submission)
            person = record.person
            if directorate is not None:
                outreach.open_case(by=by, person=person, season=season, directorate=directorate)
        application = Application(
            person=people.held(person),
            centre=centre,
            programme=programme,
            season=season,
            origin=_origin_of(person, centre, decision),
            decision=decision,
            requested_date=requested_date,
            no_massar_reason="" if person.massar_code else no_massar_reason,
            next_step=next_step,
            next_step_date=next_step_date,
            submission=submission,
            received_by=by,
            received_at=days.now(),
        )
        _write(by, application)
    if record is not None and directorate is not None:
        people.find_candidates(by=by, records=[record], directorate=directorate)
        application.refresh_from_db()  # held by the code to be somebody known, the request follows
    return application


def _refuse_another(
    before: Application,
    by: Any,
    person: Person | None,
    facts: Mapping[str, Any] | None,
    centre: Organisation,
    programme: Programme,
) -> None:
    is_same = (before.received_by_id, before.centre_id, before.programme_id) == (by.pk, centre.pk, programme.pk)
    if not is_same or (person is not None and before.person_id != survivor_of(person).pk):
        raise people.SubmissionReused
    if person is None:  # the record says whether it is the same person that is told
        people.record_by_hand(by=by, season=before.season, facts=facts or {}, submission=before.submission)


def _origin_of(person: Person, centre: Organisation, decision: Decision | None) -> str:
    if decision is not None:
        return Application.Origin.DECISION
    sent = Referral.unscoped.filter(case__person=person, receiver=centre, state__in=Referral.AWAITED)
    return Application.Origin.REFERRAL if sent.exists() else Application.Origin.WALK_IN


def _write(by: Any, application: Application) -> None:
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError as error:
        standing = Application.unscoped.filter(
            person=application.person,
            centre=application.centre,
            programme=application.programme,
            season=application.season,
            state__in=Application.OPEN_STATES,
        ).first()
        if standing is None:
            raise
        raise AlreadyApplied(standing) from error
    people.tie(by=by, person=application.person, reason="APPLIED", organisation=application.centre)
    history.record(application, "pre_register", by=by, thread=application.person, after=application.state)


def study(*, by: Any, application: Application) -> None:
    """The request is being studied. Raises MoveRefused."""
    workflow.move(application, "study", by=by, thread=application.person)


@transaction.atomic
def accept(*, by: Any, application: Application, exception_reason: str = "") -> None:
    """Promise a place; the conditions are kept as they stand today.

    A condition that is not met or not known blocks, unless a reason of exception is written: it is kept and shown.
    Raises NotAcceptable, NoPlaceLeft, MoveRefused.
    """
    _lock_places(application)
    findings = acceptance_of(application, days.today())
    exception = exception_reason.strip() if findings.outcome != Outcome.MET else ""
    if findings.outcome != Outcome.MET and not exception:
        raise NotAcceptable(findings)
    if open_places(application.centre, application.programme, application.season) == 0:
        raise NoPlaceLeft(application.pk)
    with translation.override("en"):  # as orientation keeps its findings: said in the reader's language by pages
        kept = findings.as_json()
    workflow.move(
        application,
        "accept",
        by=by,
        thread=application.person,
        reason=exception,
        findings=kept,
        exception_reason=exception,
        moved_to=None,
        move_reason="",
    )


def _lock_places(application: Application) -> None:
    # The groups of the programme are locked by an update, as for a place in a group: two directors who accept at once
    # do not promise the last place twice.
    groups = Group.unscoped.filter(
        centre=application.centre_id, programme=application.programme_id, season=application.season_id
    )
    for pk in groups.order_by("pk").values_list("pk", flat=True):
        Group.unscoped.filter(pk=pk).update(name=F("name"))


def put_on_waiting_list(*, by: Any, application: Application) -> None:
    """No place now: the request waits in its order. Raises MoveRefused."""
    workflow.move(application, "wait", by=by, thread=application.person, exception_reason="")


@transaction.atomic
def answer_no(
    *, by: Any, application: Application, verb: str, reason: str, other_possibility: str = "", **step: Any
) -> None:
    """`refuse`, `direct_elsewhere` or `withdraw`, with a reason; `other_possibility` is printed for the family.

    `step`: next_step and next_step_date, when something else is agreed. Raises MoveRefused, ReasonMissing; KeyError
    for another verb.
    """
    if verb not in {"refuse", "direct_elsewhere", "withdraw"}:
        raise KeyError(verb)
    workflow.move(
        application,
        verb,
        by=by,
        thread=application.person,
        reason=reason,
        answer_reason=reason.strip(),
        other_possibility=other_possibility.strip(),
        moved_to=None,
        move_reason="",
        **{"next_step": "", "next_step_date": None, **step},
    )


@transaction.atomic
def examine_again(*, by: Any, application: Application, reason: str) -> None:
    """A request that was answered no is studied again. Raises MoveRefused, ReasonMissing, AlreadyApplied."""
    try:
        with transaction.atomic():
            workflow.move(
                application,
                "examine_again",
                by=by,
                thread=application.person,
                reason=reason,
                answer_reason="",
                other_possibility="",
            )
    except IntegrityError as error:  # another request for the same place was opened since
        application.refresh_from_db()
        standing = Application.unscoped.filter(
            person=application.person_id,
            centre=application.centre_id,
            programme=application.programme_id,
            season=application.season_id,
            state__in=Application.OPEN_STATES,
        )
        raise AlreadyApplied(standing.get()) from error


class NotWaiting(Exception):
    """The request is not, or no longer, on the waiting list."""


@transaction.atomic
def move_on_waiting_list(*, by: Any, application: Application, place: int | None, reason: str) -> None:
    """Give a place by hand on the waiting list, from 1; None goes back to the order of the criteria.

    Raises ReasonMissing, NotWaiting; ValueError for a place under 1.
    """
    if not reason.strip():
        raise workflow.ReasonMissing("move_on_waiting_list")
    if place is not None and place < 1:
        raise ValueError("places begin at 1")
    waiting = Application.unscoped.filter(pk=application.pk, state=Application.State.WAITING)
    if not waiting.update(moved_to=place, move_reason=reason.strip() if place else ""):
        raise NotWaiting(application.pk)
    application.moved_to, application.move_reason = place, reason.strip() if place else ""
    history.record(
        application,
        "move_on_waiting_list",
        by=by,
        thread=application.person,
        reason=reason.strip(),
        details={"place": place},
    )
