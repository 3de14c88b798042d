"""The class council: asked by the directorate, answered by the head of the school that it sits in."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.base import days, files, history, workflow
from istidrak.base.parameters import value_of
from istidrak.orientation.actions.deciding import decide
from istidrak.orientation.models import CouncilRequest, Decision, Exit
from istidrak.outreach.actions import AlreadyReferred


class CouncilNotNeeded(Exception):
    """Only a return to formal school beyond the automatic age, still proposed, is put to a council."""


class BehaviourNeedsFile(Exception):
    """Behaviour cannot justify a refusal without a documented file (note of September 2025)."""


class ReasonNeeded(Exception):
    """A council that refuses writes why, and on which ground."""


class BadCouncilDay(Exception):
    """The council sat neither before it was asked nor after today."""


def first_council_day(year: int, as_of: dt.date) -> dt.date:
    """The first day on which councils of a school year examine requests (`orientation.council_first_day`)."""
    month, day = map(int, str(value_of("orientation.council_first_day", as_of=as_of).value).split("-"))
    return dt.date(year, month, day)


@transaction.atomic
def ask_council(*, by: Any, decision: Decision, level_code: str = "") -> CouncilRequest:
    """Put a proposed return to the class council of the receiving school; asked again, the request that stands.

    The answer is awaited `orientation.council_answer_days` from today, or from the first day of councils when that
    is still to come. Raises CouncilNotNeeded.
    """
    if decision.exit != Exit.FORMAL_SCHOOL or not decision.needs_council or decision.state != Decision.State.PROPOSED:
        raise CouncilNotNeeded(decision.pk)
    if standing := CouncilRequest.unscoped.filter(decision=decision).first():
        return standing
    today = days.today()
    starts = max(today, first_council_day(days.school_year_of(today), today))
    delay = value_of(
        "orientation.council_answer_days", as_of=today, place_number=decision.receiver.place_number
    ).value
    try:
        with transaction.atomic():
            request = CouncilRequest.unscoped.create(
                decision=decision,
                person_id=decision.person_id,
                school_id=decision.receiver_id,
                level_code=level_code,
                asked_by=by,
                asked_date=today,
                due_date=starts + dt.timedelta(days=int(delay)),
            )
    except IntegrityError:
        return CouncilRequest.unscoped.get(decision=decision)
    history.record(request, "ask_council", by=by, thread=decision.person, details={"level": level_code})
    return request


def _check_day(request: CouncilRequest, council_date: dt.date) -> None:
    if not request.asked_date <= council_date <= days.today():
        raise BadCouncilDay(council_date)


@transaction.atomic
def accept_in_council(
    *,
    by: Any,
    request: CouncilRequest,
    council_date: dt.date,
    level_code: str,
    health_considered: str = "",
    social_considered: str = "",
) -> bool:
    """The council accepts, for a class: the return is decided and the person referred to the school.

    False when another receiver is still awaited: the acceptance stands and the directorate decides. Raises
    BadCouncilDay, MoveRefused.
    """
    _check_day(request, council_date)
    workflow.move(
        request,
        "accept",
        by=by,
        thread=request.person,
        council_date=council_date,
        level_code=level_code,
        health_considered=health_considered.strip(),
        social_considered=social_considered.strip(),
        answered_by=by,
        answered_at=days.now(),
    )
    try:
        with transaction.atomic():
            decide(by=by, decision=request.decision)
    except AlreadyReferred:
        request.decision.refresh_from_db()
        return False
    return True


@transaction.atomic
def refuse_in_council(
    *,
    by: Any,
    request: CouncilRequest,
    council_date: dt.date,
    ground: str,
    reason: str,
    health_considered: str = "",
    social_considered: str = "",
    behaviour_file: bytes = b"",
    behaviour_name: str = "",
) -> None:
    """The council refuses, with its ground and reason: the directorate proposes another exit.

    Raises ReasonNeeded, BehaviourNeedsFile, FileRefused, BadCouncilDay, MoveRefused.
    """
    _check_day(request, council_date)
    if not reason.strip() or ground not in CouncilRequest.Ground.values:
        raise ReasonNeeded
    documented = {}
    if ground == CouncilRequest.Ground.BEHAVIOUR:
        if not behaviour_file:
            raise BehaviourNeedsFile
        documented = {
            "behaviour_digest": files.store(behaviour_file),
            "behaviour_name": behaviour_name.replace("\\", "/").split("/")[-1][:200],
        }
    workflow.move(
        request,
        "refuse",
        by=by,
        thread=request.person,
        reason=reason,
        council_date=council_date,
        ground=ground,
        refusal_reason=reason.strip(),
        health_considered=health_considered.strip(),
        social_considered=social_considered.strip(),
        answered_by=by,
        answered_at=days.now(),
        **documented,
    )
    decision = request.decision
    workflow.move(decision, "refuse", by=by, thread=request.person, reason=reason, remark=reason.strip())


def behaviour_file_of(*, by: Any, request: CouncilRequest) -> tuple[bytes, str]:
    """The documented file and its media type; opening it is recorded."""
    history.audit("read_behaviour_file", request, by=by)
    data = files.path_of(request.behaviour_digest).read_bytes()
    return data, files.type_of(data) or "application/octet-stream"
