"""Stories: a computer of a centre that several people use, left alone in the middle of a form."""

DRAFTS = "() => Object.keys(localStorage).filter(key => key.startsWith('istidrak:draft:'))"
NAME = 'input[name="name"]'


def _type(page, name):
    page.goto("/capture/")
    page.fill(NAME, name)
    page.wait_for_function(f"() => ({DRAFTS})().some(key => localStorage.getItem(key).includes({name!r}))")


def _sign_in(page, username):
    page.locator(f'input[name="username"][value="{username}"]').locator("xpath=..").locator("button").click()


def _left_alone(page, site):
    """Half an hour passes without a touch."""
    page.clock.fast_forward("31:00")
    page.wait_for_url(f"{site.url}/account/login/?next=**")


def test_left_alone_the_page_leaves_the_screen_and_what_was_typed_comes_back_to_its_author(page_of, site):
    page = page_of("terrain", "fr")
    page.clock.install()
    _type(page, "Itto Azzouzi")
    _left_alone(page, site)
    assert "Itto" not in page.content()
    assert "sans activité" in page.locator("main").inner_text()
    page.goto("/capture/")
    assert "/account/login/" in page.url
    _sign_in(page, "terrain")
    page.wait_for_url(f"{site.url}/capture/")
    assert page.input_value(NAME) == "Itto Azzouzi"


def test_the_next_user_finds_nothing_of_it(page_of, site):
    page = page_of("terrain", "fr")
    page.clock.install()
    _type(page, "Rkia Bouhlal")
    _left_alone(page, site)
    _sign_in(page, "bureau")
    page.goto("/capture/")
    assert page.input_value(NAME) == ""
    assert not page.evaluate("() => Object.values(localStorage).some(text => text.includes('Rkia'))")


def test_a_tab_of_the_user_before_writes_nothing_once_another_has_signed_in(page_of, site):
    former = page_of("terrain", "fr")
    _type(former, "Tlaitmas Oubella")
    present = former.context.new_page()
    present.goto("/")
    present.locator(".frame-out button").click()
    present.wait_for_url(f"{site.url}/account/login/**")
    _sign_in(present, "bureau")
    present.wait_for_url(f"{site.url}/")
    former.wait_for_function(
        "document.body.dataset.user === undefined || !document.querySelector('input[name=name]')?.value"
    )
    assert not present.evaluate("() => Object.values(localStorage).some(text => text.includes('Tlaitmas'))")


def test_typing_keeps_the_page(page_of, site):
    page = page_of("terrain", "fr")
    page.clock.install()
    _type(page, "Aicha Tamim")
    for _ in range(3):
        page.clock.fast_forward("20:00")
        page.locator(NAME).press("End")
        page.locator(NAME).press("x")
    assert page.url == f"{site.url}/capture/"
    assert page.input_value(NAME) == "Aicha Tamimxxx"
