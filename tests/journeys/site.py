"""A whole installation in a folder of its own: migrated, with the demo, served by the command that users run."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.running import template

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# One row of each kind that an address can name, with its users, in the same database as the demo.
BUILD_WORLD = """
import json, django; django.setup()
from django.db import transaction
from tests.conventions.world import build
with transaction.atomic():
    world = build("inside")
for user in world.users.values():
    user.is_demo = True; user.save()
print(json.dumps({"world": {k: str(v) for k, v in world.items()}, "users": {c: u.username for c, u in world.users.items()}}))
"""


@dataclass
class Site:
    """Where it is served, the environment of its commands, and the rows that addresses name."""

    url: str
    environment: dict[str, str]
    process: subprocess.Popen
    world: dict[str, str] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run a command of the program on this installation."""
        return subprocess.run(
            [sys.executable, "-m", "istidrak", *arguments],
            env=self.environment,
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def build(home: Path) -> None:
    """Fill a folder with a migrated installation and the demo; raises RuntimeError with what a step printed."""
    template.install(home)
    _checked([sys.executable, "-m", "istidrak", "demo"], environment_of(home))


def environment_of(home: Path) -> dict[str, str]:
    """What the commands of an installation are given: its folder and its today."""
    environment = {
        **os.environ,
        "ISTIDRAK_HOME": str(home),
        "ISTIDRAK_DEMO": "1",
        "ISTIDRAK_TODAY": "2025-11-20",
        "DJANGO_SETTINGS_MODULE": "istidrak.web.settings",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("DATABASE_URL", None)
    return environment


def start(home: Path, *, with_world: bool = True) -> Site:
    """Serve a built installation, first adding a row of each kind of address to it when `with_world`."""
    environment = environment_of(home)
    built = (
        json.loads(_checked([sys.executable, "-c", BUILD_WORLD], environment).splitlines()[-1]) if with_world else {}
    )
    (home / "static").mkdir(exist_ok=True)
    shutil.copy(AXE, home / "static")  # served, so that the browser keeps it compiled from page to page
    port = _free_port()
    with (home / "serve.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "istidrak", "serve", "--port", str(port), "--workers", "1"],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    site = Site(f"http://127.0.0.1:{port}", environment, process, built.get("world", {}), built.get("users", {}))
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{site.url}/health/", timeout=2):
                return site
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    process.terminate()
    raise RuntimeError((home / "serve.log").read_text())


def _checked(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[1:]}: {done.stdout[-2000:]} {done.stderr[-4000:]}")
    return done.stdout
