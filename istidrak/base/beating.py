"""Signs of life of long work: whoever looks knows that it goes on, and when nobody carries it any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

BEAT = 15  # seconds between two signs


@contextmanager
def beating(sign: Callable[[], bool | int]) -> Iterator[None]:
    """Call `sign` from a thread every BEAT seconds, until it answers that another carries the work (False, 0)."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(BEAT):
            if not sign():
                break
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
