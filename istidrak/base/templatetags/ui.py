"""Components of the pages. Each is a Python function, so an unknown attribute is refused when it is read."""

import datetime as dt
import re
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template.context import Context
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from istidrak.base import form_fields
from istidrak.base.days import CASABLANCA, school_year_words

register = template.Library()

# Morocco's own names of the months; Django's Arabic has those of the Levant.
MONTHS_AR = (
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "ماي",
    "يونيو",
    "يوليوز",
    "غشت",
    "شتنبر",
    "أكتوبر",
    "نونبر",
    "دجنبر",
)
TONES = {"secondary", "blue", "green", "orange", "red", "purple", "teal"}
BUTTON_TONES = {
    *("primary", "secondary", "success", "danger", "warning"),
    *("outline-primary", "outline-secondary", "outline-success", "outline-danger", "outline-warning"),
}


class UnknownTone(ValueError):
    """A component was given a colour that the palette does not hold."""


def _tone(tone: str, among: set[str] = TONES) -> str:
    if tone not in among:
        raise UnknownTone(f"{tone!r} is none of {sorted(among)}")
    return tone


@register.simple_block_tag
def heading(content: str, title: Any, *, sub: Any = "", back: str = "") -> SafeString:
    """The title of a page, what it is of, the way back, and its buttons (the content)."""
    way_back = format_html('<a class="page-back" href="{}">{}</a>', back, _("Back")) if back else ""
    below = format_html('<div class="text-secondary mt-1">{}</div>', sub) if sub else ""
    return format_html(
        '<div class="page-header"><div class="page-header-words">{}<h1 class="page-title">{}</h1>{}</div>'
        '<div class="page-header-buttons">{}</div></div>',
        way_back,
        # A name in both scripts isolates its own parts, and an isolate around them would begin with the Latin one.
        title if "<bdi" in str(title) else format_html("<bdi>{}</bdi>", title),
        below,
        mark_safe(content.strip()),  # noqa: S308 - rendered by the template engine
    )


@register.simple_block_tag
def card(content: str, title: Any = "", *, tone: str = "") -> SafeString:
    """A box with an optional title; `tone` marks its edge."""
    top = format_html('<div class="card-header"><h2 class="card-title">{}</h2></div>', title) if title else ""
    edge = format_html(" card-tone-{}", _tone(tone)) if tone else ""
    return format_html(
        '<section class="card mb-3{}">{}<div class="card-content">{}</div></section>',
        edge,
        top,
        mark_safe(content),  # noqa: S308 - rendered by the template engine
    )


@register.simple_block_tag
def part(content: str, title: Any, *, ident: str, beside: Any = "", is_open: bool = True) -> SafeString:
    """A part of a long page that closes; `beside` stays readable when it is closed, `ident` is its address.

    Open on a screen unless `is_open` is False; frame.js closes all on a phone and opens all on paper.
    """
    return format_html(
        '<details class="card part" data-part id="{}"{}><summary><h2 class="part-title">{}</h2>{}</summary>'
        '<div class="card-content">{}</div></details>',
        ident,
        mark_safe(" open") if is_open else "",
        title,
        format_html('<span class="text-secondary small">{}</span>', beside) if beside else "",
        mark_safe(content),  # noqa: S308 - rendered by the template engine
    )


@register.simple_tag
def word(text: Any, *, tone: str = "secondary") -> SafeString:
    """A word or number that stands out."""
    return format_html('<span class="badge badge-{}">{}</span>', _tone(tone), text)


@register.simple_tag
def state(instance: Any) -> SafeString:
    """The state of a row in words; its colour from the model's TONES."""
    tones = getattr(instance, "TONES", {})
    return word(instance.get_state_display(), tone=tones.get(instance.state, "secondary"))


@register.simple_tag
def code(text: Any) -> SafeString:
    """A code, number or Latin word, isolated from the direction of what surrounds it."""
    return format_html('<bdi class="code" dir="ltr">{}</bdi>', text)


ARABIC_LETTER = re.compile("[\u0600-\u06ff]")


@register.simple_tag
def as_typed(text: Any) -> SafeString:
    """Words kept as they were typed, marked with their language: read aloud and laid out as such on either page."""
    language, side = ("ar", "rtl") if ARABIC_LETTER.search(str(text)) else ("fr", "ltr")
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', language, side, text) if text else mark_safe("")


def day_words(value: dt.date) -> str:
    """A day in the reader's language: 16 شتنبر 2025, 16 septembre 2025, 1er septembre 2025."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        value = value.astimezone(CASABLANCA)
    if translation.get_language() == "ar":
        return f"{value.day} {MONTHS_AR[value.month - 1]} {value.year}"
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number} {date_format(value, 'F Y')}"


def month_words(month: int) -> str:
    """A month of the year (1 to 12) in the reader's language: شتنبر, septembre."""
    if translation.get_language() == "ar":
        return MONTHS_AR[month - 1]
    return date_format(dt.date(2000, month, 1), "F")


def year_month_words(month: int) -> str:
    """A month written 201809: September 2018."""
    return f"{month_words(month % 100)} {month // 100}"


@register.simple_tag
def year_month(month: int) -> str:
    """A month written 201809, in words."""
    return year_month_words(month)


@register.simple_tag
def school_year(year: int) -> str:
    """A school year by its two years: 2018/19."""
    return school_year_words(year)


@register.simple_tag
def dirhams(centimes: int | None) -> SafeString | str:
    """An amount in centimes, in dirhams with its unit; an unknown amount is said to be unknown."""
    if centimes is None:
        return _("Not known")
    return format_html("<bdi>{}</bdi>", _("%(amount)s DH") % {"amount": dirham_figures(centimes)})


