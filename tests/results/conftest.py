"""A group that follows the curriculum of 2025, its educator and trainer, learners, and evaluations."""

import datetime as dt
import uuid

import pytest

from istidrak.accounts.roles import VocationalTrainer
from istidrak.programmes.actions import load_curricula, load_programmes
from istidrak.programmes.models import Pole
from istidrak.results import actions
from istidrak.training import actions as training

FIRST = dt.date(2025, 10, 6)
TEST_DAY = dt.date(2025, 11, 10)


@pytest.fixture
def curricula(programme):
    load_programmes()
    load_curricula()


@pytest.fixture
def trainer(make_user, centre):
    return make_user(VocationalTrainer, centre)


@pytest.fixture
def group(curricula, season, centre, programme, centre_director, educator, trainer):
    return training.create_group(
        by=centre_director,
        season=season,
        centre=centre,
        programme=programme,
        name="1",
        educators=[educator, trainer],
    )


@pytest.fixture
def enrolled(group, centre_director, make_person):
    def make(on=FIRST, of=None, **facts):
        return training.enrol(by=centre_director, person=make_person(**facts), group=of or group, on=on)

    return make


@pytest.fixture
def pole_of(curricula):
    def find(code, version="2025"):
        return Pole.objects.get(version__code=version, code=code, is_superseded=False)

    return find


@pytest.fixture
def make_evaluation(group, educator, pole_of):
    def make(scale="OUT_OF_20", pole="EDUCATIONAL", date=TEST_DAY, of=None, **more):
        return actions.create_evaluation(
            by=educator,
            group=of or group,
            submission=more.pop("submission", None) or uuid.uuid4(),
            kind="SUMMATIVE",
            scale=scale,
            title="فرض",
            date=date,
            pole=pole_of(pole) if pole else None,
            **more,
        )

    return make


@pytest.fixture
def score():
    def of(points):
        return actions.MarkGiven("SCORE", round(points * 100))

    return of
