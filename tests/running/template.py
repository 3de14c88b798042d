"""One migrated database with its reference data, made once and copied: 74 migrations are not run for one test.

A template is named by the digest of everything that `istidrak migrate` reads (`sources`), so that whoever changes
any of it gets a new one, and a stale one is never used. It is made by the command itself, in a process apart.
On SQLite it is a file in pytest's cache, copied; on PostgreSQL a database beside the others, cloned by
`CREATE DATABASE ... TEMPLATE`.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "istidrak"
KEPT = 3  # of the branches that somebody works on; older ones are thrown away

# Where `migrate` begins to read code; everything these import belongs to it too.
ROOTS = (
    "web/settings.py",
    "web/reference.py",
    "web/management/commands/migrate.py",
    "*/apps.py",
    "*/models.py",
    "*/models/*.py",
    "*/migrations/*.py",
    "*/__init__.py",
    "*/management/**/__init__.py",
)
DATA = ("*/parameters.yaml", "*/data/*")
IMPORT = re.compile(r"^\s*from (istidrak[\w.]*) import (\([^)]*\)|[^\n]*)|^\s*import (istidrak[\w.]*)", re.MULTILINE)

# Runs `migrate` and says what it printed, and which files of ours it opened or imported. Words of pages (.mo) stand in
# no row.
MIGRATE = """
import io, json, sys
opened, package = set(), sys.argv[1]
def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and arguments[0].startswith(package):
        opened.add(arguments[0])
sys.addaudithook(hook)
import django
from django.core.management import call_command
django.setup()
said = io.StringIO()
call_command("migrate", stdout=said, no_color=True)
imported = {getattr(m, "__file__", None) for m in list(sys.modules.values())}
read = {p for p in opened if not p.endswith((".py", ".pyc", ".mo"))} | {p for p in imported if p and p.startswith(package)}
print(json.dumps({"said": said.getvalue(), "read": sorted(p[len(package) + 1:] for p in read)}))
"""


def sources(package: Path = PACKAGE) -> list[Path]:
    """Every file of the package that decides what `migrate` leaves in a database."""
    waiting = [path for pattern in ROOTS for path in package.glob(pattern)]
    code: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in code:
            code.add(path)
            waiting.extend(_imported(path.read_text(encoding="utf-8"), package))
    data = {path for pattern in DATA for path in package.glob(pattern) if path.is_file()}
    return sorted(code | data)


def _imported(text: str, package: Path) -> Iterator[Path]:
    """The files of the package that a text imports, with the packages that they stand in."""
    for module, names, plain in IMPORT.findall(text):
        steps = (module or plain).split(".")[1:]
        of = [steps[:depth] for depth in range(len(steps) + 1)]
        of += [[*steps, name] for name in re.findall(r"\w+", names)]
        for place in (package.joinpath(*parts) for parts in of):
            yield from (path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file())


def digest(package: Path = PACKAGE, installed: Iterable[str] | None = None) -> str:
    """The name of the template: of the sources, and of what is installed (other applications migrate too)."""
    found = hashlib.sha256(sys.version.encode())
    for line in sorted(_installed() if installed is None else installed):
        found.update(line.encode())
    for path in sources(package):
        found.update(f"\0{path.relative_to(package)}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _installed() -> list[str]:
    """Libraries whose applications migrate too, and what reads our data."""
    found = [f"{one.name}=={one.version}".lower() for one in distributions()]
    return [line for line in found if line.startswith(("django", "pyyaml"))]


@cache
def _here() -> str:
    """The digest of this checkout as the process began: a file saved during a run changes nothing halfway."""
    return digest()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time makes what all of them use; the others find it made."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _folder() -> Path:
    return ROOT / ".pytest_cache" / "templates"


def sqlite_file() -> Path:
    """The template as a file of SQLite, made when it is not there; read it, copy it, never write it."""
    path = _folder() / f"{_here()}.sqlite3"
    with alone(path.parent):
        if not path.exists():
            with _empty_home() as home:
                _migrate(path, home, f"sqlite:///{home / 'istidrak.sqlite3'}")
                with closing(sqlite3.connect(home / "istidrak.sqlite3")) as made:
                    made.execute("PRAGMA journal_mode=DELETE")  # whole in one file; a connection makes it a log again
                (home / "istidrak.sqlite3").replace(path)
            _throw_old_away(path.parent)
    os.utime(path)
    return path


@contextmanager
def _empty_home() -> Iterator[Path]:
    """A folder that no run before this one wrote in: a process that outlived a kill may still write in its own."""
    with tempfile.TemporaryDirectory(dir=_folder(), prefix="making-", ignore_cleanup_errors=True) as home:
        yield Path(home)


def install(home: Path) -> Path:
    """An installation as after `istidrak migrate` in a folder of its own; returns the folder."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(sqlite_file(), home / "istidrak.sqlite3")
    return home


