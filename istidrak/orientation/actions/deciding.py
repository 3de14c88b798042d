"""Proposing, deciding, returning and withdrawing an orientation."""

from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, history, workflow
from istidrak.organisations.models import Organisation
from istidrak.orientation.models import CouncilRequest, Decision, Exit
from istidrak.orientation.queries.exits import kept_for
from istidrak.orientation.rules import departs_from_aid
from istidrak.outreach import actions as outreach
from istidrak.outreach.models import Case
from istidrak.programmes.models import Programme


class DepartureNeedsReason(Exception):
    """The chosen exit is not open by its criteria: choosing it all the same needs a written reason."""


class AlreadyDecided(Exception):
    """Another decision stands for this case."""


class CouncilNeeded(Exception):
    """A return beyond the automatic age is the class council's to decide: it has not accepted."""


@transaction.atomic
def propose(
    *,
    by: Any,
    case: Case,
    exit: str,
    receiver: Organisation,
    programme: Programme | None = None,
    departure_reason: str = "",
    findings: dict[str, Any] | None = None,
) -> Decision:
    """Propose an exit and a receiver; the findings are kept as they stand today, or as a sitting kept them.

    Raises DepartureNeedsReason when the exit departs from the aid (rules.departs_from_aid) and no reason is written,
    AlreadyDecided when a decision of this case stands.
    """
    if findings is None:
        findings = kept_for(case, days.today())
    departs = departs_from_aid({code: findings[code]["outcome"] for code in Exit.values}, exit)
    if departs and not departure_reason.strip():
        raise DepartureNeedsReason(exit)
    try:
        with transaction.atomic():
            decision = Decision.unscoped.create(
                person_id=case.person_id,
                case=case,
                season_id=case.season_id,
                exit=exit,
                programme=programme,
                receiver=receiver,
                findings=findings,
                departs_from_aid=departs,
                departure_reason=departure_reason.strip() if departs else "",
                proposed_by=by,
                proposed_at=days.now(),
            )
    except IntegrityError as error:
        raise AlreadyDecided(case.pk) from error
    history.record(
        decision,
        "propose",
        by=by,
        thread=case.person,
        after=decision.state,
        reason=decision.departure_reason,
        details={"exit": exit},
    )
    return decision


@transaction.atomic
def decide(*, by: Any, decision: Decision) -> None:
    """Decide: the person is referred to the receiver.

    Raises CouncilNeeded when a return to school still waits for its class council, MoveRefused when it is no longer
    proposed or the case cannot be referred any more, AlreadyReferred when another receiver is awaited to answer.
    """
    if decision.needs_council and not _council_accepted(decision):
        raise CouncilNeeded(decision.pk)
    workflow.move(decision, "decide", by=by, thread=decision.person, decided_by=by, decided_at=days.now())
    outreach.refer(by=by, case=decision.case, receiver=decision.receiver)


def _council_accepted(decision: Decision) -> bool:
    return CouncilRequest.unscoped.filter(decision=decision, state=CouncilRequest.State.ACCEPTED).exists()


@transaction.atomic
def return_decision(*, by: Any, decision: Decision, remark: str) -> None:
    """Return a proposal to whoever made it, with a remark; another can then be proposed.

    A council that was asked is not asked any more. Raises MoveRefused, ReasonMissing.
    """
    workflow.move(decision, "return", by=by, thread=decision.person, reason=remark, remark=remark.strip())
    _take_council_back(by, decision, remark)


@transaction.atomic
def withdraw(*, by: Any, decision: Decision, reason: str) -> None:
    """Take a decision back, with a reason; a referral already sent lives its own life.

    A council that was asked is not asked any more.
    """
    workflow.move(decision, "withdraw", by=by, thread=decision.person, reason=reason, remark=reason.strip())
    _take_council_back(by, decision, reason)


def _take_council_back(by: Any, decision: Decision, reason: str) -> None:
    asked = CouncilRequest.unscoped.filter(decision=decision, state=CouncilRequest.State.ASKED).first()
    if asked is not None:
        workflow.move(asked, "take_back", by=by, thread=decision.person, reason=reason)
