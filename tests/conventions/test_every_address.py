"""Every address x every role x inside and outside the territory, generated from the address book.

The rows and the signed-in users are made once a part and asked about everything at the same visit: the status, the
words of a restricted note, the names that leave as a workbook. What a page costs is paid once for each role that
opens it; a refusal costs what the gate costs, its page being looked at in `test_a_refusal_is_a_page_in_words`.
"""

import difflib
import io
import re
import uuid
import zipfile
from dataclasses import dataclass, field

import pytest
import python_calamine
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse, QueryDict

from istidrak.accounts.roles import EVERYBODY
from istidrak.base.exchange.answers import XLSX
from istidrak.base.models import AuditRecord
from istidrak.people.models import Person
from istidrak.web import views

from .addresses import all_addresses
from .doors import DOORS, lines
from .world import NOTE, build

ADDRESSES = all_addresses()
# Words, years and values of parameters in addresses: everybody may know them.
NAMES_NOTHING = {"page", "role", "year", "verb", "count", "parameter", "value", "rule", "check"}
GUARDED = [a for a in ADDRESSES if not a.is_public]
ABOUT_ROWS = [a for a in GUARDED if a.kwargs and set(a.kwargs) - NAMES_NOTHING]
# Pages that everybody has for the own rows, and nobody else but whoever answers for them.
OWN_ROWS = {"help:question", "help:solved", "help:not_solved"}
HARMLESS = {200, 302, 303, 405}  # 405: an address that only takes answers
REFUSED = {403, 404, 405}
PARTS = 4  # shared out among the processes of a run, each with rows of its own
IN_PARTS = pytest.mark.parametrize("part", range(PARTS))
BLIND_TO = {"person", "case", "pair", "referral", "decision", "enrolment", "insertion", "concern", "payment"}


@pytest.fixture
def plain_refusals(monkeypatch):
    """Refusals answer without drawing their page."""
    monkeypatch.setattr(views, "_error", lambda request, status, *words: HttpResponse(status=status))


class Asked(QueryDict):
    """What stands in an address, which keeps whether somebody looked for `format`."""

    looked_for = False

    def __getitem__(self, key):
        Asked.looked_for |= key == "format"
        return super().__getitem__(key)

    def __contains__(self, key):
        Asked.looked_for |= key == "format"
        return super().__contains__(key)

    def getlist(self, key, default=None):
        Asked.looked_for |= key == "format"
        return super().getlist(key, default)


@pytest.fixture
def addresses_watched(monkeypatch):
    """`Asked.looked_for` says whether the last page looked for the format that it may be asked in."""
    given = property(
        lambda request: request.__dict__.setdefault("_given", Asked(request.META.get("QUERY_STRING", "")))
    )
    monkeypatch.setattr(
        WSGIRequest, "GET", given.setter(lambda request, value: request.__dict__.update(_given=value))
    )


@pytest.fixture
def clients_of(client_of):
    """A signed-in client for each role of a world."""
    return lambda world: {code: client_of(user) for code, user in world.users.items()}


def test_every_page_says_who_may_open_it():
    """A page without a gate would show children's files to whoever guesses its address."""
    open_doors = [a.name for a in ADDRESSES if not a.is_public and not a.roles]
    assert not open_doors


def test_doors_are_those_that_were_written_down():
    """A role added to a page by mistake opens children's files to whoever holds it, and every other test believes it."""
    was, now = DOORS.read_text(encoding="utf-8").splitlines(), list(lines())
    changed = [f"- {line}" for line in was if line not in now] + [f"+ {line}" for line in now if line not in was]
    assert not changed, "\n".join([*changed, "if it is meant: python -m tests.conventions.doors"])


def test_pages_about_a_person_are_closed_to_readers_of_totals():
    """A reader of totals, or whoever keeps the machines, must not reach one person's file by its address."""
    for address in ABOUT_ROWS:
        if BLIND_TO & set(address.kwargs):
            blind = [role.code for role in address.roles if not role.reads_files]
            assert not blind, f"{address.name} is open to {blind}"


