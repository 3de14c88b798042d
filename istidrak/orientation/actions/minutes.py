"""Closing a sitting: decisions are written according to who sat, and the minutes are kept as data."""

from typing import Any

from django.db import transaction

from istidrak.base import days, workflow
from istidrak.organisations.models import Organisation
from istidrak.orientation.actions.councils import ask_council
from istidrak.orientation.actions.deciding import (
    AlreadyDecided,
    CouncilNeeded,
    decide,
    propose,
    return_decision,
    withdraw,
)
from istidrak.orientation.actions.sittings import Outcome, SittingClosed
from istidrak.orientation.models import Decision, Sitting, SittingLine
from istidrak.orientation.queries.minutes import minutes_of
from istidrak.outreach.actions import AlreadyReferred

WITH = ("person", "case__person", "case__season", "case__directorate", "receiver", "programme", "corrects__decision")


class LinesLeft(Exception):
    """`count` cases are neither chosen nor postponed: the committee says what becomes of them first."""

    def __init__(self, count: int):
        self.count = count
        super().__init__(str(count))


@transaction.atomic
def close_sitting(*, by: Any, sitting: Sitting, postpone_reason: str = "") -> Outcome:
    """Write the decisions of the sitting and its minutes; what is printed from now on is what was decided.

    A centre's committee proposes; a directorate's decides, and puts returns beyond the automatic age to the class
    council. A row that cannot be written is named and stands so in the minutes; nothing else is lost. Cases left are
    postponed for `postpone_reason`. Raises SittingClosed, LinesLeft.
    """
    held = Sitting.unscoped.select_for_update(of=("self",)).select_related("body", "season").get(pk=sitting.pk)
    if held.state != Sitting.State.OPEN:
        raise SittingClosed(sitting.pk)
    lines = SittingLine.unscoped.select_for_update(of=("self",)).filter(sitting=held).select_related(*WITH)
    left = [line for line in lines if line.state == SittingLine.State.TO_DECIDE]
    if left and not postpone_reason.strip():
        raise LinesLeft(len(left))
    for line in left:
        reason = postpone_reason.strip()
        workflow.move(line, "postpone", by=by, thread=line.person, reason=reason)
        SittingLine.unscoped.filter(pk=line.pk).update(reason=reason)
    outcome = Outcome()
    for line in lines:
        if line.state == SittingLine.State.CHOSEN:
            _write(by, held, line, outcome)
    workflow.move(held, "close", by=by, closed_by=by, closed_at=days.now(), minutes=minutes_of(held))
    sitting.refresh_from_db()
    return outcome


def _write(by: Any, sitting: Sitting, line: SittingLine, outcome: Outcome) -> None:
    """One line becomes a decision, or says why it could not."""
    problem = ""
    try:
        with transaction.atomic():
            if line.corrects and line.corrects.decision:
                _take_back(by, line)
            decision = propose(
                by=by,
                case=line.case,
                exit=line.exit,
                receiver=line.receiver,
                programme=line.programme,
                departure_reason=line.reason,
                findings=line.findings,
            )
            if sitting.body.kind == Organisation.Kind.DIRECTORATE:
                problem = _decide(by, decision)
    except AlreadyDecided:
        workflow.move(line, "leave", by=by, thread=line.person, problem="STANDING")
        outcome.refused.append((line, "STANDING"))
        return
    workflow.move(line, "write", by=by, thread=line.person, decision=decision, problem=problem)
    (outcome.refused.append((line, problem)) if problem else outcome.done.append(line))


def _take_back(by: Any, line: SittingLine) -> None:
    former = line.corrects.decision
    if former.state in Decision.STANDING:
        withdraw(by=by, decision=former, reason=line.correction_reason)


def _decide(by: Any, decision: Decision) -> str:
    """Decide, or put to the council; the code of what stands in the way, empty when nothing does."""
    try:
        with transaction.atomic():
            decide(by=by, decision=decision)
    except CouncilNeeded:
        ask_council(by=by, decision=decision, level_code=level_asked(decision))
    except AlreadyReferred:
        decision.refresh_from_db()
        return "REFERRED"
    except workflow.MoveRefused:
        decision.refresh_from_db()
        return "CLOSED_CASE"
    return ""


def level_asked(decision: Decision) -> str:
    """The class to ask a council for: the one that age opens, when it is one alone; otherwise it is the council's."""
    met = [row["level"] for row in decision.findings.get("CLASSES", []) if row["outcome"] == "MET"]
    return met[0] if len(met) == 1 else ""


@transaction.atomic
def validate_sitting(*, by: Any, sitting: Sitting) -> Outcome:
    """The directorate decides at once all that a centre's committee proposed; those returned stay returned.

    Returns beyond the automatic age go to the class council. A row that cannot be decided is named.
    """
    rows = SittingLine.unscoped.filter(
        sitting=sitting, state=SittingLine.State.WRITTEN, decision__state=Decision.State.PROPOSED
    ).select_related("decision__person", "decision__receiver", "decision__case__person", "person")
    outcome = Outcome()
    for line in rows.exclude(decision__council__state="ASKED"):
        problem = _decide(by, line.decision)
        (outcome.refused.append((line, problem)) if problem else outcome.done.append(line))
    return outcome


@transaction.atomic
def return_line(*, by: Any, line: SittingLine, remark: str) -> None:
    """Return one line of a centre's minutes with a remark. Raises MoveRefused, ReasonMissing."""
    return_decision(by=by, decision=line.decision, remark=remark)
