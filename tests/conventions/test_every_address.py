"""Every address x every role x inside and outside the territory, generated from the address book."""

import pytest

from istidrak.accounts.roles import EVERYBODY

from .addresses import all_addresses
from .world import build

ADDRESSES = all_addresses()
# Words, years and values of parameters in addresses: everybody may know them.
NAMES_NOTHING = {"page", "role", "year", "verb", "count", "parameter", "value", "rule", "check"}
GUARDED = [a for a in ADDRESSES if not a.is_public]
ABOUT_ROWS = [a for a in GUARDED if a.kwargs and set(a.kwargs) - NAMES_NOTHING]
BY_NAME = {"argnames": "address", "argvalues": GUARDED, "ids": lambda a: a.name}
# Pages that everybody has for the own rows, and nobody else but whoever answers for them.
OWN_ROWS = {"help:question", "help:solved", "help:not_solved"}
HARMLESS = {200, 302, 303, 405}  # 405: an address that only takes answers


def test_every_page_says_who_may_open_it():
    """A page without a gate would show children's files to whoever guesses its address."""
    open_doors = [a.name for a in ADDRESSES if not a.is_public and not a.roles]
    assert not open_doors


def test_pages_about_a_person_are_closed_to_readers_of_totals():
    """A reader of totals, or whoever keeps the machines, must not reach one person's file by its address."""
    for address in ABOUT_ROWS:
        if {"person", "case", "pair", "referral", "decision", "enrolment", "insertion", "concern", "payment"} & set(
            address.kwargs
        ):
            blind = [role.code for role in address.roles if not role.reads_files]
            assert not blind, f"{address.name} is open to {blind}"


@pytest.mark.django_db
@pytest.mark.parametrize(**BY_NAME)
def test_nobody_signed_in_is_sent_to_sign_in(address, client, season):
    """An address kept in the history of a shared computer must open nothing."""
    path = address.path(build(None))
    response = client.get(path)
    if response.status_code == 405:
        response = client.post(path)
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize(**BY_NAME)
def test_inside_the_territory_each_role_gets_its_pages_and_no_other(address, make_world, client_of):
    """A role that is not named gets 403, never an error; one that is named gets the page."""
    world = make_world("inside")
    path = address.path(world)
    for role in EVERYBODY:
        client = client_of(world.users[role.code])
        status = client.get(path).status_code
        if status == 405 and role not in address.roles:
            status = client.post(path).status_code
        if status == 404 and address.name in OWN_ROWS and role.code not in {"EDUCATOR", "DIRECTORATE_OFFICER"}:
            continue
        if role in address.roles:
            assert status in HARMLESS, f"{role.code} got {status} on {path}"
        else:
            assert status == 403, f"{role.code} got {status} on {path}, which is not for that role"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ABOUT_ROWS, ids=lambda a: a.name)
def test_outside_the_territory_a_row_does_not_exist(address, make_world, client_of):
    """An officer of another province with the right role and the exact address sees and changes nothing."""
    inside, outside = make_world("inside"), make_world("outside")
    path = address.path(inside)
    for role in address.roles:
        if role.of == "MINISTRY":
            continue  # the country is their territory
        client = client_of(outside.users[role.code])
        for method in (client.get, client.post):
            status = method(path).status_code
            assert status in {404, 405, 403}, f"{role.code} of elsewhere got {status} by {method.__name__} on {path}"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ABOUT_ROWS, ids=lambda a: a.name)
def test_an_unknown_id_is_not_an_error(address, make_world, client_of):
    """A mistyped address says "not found"; an error page would send the officer to the telephone."""
    world = make_world("inside")
    import uuid

    nowhere = {
        name: (world[name] if name == "year" or not isinstance(world[name], uuid.UUID) else uuid.uuid4())
        for name in address.kwargs
    }
    if not any(isinstance(value, uuid.UUID) for value in nowhere.values()):
        pytest.skip("no id in this address")
    for role in address.roles:
        status = client_of(world.users[role.code]).get(address.path(nowhere)).status_code
        assert status in {404, 405, 403}, f"{role.code} got {status}"
