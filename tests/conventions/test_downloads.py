"""A list of names that leaves by an address alone leaves no trace: nobody can say later who took it."""

import io

import pytest
import python_calamine

from istidrak.accounts.roles import EVERYBODY
from istidrak.base.exchange.answers import XLSX
from istidrak.base.models import AuditRecord
from istidrak.people.models import Person

from .addresses import all_addresses
from .world import build

LISTS = [a for a in all_addresses() if not a.is_public]


def _holds(answer, names):
    if answer.get("Content-Type") != XLSX:
        return False
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    text = "\n".join(str(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
    return any(name in text for name in names)


def _names():
    persons = Person.unscoped.all()
    return {text for p in persons for text in (p.name_ar, p.name_fr, p.file_number) if len(text) > 4}


@pytest.mark.django_db
@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role.code)
def test_names_leave_by_a_form_that_is_recorded_and_never_by_an_address(role, client_of):
    world = build("inside")
    client, names = client_of(world.users[role.code]), _names()
    without_a_form, unrecorded, number = [], [], 0
    for address in LISTS:
        if role not in address.roles:
            continue
        path = f"{address.path(world)}?format=xlsx"
        if _holds(client.get(path), names):
            without_a_form.append(address.name)
        before = AuditRecord.objects.count()
        if _holds(client.post(path), names):
            number += 1
            if AuditRecord.objects.count() == before:
                unrecorded.append(address.name)
    assert not without_a_form and not unrecorded
    if role.code == "DIRECTORATE_OFFICER":
        assert number >= 8  # the pages of the world do hold names


@pytest.mark.django_db
def test_a_forged_form_takes_no_names_out(officer, season):
    """Another site must not make an officer's browser download, nor fill the record with what nobody asked."""
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    assert client.post("/cases/?format=xlsx").status_code == 403
    assert not AuditRecord.objects.filter(verb="download_names").exists()


@pytest.mark.django_db
def test_an_address_kept_as_a_favourite_gives_the_page_with_its_button(officer, season, client_of):
    client = client_of(officer)
    answer = client.get("/cases/?state=FOLLOWED&format=xlsx")
    assert (answer.status_code, answer["Location"]) == (302, "/cases/?state=FOLLOWED")
    page = client.get(answer["Location"]).content.decode()
    assert 'action="?state=FOLLOWED&amp;format=xlsx"' in page
    client.post("/cases/?state=FOLLOWED&format=xlsx")
    kept = AuditRecord.objects.get(verb="download_names")
    assert (kept.by, kept.details["path"]) == (officer, "/cases/")
