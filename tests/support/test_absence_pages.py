"""The pages of absences: typed on a phone, handed over, validated by the head, corrected."""

import io
import re

import pytest
import python_calamine
from django.urls import reverse

from istidrak.accounts.roles import GeneralSupervisor, SchoolHead, SupportCoordinator
from istidrak.base.models import AuditRecord
from istidrak.support.actions import absences as actions
from istidrak.support.models import MonthAbsence, MonthSheet
from istidrak.support.rules.absences import Counts

pytestmark = pytest.mark.django_db
MONTHS = reverse("support:absences")


@pytest.fixture
def supervisor(make_user, client_of, school):
    return client_of(make_user(GeneralSupervisor, school))


@pytest.fixture
def head(make_user, client_of, school):
    return client_of(make_user(SchoolHead, school))


@pytest.fixture
def sheet(village, supervisor, school):
    """October's sheet of two pupils, opened by the supervisor's button."""
    village.pupils = village.family("5AP", "6AP")
    supervisor.post(MONTHS, {"do": "open", "school": school.code, "month": "201810"})
    return MonthSheet.unscoped.get()


def page(sheet, **more):
    return reverse("support:sheet_correct" if more else "support:sheet", kwargs={"sheet": sheet.uuid, **more})


def typed(client, sheet, pupil, days, do="save"):
    """Send the form as the page gives it, with one field filled."""
    html = client.get(page(sheet)).content.decode()
    data = dict(re.findall(r'name="(was-[^"]+)" value="([^"]*)"', html))
    data |= dict(re.findall(r'name="((?:un)?excused_[^"]+)" value="([^"]*)"', html))
    data |= {f"unexcused_days-{pupil.uuid}": days, "do": do}
    return data


def test_a_month_goes_from_the_supervisor_to_the_head(sheet, village, supervisor, head):
    supervisor.post(page(sheet), typed(supervisor, sheet, village.pupils[0], "3", do="hand_over"))
    sheet.refresh_from_db()
    assert (sheet.state, MonthAbsence.unscoped.get().unexcused_days) == ("ENTERED", 3)
    assert supervisor.post(page(sheet), {"do": "validate"}).status_code == 403
    head.post(page(sheet), {"do": "validate"})
    sheet.refresh_from_db()
    assert sheet.state == "VALIDATED"


def test_no_absence_is_one_click_from_the_months(village, supervisor, school):
    village.family("5AP")
    html = supervisor.get(MONTHS).content.decode()
    assert html.count('value="none"') == 10  # September to June
    supervisor.post(MONTHS, {"do": "none", "school": school.code, "month": "201811"})
    sheet = MonthSheet.unscoped.get()
    assert (sheet.month, sheet.state) == (201811, "ENTERED")


def test_opening_the_pages_writes_nothing(sheet, supervisor, head):
    for client in (supervisor, head):
        client.get(MONTHS)
        client.get(page(sheet))
    assert (MonthSheet.unscoped.count(), MonthAbsence.unscoped.count()) == (1, 0)


def test_what_cannot_be_is_said_beside_the_pupil_and_stays_typed(sheet, village, supervisor):
    for text in ("40", "deux", "-1", "1.5"):
        answer = supervisor.post(page(sheet), typed(supervisor, sheet, village.pupils[0], text))
        html = answer.content.decode()
        assert f'value="{text}"' in html
        assert 'aria-invalid="true"' in html
    assert not MonthAbsence.unscoped.exists()


def test_arabic_digits_are_numbers(sheet, village, supervisor):
    supervisor.post(page(sheet), typed(supervisor, sheet, village.pupils[0], "٣"))
    assert MonthAbsence.unscoped.get().unexcused_days == 3


def test_two_who_type_at_once_are_told_and_nothing_typed_is_lost(sheet, village, supervisor, head):
    first, second = village.pupils
    mine, theirs = typed(supervisor, sheet, first, "3"), typed(head, sheet, first, "4")
    others = typed(head, sheet, second, "1")
    supervisor.post(page(sheet), mine)
    head.post(page(sheet), others)  # untouched rows of the same page are nobody's conflict
    assert MonthAbsence.unscoped.count() == 2
    html = head.post(page(sheet), theirs).content.decode()
    assert 'value="4"' in html
    assert MonthAbsence.unscoped.get(registration=first).unexcused_days == 3
    again = dict(re.findall(r'name="(was-[^"]+)" value="([^"]*)"', html))
    head.post(page(sheet), theirs | again)
    assert MonthAbsence.unscoped.get(registration=first).unexcused_days == 4


