"""Every page, in both languages, on a phone and on a screen: accessible, inside its width, without an error.

Widths in both languages on both screens, since French is longer; what is too small to tap on the phone; axe in Arabic on
the phone and in French on the screen, which are two of the four ways to draw a page and tell what the others tell unless
a style depends on language and width at once. A page that several roles open is looked at as the first of them; what
each of them gets is asked in tests/conventions/test_every_address.py.
"""

import pytest

from tests.conventions.addresses import all_addresses

PAGES = [a for a in all_addresses() if not a.is_public and a.roles]
PHONE, SCREEN = 360, 1280
# axe takes shaped Arabic for an icon font and skips its contrast: a little plain Latin text in the same font first.
UNSKIP = """() => { for (let i = 0; i < 3; i++) { const p = document.createElement('p');
  p.textContent = 'Plain text ' + i; p.style.position = 'static'; document.querySelector('main')?.prepend(p); } }"""
RUN = """async () => { const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.filter(v => ['serious', 'critical'].includes(v.impact))
    .map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')); }"""
MEASURE = """() => { const page = document.documentElement;
  const taps = [...document.querySelectorAll('main a.btn, main button, main .choice-label')];
  return {beyond: page.scrollWidth - page.clientWidth,
    small: taps.filter(e => e.offsetParent && e.getBoundingClientRect().height < 40).map(
      e => e.textContent.trim().slice(0, 40))}; }"""
ANSWERED_BY_A_FILE = {"support:registrations_workbook"}  # an empty workbook: nothing to look at
PARTS = 4


def _pages_of(part):
    """Pages by the first role that opens them, shared out so that each part has about as many."""
    by_role = {}
    for address in PAGES:
        if address.name not in ANSWERED_BY_A_FILE:
            by_role.setdefault(address.roles[0].code, []).append(address)
    shares = [[] for _ in range(PARTS)]
    for row in sorted(by_role.items(), key=lambda row: -len(row[1])):
        for start in range(0, len(row[1]), 40):  # a role with very many pages is several rows
            lightest = min(shares, key=lambda share: sum(len(addresses) for _role, addresses in share))
            lightest.append((row[0], row[1][start : start + 40]))
    return shares[part]


class Look:
    """Looks at pages as one role in both languages, and keeps what is wrong with them."""

    def __init__(self, pages):
        self.pages = pages
        self.wrong, self.seen = [], 0

    def at(self, path):
        """A page in both languages at both widths; addresses that only take answers are passed over."""
        for language, page in self.pages.items():
            page.set_viewport_size({"width": PHONE, "height": 900})
            answer = page.goto(path)
            if answer.status == 405:
                return
            if answer.status != 200:
                self.wrong.append(f"{path}: {answer.status} in {language}")
                return
            measured = self._width(page, path, PHONE, language)
            self.wrong += [f"{path} in {language}: too small to tap: {text!r}" for text in measured["small"]]
            if language == "ar":
                self._axe(page, path, PHONE, language)
            page.set_viewport_size({"width": SCREEN, "height": 900})
            self._width(page, path, SCREEN, language)
            if language == "fr":
                self._axe(page, path, SCREEN, language)
        self.seen += 1

    def _width(self, page, path, width, language):
        measured = page.evaluate(MEASURE)
        if measured["beyond"] > 1:
            self.wrong.append(f"{path} in {language} at {width}: {measured['beyond']} px wider than the screen")
        return measured

    def _axe(self, page, path, width, language):
        page.evaluate(UNSKIP)
        page.add_script_tag(url="/static/axe.min.js")
        self.wrong += [f"{path} in {language} at {width}: {line}" for line in page.evaluate(RUN)]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_accessible_and_fits(site, page_of, part):
    """A page that a phone cuts off, or that a screen reader cannot say, is a page that somebody cannot use."""
    wrong, seen = [], 0
    for role, addresses in _pages_of(part):
        pages = {language: page_of(site.users[role], language, PHONE) for language in ("ar", "fr")}
        look = Look(pages)
        for address in addresses:
            look.at(address.path({**site.world, "year": 2025}))
        wrong, seen = wrong + look.wrong, seen + look.seen
    assert seen > 20, "no page was looked at"
    assert not wrong, "\n".join(wrong)
