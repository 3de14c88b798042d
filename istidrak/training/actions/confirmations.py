"""Following those who left: intervals planned, samples drawn, tries recorded, answers given."""

import datetime as dt
import uuid as uuids
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from istidrak.accounts.models import Assignment
from istidrak.accounts.roles import CentreDirector, DirectorateOfficer, InsertionOfficer
from istidrak.base import days, history, workflow
from istidrak.base.parameters import value_of
from istidrak.organisations.models import Organisation
from istidrak.people.actions import SubmissionReused
from istidrak.programmes.models import Season
from istidrak.training.models import Confirmation, ConfirmationDraw, Enrolment, FollowUpContact, Insertion
from istidrak.training.rules.confirmation import chosen, due_date, is_lost_after

DUE = Confirmation.State.DUE
# A draw takes what falls due until then, so that the sample is known before the calls begin.
DRAWN_AHEAD = dt.timedelta(days=31)
RETRY = "training.confirmation_retry_days"
MOVE_OF = {
    Confirmation.State.CONFIRMED: "confirm",
    Confirmation.State.CHANGED: "change",
    Confirmation.State.NOT_INSERTED: "find_not_inserted",
}


class NotAsked(Exception):
    """Not in the sample, or the sample is not drawn yet: this confirmation is not asked."""


class AnswerBySameHand(Exception):
    """Whoever declared the insertion, or brought its proof, does not answer whether it still stands."""


class NothingTold(Exception):
    """An answer was given although nobody was reached: it is only an answer when somebody told it."""


class TooFewTries(Exception):
    """Lost from sight is said after tries on several days. `tried`, `needed`: numbers of days."""

    def __init__(self, tried: int, needed: int):
        self.tried, self.needed = tried, needed
        super().__init__(f"{tried} of {needed}")


class NothingToDraw(Exception):
    """No confirmation of this interval waits for a draw; what is drawn is never drawn again."""


@dataclass(frozen=True)
class Answer:
    """Where the learner stands. `state`: CONFIRMED, CHANGED (then `kind`, `where`, `since_date`) or NOT_INSERTED."""

    state: str
    standing: str = ""
    kind: str = ""
    where: str = ""
    since_date: dt.date | None = None


def _value(name: str, enrolment: Enrolment) -> Any:
    return value_of(name, as_of=days.today(), place_number=enrolment.group.centre.place_number).value


def plan_confirmations(*, by: Any, insertion: Insertion) -> None:
    """The intervals at which a verified insertion is confirmed; those it replaces are no longer asked."""
    enrolment = insertion.enrolment
    _set_aside(by, Confirmation.unscoped.filter(enrolment=enrolment, insertion__isnull=True, state=DUE))
    replaced = Confirmation.unscoped.filter(successor=insertion).values("insertion")
    _set_aside(by, Confirmation.unscoped.filter(insertion__in=replaced, state=DUE))
    is_drawn = True if _value("training.confirmation_share", enrolment) >= 100 else None
    _plan(enrolment, insertion, insertion.since_date, is_drawn)


def plan_follow_up(*, by: Any, enrolment: Enrolment) -> None:
    """The intervals at which somebody who completed without a verified insertion is asked for: all, no sample."""
    verified = Insertion.unscoped.filter(enrolment=enrolment, state=Insertion.State.VERIFIED)
    if enrolment.left_date and not verified.exists():
        _plan(enrolment, None, enrolment.left_date, True)


def _plan(enrolment: Enrolment, insertion: Insertion | None, since: dt.date, is_drawn: bool | None) -> None:
    rows = [
        Confirmation(
            person_id=enrolment.person_id,
            enrolment=enrolment,
            insertion=insertion,
            months=months,
            due_date=due_date(since, months),
            is_drawn=is_drawn,
        )
        for months in _value("training.confirmation_months", enrolment)
    ]
    # An insertion is verified once and a programme completed once; what is there already stays as it is.
    Confirmation.unscoped.bulk_create(rows, ignore_conflicts=True)


