"""Holding a sitting: its agenda, its choices, its minutes. Validating what a centre's committee proposed."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from istidrak.base import days, history, workflow
from istidrak.base.parameters import value_of
from istidrak.organisations.models import Organisation
from istidrak.orientation.models import Decision, Exit, Sitting, SittingLine, SittingMember
from istidrak.orientation.queries.exits import kept_of
from istidrak.orientation.rules import departs_from_aid
from istidrak.orientation.rules.places import go_together
from istidrak.outreach.models import Case
from istidrak.people.actions import SubmissionReused, refuse_other
from istidrak.programmes.models import Programme, Season


class SittingClosed(Exception):
    """The minutes are written: nothing of this sitting changes any more."""


class LineRefused(Exception):
    """A line cannot take this.

    `problem`: CHANGED (by somebody else meanwhile), STANDING (another decision stands), REASON (a departure
    without its reason), PLACE (no receiver or programme), ELSEWHERE (on another open agenda), FULL (the agenda is),
    CLOSED_CASE (the case is not open), REFERRED (another receiver is awaited), NOT_STANDING.
    """

    def __init__(self, problem: str):
        self.problem = problem
        super().__init__(problem)


@dataclass(frozen=True)
class Member:
    """Who sits: name, function, and part (CHAIR, SECRETARY, MEMBER)."""

    name: str
    function: str = ""
    part: str = SittingMember.Part.MEMBER


@dataclass(frozen=True)
class Choice:
    """What the committee chooses for a line, as the page showed it (`version`)."""

    line: uuid.UUID
    version: int
    exit: str
    receiver: Organisation | None
    programme: Programme | None = None
    reason: str = ""


@dataclass
class Outcome:
    """Rows that were written, those that were so already, and those refused with their problem."""

    done: list[Any] = field(default_factory=list)
    already: list[Any] = field(default_factory=list)
    refused: list[tuple[Any, str]] = field(default_factory=list)


@transaction.atomic
def open_sitting(
    *,
    by: Any,
    season: Season,
    body: Organisation,
    held_date: dt.date,
    held_at: str,
    members: Sequence[Member],
    submission: uuid.UUID,
    receiver: Organisation | None = None,
) -> Sitting:
    """Open a sitting, numbered after the last of this body in the season. The same `submission` is one sitting.

    A centre receives its own; a directorate may name the centre that receives unless a line says otherwise.
    Raises SubmissionReused when the form comes again with something else.
    """
    receiver = body if body.kind == Organisation.Kind.CENTRE else receiver
    sent = {"season": season, "body": body, "held_date": held_date, "held_at": held_at, "receiver": receiver}
    if before := Sitting.unscoped.filter(submission=submission).first():
        refuse_other(before, **sent, opened_by=by)
        kept = before.members.order_by("position")
        if [Member(m.name, m.function, m.part) for m in kept] != list(members):
            raise SubmissionReused
        return before
    Organisation.objects.select_for_update().get(pk=body.pk)  # two sittings opened at once get two numbers
    last = Sitting.unscoped.filter(season=season, body=body).aggregate(last=Max("number"))["last"] or 0
    sitting = Sitting.unscoped.create(
        **sent,
        number=last + 1,
        submission=submission,
        opened_by=by,
        opened_at=days.now(),
    )
    SittingMember.objects.bulk_create(
        SittingMember(sitting=sitting, position=at, name=m.name, function=m.function, part=m.part)
        for at, m in enumerate(members, start=1)
    )
    history.record(sitting, "open_sitting", by=by, details={"number": sitting.number})
    return sitting


def _locked(sitting: Sitting) -> Sitting:
    """The sitting as it stands, held until the end. Raises SittingClosed."""
    held = Sitting.unscoped.select_for_update(of=("self",)).select_related("body", "season").get(pk=sitting.pk)
    if held.state != Sitting.State.OPEN:
        raise SittingClosed(sitting.pk)
    return held


@transaction.atomic
def put_on_agenda(*, by: Any, sitting: Sitting, cases: Iterable[Case]) -> Outcome:
    """Put cases on the agenda, up to `orientation.sitting_cases`; those that cannot are named, the others stay.

    Problems: STANDING, ELSEWHERE, FULL, CLOSED_CASE. Raises SittingClosed.
    """
    _locked(sitting)
    most = int(value_of("orientation.sitting_cases", as_of=days.today()).value)
    lines = SittingLine.unscoped.filter(sitting=sitting)
    known = set(lines.exclude(state=SittingLine.State.TAKEN_OFF).values_list("case", flat=True))
    next_position = (lines.aggregate(last=Max("position"))["last"] or 0) + 1
    outcome = Outcome()
    for case in cases:
        if case.pk in known:
            outcome.already.append(case)
            continue
        try:
            if len(known) >= most:
                raise LineRefused("FULL")
            _put(by, sitting, case, next_position)
        except LineRefused as refusal:
            outcome.refused.append((case, refusal.problem))
        else:
            outcome.done.append(case)
            known.add(case.pk)
            next_position += 1
    return outcome


def _put(by: Any, sitting: Sitting, case: Case, position: int, corrects: SittingLine | None = None) -> SittingLine:
    if case.state not in Case.OPEN_STATES and corrects is None:
        raise LineRefused("CLOSED_CASE")
    if corrects is None and _standing(case):
        raise LineRefused("STANDING")
    off = SittingLine.unscoped.filter(sitting=sitting, case=case, state=SittingLine.State.TAKEN_OFF)
    try:
        with transaction.atomic():
            if (line := off.first()) is not None:  # taken off by mistake, and put back
                SittingLine.unscoped.filter(pk=line.pk).update(
                    state=SittingLine.State.TO_DECIDE, version=F("version") + 1, corrects=corrects
                )
            else:
                line = SittingLine.unscoped.create(
                    sitting=sitting, case=case, person_id=case.person_id, position=position, corrects=corrects
                )
    except IntegrityError as error:
        raise LineRefused("ELSEWHERE") from error
    details = {"sitting": sitting.number, "corrects": corrects.sitting.number if corrects else None}
    history.record(line, "put_on_agenda", by=by, thread=case.person, details=details)
    return line


def _standing(case: Case) -> Decision | None:
    return Decision.unscoped.filter(case=case, state__in=Decision.STANDING).first()


@transaction.atomic
def choose(*, by: Any, sitting: Sitting, choices: Sequence[Choice]) -> Outcome:
    """Keep what the committee chooses, with the findings as they stand; each row by itself.

    The same choice again is written once; a row that somebody changed since it was shown, or that cannot be chosen,
    is named with its problem (LineRefused) and nothing else is lost. Raises SittingClosed.
    """
    _locked(sitting)
    rows = (
        SittingLine.unscoped.select_for_update(of=("self",))
        .filter(sitting=sitting, uuid__in=[choice.line for choice in choices])
        .select_related("person", "case__person", "case__season", "case__directorate__place", "corrects")
    )
    lines = {line.uuid: line for line in rows}
    kept = kept_of([line.case for line in lines.values()], days.today())
    standing = set(
        Decision.unscoped.filter(
            case__in=[line.case_id for line in lines.values()], state__in=Decision.STANDING
        ).values_list("pk", "case")
    )
    outcome = Outcome()
    for choice in choices:
        line = lines.get(choice.line)
        if line is None:
            outcome.refused.append((None, "CHANGED"))
        elif _is_same(line, choice):
            outcome.already.append(line)
        else:
            try:
                _choose(by, line, choice, kept[line.case_id], standing)
            except LineRefused as refusal:
                outcome.refused.append((line, refusal.problem))
            else:
                outcome.done.append(line)
    return outcome


def _is_same(line: SittingLine, choice: Choice) -> bool:
    chosen = (line.exit, line.receiver_id, line.programme_id, line.reason)
    asked = (
        *(choice.exit, choice.receiver and choice.receiver.pk, choice.programme and choice.programme.pk),
        choice.reason.strip(),
    )
    return line.state == SittingLine.State.CHOSEN and chosen == asked


def _choose(by: Any, line: SittingLine, choice: Choice, kept: dict[str, Any], standing: set[tuple[int, int]]) -> None:
    if line.version != choice.version:
        raise LineRefused("CHANGED")
    corrected = line.corrects.decision_id if line.corrects else None
    if any(case == line.case_id and decision != corrected for decision, case in standing):
        raise LineRefused("STANDING")
    low, high = line.case.directorate.place.span
    receiver, programme = choice.receiver, choice.programme
    is_here = receiver is not None and low <= (receiver.place_number or 0) <= high
    if not is_here or not go_together(choice.exit, receiver and receiver.kind, programme and programme.code):
        raise LineRefused("PLACE")
    departs = departs_from_aid({code: kept[code]["outcome"] for code in Exit.values}, choice.exit)
    if departs and not choice.reason.strip():
        raise LineRefused("REASON")
    _move(
        by,
        line,
        "choose",
        exit=choice.exit,
        receiver=choice.receiver,
        programme=choice.programme,
        findings=kept,
        follows_aid=kept[choice.exit]["outcome"] == "MET",
        reason=choice.reason.strip(),
    )


def _move(by: Any, line: SittingLine, verb: str, reason: str = "", **columns: Any) -> None:
    """A move of a line, its version grown and its reason kept. Raises LineRefused when it was moved meanwhile."""
    try:
        workflow.move(line, verb, by=by, thread=line.person, reason=reason, version=line.version + 1, **columns)
    except workflow.MoveRefused as error:
        raise LineRefused("CHANGED") from error
    SittingLine.unscoped.filter(pk=line.pk).update(reason=reason.strip())


@transaction.atomic
def postpone_line(*, by: Any, line: SittingLine, version: int, reason: str) -> None:
    """Leave a case for another sitting, with the reason. Raises SittingClosed, LineRefused, ReasonMissing."""
    _turn(by, line, version, "postpone", reason)


@transaction.atomic
def reconsider_line(*, by: Any, line: SittingLine, version: int) -> None:
    """Take a choice or a postponement back while the sitting is held. Raises SittingClosed, LineRefused."""
    _turn(by, line, version, "reconsider", "")


@transaction.atomic
def take_off_agenda(*, by: Any, line: SittingLine, version: int, reason: str) -> None:
    """Take a case off the agenda, with the reason. Raises SittingClosed, LineRefused, ReasonMissing."""
    _turn(by, line, version, "take_off", reason)


def _turn(by: Any, line: SittingLine, version: int, verb: str, reason: str) -> None:
    _locked(line.sitting)
    held = SittingLine.unscoped.select_for_update(of=("self",)).select_related("person").get(pk=line.pk)
    if held.version != version:
        raise LineRefused("CHANGED")
    nothing = {"exit": "", "receiver": None, "programme": None, "findings": {}, "follows_aid": None}
    try:
        with transaction.atomic():
            _move(by, held, verb, reason, **nothing)
    except IntegrityError as error:
        raise LineRefused("ELSEWHERE") from error


@transaction.atomic
def correct_line(*, by: Any, sitting: Sitting, line: SittingLine, reason: str) -> SittingLine:
    """Put a line of earlier minutes on the agenda of an open sitting: the minutes stay as they are.

    The former decision is withdrawn when the new one is written. Raises SittingClosed, LineRefused (NOT_STANDING,
    ELSEWHERE), ReasonMissing.
    """
    _locked(sitting)
    if not reason.strip():
        raise workflow.ReasonMissing("correct")
    if line.decision is None or line.decision.state not in Decision.STANDING:
        raise LineRefused("NOT_STANDING")
    last = SittingLine.unscoped.filter(sitting=sitting).aggregate(last=Max("position"))["last"] or 0
    put = _put(by, sitting, line.case, last + 1, corrects=line)
    SittingLine.unscoped.filter(pk=put.pk).update(correction_reason=reason.strip())
    return put
