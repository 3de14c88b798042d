"""What would be lost: a search that needs JavaScript, or one that sends the whole page at each letter."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("with_script", [True, False])
def test_the_same_persons_are_found_with_and_without_javascript(with_script, make_person, officer, client_of):
    person = make_person(first_name_ar="سعاد", search_text="سعاد")
    headers = {"HX-Request": "true"} if with_script else {}
    answer = client_of(officer).get(reverse("desk:search"), {"q": "سعا"}, headers=headers)
    text = answer.content.decode()
    assert person.file_number in text
    assert ("<html" in text) is not with_script
    assert "HX-Request" in answer["Vary"]  # no cache gives the rows alone for the page


def test_one_letter_asks_for_more(make_person, officer, client_of):
    person = make_person(first_name_ar="سعاد", search_text="سعاد")
    answer = client_of(officer).get(reverse("desk:search"), {"q": "س"}, headers={"HX-Request": "true"})
    assert person.file_number not in answer.content.decode()


def test_the_field_asks_by_itself(officer, client_of):
    text = client_of(officer).get(reverse("desk:search")).content.decode()
    assert f'hx-get="{reverse("desk:search")}"' in text and 'method="get"' in text
