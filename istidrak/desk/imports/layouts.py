"""The four kinds of lists, and which of them a file is.

A layout is: its vocabulary, the fields of which one must be there to recognise it, the clues that tell it from the
others, and the facts a row needs to be accepted. `rows.parse_rows` reads what `recognise` found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from istidrak.base.exchange.headings import HeaderMatch, Vocabulary, find_header, normalised
from istidrak.base.exchange.reading import Cell, Table
from istidrak.desk.imports.cells import is_blank, read_massar_code
from istidrak.desk.imports.preface import Preface, preface_of
from istidrak.desk.imports.vocabulary import ESTABLISHMENTS, PERSONS

NAME_FIELDS = frozenset(
    f"{part}_{script}" for part in ("last_name", "first_name", "full_name") for script in ("ar", "fr")
)


@dataclass(frozen=True)
class Layout:
    """One kind of list.

    `one_of`: the header must have one of these fields, and `min_hits` fields in all, to be recognised.
    `clues` (field -> weight) and `title_words` (of titles and names of sheets) tell the layouts apart.
    `needed`: facts without which a row is to complete, or refused when it names nobody ("name" and "birth" in any of
    their forms; a list of schools needs a code). The rest may be missing.
    """

    name: str
    vocabulary: Vocabulary
    one_of: frozenset[str]
    min_hits: int
    needed: tuple[str, ...]
    clues: Mapping[str, int] = field(default_factory=dict)
    title_words: tuple[str, ...] = ()


_PERSON_LISTS = {"vocabulary": PERSONS, "one_of": NAME_FIELDS | {"massar_code"}, "min_hits": 2}
_NEEDED_OF_PERSONS = ("name", "birth", "sex")

SCHOOL_LIST = Layout(
    name="SCHOOL_LIST",
    **_PERSON_LISTS,  # type: ignore[arg-type]
    needed=_NEEDED_OF_PERSONS,
    clues={"massar_code": 2, "class_name": 2, "school_code": 2, "status": 2, "school_name": 1, "level": 1},
    title_words=(
        *(
            "غير الملتحقين",
            "غير ملتحقين",
            "لائحة التلاميذ",
            "المنقطعين",
            "نقط المراقبة",
            "لوائح التلاميذ",
            "التلاميذ",
        ),
        *("non rejoint", "n ayant pas rejoint", "liste des eleves", "abandons", "eleves", "notescc", "infoeleve"),
    ),
)
CARAVAN_LIST = Layout(
    name="CARAVAN_LIST",
    **_PERSON_LISTS,  # type: ignore[arg-type]
    needed=_NEEDED_OF_PERSONS,
    clues={"contact_date": 2, "quarter": 2, "wish": 2, "dropout_reason": 1, "phone": 1, "notes": 1, "age": 1},
    title_words=(
        *(
            "قافله",
            "القافله",
            "قوافل",
            "التعبئه",
            "التعبيه",
            "تعبيه",
            "من الطفل الي الطفل",
            "الاستقطاب",
            "خليه اليقظه",
        ),
        *("caravane", "mobilisation", "reperage", "porte a porte", "de l enfant a l enfant", "cellule de veille"),
    ),
)
CENTRE_LIST = Layout(
    name="CENTRE_LIST",
    **_PERSON_LISTS,  # type: ignore[arg-type]
    needed=_NEEDED_OF_PERSONS,
    clues={
        "trade_1": 2,
        "trade_2": 2,
        "registration_date": 2,
        "group_name": 2,
        "last_school": 2,
        "guardian_relation": 1,
        "dropout_year": 1,
        "dropout_reason": 1,
        "address": 1,
        "phone": 1,
        "guardian_name": 1,
    },
    title_words=(
        *("مركز", "المركز", "الفرصه الثانيه", "المستفيدين", "المستفيدات", "المتعلمين", "المتعلمات", "الجيل الجديد"),
        *("beneficiaires", "apprenants", "centre", "deuxieme chance", "e2c", "nouvelle generation"),
    ),
)
ESTABLISHMENT_LIST = Layout(
    name="ESTABLISHMENTS",
    vocabulary=ESTABLISHMENTS,
    one_of=frozenset({"code"}),
    min_hits=3,
    needed=("code", "name"),
)
# The order decides between equals: a bare list of names most often comes from a school.
PERSON_LAYOUTS = (SCHOOL_LIST, CARAVAN_LIST, CENTRE_LIST)
LAYOUTS = {layout.name: layout for layout in (*PERSON_LAYOUTS, ESTABLISHMENT_LIST)}

TITLE_WEIGHT = 3


@dataclass(frozen=True)
class Recognition:
    """What a file is.

    `layout`: SCHOOL_LIST, CARAVAN_LIST, CENTRE_LIST, ESTABLISHMENTS, or None. `table`: index of the sheet. `header`:
    columns in the sheet, the unknown ones too, for the officer to map. `further`: other sheets of the same layout
    (a workbook with one sheet per class): they are read too. `left_out`: filled sheets that are not read.
    """

    layout: str | None
    table: int = 0
    header: HeaderMatch | None = None
    preface: Preface = field(default_factory=Preface)
    further: tuple["Recognition", ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def sheets(self) -> tuple["Recognition", ...]:
        """This sheet and the further ones, in the order of the workbook."""
        return tuple(sorted((self, *self.further), key=lambda part: part.table))


def recognise(
    tables: Sequence[Table], remembered: Mapping[str, str] | None = None, only: str | None = None
) -> Recognition:
    """Finds the list in a file and says which layout it has.

    `remembered`: normalised heading -> field or IGNORE, as officers mapped them before. `only`: a layout's name, when
    a person says which it is. Layout None: no sheet holds a header that names people or schools; `header` is then the
    row that looks most like one, if any.
    """
    found = [part for index, table in enumerate(tables) if (part := _of_table(index, table, remembered or {}, only))]
    if not found:
        return _unrecognised(tables, remembered or {})
    main = max(found, key=lambda part: (_hits(part), -part.table))
    further = tuple(part for part in found if part is not main and part.layout == main.layout)
    read = {main.table, *(part.table for part in further)}
    left_out = tuple(table.sheet for index, table in enumerate(tables) if table.rows and index not in read)
    return replace(main, further=further, left_out=left_out)


HITS_OF_A_HEADER = 3


def _unrecognised(tables: Sequence[Table], remembered: Mapping[str, str]) -> Recognition:
    """No layout; but a row with three known headings is shown, for an officer to say which column holds the name."""
    left_out = tuple(table.sheet for table in tables if table.rows)
    for index, table in enumerate(tables):
        for vocabulary in (PERSONS, ESTABLISHMENTS):
            if header := find_header(table.rows, vocabulary, HITS_OF_A_HEADER, remembered):
                return Recognition(None, index, header, preface_of(table.rows[: header.row_index]), (), left_out)
    return Recognition(None, left_out=left_out)


def _hits(part: Recognition) -> int:
    return len(part.header.columns) if part.header else 0


def _of_table(index: int, table: Table, remembered: Mapping[str, str], only: str | None) -> Recognition | None:
    """One sheet: people first, because a list of people has columns of schools, and not the other way round."""
    persons = None if only == ESTABLISHMENT_LIST.name else _header(table.rows, SCHOOL_LIST, remembered)
    schools = _header(table.rows, ESTABLISHMENT_LIST, remembered) if only in (None, ESTABLISHMENT_LIST.name) else None
    if schools and not persons and schools.columns.keys() & {"name_ar", "name_fr"}:
        return Recognition(ESTABLISHMENT_LIST.name, index, schools, preface_of(table.rows[: schools.row_index]))
    if not persons:
        return None
    preface = preface_of(table.rows[: persons.row_index])
    persons = _with_codes_told_by_shape(persons, table.rows)
    header = replace(persons, columns=_with_whole_names(persons.columns, persons.headings))
    return Recognition(only or _layout_of(header, f"{preface.title} {table.sheet}"), index, header, preface)


def _header(rows: Sequence[Sequence[Cell]], layout: Layout, remembered: Mapping[str, str]) -> HeaderMatch | None:
    return find_header(rows, layout.vocabulary, layout.min_hits, remembered, layout.one_of)


ROWS_LOOKED_AT = 50
FEWEST_CODES = 3
SHARE_OF_CODES = 0.8


def _with_codes_told_by_shape(header: HeaderMatch, rows: Sequence[Sequence[Cell]]) -> HeaderMatch:
    """A column under an unknown heading (`Matricule`) that holds Massar codes is the column of the codes: one letter
    and nine digits are nothing else. Only where no heading names them."""
    if "massar_code" in header.columns:
        return header
    first = header.row_index + header.height
    for at, heading in header.unknown:
        texts = [row[at] for row in rows[first : first + ROWS_LOOKED_AT] if at < len(row) and not is_blank(row[at])]
        codes = sum(bool(read_massar_code(text).facts) for text in texts)
        if codes >= FEWEST_CODES and codes >= SHARE_OF_CODES * len(texts):
            unknown = [(other, text) for other, text in header.unknown if (other, text) != (at, heading)]
            return replace(header, columns={**header.columns, "massar_code": at}, unknown=unknown)
    return header


_SAYS_FAMILY_NAME = ("famille", "patronymique")
_SAYS_FIRST_NAME = ("شخصي", "اول")


def _with_whole_names(columns: dict[str, int], headings: Mapping[int, str]) -> dict[str, int]:
    """`الاسم` without a column for the family name, and `Nom` without one for the first name, hold the whole name."""
    whole = dict(columns)
    first, last = whole.get("first_name_ar"), whole.get("last_name_fr")  # columns, which may be 0
    if (
        first is not None
        and whole.keys().isdisjoint({"last_name_ar", "full_name_ar"})
        and not _says(headings[first], _SAYS_FIRST_NAME)
    ):
        whole["full_name_ar"] = whole.pop("first_name_ar")
    if (
        last is not None
        and whole.keys().isdisjoint({"first_name_fr", "full_name_fr"})
        and not _says(headings[last], _SAYS_FAMILY_NAME)
    ):
        whole["full_name_fr"] = whole.pop("last_name_fr")
    return whole


def _says(heading: str, words: tuple[str, ...]) -> bool:
    return any(word in normalised(heading) for word in words)


def _layout_of(header: HeaderMatch, title: str) -> str:
    """The person layout with the most clues in columns and title."""
    text = f" {normalised(title)} "
    scores = {layout.name: _clues(layout, header, text) for layout in PERSON_LAYOUTS}
    return max(scores, key=lambda name: scores[name])  # the first of equals: see PERSON_LAYOUTS


def _clues(layout: Layout, header: HeaderMatch, text: str) -> int:
    columns = sum(weight for name, weight in layout.clues.items() if name in header.columns)
    return columns + TITLE_WEIGHT * any(f" {words} " in text for words in layout.title_words)
