"""What a list as a whole says against what was chosen, and problems of rows that the reading alone cannot see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz

from istidrak.base.days import school_year_words
from istidrak.base.exchange.headings import essence
from istidrak.desk.imports import messages
from istidrak.desk.imports.preface import Preface
from istidrak.desk.imports.problems import Problem

if TYPE_CHECKING:
    from istidrak.desk.imports.preview import Preview

LIKENESS_NEEDED = 85
_ISOLATED = "\u2068{}\u2069"  # a name or a number keeps its own direction inside an Arabic sentence


class ListReason(StrEnum):
    """Why a row is refused for where it was sent, not for what it holds."""

    OTHER_DIRECTORATE = "OTHER_DIRECTORATE"
    NO_PROVINCE = "NO_PROVINCE"


LIST_MESSAGES: Mapping[str, Promise] = {
    ListReason.OTHER_DIRECTORATE: gettext_lazy(
        "The school is in another province (%(text)s): the officer of that directorate puts it in."
    ),
    ListReason.NO_PROVINCE: gettext_lazy("The row does not say in which province the school is."),
}


def words_of(problem: Problem) -> str:
    """The sentence for a problem, in the active language."""
    if problem.reason in LIST_MESSAGES:
        return str(LIST_MESSAGES[problem.reason]) % {n: _ISOLATED.format(v) for n, v in problem.params.items()}
    return messages.message(problem)


@dataclass(frozen=True)
class Note:
    """A sentence about the whole list, with its stable code. A disagreement must be looked at before writing."""

    reason: str
    message: str
    is_disagreement: bool = True


def notes_on(
    preview: Preview, preface: Preface, *, season: int, directorate: Any, organisation: Any | None
) -> list[Note]:
    """What the title block and the rows say against the season, the directorate, the school or centre chosen."""
    notes = [
        *_of_season(preface, season),
        *_of_directorate(preface, directorate),
        *(_of_schools(preview, directorate, organisation) if preview.layout == "SCHOOL_LIST" else ()),
        *(_of_centre(preface, organisation) if preview.layout == "CENTRE_LIST" else ()),
    ]
    if preview.header.forbidden:
        notes.append(
            Note("SECRETS_LEFT_OUT", _("A column of secret codes was found: it was neither read nor kept."), False)
        )
    if preview.left_out:
        text = _("These sheets hold no list of this kind and are not read: %(names)s.")
        notes.append(Note("SHEETS_LEFT_OUT", text % {"names": _names(preview.left_out)}, False))
    return notes


def _of_season(preface: Preface, season: int) -> list[Note]:
    year = preface.school_year
    if year is None or year == season:
        return []
    text = _("The list is headed %(said)s; the season chosen is %(chosen)s.")
    said, chosen = (_ISOLATED.format(school_year_words(y)) for y in (year, season))
    return [Note("OTHER_SEASON", text % {"said": said, "chosen": chosen})]


def _of_directorate(preface: Preface, directorate: Any) -> list[Note]:
    said = preface.directorate
    if not said or _is_named(said, directorate):
        return []
    text = _("The list is headed %(said)s; the directorate chosen is %(chosen)s.")
    return [Note("OTHER_DIRECTORATE", text % {"said": _ISOLATED.format(said), "chosen": directorate})]


def _is_named(text: str, body: Any) -> bool:
    """True when a text is the name of a body or of its place, whole, inside a longer one, or with a slip."""
    said = essence(text)
    names = [body.name_ar, body.name_fr]
    if body.place is not None and body.kind == "DIRECTORATE":
        names += [body.place.name_ar, body.place.name_fr]
    for name in filter(None, map(essence, names)):
        if f" {name} " in f" {said} " or f" {said} " in f" {name} " or fuzz.ratio(said, name) >= LIKENESS_NEEDED:
            return True
    return False


def _of_schools(preview: Preview, directorate: Any, organisation: Any | None) -> list[Note]:
    named, notes = preview.schools, []
    low, high = directorate.place.span
    away = [s for s in named.known if s.place_number is None or not low <= s.place_number <= high]
    if away:
        text = _("The list names schools of other directorates: %(names)s.")
        notes.append(Note("SCHOOLS_ELSEWHERE", text % {"names": _names(away)}))
    others = [school for school in named.known if school != organisation]
    if organisation is not None and (others or named.unknown):
        text = _("The list names %(names)s; the school chosen is %(chosen)s.")
        names = _names([*others, *named.unknown])
        notes.append(Note("OTHER_SCHOOL", text % {"names": names, "chosen": organisation}))
    elif named.unknown:
        text = _("Schools that the program does not know: %(names)s. Their names and codes are kept as they are.")
        notes.append(Note("UNKNOWN_SCHOOLS", text % {"names": _names(named.unknown)}, False))
    return notes


def _of_centre(preface: Preface, organisation: Any | None) -> list[Note]:
    if organisation is None:
        return [Note("NO_CENTRE", _("This is a centre's list: choose the centre before writing it."))]
    said = preface.centre_name
    if not said or _is_named(said, organisation):
        return []
    text = _("The list is headed %(said)s; the centre chosen is %(chosen)s.")
    return [Note("OTHER_CENTRE", text % {"said": _ISOLATED.format(said), "chosen": organisation})]


MOST_NAMES = 5


def _names(things: Any) -> str:
    """A few names, each kept in its own direction, and how many more there are."""
    shown = [_ISOLATED.format(thing) for thing in list(things)[:MOST_NAMES]]
    more = len(things) - len(shown)
    text = _(", ").join(shown)
    return _("%(names)s and %(more)d more") % {"names": text, "more": more} if more > 0 else text
