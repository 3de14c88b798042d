"""A served installation and a real browser, one of each per test process."""

import os
import shutil
from pathlib import Path

import pytest

from . import site as sites

CHROMIUM = os.environ.get("CHROMIUM", shutil.which("chromium") or "/usr/bin/chromium")
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
        if "journeys" in Path(item.fspath).parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    served = sites.start(tmp_path_factory.mktemp("site"))
    yield served
    served.process.terminate()
    served.process.wait(timeout=20)


@pytest.fixture(scope="session")
def browser():
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield opened
        opened.close()


@pytest.fixture
def page_of(site, browser):
    """A page signed in as a demo account (by user name), in a language, at a width."""
    contexts = []

    def make(username, language="ar", width=1280, *, bypass_csp=False):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=site.url, locale="ar-MA", bypass_csp=bypass_csp
        )
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto("/account/login/")
        page.locator(f'input[name="username"][value="{username}"]').locator("xpath=..").locator("button").click()
        page.wait_for_url(f"{site.url}/")
        return page

    yield make
    for context in contexts:
        context.close()
