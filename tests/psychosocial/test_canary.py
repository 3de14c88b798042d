"""The words of a restricted note are seen where the two roles of the centre open them, and nowhere else.

That no page and no workbook holds them is asked of every address for every role, at the visits of
tests/conventions/test_every_address.py.
"""

import pytest

from istidrak.accounts.roles import EVERYBODY
from istidrak.people.models import Person
from tests.conventions.test_every_address import holds_the_note
from tests.conventions.world import build

READS = {"SOCIAL_WORKER", "PSYCHOLOGIST"}


@pytest.mark.django_db
def test_only_the_opening_of_the_two_roles_of_the_centre_holds_it(client_of):
    inside, outside = build("inside"), build("outside")
    path = f"/psychosocial/{inside['accompaniment']}/open/"
    for code in (role.code for role in EVERYBODY):
        client = client_of(inside.users[code])
        assert not holds_the_note(client.get(path)), code
        assert not holds_the_note(client.post(path, {"reason": ""})), code
        opened = client.post(path, {"reason": "متابعة"})
        assert holds_the_note(opened) == (code in READS), code
        if code in READS:
            assert "no-store" in opened["Cache-Control"]
        assert not holds_the_note(client_of(outside.users[code]).post(path, {"reason": "متابعة"})), code


@pytest.mark.django_db
def test_a_search_for_its_words_finds_nobody(client_of):
    world = build("inside")
    client = client_of(world.users["SOCIAL_WORKER"])
    lines = client.get("/search/", {"q": "CANARY-7f3a9"})
    assert lines.status_code in {403, 404} or str(world["person"]) not in lines.content.decode()
    assert not Person.unscoped.filter(search_text__contains="canary").exists()
