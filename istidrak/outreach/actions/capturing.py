"""Entering a young person on the spot: one form, one file, whatever the telephone network does."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from istidrak.accounts.roles import FieldAgent
from istidrak.base import history
from istidrak.base.models import History
from istidrak.organisations.models import Organisation
from istidrak.outreach.actions.joining import join_cases_of
from istidrak.outreach.actions.opening import open_case
from istidrak.outreach.models import Case, Stop
from istidrak.people import actions as people
from istidrak.people.models import SourceRecord, Tie
from istidrak.programmes.models import Season


def capture(
    *,
    by: Any,
    season: Season,
    directorate: Organisation,
    facts: Mapping[str, Any],
    quarter: str,
    met_on: dt.date,
    submission: uuid.UUID,
    address: str = "",
    wish: str = "",
    stop: Stop | None = None,
) -> Case:
    """Write a young person met on a day as a new file with its case, to contact and found that day.

    `facts` as lists have them (`full_name_ar`, `sex`, `birth_year`, `phone` ...). An age is kept as it was said, with
    the day it was said on (`age`, `contact_date`): no year of birth is computed from it. The same `submission` again
    gives the case of the first time; SubmissionReused when it comes with anything else. Whoever enters the person
    keeps seeing the file. Likely same persons are then looked for, in a transaction apart: the file is kept even if
    that fails.
    """
    quarter = " ".join(quarter.split())
    said = {**facts, "contact_date": met_on, "quarter": quarter, "address": address, "wish": wish}
    before = SourceRecord.unscoped.filter(submission=submission).first()
    if before is not None:
        people.refuse_reused(before, by=by, facts=said)
        _refuse_elsewhere(before, _sent_with(directorate, stop))
        if known := _case_of(before, season):
            return known
    record, case = _enter(by, season, directorate, said, quarter, met_on, submission, address, wish, stop)
    people.find_candidates(by=by, records=[record], directorate=directorate)
    case.refresh_from_db()
    # Held by their code to be somebody who has a case: that case and this one become one.
    joined = join_cases_of(by=by, persons=[case.person_id], season=season)
    return joined[0] if joined else case


def _sent_with(directorate: Organisation, stop: Stop | None) -> dict[str, int | None]:
    return {"directorate": directorate.pk, "stop": stop.pk if stop else None}


def _refuse_elsewhere(record: SourceRecord, sent: Mapping[str, int | None]) -> None:
    # By what was sent: the case itself may have moved since.
    entry = History.objects.filter(subject=history.key_of(record), verb="record_by_hand").first()
    if entry is not None and any(entry.details.get(name, value) != value for name, value in sent.items()):
        raise people.SubmissionReused


def _case_of(record: SourceRecord, season: Season) -> Case | None:
    rows = Case.unscoped.filter(person=record.person_id, season=season)
    return rows.exclude(joined_into__person=record.person_id).first()


@transaction.atomic
def _enter(
    by: Any,
    season: Season,
    directorate: Organisation,
    said: Mapping[str, Any],
    quarter: str,
    met_on: dt.date,
    submission: uuid.UUID,
    address: str,
    wish: str,
    stop: Stop | None,
) -> tuple[SourceRecord, Case]:
    record = people.record_by_hand(
        by=by, season=season, facts=said, submission=submission, sent_with=_sent_with(directorate, stop)
    )
    case = open_case(
        by=by,
        person=record.person,
        season=season,
        directorate=directorate,
        quarter=quarter,
        address=address,
        wish=wish,
        found_on=met_on,
    )
    if stop is not None:
        Case.unscoped.filter(pk=case.pk).update(stop=stop)
    if by.holds(FieldAgent):
        people.tie(by=by, person=record.person, reason=Tie.Reason.FOUND, user=by)
    return record, case
