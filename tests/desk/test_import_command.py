"""`istidrak import`: what it prints, what it writes, how it fails."""

import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from istidrak.accounts.models import User
from istidrak.base.exchange.reading import read_tables
from istidrak.desk.imports import actions
from istidrak.organisations.models import Organisation
from istidrak.outreach.models import Case
from istidrak.people.models import Person, SourceFile, SourceRecord, Tie
from istidrak.programmes.models import Season
from istidrak.schooling.models import Stay
from tests.imports import make_lists
from tests.imports.make_drop import MadeSchool, registry_workbook

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples"
KEYS = ["layout", "rows", "accepted", "incomplete", "refused", "problems"]


@pytest.fixture
def run(kept_files, directorate):
    def run(path, *more, directorate="321", season="2025"):
        out = io.StringIO()
        call_command("import", str(path), "--season", season, "--directorate", directorate, *more, stdout=out)
        return out.getvalue()

    return run


@pytest.fixture
def a_list(tmp_path):
    """A school's list of six rows, one without a name, of a school that the program does not know."""
    people = make_lists.youths(random.Random(4), 6)
    name, data = registry_workbook(MadeSchool("30100N", "إعدادية الأرز 1", "Collège Al Arz 1"), people)
    rows = read_tables(data, name)[0].rows
    rows[7][2] = rows[7][3] = ""
    rows[7][1] = ""
    path = tmp_path / name
    path.write_bytes(make_lists.workbook({"Data": rows}))
    return path


def test_a_preview_writes_nothing_at_all(run, a_list, kept_files):
    accounts = User.objects.count()
    with CaptureQueriesContext(connection) as queries:
        answer = json.loads(run(a_list, "--json", season="2031"))
    assert list(answer) == KEYS
    assert (answer["layout"], answer["rows"]) == ("SCHOOL_LIST", 6)
    assert (answer["accepted"], answer["incomplete"], answer["refused"]) == (5, 0, 1)
    (problem,) = [p for p in answer["problems"] if p["reason"] == "NO_NAME"]
    assert list(problem) == ["row", "column", "reason", "message"] and problem["row"] == 8
    assert all(query["sql"].startswith("SELECT") for query in queries)
    assert not kept_files.exists() and not Season.objects.exists() and User.objects.count() == accounts


def test_applying_writes_and_says_what(run, a_list, directorate):
    answer = json.loads(run(a_list, "--json", "--apply"))
    assert list(answer) == [*KEYS, "applied"]
    assert answer["applied"]["records"] == 5 == SourceRecord.unscoped.count() == Case.unscoped.count()
    assert Season.objects.get().state == "NOT_OPENED"
    assert set(SourceRecord.unscoped.values_list("recorded_by__username", flat=True)) == {"command line"}
    assert Tie.objects.filter(place_number=directorate.place.low).count() == 5


def test_a_region_s_file_is_read_once(run, a_list, monkeypatch):
    """Each reading of a long file costs as much as all that is said of it."""
    real, calls = actions.read_list, []
    monkeypatch.setattr(actions, "read_list", lambda *given, **more: calls.append(1) or real(*given, **more))
    monkeypatch.setattr(actions, "preview_of", lambda file: pytest.fail("read again"))
    assert json.loads(run(a_list, "--json", "--apply"))["applied"]["records"] == 5 and calls == [1]


def test_a_school_that_nobody_knows_is_not_invented(run, a_list):
    run(a_list, "--apply")
    assert not Organisation.objects.filter(kind="SCHOOL").exists()
    assert set(Stay.unscoped.values_list("organisation", "organisation_text")) == {(None, "إعدادية الأرز 1")}
    assert {record.facts["school_code"] for record in SourceRecord.unscoped.all()} == {"30100N"}


def test_the_same_file_twice_changes_nothing(run, a_list):
    run(a_list, "--apply")
    before = [Person.unscoped.count(), SourceRecord.unscoped.count(), Case.unscoped.count(), Tie.objects.count()]
    answer = json.loads(run(a_list, "--apply", "--json"))
    assert not any(answer["applied"].values())
    assert before == [
        Person.unscoped.count(),
        SourceRecord.unscoped.count(),
        Case.unscoped.count(),
        Tie.objects.count(),
    ]
    assert SourceFile.objects.count() == 1


def test_it_is_signed_by_whom_one_says(run, a_list, officer):
    run(a_list, "--apply", "--by", officer.username)
    assert set(SourceRecord.unscoped.values_list("recorded_by", flat=True)) == {officer.pk}


def test_a_centre_s_own_list(run, tmp_path, centre):
    made = make_lists.centre_workbook(random.Random(3))
    path = tmp_path / made.filename
    path.write_bytes(made.data)
    with pytest.raises(CommandError):
        run(path, "--apply")
    assert not Person.unscoped.exists()
    run(path, "--apply", "--centre", centre.code)
    assert Tie.objects.filter(organisation=centre).count() == 11


def test_words_without_json(run, a_list, settings):
    settings.LANGUAGE_CODE = "fr"
    french = run(a_list)
    settings.LANGUAGE_CODE = "ar"
    arabic = run(a_list)
    assert "Lignes" in french and "الأسطر" in arabic


@pytest.mark.parametrize(
    ("path", "more", "where"),
    [
        ("nowhere.xlsx", [], {}),
        ("list", [], {"directorate": "999"}),
        ("list", ["--by", "nobody"], {}),
        ("list", ["--centre", "C9"], {}),
        ("list", [], {"season": "25"}),
        ("photo", [], {}),
    ],
)
def test_what_cannot_be_is_said_without_a_traceback(run, a_list, tmp_path, path, more, where):
    (tmp_path / "photo.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    chosen = {"list": a_list, "photo": tmp_path / "photo.xlsx"}.get(path, tmp_path / path)
    with pytest.raises(CommandError) as error:
        run(chosen, *more, **where)
    assert error.value.returncode == 1 and str(error.value)
    assert not SourceFile.objects.exists()


def test_any_directorate_code(run, a_list):
    """Those of Casablanca are printed with dots."""
    anfa = Organisation.objects.get(kind="DIRECTORATE", code="141.01.0")
    run(a_list, "--apply", directorate="141.01.0")
    assert set(Tie.objects.values_list("place_number", flat=True)) == {anfa.place.low}


@pytest.mark.samples
@pytest.mark.parametrize(
    ("name", "layout", "rows"),
    [
        ("not_rejoined_list", "SCHOOL_LIST", 400),
        ("caravan_list", "CARAVAN_LIST", 221),
        ("establishments", "ESTABLISHMENTS", 8),
    ],
)
def test_the_sample_lists(run, name, layout, rows):
    path = SAMPLES / f"{name}.xlsx"
    if not path.exists():
        pytest.skip("wants the sample lists beside the repository")
    answer = json.loads(run(path, "--json", "--apply"))
    assert (answer["layout"], answer["rows"]) == (layout, rows)
    assert answer["accepted"] + answer["incomplete"] + answer["refused"] == rows
    if layout == "ESTABLISHMENTS":
        assert answer["applied"] == {"schools_new": 8, "schools_corrected": 0}
    else:
        assert answer["applied"]["records"] == answer["accepted"] + answer["incomplete"]


def test_wrong_usage_is_exit_code_two(tmp_path):
    """As every command of the system says it."""
    run = subprocess.run(
        [sys.executable, "-m", "istidrak", "import", "x.xlsx", "--season", "soon"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ISTIDRAK_HOME": str(tmp_path)},
    )
    assert run.returncode == 2 and "Traceback" not in run.stderr
