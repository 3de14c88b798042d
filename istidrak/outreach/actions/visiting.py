"""Visits that come back on a filled sheet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from istidrak.base.workflow import MoveRefused
from istidrak.outreach.actions.following import BadContact, make_contact
from istidrak.outreach.models import Case
from istidrak.outreach.sheets import Visit


@dataclass
class WrittenVisits:
    """How many contacts were written, and the visits that their case does not take (any more)."""

    written: int = 0
    refused: list[Visit] = field(default_factory=list)


def write_visits(*, by: Any, visits: Iterable[tuple[Visit, Case]]) -> WrittenVisits:
    """Write each visit as a contact of its case, in the order of their days; each is a transaction of its own.

    A visit written before is left as it is: its `submission` says that it is the same one.
    """
    outcome = WrittenVisits()
    for visit, case in sorted(visits, key=lambda pair: (pair[0].date, pair[0].row)):
        try:
            make_contact(
                by=by,
                case=case,
                kind=visit.kind,
                result=visit.result,
                date=visit.date,
                note=visit.note,
                next_step=visit.next_step,
                next_step_date=visit.next_step_date,
                submission=visit.submission,
            )
        except (MoveRefused, BadContact):
            outcome.refused.append(visit)
        else:
            outcome.written += 1
    return outcome
