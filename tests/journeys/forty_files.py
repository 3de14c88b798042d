"""Forty invented files of forty schools, in five layouts, and the province that owes them."""

import random
from pathlib import Path

import xlwt

from tests.imports.make_lists import school_code, text_table, workbook, youths

SCHOOLS, FILES, FIRST_CODE = 46, 40, 61001
# Run inside the installation: the schools, the round of lists, one officer.
PREPARE = """
import django, datetime as dt; django.setup()
from django.db import transaction
from istidrak.accounts.models import Assignment, User
from istidrak.organisations.actions import put_schools
from istidrak.organisations.models import Organisation
from istidrak.outreach import actions as outreach
from istidrak.programmes.models import Season
from tests.journeys.forty_files import SCHOOLS, code_of
with transaction.atomic():
    directorate = Organisation.objects.get(kind="DIRECTORATE", code="541")
    user = User.objects.create_user("bureau541", None, name_ar="مكتب تارودانت (تجريبي)", name_fr="Bureau Taroudannt (démo)")
    User.objects.filter(pk=user.pk).update(is_demo=True)
    Assignment.objects.create(user=user, role="DIRECTORATE_OFFICER", organisation=directorate, since=dt.date(2025, 7, 1))
    rows = [{"code": code_of(n), "name_ar": f"مدرسة تجريبية {n}", "name_fr": f"Ecole fictive {n}", "cycle": "PRIMARY"}
            for n in range(SCHOOLS)]
    put_schools(by=user, directorate=directorate, rows=rows)
    outreach.expect_lists(by=user, season=Season.objects.get(year=2025), directorate=directorate, due_date=dt.date(2025, 9, 20))
"""


def code_of(number: int) -> str:
    """The code of the school of a number."""
    return school_code(FIRST_CODE + number)


def _arabic_workbook(code, people):
    head = ["ر.ت", "رقم التلميذ", "النسب", "الإسم", "النوع", "تاريخ الازدياد", "المستوى", "رمز المؤسسة", "الحالة"]
    rows = [[], ["", "لائحة التلاميذ غير الملتحقين"], [], ["", "السنة الدراسية :", "2025/2026"], [], head]
    for at, p in enumerate(people, start=1):
        sex = {"M": "ذكر", "F": "أنثى"}[p.sex]
        rows.append([at, p.code, p.last[0], p.first[0], sex, f"{p.birth:%d-%m-%Y}", p.level[0], code, "غير ملتحق"])
    return ".xlsx", workbook({"Data": rows})


def _french_text(code, people):
    head = ["N°", "Nom", "Prénom", "Sexe", "Né(e) le", "Code Massar", "Niveau", "Code établissement", "Situation"]
    rows = [
        [
            str(at),
            p.last[1],
            p.first[1],
            {"M": "G", "F": "F"}[p.sex],
            f"{p.birth:%d/%m/%Y}",
            p.code,
            p.level[1],
            code,
            "Non rejoint",
        ]
        for at, p in enumerate(people, start=1)
    ]
    return ".csv", text_table([head, *rows], ";", "cp1252")


def _arabic_text(code, people):
    head = ["الاسم الكامل", "الجنس", "تاريخ الإزدياد", "رمز مسار", "المستوى الدراسي", "رمز المؤسسة", "الوضعية"]
    rows = [
        [
            f"{p.first[0]} {p.last[0]}",
            {"M": "ذ", "F": "أ"}[p.sex],
            f"{p.birth:%d/%m/%Y}",
            p.code,
            p.level[0],
            code,
            "منقطع",
        ]
        for p in people
    ]
    return ".csv", text_table([head, *rows], ",", "cp1256")


def _old_workbook(code, people):
    book = xlwt.Workbook()
    sheet = book.add_sheet("1")
    head = ["رقم التلميذ", "اسم التلميذ", "النوع", "تاريخ الإزدياد", "المستوى", "رمز المؤسسة", "الحالة"]
    for column, text in enumerate(head):
        sheet.write(2, column, text)
    for at, p in enumerate(people, start=3):
        cells = [
            p.code,
            f"{p.last[0]} {p.first[0]}",
            {"M": "ذكر", "F": "أنثى"}[p.sex],
            f"{p.birth:%d/%m/%Y}",
            p.level[0],
            code,
            "غير ملتحق",
        ]
        for column, text in enumerate(cells):
            sheet.write(at, column, text)
    import io

    out = io.BytesIO()
    book.save(out)
    return ".xls", out.getvalue()


def _workbook_with_days(code, people):
    head = ["Code établissement", "Prénom", "Nom", "Date de naissance", "Sexe", "Code Massar", "Niveau", "Situation"]
    rows = [
        [code, p.first[1], p.last[1], p.birth, "Fille" if p.sex == "F" else "Garçon", p.code, p.level[1], "Abandon"]
        for p in people
    ]
    return ".xlsx", workbook({"Liste": [head, *rows]})


LAYOUTS = (_arabic_workbook, _french_text, _arabic_text, _old_workbook, _workbook_with_days)


def make_files(folder: Path) -> list[Path]:
    """Write the forty files; the one of a number is of the school of that number."""
    draw = random.Random(541)
    paths = []
    for number in range(FILES):
        ending, data = LAYOUTS[number % len(LAYOUTS)](code_of(number), youths(draw, 4 + number % 5))
        path = folder / f"ecole-{number:02d}{ending}"
        path.write_bytes(data)
        paths.append(path)
    return paths
