"""A case sent to a school, a centre or a training body, until the receiver confirms that the person arrived."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F

from istidrak.base import days, history, workflow
from istidrak.base.parameters import value_of
from istidrak.organisations.models import Organisation
from istidrak.outreach.actions.following import NO_STEP, locked, set_next_step
from istidrak.outreach.models import Case, Referral
from istidrak.outreach.rules import referrals as rules
from istidrak.people import actions as people
from istidrak.people.models import Person, Tie
from istidrak.schooling import actions as schooling

RECEIVERS = (Organisation.Kind.SCHOOL, Organisation.Kind.CENTRE, Organisation.Kind.TRAINING_BODY)


class NotAReceiver(ValueError):
    """Young people are sent to schools, centres and training bodies."""


class AlreadyReferred(workflow.MoveRefused):
    """Another receiver is awaited to answer; `referral` says which."""

    def __init__(self, referral: Referral):
        self.referral = referral
        super().__init__("refer", Case.State.REFERRED)


class NotConfirmable(Exception):
    """The arrival cannot be confirmed yet: `problem` is TOO_EARLY (`from_day`) or TOO_FEW_SESSIONS (`needed`)."""

    def __init__(self, problem: str, from_day: dt.date | None, needed: int):
        self.problem, self.from_day, self.needed = problem, from_day, needed
        super().__init__(problem)


class BadDay(Exception):
    """A day of arrival that is still to come, or a day to be awaited that has passed."""


def number_of(name: str, receiver: Organisation, as_of: dt.date) -> int:
    """The parameter `outreach.<name>` at the receiver's place."""
    return int(value_of(f"outreach.{name}", as_of=as_of, place_number=receiver.place_number).value)


@transaction.atomic
def refer(*, by: Any, case: Case, receiver: Organisation, due_date: dt.date | None = None) -> Referral:
    """Send a case to a receiver, who from now on sees the person, and awaits them until `due_date`.

    Without `due_date`, `outreach.arrival_delay_days` from today. Sent again to the same receiver, the referral that
    waits is returned. Raises AlreadyReferred, NotAReceiver, BadDay, MoveRefused.
    """
    if receiver.kind not in RECEIVERS:
        raise NotAReceiver(receiver.kind)
    locked(case)
    today = days.today()
    awaiting = Referral.unscoped.filter(case=case, state__in=Referral.AWAITED)
    awaited = awaiting.select_related("receiver").first()
    if awaited is not None:
        if awaited.receiver_id == receiver.pk:
            return awaited
        raise AlreadyReferred(awaited)
    due = due_date or rules.due_on(today, number_of("arrival_delay_days", receiver, today))
    if due < today:
        raise BadDay
    workflow.move(case, "refer", by=by, thread=case.person, **NO_STEP)
    referral = Referral.unscoped.create(case=case, receiver=receiver, sent_date=today, due_date=due, sent_by=by)
    history.record(referral, "send", by=by, after=referral.state, details={"receiver": receiver.code})
    people.tie(by=by, person=case.person, reason=Tie.Reason.REFERRED, organisation=receiver)
    return referral


@transaction.atomic
def answer_referral(*, by: Any, referral: Referral, verb: str, reason: str = "", on: dt.date | None = None) -> None:
    """What the receiver says, or the officer in their place: `accept`, `refuse` (with a reason), `arrive` (on a day,
    today without one), `confirm`, `give_up` (never came).

    Refused or never came: the receiver's tie ends and the case is followed again, without a next step. Confirmed:
    the case is closed as arrived, and a school has the person as its pupil. Raises MoveRefused, ReasonMissing,
    NotConfirmable, BadDay; KeyError for another verb.
    """
    case = locked(referral.case)
    if verb == "confirm":
        _confirm(by, referral, case, days.today(), reason)
    elif verb == "arrive":
        _arrive(by, referral, on or days.today(), reason)
    elif verb in {"refuse", "give_up"}:
        columns = {"refusal_reason": reason.strip()} if verb == "refuse" else {}
        workflow.move(referral, verb, by=by, thread=case.person, reason=reason, **columns)
        _take_back(by, referral, case)
    else:
        workflow.move(referral, verb, by=by, thread=case.person, reason=reason)


