"""What a stage of benchmarks.support costs: seconds by the clock and of processors, and its peak memory."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection


class Spent(NamedTuple):
    """Seconds by the clock, and seconds of processors: this process's and its database connection's."""

    seconds: float
    processor: float


Figures = tuple[Spent, int]
STAGES: dict[str, Callable[[Path], Figures]] = {}


def stage(call: Callable[[Path], Figures]) -> Callable[[Path], Figures]:
    """Register a stage under its name: it gives seconds and rows."""
    STAGES[call.__name__] = call
    return call


def timed(call: Callable[[], Any]) -> tuple[Spent, Any]:
    """Call it; what it cost, and what it gave."""
    backend = _backend()
    used, begun = time.process_time() + _used_by(backend), time.perf_counter()
    found = call()
    seconds = time.perf_counter() - begun
    return Spent(seconds, time.process_time() + _used_by(backend) - used), found


def _backend() -> int | None:
    """The process of the database that serves this connection; None when it is on another machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        number = int(cursor.fetchone()[0])
    name = Path(f"/proc/{number}/comm")
    return number if name.exists() and name.read_text().startswith("postgres") else None


def _used_by(process: int | None) -> float:
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def forget_peak() -> None:
    """Peak memory counts from here on."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_so_far() -> int:
    """The largest memory of this process so far, in MB."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) // 1024
