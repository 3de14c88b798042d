"""A centre with a group, an educator who teaches it, and learners whom the centre awaited."""

import datetime as dt

import pytest

from istidrak.accounts.roles import EVERYBODY
from istidrak.outreach import actions as outreach
from istidrak.people.models import Person
from istidrak.training import actions

FIRST = dt.date(2025, 10, 6)
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


def sees(user, row):
    return type(row).objects.visible_to(user.scope_as(*EVERYBODY)).filter(pk=row.pk).exists()


def sees_person(user, person):
    return Person.objects.visible_to(user.scope_as(*EVERYBODY)).filter(pk=person.pk).exists()


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.FILES = tmp_path


@pytest.fixture
def make_group(season, centre, programme, centre_director):
    def make(name="1", educators=(), **more):
        return actions.create_group(
            by=centre_director,
            season=season,
            centre=centre,
            programme=programme,
            name=name,
            educators=educators,
            **more,
        )

    return make


@pytest.fixture
def group(make_group, educator):
    return make_group(educators=[educator])


@pytest.fixture
def awaited(make_person, season, directorate, officer, centre):
    """A person referred to the centre."""

    def make(**facts):
        person = make_person(**facts)
        case = outreach.open_case(by=officer, person=person, season=season, directorate=directorate)
        outreach.refer(by=officer, case=case, receiver=centre)
        return person

    return make


@pytest.fixture
def enrolled(awaited, group, centre_director):
    """A learner of the group."""

    def make(on=FIRST, of=None, person=None, **facts):
        person = person or awaited(**facts)
        return actions.enrol(by=centre_director, person=person, group=of or group, on=on)

    return make


@pytest.fixture
def make_session(group, educator):
    def make(date=FIRST, of=None):
        return actions.plan_session(by=educator, group=of or group, date=date, title="")

    return make


@pytest.fixture
def declared(enrolled, centre_director):
    def make(where="OFPPT", **more):
        return actions.declare_insertion(
            by=centre_director,
            enrolment=more.pop("enrolment", None) or enrolled(),
            kind="VOCATIONAL",
            since_date=dt.date(2025, 11, 3),
            where=where,
        )

    return make
