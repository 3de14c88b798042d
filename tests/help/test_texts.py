"""Texts beside every task and guides by role: complete, safe, and true to the pages."""

import itertools
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.urls import reverse
from django.utils import translation

from istidrak.accounts.roles import ROLES
from istidrak.help import pages, queries, texts

from ..conventions.addresses import all_addresses

PACKAGE = Path(texts.__file__).parents[1]
LANGUAGES = ("ar", "fr")
ALL = list(itertools.product(LANGUAGES, ROLES))


def words_in(language):
    """Source words that a catalogue of the language translates, by module."""
    found = {}
    for path in PACKAGE.rglob(f"locale/{language}/LC_MESSAGES/django.po"):
        module = path.relative_to(PACKAGE).parts[0]
        with path.open("rb") as stream:
            found.setdefault(module, set()).update(
                m.id for m in read_po(stream) if m.id and isinstance(m.id, str) and m.string
            )
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_its_help(language):
    """A user who is stuck on a page without help stops working, or guesses."""
    known = texts.tasks(language)
    asked = [page.name for page in pages.all_pages().values() if page.is_task]
    missing = [name for name in asked if name not in known]
    assert len(asked) > 80
    assert not missing, f"write istidrak/help/texts/{language}/<module>.yaml for {missing}"


def test_every_module_has_its_place_in_the_list_of_tasks():
    """A module that is not in the order of the work would break the first page of help."""
    assert {name.partition(":")[0] for name in texts.tasks("ar")} <= set(queries.WORK)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_help_for_a_page_that_is_no_more(language):
    """A help that describes a page which was taken away sends people to nowhere."""
    assert not set(texts.tasks(language)) - set(pages.all_pages())


def test_help_sees_the_same_pages_as_the_test_of_every_address():
    """A page unknown to help could miss its text without any test that fails."""
    ours = {a.name for a in all_addresses() if a.name and not a.name.endswith("None")}
    assert ours <= set(pages.all_pages())


def test_both_languages_tell_the_same_steps():
    """A step told to readers of one language only is a step that the others miss."""
    arabic, french = texts.tasks("ar"), texts.tasks("fr")
    assert set(arabic) == set(french)
    for name, task in arabic.items():
        other = french[name]
        assert len(task.now) == len(other.now) >= 2, name
        assert [texts.words_of_pages(s) for s in task.now] == [texts.words_of_pages(s) for s in other.now], name
        assert task.title and task.purpose and task.next and task.mistakes and other.mistakes, name


@pytest.mark.parametrize("role", ROLES)
def test_both_guides_of_a_role_have_the_same_steps(role):
    """The Arabic guide and the French one lead through the same pages, in the same order."""
    with translation.override("ar"):
        arabic = texts.guide_of(role, "ar").steps
    with translation.override("fr"):
        french = texts.guide_of(role, "fr").steps
    assert len(arabic) >= 4
    assert [step.pages for step in arabic] == [step.pages for step in french]
    assert [len(step.bold) for step in arabic] == [len(step.bold) for step in french]


@pytest.mark.parametrize(("language", "role"), ALL)
def test_each_step_of_a_guide_leads_to_a_page_of_the_role(language, role):
    """A guide that sends an educator to a page which answers "not for your role" is worse than none."""
    guide = texts.guide_of(role, language)
    for name in texts.pages_of(guide.text):
        page = pages.page_named(name)
        assert page is not None and page.is_opened, name
        assert ROLES[role] in page.roles, f"{role} may not open {name}"
    assert all(step.pages for step in guide.steps), "each step names its page"


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_to_press_stand_on_the_pages(language):
    """ "Press X" where no button says X: the reader looks for it and gives up."""
    known = words_in(language)
    everywhere = set().union(*known.values())
    for task in set(texts.tasks(language).values()):
        for text in (task.purpose, *task.now, task.next, *task.mistakes):
            missing = [word for word in texts.words_of_pages(text) if word not in everywhere]
            assert not missing, f"{task.page}: {missing}"
    for role in ROLES:
        own = set()
        for line in texts.guide_of(role, language).text.splitlines():
            own = {name.partition(":")[0] for name in texts.pages_of(line)} or own
            here = set().union(known["base"], known["web"], *(known.get(module, set()) for module in own))
            missing = [word for word in texts.words_of_pages(line) if word not in here]
            assert not missing, f"{role}: {missing} is on no page of {own}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_bold_words_are_words_of_pages(language):
    """Words in bold are to be pressed: written freely, they drift away from the pages at the next rewording."""
    for task in set(texts.tasks(language).values()):
        for text in task.now:
            assert len(texts.bold_of(text)) == text.count("**{"), text
    for role in ROLES:
        text = texts.guide_of(role, language).text
        assert len(texts.bold_of(text)) == text.count("**{"), role


