"""The database that every test begins with: a stale one would keep the suite green over a broken migration."""

import shutil

import pytest

from tests.running import template

# One of each kind of thing that `istidrak migrate` reads.
READ = [
    "accounts/migrations/0001_initial.py",
    "support/parameters.yaml",
    "territory/data/directorates.csv",
    "programmes/data/curricula.yaml",
    "programmes/actions.py",
    "organisations/actions.py",
    "orientation/actions/interviewing.py",
    "base/parameters.py",
    "base/rules/strict_yaml.py",
    "people/models.py",
    "support/models/__init__.py",
    "web/settings.py",
    "web/reference.py",
    "web/management/commands/migrate.py",
]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A copy of what the template is made from."""
    folder = tmp_path_factory.mktemp("package")
    for path in template.sources():
        copy = folder / path.relative_to(template.PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return folder


@pytest.mark.parametrize("name", READ)
def test_whoever_changes_what_migrate_reads_gets_a_new_template(package, name):
    before = template.digest(package)
    path = package / name
    text = path.read_bytes()
    path.write_bytes(text + b"\n# changed\n")
    assert template.digest(package) != before
    path.write_bytes(text)
    assert template.digest(package) == before


def test_a_new_migration_file_of_data_or_library_is_another_template(package):
    before = template.digest(package)
    for name in ("accounts/migrations/9999_new.py", "people/data/new.csv", "schooling/parameters.yaml"):
        (package / name).parent.mkdir(exist_ok=True)
        (package / name).write_text("# new\n")
        assert template.digest(package) != before, name
        (package / name).unlink()
    assert template.digest(package, installed=["Django==5.2.99"]) != before  # its applications migrate too


def test_a_page_may_change_without_waiting_for_a_new_template():
    names = {str(path.relative_to(template.PACKAGE)) for path in template.sources()}
    assert not [name for name in names if "/views" in name or "/templates/" in name or "urls" in name]


def test_nothing_that_migrate_read_is_left_out_of_the_digest():
    """Written down by the process that made the template: the files it opened, the modules it imported."""
    read = set(template.report()["read"])
    known = {str(path.relative_to(template.PACKAGE)) for path in template.sources()}
    assert "territory/data/directorates.csv" in read and "accounts/migrations/0001_initial.py" in read
    assert read <= known, sorted(read - known)
