"""The page of one list: nobody waits for a run that is not there, nothing leads nowhere, nothing is said 1,000 times."""

import datetime as dt
import random

import pytest
from django.urls import reverse
from django.utils import translation

from istidrak.base import days
from istidrak.desk.imports import actions, keeping
from istidrak.desk.imports.problems import Problem, Reason
from istidrak.desk.queries.time_line import words_of
from istidrak.desk.views import imports as views
from istidrak.people.models import SourceFile, SourceRecord
from tests.imports.make_drop import MadeSchool, registry_workbook
from tests.imports.make_lists import youths
from tests.imports.test_long_lists import long_list  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
State = SourceFile.State


@pytest.fixture
def page_of(client_of, officer):
    def page_of(file):
        return client_of(officer).get(reverse("desk:import_file", args=[file.uuid])).content.decode()

    with translation.override("en"):
        yield page_of


def test_a_list_that_no_run_takes_says_so(long_list, officer, page_of):  # noqa: F811
    actions.confirm(by=officer, file=long_list)
    assert "istidrak write" not in page_of(long_list)  # confirmed this minute: its turn comes
    SourceFile.objects.update(confirmed_at=days.now() - dt.timedelta(minutes=2))
    assert "istidrak write" in page_of(long_list)


def test_a_list_behind_another_that_is_being_written_only_waits(long_list, officer, page_of):  # noqa: F811
    actions.confirm(by=officer, file=long_list)
    SourceFile.objects.update(confirmed_at=days.now() - dt.timedelta(minutes=2))
    other = SourceFile.objects.get(pk=long_list.pk)
    other.pk, other.uuid, other.digest, other.state = None, SourceFile().uuid, "other", State.APPLYING
    other.beat_at = days.now()
    other.save()
    assert "istidrak write" not in page_of(long_list)


@pytest.mark.parametrize("state", [State.PREVIEWED, State.FAILED])
def test_a_list_whose_content_is_gone_can_be_set_aside(long_list, client_of, officer, page_of, state):  # noqa: F811
    SourceFile.objects.update(state=state)
    keeping.drop(long_list.digest, long_list.layout)
    address = reverse("desk:import_set_aside", args=[long_list.uuid])
    assert address in page_of(long_list)
    client_of(officer).post(address)
    assert SourceFile.objects.get().state == State.SET_ASIDE


def test_a_long_list_once_written_is_not_read_again_for_its_page(long_list, officer, page_of, monkeypatch):  # noqa: F811
    actions.apply(by=officer, file=long_list)
    monkeypatch.setattr(views, "preview_of", lambda file: pytest.fail("read again"))
    assert SourceRecord.unscoped.count() == 11 and ">11<" in page_of(long_list).replace("\n", "").replace(" ", "")


def test_a_long_list_that_stopped_offers_to_go_on(long_list, page_of, monkeypatch):  # noqa: F811
    SourceFile.objects.update(state=State.FAILED, failure="disk full")
    monkeypatch.setattr(views, "preview_of", lambda file: pytest.fail("read again"))
    page = page_of(long_list)
    assert "disk full" in page and reverse("desk:import_confirm", args=[long_list.uuid]) in page


def test_what_is_noted_on_every_row_is_said_once(kept_files, officer, season, directorate, school, page_of):
    people = youths(random.Random(4), 20)
    name, data = registry_workbook(MadeSchool(school.code, school.name_ar, school.name_fr), people)
    (file,) = actions.receive(by=officer, data=data, filename=name, season=season, directorate=directorate)
    preview = views.preview_of(file)
    for row in preview.rows:
        row.problems[:] = [Problem(row.row, "Level", Reason.LEVEL_UNKNOWN, {"text": f"L{row.row}"})]
    ((first, more, column, message),) = preview.noted(5)
    assert (len(first), more, column) == (5, 15, "Level") and message
    assert preview.error_count == 0 and preview.problems(only_errors=True) == []


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("verb", SourceFile.MOVES)
def test_what_happened_to_a_list_has_words(language, verb):
    with translation.override("en"):
        english = words_of("people.sourcefile:1", verb)
    with translation.override(language):
        assert words_of("people.sourcefile:1", verb) not in {verb, english}
