"""Makes invented lists in the shapes that offices send, with what each row says, for the tests of reading.

Every person is invented: names are drawn from common ones, codes and telephones are random. The shapes are those of
registries, caravans and centres; headings, order, title blocks, encodings and kinds of dates differ on purpose.
"""

import csv
import datetime as dt
import io
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

LAST_NAMES = [
    ("العلمي", "EL ALAMI"),
    ("بنسودة", "BENSOUDA"),
    ("أيت علا", "AIT ALLA"),
    ("الزياني", "ZIANI"),
    ("وهبي", "OUAHBI"),
]
FIRST_NAMES = [
    (("إلياس", "Ilyas", "M")),
    (("هاجر", "Hajar", "F")),
    (("عبد الإله", "Abdelilah", "M")),
    (("فاطمة الزهراء", "Fatima Zahra", "F")),
    (("ياسين", "Yassine", "M")),
    (("سلمى", "Salma", "F")),
]
LEVELS = [
    ("السنة الثانية من التعليم الابتدائي", "2ème année primaire", "2AP"),
    ("السادسة ابتدائي", "6AEP", "6AP"),
    ("الأولى إعدادي", "1ère année collège", "1AC"),
    ("الثالثة ثانوي إعدادي", "3AC", "3AC"),
    ("الجذع المشترك الأدبي", "Tronc commun lettres", "TC"),
    ("الأولى بكالوريا", "1ère Bac", "1BAC"),
]
SCHOOL_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass
class MadeList:
    """A file, its layout, and what it says: `rows` maps (sheet, row of the sheet) to the facts stated there."""

    filename: str
    data: bytes
    layout: str
    rows: dict[tuple[str, int], dict[str, Any]]
    preface: dict[str, Any] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)


@dataclass
class Youth:
    """An invented young person, in all the words that a list may use."""

    code: str
    last: tuple[str, str]
    first: tuple[str, str, str]
    birth: dt.date
    level: tuple[str, str, str]
    phone: str

    @property
    def sex(self) -> str:
        return self.first[2]


def youths(draw: random.Random, count: int) -> list[Youth]:
    """Different people: no two rows of a made list are alike."""
    return [
        Youth(
            code=f"{draw.choice('DGHJKMNRSZ')}{draw.randrange(10**9):09d}",
            last=draw.choice(LAST_NAMES),
            first=draw.choice(FIRST_NAMES),
            birth=dt.date(draw.randint(2006, 2015), draw.randint(1, 12), draw.randint(1, 28)),
            level=draw.choice(LEVELS),
            phone=f"0{draw.choice('567')}{draw.randrange(10**8):08d}",
        )
        for _ in range(count)
    ]


def school_code(number: int) -> str:
    """A code whose letter agrees with its number."""
    return f"{number:05d}{SCHOOL_LETTERS[(number - 1) % 23]}"


def text_table(rows: Iterable[Sequence[str]], separator: str, encoding: str) -> bytes:
    """A .csv file as spreadsheets save it."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(sheets: dict[str, list[list[Any]]], merged: Iterable[tuple[str, int, int, int, str]] = ()) -> bytes:
    """An .xlsx file; dates as dates, texts as texts. `merged`: sheet, row, first and last column, text."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(at, column, cell, day)
                    elif cell not in (None, ""):
                        sheet.write(at, column, cell)
            for sheet_name, at, first, last, text in merged:
                if sheet_name == name:
                    sheet.merge_range(at, first, at, last, text)
    return out.getvalue()


