"""What is installed is what was looked at: exact versions, with the hashes of the published files."""

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*"))
CONFIGURATION = [ROOT / name for name in ("pyproject.toml", "Makefile", "package.json", ".npmrc", "scripts/locks.py")]
STATED = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
LINE = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9a-z.+!]+)(?P<marker> ; [^#]+?)?(?: --hash=sha256:[0-9a-f]{64})+"
)
ADDRESS = re.compile(  # htmx.org is the name of a package
    r"\w:/|--(extra-)?index|--find-links|--trusted-host|\bregistry *=|\bfile:|(?<!\"htmx)\.(org|com|net|io)\b|\s@\s"
)
# Engines of the rules that an installation may lack: imported inside a function, with an answer when they are absent.
OPTIONAL = {("istidrak/base/rules/engines.py", "duckdb"), ("istidrak/base/rules/engines.py", "pyspark")}


def _declared():
    """The requirements of pyproject.toml by use, as written."""
    stated = tomllib.loads(STATED)
    return {
        "build": stated["build-system"]["requires"],
        "run": stated["project"]["dependencies"],
        **stated["project"]["optional-dependencies"],
    }


def _lines(text):
    """Lines of a lock without its comments; one that goes on over several is joined."""
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return re.sub(r"\s*\\\n\s*", " ", kept).split("\n")


def _locked(path):
    """The versions of a lock by name."""
    found = [LINE.fullmatch(line) for line in _lines(path.read_text(encoding="utf-8"))]
    return {match["name"]: match["version"] for match in found if match}


def test_each_use_has_its_lock_and_no_lock_is_forgotten():
    """A use without its lock cannot be installed; a lock of no use is never looked at again."""
    assert {path.name for path in LOCKS} == {f"{use}.lock" for use in _declared()}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_line_of_a_lock_is_one_version_with_its_hashes(path):
    """One line without a hash, and whoever stands between a ministry and the packages chooses what it runs."""
    assert [line for line in _lines(path.read_text(encoding="utf-8")) if not LINE.fullmatch(line)] == []


@pytest.mark.parametrize("path", [*LOCKS, *CONFIGURATION], ids=lambda path: path.name)
def test_no_address_says_where_packages_come_from(path):
    """An installation behind a mirror, or with the packages on a disk, could not install; a hash says enough."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if ADDRESS.search(line)] == []


def test_front_end_packages_are_locked_by_hash_and_without_address():
    """The same for the files that a browser is served."""
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert packages.pop("")["name"] == "istidrak-assets"
    for name, package in packages.items():
        package.pop("funding", None)  # where its authors take gifts
        assert package["integrity"].startswith("sha512-"), name
        assert not ADDRESS.search(json.dumps(package)), name


@pytest.mark.parametrize("use", _declared())
def test_what_is_declared_is_locked_at_the_same_version(use):
    """A version raised in pyproject.toml alone is tested by nobody: `make locks` was not run."""
    locked = _locked(ROOT / "requirements" / f"{use}.lock")
    for text in _declared()[use]:
        wanted = Requirement(text)
        assert f"=={locked.get(canonicalize_name(wanted.name))}" == str(wanted.specifier), text


def test_locks_agree_on_every_version():
    """Two locks that differ, and what the tests ran is not what a user runs."""
    versions = {}
    for path in LOCKS:
        for name, version in _locked(path).items():
            versions.setdefault(name, {}).setdefault(version, []).append(path.name)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_every_dependency_has_its_reason_beside_it():
    """Each is code of strangers on the machines of a ministry; without a reason nobody can ask to be rid of it."""
    for text in (text for texts in _declared().values() for text in texts):
        lines = [line for line in STATED.splitlines() if f'"{text}"' in line]
        assert len(lines) == 1, text
        assert re.search(r"\s# \w.{5,}", lines[0]), text


def test_nothing_is_installed_past_the_locks():
    """One `pip install` without hashes fetches whatever is newest that day, also what only builds a package."""
    recipes = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    installs = re.findall(r"pip\"? install[^&\n]*", recipes)
    assert len(installs) >= 3
    for install in installs:
        assert "--no-build-isolation" in install or "--only-binary :all:" in install, install
        # A built file whose hash differs would be passed over for the source, and another program be built.
        assert "--only-binary :all:" in install or "--no-index" in install, install
        assert "--require-hashes" in install or ("--no-index" in install and "--no-deps" in install), install
    assert "npm install" not in recipes  # `npm ci` keeps to its lock


def test_what_runs_imports_only_what_is_locked_for_running():
    """`make run` installs run.lock alone: an import of a tool of the tests would stop it on every fresh machine."""
    running = _locked(ROOT / "requirements" / "run.lock").keys() | {"istidrak"}
    distributions = importlib.metadata.packages_distributions()
    missing = set()
    for path in [*(ROOT / "istidrak").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names} - {"benchmarks", *sys.stdlib_module_names}:
                if not running & {canonicalize_name(found) for found in distributions.get(name, [])}:
                    missing.add((path.relative_to(ROOT).as_posix(), name))
    assert missing == OPTIONAL


def test_pip_refuses_a_package_whose_hash_differs(tmp_path):
    """What the hashes are for: a package changed on its way, or at its source, is not installed."""
    about = "lesson-1.0.dist-info"
    with zipfile.ZipFile(tmp_path / "lesson-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("lesson.py", "")
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: lesson\nVersion: 1.0\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    lock = tmp_path / "lesson.lock"
    lock.write_text(f"lesson==1.0 --hash=sha256:{'0' * 64}\n")
    pip = [sys.executable, "-m", "pip", "--isolated", "install", "--no-index", f"--find-links={tmp_path}"]
    done = subprocess.run(
        [*pip, f"--target={tmp_path / 'into'}", "--require-hashes", f"--requirement={lock}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert not (tmp_path / "into" / "lesson.py").exists()
