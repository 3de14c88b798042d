"""Long lists: confirmed on a page, written by a run beside the web processes; killed, taken up, never twice."""

import datetime as dt
import random

import pytest
from django.urls import reverse

from istidrak.base import days
from istidrak.desk.imports import actions, queue, writing
from istidrak.outreach.models import Case
from istidrak.people.models import Person, SourceFile, SourceRecord
from tests.imports.make_drop import MadeSchool, registry_workbook
from tests.imports.make_lists import youths

pytestmark = pytest.mark.django_db
State = SourceFile.State


@pytest.fixture
def long_list(settings, monkeypatch, kept_files, officer, season, directorate, school):
    """A list of eleven rows where ten are already long, received."""
    settings.ROWS_WRITTEN_AT_ONCE = 10
    monkeypatch.setattr(writing, "ROWS_IN_A_PART", 4)
    made = MadeSchool(school.code, school.name_ar, school.name_fr)
    name, data = registry_workbook(made, youths(random.Random(4), 11))
    (file,) = actions.receive(by=officer, data=data, filename=name, season=season, directorate=directorate)
    return file


def fresh(file):
    return SourceFile.objects.get(pk=file.pk)


def assert_written_once(file):
    assert fresh(file).state == State.APPLIED and fresh(file).written == 11
    assert SourceRecord.unscoped.count() == Person.unscoped.count() == Case.unscoped.count() == 11


def killed_in_the_second_part(monkeypatch, error):
    real, calls = writing.people.record_rows, []

    def stops(**given):
        calls.append(1)
        if len(calls) == 2:
            raise error
        return real(**given)

    monkeypatch.setattr(writing.people, "record_rows", stops)


def test_confirming_leaves_the_writing_to_a_run(long_list, client_of, officer):
    client, page = client_of(officer), reverse("desk:import_file", args=[long_list.uuid])
    client.post(reverse("desk:import_confirm", args=[long_list.uuid]))
    assert fresh(long_list).state == State.QUEUED and not Person.unscoped.exists()
    assert 'id="writing"' in client.get(page).content.decode()
    assert "HX-Refresh" not in client.get(page, headers={"HX-Request": "true"})
    client.post(reverse("desk:import_confirm", args=[long_list.uuid]))  # pressed twice
    assert actions.write_next() == long_list
    assert_written_once(long_list)
    assert {record.recorded_by for record in SourceRecord.unscoped.all()} == {officer}
    assert client.get(page, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert actions.write_next() is None


def test_a_short_list_is_written_at_once(long_list, settings, officer):
    settings.ROWS_WRITTEN_AT_ONCE = 11
    assert actions.confirm(by=officer, file=long_list).counts["records"] == 11
    assert_written_once(long_list)


def test_a_run_that_is_killed_is_taken_up_by_the_next_after_a_minute(long_list, officer, monkeypatch):
    actions.confirm(by=officer, file=long_list)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        killed_in_the_second_part(patched, KeyboardInterrupt)
        patched.setattr(queue, "leave", lambda file: None)  # killed outright: it had no time to let go
        actions.write_next()
    assert fresh(long_list).state == State.APPLYING and SourceRecord.unscoped.count() == 4
    assert actions.write_next() is None  # its last sign is seconds old: it may be alive
    SourceFile.objects.update(beat_at=days.now() - dt.timedelta(seconds=61))
    assert actions.write_next() == long_list
    assert_written_once(long_list)


def test_a_run_that_is_ended_lets_go_at_once(long_list, officer, monkeypatch):
    actions.confirm(by=officer, file=long_list)
    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        killed_in_the_second_part(patched, SystemExit)
        actions.write_next()
    actions.write_next()
    assert_written_once(long_list)


def test_a_run_held_to_be_gone_that_comes_back_writes_nothing_more(long_list, officer, monkeypatch):
    """Two runs at once: the one that lost the list stops at its next part, and every row is there once."""
    actions.confirm(by=officer, file=long_list)
    real, calls = writing.outreach.open_cases, []

    def slow(**given):
        calls.append(1)
        if len(calls) == 1:  # its first part is open, and another run takes the list
            SourceFile.objects.update(beat_at=days.now() - dt.timedelta(seconds=61))
            taken.append(queue.take())
        return real(**given)

    taken: list[SourceFile] = []
    with monkeypatch.context() as patched:
        patched.setattr(writing.outreach, "open_cases", slow)
        actions.write_next()
    assert SourceRecord.unscoped.count() == 4 and fresh(long_list).state == State.APPLYING
    actions.apply(by=officer, file=taken[0])
    assert_written_once(long_list)


def test_two_runs_take_one_list_once(long_list, officer):
    actions.confirm(by=officer, file=long_list)
    assert queue.take() == long_list
    assert queue.take() is None


def test_what_was_not_foreseen_is_said_and_the_list_can_be_confirmed_again(
    long_list, officer, client_of, monkeypatch
):
    actions.confirm(by=officer, file=long_list)
    with monkeypatch.context() as patched:
        killed_in_the_second_part(patched, RuntimeError("disk full"))
        actions.write_next()
    assert fresh(long_list).state == State.FAILED and "disk full" in fresh(long_list).failure
    page = client_of(officer).get(reverse("desk:import_file", args=[long_list.uuid])).content.decode()
    assert "disk full" in page and reverse("desk:import_set_aside", args=[long_list.uuid]) in page
    assert actions.write_next() is None
    actions.confirm(by=officer, file=fresh(long_list))
    actions.write_next()
    assert_written_once(long_list)


def test_a_list_that_stopped_can_be_set_aside(long_list, officer, monkeypatch):
    actions.confirm(by=officer, file=long_list)
    with monkeypatch.context() as patched:
        killed_in_the_second_part(patched, RuntimeError("disk full"))
        actions.write_next()
    actions.set_aside(by=officer, file=fresh(long_list))
    assert fresh(long_list).state == State.SET_ASIDE and SourceRecord.unscoped.count() == 4


def test_a_list_that_ends_its_run_each_time_is_given_up(long_list, officer):
    actions.confirm(by=officer, file=long_list)
    SourceFile.objects.update(attempts=queue.MOST_ATTEMPTS)
    actions.write_next()
    assert fresh(long_list).state == State.FAILED and fresh(long_list).failure
