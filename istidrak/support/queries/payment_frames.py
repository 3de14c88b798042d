"""Payments of an instalment as frames: one pass by COPY on PostgreSQL, one cursor elsewhere."""

import datetime as dt

import polars as pl
from django.db.models import Exists, OuterRef

from istidrak.base import days
from istidrak.base.frames_out import frame_of
from istidrak.support.models import Instalment, PayerFile, Payment, PaymentEvent
from istidrak.support.payer.back import LAST_EVENTS, PAYMENTS


def payment_frame(instalment: Instalment) -> pl.DataFrame:
    """Every payment: `payment` (its key), reference, amount, is_held."""
    rows = Payment.unscoped.filter(instalment=instalment)
    return frame_of(rows.values_list("pk", "reference", "amount", "is_held"), PAYMENTS)


def last_event_frame(instalment: Instalment) -> pl.DataFrame:
    """The last event of each payment that has one: payment, last, last_date, file."""
    later = PaymentEvent.unscoped.filter(payment=OuterRef("payment"), pk__gt=OuterRef("pk"))
    rows = PaymentEvent.unscoped.filter(~Exists(later), payment__instalment=instalment)
    return frame_of(rows.values_list("payment", "kind", "date", "file"), LAST_EVENTS)


def sent_dates(instalment: Instalment) -> dict[int | None, dt.date]:
    """The day in Morocco on which each file left, by its key; under None the day of the first sending."""
    rows = PayerFile.unscoped.filter(instalment=instalment, way=PayerFile.Way.OUT).order_by("pk")
    found: dict[int | None, dt.date] = {}
    for key, made_at in rows.values_list("pk", "made_at"):
        day = made_at.astimezone(days.CASABLANCA).date()
        found.setdefault(None, day)
        found[key] = day
    return found
