"""Story of Laâyoune, September 2025: agreements, the caravan, and a figure said in public that must match a count."""

import re

from . import walk

BOY = ("J900000801", "الفيلالي", "إلياس", "FILALI", "Ilyas", "ذكر", "04-04-2009")
FOUR = ("pre_registered", "enrolled", "present")  # beside the places agreed, which are nobody's


def _figure(page, selector):
    """The number of a count on the page of the season, 0 when nobody is behind it."""
    link = page.locator(f"main {selector}")
    return int(link.first.inner_text()) if link.count() else 0


def _people(site, page, *codes):
    """Figures of a directorate are those of the last run: one run, then the page."""
    assert site.run("count").returncode == 0
    page.goto("/seasons/2025/")
    return [_figure(page, f'a[href^="/seasons/2025/people/{code}/"]') for code in codes]


def test_the_caravan_meets_somebody_whom_a_school_reported_and_the_path_goes_on(demo, page_of):
    """Counted twice, he would be two children to find; not recognised, the school would wait for an answer for ever.

    Lived in French, as the thin path is in Arabic: each form of the path is sent in one language at least.
    """
    officer, director = page_of("bureau", "fr", at=demo), page_of("centre", "fr", at=demo)
    bands = page_of("national", "fr", at=demo)
    bands.goto("/seasons/")
    places = bands.locator("main table").last.locator("tbody tr").all_inner_texts()
    ages = [re.findall(r"\d+", text.split("2025")[0])[:2] for text in places if "Laâyoune" in text]
    assert ["8", "15"] in ages and ["15", "18"] in ages  # of this province, beside those of the country

    named, oriented, enrolled = _people(demo, officer, "named", "oriented", "enrolled")
    walk.import_list(officer, "ecole-ilyas.xlsx", walk.school_list(BOY))
    walk.import_list(officer, "caravane-ilyas.xlsx", walk.caravan_list(("Ilyas Filali", "M", "04/04/2009")))
    officer.goto("/people/pairs/")
    officer.locator("main tr", has_text=BOY[2]).locator('a[href*="/people/pairs/"]').first.click()
    officer.wait_for_load_state()
    walk.submit(officer, 'form[action$="/decide/"] button[value="same"]')

    walk.find_person(officer, BOY[0])
    text = officer.get_by_role("main").inner_text()
    assert "ecole-ilyas.xlsx" in text and "caravane-ilyas.xlsx" in text
    officer.locator('main a[href^="/cases/"]').first.click()
    officer.wait_for_load_state()
    case = re.search(r"/cases/([0-9a-f-]{36})/", officer.url).group(1)
    officer.goto(f"/cases/{case}/contact/")
    walk.choose(officer, "kind", "VISIT")
    walk.choose(officer, "result", "MET")
    walk.choose(officer, "wish", "TRADE")
    walk.choose(officer, "is_free_in_daytime", "yes")
    walk.submit(officer, 'main form[data-draft^="contact-"] button[type="submit"]')
    officer.goto(f"/cases/{case}/orientation/")
    walk.choose(officer, "exit", "FULL_TRAINING")
    centre = officer.locator('[name="receiver"] option', has_text="Hay Al Wahda").first.get_attribute("value")
    officer.select_option('[name="receiver"]', centre)
    officer.select_option('[name="programme"]', index=2)  # the new generation
    walk.submit(officer, 'main form[data-draft^="orientation-"] button[type="submit"]')
    walk.submit(officer, 'form[action$="/decide/"] button')
    # One person, whatever the number of lists.
    assert _people(demo, officer, "named", "oriented") == [named + 1, oriented + 1]

    director.goto("/groups/")
    season = director.locator("main tr", has_text="2025/26").filter(has_text="nouvelle génération")
    season.locator('a[href^="/groups/"]').first.click()
    director.wait_for_load_state()
    awaited = director.locator('[name="person"] option', has_text=BOY[2]).first.get_attribute("value")
    director.select_option('[name="person"]', awaited)
    walk.submit(director, 'form[action$="/enrol/"] button[type="submit"]')
    assert _people(demo, officer, "enrolled") == [enrolled + 1]


def test_four_counts_stand_apart_each_with_its_day(demo, page_of):
    """Mixed, a promise of places becomes children who sit in a class."""
    officer = page_of("bureau", "ar", at=demo)
    officer.goto("/seasons/2025/")
    agreed = officer.locator('main tr:has(a[href^="/seasons/2025/places/"])').first
    lines = [agreed, *(officer.locator(f'main tr:has(a[href*="/people/{code}/"])').first for code in FOUR)]
    days = [line.locator("td.wide").inner_text().split() for line in lines]
    assert all(day[-1] == "2025" for day in days)
    assert "شتنبر" in days[0] and "أكتوبر" in days[3] and "نونبر" in days[1]  # agreed, count day, today
    assert len({id(line) for line in lines}) == 4
    assert _figure(officer, 'a[href^="/seasons/2025/places/"]') == 187
    assert all(line.locator("details").count() for line in lines)  # each says what it counts

    present = _figure(officer, 'a[href^="/seasons/2025/people/present/"]')
    officer.locator('main a[href^="/seasons/2025/people/present/"]').first.click()
    officer.wait_for_load_state()
    assert officer.locator('main tbody a[href^="/people/"]').count() == present > 0


def test_the_figure_said_in_public_matches_the_places_agreed_and_nobody_enrolled(demo, page_of):
    """Announced before the caravan had found anyone: the program says which count 187 is, and shows what it is not."""
    officer = page_of("bureau", "ar", at=demo)
    officer.goto("/seasons/2025/")
    said = officer.locator('main a[href^="/seasons/said/"]')
    assert sorted(said.all_inner_texts()) == ["187", "88"]
    said.filter(has_text="187").first.click()
    officer.wait_for_load_state()
    card = officer.locator("main .card", has=officer.locator("table")).last
    verdict = card.locator("p strong").first.inner_text()
    rows = card.locator("tbody tr")
    label, then, _now = (
        rows.first.locator(cell).first.inner_text() for cell in ("th div", "td >> nth=0", "td >> nth=1")
    )
    assert then == "187" and label in verdict  # on the day it was said, it is the places agreed
    others = [rows.nth(at).locator("td").first.inner_text() for at in range(1, rows.count())]
    assert "187" not in others
    assert "16" in officer.get_by_role("main").locator("dl").first.inner_text()  # its day, with its source

    people = card.locator('a[href*="/people/"]')
    assert people.count()
    shown = int(people.first.inner_text())
    people.first.click()
    officer.wait_for_load_state()
    assert 0 < officer.locator('main tbody a[href^="/people/"]').count() <= shown

    officer.goto("/seasons/2025/")
    officer.locator('main a[href^="/seasons/said/"]', has_text="88").first.click()
    officer.wait_for_load_state()
    assert "88" not in officer.locator("main tbody td").all_inner_texts()  # of last season, no count of ours says 88