def dirham_figures(centimes: int) -> str:
    """1234550 centimes: 12 345.50; thousands apart by a space that does not break."""
    whole, rest = divmod(abs(centimes), 100)
    figures = f"{whole:,}".replace(",", "\u00a0") + (f".{rest:02}" if rest else "")
    return f"-{figures}" if centimes < 0 else figures


@register.simple_tag
def day(value: dt.date | None) -> str:
    """A day in words; an unknown day is said to be unknown."""
    return day_words(value) if value else _("Not known")


@register.simple_tag
def moment(value: dt.datetime | None) -> str:
    """An instant, in Moroccan time, day and hour."""
    if value is None:
        return _("Not known")
    local = value.astimezone(CASABLANCA)
    return format_html("{} <bdi>{}</bdi>", day_words(local.date()), local.strftime("%H:%M"))


@register.simple_tag
def button(label: Any, url: str, *, tone: str = "outline-primary") -> SafeString:
    """A link that looks like a button."""
    return format_html('<a class="btn btn-{}" href="{}">{}</a>', _tone(tone, BUTTON_TONES), url, label)


@register.simple_tag
def submit(label: Any, *, tone: str = "primary", name: str = "", value: Any = "", confirm: Any = "") -> SafeString:
    """The button of a form; `confirm` asks once more in these words."""
    naming = format_html(' name="{}" value="{}"', name, value) if name else ""
    asking = format_html(' data-confirm="{}"', confirm) if confirm else ""
    return format_html(
        '<button type="submit" class="btn btn-{}"{}{}>{}</button>', _tone(tone, BUTTON_TONES), naming, asking, label
    )


@register.simple_tag
def empty(title: Any, todo: Any, *, url: str = "", label: Any = "") -> SafeString:
    """An empty list: what it would hold and what to do."""
    way = (
        format_html('<p class="mt-3 mb-0"><a class="btn btn-primary" href="{}">{}</a></p>', url, label) if url else ""
    )
    return format_html(
        '<div class="empty"><p class="empty-title">{}</p><p class="empty-subtitle text-secondary">{}</p>{}</div>',
        title,
        todo,
        way,
    )


@register.simple_tag
def stat(label: Any, value: Any, *, url: str = "", hint: Any = "", tone: str = "secondary") -> SafeString:
    """A number with its label; it opens on its people when it has an address."""
    shown = format_html("<bdi>{}</bdi>", value)
    if url:
        shown = format_html('<a href="{}">{}</a>', url, shown)
    below = format_html('<div class="text-secondary small">{}</div>', hint) if hint else ""
    return format_html(
        '<div class="stat stat-{}"><div class="stat-label">{}</div><div class="stat-value">{}</div>{}</div>',
        _tone(tone),
        label,
        shown,
        below,
    )


@register.simple_tag(takes_context=True)
def next_page(context: Context, page: Any) -> str:
    """The ways to the first and to the following rows, keeping the question asked."""
    asked = context["request"].GET.copy()
    is_first = not asked.pop("after", None)
    links = [] if is_first else [(asked.urlencode(), _("First rows"))]
    if page.after:
        following = asked.copy()
        following["after"] = page.after
        links.append((following.urlencode(), _("Next rows")))
    if not links:
        return ""
    return format_html(
        '<nav class="next-page" aria-label="{}">{}</nav>',
        _("Rows"),
        format_html_join(" ", '<a class="btn btn-outline-primary" href="?{}">{}</a>', links),
    )


@register.simple_tag(takes_context=True)
def download(context: Context) -> SafeString:
    """The same list as a workbook: of lists that name no young person."""
    return format_html(
        '<a class="btn btn-outline-secondary d-print-none" href="?{}" download>{}</a>',
        _as_workbook(context),
        _("Download (.xlsx)"),
    )


def _as_workbook(context: Context) -> str:
    query = context["request"].GET.copy()
    query.pop("after", None)
    query["format"] = "xlsx"
    return query.urlencode()


@register.simple_tag(takes_context=True)
def download_names(context: Context, label: Any = "") -> SafeString:
    """The same list as a workbook, of a list that names young people: sent as a form, since it is recorded."""
    return format_html(
        '<form method="post" action="?{}" class="d-inline-block d-print-none">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<button type="submit" class="btn btn-outline-secondary" title="{}">{}</button></form>',
        _as_workbook(context),
        get_token(context["request"]),
        _("It is recorded who takes these names out, and when."),
        label or _("Download (.xlsx)"),
    )


FINDING_TONES = {"MET": "green", "NOT_MET": "red", "UNKNOWN": "orange"}


@register.simple_tag
def finding_list(findings: Any) -> SafeString:
    """Criteria with their outcome in words, and the text each comes from.

    `findings`: those of a rule's decision, as they are or as they were kept (dicts with label, outcome, source).
    """
    words = {"MET": _("Met"), "NOT_MET": _("Not met"), "UNKNOWN": _("To complete")}
    rows = []
    for finding in findings:
        kept = finding if isinstance(finding, dict) else finding.as_json()
        outcome = kept["outcome"]
        source = format_html('<bdi class="finding-source">{}</bdi>', kept["source"]) if kept.get("source") else ""
        rows.append((word(words[outcome], tone=FINDING_TONES[outcome]), kept["label"], source))
    return format_html('<ul class="findings">{}</ul>', format_html_join("", "<li>{} <span>{}</span>{}</li>", rows))


register.simple_tag(form_fields.field)
register.simple_tag(form_fields.all_fields)
