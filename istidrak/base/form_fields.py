"""Fields of forms as pages show them: label, whether required, help, widget, errors tied to the widget.

Any Django form is drawn; forms know nothing of styles. Registered as the tags `field` and `all_fields` in
templatetags/ui.py.
"""

import datetime as dt
from typing import Any

from django import forms
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)
# What is written from left to right whatever the language of the page.
HYPHENS = "---------"
LEFT_TO_RIGHT = {"tel", "email", "url", "number"}


def field(bound: forms.BoundField) -> SafeString:
    """One field. Hidden fields are drawn bare."""
    if bound.is_hidden:
        return bound.as_widget()
    widget = bound.field.widget
    if isinstance(widget, CHOICES):
        return _group(bound)
    if isinstance(widget, forms.CheckboxInput):
        return format_html(
            '<div class="mb-3"><label class="form-check">{} <span class="form-check-label">{}{}</span></label>'
            "{}{}</div>",
            _dressed(bound),
            bound.label,
            _required_mark(bound),
            _help(bound),
            _errors(bound),
        )
    return format_html(
        '<div class="mb-3"><label class="form-label" for="{}">{}{}</label>{}{}{}</div>',
        bound.id_for_label,
        bound.label,
        _required_mark(bound),
        _help(bound),
        _dressed(bound),
        _errors(bound),
    )


def all_fields(form: forms.BaseForm) -> SafeString:
    """Every field of a form, with what is wrong said once at the top, as links, and again beside each field."""
    return format_html(
        "{}{}{}",
        _summary(form) if form.errors else "",
        format_html_join("", "{}", ((f.as_widget(),) for f in form.hidden_fields())),
        format_html_join("", "{}", ((field(f),) for f in form.visible_fields())),
    )


def _summary(form: forms.BaseForm) -> SafeString:
    # The form's own errors hold those of hidden fields too, which stand beside no field.
    lines: list[tuple[Any]] = [(error,) for error in form.non_field_errors()]
    lines += [(error,) for hidden in form.hidden_fields() for error in hidden.errors]
    opening = _("Nothing was saved yet. Please look at:") if any(f.errors for f in form.visible_fields()) else ""
    for bound in form.visible_fields():
        for error in bound.errors:
            lines.append((format_html('<a href="#{}">{}: {}</a>', _first_input(bound), bound.label, error),))
    return format_html(
        '<div class="alert alert-danger form-summary" role="alert" tabindex="-1">{}<ul class="mb-0">{}</ul></div>',
        format_html('<p class="mb-1">{}</p>', opening) if opening else "",
        format_html_join("", "<li>{}</li>", lines),
    )


def _first_input(bound: forms.BoundField) -> str:
    """The id that a link to the field focuses: for choices, the first one."""
    return f"{bound.auto_id}_0" if isinstance(bound.field.widget, CHOICES) else bound.id_for_label


def _required_mark(bound: forms.BoundField) -> SafeString | str:
    """The word "required", unless every field of the form is: then it would only be noise."""
    if not bound.field.required or all(f.field.required for f in bound.form.visible_fields()):
        return ""
    return format_html(' <span class="form-required">({})</span>', _("required"))


def _help(bound: forms.BoundField) -> SafeString | str:
    if not bound.help_text:
        return ""
    return format_html('<div class="form-hint" id="{}-help">{}</div>', bound.auto_id, bound.help_text)


def _errors(bound: forms.BoundField) -> SafeString | str:
    if not bound.errors:
        return ""
    lines = format_html_join("", '<div class="invalid-feedback d-block">{}</div>', ((e,) for e in bound.errors))
    return format_html('<div id="{}-error">{}</div>', bound.auto_id, lines)


def _ties(bound: forms.BoundField) -> dict[str, str]:
    """What a screen reader needs to read help and errors with the field."""
    ids = [f"{bound.auto_id}-help"] * bool(bound.help_text) + [f"{bound.auto_id}-error"] * bool(bound.errors)
    ties = {"aria-describedby": " ".join(ids)} if ids else {}
    if bound.errors:
        ties["aria-invalid"] = "true"
    if bound.field.required:
        ties["aria-required"] = "true"
    return ties


def _dressed(bound: forms.BoundField) -> SafeString:
    """The widget with Tabler's class and its ties."""
    # The browser's own "please fill in this field" speaks the browser's language and shows one mistake at a time:
    # what is missing is said by the page, all at once, in the reader's language.
    bound.form.use_required_attribute = False
    widget = bound.field.widget
    extra: dict[str, Any] = _ties(bound)
    kind = getattr(widget, "input_type", "")
    if isinstance(widget, forms.DateInput):
        _as_date(bound, extra)
    elif kind in LEFT_TO_RIGHT or "phone" in bound.name:
        extra["dir"] = "ltr"
        if "phone" in bound.name and kind == "text":
            widget.input_type = "tel"
    if isinstance(widget, forms.Select):
        # Django's row of hyphens says nothing; a screen reader spells it out.
        widget.choices = [(value, _("Choose") if label == HYPHENS else label) for value, label in widget.choices]
    given = widget.attrs.get("class", "")
    extra["class"] = " ".join(filter(None, [given, _class_of(widget), "is-invalid" if bound.errors else ""]))
    return bound.as_widget(attrs={**widget.attrs, **extra})


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


def _as_date(bound: forms.BoundField, extra: dict[str, Any]) -> None:
    """A day is picked (ISO value, shown by the browser in its way); what was typed and is no day stays as text,
    because a date picker would show an empty field and lose it."""
    widget = bound.field.widget
    widget.format = "%Y-%m-%d"
    shown = widget.format_value(bound.value())
    widget.input_type = "date" if not shown or _is_iso_day(shown) else "text"
    extra["lang"] = translation.get_language()
    if widget.input_type == "text":
        extra["dir"] = "ltr"


def _is_iso_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _group(bound: forms.BoundField) -> SafeString:
    """Radios or boxes, as buttons large enough for a thumb, under one legend."""
    is_radio = isinstance(bound.field.widget, forms.RadioSelect)
    ties = _ties(bound)
    if not is_radio:
        ties.pop("aria-required", None)  # a group of boxes has no such state; the word stands in the legend
    return format_html(
        '<fieldset class="mb-3"{}{}><legend class="form-label">{}{}</legend>{}'
        '<div class="choices">{}</div>{}</fieldset>',
        mark_safe(' role="radiogroup"') if is_radio else "",
        format_html_join("", ' {}="{}"', ties.items()),
        bound.label,
        _required_mark(bound),
        _help(bound),
        format_html_join("", "{}", ((_choice(bound, choice),) for choice in _choices(bound))),
        _errors(bound),
    )


def _choices(bound: forms.BoundField) -> list[Any]:
    bound.form.use_required_attribute = False
    return list(bound.subwidgets)


def _choice(bound: forms.BoundField, choice: Any) -> SafeString:
    attrs = choice.data["attrs"]
    attrs["class"] = f"{attrs.get('class', '')} choice-input".strip()
    return format_html(
        '<span class="choice">{}<label class="choice-label" for="{}">{}</label></span>',
        choice.tag(),
        attrs.get("id", ""),
        choice.data["label"],
    )
