"""The school's list of absences: its good lines are taken, its bad ones said by row and column, twice is once."""

import io
import re

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from istidrak.accounts.roles import GeneralSupervisor, SchoolHead
from istidrak.base.exchange.writing import workbook_bytes
from istidrak.support.actions import absences as actions
from istidrak.support.models import MonthAbsence
from istidrak.support.queries.absence_files import Problem, compare
from istidrak.support.queries.absences import pupils
from istidrak.support.rules.absences import Counts

pytestmark = pytest.mark.django_db
HEADINGS = ("رمز المؤسسة", "رمز مسار", "رقم الملف", "أيام غياب غير مبرر", "Jours justifiés", "unexcused_hours")
HEADINGS = (*HEADINGS, "ساعات غياب مبرر")


@pytest.fixture
def by(make_user, school):
    return make_user(GeneralSupervisor, school)


@pytest.fixture
def sheet(village, by, school):
    """October's sheet of three pupils; the third has no Massar code."""
    village.pupils = village.family("4AP", "5AP", "6AP")
    for number, pupil in enumerate(village.pupils[:2]):
        type(pupil.person).unscoped.filter(pk=pupil.person.pk).update(massar_code=f"J10000000{number}")
    return actions.open_sheet(by=by, school=school, month=201810)


def book(*rows):
    """A workbook in the layout, its headings on the second line."""
    columns = [(heading, 12, "text") for heading in ("لائحة", *HEADINGS[1:])]
    return workbook_bytes("1", columns, [HEADINGS, *rows])


def look(sheet, by, data):
    return compare(data, "list.xlsx", sheet, pupils(by.scope_as(GeneralSupervisor), sheet))


def send(client, sheet, data, name="list.xlsx"):
    address = reverse("support:sheet_import", kwargs={"sheet": sheet.uuid})
    return client.post(address, {"do": "look", "file": SimpleUploadedFile(name, data)}).content.decode()


def write(client, sheet, html):
    address = reverse("support:sheet_import", kwargs={"sheet": sheet.uuid})
    (sealed,) = re.findall(r'name="sealed" value="([^"]*)"', html)
    return client.post(address, {"do": "write", "sealed": sealed}, follow=True).content.decode()


def test_headings_in_either_language_and_pupils_without_code_are_known(sheet, village, by):
    number = village.pupils[2].person.file_number
    found = look(sheet, by, book(("", "j100000000", "", 5, "", "", ""), ("", "", number, "", 2, "", 1)))
    assert [(line.pupil.registration, line.counts) for line in found.lines] == [
        (village.pupils[0], Counts(5, 0, 0, 0)),
        (village.pupils[2], Counts(0, 2, 0, 1)),
    ]
    assert (found.problems, found.left) == ([], 1)


def test_bad_lines_are_said_by_row_and_column_and_stop_no_other(sheet, by, school):
    found = look(
        sheet,
        by,
        book(
            ("", "J999999999", "", 1, "", "", ""),
            ("55976T", "J100000000", "", 1, "", "", ""),
            ("", "", "", 1, "", "", ""),
            ("", "J100000000", "", "trois", "", "", ""),
            ("", "J100000000", "", 20, 9, "", ""),
            (school.code, "J100000000", "", 3, "", "", ""),
            ("", "J100000000", "", 4, "", "", ""),
            ("", "J100000001", "", 1.5, "", "", ""),
        ),
    )
    assert found.problems == [
        Problem(3, "B", "unknown", "J999999999"),
        Problem(4, "A", "other_school", "55976T"),
        Problem(5, "B", "no_code", ""),
        Problem(6, "D", "number", "trois"),
        Problem(7, "D", "days", "20 + 9"),
        Problem(9, "B", "twice", "J100000000"),
        Problem(10, "D", "number", "1.5"),
    ]
    assert [line.counts for line in found.lines] == [Counts(3)]


def test_a_list_is_shown_then_written_and_a_second_time_changes_nothing(sheet, village, by, client_of):
    client = client_of(by)
    data = book(("", "J100000000", "", 5, "", "", ""), ("", "J999999999", "", 1, "", "", ""))
    html = send(client, sheet, data)
    assert "J999999999" in html
    assert not MonthAbsence.unscoped.exists()
    write(client, sheet, html)
    row = MonthAbsence.unscoped.get()
    assert (row.registration, row.unexcused_days) == (village.pupils[0], 5)
    again = send(client, sheet, data)
    assert "sealed" not in again
    write(client, sheet, html)  # the first page, answered once more
    assert MonthAbsence.unscoped.get().version == row.version


def test_what_another_typed_after_the_look_is_not_overwritten(sheet, village, by, client_of, make_user, school):
    client, head = client_of(by), make_user(SchoolHead, school)
    html = send(client, sheet, book(("", "J100000000", "", 5, "", "", "")))
    typed = actions.Row(village.pupils[0].uuid, Counts(2))
    actions.save_absences(by=head, sheet=sheet, rows=[typed])
    write(client, sheet, html)
    assert MonthAbsence.unscoped.get().unexcused_days == 2


def test_a_seal_of_another_user_or_sheet_writes_nothing(sheet, village, by, client_of, make_user, school):
    html = send(client_of(by), sheet, book(("", "J100000000", "", 5, "", "", "")))
    write(client_of(make_user(SchoolHead, school)), sheet, html)
    november = actions.open_sheet(by=by, school=school, month=201811)
    write(client_of(by), november, html)
    assert not MonthAbsence.unscoped.exists()


def test_the_workbook_to_fill_comes_back_as_it_left(sheet, village, by, client_of):
    client = client_of(by)
    actions.save_absences(by=by, sheet=sheet, rows=[actions.Row(village.pupils[1].uuid, Counts(1))])
    address = reverse("support:sheet_import", kwargs={"sheet": sheet.uuid})
    data = client.post(f"{address}?format=xlsx").content
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert len([row for row in rows if str(row[0]) == sheet.school.code]) == 3
    found = look(sheet, by, data)
    assert (len(found.lines), found.changes, found.problems) == (3, [], [])


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"code;name\nJ1;x\n", b"PK\x03\x04broken"])
def test_a_file_that_is_no_list_is_told_why(sheet, by, client_of, data):
    html = send(client_of(by), sheet, data)
    assert 'aria-invalid="true"' in html
    assert "sealed" not in html
