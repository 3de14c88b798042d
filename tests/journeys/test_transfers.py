"""Story 5: one instalment of 2018/19 from a school's absences to the payer's answer, by six roles in the browser."""

import re

import pytest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from . import walk

YEAR, NUMBER = "2018", "1"
# Forms are sent in both languages; afterwards everybody reads every page in the other one too.
SPEAK = {
    "ar": ("appui", "appui.national", "payeur"),
    "fr": ("surveillant", "ecole", "controle", "ordonnateur"),
}


def press(page, words, *, within="main"):
    """Press the button or follow the link that says these words."""
    send(page, f"{within} button:has-text('{words}'), {within} a.btn:has-text('{words}')")


def send(page, selector):
    """Press a button; what it asks once more is answered yes."""
    button = page.locator(selector).first
    with page.expect_navigation(timeout=60_000):
        asks = button.get_attribute("data-confirm")
        button.click()
        if asks:
            page.locator(".confirm-answers .btn-primary").click()


@pytest.fixture
def village(built, tmp_path):
    """An installation of its own with the demo: what this story pays, no other story finds paid."""
    import shutil

    from . import site as sites

    home = tmp_path / "home"
    shutil.copytree(built, home)
    served = sites.start(home, with_world=False)
    yield served
    served.process.terminate()
    served.process.wait(timeout=120)


def test_an_instalment_from_absences_to_the_payers_answer(village, page_of, tmp_path):
    """Each step by the person whose step it is: a family is paid when six people did their part, and only then."""
    people = {
        name: page_of(name, language, 360 if name == "surveillant" else 1280, at=village)
        for language, names in SPEAK.items()
        for name in names
    }
    with translation.override("fr"):
        _the_head_validates_what_the_supervisor_entered(people)
    with translation.override("ar"):
        address = _the_coordinator_computes_and_saves(people["appui"])
    with translation.override("fr"):
        _three_people_sign(people, address)
    with translation.override("ar"):
        _the_payer_pays_and_answers(people, address, tmp_path)
        _the_unit_reconciles(people["appui.national"], address)
    for language in SPEAK:
        assert walk.read_in(language, page_of.walked) > 15


def _the_head_validates_what_the_supervisor_entered(people):
    """December waits for the head; whoever entered it finds no button to validate it."""
    supervisor, head = people["surveillant"], people["ecole"]
    validate = _("Validate the sheet")
    for page in (supervisor, head):
        page.goto("/support/absences/?year=2018")
    address = head.locator("main a[href^='/support/absences/']").evaluate_all("links => links.map(a => a.pathname)")
    sheets = [path for path in dict.fromkeys(address) if re.fullmatch(r"/support/absences/[0-9a-f-]{36}/", path)]
    for path in sheets:
        head.goto(path)
        if head.locator(f"main button:has-text('{validate}')").count():
            break
    else:
        pytest.fail("no sheet waits for the head")
    supervisor.goto(path)
    assert supervisor.locator(f"main button:has-text('{validate}')").count() == 0
    press(head, validate)
    head.goto(path)
    assert head.locator(f"main button:has-text('{validate}')").count() == 0


def _the_coordinator_computes_and_saves(page):
    """Opened, computed, what the checks found held with a reason, saved. The address of the instalment."""
    page.goto("/support/instalments/new/")
    page.select_option("[name=school_year]", YEAR)
    page.select_option("[name=number]", NUMBER)
    press(page, _("Open it"))
    address = page.evaluate("location.pathname")
    press(page, pgettext("instalment", "Compute"))
    for _second in range(120):  # computed by a process beside the pages: "look again in a moment"
        page.goto(address)
        if page.locator("main a[href*='/checks/']").count():
            break
        page.wait_for_timeout(1_000)
    save = pgettext("instalment", "Save and freeze")
    assert page.locator(f"main button:has-text('{save}')").count() == 0  # a card received for two households
    checks = page.locator("main a[href*='/checks/']").evaluate_all("links => links.map(a => a.pathname)")
    for path in checks:
        page.goto(path)
        while page.locator("main form [name=reason]").count():
            page.locator("main form [name=reason]").first.fill("بطاقة واحدة لأسرتين")
            press(page, _("Let this payment wait"))
    page.goto(address)
    press(page, save)
    press(page, pgettext("instalment", "Sign as prepared"))
    return address


