"""The words of a note are looked for on every page of the program, in every role, and in every workbook."""

import io
import zipfile

import pytest

from istidrak.accounts.roles import EVERYBODY
from istidrak.people.models import Person
from tests.conventions.addresses import all_addresses
from tests.conventions.world import NOTE, build

READS = {"SOCIAL_WORKER", "PSYCHOLOGIST"}
PAGES = [address for address in all_addresses() if not address.is_public]


def holds_the_note(response):
    """True when the words are in what was sent, a workbook's inner files included."""
    if response.status_code in {405, 403, 404}:
        return False
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    return NOTE.encode() in body or b"CANARY-7f3a9" in body


@pytest.mark.django_db
@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role.code)
def test_no_page_and_no_workbook_holds_the_words_of_a_note(role, client_of):
    """A girl who tells a social worker what happened at home must not read it on the educator's screen."""
    world = build("inside")
    client = client_of(world.users[role.code])
    found, looked_at = [], 0
    for address in PAGES:
        if role not in address.roles:
            continue
        path = address.path(world)
        for ask, asked in (
            (client.get, path),
            (client.get, f"{path}?format=xlsx"),
            (client.post, f"{path}?format=xlsx"),
        ):
            looked_at += 1
            if holds_the_note(ask(asked)):
                found.append(asked)
    assert looked_at
    assert not found


@pytest.mark.django_db
@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role.code)
def test_only_the_opening_of_the_two_roles_of_the_centre_holds_it(role, client_of):
    inside, outside = build("inside"), build("outside")
    path = f"/psychosocial/{inside['accompaniment']}/open/"
    client = client_of(inside.users[role.code])
    assert not holds_the_note(client.get(path))
    assert not holds_the_note(client.post(path, {"reason": ""}))
    opened = client.post(path, {"reason": "متابعة"})
    assert holds_the_note(opened) == (role.code in READS)
    if role.code in READS:
        assert "no-store" in opened["Cache-Control"]
    assert not holds_the_note(client_of(outside.users[role.code]).post(path, {"reason": "متابعة"}))


@pytest.mark.django_db
def test_a_search_for_its_words_finds_nobody(client_of):
    world = build("inside")
    client = client_of(world.users["SOCIAL_WORKER"])
    lines = client.get("/search/", {"q": "CANARY-7f3a9"})
    assert lines.status_code in {403, 404} or str(world["person"]) not in lines.content.decode()
    assert not Person.unscoped.filter(search_text__contains="canary").exists()
