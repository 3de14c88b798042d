"""The load: threads that each are one user, asking, waiting for the whole answer, thinking, asking again."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from benchmarks.pages import CSRF, FLOOR, Ask, Visitor, headers

TIMEOUT = 30


@dataclass
class Measured:
    """Durations in seconds by kind of request, errors by kind, and how long it all lasted."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lasted: float = 0.0

    @property
    def all(self) -> list[float]:
        """Every duration, of whatever kind, without those of the floor."""
        return [s for kind, some in self.seconds.items() if kind != FLOOR for s in some]

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return len(self.all) / self.lasted if self.lasted else 0.0


def quantile(values: list[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def run(port: int, people: list[Visitor], *, users: int, seconds: float, think: float) -> Measured:
    """Closed loop: `users` at once, each thinking `think` seconds between two requests, started one after another."""
    measured, lock, until = Measured(), threading.Lock(), time.monotonic() + seconds
    start = time.monotonic()
    threads = []
    for number in range(users):
        visitor = people[(number * 7) % len(people)] if users < len(people) else people[number % len(people)]
        wait = (think or 0.2) * number / users
        one = threading.Thread(target=_live, args=(port, visitor, number, wait, until, think, measured, lock))
        one.start()
        threads.append(one)
    for one in threads:
        one.join()
    measured.lasted = time.monotonic() - start
    return measured


def run_in_turn(port: int, people: list[Visitor], *, seconds: float, think: float) -> Measured:
    """One user at a time, each visitor in turn, so that every kind of request is measured without company."""
    measured, lock, start = Measured(), threading.Lock(), time.monotonic()
    until = start + seconds
    asking = [visitor.endless(1) for visitor in people]
    while time.monotonic() < until:
        for visitor, asks in zip(people, asking, strict=True):
            _one(port, visitor, asks, think, measured, lock)
    measured.lasted = time.monotonic() - start
    return measured


def floor(port: int, people: list[Visitor], times: int = 200) -> Measured:
    """What the load generator, the network and the server cost without any page."""
    measured, lock = Measured(), threading.Lock()
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    for _ in range(times):
        connection = _ask(connection, port, people[0], Ask(FLOOR, "/health/"), measured, lock)
    return measured


def _one(port: int, visitor: Visitor, asks: Iterator[Ask], think: float, measured: Measured, lock: object) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    connection.connect()
    _ask(connection, port, visitor, next(asks), measured, lock).close()
    time.sleep(think)


def _live(
    port: int,
    visitor: Visitor,
    seed: int,
    wait: float,
    until: float,
    think: float,
    measured: Measured,
    lock: threading.Lock,
) -> None:
    time.sleep(wait)
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    for ask in visitor.endless(seed):
        if time.monotonic() >= until:
            break
        connection = _ask(connection, port, visitor, ask, measured, lock)
        time.sleep(think)
    connection.close()


def _ask(
    connection: HTTPConnection, port: int, visitor: Visitor, ask: Ask, measured: Measured, lock: object
) -> HTTPConnection:
    """Ask once and read the whole answer; a form is answered by a redirect. Returns the connection to go on with."""
    sent = headers(visitor)
    body = None
    if ask.form:
        body = urlencode([*ask.form, ("csrfmiddlewaretoken", CSRF)])
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    begun = time.perf_counter()
    try:
        connection.request("POST" if body else "GET", ask.path, body, sent)
        answer = connection.getresponse()
        answer.read()
        is_right = answer.status == (302 if body else 200)
    except (OSError, HTTPException):
        is_right = False
        connection.close()
        connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    took = time.perf_counter() - begun
    with lock:  # type: ignore[attr-defined]
        measured.seconds[ask.kind].append(took)
        measured.errors[ask.kind] += not is_right
    return connection


@dataclass(frozen=True)
class Step:
    """One step towards saturation."""

    users: int
    per_second: float
    p50: float
    p95: float
    errors: int


def saturation(port: int, people: list[Visitor], *, seconds: float, most: int = 64) -> list[Step]:
    """Without thinking time: double the users until the throughput no longer grows or p95 passes one second."""
    steps: list[Step] = []
    users = 1
    while users <= most:
        got = run(port, people, users=users, seconds=seconds, think=0.0)
        p50, p95 = quantile(got.all, 0.5), quantile(got.all, 0.95)
        steps.append(Step(users, got.per_second, p50, p95, sum(got.errors.values())))
        if p95 > 1 or (len(steps) > 1 and steps[-1].per_second < 1.05 * steps[-2].per_second):
            break
        users *= 2
    return steps
