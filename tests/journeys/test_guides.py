"""The guide of each role, followed word by word on the demo: its pages open, and its words stand on them.

Pages are read without a browser: what is asked is words. That they are drawn is asked in test_every_page.py.
"""

import re
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse
from django.utils import translation

from istidrak.help import pages, texts
from istidrak.web.demo.bodies import ACCOUNTS

from .visitor import Visitor

WALKS = [
    *((username, role, "ar") for username, role, *_body in ACCOUNTS),
    *(
        (username, role, "fr")
        for username, role, *_body in ACCOUNTS
        if role in {"DIRECTORATE_OFFICER", "CENTRE_DIRECTOR"}
    ),
    ("educateur", "EDUCATOR", "fr"),
]
LINK = re.compile(r'<a[^>]*\shref="(/[^"#]*)"')
LOOKED_AT, ROWS_TRIED = 60, 3
# Their words stand there only while something waits: a list to confirm, a decision or an insertion to answer, a
# roll-call or an evaluation to end, a week to plan, an account that is locked.
WHILE_SOMETHING_WAITS = {
    "desk:import_file",
    "desk:import_mine",
    "orientation:case",
    "training:insertion",
    "training:session",
    "training:register",
    "training:timetable",
    "results:evaluation",
    "accounts:account",
    "support:sheet",
    "support:send",
}


def _plain(name):
    """The address of a page that needs no row; empty for one that does."""
    page = pages.page_named(name)
    if set(page.kwargs) - {"year"}:
        return ""
    return reverse(name, kwargs={"year": 2025} if page.kwargs else None)


class Reader:
    """Somebody who follows a guide: opens its pages, and finds those that need a row by the links of other pages."""

    def __init__(self, visitor):
        self.visitor, self.at = visitor, ""
        self.known = {}  # addresses by the name of their page, in the order they were met
        self.waiting, self.pages = [], {}

    def meet(self, html):
        """Remember the links of a page."""
        for address in LINK.findall(html):
            path = urlsplit(address.replace("&amp;", "&")).path
            try:
                name = resolve(path).view_name
            except Resolver404:
                continue
            rows = self.known.setdefault(name, [])
            if path not in rows:
                rows.append(path)
                if len(rows) <= 2:  # two of a kind lead to all the others
                    self.waiting.append(path)

    def rows_of(self, name):
        """Addresses of a page that needs a row: looked for from page to page, nearest first."""
        while name not in self.known and self.waiting and len(self.pages) < LOOKED_AT:
            self.open(self.waiting.pop(0))
        return self.known.get(name, [])[:ROWS_TRIED]

    def open(self, path):
        """A page, asked for once."""
        if path not in self.pages:
            self.pages[path] = self.visitor.get(path)
            self.meet(self.pages[path].html)
        return self.pages[path]

    def read(self, path):
        """The words of a page of a step; it answers, and it is that page."""
        answer, self.at = self.open(path), path
        assert answer.status == 200, f"{path}: {answer.status}"
        return answer.main

    def words_missing(self, name, words):
        """Open a page of a step; the words of the step that are not on it. None when the demo has no such row."""
        plain = _plain(name)
        missing = None
        for path in [plain] if plain else self.rows_of(name):
            shown = self.read(path)
            missing = [word for word in words if word not in shown]
            if not missing:
                break
            if name in WHILE_SOMETHING_WAITS:
                return []
        return missing


@pytest.mark.parametrize(("username", "role", "language"), WALKS, ids=lambda value: value)
def test_a_guide_is_followed_step_by_step(demo, username, role, language):
    """A guide that names a button which the page does not have teaches its reader to trust none of it."""
    with translation.override(language):
        steps = texts.guide_of(role, language).steps
    reader = Reader(Visitor(demo.url, username, language))
    reader.open("/")
    wrong, unreached = [], []
    for number, step in enumerate(steps, start=1):
        for name in step.pages:
            words = step.bold if name == step.pages[-1] else ()
            missing = reader.words_missing(name, words)
            if missing is None:
                unreached.append(f"{number}: {name}")
            elif missing:
                wrong.append(f"{number}: {missing} not on {name} ({reader.at})")
    assert not wrong, "\n".join(wrong)
    assert len(unreached) <= 1, f"no row of the demo leads to {unreached}"  # a question that nobody passed up
