"""Proposing, deciding and withdrawing an orientation."""

from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, history, workflow
from istidrak.organisations.models import Organisation
from istidrak.orientation.models import Decision
from istidrak.orientation.queries import as_kept, findings_for
from istidrak.outreach import actions as outreach
from istidrak.outreach.models import Case
from istidrak.programmes.models import Programme


class DepartureNeedsReason(Exception):
    """The chosen exit is not open by its criteria: choosing it all the same needs a written reason."""


class AlreadyDecided(Exception):
    """Another decision stands for this case."""


@transaction.atomic
def propose(
    *,
    by: Any,
    case: Case,
    exit: str,
    receiver: Organisation,
    programme: Programme | None = None,
    departure_reason: str = "",
) -> Decision:
    """Propose an exit and a receiver; the findings are kept as they stand today.

    Raises DepartureNeedsReason when a criterion of the exit is not met and no reason is written, AlreadyDecided
    when a decision of this case stands.
    """
    findings = as_kept(findings_for(case, days.today()))
    departs = findings[exit]["outcome"] == "NOT_MET"
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

    Raises MoveRefused when it is no longer proposed or the case cannot be referred any more, AlreadyReferred when
    another receiver is awaited to answer.
    """
    workflow.move(decision, "decide", by=by, thread=decision.person)
    outreach.refer(by=by, case=decision.case, receiver=decision.receiver)


@transaction.atomic
def withdraw(*, by: Any, decision: Decision, reason: str) -> None:
    """Take a decision back, with a reason; a referral already sent lives its own life."""
    workflow.move(decision, "withdraw", by=by, thread=decision.person, reason=reason)