def _set_aside(by: Any, rows: Any) -> None:
    for row in rows.select_related("person"):
        workflow.move(row, "set_aside", by=by, thread=row.person)


@transaction.atomic
def record_follow_up(
    *,
    by: Any,
    confirmation: Confirmation,
    submission: uuids.UUID,
    kind: str,
    result: str,
    date: dt.date,
    note: str = "",
    answer: Answer | None = None,
) -> FollowUpContact:
    """One try to reach somebody who left, and what was learnt, if anything. A form sent twice writes once.

    Without news the next try is due some days later (`training.confirmation_retry_days`).
    Raises NotAsked, NothingTold, MoveRefused (answered meanwhile), AlreadyDeclared (the other insertion),
    SubmissionReused, AnswerBySameHand (an answer by who declared it).
    """
    if known := FollowUpContact.unscoped.filter(submission=submission).first():
        sent = (confirmation.pk, kind, result, date, note, by.pk)
        columns = ("confirmation_id", "kind", "result", "date", "note", "made_by_id")
        if sent != tuple(getattr(known, name) for name in columns):
            raise SubmissionReused
        return known
    if not confirmation.is_drawn:
        raise NotAsked(confirmation.pk)
    has_news = result in FollowUpContact.TELLS
    if answer and not has_news:
        raise NothingTold(result)
    if answer:
        _by_another(by, confirmation)
    next_try = None if has_news else date + dt.timedelta(days=_value(RETRY, confirmation.enrolment))
    still = Confirmation.unscoped.filter(pk=confirmation.pk, state=DUE).update(next_try_date=next_try)
    if not still:
        confirmation.refresh_from_db(fields=["state"])
        raise workflow.MoveRefused("record_follow_up", confirmation.state)
    contact = FollowUpContact.unscoped.create(
        submission=submission,
        confirmation=confirmation,
        person_id=confirmation.person_id,
        kind=kind,
        result=result,
        date=date,
        note=note,
        made_by=by,
        recorded_at=days.now(),
    )
    details = {"result": result, "date": date.isoformat()}
    history.record(confirmation, "record_follow_up", by=by, thread=confirmation.person, details=details)
    if answer:
        _answer(by, confirmation, answer)
    return contact


def _by_another(by: Any, confirmation: Confirmation) -> None:
    if is_for_another(by, confirmation):
        raise AnswerBySameHand(confirmation.pk)


def is_for_another(user: Any, confirmation: Confirmation) -> bool:
    """True when the answer is not the user's to give: theirs is the declaration, and somebody else may answer."""
    return is_own(user, confirmation) and has_other_holder(user, confirmation)


def is_own(user: Any, confirmation: Confirmation) -> bool:
    """True when the user declared the insertion or brought its proof."""
    insertion = confirmation.insertion
    return insertion is not None and user.pk in (insertion.declared_by_id, insertion.proved_by_id)


def has_other_holder(user: Any, confirmation: Confirmation) -> bool:
    """True when somebody else may answer: an officer or director of the centre, or the directorate around it.

    No text says who confirms; where nobody else is there, a declarer's answer is better than none.
    """
    centre = confirmation.enrolment.group.centre
    of_place = Q(
        organisation__place__low__lte=centre.place_number, organisation__place__high__gte=centre.place_number
    )
    of_directorate = Q(role=DirectorateOfficer.code) & (of_place if centre.place_number is not None else Q(pk=None))
    of_centre = Q(role__in=[InsertionOfficer.code, CentreDirector.code], organisation=centre)
    rows = Assignment.objects.in_force(days.today()).filter(of_centre | of_directorate, user__is_active=True)
    return rows.exclude(user=user.pk).exists()


def _answer(by: Any, confirmation: Confirmation, answer: Answer) -> None:
    from istidrak.training.actions.insertions import declare_insertion  # the two call each other

    columns: dict[str, Any] = {"answered_by": by, "answered_at": days.now()}
    if answer.state == Confirmation.State.CHANGED:
        columns["successor"] = declare_insertion(
            by=by,
            enrolment=confirmation.enrolment,
            kind=answer.kind,
            since_date=answer.since_date,
            where=answer.where,
        )
    if answer.state == Confirmation.State.NOT_INSERTED:
        columns["standing"] = answer.standing
    workflow.move(confirmation, MOVE_OF[answer.state], by=by, thread=confirmation.person, **columns)


