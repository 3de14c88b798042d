"""Two centres of one province, a learner of the first, and a note whose words must appear nowhere."""

import datetime as dt
import uuid

import pytest

from istidrak.organisations.models import Organisation
from istidrak.people import actions as people
from istidrak.psychosocial import actions
from istidrak.training import actions as training

CANARY = "سر-خاص-CANARY-7f3a9"
FIRST = dt.date(2025, 10, 6)


@pytest.fixture
def group(season, centre, programme, centre_director, educator, vocational_trainer):
    return training.create_group(
        by=centre_director,
        season=season,
        centre=centre,
        programme=programme,
        name="1",
        educators=[educator, vocational_trainer],
    )


@pytest.fixture
def learner(make_learner):
    return make_learner().person


@pytest.fixture
def make_learner(make_person, group, centre_director):
    def make():
        return training.enrol(by=centre_director, person=make_person(), group=group, on=FIRST)

    return make


@pytest.fixture
def neighbour(directorate):
    """Another centre of the same directorate."""
    return Organisation.objects.create(
        kind="CENTRE",
        code="C9",
        name_ar="مركز المرسى",
        name_fr="Centre El Marsa",
        place=directorate.place,
        place_number=directorate.place.low,
    )


@pytest.fixture
def write(social_worker, centre):
    def make(person, text=CANARY, by=None, **more):
        given = {"kind": "INTERVIEW", "date": dt.date(2025, 11, 10), "submission": uuid.uuid4(), "centre": centre}
        return actions.write_note(by=by or social_worker, person=person, text=text, **{**given, **more})

    return make


@pytest.fixture
def share_with(centre_director):
    def make(person, organisation, reason="REFERRED"):
        people.tie(by=centre_director, person=person, reason=reason, organisation=organisation)

    return make
