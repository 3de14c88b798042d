"""The list of a school's pupils for the transfers, in the layout that this program publishes: read and compared.

The layout is ours: no public one exists. Headings stand in both languages in one cell; either language is read.
Nothing is mended: a cell that cannot be read for certain is a problem by row and column, and its row is not written.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from istidrak.base.exchange.dates import parse_day
from istidrak.base.exchange.headings import Vocabulary, find_header, normalised
from istidrak.base.exchange.reading import Cell, Limits, as_text, read_tables
from istidrak.base.scope import Scope
from istidrak.people.models import Person
from istidrak.people.names import search_form
from istidrak.support.models import Guardian, Registration
from istidrak.support.queries.registrations import schools_of
from istidrak.support.rules.levels import LEVELS
from istidrak.support.rules.months import months_of_year

# Field, heading in Arabic, heading in French, width.
COLUMNS = (
    ("massar_code", "رمز مسار", "Code Massar", 14),
    ("last_name_ar", "الاسم العائلي", "Nom en arabe", 20),
    ("first_name_ar", "الاسم الشخصي", "Prénom en arabe", 20),
    ("last_name_fr", "الاسم العائلي بالفرنسية", "Nom", 20),
    ("first_name_fr", "الاسم الشخصي بالفرنسية", "Prénom", 20),
    ("sex", "الجنس", "Sexe", 10),
    ("birth_date", "تاريخ الازدياد", "Date de naissance", 16),
    ("school_code", "رمز المؤسسة", "Code établissement", 14),
    ("level_code", "المستوى", "Niveau", 10),
    ("class_name", "القسم", "Classe", 12),
    ("enrolled_from", "أول شهر بالمؤسسة", "Premier mois", 14),
    ("cover", "التغطية الاجتماعية", "Couverture sociale", 24),
    ("cover_number", "رقم البطاقة أو الوصل", "Numéro de carte ou récépissé", 20),
    ("family", "رقم الأسرة في هذه اللائحة", "Numéro de famille dans cette liste", 18),
    ("relation", "صلة القرابة", "Lien de parenté", 16),
    ("guardian_name_ar", "اسم ولي الأمر", "Nom du tuteur en arabe", 26),
    ("guardian_name_fr", "اسم ولي الأمر بالفرنسية", "Nom du tuteur", 26),
    ("identity_card", "البطاقة الوطنية لولي الأمر", "CIN du tuteur", 16),
    ("phone", "هاتف ولي الأمر", "Téléphone du tuteur", 16),
    ("account", "الحساب البنكي", "RIB", 28),
)
VOCABULARY = Vocabulary({name: [ar, fr, f"{ar} / {fr}"] for name, ar, fr, _width in COLUMNS})
LIMITS = Limits(file_bytes=8_000_000, unpacked_bytes=80_000_000, rows=20_000, columns=120)
NEEDED = 4  # headings that make a row the header
SEXES = {"F": ("F", "أنثى", "Fille", "Féminin"), "M": ("M", "ذكر", "Garçon", "Masculin")}
ACCOUNT_DIGITS = 24
SIGNS = re.compile(r"[\s.\-/]+")
PROBLEMS: dict[str, Any] = {
    "name": _("First and last name are needed, in one script."),
    "sex": _("Not one of the words for girl or boy."),
    "birth_date": _("Not a day that can be read for certain: write day/month/year."),
    "school_code": _("No school with this code where you may register."),
    "level_code": _("Not a level: 1AP to 6AP, 1AC to 3AC, TC, 1BAC, 2BAC."),
    "enrolled_from": _("Not a month of this school year: write 09/2018 or 201809."),
    "cover": _("Not one of the covers of the second sheet."),
    "relation": _("Not one of the relations of the second sheet."),
    "identity_card": _("An identity card has letters and digits, for example AB123456."),
    "account": _("An account has 24 digits."),
    "guardian": _("A guardian needs a name."),
    "twice": _("The same pupil stands twice in this list."),
    "several": _("Several pupils have this code, or this name and birth date: register this one on its page."),
}


class NotTheLayout(Exception):
    """No row of the first sheet holds the headings of the layout."""


@dataclass
class Line:
    """A row of the sheet: what it says, what is wrong (column, code), whose it is, and if registered already."""

    row: int
    said: dict[str, Any]
    problems: list[tuple[str, str]] = field(default_factory=list)
    person: Person | None = None
    registration: Registration | None = None

    @property
    def is_new(self) -> bool:
        """True when it would be written."""
        return not self.problems and self.registration is None


def words_of(choices: Any) -> dict[str, str]:
    """Code of each choice by its code and its words in both languages, normalised."""
    found = {normalised(code): code for code in choices.values}
    for language in ("ar", "fr"):
        with translation.override(language):
            found |= {normalised(str(label)): code for code, label in choices.choices}
    return found


def read_list(data: bytes, name: str, scope: Scope, year: int) -> list[Line]:
    """Every row of the first sheet under the headings, compared with what is known.

    Raises UnreadableFile, NotTheLayout.
    """
    rows = read_tables(data, name, LIMITS)[0].rows
    header = find_header(rows, VOCABULARY, NEEDED)
    if header is None:
        raise NotTheLayout
    schools = {school.code: school for school in schools_of(scope)}
    words = {"cover": words_of(Registration.Cover), "relation": words_of(Guardian.Relation)}
    words["sex"] = {normalised(word): code for code, spelt in SEXES.items() for word in spelt}
    lines = []
    for number, cells in enumerate(rows[header.row_index + header.height :], header.row_index + header.height + 1):
        given = {name: cells[at] for name, at in header.columns.items() if at < len(cells)}
        if any(as_text(cell).strip() for cell in given.values()):
            lines.append(_line(number, given, schools, words, year))
    _recognise(lines, scope, year)
    return lines


def _line(number: int, given: dict[str, Cell], schools: Any, words: Any, year: int) -> Line:
    said: dict[str, Any] = {name: as_text(given.get(name, "")).strip() for name, *_rest in COLUMNS}
    line = Line(number, said)

    def read(name: str, value: Any) -> None:
        if said[name] and value is None:
            line.problems.append((name, name))
        said[name] = value or ""

    for name in ("sex", "cover", "relation"):
        read(name, words[name].get(normalised(said[name])))
    day = parse_day(given.get("birth_date"))
    read("birth_date", day.date.isoformat() if day.date else None)
    if not said["school_code"] and len(schools) == 1:
        said["school_code"] = next(iter(schools))
    if said["school_code"].upper() not in schools:
        line.problems.append(("school_code", "school_code"))
    said["school_code"] = said["school_code"].upper()
    level = said["level_code"].replace(" ", "").upper()
    read("level_code", level if level in LEVELS else None)
    read("enrolled_from", _month(given.get("enrolled_from"), year))
    said["massar_code"] = said["massar_code"].replace(" ", "").upper()
    _read_guardian(line)
    if not any(said[f"last_name_{s}"] and said[f"first_name_{s}"] for s in ("ar", "fr")):
        line.problems.append(("last_name_ar", "name"))
    return line


def _read_guardian(line: Line) -> None:
    said = line.said
    card, account = (SIGNS.sub("", said[name]).upper() for name in ("identity_card", "account"))
    if card and (len(card) > 12 or not card.isascii() or not card.isalnum()):
        line.problems.append(("identity_card", "identity_card"))
    if account and (len(account) != ACCOUNT_DIGITS or not account.isascii() or not account.isdigit()):
        line.problems.append(("account", "account"))
    said["identity_card"], said["account"] = card, account
    if (card or account) and not said["guardian_name_ar"] and not said["guardian_name_fr"]:
        line.problems.append(("guardian_name_ar", "guardian"))


def _month(cell: Cell | None, year: int) -> int | None:
    if isinstance(cell, dt.date):
        month = cell.year * 100 + cell.month
    else:
        digits = re.fullmatch(r"(\d{4})(\d{2})|(\d{1,2})[/\-](\d{4})", as_text(cell or "").strip())
        if digits is None:
            return None
        first = digits.group(1)
        month = int(first + digits.group(2)) if first else int(digits.group(4)) * 100 + int(digits.group(3))
    return month if month in months_of_year(year) else None


def _key(said: dict[str, Any]) -> tuple[str, ...]:
    """What makes two rows the same pupil: the code, else both names and the birth."""
    if said["massar_code"]:
        return (said["massar_code"],)
    return tuple(said[n] for n in ("last_name_ar", "first_name_ar", "last_name_fr", "first_name_fr", "birth_date"))


def _recognise(lines: Iterable[Line], scope: Scope, year: int) -> None:
    """Whose each row is, among the persons that the reader sees: by Massar code, then by name and birth date."""
    seen: set[tuple[str, ...]] = set()
    for line in lines:
        if (key := _key(line.said)) in seen:
            line.problems.append(("massar_code", "twice"))
        seen.add(key)
        found = _persons(scope, line.said)
        if len(found) > 1:
            line.problems.append(("massar_code", "several"))
        elif found:
            line.person = found[0]
            rows = Registration.unscoped.filter(person=line.person, school_year=year).exclude(state="WITHDRAWN")
            line.registration = rows.order_by("-pk").first()


def _persons(scope: Scope, said: dict[str, Any]) -> list[Person]:
    people = Person.objects.visible_to(scope)
    if said["massar_code"] and (found := list(people.filter(massar_code=said["massar_code"])[:2])):
        return found
    near = people.filter(birth_date=said["birth_date"]) if said["birth_date"] else people.filter(birth_date=None)
    if said["massar_code"]:
        near = near.filter(massar_code="")
    same = []
    for script in ("ar", "fr"):
        last, first = said[f"last_name_{script}"], said[f"first_name_{script}"]
        if last and first and not same:
            wanted = search_form(f"{first} {last}")
            rows = near.filter(search_text__contains=wanted.split("=")[0].strip())[:50]
            same = [person for person in rows if search_form(getattr(person, f"name_{script}")) == wanted]
    return same
