"""Forty school lists of one afternoon, in the five shapes that schools send; every pupil is invented.

Which school a list is of is said by its code in a column, by its code or name in the title block, or nowhere.
"""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.imports.make_lists import Youth, school_code, text_table, workbook, youths

SEXES_AR = {"M": "ذكر", "F": "أنثى"}
SEXES_FR = {"M": "G", "F": "F"}
NAMES_AR = ("الأرز", "الواحة", "النخيل", "الساقية", "الأطلس", "المنار", "الفتح", "السلام", "النور", "المجد")
NAMES_FR = (
    "Al Arz",
    "Al Waha",
    "Annakhil",
    "Assakia",
    "Atlas",
    "Al Manar",
    "Al Fath",
    "Assalam",
    "Annour",
    "Al Majd",
)


@dataclass(frozen=True)
class MadeSchool:
    """What a list may say of its school."""

    code: str
    name_ar: str
    name_fr: str


@dataclass(frozen=True)
class DroppedFile:
    """A file of the drop: the school it is of, whether it says so, and how many rows it has."""

    filename: str
    data: bytes
    school: MadeSchool
    names_school: bool
    rows: int
    shape: str


def made_schools(count: int, first: int = 30100) -> list[MadeSchool]:
    """Schools with different codes and names."""
    return [
        MadeSchool(
            school_code(first + at),
            f"إعدادية {NAMES_AR[at % 10]} {at // 10 + 1}",
            f"Collège {NAMES_FR[at % 10]} {at // 10 + 1}",
        )
        for at in range(count)
    ]


def registry_workbook(school: MadeSchool, people: list[Youth]) -> tuple[str, bytes]:
    """The registry's own export: a title block, the code of the school in a column."""
    headings = [
        "ر.ت",
        "رقم  التلميذ",
        "النسب",
        "الإسم",
        "النوع",
        "تاريخ الإزدياد",
        "المستوى",
        "رمز المؤسسة",
        "المؤسسة",
        "الحالة",
    ]
    rows: list[list[Any]] = [["لائحة التلاميذ غير الملتحقين"], ["السنة الدراسية : 2025/2026"], [], headings]
    for at, p in enumerate(people, start=1):
        who = [at, p.code, p.last[0], p.first[0], SEXES_AR[p.sex], f"{p.birth:%d-%m-%Y}", p.level[0]]
        rows.append([*who, school.code, school.name_ar, "غير ملتحق"])
    return f"export_{school.code}.xlsx", workbook({"Data": rows})


def typed_workbook(school: MadeSchool, people: list[Youth]) -> tuple[str, bytes]:
    """A list typed by the school: its code in the title block, Excel dates, one cell for the name."""
    rows: list[list[Any]] = [["المؤسسة :", school.name_ar, "رمز المؤسسة :", school.code], []]
    rows.append(["الاسم الكامل", "الجنس", "تاريخ الازدياد", "المستوى", "القسم", "هاتف ولي الأمر"])
    rows += [[f"{p.last[0]} {p.first[0]}", SEXES_AR[p.sex], p.birth, p.level[0], "2APIC-1", p.phone] for p in people]
    return "لائحة المنقطعين.xlsx", workbook({"ورقة1": rows})


def french_text(school: MadeSchool, people: list[Youth]) -> tuple[str, bytes]:
    """A .csv in French, Windows-1252, the school by its name only."""
    rows = [
        ["ÉTABLISSEMENT : " + school.name_fr],
        [],
        ["N°", "NOM", "PRÉNOM", "SEXE (F/G)", "Né(e) le", "Code Massar", "Niveau"],
    ]
    rows += [
        [str(at), p.last[1], p.first[1], SEXES_FR[p.sex], f"{p.birth:%d/%m/%Y}", p.code, p.level[1]]
        for at, p in enumerate(people, start=1)
    ]
    return f"liste {school.name_fr}.csv", text_table(rows, ";", "cp1252")


def old_workbook(school: MadeSchool, people: list[Youth]) -> tuple[str, bytes]:
    """An old .xls of one class, the school by its name only."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("3APIC-1")
    sheet.write(0, 0, "لائحة التلاميذ")
    sheet.write(1, 0, "المؤسسة :")
    sheet.write(1, 1, school.name_ar)
    for column, heading in enumerate(["رقم التلميذ", "النسب", "الإسم", "النوع", "تاريخ الإزدياد"]):
        sheet.write(3, column, heading)
    for at, p in enumerate(people, start=4):
        for column, cell in enumerate([p.code, p.last[0], p.first[0], SEXES_AR[p.sex], f"{p.birth:%d/%m/%Y}"]):
            sheet.write(at, column, cell)
    out = io.BytesIO()
    book.save(out)
    return f"{school.code}.xls", out.getvalue()


def bare_text(school: MadeSchool, people: list[Youth]) -> tuple[str, bytes]:
    """A .csv that does not say whose it is: whoever drops it must."""
    rows = [["الاسم العائلي", "الاسم الشخصي", "مسار", "الجنس", "تاريخ الميلاد", "وضعية التلميذ"]]
    rows += [[p.last[0], p.first[0], p.code, SEXES_AR[p.sex], f"{p.birth:%d/%m/%Y}", "منقطع"] for p in people]
    return f"abandons {school.code[:3]}.csv", text_table(rows, ",", "utf-8-sig")


SHAPES: tuple[Callable[[MadeSchool, list[Youth]], tuple[str, bytes]], ...] = (
    *(registry_workbook, typed_workbook, french_text, old_workbook, bare_text),
)


def forty_files(schools: list[MadeSchool], seed: int = 9) -> list[DroppedFile]:
    """One file a school, its shape in turn, four to nine pupils each."""
    draw = random.Random(seed)
    files = []
    for at, school in enumerate(schools):
        shape = SHAPES[at % len(SHAPES)]
        people = youths(draw, draw.randint(4, 9))
        name, data = shape(school, people)
        files.append(DroppedFile(name, data, school, shape is not bare_text, len(people), shape.__name__))
    return files