def _migrate(name: Path, home: Path, address: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ISTIDRAK_")}
    environment |= {"DATABASE_URL": address, "ISTIDRAK_HOME": str(home), "PYTHONPATH": str(ROOT)}
    environment |= {"DJANGO_SETTINGS_MODULE": "istidrak.web.settings"}
    command = [sys.executable, "-c", MIGRATE, str(PACKAGE)]
    done = subprocess.run(command, env=environment, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"istidrak migrate: {done.stdout[-2000:]} {done.stderr[-4000:]}")
    name.with_suffix(".json").write_text(done.stdout.splitlines()[-1], encoding="utf-8")


def report() -> dict[str, object]:
    """What `migrate` printed when the template was made, and the files of the package that it read."""
    return json.loads(sqlite_file().with_suffix(".json").read_text(encoding="utf-8"))


def _throw_old_away(folder: Path) -> None:
    for path in sorted(folder.glob("*.sqlite3"), key=lambda p: p.stat().st_mtime, reverse=True)[KEPT:]:
        for left in (path, path.with_suffix(".json")):
            left.unlink(missing_ok=True)


def postgres_name(server: str) -> str:
    """The template as a database of this server, made when it is not there; nobody may stay connected to it."""
    import psycopg

    name = f"istidrak_template_{_here()}"
    with alone(_folder()), psycopg.connect(server, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('istidrak_template'))")  # other checkouts, one server
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            making = f"{name}_making"  # a run that was cut leaves this one, never half a template
            connection.execute(f'DROP DATABASE IF EXISTS "{making}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{making}"')
            with _empty_home() as home:
                _migrate(_folder() / name, home, urlsplit(server)._replace(path=f"/{making}").geturl())
            connection.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
        connection.execute(f"COMMENT ON DATABASE \"{name}\" IS '{time.time():.0f}'")  # when it was last used
        for (old,) in connection.execute(OLDEST_LAST, [KEPT]).fetchall():
            connection.execute(f'DROP DATABASE IF EXISTS "{old}"')
    return name


OLDEST_LAST = r"""
    SELECT datname FROM pg_database WHERE datname ~ '^istidrak_template_[0-9a-f]+$'
    ORDER BY shobj_description(oid, 'pg_database') DESC NULLS LAST OFFSET %s
"""


@contextmanager
def copied(connection: Any) -> Iterator[None]:
    """Point Django's connection at a copy of the template for the time of a session; thrown away at its end."""
    before = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = postgres_name(os.environ["DATABASE_URL"])
    copy_again(connection)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def copy_again(connection: Any) -> None:
    """A new copy in the place of one that was emptied."""
    connection.close()
    settings = connection.settings_dict
    name = connection.creation._create_test_db(verbosity=0, autoclobber=True, keepdb=False)
    settings["NAME"] = settings["TEST"]["NAME"] = name
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(sqlite_file())) as template:
            template.backup(connection.connection)