def test_markdown_lets_no_html_and_no_foreign_link_through():
    """A text edited by somebody careless must not run in the browser of a colleague."""
    html = texts.rendered(
        "<script>alert(1)</script> <img src=x onerror=y> ![x](http://e/x.png) [a](javascript:alert(1)) "
        "[b](https://example.org) [c](page:outreach:todo) [d](data:text/html,x) <https://example.org>",
        lambda name: "/todo/" if name == "outreach:todo" else "",
    )
    assert "<script" not in html and "<img" not in html
    assert html.count("<a ") == 1 and 'href="/todo/"' in html
    assert html.count("<a ") == html.count("</a>")


def test_an_address_is_escaped():
    """An address that holds a quote must not end the attribute."""
    assert '"><b>' not in texts.rendered("[x](page:home)", lambda _name: '/a"><b>')


def test_a_link_that_the_reader_may_not_open_is_words(client_of, educator):
    """The guide of another role is read, without links into closed doors."""
    html = client_of(educator).get(reverse("help:guide", args=["DIRECTORATE_OFFICER"])).content.decode()
    assert f'<a href="{reverse("people:pairs")}"' not in html


def test_guide_links_open_the_page_itself(client_of, officer):
    """From the guide one press leads to the work."""
    html = client_of(officer).get(reverse("help:guide", args=["DIRECTORATE_OFFICER"])).content.decode()
    assert f'<a href="{reverse("outreach:todo")}">' in html
    assert f'<a href="{reverse("help:task", args=["outreach:case"])}">' in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_beside_a_page_is_a_fragment_and_alone_a_page(client_of, officer, language):
    """Without JavaScript the button is a link to the same words."""
    client = client_of(officer)
    client.cookies["django_language"] = language
    url = reverse("help:task", args=["outreach:todo"])
    title = texts.tasks(language)["outreach:todo"].title
    page, fragment = (
        client.get(url).content.decode(),
        client.get(url, headers={"hx-request": "true"}).content.decode(),
    )
    assert title in page and "<html" in page
    assert title in fragment and "<html" not in fragment
    assert "{" not in fragment.split("<h3>")[1]


def test_every_page_has_the_button(client_of, officer):
    """Help beside every task: the frame carries it, to the help of this very page."""
    html = client_of(officer).get(reverse("outreach:cases")).content.decode()
    assert reverse("help:task", args=["outreach:cases"]) in html


def test_help_of_a_page_of_others_is_not_found(client_of, educator):
    """What a page of the officer's says is not for everybody."""
    assert client_of(educator).get(reverse("help:task", args=["people:pairs"])).status_code == 404
    assert client_of(educator).get(reverse("help:task", args=["no:such"])).status_code == 404
    assert client_of(educator).get("/help/guides/..%2F..%2Fapps/").status_code == 404


def test_search_finds_in_either_writing(client_of, officer):
    """Officers type without hamza and accents."""
    client = client_of(officer)
    client.cookies["django_language"] = "ar"
    assert texts.tasks("ar")["outreach:cases"].title in client.get("/help/?q=الحاله").content.decode()
    client.cookies["django_language"] = "fr"
    assert "Établissements et centres" in client.get("/help/?q=etablissements").content.decode()
    nothing = client.get("/help/?q=<script>xyzzy").content.decode()
    assert "<script>xyzzy" not in nothing
