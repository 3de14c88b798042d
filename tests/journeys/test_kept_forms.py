"""Stories: what was typed on a telephone is not lost, is not sent twice, and is not left to the next user."""

import re

import pytest

NOTE = "form .draft-note"
DRAFTS = "() => Object.keys(localStorage).filter(key => key.startsWith('istidrak:draft:'))"


@pytest.fixture
def agent(page_of):
    """The field agent's telephone, on the page where a young person is entered."""
    page = page_of("terrain", "fr", 360)
    page.goto("/capture/")
    return page


def _type(page, name, quarter="Hay Essalam"):
    page.fill('input[name="name"]', name)
    page.fill('input[name="quarter"]', quarter)
    page.wait_for_function(f"() => ({DRAFTS})().some(key => localStorage.getItem(key).includes({name!r}))")


def _save(page):
    page.locator('form[data-draft] button[type="submit"]').click()


def _records_naming(site, name):
    counted = site.run(
        "shell",
        "-c",
        "from istidrak.people.models import SourceRecord as R; "
        f"print(sum({name!r} in str(r.facts) + str(r.person) for r in R.unscoped.select_related('person')))",
    )
    return int(counted.stdout.split()[-1])


def test_what_was_typed_survives_a_reload_and_can_be_discarded(agent):
    """The telephone rings, the browser drops the page: eighty fields must not be asked of the family again."""
    _type(agent, "Warda Tizgui")
    agent.check('input[name="consent"][value="YES"]', force=True)
    agent.select_option('select[name="level"]', "4AP")
    agent.wait_for_timeout(400)
    agent.reload()
    assert agent.input_value('input[name="name"]') == "Warda Tizgui"
    assert agent.is_checked('input[name="consent"][value="YES"]')
    assert agent.input_value('select[name="level"]') == "4AP"
    agent.locator(NOTE).wait_for()
    agent.locator(f"{NOTE} button").click()
    assert agent.input_value('input[name="name"]') == ""
    assert not agent.is_checked('input[name="consent"][value="YES"]')
    agent.reload()
    assert agent.locator(NOTE).count() == 0


def test_without_a_connection_the_form_waits_and_is_sent_once(agent, site):
    """In a douar without network the agent saves, drives back, and finds the person recorded, once."""
    _type(agent, "Zahira Oulmessi")
    agent.context.set_offline(True)
    _save(agent)
    agent.locator(NOTE).wait_for()
    assert agent.input_value('input[name="name"]') == "Zahira Oulmessi"
    assert agent.url.endswith("/capture/")
    agent.context.set_offline(False)
    agent.wait_for_url(re.compile(r"/captured|/capture/[0-9a-f-]{36}"))
    assert agent.evaluate(DRAFTS) == []
    assert _records_naming(site, "Oulmessi") == 1


def test_a_lost_answer_does_not_make_two_persons(agent, site):
    """The server saved but its answer was lost on the way: sending again must find the same person."""
    _type(agent, "Latifa Ouzguit")

    def lose_the_answer(route):
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    agent.route("**/capture/", lose_the_answer)
    _save(agent)
    agent.locator(NOTE).wait_for()
    agent.unroute("**/capture/")
    agent.reload()  # even after the page was left and opened again
    agent.locator(f"{NOTE} button").first.click()
    agent.wait_for_url(re.compile(r"/captured|/capture/[0-9a-f-]{36}"))
    assert _records_naming(site, "Ouzguit") == 1


def test_a_mistake_is_shown_beside_its_field_and_nothing_typed_is_lost(agent):
    """A family waits while the agent looks for what the page did not accept."""
    agent.fill('input[name="name"]', "Samia Talbi")
    _save(agent)
    agent.locator(".form-summary").wait_for()
    assert agent.input_value('input[name="name"]') == "Samia Talbi"
    quarter = agent.locator('input[name="quarter"]')
    assert quarter.get_attribute("aria-invalid") == "true"
    assert agent.locator(f"#{quarter.get_attribute('aria-describedby').split()[-1]}").is_visible()
    agent.locator(".form-summary a").first.click()
    assert agent.evaluate("() => document.activeElement.name") == "quarter"


