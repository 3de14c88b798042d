"""A protection concern: raised from a case, handled the same day, its text opened only for a written reason.

Its history stays with the concern: a line on the person's file would tell a school or a centre that there is one.
"""

from typing import Any

from django.db import transaction

from istidrak.base import days, history, workflow
from istidrak.outreach.actions.following import locked
from istidrak.outreach.models import Case, ProtectionConcern


class TextMissing(ValueError):
    """A concern says what is feared, a handing over says to which service."""


@transaction.atomic
def raise_concern(*, by: Any, case: Case, text: str) -> ProtectionConcern:
    """Refer a case confidentially to the directorate, to be handled today. Raises TextMissing.

    The same words of the same author on the same day are one referral: a form sent twice asks for no second one.
    """
    if not text.strip():
        raise TextMissing("text")
    locked(case)
    same = ProtectionConcern.unscoped.filter(case=case, raised_by=by, text=text.strip(), due_date=days.today())
    if sent := same.first():
        return sent
    concern = ProtectionConcern.unscoped.create(
        case=case,
        place_number=case.directorate.place_number,
        text=text.strip(),
        due_date=days.today(),
        raised_by=by,
        raised_at=days.now(),
    )
    history.record(concern, "raise_concern", by=by, after=concern.state)
    return concern


@transaction.atomic
def read_concern(*, by: Any, concern: ProtectionConcern, reason: str) -> str:
    """The text, for a reason that is kept with the reader's name for an inquiry. Raises ReasonMissing."""
    if not reason.strip():
        raise workflow.ReasonMissing("read_concern")
    history.audit("read_concern", concern, by=by, reason=reason.strip())
    return concern.text


def take_concern(*, by: Any, concern: ProtectionConcern) -> None:
    """Take in hand. Raises MoveRefused when somebody else did."""
    workflow.move(concern, "take", by=by)


@transaction.atomic
def hand_over_concern(*, by: Any, concern: ProtectionConcern, service: str, reason: str) -> None:
    """Hand over to the competent service, named, with what was agreed.

    Raises TextMissing, ReasonMissing, MoveRefused.
    """
    if not service.strip():
        raise TextMissing("service")
    workflow.move(concern, "hand_over", by=by, reason=reason, service=service.strip()[:160])
