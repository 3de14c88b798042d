"""What would be lost: a list, a count or a search that shows another province's children."""

import datetime as dt

import pytest

from istidrak.base.scope import NOTHING, Scope, UnscopedRead
from istidrak.people.models import Person, Tie

pytestmark = pytest.mark.django_db


def test_a_table_about_people_cannot_be_read_without_a_scope(make_person):
    make_person()
    for read in (Person.objects.all, Person.objects.count, lambda: Person.objects.filter(sex="F")):
        with pytest.raises(UnscopedRead):
            read()


def test_no_assignment_shows_nobody(make_person):
    make_person()
    assert not Person.objects.visible_to(NOTHING).exists()


def test_a_territory_shows_its_people_and_no_others(make_person, directorate, other_directorate):
    here, there = make_person(), make_person(of=other_directorate)
    scope = Scope(spans=(directorate.place.span,))
    assert list(Person.objects.visible_to(scope)) == [here]
    assert there not in Person.objects.visible_to(scope)


def test_a_tie_that_has_ended_shows_nobody(make_person, directorate):
    person = make_person()
    Tie.objects.filter(person=person).update(until=dt.date(2025, 11, 19))  # the day before today
    assert not Person.objects.visible_to(Scope(spans=(directorate.place.span,))).exists()


def test_a_tie_is_open_on_its_last_day(make_person, directorate):
    person = make_person()
    Tie.objects.filter(person=person).update(until=dt.date(2025, 11, 20))
    assert Person.objects.visible_to(Scope(spans=(directorate.place.span,))).get() == person


def test_personal_ties_count_only_for_personal_roles_and_where_they_are_held(
    make_person, field_agent, directorate, other_directorate
):
    """An agent who moves to another province would keep the files of the children of the first one."""
    person = make_person()
    Tie.objects.create(person=person, user=field_agent, reason="HANDED", since=dt.date(2025, 9, 20))
    here = Scope(user_id=field_agent.pk, is_personal=True, personal_spans=(directorate.place.span,))
    gone = Scope(user_id=field_agent.pk, is_personal=True, personal_spans=(other_directorate.place.span,))
    assert Person.objects.visible_to(here).get() == person
    assert not Person.objects.visible_to(gone).exists()
    assert not Person.objects.visible_to(Scope(user_id=field_agent.pk)).exists()


def test_a_role_held_elsewhere_does_not_widen_an_officers_page(officer, other_directorate, make_user):
    """An officer of Laâyoune who reads totals of Souss-Massa must not open files there."""
    from istidrak.accounts.models import Assignment, User
    from istidrak.accounts.roles import DirectorateOfficer, Reader

    academy = other_directorate.parent
    Assignment.objects.create(user=officer, role="READER", organisation=academy, since=dt.date(2025, 1, 1))
    user = User.objects.get(pk=officer.pk)
    as_officer, as_both = user.scope_as(DirectorateOfficer), user.scope_as(DirectorateOfficer, Reader)
    assert not as_officer.covers_place(other_directorate.place_number)
    assert not as_both.covers_place(other_directorate.place_number)
    assert academy.place.span in as_both.total_spans
