"""The machine of a run, in one line: without it no figure means anything."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def described() -> str:
    """Processor, cores, memory, system, database, Python."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0].split()[0]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB; {_system()}; PostgreSQL {version}; "
        f"Python {platform.python_version()}; load, program and database on the same machine"
    )


def _line(path: str, start: str) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line for line in lines if line.startswith(start)), "")


def _processor() -> str:
    return _line("/proc/cpuinfo", "model name").partition(":")[2].strip() or platform.machine()


def _system() -> str:
    return _line("/etc/os-release", "PRETTY_NAME").partition("=")[2].strip('"') or platform.system()
