"""Stories: a roll-call that nobody took says nothing of anybody, and what a centre owes its data is seen from afar."""

import re

from django.utils import translation

from istidrak.training.models import Session
from istidrak.training.sheets import NOT_TAKEN, letters

from . import walk

DAY = "2025-11-10"


def _own_group(page):
    """The address of a group of the season that the signed-in educator teaches."""
    page.goto("/groups/")
    return page.locator("main tr", has_text="2025/26").locator('a[href^="/groups/"]').first.get_attribute("href")


def _rates(page, group):
    """What the page of the group says of each learner's attendance, and of each session."""
    page.goto(group)
    learners = page.locator('main tr:has(a[href^="/enrolments/"]), main tr:has(td.learner-more)')
    return [re.findall(r"\d+%[^\n]*", text) for text in learners.all_inner_texts()]


def _sheet(page, group):
    """The month sheet: the cells of each learner."""
    page.goto(f"{group}sheet/?month=2025-11")
    rows = page.locator(".sheet-grid tbody tr")
    return [rows.nth(at).locator("td").all_inner_texts()[2:] for at in range(rows.count())]


def test_a_session_that_nobody_opened_is_not_taken_and_nobody_was_present(demo, page_of):
    """Counted as present, the learner who stayed away that day would be the one whom nobody calls."""
    educator, director = page_of("educateur", "ar", 360, at=demo), page_of("centre", "ar", 360, at=demo)
    group = _own_group(educator)
    rates, cells = _rates(educator, group), _sheet(educator, group)
    assert any(rates) and cells
    director.goto(group)
    learner = director.locator('main a[href^="/enrolments/"]').first.get_attribute("href")
    before = _of_november(director, learner)

    educator.goto(group)
    educator.fill('form[data-draft^="session-"] [name="date"]', DAY)
    walk.submit(educator, 'form[data-draft^="session-"] button[type="submit"]')
    session = educator.url.removeprefix(demo.url)
    assert educator.locator('[type="radio"]').count() == 0  # nobody can be marked before it is opened

    assert _rates(educator, group) == rates
    with translation.override("ar"):
        not_taken, present = str(Session.State.PLANNED.label), letters()["PRESENT"]
    educator.goto(f"{group}?sessions=all")
    assert not_taken in educator.locator("main li", has=educator.locator(f'a[href="{session}"]')).inner_text()

    after = _sheet(educator, group)
    for row, former in zip(after, cells, strict=True):
        assert row.count(NOT_TAKEN) == former.count(NOT_TAKEN) + 1
        assert row.count(present) == former.count(present)
    month = _of_november(director, learner)
    assert month[-1] == before[-1] + 1 and month[:-1] == before[:-1]  # not taken grows, present and the rest stay
    assert educator.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1


def _of_november(page, enrolment):
    """The learner's figures of the month: roll-calls, present, late, absent, excused, not taken."""
    page.goto(f"{enrolment}attendance/")
    row = page.locator("main tr", has_text="11/2025").locator("td bdi")
    return [int(text) for text in row.all_inner_texts() if text.isdigit()]


def test_an_academy_sees_how_data_is_kept_and_a_roll_call_taken_counts_at_once(demo, page_of):
    """Typed by hand, the state of a register is what its holder wishes it to be (Taroudannt, January 2020)."""
    academy, educator = page_of("academie", "ar", at=demo), page_of("educateur", "ar", 360, at=demo)
    academy.goto("/seasons/2025/")
    academy.locator('main a[href="/seasons/2025/data/"]').first.click()
    academy.wait_for_load_state()
    cards = academy.locator("main .card:has(table)")
    assert cards.count() >= 2
    for card in cards.all():
        _own, *lines = [_tone(badge) for badge in card.locator(".badge").all()]
        assert _own == max(lines, key=SEVERITY.index)  # a centre is as its worst line, nobody typed it

    missing = _own_centre(academy)
    done, due = _share(academy, missing)
    assert due > done
    academy.goto(missing)
    owed = [a.get_attribute("href") for a in academy.locator('main a[href^="/sessions/"]').all()]
    assert len(owed) == due - done

    educator.goto(owed[0])
    walk.submit(educator, 'form[action$="/open/"] button')
    walk.submit(educator, 'form[data-draft^="roll-call-"] button[value="close"]')

    academy.goto("/seasons/2025/data/")
    assert _share(academy, missing) == (done + 1, due)
    academy.goto(missing)
    assert owed[0] not in [a.get_attribute("href") for a in academy.locator('main a[href^="/sessions/"]').all()]


SEVERITY = ["secondary", "green", "orange", "red"]


def _tone(badge):
    return re.search(r"badge-(secondary|green|orange|red)", badge.get_attribute("class")).group(1)


def _own_centre(page):
    """The address of what the first centre owes in roll-calls."""
    return page.locator('main a[href$="/roll_calls/"]').first.get_attribute("href")


def _share(page, missing):
    """Done and due of the line that leads to what is missing."""
    row = page.locator("main tr", has=page.locator(f'a[href="{missing}"]'))
    return tuple(map(int, re.search(r"(\d+) / (\d+)", row.inner_text()).groups()))
