"""The cover sheet of a sending as text, in both languages: parts, rows, totals, and the SHA-256 of each file."""

import datetime as dt
from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from istidrak.base.templatetags.ui import dirham_figures
from istidrak.support.payer.out import Heading, Part


def text_of(heading: Heading, parts: Sequence[Part], made_at: dt.datetime) -> str:
    """The sheet: French, then Arabic, then the digests as `sha256sum --check` reads them."""
    sheets = []
    for language in ("fr", "ar"):
        with translation.override(language):
            sheets.append("\n".join(_sheet(heading, parts, made_at)))
    digests = "\n".join(f"{part.digest}  {part.name}" for part in parts)
    return "\n\n".join([*sheets, digests]) + "\n"


def _sheet(heading: Heading, parts: Sequence[Part], made_at: dt.datetime) -> list[str]:
    year = f"{heading.school_year}/{heading.school_year + 1}"
    lines = [
        _("Files for the payer: cover sheet"),
        _("Instalment: %(purpose)s %(year)s, no. %(number)s (key %(key)s)")
        % {"purpose": heading.purpose, "year": year, "number": heading.number, "key": heading.instalment},
        _("Sending no. %(number)s, made on %(day)s")
        % {"number": heading.sending, "day": f"{made_at:%Y-%m-%d %H:%M}"},
        "",
    ]
    for part in parts:
        words = _("%(name)s: %(rows)s payments, %(amount)s dirhams")
        lines.append(words % {"name": part.name, "rows": part.rows, "amount": dirham_figures(part.amount)})
    total = {"rows": sum(part.rows for part in parts), "amount": dirham_figures(sum(part.amount for part in parts))}
    return [*lines, "", _("Together: %(rows)s payments, %(amount)s dirhams") % total]