def french_school_csv(draw: random.Random, count: int = 12) -> MadeList:
    """A school's list in French: `;`, Windows-1252, capitals with accents, a title block, dashes in dates."""
    people = youths(draw, count)
    title = [
        ["DIRECTION PROVINCIALE : Khénifra"],
        ["ÉTABLISSEMENT : Collège Atlas"],
        ["Année scolaire : 2024/2025"],
        [],
    ]
    headings = [
        "N°",
        "PRÉNOM",
        "NOM",
        "SEXE (F/G)",
        "Né(e) le",
        "Lieu de naissance",
        "Code Massar",
        "Niveau",
        "Situation",
        "Tél. du tuteur",
    ]
    body = [
        *(
            [
                str(at),
                p.first[1],
                p.last[1],
                {"M": "G", "F": "F"}[p.sex],
                f"{p.birth:%d-%m-%Y}",
                "M'rirt",
                p.code,
                p.level[1],
                "Non rejoint",
                f"+212 {p.phone[1:]}",
            ]
            for at, p in enumerate(people, start=1)
        )
    ]
    first = len(title) + 2
    facts = {
        ("eleves", first + at): {
            "massar_code": p.code,
            "last_name_fr": p.last[1],
            "first_name_fr": p.first[1],
            "sex": p.sex,
            "birth_date": p.birth,
            "birth_place": "M'rirt",
            "level_code": p.level[2],
            "status_code": "NOT_REJOINED",
            "guardian_phone": p.phone,
            "school_name": "Collège Atlas",
        }
        for at, p in enumerate(people)
    }
    data = text_table([*title, headings, *body], ";", "cp1252")
    preface = {"school_year": 2024, "directorate": "Khénifra", "school_name": "Collège Atlas"}
    return MadeList("eleves.csv", data, "SCHOOL_LIST", facts, preface)


def arabic_caravan_csv(draw: random.Random, count: int = 10) -> MadeList:
    """A caravan's list in Arabic: `,`, Windows-1256, no title, a comma inside quotes, Morocco's month names."""
    people = youths(draw, count)
    months = [
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
    ]
    headings = [
        "الجنس",
        "الإسم  و النسب",
        "ت. الإزدياد",
        "الحى أو الدوار",
        "تاريخ الزيارة",
        "أسباب الإنقطاع عن الدراسة",
        "رقم الهاتف",
        "الرغبة",
    ]
    body = [
        [
            {"M": "ذكر", "F": "انثى"}[p.sex],
            f"{p.first[0]} {p.last[0]}",
            f"{p.birth.day} {months[p.birth.month - 1]} {p.birth.year}",
            "دوار أيت يحيى, تونفيت",
            "3/10/2025",
            "بعد المدرسة",
            ".".join([p.phone[:2], p.phone[2:4], p.phone[4:6], p.phone[6:8], p.phone[8:]]),
            "يرغب في تعلم حرفة",
        ]
        for p in people
    ]
    facts = {
        ("qafila", 2 + at): {
            "sex": p.sex,
            "full_name_ar": f"{p.first[0]} {p.last[0]}",
            "birth_date": p.birth,
            "phone": p.phone,
            "quarter": "دوار أيت يحيى, تونفيت",
            "contact_date": dt.date(2025, 10, 3),
            "dropout_reason_code": "DISTANCE",
            "wish": "يرغب في تعلم حرفة",
        }
        for at, p in enumerate(people)
    }
    return MadeList("qafila.csv", text_table([headings, *body], ",", "cp1256"), "CARAVAN_LIST", facts)


