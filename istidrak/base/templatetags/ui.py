"""Components of the pages. Each is a Python function, so an unknown attribute is refused when it is read."""

import datetime as dt
from typing import Any

from django import forms, template
from django.template.context import Context
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from istidrak.base.days import CASABLANCA

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


class UnknownTone(ValueError):
    """A component was given a colour that the palette does not hold."""


def _tone(tone: str) -> str:
    if tone not in TONES:
        raise UnknownTone(tone)
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
        title,
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


def day_words(value: dt.date) -> str:
    """A day in the reader's language: 16 شتنبر 2025, 16 septembre 2025."""
    if translation.get_language() == "ar":
        return f"{value.day} {MONTHS_AR[value.month - 1]} {value.year}"
    return date_format(value, "j F Y")


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
    return format_html('<a class="btn btn-{}" href="{}">{}</a>', tone, url, label)


@register.simple_tag
def submit(label: Any, *, tone: str = "primary", name: str = "", value: Any = "", confirm: Any = "") -> SafeString:
    """The button of a form; `confirm` asks once more in these words."""
    naming = format_html(' name="{}" value="{}"', name, value) if name else ""
    asking = format_html(' data-confirm="{}"', confirm) if confirm else ""
    return format_html('<button type="submit" class="btn btn-{}"{}{}>{}</button>', tone, naming, asking, label)


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
    """The way to the following rows, keeping the question asked."""
    if not page.after:
        return ""
    query = context["request"].GET.copy()
    query["after"] = page.after
    return format_html(
        '<p class="next-page"><a class="btn btn-outline-primary" href="?{}">{}</a></p>',
        query.urlencode(),
        _("Next rows"),
    )


@register.simple_tag(takes_context=True)
def download(context: Context) -> SafeString:
    """The same list as a workbook."""
    query = context["request"].GET.copy()
    query.pop("after", None)
    query["format"] = "xlsx"
    return format_html(
        '<a class="btn btn-outline-secondary d-print-none" href="?{}" download>{}</a>',
        query.urlencode(),
        _("Download (.xlsx)"),
    )


FINDING_TONES = {"MET": "green", "NOT_MET": "red", "UNKNOWN": "orange"}


@register.simple_tag
def finding_list(findings: Any) -> SafeString:
    """Criteria with their outcome in words and their source. `findings`: dicts with label, outcome, source."""
    words = {"MET": _("Met"), "NOT_MET": _("Not met"), "UNKNOWN": _("To complete")}
    return format_html(
        '<ul class="findings">{}</ul>',
        format_html_join(
            "",
            '<li>{} <span>{}</span><span class="finding-source text-secondary small" dir="auto">{}</span></li>',
            (
                (word(words[f["outcome"]], tone=FINDING_TONES[f["outcome"]]), f["label"], f.get("source", ""))
                for f in findings
            ),
        ),
    )


def _dressed(bound: forms.BoundField) -> SafeString:
    """The widget with its class, and what a screen reader needs to tie it to its help and its errors."""
    widget = bound.field.widget
    extra: dict[str, Any] = {}
    if isinstance(widget, forms.CheckboxInput):
        extra["class"] = "form-check-input"
    elif isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
        extra["class"] = "form-select"
    elif not isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        extra["class"] = "form-control"
    if isinstance(widget, forms.DateInput):
        widget.input_type = "date"
        widget.format = "%Y-%m-%d"
    if bound.errors:
        extra["aria-invalid"] = "true"
        extra["class"] = f"{extra.get('class', '')} is-invalid".strip()
    described = [f"{bound.auto_id}-help"] * bool(bound.help_text) + [f"{bound.auto_id}-error"] * bool(bound.errors)
    if described:
        extra["aria-describedby"] = " ".join(described)
    return bound.as_widget(attrs={**widget.attrs, **extra})


def _choices(bound: forms.BoundField) -> SafeString:
    kind = "radio" if isinstance(bound.field.widget, forms.RadioSelect) else "checkbox"
    rows = []
    for choice in bound.subwidgets:
        data = choice.data
        rows.append(
            (
                data["attrs"].get("id", ""),
                kind,
                data["name"],
                data["value"],
                mark_safe(" checked") if data["selected"] else "",
                data["attrs"].get("id", ""),
                data["label"],
            )
        )
    return format_html_join(
        "",
        '<span class="choice"><input class="choice-input" id="{}" type="{}" name="{}" value="{}"{}>'
        '<label class="choice-label" for="{}">{}</label></span>',
        rows,
    )


@register.simple_tag
def field(bound: forms.BoundField) -> SafeString:
    """One field: label, help, the widget, its errors beside it."""
    if bound.is_hidden:
        return bound.as_widget()
    errors = format_html_join("", '<div class="invalid-feedback d-block">{}</div>', ((e,) for e in bound.errors))
    errors = format_html('<div id="{}-error">{}</div>', bound.auto_id, errors) if bound.errors else ""
    helping = (
        format_html('<div class="form-hint" id="{}-help">{}</div>', bound.auto_id, bound.help_text)
        if bound.help_text
        else ""
    )
    optional = "" if bound.field.required else format_html(' <span class="form-optional">{}</span>', _("optional"))
    widget = bound.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return format_html(
            '<fieldset class="mb-3"><legend class="form-label">{}{}</legend>{}<div class="choices" id="{}">{}</div>{}</fieldset>',
            bound.label,
            optional,
            helping,
            bound.auto_id,
            _choices(bound),
            errors,
        )
    if isinstance(widget, forms.CheckboxInput):
        return format_html(
            '<div class="mb-3"><label class="form-check">{} <span class="form-check-label">{}</span></label>{}{}</div>',
            _dressed(bound),
            bound.label,
            helping,
            errors,
        )
    return format_html(
        '<div class="mb-3"><label class="form-label" for="{}">{}{}</label>{}{}{}</div>',
        bound.id_for_label,
        bound.label,
        optional,
        _dressed(bound),
        helping,
        errors,
    )


@register.simple_tag
def all_fields(form: forms.BaseForm) -> SafeString:
    """Every field of a form, with what is wrong said once at the top and again beside each field."""
    hidden = format_html_join("", "{}", ((f.as_widget(),) for f in form.hidden_fields()))
    summary = ""
    if form.errors:
        lines = [*((None, e) for e in form.non_field_errors())]
        lines += [(f.id_for_label or f.auto_id, f"{f.label}: {e}") for f in form.visible_fields() for e in f.errors]
        items = format_html_join(
            "",
            "<li>{}</li>",
            ((format_html('<a href="#{}">{}</a>', anchor, text) if anchor else text,) for anchor, text in lines),
        )
        summary = format_html(
            '<div class="alert alert-danger" role="alert"><p class="mb-1">{}</p><ul class="mb-0">{}</ul></div>',
            _("Nothing was saved yet. Please look at:"),
            items,
        )
    return format_html(
        "{}{}{}", summary, hidden, format_html_join("", "{}", ((field(f),) for f in form.visible_fields()))
    )
