"""Control visits: drawn once a month, drawn again from their seed, and what they found."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.organisations.models import Organisation
from istidrak.support.actions import control as actions
from istidrak.support.models import ControlVisit
from istidrak.support.rules.control import drawn

pytestmark = pytest.mark.django_db


@given(st.sets(st.integers(1, 10**6), max_size=60), st.text(max_size=8), st.integers(1, 100))
def test_a_seed_draws_the_same_schools_whatever_their_order(schools, seed, percent):
    found = drawn(sorted(schools), month=201810, seed=seed, percent=percent)
    assert found == drawn(sorted(schools, reverse=True), month=201810, seed=seed, percent=percent)
    assert set(found) <= schools
    assert 100 * len(found) >= len(schools) * percent > 100 * (len(found) - 1) or not schools


@pytest.fixture
def schools(village, school, directorate):
    """Thirty schools of the directorate with a validated October."""
    rows = [
        Organisation.objects.create(
            kind="SCHOOL", code=f"7{n:04d}A", name_fr=str(n), place_number=school.place_number, parent=directorate
        )
        for n in range(30)
    ]
    for row in rows:
        village.sheets(school=row, months=(201810,))
    return rows


@pytest.fixture
def coordinator(signers):
    return signers["SUPPORT_COORDINATOR"]


def refusal(**said):
    with pytest.raises(actions.ControlRefused) as caught:
        actions.draw(**said)
    return caught.value.code


def test_a_month_is_drawn_once_and_can_be_drawn_again_from_what_history_keeps(schools, coordinator, directorate):
    visits = actions.draw(by=coordinator, directorate=directorate, month=201810)
    assert len(visits) == 2  # five in a hundred of thirty, rounded up
    kept = History.objects.get(verb="draw_control").details
    again = drawn(kept["schools"], month=kept["month"], seed=kept["seed"], percent=kept["percent"])
    assert again == [visit.school_id for visit in visits]
    assert refusal(by=coordinator, directorate=directorate, month=201810) == "drawn"
    assert refusal(by=coordinator, directorate=directorate, month=201811) == "nothing"
    assert refusal(by=coordinator, directorate=directorate, month=201807) == "month"


def test_schools_of_elsewhere_are_not_drawn(schools, village, other_school, coordinator, directorate):
    village.sheets(school=other_school, months=(201810,))
    actions.draw(by=coordinator, directorate=directorate, month=201810)
    kept = History.objects.get(verb="draw_control").details
    assert other_school.pk not in kept["schools"]


def test_what_was_found_is_written_once(schools, coordinator, directorate):
    visit = actions.draw(by=coordinator, directorate=directorate, month=201810)[0]
    said = {"by": coordinator, "visit": visit, "visited_date": dt.date(2018, 11, 20), "pupils_seen": 40}
    for day, differing, code in (
        (dt.date(2030, 1, 1), 2, "day"),
        (dt.date(2018, 9, 1), 2, "day"),
        (None, 41, "counts"),
    ):
        with pytest.raises(actions.ControlRefused) as caught:
            actions.report(
                **said | {"visited_date": day or said["visited_date"]}, pupils_differing=differing, found="…"
            )
        assert caught.value.code == code
    with pytest.raises(ReasonMissing):
        actions.report(**said, pupils_differing=2, found=" ")
    actions.report(**said, pupils_differing=2, found="تلميذان حاضران في السجل غائبان في القسم")
    visit = ControlVisit.unscoped.get(pk=visit.pk)
    assert (visit.state, visit.pupils_differing) == ("DONE", 2)
    with pytest.raises(MoveRefused):
        actions.report(**said, pupils_differing=3, found="…")
