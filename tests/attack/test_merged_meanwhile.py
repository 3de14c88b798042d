"""A file that is held to be another's while somebody writes to it: what is written stays with the child."""

import datetime as dt
import uuid

import pytest
from django.apps import apps

from istidrak.outreach import actions as outreach
from istidrak.people.actions.merging import merge
from istidrak.people.models import Person
from istidrak.people.words import ROWS
from istidrak.programmes.models import Programme
from istidrak.training import actions as training
from istidrak.training.models import Enrolment, Group

ON = dt.date(2025, 11, 19)


@pytest.fixture
def files(make_person, officer):
    """(the file that lives on, the other as a page opened before still holds it), held to be one since."""
    one, two = make_person(), make_person()
    stale = Person.unscoped.get(pk=two.pk)
    merge(by=officer, one=one, two=two)
    assert stale.merged_into_id is None
    return one, stale


@pytest.fixture
def group(season, centre):
    programme = Programme.objects.create(code="ANY", name_ar="برنامج", name_fr="Programme")
    return Group.unscoped.create(season=season, centre=centre, programme=programme, name="1")


def test_who_is_enrolled_is_the_file_that_lives_on(files, group, centre_director):
    """Else the centre has a learner whom nobody finds."""
    kept, stale = files
    assert training.enrol(by=centre_director, person=stale, group=group, on=ON).person == kept
    assert Enrolment.unscoped.get().person == kept


def test_a_request_for_a_place_too(files, group, centre_director):
    kept, stale = files
    request = training.receive_application(
        by=centre_director,
        centre=group.centre,
        programme=group.programme,
        season=group.season,
        requested_date=ON,
        submission=uuid.uuid4(),
        person=stale,
        no_massar_reason="",
    )
    assert request.person == kept


def test_a_visit_is_written_to_the_file_that_lives_on(make_person, officer, season, directorate):
    """Else the family is visited again for the same question."""
    one, two = make_person(), make_person()
    case = outreach.open_case(by=officer, person=two, season=season, directorate=directorate)
    case.person  # noqa: B018 - the page that was opened before holds it
    merge(by=officer, one=one, two=two)
    contact = outreach.make_contact(
        by=officer, case=case, kind="VISIT", result="ABSENT", date=ON, next_step="", note=""
    )
    assert contact.person == one


def test_every_row_that_a_file_holds_has_a_word():
    """Else the page that takes a merge back breaks as soon as such a row was written since."""
    own = {"person", "candidatepair", "merge", "sharingrequest"}  # of the comparison itself, never listed there
    holding = [
        model._meta.label_lower
        for model in apps.get_models()
        if any(field.concrete and field.related_model is Person for field in model._meta.get_fields())
    ]
    assert [label for label in holding if label not in ROWS and label.split(".")[1] not in own] == []
