"""The state of a centre's data: computed, never typed; each number opens on what is missing."""

import datetime as dt
from io import BytesIO

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from istidrak.desk.queries.data_keeping import (
    BEHIND,
    FAR_BEHIND,
    KEPT,
    NOTHING_DUE,
    kept_by_centre,
    state_of,
    worst,
)
from istidrak.training import actions

DAY = dt.date(2025, 11, 20)
BOUNDS = {"good": 95, "poor": 70}


@pytest.fixture
def group(season, centre, programme, centre_director):
    return actions.create_group(by=centre_director, season=season, centre=centre, programme=programme, name="أ")


def _page(client_of, user, **query):
    return client_of(user).get(reverse("desk:data_keeping", kwargs={"year": 2025}), query)


def _missing(client_of, user, centre, measure):
    return client_of(user).get(
        reverse("desk:data_missing", kwargs={"year": 2025, "centre": centre.uuid, "measure": measure})
    )


@given(due=st.integers(0, 500), done=st.integers(0, 500))
def test_a_state_follows_from_what_is_done_and_nothing_due_is_never_up_to_date(due, done):
    """A centre that opened no session would look perfect to the commission."""
    done = min(due, done)
    state = state_of(due, done, good=95, poor=70)
    if due == 0:
        assert state == NOTHING_DUE
    else:
        assert state == (KEPT if 100 * done >= 95 * due else FAR_BEHIND if 100 * done < 70 * due else BEHIND)


def test_a_centre_has_the_state_of_its_worst_measure():
    """One good line would hide roll-calls that nobody takes."""
    assert worst([KEPT, NOTHING_DUE, BEHIND]) == BEHIND
    assert worst([KEPT, FAR_BEHIND, BEHIND]) == FAR_BEHIND
    assert worst([NOTHING_DUE, KEPT]) == KEPT
    assert worst([]) == NOTHING_DUE


def test_a_roll_call_never_taken_is_missing_and_named(group, centre, officer, centre_director, client_of):
    """The commission would be told that the centre teaches, and see no day on which it did not say who came."""
    for number, day in enumerate((3, 10, 17), start=10):
        session = actions.plan_session(
            by=centre_director, group=group, date=dt.date(2025, 11, day), title=f"د{number}"
        )
        if day != 10:
            actions.open_session(by=centre_director, session=session)
            actions.close_session(by=centre_director, session=session)
    scope = officer.scope_as(*officer.roles)
    (kept,) = [
        k
        for k in kept_by_centre(scope, group.season, DAY, [centre], BOUNDS)[centre.pk]
        if k.measure.code == "roll_calls"
    ]
    assert (kept.due, kept.done, kept.missing, kept.state) == (3, 2, 1, FAR_BEHIND)
    listed = _missing(client_of, officer, centre, "roll_calls").content.decode()
    assert "د11" in listed and "د10" not in listed
    assert str(centre.name_ar) in _page(client_of, officer).content.decode()


def test_a_session_of_today_is_not_missing_yet(group, centre, officer, centre_director):
    """A centre would be late with a roll-call that takes place this afternoon."""
    actions.plan_session(by=centre_director, group=group, date=DAY)
    kept = kept_by_centre(officer.scope_as(*officer.roles), group.season, DAY, [centre], BOUNDS)[centre.pk]
    assert {k.measure.code: k.due for k in kept}["roll_calls"] == 0


def test_a_learner_whose_birth_nobody_knows_is_named(group, centre, officer, centre_director, client_of, make_person):
    """The gap would stay until somebody needs the age, at the end of the season."""
    whole = make_person(first_name_ar="سعاد", last_name_ar="المنصوري", sex="F", birth_year=2009, phone="0612345678")
    gap = make_person(first_name_ar="هند", last_name_ar="بلقاسم", sex="F", guardian_name="علي بلقاسم")
    for person in (whole, gap):
        actions.enrol(by=centre_director, person=person, group=group, on=dt.date(2025, 10, 6))
    listed = _missing(client_of, officer, centre, "identity").content.decode()
    assert "بلقاسم" in listed and "المنصوري" not in listed


def test_another_province_sees_neither_the_centre_nor_what_it_lacks(group, centre, other_officer, client_of):
    """How another directorate's centres are kept is its own business, and names its learners."""
    assert str(centre.name_ar) not in _page(client_of, other_officer).content.decode()
    assert _missing(client_of, other_officer, centre, "identity").status_code == 404


def test_the_workbook_says_what_the_page_says(group, centre, officer, centre_director, client_of):
    """The commission takes the table along; another number in it would be believed."""
    actions.plan_session(by=centre_director, group=group, date=dt.date(2025, 11, 3))
    answer = _page(client_of, officer, format="xlsx")
    _head, *rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    (row,) = [r for r in rows if r[0] == centre.name_ar]
    assert row[3:5] == [1, 0]


def test_queries_do_not_grow_with_centres(group, officer, client_of, django_assert_num_queries, directorate):
    """A region of forty centres would wait for forty times as many answers."""
    from istidrak.organisations.models import Organisation

    client = client_of(officer)
    address = reverse("desk:data_keeping", kwargs={"year": 2025})
    client.get(address)
    with django_assert_num_queries(15) as seen:
        client.get(address)
    for number in range(2):
        Organisation.objects.create(
            kind="CENTRE",
            code=f"X{number}",
            name_ar=f"مركز {number}",
            place=directorate.place,
            place_number=directorate.place.low,
        )
    with django_assert_num_queries(len(seen.captured_queries)):
        client.get(address)


def test_a_session_cancelled_by_a_closed_day_is_owed_by_nobody(group, centre, officer, centre_director):
    """A centre would be far behind for the days of a holiday."""
    session = actions.plan_session(by=centre_director, group=group, date=dt.date(2025, 11, 3))
    actions.cancel_session(by=centre_director, session=session, reason="عطلة")
    kept = kept_by_centre(officer.scope_as(*officer.roles), group.season, DAY, [centre], BOUNDS)[centre.pk]
    assert {k.measure.code: k.due for k in kept}["roll_calls"] == 0