def class_lists_xls(draw: random.Random, count: int = 6) -> MadeList:
    """An old .xls export, one sheet per class, laid out from the left: labels after values, columns mirrored."""
    import xlwt

    book = xlwt.Workbook()
    facts: dict[tuple[str, int], dict[str, Any]] = {}
    for name in ("2APIC-1", "2APIC-2"):
        sheet = book.add_sheet(name)
        sheet.write(2, 10, "لائحة التلاميذ ")
        sheet.write(5, 2, "2025/2026")
        sheet.write(5, 4, "السنة الدراسية")
        sheet.write(7, 7, "الثانوية الإعدادية الأرز")
        sheet.write(7, 9, "المؤسسة")
        sheet.write(10, 8, name)
        sheet.write(10, 10, "القسم")
        headings = {
            2: "مكان الإزدياد",
            5: "تاريخ الإزدياد",
            11: "النوع",
            12: "الإسم",
            16: "النسب",
            23: "رقم التلميذ",
            26: "ر.ت",
        }
        for column, heading in headings.items():
            sheet.write(14, column, heading)
        for at, p in enumerate(youths(draw, count)):
            cells = {
                2: "أزرو",
                5: f"{p.birth:%d/%m/%Y}",
                11: {"M": "ذكر", "F": "أنثى"}[p.sex],
                12: p.first[0],
                16: p.last[0],
            }
            for column, cell in {**cells, 23: p.code, 26: at + 1}.items():
                sheet.write(15 + at, column, cell)
            facts[(name, 16 + at)] = {
                "massar_code": p.code,
                "last_name_ar": p.last[0],
                "first_name_ar": p.first[0],
                "sex": p.sex,
                "birth_date": p.birth,
                "birth_place": "أزرو",
                "class_name": name,
                "school_name": "الثانوية الإعدادية الأرز",
            }
    out = io.BytesIO()
    book.save(out)
    return MadeList(
        "classes.xls", out.getvalue(), "SCHOOL_LIST", facts, {"school_year": 2025, "class_name": "2APIC-1"}
    )


def marks_workbook(draw: random.Random, count: int = 8) -> MadeList:
    """Continuous-assessment marks: technical rows, a long title block, a heading merged over two columns, a row of
    headings under headings. It names pupils and says no sex."""
    people = youths(draw, count)
    rows: list[list[Any]] = [[""] * 16 for _ in range(17)]
    rows[0] = list("ABCDEFGHIJKLMNOP")
    rows[1] = ["sgs"] * 16
    rows[3][5] = "نقط المراقبة المستمرة"
    rows[4][2], rows[4][6], rows[4][10] = school_code(20345), 1, "#1234#"
    rows[6][2], rows[6][3], rows[6][6], rows[6][8] = (
        "أكاديمية :",
        "بني ملال - خنيفرة",
        "م.الإقليمية : ",
        "عمالة: خنيفرة",
    )
    rows[6][11], rows[6][14] = "مؤسسة", "ثانوية الأرز"
    rows[8][2], rows[8][3], rows[8][6], rows[8][8] = "المستوى  :  ", "الثانية إعدادي مسار دولي", "القسم  :", "2APIC-3"
    rows[12][2], rows[12][3] = "السنة الدراسية :", "2025-2026"
    rows[14][6], rows[14][8] = "#1#", "#2#"
    rows[15] = ["", "ID", "رقم  التلميذ  ", "إسم التلميذ  ", "", " تاريخ الإزدياد", "الفرض الأول", "", "الفرض الثاني"]
    rows[16] = ["", "", "", "", "", "", "النقطة", "التغيب", "النقطة", "التغيب"]
    for at, p in enumerate(people):
        name = f"{p.last[0]} {p.first[0]}"
        rows.append(["", 900 + at, p.code, name, "", f"{p.birth:%d-%m-%Y}", 12.5, "", "9,75"])
    facts = {
        ("NotesCC", 18 + at): {
            "massar_code": p.code,
            "full_name_ar": f"{p.last[0]} {p.first[0]}",
            "birth_date": p.birth,
            "class_name": "2APIC-3",
            "level_code": "2AC",
            "school_name": "ثانوية الأرز",
            "school_code": school_code(20345),
        }
        for at, p in enumerate(people)
    }
    merged = [("NotesCC", 15, 3, 4, "إسم التلميذ  "), ("NotesCC", 15, 6, 7, "الفرض الأول")]
    data = workbook({"NotesCC": rows}, merged)
    preface = {"school_year": 2025, "directorate": "خنيفرة", "academy": "بني ملال - خنيفرة", "class_name": "2APIC-3"}
    return MadeList("export_notesCC_2APIC-3_0007.xlsx", data, "SCHOOL_LIST", facts, preface)


