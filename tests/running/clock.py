"""The clock that a test reads: ten in the morning, and a millisecond later at each look.

It stands while the machine is slow: no code of a telephone turns over, no session ends, no run falls silent and no
midnight passes inside a test unless the test moves the clock. Two instants are never the same, and keep their order.
A browser and the programs that a journey starts have their own clocks: journeys read the real one.
"""

import datetime as dt
import importlib
import time as real
from typing import Any

import pytest

LOOK = dt.timedelta(milliseconds=1)
# Who reads seconds: sessions, codes and their being used once, tries a minute, how long ago somebody signed in.
READERS = (
    "istidrak.accounts.sessions",
    "istidrak.accounts.factors",
    "allauth.account.internal.flows.login",
    "allauth.account.internal.flows.reauthentication",
    "allauth.account.internal.stagekit",
    "allauth.account.models",
    "allauth.core.internal.ratelimit",
    "allauth.mfa.recovery_codes.internal.auth",
    "allauth.mfa.totp.internal.auth",
    "django.core.cache.backends.base",
    "django.core.cache.backends.locmem",
)


class Clock:
    """What `django.utils.timezone` and READERS read. In the place of the module `time`, it gives the rest of it."""

    def __init__(self, begins: dt.datetime) -> None:
        self.at = self.began = begins

    def now(self) -> dt.datetime:
        """The instant; the next look finds a later one."""
        self.at += LOOK
        return self.at.astimezone(dt.UTC)

    def time(self) -> float:
        """The same in seconds."""
        return self.now().timestamp()

    def is_later_by(self, **since_the_beginning: float) -> None:
        """Move it to so many minutes, seconds or hours after the beginning of the test."""
        self.at = self.began + dt.timedelta(**since_the_beginning)

    def is_read_by_all(self, patch: pytest.MonkeyPatch) -> None:
        """From now on, as far as the patch goes."""
        for name in ("django.utils.timezone", "axes.attempts", "axes.handlers.proxy"):
            patch.setattr(importlib.import_module(name), "now", self.now)
        for name in READERS:
            patch.setattr(importlib.import_module(name), "time", self)

    def __getattr__(self, name: str) -> Any:
        return getattr(real, name)
