"""What would be lost: a child's file on paper that nobody knows who printed, or with what a family confided."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from istidrak.base import history
from istidrak.base.models import AuditRecord
from istidrak.outreach.models import Case, Contact

pytestmark = pytest.mark.django_db
INSTANT = dt.datetime(2025, 9, 10, 10, tzinfo=dt.UTC)


@pytest.fixture
def person(make_person, season, directorate, officer):
    person = make_person(first_name_ar="سعاد", last_name_ar="المنصوري", sex="F", phone="0600000000")
    case = Case.unscoped.create(season=season, person=person, directorate=directorate, opened_at=INSTANT)
    Contact.unscoped.create(
        case=case,
        person=person,
        kind="VISIT",
        result="MET",
        date=dt.date(2025, 9, 20),
        note="سر العائلة",
        submission=uuid.uuid4(),
        made_by=officer,
        recorded_at=INSTANT,
    )
    return person


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fr", "ltr")])
def test_it_prints_in_the_chosen_language_without_what_is_confided(language, direction, person, officer, client_of):
    history.record(person, "correct", by=officer, reason="قالت الجدة")
    answer = client_of(officer).post(reverse("desk:person_print", args=[person.uuid]), {"language": language})
    text = answer.content.decode()
    assert f'lang="{language}" dir="{direction}"' in text
    assert person.file_number in text
    for secret in ("سر العائلة", "قالت الجدة", "0600000000"):
        assert secret not in text
    assert AuditRecord.objects.get().verb == "print_file"


def test_a_link_prints_nothing(person, officer, client_of):
    assert client_of(officer).get(reverse("desk:person_print", args=[person.uuid])).status_code == 405


def test_another_province_prints_nothing(person, other_officer, reader, client_of):
    address = reverse("desk:person_print", args=[person.uuid])
    assert client_of(other_officer).post(address).status_code == 404
    assert client_of(reader).post(address).status_code == 403
    assert not AuditRecord.objects.exists()


@pytest.mark.parametrize("lines", [1, 60])
def test_a_long_time_line_costs_what_a_short_one_does(lines, person, officer, client_of, django_assert_num_queries):
    for _n in range(lines):
        history.record(person, "correct", by=officer)
    client = client_of(officer)
    with django_assert_num_queries(8):
        page = client.get(reverse("desk:time_line", args=[person.uuid]))
    if lines > 50:
        second = client.get(reverse("desk:time_line", args=[person.uuid]), {"after": page.context["page"].after})
        assert len(page.context["page"].rows) == 50 and len(second.context["page"].rows) == lines - 50


@pytest.mark.parametrize("lines", [1, 3])
def test_a_file_reads_only_the_parts_that_hold_something(
    lines, person, officer, client_of, django_assert_num_queries
):
    for _n in range(lines):
        history.record(person, "correct", by=officer)
    client = client_of(officer)
    with django_assert_num_queries(10):
        client.get(reverse("desk:person", args=[person.uuid]))
