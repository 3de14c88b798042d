"""What would be lost: a decision that two officers took twice, or one that nobody signed."""

import pytest

from istidrak.base.models import AnonymousWrite, History
from istidrak.base.workflow import MoveRefused, ReasonMissing, move, open_moves
from istidrak.programmes.models import Season

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed_season():
    return Season.objects.create(year=2019)


def test_a_move_changes_the_state_and_writes_one_line_of_history(closed_season, officer):
    move(closed_season, "open", by=officer)
    closed_season.refresh_from_db()
    assert closed_season.state == "OPEN"
    line = History.objects.get()
    assert (line.verb, line.before, line.after, line.by) == ("open", "NOT_OPENED", "OPEN", officer)


def test_the_second_of_two_officers_is_refused(closed_season, officer):
    stale = Season.objects.get(pk=closed_season.pk)
    move(closed_season, "open", by=officer)
    with pytest.raises(MoveRefused) as refused:
        move(stale, "open", by=officer)
    assert refused.value.state == "OPEN"
    assert History.objects.count() == 1


def test_an_impossible_move_is_refused(closed_season, officer):
    with pytest.raises(MoveRefused):
        move(closed_season, "reopen", by=officer, reason="…")


def test_a_move_that_needs_a_reason_is_not_made_without(closed_season, officer):
    move(closed_season, "open", by=officer)
    with pytest.raises(ReasonMissing):
        move(closed_season, "close", by=officer, reason="  ")
    closed_season.refresh_from_db()
    assert closed_season.state == "OPEN"


def test_nobody_writes_without_a_name(closed_season):
    with pytest.raises(AnonymousWrite):
        move(closed_season, "open", by=None)
    closed_season.refresh_from_db()
    assert closed_season.state == "NOT_OPENED"


def test_buttons_come_from_the_moves_that_are_open(closed_season):
    assert set(open_moves(closed_season)) == {"open"}
