"""Steps of the path that several journeys take, in either language: found by addresses and names, not by words."""

import re

from tests.imports.make_lists import workbook

from .visitor import Visitor

SCHOOL = "90104N"  # of the demo's school head
HEAD = [
    "ر.ت",
    "رقم التلميذ",
    "النسب",
    "الإسم",
    "Nom",
    "Prénom",
    "النوع",
    "تاريخ الازدياد",
    "المستوى",
    "رمز المؤسسة",
    "الحالة",
]
CARAVAN = [
    "التاريخ",
    "الدوار / الحي",
    "الاسم الكامل",
    "الجنس",
    "تاريخ الازدياد",
    "آخر مستوى دراسي",
    "رغبة المعني بالأمر",
]


def school_list(*people):
    """A school's list; each person is (code, last_ar, first_ar, last_fr, first_fr, sex, birth as text)."""
    rows = [
        [at, code, last_ar, first_ar, last_fr, first_fr, sex, birth, "الثالثة إعدادي", SCHOOL, "غير ملتحق"]
        for at, (code, last_ar, first_ar, last_fr, first_fr, sex, birth) in enumerate(people, start=1)
    ]
    return workbook({"Data": [HEAD, *rows]})


def caravan_list(*people):
    """The caravan's list; each person is (full name, sex, birth as text)."""
    rows = [
        ["20/09/2025", "حي الوحدة", name, sex, birth, "الثالثة إعدادي", "يرغب في تعلم حرفة"]
        for name, sex, birth in people
    ]
    return workbook({"القافلة": [CARAVAN, *rows]})


def submit(page, selector):
    """Press a button and wait for the page that answers."""
    button = page.locator(selector)
    button.first.scroll_into_view_if_needed()
    with page.expect_navigation(timeout=60_000):
        button.first.click()


def import_list(page, name, data):
    """Drop one list and confirm it."""
    page.goto("/imports/new/")
    page.set_input_files(
        'input[type="file"]', [{"name": name, "mimeType": "application/octet-stream", "buffer": data}]
    )
    submit(page, 'main form:has(input[type="file"]) button[type="submit"]')
    page.goto("/imports/")
    page.locator("main a", has_text=name).first.click()
    page.wait_for_load_state()
    submit(page, 'main form[action$="/confirm/"] button')


def find_person(page, text):
    """Open a person's file by a search; the address of the file."""
    page.goto(f"/search/?q={text}")
    page.locator('main a[href^="/people/"]').first.click()
    page.wait_for_load_state()
    return re.search(r"/people/([0-9a-f-]{36})/", page.url).group(1)


def choose(page, name, value):
    """Choose one of the segmented buttons of a field."""
    box = page.locator(f'input[name$="{name}"][value="{value}"]').first
    box.press(" ")  # by the keyboard, as somebody without a mouse does
    assert box.is_checked()


def read_in(language, walked):
    """Where a journey went, read once more in its second language by the same people, without a browser.

    What a step does is the same in both languages; what can be wrong is its page: it answers, in that language, with
    a heading. `walked` is page_of.walked. Returns how many pages were read.
    """
    number = 0
    for (url, username), paths in walked.items():
        visitor = Visitor(url, username, language)
        for path in dict.fromkeys(path for path in paths if path.startswith("/")):
            answer = visitor.get(path)
            if answer.status == 405 or not answer.html:
                continue  # the address of a form that was refused, or a file
            assert answer.status == 200, f"{username}: {path} in {language}: {answer.status}"
            assert f'<html lang="{language}"' in answer.html, path
            assert re.search(r"<h1[^>]*>\s*\S", answer.html), f"{path}: no heading"
            number += 1
    return number