def accounts_workbook(draw: random.Random, count: int = 9) -> MadeList:
    """Pupils' accounts: the column of secret codes is merged over two columns, between columns that are read."""
    people = youths(draw, count)
    secrets = [f"Zq{draw.randrange(10**6):06d}" for _ in range(2 * count)]
    rows: list[list[Any]] = [[""] * 6 for _ in range(8)]
    rows[3][4], rows[3][5] = "القسم", "3APIC-2"
    rows.append(["", "رقم التلميذ", "الإسم و النسب", "الرمز السري", "", "تاريخ الازدياد"])
    for at, p in enumerate(people):
        name = f"{p.last[0]} {p.first[0]}"
        rows.append(["", p.code, name, secrets[2 * at], secrets[2 * at + 1], p.birth])
    facts = {
        ("Data", 10 + at): {"massar_code": p.code, "full_name_ar": f"{p.last[0]} {p.first[0]}", "birth_date": p.birth}
        for at, p in enumerate(people)
    }
    data = workbook({"Data": rows}, [("Data", 8, 3, 4, "الرمز السري")])
    return MadeList("export_InfoEleve_3.xlsx", data, "SCHOOL_LIST", facts, {"class_name": "3APIC-2"}, secrets)


def centre_workbook(draw: random.Random, count: int = 11) -> MadeList:
    """A centre's list: both languages in one heading, Excel dates, telephones as numbers, a column nobody knows,
    blank lines with only their printed number, a line of totals and a signature."""
    people = youths(draw, count)
    rows: list[list[Any]] = [
        ["جمعية المستقبل"],
        ["لائحة المستفيدين من مركز الفرصة الثانية – الجيل الجديد", "", "", "الموسم التربوي", "2025/2026"],
        [],
    ]
    rows.append(
        [
            "N°",
            "Nom et prénom",
            "الاسم الكامل",
            "الجنس / Sexe",
            "Date de naissance\nتاريخ الازدياد",
            "CIN du tuteur",
            "صلة القرابة",
            "هاتف ولي الأمر",
            "آخر مؤسسة",
            "المستوى الدراسي الأخير",
            "سنة الإنقطاع",
            "الحرفة",
            "الاختيار الثاني",
            "العنوان",
        ]
    )
    facts = {}
    for at, p in enumerate(people):
        rows.append(
            [
                at + 1,
                f"{p.last[1]} {p.first[1]}",
                f"{p.last[0]} {p.first[0]}",
                {"M": "ذ", "F": "أ"}[p.sex],
                p.birth,
                "XX000",
                "أب",
                float(p.phone[1:]),
                "ثانوية الأطلس",
                p.level[0],
                "2023/2024",
                "الحلاقة",
                "الطبخ",
                "حي السلام رقم 4",
            ]
        )
        facts[("اللائحة", len(rows))] = {
            "full_name_ar": f"{p.last[0]} {p.first[0]}",
            "full_name_fr": f"{p.last[1]} {p.first[1]}",
            "sex": p.sex,
            "birth_date": p.birth,
            "guardian_relation": "أب",
            "guardian_phone": p.phone,
            "last_school": "ثانوية الأطلس",
            "level_code": p.level[2],
            "dropout_year": 2023,
            "trades": ("الحلاقة", "الطبخ"),
            "address": "حي السلام رقم 4",
        }
        if at == count // 2:
            rows.append(["" for _ in range(14)])
    rows += [[count + 1], [count + 2], ["المجموع", count], ["", "", "توقيع رئيس الجمعية"]]
    return MadeList("markaz.xlsx", workbook({"اللائحة": rows}), "CENTRE_LIST", facts, {"school_year": 2025})


