"""A served installation and a real browser, one of each per test process."""

import os
import shutil

import pytest

from tests.running import template

from . import site as sites

# Debian's Chromium; without the parts that draw its own windows where that package is there (a third quicker).
NAMES = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else ["chromium-headless-shell", "chromium"]
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
SWITCHES = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id):
    """A folder with the demo, made once for all processes of a run and copied: each site served has its own."""
    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "built"
    with template.alone(home.parent):
        if not (home / "done").exists():
            sites.build(home)
            (home / "done").touch()
    return home


def _served(built, home, **how):
    shutil.copytree(built, home, dirs_exist_ok=True)
    served = sites.start(home, **how)
    yield served
    served.process.terminate()
    served.process.wait(timeout=120)


@pytest.fixture(scope="session")
def site(built, tmp_path_factory):
    """The demo and one row of each kind that an address can name."""
    yield from _served(built, tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def demo(built, tmp_path_factory):
    """The demo alone: its figures are those of the season of Laâyoune."""
    yield from _served(built, tmp_path_factory.mktemp("demo"), with_world=False)


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("wants Chromium: apt-get install chromium-headless-shell, or name a browser in CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield opened
        opened.close()


@pytest.fixture
def page_of(request, browser):
    """A page signed in as a demo account (by user name), in a language, at a width; `at`: which site is served.

    `page_of.walked` keeps where each went: (site, user name) and the paths, for walk.read_in.
    """
    contexts, walked = [], {}

    def make(username, language="ar", width=1280, *, at=None):
        at = at or request.getfixturevalue("site")
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=at.url, locale="ar-MA")
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": at.url}])
        page = context.new_page()
        page.set_default_timeout(60_000)  # a machine that is busy with others is slow, and nothing is wrong
        page.goto("/account/login/")
        page.locator(f'input[name="username"][value="{username}"]').locator("xpath=..").locator("button").click()
        page.wait_for_url(f"{at.url}/")
        paths = walked.setdefault((at.url, username), [])
        page.on("framenavigated", lambda frame: paths.append(frame.url.removeprefix(at.url)))
        return page

    make.walked = walked
    yield make
    for context in contexts:
        context.close()
