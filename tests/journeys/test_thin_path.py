"""The path in one walk: named by a school, met by a caravan, followed, oriented, enrolled, inserted, counted."""

import re

from . import walk

GIRL = ("J900000101", "الزموري", "ياسمينة", "EZZEMMOURI", "Yasmina", "أنثى", "14-02-2009", "Yasmina Ezzemmouri")
PROOF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def verified_count(site, page):
    """Figures of a directorate are those of the last run: one run, then the page."""
    assert site.run("count").returncode == 0
    page.goto("/seasons/2025/")
    cell = page.locator('main a[href^="/seasons/2025/people/verified/"]')
    return int(cell.first.inner_text()) if cell.count() else 0


def test_from_the_day_a_list_names_her_to_the_day_her_insertion_is_verified(site, page_of):
    """If any step leads nowhere, somebody who was found is lost."""
    *row, latin = GIRL
    officer, head = page_of("bureau"), page_of("ecole", width=360)
    before = verified_count(site, officer)

    walk.import_list(officer, "ecole.xlsx", walk.school_list(tuple(row)))
    walk.import_list(officer, "caravane.xlsx", walk.caravan_list((latin, "F", row[6].replace("-", "/"))))
    officer.goto("/people/pairs/")
    pair = officer.locator("main tr", has_text=row[2]).locator('a[href*="/people/pairs/"]').first
    pair.click()
    officer.wait_for_load_state()
    walk.submit(officer, 'form[action$="/decide/"] button[value="same"]')

    head.goto("/marks/")
    mine = head.locator("main tr", has_text=row[2])
    if mine.count():  # the caravan met her before the school marked her: then there is nothing left to mark
        mine.locator('input[value="STILL_ABSENT"]').first.check(force=True)
        walk.submit(head, "main form.mark-form button")

    person = walk.find_person(officer, row[0])
    officer.locator('main a[href^="/cases/"]').first.click()
    officer.wait_for_load_state()
    case = re.search(r"/cases/([0-9a-f-]{36})/", officer.url).group(1)
    officer.goto(f"/cases/{case}/contact/")
    walk.choose(officer, "kind", "VISIT")
    walk.choose(officer, "result", "MET")
    officer.fill('[name="next_step"]', "التوجيه")
    officer.fill('[name="next_step_date"]', "2025-11-28")
    walk.choose(officer, "wish", "TRADE")
    for question in ("reads_and_writes", "was_ever_in_school", "is_free_in_daytime"):
        walk.choose(officer, question, "yes")
    walk.submit(officer, 'main form[data-draft^="contact-"] button[type="submit"]')

    officer.goto(f"/cases/{case}/orientation/")
    assert officer.locator("main details.exit:has(.findings)").count() == 4  # the four exits with their criteria
    walk.choose(officer, "exit", "FULL_TRAINING")
    officer.select_option(
        '[name="receiver"]',
        label=officer.locator('[name="receiver"] option', has_text="حي الوحدة").first.inner_text(),
    )
    officer.select_option('[name="programme"]', index=2)
    walk.submit(officer, 'main form[data-draft^="orientation-"] button[type="submit"]')
    walk.submit(officer, 'form[action$="/decide/"] button')

    educator, director = page_of("educateur", width=360), page_of("centre")
    educator.goto("/groups/")
    season = educator.locator("main tr", has_text="2025/26")
    group = season.locator('a[href^="/groups/"]').first.get_attribute("href")  # one that the educator teaches
    director.goto(group)
    director.select_option(
        '[name="person"]',
        label=director.locator('[name="person"] option', has_text=re.compile(row[2])).first.inner_text(),
    )
    walk.submit(director, 'form[action$="/enrol/"] button[type="submit"]')
    walk.submit(director, 'form[data-draft^="session-"] button[type="submit"]')

    educator.goto(director.url)
    walk.submit(educator, 'form[action$="/open/"] button')
    assert (
        educator.locator("li.roll-call-row", has_text=row[2]).locator('[type="radio"][value="PRESENT"]').is_checked()
    )
    walk.submit(educator, 'form[data-draft^="roll-call-"] button[value="close"]')

    director.goto(group)
    director.locator("main tr", has_text=row[2]).locator('a[href^="/enrolments/"]').first.click()
    director.wait_for_load_state()
    director.locator('main a[href$="/completing/"]').click()
    director.wait_for_load_state()
    director.fill('[name="reason"]', "أتم البرنامج قبل تقويم كل الأقطاب")
    walk.submit(director, 'button[name="do"][value="complete"]')
    walk.choose(director, "kind", "JOB")
    director.fill('[name="where"]', "ورشة الخياطة")
    director.fill('[name="since_date"]', "2025-11-20")
    walk.submit(director, 'button[name="do"][value="declare"]')
    if "/insertions/" not in director.url:
        director.locator('main a[href^="/insertions/"]').first.click()
        director.wait_for_load_state()
    insertion = director.url
    director.set_input_files(
        'input[type="file"]', [{"name": "preuve.pdf", "mimeType": "application/pdf", "buffer": PROOF}]
    )
    walk.submit(director, 'button[name="do"][value="prove"]')
    assert not director.locator('button[value="verify"]').count()  # never by who declared

    officer.goto(insertion)
    walk.submit(officer, 'button[name="do"][value="verify"]')
    assert verified_count(site, officer) == before + 1
    officer.goto(f"/people/{person}/")
    assert officer.locator("main .badge").count() > 3  # every station stands in the one file
    assert walk.read_in("fr", page_of.walked) > 20
