"""A person's name in both scripts, and the way to the file."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def person_name(person: Any) -> SafeString:
    """The name in the scripts that are known, that of the page's language first; neither stands for the other."""
    parts = [("ar", "rtl", person.name_ar), ("fr", "ltr", person.name_fr)]
    if get_language() == "fr":
        parts.reverse()
    known = [(lang, direction, name) for lang, direction, name in parts if name]
    if not known:
        return format_html('<span class="text-secondary">{}</span>', _("Name not known"))
    return format_html_join(" · ", '<bdi lang="{}" dir="{}">{}</bdi>', known)


@register.simple_tag
def person_link(person: Any) -> SafeString:
    """The name as a link to the person's file."""
    return format_html(
        '<a href="{}">{}</a>', reverse("desk:person", kwargs={"person": person.uuid}), person_name(person)
    )
