"""Long lists wait for a run that writes them: taken by one run at a time, taken up again when that run is gone."""

from __future__ import annotations

import datetime as dt
import uuid
from contextlib import AbstractContextManager

from django.db.models import F, Q

from istidrak.base import beating as signs
from istidrak.base import days
from istidrak.people.models import SourceFile

SILENCE = dt.timedelta(minutes=1)  # without a sign for so long, a run is held to be gone
MOST_ATTEMPTS = 3  # a list that ends the run each time it is taken must not do so for ever
State = SourceFile.State


class TakenOver(Exception):
    """Another run writes the list now: this one was silent for too long."""


def is_alive(file: SourceFile) -> bool:
    """True when whoever writes the list gave a sign less than a minute ago."""
    return file.beat_at is not None and days.now() - file.beat_at < SILENCE


def is_left_waiting(file: SourceFile) -> bool:
    """True when a confirmed list waits for more than a minute while no run gives a sign: nobody writes it."""
    if file.state != State.QUEUED or file.confirmed_at is None or days.now() - file.confirmed_at < SILENCE:
        return False
    return not SourceFile.objects.filter(beat_at__gte=days.now() - SILENCE).exists()


def take() -> SourceFile | None:
    """The list that has waited longest, held by the caller alone from now on (`writer`); None when none waits."""
    silent = Q(beat_at__isnull=True) | Q(beat_at__lt=days.now() - SILENCE)
    waiting = SourceFile.objects.filter(silent, state__in=[State.QUEUED, State.APPLYING], confirmed_by__isnull=False)
    for file in waiting.order_by("confirmed_at", "pk").select_related(
        "season", "directorate__place", "organisation", "confirmed_by"
    ):
        same = SourceFile.objects.filter(pk=file.pk, state=file.state, writer=file.writer, beat_at=file.beat_at)
        token = uuid.uuid4()
        if same.update(writer=token, beat_at=days.now(), attempts=F("attempts") + 1):
            file.writer, file.attempts = token, file.attempts + 1
            return file
    return None


def leave(file: SourceFile) -> None:
    """Let go of a list that this run does not finish: the next one need not wait for the silence to pass."""
    SourceFile.objects.filter(pk=file.pk, writer=file.writer).update(writer=None, beat_at=None, attempts=0)


def beating(file: SourceFile) -> AbstractContextManager[None]:
    """Give signs from a thread while the list is read and compared, which may take minutes."""
    held = SourceFile.objects.filter(pk=file.pk, writer=file.writer)
    return signs.beating(lambda: held.update(beat_at=days.now()))