@pytest.mark.django_db
def test_nobody_signed_in_is_sent_to_sign_in(client, season, plain_refusals):
    """An address kept in the history of a shared computer must open nothing."""
    nowhere, wrong = build(None), []
    for address in GUARDED:
        path = address.path(nowhere)
        response = client.get(path)
        if response.status_code == 405:
            response = client.post(path)
        if response.status_code != 302 or "/account/login/" not in response["Location"]:
            wrong.append(f"{path}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


@dataclass
class Findings:
    """What visits to pages found wrong, and how many workbooks with names they took out."""

    names: set[str]
    wrong: list[str] = field(default_factory=list)
    workbooks: int = 0

    def visit(self, client, role, address, path):
        """The page of a role that opens it: no error, no word of a note, no names by an address alone."""
        Asked.looked_for = False
        answer = client.get(path)
        is_kept_from = address.name in OWN_ROWS and role.code not in {"EDUCATOR", "DIRECTORATE_OFFICER"}
        if answer.status_code not in HARMLESS and not (answer.status_code == 404 and is_kept_from):
            self.wrong.append(f"{role.code} got {answer.status_code} on {path}")
        self._look_for_the_note(answer, role, path)
        # A page that never looks for a format has one only. It is asked of each role: what is given to a role may be
        # given behind a condition, and to one who finds no button for it.
        if Asked.looked_for or b"format=xlsx" in body_of(answer):
            self._take_out(client, role, path)

    def _take_out(self, client, role, path):
        path = f"{path}{'&' if '?' in path else '?'}format=xlsx"
        answer = client.get(path)
        self._look_for_the_note(answer, role, path)
        if self._holds_names(answer):
            self.wrong.append(f"{role.code} takes names out by the address {path}")
        before = AuditRecord.objects.count()
        answer = client.post(path)
        self._look_for_the_note(answer, role, path)
        if self._holds_names(answer):
            self.workbooks += 1
            if AuditRecord.objects.count() == before:
                self.wrong.append(f"{role.code} takes names out of {path} and nothing is recorded")

    def _look_for_the_note(self, answer, role, path):
        if holds_the_note(answer):
            self.wrong.append(f"{role.code} reads the words of a note on {path}")

    def _holds_names(self, answer):
        if answer.get("Content-Type") != XLSX:
            return False
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body_of(answer)))
        text = "\n".join(str(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
        return any(name in text for name in self.names)


def body_of(answer):
    """What was sent, a stream read once and kept."""
    if answer.streaming and not hasattr(answer, "kept"):
        answer.kept = b"".join(answer.streaming_content)
    return answer.kept if answer.streaming else answer.content


def holds_the_note(answer):
    """True when the words of the restricted note are in what was sent, a workbook's inner files included."""
    body = body_of(answer)
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    return NOTE.encode() in body or b"CANARY-7f3a9" in body


def changed_lines(before, after):
    """The first lines that two pages do not share."""
    pairs = difflib.ndiff(before.splitlines(), after.splitlines())
    return "\n".join([line[:200] for line in pairs if line[0] in "+-"][:6])


def _names():
    persons = Person.unscoped.all()
    return {text for p in persons for text in (p.name_ar, p.name_fr, p.file_number) if len(text) > 4}


@IN_PARTS
@pytest.mark.django_db
def test_inside_the_territory_each_role_gets_its_pages_and_no_other(
    part, clients_of, plain_refusals, addresses_watched
):
    """A role that is not named gets 403, never an error; one that is named gets the page, and on it no word of a
    note (a girl who tells a social worker what happened at home must not read it on the educator's screen); names
    leave by a form that is recorded, never by an address, or nobody can say later who took them."""
    world = build("inside")
    clients, findings = clients_of(world), Findings(_names())
    for address in GUARDED[part::PARTS]:
        path = address.path(world)
        for role in EVERYBODY:
            client = clients[role.code]
            if role in address.roles:
                findings.visit(client, role, address, path)
                continue
            status = client.get(path).status_code
            if status == 405:
                status = client.post(path).status_code
            if status != 403:
                findings.wrong.append(f"{role.code} got {status} on {path}, which is not for that role")
    assert not findings.wrong, "\n".join(findings.wrong)
    assert findings.workbooks >= 8  # the pages of the world do hold names


@IN_PARTS
@pytest.mark.django_db
def test_outside_the_territory_a_row_does_not_exist(part, clients_of, plain_refusals):
    """An officer of another province with the right role and the exact address sees and changes nothing; an
    address that names nothing at all is answered alike, and is no error."""
    inside, outside = build("inside"), build("outside")
    clients, own, wrong = clients_of(outside), clients_of(inside), []
    for address in ABOUT_ROWS[part::PARTS]:
        path = address.path(inside)
        rows = {name for name in address.kwargs if isinstance(inside[name], uuid.UUID) and name != "year"}
        nowhere = address.path({**inside, **{name: uuid.uuid4() for name in rows}})
        for role in address.roles:
            if rows and (status := own[role.code].get(nowhere).status_code) not in REFUSED:
                wrong.append(f"{role.code} got {status} on {nowhere}, which names nothing")
            if role.of == "MINISTRY":
                continue  # the country is their territory
            client = clients[role.code]
            for method in (client.get, client.post):
                if (status := method(path).status_code) not in REFUSED:
                    wrong.append(f"{role.code} of elsewhere got {status} by {method.__name__} on {path}")
    assert not wrong, "\n".join(wrong)


LISTS = [a for a in GUARDED if a not in ABOUT_ROWS and a.name != "mfa_activate_totp"]  # a new secret each time
CHANGES_EACH_TIME = re.compile(r'"[A-Za-z0-9]{64}"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|data-[a-z-]*="[^"]*"')


@pytest.mark.django_db
def test_what_another_province_adds_changes_no_list_and_no_count_of_mine(clients_of, plain_refusals):
    """A total that counts the whole country, or a filter that offers the quarters of elsewhere, leaks what a list hides.

    Asked of one role of each kind of body, and of the home of every other: the same page before and after.
    """
    mine = build("outside")
    kinds = {"DIRECTORATE_OFFICER", "SCHOOL_HEAD", "CENTRE_DIRECTOR", "ASSOCIATION_MANAGER", "ACADEMY_OFFICER"}
    clients = clients_of(mine)
    asked = [
        (role, address.path(mine))
        for address in LISTS
        for role in address.roles
        if role.of != "MINISTRY" and (role.code in kinds or address.name == "home")
    ]

    def page(role, path):
        answer = clients[role.code].get(path)
        is_page = answer.status_code == 200 and "text/html" in answer["Content-Type"]
        return CHANGES_EACH_TIME.sub("", body_of(answer).decode()) if is_page else ""

    before = {(role, path): page(role, path) for role, path in asked}
    build("inside")
    leaks = [
        f"{role.code} on {path}:\n{changed_lines(before[role, path], after)}"
        for role, path in asked
        if (after := page(role, path)) != before[role, path]
    ]
    assert sum(map(bool, before.values())) > 100
    assert not leaks, "\n".join(leaks)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_refusal_is_a_page_in_words(language, clients_of):
    """A bare "403" tells an officer nothing of whom to ask."""
    world = build("inside")
    for code, client in clients_of(world).items():
        client.cookies["django_language"] = language
        refused = next(a for a in GUARDED if code not in {role.code for role in a.roles} and not a.kwargs)
        for path, status in ((refused.path(world), {403, 405}), ("/nothing-here/", {404})):
            answer = client.get(path)
            assert answer.status_code in status, f"{code}: {path}"
            assert f'<html lang="{language}"' in answer.content.decode()
            assert 'href="/"' in answer.content.decode().split("<main")[1]  # the way back


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