@transaction.atomic
def never_came(*, by: Any, referral: Referral, next_step: str, next_step_date: dt.date, reason: str = "") -> None:
    """Give up a referral and say at once what is done next, so that nobody is lost between the two.

    Raises as `answer_referral`, and BadContact for a next step without words or day.
    """
    answer_referral(by=by, referral=referral, verb="give_up", reason=reason)
    set_next_step(by=by, case=referral.case, next_step=next_step, next_step_date=next_step_date)


def _arrive(by: Any, referral: Referral, on: dt.date, reason: str = "") -> None:
    if on > days.today():
        raise BadDay
    workflow.move(referral, "arrive", by=by, thread=referral.case.person, reason=reason, arrived_date=on)


def _take_back(by: Any, referral: Referral, case: Case) -> None:
    people.untie(by=by, person=case.person, reason=Tie.Reason.REFERRED, organisation=referral.receiver)
    if case.state == Case.State.REFERRED:
        workflow.move(case, "take_back", by=by, thread=case.person, **NO_STEP)


def _confirm(by: Any, referral: Referral, case: Case, as_of: dt.date, reason: str = "") -> None:
    receiver = referral.receiver
    needed = number_of("arrival_sessions", receiver, as_of)
    month = number_of("school_month_days", receiver, as_of)
    arrived = referral.arrived_date
    problem = rules.confirmation_problem(receiver.kind, referral.sessions_attended, arrived, needed, month, as_of)
    if problem and referral.state == Referral.State.ARRIVED:
        raise NotConfirmable(problem, rules.confirmable_from(arrived, month) if arrived else None, needed)
    workflow.move(referral, "confirm", by=by, thread=case.person, reason=reason)
    workflow.move(case, "arrive", by=by, thread=case.person, **NO_STEP)
    if receiver.kind == Organisation.Kind.SCHOOL:
        schooling.record_stay(
            by=by,
            person=case.person,
            # One who arrives after the summer is a pupil of the year that has begun.
            school_year=days.school_year_of(arrived) if arrived else case.season.year,
            organisation=receiver,
            status="REINTEGRATED",
            since=arrived,
        )


def _awaited(person: Person, receiver: Organisation) -> Referral | None:
    """The referral of a person that waits at a receiver, locked."""
    rows = Referral.unscoped.select_for_update().select_related("case__person", "case__season", "receiver")
    return rows.filter(case__person=person, receiver=receiver, state__in=Referral.AWAITED).order_by("-pk").first()


@transaction.atomic
def arrive_in(*, by: Any, person: Person, organisation: Organisation, on: dt.date) -> Referral | None:
    """The person has come to a body (they were enrolled there): the referral that waits there is answered.

    Somebody who came without being sent, and whose case is open, is referred the same day: otherwise the sessions
    would count for nothing and the case would stay on the officer's list. None when there is no open case.
    """
    referral = _awaited(person, organisation)
    if referral is None:
        case = (
            Case.unscoped.filter(person=person, state__in=set(Case.OPEN_STATES) - {Case.State.REFERRED})
            .select_related("season", "directorate", "person")
            .order_by("-season__year", "-pk")
            .first()
        )
        if case is None or organisation.kind not in RECEIVERS:
            return None
        referral = refer(by=by, case=case, receiver=organisation)
    if referral.state in rules.NOT_THERE:
        _arrive(by, referral, min(on, days.today()))
    return referral


@transaction.atomic
def attend_session(*, by: Any, person: Person, centre: Organisation, on: dt.date) -> Referral | None:
    """Count a session attended in a centre; after `outreach.arrival_sessions` of them the arrival is confirmed.

    Called once for each session and person. None when no referral of the person waits at this centre.
    """
    referral = _awaited(person, centre)
    if referral is None:
        return None
    if referral.state in rules.NOT_THERE:
        _arrive(by, referral, min(on, days.today()))
    Referral.unscoped.filter(pk=referral.pk).update(sessions_attended=F("sessions_attended") + 1)
    referral.sessions_attended += 1
    history.record(referral, "attend_session", by=by, thread=person, details={"on": on.isoformat()})
    if rules.has_attended_enough(referral.sessions_attended, number_of("arrival_sessions", centre, on)):
        _confirm(by, referral, locked(referral.case), on)
    return referral