def two_sheets_workbook(draw: random.Random, count: int = 7) -> MadeList:
    """Instructions on the first sheet, the list on the second, its header repeated in the middle (printed pages)."""
    people = youths(draw, count)
    headings = [
        "الاسم العائلي",
        "الاسم الشخصي",
        "مسار",
        "الجنس",
        "تاريخ الميلاد",
        "المستوى الدراسي",
        "القسم",
        "وضعية التلميذ",
    ]
    words = {"M": "ذكر", "F": "أنثى"}
    body: list[list[Any]] = []
    facts = {}
    for at, p in enumerate(people):
        if at == 3:
            body.append(headings)
        # A serial number without a date format, as a copied column leaves it.
        serial = (p.birth - dt.date(1899, 12, 30)).days
        body.append([p.last[0], p.first[0], p.code.lower(), words[p.sex], serial, p.level[0], "A", "منقطعة"])
        facts[("لائحة المنقطعين", 1 + len(body))] = {
            "massar_code": p.code,
            "last_name_ar": p.last[0],
            "first_name_ar": p.first[0],
            "sex": p.sex,
            "birth_date": p.birth,
            "level_code": p.level[2],
            "status_code": "DROPPED_OUT",
        }
    sheets = {"توجيهات": [["تملأ هذه اللائحة من طرف مدير المؤسسة"], ["ترسل قبل 30 شتنبر"]]}
    data = workbook({**sheets, "لائحة المنقطعين": [headings, *body]})
    return MadeList("two.xlsx", data, "SCHOOL_LIST", facts)


def tabbed_caravan_text(draw: random.Random, count: int = 6) -> MadeList:
    """A volunteer's list saved as Unicode text (UTF-16, tabs), names in either script in one column."""
    people = youths(draw, count)
    headings = [
        "Date",
        "Quartier/Douar",
        "Nom complet",
        "Sexe",
        "Date naissance",
        "Dernier niveau",
        "Motif d'abandon",
        "GSM",
    ]
    rows, facts = [headings], {}
    for at, p in enumerate(people):
        name, fact = (
            (f"{p.first[0]} {p.last[0]}", "full_name_ar") if at % 2 else (f"{p.first[1]} {p.last[1]}", "full_name_fr")
        )
        rows.append(
            [
                "2025-10-04",
                "Hay Salam",
                name,
                "FG"[p.sex == "M"],
                f"{p.birth:%d.%m.%Y}",
                p.level[1],
                "Transport",
                p.phone,
            ]
        )
        facts[("liste", len(rows))] = {
            fact: name,
            "sex": p.sex,
            "birth_date": p.birth,
            "phone": p.phone,
            "quarter": "Hay Salam",
            "contact_date": dt.date(2025, 10, 4),
            "dropout_reason_code": "DISTANCE",
            "level_code": p.level[2],
        }
    return MadeList("liste.txt", text_table(rows, "\t", "utf-16"), "CARAVAN_LIST", facts)


def establishments_csv(draw: random.Random, count: int = 5) -> MadeList:
    """The table of schools with Arabic headings, UTF-8 with its mark, `;`."""
    headings = ["رمز الإقليم", "الجماعة", "رمز المؤسسة", "اسم المؤسسة", "اسم المؤسسة بالفرنسية", "السلك", "الوسط"]
    rows, facts = [headings], {}
    for at in range(count):
        code = school_code(draw.randint(10_000, 60_000))
        rows.append(["301", "أكلموس", code, f"مدرسة الأرز {at}", f"Ecole Al Arz {at}", "ابتدائي", "قروي"])
        facts[("ecoles", len(rows))] = {
            "province_code": "301",
            "commune_ar": "أكلموس",
            "code": code,
            "name_ar": f"مدرسة الأرز {at}",
            "name_fr": f"Ecole Al Arz {at}",
            "cycle": "ابتدائي",
            "milieu": "RURAL",
        }
    return MadeList("ecoles.csv", text_table(rows, ";", "utf-8-sig"), "ESTABLISHMENTS", facts)


MAKERS: dict[str, Callable[..., MadeList]] = {
    maker.__name__: maker
    for maker in (
        *(french_school_csv, arabic_caravan_csv, class_lists_xls, marks_workbook, accounts_workbook, centre_workbook),
        *(two_sheets_workbook, tabbed_caravan_text, establishments_csv),
    )
}
