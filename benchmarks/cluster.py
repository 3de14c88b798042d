"""A PostgreSQL of its own for the length of a run: made in a temporary folder, stopped and removed at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BIN = Path(os.environ.get("BENCH_PG_BIN", "/usr/lib/postgresql/15/bin"))
# What an administrator sets on a small machine; everything else is PostgreSQL's own default.
SETTINGS = """
listen_addresses = '127.0.0.1'
shared_buffers = 1GB
effective_cache_size = 4GB
work_mem = 16MB
maintenance_work_mem = 512MB
random_page_cost = 1.1
max_wal_size = 8GB
checkpoint_timeout = 30min
"""
LOADING = "fsync = off\nfull_page_writes = off\n"  # while rows are generated; never while pages are measured


def _as_owner(*command: str | Path) -> None:
    """PostgreSQL refuses to run as root: then as the user postgres that its package made."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *map(str, command)], check=True, stdout=subprocess.DEVNULL)


def _own(folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")


@contextmanager
def cluster() -> Iterator[tuple[str, bool]]:
    """(address of the database, is it new). BENCH_DATABASE_URL names an existing one, which is left running.

    BENCH_KEEP names a folder that is kept with its rows, for the next run.
    """
    if given := os.environ.get("BENCH_DATABASE_URL"):
        yield given, True
        return
    kept = os.environ.get("BENCH_KEEP")
    folder = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="istidrak-bench-pg-"))
    folder.mkdir(parents=True, exist_ok=True)
    _own(folder)
    folder.chmod(0o755)
    data, port = folder / "data", os.environ.get("BENCH_PG_PORT", "20433")
    is_new = not (data / "PG_VERSION").exists()
    if is_new:
        _as_owner(BIN / "initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        with (data / "postgresql.conf").open("a") as stream:
            stream.write(f"{SETTINGS}unix_socket_directories = '{folder}'\n")
        (data / "postgresql.auto.conf").write_text(LOADING)
    _as_owner(BIN / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", f"-p {port}", "start")
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres", is_new
    finally:
        _as_owner(BIN / "pg_ctl", "-D", data, "-w", "-m", "fast", "stop")
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def make_durable() -> None:
    """Every commit reaches the disk from now on, as in service. Takes the cluster's own settings, none of ours."""
    from django.db import connection

    if os.environ.get("BENCH_DATABASE_URL"):
        return
    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM RESET ALL")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.execute("CHECKPOINT")
