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


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_page_is_accessible_and_fits(site, page_of, language, width):
    """A page that a phone cuts off, or that a screen reader cannot say, is a page that somebody cannot use."""
    wrong, seen = [], 0
    by_role = {}
    for address in PAGES:
        by_role.setdefault(address.roles[0].code, []).append(address)
    for role, addresses in by_role.items():
        page = page_of(site.users[role], language, width, bypass_csp=True)  # axe is a script of the test, not ours
        for address in addresses:
            path = address.path({**site.world, "year": 2025})
            answer = page.goto(path)
            if answer.status == 405:
                continue  # takes answers only
            seen += 1
            if answer.status != 200:
                wrong.append(f"{path}: {answer.status}")
                continue
            beyond = page.evaluate(TOO_WIDE)
            if beyond > 1:
                wrong.append(f"{path}: {beyond} px wider than the screen")
            small = page.evaluate(TOO_SMALL) if width == 360 else []
            wrong += [f"{path}: too small to tap: {text!r}" for text in small]
            page.evaluate(UNSKIP)
            page.add_script_tag(path=str(AXE)) if not page.evaluate("() => 'axe' in window") else None
            wrong += [f"{path}: {line}" for line in page.evaluate(RUN)]
    assert seen > 20, "no page was looked at"
    assert not wrong, "\n".join(wrong)
