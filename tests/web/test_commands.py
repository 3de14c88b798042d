"""What would be lost: a season, when a province outgrows the embedded database or its machine is not sound."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import template

ROOT = Path(__file__).resolve().parents[2]
COUNT = """
import django; django.setup()
from django.apps import apps
from istidrak.people.models import Person
if {is_built_first}:
    from tests.conventions.world import build
    build("inside"), build("outside")
print({{m._meta.label: m._base_manager.count() for m in apps.get_models() if m._base_manager.exists()
       and m._meta.app_label not in ("contenttypes", "sessions")}})
print(sorted(Person.unscoped.values_list("uuid", "pk")))
if not {is_built_first}:
    person = Person.unscoped.create(first_name_ar="جديد")  # the key after the copied ones is free
"""


def _run(home, *command, check=True, **environment):
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "DATABASE_URL": "",
            "ISTIDRAK_HOME": str(home),
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "istidrak.web.settings",
            **environment,
        },
    )
    assert not check or done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done


@pytest.fixture
def home(tmp_path):
    return template.install(tmp_path)


@pytest.fixture
def target(tmp_path):
    """An empty database of the kind that the tests run on: each is tried by the run on it."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{tmp_path / 'other.sqlite3'}"
        return
    import psycopg

    name = f"copy_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield server.rsplit("/", 1)[0] + f"/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.database
def test_an_embedded_database_is_moved_whole_with_its_keys(home, target):
    here = _run(home, "-c", COUNT.format(is_built_first=True)).stdout
    assert "counts agree" in _run(home, "-m", "istidrak", "copy", "--to", target).stdout
    assert _run(home, "-c", COUNT.format(is_built_first=False), DATABASE_URL=target).stdout == here
    again = _run(home, "-m", "istidrak", "copy", "--to", target, check=False)
    assert again.returncode != 0
    assert "already holds rows" in again.stderr


def test_migrate_brings_the_reference_data_and_can_be_repeated(home):
    """The first time is that of the template, which the command made in an empty folder."""
    loaded = "94 places, 95 bodies, 3 programmes, 28 trades, 4 test domains, 2 curriculum versions, "
    assert re.search(f"{loaded}[1-9][0-9]+ new parameter values", template.report()["said"])
    again = _run(home, "-m", "istidrak", "migrate").stdout
    assert f"{loaded}0 new parameter values" in again


def test_doctor_says_what_is_wrong_and_fails(tmp_path):
    done = _run(tmp_path, "-m", "istidrak", "doctor", check=False)
    assert done.returncode == 1
    assert "FAILED" in done.stdout


def test_the_demo_is_refused_in_a_real_installation(home):
    done = _run(home, "-m", "istidrak", "demo", check=False, ISTIDRAK_DEMO="")
    assert done.returncode != 0
    assert "ISTIDRAK_DEMO" in done.stderr


def test_the_secret_key_is_made_once_and_readable_by_its_owner_only(home):
    _run(home, "-m", "istidrak", "check")
    key = home / "secret_key"
    before = key.read_text()
    _run(home, "-m", "istidrak", "check")
    assert key.read_text() == before
    assert len(before) > 40
    assert key.stat().st_mode & 0o077 == 0
