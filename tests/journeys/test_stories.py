"""Journeys of the first issue: a boy who never arrives, two editors of one file, a merge undone after contacts."""

import re

from . import walk


def _case_of(page):
    page.locator('main a[href^="/cases/"]').first.click()
    page.wait_for_load_state()
    return re.search(r"/cases/([0-9a-f-]{36})/", page.url).group(1)


def _contact(page, case, note, step=""):
    page.goto(f"/cases/{case}/contact/")
    walk.choose(page, "kind", "CALL")
    walk.choose(page, "result", "MET")
    page.fill('[name="note"]', note)
    if step:
        page.fill('[name="next_step"]', step)
        page.fill('[name="next_step_date"]', "2025-12-02")
    walk.submit(page, 'main form[data-draft^="contact-"] button[type="submit"]')


def test_a_fourteen_year_old_who_never_arrives_is_back_on_the_officers_list(site, page_of):
    """Sent to a school, the boy would be forgotten: nobody there misses a pupil who never came."""
    officer = page_of("bureau", "ar")
    boy = ("J900000303", "السكوري", "أيوب", "SKOURI", "Ayoub", "ذكر", "11-03-2011")
    walk.import_list(officer, "ayoub.xlsx", walk.school_list(boy))
    walk.find_person(officer, "J900000303")
    case = _case_of(officer)
    _contact(officer, case, "الأسرة موافقة", "مصاحبته إلى الإعدادية")
    officer.goto(f"/cases/{case}/refer/")
    choice = officer.locator('[name="receiver"] option', has_text="90104N")
    officer.select_option('[name="receiver"]', value=choice.first.get_attribute("value"))
    if officer.locator('[name="due_date"]').count():
        officer.fill('[name="due_date"]', "2025-11-25")
    walk.submit(officer, 'main form[method="post"] button[type="submit"]')

    head = page_of("ecole", "ar", 360)
    head.goto("/referrals/")
    head.locator('main a[href^="/referrals/"]', has_text="السكوري").first.click()
    head.wait_for_load_state()
    referral = head.url
    walk.submit(head, 'button[name="verb"][value="accept"]')
    officer.goto("/todo/")
    assert "السكوري" not in officer.get_by_role("main").inner_text()  # awaited, and not yet late

    # The day after: the same installation, one command later, a week on.
    late = site.run(
        "shell",
        "-c",
        (
            "import datetime as dt; from django.conf import settings; settings.PINNED_TODAY = dt.date(2025, 11, 26); "
            "from django.test import Client; from istidrak.accounts.models import User; c = Client(); "
            "c.force_login(User.objects.get(username='bureau'), backend='allauth.account.auth_backends.AuthenticationBackend'); "
            "print('السكوري' in c.get('/todo/', headers={'host': '127.0.0.1'}).content.decode())"
        ),
    )
    assert late.stdout.split()[-1:] == ["True"], late.stderr[-1500:]

    officer.goto(referral)
    form = officer.locator('form[data-draft^="never-"]')
    form.locator('[name="next_step"]').fill("زيارة الأسرة من جديد")
    form.locator('[name="next_step_date"]').fill("2025-11-20")
    walk.submit(officer, 'form[data-draft^="never-"] button[type="submit"]')
    officer.goto("/todo/")
    assert "السكوري" in officer.get_by_role("main").inner_text()


def test_two_editors_of_one_file_the_second_decides_field_by_field(page_of):
    """The last one would win, and the guardian's telephone that was right would be gone without a trace."""
    first, second = page_of("bureau", "ar"), page_of("bureau", "fr")
    girl = ("J900000404", "الشتوكي", "لبنى", "CHTOUKI", "Loubna", "أنثى", "21-07-2010")
    walk.import_list(first, "loubna.xlsx", walk.school_list(girl))
    person = walk.find_person(first, "J900000404")
    for page in (first, second):
        page.goto(f"/people/{person}/correct/")
    first.fill('[name="phone"]', "0612345678")
    walk.submit(first, 'form[data-draft^="correct-"] button[type="submit"]')

    second.fill('[name="phone"]', "0698765432")
    second.fill('[name="guardian_name"]', "Hassan Chtouki")
    second.locator('form[data-draft^="correct-"] button[type="submit"]').first.click()
    second.wait_for_selector('input[name="keep_phone"]')
    shown = second.get_by_role("main").inner_text()
    assert "0612345678" in shown and "0698765432" in shown
    assert second.input_value('[name="guardian_name"]') == "Hassan Chtouki"  # nothing typed is lost
    walk.choose(second, "keep_phone", "theirs")
    walk.submit(second, 'form[data-draft^="correct-"] button[type="submit"]')
    second.goto(f"/people/{person}/")
    text = second.get_by_role("main").inner_text()
    assert "0612345678" in text and "Hassan Chtouki" in text


def test_a_merge_undone_after_new_contacts_on_both_sides_loses_nothing(page_of):
    """Two cousins held to be one: taken apart, each gets back what was theirs, and what came since is named."""
    officer = page_of("bureau", "ar")
    cousin = ("J900000505", "الوزاني", "مروان", "OUAZZANI", "Marouane", "ذكر", "09-09-2009")
    walk.import_list(officer, "marouane.xlsx", walk.school_list(cousin))
    walk.import_list(officer, "marouane-caravane.xlsx", walk.caravan_list(("Marouane Ouazzani", "M", "09/09/2009")))
    officer.goto("/people/pairs/")
    officer.locator("main tr", has_text="مروان").locator('a[href*="/people/pairs/"]').first.click()
    officer.wait_for_load_state()
    pair = officer.url
    files = [a.get_attribute("href") for a in officer.locator('main a[href^="/people/"]').all()]
    people = list(dict.fromkeys(f for f in files if re.fullmatch(r"/people/[0-9a-f-]{36}/", f)))
    assert len(people) == 2
    cases = []
    for number, address in enumerate(people):
        officer.goto(address)
        cases.append(_case_of(officer))
        _contact(officer, cases[-1], f"قبل القرار {number}")

    officer.goto(pair)
    walk.submit(officer, 'form[action$="/decide/"] button[value="same"]')
    officer.goto(people[1])
    assert officer.url.endswith(people[0])  # one file now
    for number, case in enumerate(cases):
        _contact(officer, case, f"بعد القرار {number}")

    officer.goto(f"{pair.split('?')[0]}undo/")
    listed = officer.get_by_role("main").inner_text()
    walk.submit(officer, 'main form[method="post"] button[type="submit"]')
    assert officer.get_by_role("main").inner_text() != listed
    texts = []
    for address in people:
        officer.goto(address)
        assert officer.url.endswith(address)
        texts.append(officer.get_by_role("main").inner_text())
    for number in (0, 1):
        assert f"قبل القرار {number}" in texts[number]  # each has its own back
        assert f"بعد القرار {number}" in texts[0]  # what was written since stays with the survivor
