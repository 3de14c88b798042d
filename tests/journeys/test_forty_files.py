"""Story: in September forty school files arrive in one afternoon, and six schools are late."""

import subprocess
import sys

from . import forty_files
from .site import ROOT


def test_forty_files_in_an_afternoon(site, page_of, tmp_path):
    """Without this an officer opens forty workbooks one by one, and the six late schools are found in November."""
    done = subprocess.run(
        [sys.executable, "-c", forty_files.PREPARE],
        env=site.environment,
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    files = forty_files.make_files(tmp_path)
    bad = tmp_path / "photo.xlsx"
    bad.write_bytes(b"\xff\xd8\xff not a workbook")

    page = page_of("bureau541", "ar")
    page.goto("/imports/new/")
    page.set_input_files('input[type="file"]', [*files, bad])
    page.get_by_role("main").locator('button[type="submit"]').last.click()
    page.wait_for_url("**/imports/waiting/**", timeout=90_000)
    main = page.get_by_role("main")
    assert main.locator('tr[id^="file-"]').count() == forty_files.FILES
    assert "photo.xlsx" in main.inner_text()  # the bad file is named, and stopped none of the others

    main.locator('form[action$="/waiting/confirm/"] button').click()
    page.wait_for_load_state()
    page.wait_for_function("() => !document.querySelector('form[action$=\"/waiting/confirm/\"]')", timeout=120_000)
    page.goto("/lists/")
    text = page.get_by_role("main").inner_text()
    for number in range(forty_files.FILES, forty_files.SCHOOLS):
        assert f"مدرسة تجريبية {number}" in text
    late = page.get_by_role("main").locator("tr", has_text="متأخر")
    assert late.count() == forty_files.SCHOOLS - forty_files.FILES == 6

    page.goto("/imports/new/")  # the same files again change nothing
    page.set_input_files('input[type="file"]', files[:3])
    page.get_by_role("main").locator('button[type="submit"]').last.click()
    page.wait_for_load_state()
    counted = site.run(
        "shell",
        "-c",
        "from istidrak.people.models import SourceRecord as R; print(R.unscoped.filter(file__name__startswith='ecole-').count())",
    )
    assert counted.stdout.split()[-1] == str(sum(4 + n % 5 for n in range(forty_files.FILES)))