def test_the_head_who_typed_is_told_before_validating(sheet, village, supervisor, head):
    head.post(page(sheet), typed(head, sheet, village.pupils[0], "2"))
    supervisor.post(page(sheet), typed(supervisor, sheet, village.pupils[0], "2", do="hand_over"))
    html = head.get(page(sheet)).content.decode()
    assert 'value="validate"' not in html
    head.post(page(sheet), {"do": "validate"})
    head.post(page(sheet), {"do": "return", "reason": "راجعوا القسم الأول"})
    assert "راجعوا القسم الأول" in supervisor.get(page(sheet)).content.decode()
    assert "راجعوا القسم الأول" in supervisor.get(MONTHS).content.decode()


def test_a_correction_shows_what_was(sheet, village, supervisor, head):
    pupil = village.pupils[0]
    supervisor.post(page(sheet), typed(supervisor, sheet, pupil, "6", do="hand_over"))
    head.post(page(sheet), {"do": "validate"})
    address = page(sheet, registration=pupil.uuid)
    version = MonthAbsence.unscoped.get().version
    data = {"unexcused_days": "1", "excused_days": "5", "version": version}
    assert "aria-invalid" in supervisor.post(address, data).content.decode()  # no reason
    supervisor.post(address, {**data, "reason": "شهادة طبية"})
    row = MonthAbsence.unscoped.get()
    assert (row.unexcused_days, row.excused_days) == (1, 5)
    html = supervisor.get(address).content.decode()
    assert "شهادة طبية" in html
    stale = supervisor.post(address, {**data, "unexcused_days": "2", "reason": "خطأ"}).content.decode()
    assert 'value="2"' in stale
    assert MonthAbsence.unscoped.get().unexcused_days == 1


def test_the_sheet_leaves_as_a_workbook_and_it_is_recorded(sheet, village, supervisor):
    supervisor.post(page(sheet), typed(supervisor, sheet, village.pupils[0], "3"))
    answer = supervisor.post(f"{page(sheet)}?format=xlsx")
    rows = (
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    )
    assert sorted(row[6] for row in rows[-2:]) == [0, 3]
    assert AuditRecord.objects.filter(verb="download_names").count() == 1


def test_a_directorate_reads_its_schools_and_types_nothing(
    sheet, make_user, client_of, directorate, other_directorate
):
    reads, stranger = (client_of(make_user(SupportCoordinator, d)) for d in (directorate, other_directorate))
    html = reads.get(page(sheet)).content.decode()
    assert "<fieldset" not in html
    assert reads.post(page(sheet), {"do": "save"}).status_code == 403
    assert stranger.get(page(sheet)).status_code == 404
    data = {"do": "open", "school": sheet.school.code, "month": "201811"}
    assert stranger.post(MONTHS, data).status_code == 403
    assert MonthSheet.unscoped.count() == 1


def test_a_supervisor_opens_no_sheet_of_another_school(sheet, village, supervisor, other_school):
    village.family("5AP", school=other_school)
    data = {"do": "open", "school": other_school.code, "month": "201811"}
    assert supervisor.post(MONTHS, data).status_code == 404


def test_a_pupil_is_found_by_name_and_typed_without_the_others(sheet, village, supervisor):
    """Six hundred pupils and one certificate in the hand: whoever must page through classes gives up."""
    person = village.pupils[1].person
    type(person).unscoped.filter(pk=person.pk).update(search_text="ادريس j100000001")
    html = supervisor.get(page(sheet), {"text": "J100000001"}).content.decode()
    assert f"was-{village.pupils[1].uuid}" in html
    assert f"was-{village.pupils[0].uuid}" not in html
    assert "was-" not in supervisor.get(page(sheet), {"text": "لا أحد"}).content.decode()
    found = village.pupils[1].uuid
    data = {f"was-{found}": "0,0,0,0@0", f"unexcused_days-{found}": "2", "do": "save"}
    answer = supervisor.post(page(sheet) + "?text=J100000001", data)
    assert "text=J100000001" in answer["Location"]
    assert MonthAbsence.unscoped.get().registration == village.pupils[1]


@pytest.mark.parametrize("families", [1, 3])
def test_pages_ask_the_same_number_of_questions(
    village, supervisor, school, make_user, families, django_assert_num_queries
):
    by = make_user(GeneralSupervisor, school)
    sheet = None
    for _number in range(families):
        (pupil,) = village.family("5AP")
        sheet = sheet or actions.open_sheet(by=by, school=school, month=201810)
        actions.save_absences(by=by, sheet=sheet, rows=[actions.Row(pupil.uuid, Counts(1))])
    for address in (MONTHS, page(sheet)):
        supervisor.get(address)
    with django_assert_num_queries(12):
        supervisor.get(MONTHS)
    with django_assert_num_queries(13):
        supervisor.get(page(sheet))
