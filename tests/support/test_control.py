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


KINDS = st.sampled_from(("RURAL/PRIMARY", "RURAL/LOWER_SECONDARY", "URBAN/PRIMARY", "/"))


@given(st.dictionaries(st.integers(1, 10**6), KINDS, max_size=60), st.text(max_size=8), st.integers(1, 100))
def test_a_seed_draws_the_same_schools_whatever_their_order(strata, seed, percent):
    found = drawn(strata, month=201810, seed=seed, percent=percent)
    assert found == drawn(dict(reversed(strata.items())), month=201810, seed=seed, percent=percent)
    assert set(found) <= set(strata)
    assert len(set(found)) == len(found)
    assert 100 * len(found) >= len(strata) * percent > 100 * (len(found) - 1) or not strata


@given(st.dictionaries(st.integers(1, 10**6), KINDS, min_size=1, max_size=60), st.text(max_size=8))
def test_no_kind_of_school_is_left_out_of_a_draw(strata, seed):
    """Drawn from the whole, chance could visit the town alone: each kind has its part, within one school."""
    found = drawn(strata, month=201810, seed=seed, percent=20)
    for kind in set(strata.values()):
        part = sum(of == kind for of in strata.values()) * len(found) / len(strata)
        assert abs(sum(strata[school] == kind for school in found) - part) < 1


def test_every_school_is_drawn_as_often_as_any_other():
    """A school that chance never takes is a school that nobody checks."""
    strata = {school: "URBAN/" if school < 3 else "RURAL/" for school in range(20)}
    draws = [drawn(strata, month=201810, seed=str(seed), percent=5) for seed in range(4000)]
    times = [sum(found == [school] for found in draws) for school in strata]
    assert sum(times) == 4000
    assert min(times) > 140
    assert max(times) < 260


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
    again = drawn(dict(kept["schools"]), month=kept["month"], seed=kept["seed"], percent=kept["percent"])
    assert again == [visit.school_id for visit in visits]
    assert refusal(by=coordinator, directorate=directorate, month=201810) == "drawn"
    assert refusal(by=coordinator, directorate=directorate, month=201811) == "nothing"
    assert refusal(by=coordinator, directorate=directorate, month=201807) == "month"


def test_schools_of_elsewhere_are_not_drawn(schools, village, other_school, coordinator, directorate):
    village.sheets(school=other_school, months=(201810,))
    actions.draw(by=coordinator, directorate=directorate, month=201810)
    kept = History.objects.get(verb="draw_control").details
    assert other_school.pk not in dict(kept["schools"])


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