def test_nothing_stays_for_the_next_user_of_the_computer(agent, page_of):
    """Two agents share one computer: the second must not read the family the first one met."""
    _type(agent, "Ibtissam Bouhaddou")
    agent.locator(".menu summary").click()
    agent.locator(".menu-user form button").click()
    agent.wait_for_url("**/account/login/")
    assert agent.evaluate("() => Object.keys(localStorage).filter(key => key.startsWith('istidrak:'))") == []


def test_another_user_finds_no_draft_even_when_the_first_never_signed_out(agent, site):
    """The browser was closed without signing out, and a colleague signs in."""
    _type(agent, "Hayat Amrani")
    agent.context.clear_cookies()
    agent.goto("/account/login/")
    agent.locator('form:has(input[value="bureau"]) button').click()
    agent.wait_for_url(f"{site.url}/")
    assert agent.evaluate(DRAFTS) == []


def test_when_the_session_has_ended_the_form_comes_back_after_signing_in(agent):
    """A working day is long: what was typed before the end of the session is there after it."""
    _type(agent, "Naima Fassi")
    agent.context.clear_cookies(name="sessionid")
    _save(agent)
    agent.wait_for_url("**/account/login/**")
    agent.locator('form:has(input[value="terrain"]) button').click()
    agent.wait_for_url("**/capture/")
    assert agent.input_value('input[name="name"]') == "Naima Fassi"


def test_a_double_click_sends_once(agent):
    """A slow network invites a second click."""
    sent = []
    agent.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    _type(agent, "Ghita Sqalli")
    agent.locator('form[data-draft] button[type="submit"]').evaluate("button => { button.click(); button.click(); }")
    agent.wait_for_url(re.compile(r"/captured|/capture/[0-9a-f-]{36}"))
    assert len([request for request in sent if request.url.endswith("/capture/")]) == 1


def test_what_happened_is_said_after_a_kept_form(page_of):
    """A message read by a script is a message that nobody sees."""
    page = page_of("bureau", "fr")
    page.goto("/bodies/new/")
    page.select_option('select[name="kind"]', "ASSOCIATION")
    page.fill('input[name="code"]', "AS-MSG-1")
    page.fill('input[name="name_ar"]', "جمعية الرسالة")
    page.select_option('select[name="place"]', index=1)
    page.locator('form[data-draft] button[type="submit"]').click()
    page.wait_for_url(lambda url: not url.endswith("/bodies/new/"))
    assert page.locator(".messages .alert").count() == 1


def test_what_cannot_be_taken_back_is_asked_once_more(page_of):
    """A button beside "save" is pressed by mistake on a small screen."""
    page = page_of("national", "fr", 360)
    page.goto("/gallery/")
    start = page.url
    section = page.locator('section.gallery[lang="fr"]')
    section.locator("button[data-confirm]").click()
    page.locator("dialog.confirm .btn-outline-secondary").click()
    assert page.locator("dialog.confirm").count() == 0
    assert page.url == start
    section.locator("button[data-confirm]").click()
    page.locator("dialog.confirm .btn-primary").click()
    page.wait_for_url("**/gallery/?*")


def test_the_menu_of_a_telephone_opens_with_the_keyboard(page_of):
    """The menu that a phone hides is a program that a phone does not have."""
    page = page_of("bureau", "ar", 360)
    summary = page.locator(".menu summary")
    assert summary.bounding_box()["height"] >= 44
    assert not page.locator(".menu ul").is_visible()
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".menu ul").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".menu ul").is_visible()


def test_no_request_leaves_the_server(page_of, site):
    """A font or a script from elsewhere tells another company who reads which child's file."""
    page = page_of("bureau", "ar")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    faults = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    for path in ("/", "/search/", "/capture/", "/bodies/new/"):
        page.goto(path)
    assert len(asked) > 8
    assert [url for url in asked if not url.startswith((site.url, "data:"))] == []
    assert faults == []
    assert page.evaluate("() => document.fonts.check('16px Plex', 'استدراك')")


@pytest.mark.parametrize(("language", "words"), [("ar", "3 أبريل 2010"), ("fr", "3 avril 2010")])
def test_the_day_chosen_is_said_in_words(page_of, language, words):
    """A picker of an English browser shows month first: 03/04 would be read as the 4th of March."""
    page = page_of("terrain", language, 360)
    page.goto("/capture/")
    page.fill('input[name="birth_date"]', "2010-04-03")
    assert page.locator('input[name="birth_date"] + .day-words').inner_text() == words
