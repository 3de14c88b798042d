"""`make locks`: the locks of `requirements/`, one for each use, written anew from pyproject.toml.

A lock holds what its use adds, with everything that this needs in turn, and is held to the versions of the locks
before it: all of them can be installed side by side. Versions that pyproject.toml leaves open stay as they were while
they fit; `--upgrade` takes the newest. Hashes are always asked for anew, of every published file of a version, so
that one lock serves every platform.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("requirements")
HEADER = "# Written by `make locks` from pyproject.toml; not by hand.\n"


def uses() -> dict[str, list[str]]:
    """The requirements of each use, in the order in which they bind one another."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        "build": stated["build-system"]["requires"],
        "run": stated["project"]["dependencies"],
        **stated["project"]["optional-dependencies"],
    }


def compile_lock(use: str, wanted: list[str], before: list[str], upgrade: bool) -> str:
    """The text of one lock, held to the locks written before it."""
    old = ROOT / FOLDER / f"{use}.lock"
    kept = []
    if old.exists() and not upgrade:
        # Their versions alone: uv would keep a hash that it finds, also a wrong one.
        kept = [line.removesuffix(" \\") for line in old.read_text(encoding="utf-8").splitlines() if "==" in line]
    unhashed = ROOT / FOLDER / f"{use}.tmp"
    unhashed.write_text("\n".join(kept) + "\n", encoding="utf-8")
    try:
        subprocess.run(  # noqa: S603 - the uv of requirements/locks.lock, words of pyproject.toml
            [
                *(sys.executable, "-m", "uv", "--no-config", "--no-cache", "--quiet", "pip", "compile", "-"),
                *("--universal", "--python-version", lowest_python(), "--generate-hashes", "--no-header"),
                *("--output-file", str(FOLDER / unhashed.name)),
                *(part for name in before for part in ("--constraints", str(FOLDER / f"{name}.lock"))),
            ],
            input="\n".join(wanted),
            text=True,
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return HEADER + unhashed.read_text(encoding="utf-8")
    finally:
        unhashed.unlink()


def lowest_python() -> str:
    """The oldest Python that the project runs on; a lock holds from there on."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return stated["project"]["requires-python"].removeprefix(">=")


if __name__ == "__main__":
    written: list[str] = []
    for name, requirements in uses().items():
        text = compile_lock(name, requirements, written, upgrade="--upgrade" in sys.argv)
        (ROOT / FOLDER / f"{name}.lock").write_text(text, encoding="utf-8")
        written.append(name)
