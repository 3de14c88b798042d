"""Help texts kept as files: one entry per task and one guide per role, in each language.

`texts/<language>/<module>.yaml` maps a task, named by its main page, to `title`, `purpose`, `now` (steps), `next`,
`mistakes`, and optionally `also`: other pages of the same task. `texts/<language>/guides/<ROLE>.md` is a guide:
numbered steps, each with the key of its page as a link `[words](page:outreach:todo)` and the words to press in bold.

Words that stand on a page (buttons, menu, titles) are written `{Save}`, as in the source: they are shown as the
catalogues translate them, so that a text never tells to press a word that the page does not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

TEXTS = Path(__file__).parent / "texts"
PAGE_LINK = "page:"
ON_THE_PAGE = re.compile(r"\{([^{}]+)\}")
Address = Callable[[str], str]


@dataclass(frozen=True)
class Task:
    """The help of one task, as Markdown. `page` is its main page, `also` the other pages of the same task."""

    page: str
    title: str
    purpose: str
    now: tuple[str, ...]
    next: str
    mistakes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All of it, as the search reads it."""
        return said(" ".join((self.title, self.purpose, *self.now, self.next, *self.mistakes)))


@dataclass(frozen=True)
class Step:
    """One numbered step of a guide: its words, the pages it leads through, the words to press on the last of them."""

    text: str
    pages: tuple[str, ...] = ()
    bold: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guide:
    """The guide of a role: title and text in Markdown."""

    role: str
    title: str
    text: str

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its numbered steps, in the language in force. Without a page, a step is on that of the one before."""
        steps: list[Step] = []
        for step in steps_in(said(self.text)):
            steps.append(step if step.pages or not steps else replace(step, pages=steps[-1].pages))
        return tuple(steps)


def _parser() -> MarkdownIt:
    # No raw HTML, no image: texts hold words, steps and links to pages of the program.
    parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "autolink", "html_block", "html_inline"])
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("link_close", _link_close)
    return parser


def _link_open(self: RendererHTML, tokens: list[Token], i: int, _options: Any, env: Any) -> str:
    """A link to a page of the program that the reader may open; any other is words without a link."""
    href = str(tokens[i].attrGet("href") or "")
    url = env["address"](href.removeprefix(PAGE_LINK)) if href.startswith(PAGE_LINK) else ""
    env.setdefault("closing", []).append("</a>" if url else "")
    return format_html('<a href="{}">', url) if url else ""


def _link_close(self: RendererHTML, _tokens: list[Token], _i: int, _options: Any, env: Any) -> str:
    return env["closing"].pop()


PARSER = _parser()


def said(text: str) -> str:
    """The text with the words of pages in the reader's language."""
    return ON_THE_PAGE.sub(lambda match: gettext(match.group(1)), text)


def words_of_pages(text: str) -> list[str]:
    """The words of pages that a text quotes, as in the source."""
    return ON_THE_PAGE.findall(text)


def rendered(text: str, address: Address, *, is_line: bool = False) -> SafeString:
    """Markdown as HTML. `address` gives the address of a page for this reader, empty when they may not open it."""
    render = PARSER.renderInline if is_line else PARSER.render
    return mark_safe(render(said(text), {"address": address}))  # noqa: S308 - written by markdown-it, which escapes HTML


@cache
def tasks(language: str) -> dict[str, Task]:
    """Every task of a language by each of its pages."""
    found: dict[str, Task] = {}
    for path in sorted((TEXTS / language).glob("*.yaml")):
        for page, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            lists = {name: tuple(entry.pop(name, ())) for name in ("now", "mistakes", "also")}
            task = Task(page=page, **entry, **lists)
            for name in (page, *task.also):
                if name in found:
                    raise ValueError(f"{path.name}: {name} has two help texts")
                found[name] = task
    return found


@cache
def guide_of(role: str, language: str) -> Guide | None:
    """The guide of a role; None for a role that has none."""
    path = TEXTS / language / "guides" / f"{role}.md"
    if path not in set(path.parent.glob("*.md")):
        return None
    title, _, text = path.read_text(encoding="utf-8").partition("\n")
    return Guide(role, title.removeprefix("# ").strip(), text.strip())


def steps_in(text: str) -> tuple[Step, ...]:
    """The items of the numbered lists of a text, in order."""
    steps, depth = [], 0
    for token in PARSER.parse(text, {}):
        depth += {"ordered_list_open": 1, "ordered_list_close": -1}.get(token.type, 0)
        if depth and token.type == "inline":
            steps.append(_step(token))
    return tuple(steps)


def _step(token: Token) -> Step:
    children = token.children or []
    hrefs = [str(child.attrGet("href")) for child in children if child.type == "link_open"]
    pages = tuple(href.removeprefix(PAGE_LINK) for href in hrefs if href.startswith(PAGE_LINK))
    return Step("".join(child.content for child in children), pages, bold_in(children))


def bold_in(children: list[Token]) -> tuple[str, ...]:
    """The words in bold among the parts of a line."""
    found, is_bold = [], False
    for child in children:
        is_bold = {"strong_open": True, "strong_close": False}.get(child.type, is_bold)
        if is_bold and child.type == "strong_open":
            found.append("")
        elif is_bold:
            found[-1] += child.content
    return tuple(found)


def bold_of(text: str) -> tuple[str, ...]:
    """The words in bold of a whole text: words of buttons, menus and fields, as they stand on the pages."""
    return tuple(
        words for token in PARSER.parse(text, {}) if token.type == "inline" for words in bold_in(token.children or [])
    )


def pages_of(text: str) -> tuple[str, ...]:
    """The keys of the pages that a text leads to."""
    return tuple(
        str(child.attrGet("href")).removeprefix(PAGE_LINK)
        for token in PARSER.parse(text, {})
        for child in token.children or []
        if child.type == "link_open"
    )
