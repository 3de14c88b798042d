"""Every page, in both languages, on a phone and on a screen: accessible, inside its width, without an error."""

from pathlib import Path

import pytest

from tests.conventions.addresses import all_addresses

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PAGES = [a for a in all_addresses() if not a.is_public and a.roles]
# axe takes shaped Arabic for an icon font and skips its contrast: a little plain Latin text in the same font first.
UNSKIP = """() => { for (let i = 0; i < 3; i++) { const p = document.createElement('p');
  p.textContent = 'Plain text ' + i; p.style.position = 'static'; document.querySelector('main')?.prepend(p); } }"""
RUN = """async () => { const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.filter(v => ['serious', 'critical'].includes(v.impact))
    .map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')); }"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOO_SMALL = """() => [...document.querySelectorAll('main a.btn, main button, main .choice-label')]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height < 40).map(e => e.textContent.trim().slice(0, 40))"""


WIDTHS = (360, 1280)


def _pages_of_half(half):
    """Pages by the first role that opens them; the roles with most pages are shared out between two halves."""
    by_role = {}
    for address in PAGES:
        by_role.setdefault(address.roles[0].code, []).append(address)
    largest_first = sorted(by_role.items(), key=lambda row: -len(row[1]))
    return largest_first[half::2]


def _wrong_at(page, path, width):
    """What a page does wrong at a width: wider than the screen, too small to tap, not accessible."""
    page.set_viewport_size({"width": width, "height": 900})
    beyond = page.evaluate(TOO_WIDE)
    wrong = [f"{path} at {width}: {beyond} px wider than the screen"] if beyond > 1 else []
    small = page.evaluate(TOO_SMALL) if width == WIDTHS[0] else []
    wrong += [f"{path}: too small to tap: {text!r}" for text in small]
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(UNSKIP)
        page.add_script_tag(path=str(AXE))
    return wrong + [f"{path} at {width}: {line}" for line in page.evaluate(RUN)]


ANSWERED_BY_A_FILE = {"support:registrations_workbook"}  # an empty workbook: nothing to look at


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_page_is_accessible_and_fits(site, page_of, language, half):
    """A page that a phone cuts off, or that a screen reader cannot say, is a page that somebody cannot use."""
    wrong, seen = [], 0
    for role, addresses in _pages_of_half(half):
        # axe is a script of the test, not ours
        page = page_of(site.users[role], language, WIDTHS[0], bypass_csp=True)
        for address in addresses:
            path = address.path({**site.world, "year": 2025})
            if address.name in ANSWERED_BY_A_FILE:
                continue
            page.set_viewport_size({"width": WIDTHS[0], "height": 900})
            answer = page.goto(path)
            if answer.status == 405:
                continue  # takes answers only
            seen += 1
            if answer.status != 200:
                wrong.append(f"{path}: {answer.status}")
                continue
            for width in WIDTHS:
                wrong += _wrong_at(page, path, width)
    assert seen > 20, "no page was looked at"
    assert not wrong, "\n".join(wrong)