@transaction.atomic
def lose(*, by: Any, confirmation: Confirmation, reason: str) -> None:
    """Lost from sight, after tries on several days: a result too. Raises TooFewTries, AnswerBySameHand, MoveRefused,
    ReasonMissing.
    """
    _by_another(by, confirmation)
    contacts = FollowUpContact.unscoped.filter(confirmation=confirmation)
    tries = contacts.exclude(result__in=FollowUpContact.TELLS).values_list("date", flat=True)
    needed = _value("training.confirmation_tries", confirmation.enrolment)
    if not is_lost_after(tries, needed):
        raise TooFewTries(len(set(tries)), needed)
    workflow.move(
        confirmation, "lose", by=by, thread=confirmation.person, reason=reason, answered_by=by, answered_at=days.now()
    )


@transaction.atomic
def ask_again(*, by: Any, confirmation: Confirmation, reason: str = "") -> None:
    """Found again, or answered by mistake: to confirm again, the tries stay. Raises MoveRefused, ReasonMissing."""
    verb = "find_again" if confirmation.state == Confirmation.State.LOST else "ask_again"
    workflow.move(
        confirmation,
        verb,
        by=by,
        thread=confirmation.person,
        reason=reason,
        standing="",
        answered_by=None,
        answered_at=None,
    )


@transaction.atomic
def draw_sample(*, by: Any, season: Season, directorate: Organisation, months: int) -> ConfirmationDraw:
    """Draw which verified insertions of a directorate are confirmed at an interval: a new round, never a new draw.

    Takes those that fall due within 31 days and were in no earlier round; the share is
    `training.confirmation_share` of the day, at least one of each centre. Raises NothingToDraw.
    """
    waiting = _waiting(season, directorate, months)
    by_centre: dict[str, list[str]] = {}
    for row in waiting:
        by_centre.setdefault(row.enrolment.group.centre.code, []).append(str(row.uuid))
    if not by_centre:
        raise NothingToDraw
    place = directorate.place_number
    share = value_of("training.confirmation_share", as_of=days.today(), place_number=place).value
    of_interval = ConfirmationDraw.unscoped.filter(season=season, directorate=directorate, months=months)
    number = (of_interval.aggregate(last=Max("round"))["last"] or 0) + 1
    seed = f"{season.year}|{directorate.code}|{months}|{number}"
    taken = chosen(seed, share, by_centre)
    try:
        with transaction.atomic():
            draw = ConfirmationDraw.unscoped.create(
                season=season,
                directorate=directorate,
                months=months,
                round=number,
                share=share,
                seed=seed,
                population=len(waiting),
                drawn=len(taken),
                by_centre={code: [len(ids), len(taken & set(ids))] for code, ids in by_centre.items()},
                drawn_by=by,
                drawn_at=days.now(),
            )
    except IntegrityError as error:  # somebody drew this round at the same moment
        raise NothingToDraw from error
    for is_drawn in (True, False):
        ids = [row.pk for row in waiting if (str(row.uuid) in taken) is is_drawn]
        Confirmation.unscoped.filter(pk__in=ids).update(is_drawn=is_drawn, draw=draw)
    history.record(draw, "draw_sample", by=by, details={"seed": seed, "of": len(waiting), "drawn": len(taken)})
    return draw


def _waiting(season: Season, directorate: Organisation, months: int) -> list[Confirmation]:
    low, high = directorate.place.span if directorate.place else (-1, -1)
    rows = Confirmation.unscoped.filter(
        state=DUE,
        is_drawn__isnull=True,
        insertion__isnull=False,
        months=months,
        due_date__lte=days.today() + DRAWN_AHEAD,
        enrolment__group__season=season,
        enrolment__group__centre__place_number__range=(low, high),
    )
    return list(rows.select_related("enrolment__group__centre").order_by("pk"))
