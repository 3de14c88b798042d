"""Story: a month typed on a phone by the supervisor, validated by the head, corrected when a certificate came late."""


def _press(page, value):
    """Press a button by what it does, answer "yes" when it asks, and wait for the page that comes."""
    button = page.locator(f'button[name="do"][value="{value}"]').first
    asks = button.get_attribute("data-confirm")
    button.scroll_into_view_if_needed()
    if not asks:
        with page.expect_navigation():
            button.click()
        return
    button.click()
    with page.expect_navigation():
        page.locator(".confirm-answers .btn-primary").click()


def test_a_month_is_typed_by_one_validated_by_another_and_corrected(demo, page_of):
    """Typed and validated by the same hand, nobody would have looked; without a trace, nobody could answer why."""
    supervisor, head = page_of("surveillant", "ar", 360, at=demo), page_of("ecole", "fr", 1280, at=demo)
    supervisor.goto("/support/absences/?year=2018")
    january = supervisor.locator("main tr", has=supervisor.locator('input[name="month"][value="201901"]'))
    with supervisor.expect_navigation():
        january.locator('button[value="open"]').click()
    sheet = supervisor.url.removeprefix(demo.url)
    assert supervisor.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    days = supervisor.locator('input[name^="unexcused_days-"]').first
    days.fill("40")
    supervisor.locator('button[name="do"][value="save"]').click()
    supervisor.locator(".absences-wrong").wait_for()
    days = supervisor.locator('input[name^="unexcused_days-"]').first
    assert days.input_value() == "40"  # refused beside the pupil, and still there to be mended
    assert supervisor.locator(".absences-wrong").count() == 1
    days.fill("7")
    _press(supervisor, "hand_over")
    supervisor.goto(sheet)
    assert supervisor.locator('button[value="validate"]').count() == 0

    head.goto(sheet)
    assert head.locator("main tbody tr").count() == 1
    _press(head, "validate")
    assert head.locator('button[value="validate"]').count() == 0

    supervisor.goto(sheet)
    supervisor.locator("main tbody a").first.click()
    supervisor.fill('[name="unexcused_days"]', "1")
    supervisor.fill('[name="excused_days"]', "6")
    supervisor.fill('[name="reason"]', "شهادة طبية")
    with supervisor.expect_navigation():
        supervisor.locator('main form button[type="submit"]').first.click()
    cells = supervisor.locator("main tbody tr").first.locator("td").all_inner_texts()
    assert [cell.strip() for cell in cells[2:4]] == ["1", "6"]
    head.goto(sheet)
    head.locator("main tbody a").first.click()
    assert "شهادة طبية" in head.locator("main").inner_text()