def _three_people_sign(people, address):
    """The coordinator signed; the checker and the authoriser follow, in this order and no other."""
    checker, authoriser = people["controle"], people["ordonnateur"]
    authorise = pgettext("instalment", "Authorise")
    authoriser.goto(address)
    assert authoriser.locator(f"main form button:has-text('{authorise}')").count() == 0
    checker.goto(address)
    press(checker, pgettext("instalment", "Sign as checked"))
    authoriser.goto(address)
    press(authoriser, authorise, within="main form")
    assert authoriser.locator(".stage-now").inner_text().endswith(_("Authorised"))


def _the_payer_pays_and_answers(people, address, tmp_path):
    """The unit sends, the payer fetches the file and hands in what became of each payment; a cut file is refused."""
    unit, payer = people["appui.national"], people["payeur"]
    key = address.strip("/").split("/")[-1]
    unit.goto(f"/support/instalments/{key}/send/")
    send(unit, "main form button[type=submit]")
    payer.goto(f"/support/payer/{key}/")
    with payer.expect_download() as fetched:
        payer.locator("main form[action*='/take/'] button").first.click()
    rows = fetched.value.path().read_text(encoding="utf-8").splitlines()
    whole = answer_to(rows)
    cut, complete = tmp_path / "cut.csv", tmp_path / "return.csv"
    cut.write_text("\n".join(whole[:-2]) + "\n", encoding="utf-8")
    complete.write_text("\n".join(whole) + "\n", encoding="utf-8")
    for path in (cut, complete):
        payer.goto(f"/support/payer/{key}/return/")
        payer.set_input_files("input[type=file]", str(path))
        send(payer, "main form button[type=submit]")
        if path == cut:
            assert payer.locator("[role=alert]").count() >= 1
    confirm = payer.locator("main form button[type=submit]")
    if confirm.count():  # the file is shown before it is taken
        send(payer, "main form button[type=submit]")
    payer.goto(f"/support/payer/{key}/")
    assert "return.csv" in payer.locator("main").inner_text()


def answer_to(rows):
    """A return file for the lines of a payer file: everybody was paid on the day of the demo."""
    header, payments = rows[0].split(";"), [row.split(";") for row in rows if row.startswith("D;")]
    instalment = next(cell for cell in header[2:] if cell.isdigit() and cell == payments[0][1].split("-")[0])
    lines = [f"H;ISTIDRAK-RETURN;1;{instalment}"]
    total = 0
    for cells in payments:
        due = int(cells[AMOUNT])
        total += due
        lines.append(f"D;{cells[1]};PAID;2025-11-20;{due};")
    lines.append(f"T;{len(payments)};{total};{len(payments)};{total}")
    return lines


AMOUNT = 5


def _the_unit_reconciles(page, address):
    """Whoever was sent money was paid; those held are given up with a reason; then nothing waits and it is closed."""
    page.goto(f"{address}reconciliation/")
    paid = page.locator("main tr", has=page.locator("a[href*='place=PAID']")).locator("td").nth(1).inner_text()
    sent = page.locator("main tr", has_text=_("Sent, in all")).locator("td").nth(1).inner_text()
    assert paid.strip() == sent.strip() != "0"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1
    page.goto(f"{address}payments/?place=HELD")
    links = page.locator("main a[href^='/support/payments/']").evaluate_all("links => links.map(a => a.pathname)")
    assert len(set(links)) >= 3  # two families with one card, and those whom nobody can be paid for
    for path in dict.fromkeys(links):
        page.goto(path)
        form = "main form:has(button[value='cancel'])"
        page.locator(f"{form} [name=reason]").fill("...")
        send(page, f"{form} button[value='cancel']")
    page.goto(f"{address}reconciliation/")
    send(page, f"main form[action='{address}close/'] button")
    page.goto(address)
    assert page.locator(".stage-now").inner_text().endswith(_("Reconciled"))
