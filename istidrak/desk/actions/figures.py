"""Entering and withdrawing what no file tells: places agreed, count days, figures said in public."""

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError, transaction

from istidrak.accounts.models import User
from istidrak.base import days, history, workflow
from istidrak.desk.models import Claim, CountDay, PlacesAgreed
from istidrak.organisations.models import Organisation
from istidrak.people.actions import refuse_other
from istidrak.programmes.models import Programme, Season


class AlreadyAgreed(Exception):
    """Standing places of this centre, programme and season exist: they are withdrawn before others are entered."""


class AlreadyAnnounced(Exception):
    """This body already announced this count day."""


class NotToday(ValueError):
    """A day that has not come yet cannot be one on which something was agreed or said."""


@transaction.atomic
def agree_places(
    *,
    by: User,
    season: Season,
    centre: Organisation,
    programme: Programme,
    places: int,
    agreed_date: dt.date,
    source: str,
    submission: uuid.UUID,
) -> PlacesAgreed:
    """Enter the places that a text promises. The same form sent twice enters once.

    Raises AlreadyAgreed when others stand for the same centre, programme and season; NotToday for a coming day;
    SubmissionReused when the form comes again with something else.
    """
    sent = {"season": season, "centre": centre, "programme": programme, "places": places}
    sent |= {"agreed_date": agreed_date, "source": source.strip(), "entered_by": by}
    if before := PlacesAgreed.unscoped.filter(submission=submission).first():
        refuse_other(before, **sent)
        return before
    if agreed_date > days.today():
        raise NotToday
    try:
        with transaction.atomic():
            row = PlacesAgreed.unscoped.create(**sent, entered_at=days.now(), submission=submission)
    except IntegrityError as refused:
        raise AlreadyAgreed from refused
    history.record(row, "agree_places", by=by, thread=centre, after=str(places))
    return row


@transaction.atomic
def announce_count_day(*, by: User, season: Season, organisation: Organisation, date: dt.date) -> CountDay:
    """Announce a day on which a territory counts who is present. Raises AlreadyAnnounced."""
    low, high = organisation.place.span
    try:
        with transaction.atomic():
            row = CountDay.unscoped.create(
                season=season,
                organisation=organisation,
                place_low=low,
                place_high=high,
                date=date,
                announced_by=by,
                announced_at=days.now(),
            )
    except IntegrityError as refused:
        raise AlreadyAnnounced from refused
    history.record(row, "announce_count_day", by=by, thread=organisation, after=date.isoformat())
    return row


@transaction.atomic
def enter_claim(
    *,
    by: User,
    season: Season,
    organisation: Organisation,
    value: int,
    said_date: dt.date,
    source: str,
    submission: uuid.UUID,
    programme: Programme | None = None,
    text_ar: str = "",
    text_fr: str = "",
    counted_as: str = "",
) -> Claim:
    """Keep a figure as it was said in public. The same form sent twice enters once.

    Raises NotToday; SubmissionReused when the form comes again with something else.
    """
    sent = {"season": season, "organisation": organisation, "programme": programme, "value": value}
    sent |= {"said_date": said_date, "text_ar": text_ar.strip(), "text_fr": text_fr.strip()}
    sent |= {"counted_as": counted_as, "source": source.strip(), "entered_by": by}
    if before := Claim.unscoped.filter(submission=submission).first():
        refuse_other(before, **sent)
        return before
    if said_date > days.today():
        raise NotToday
    row = Claim.unscoped.create(**sent, entered_at=days.now(), submission=submission)
    history.record(row, "enter_claim", by=by, thread=organisation, after=str(value))
    return row


def withdraw(*, by: User, figure: Any, reason: str) -> None:
    """Withdraw places agreed, a count day or a figure said in public: entered by mistake, or replaced.

    Raises MoveRefused when it was withdrawn meanwhile, ReasonMissing without a reason.
    """
    thread = getattr(figure, "centre", None) or figure.organisation
    workflow.move(figure, "withdraw", by=by, reason=reason, thread=thread)
