"""Sheets of absences: typed by one, validated by another, corrected with a reason; nobody's typing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from istidrak.accounts.roles import GeneralSupervisor, SchoolHead
from istidrak.base import history
from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.support.actions import absences as actions
from istidrak.support.actions.absences import Row, SheetRefused
from istidrak.support.models import MonthAbsence, MonthSheet
from istidrak.support.queries.absences import has_entered, pupils_of
from istidrak.support.rules.absences import NONE, Counts, problem_of, school_days, year_of_month

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(make_user, school):
    return make_user(GeneralSupervisor, school)


@pytest.fixture
def head(make_user, school):
    return make_user(SchoolHead, school)


@pytest.fixture
def sheet(village, supervisor, school):
    """October's sheet of a school of two pupils."""
    village.pupils = village.family("5AP", "6AP")
    return actions.open_sheet(by=supervisor, school=school, month=201810)


def enter(by, sheet, pupil, *counts, version=0):
    return actions.save_absences(by=by, sheet=sheet, rows=[Row(pupil.uuid, Counts(*counts), version)])


def refusal(call, *args, **kwargs):
    with pytest.raises(SheetRefused) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_a_month_has_its_days_but_sundays():
    assert [school_days(month) for month in (201809, 201810, 201902)] == [25, 27, 24]
    assert [year_of_month(m) for m in (201809, 201906, 201907, 201913)] == [2018, 2018, None, None]


@given(st.lists(st.integers(-2, 300), min_size=4, max_size=4))
def test_counts_that_no_month_can_have_are_refused(numbers):
    counts = Counts(*numbers)
    possible = (
        min(counts) >= 0
        and counts.unexcused_days + counts.excused_days <= 27
        and counts.unexcused_hours + counts.excused_hours <= 27 * 8
    )
    assert (problem_of(counts, 201810) == "") is possible


def test_the_sheet_of_a_month_is_opened_once(village, sheet, supervisor, school):
    assert actions.open_sheet(by=supervisor, school=school, month=201810) == sheet
    assert MonthSheet.unscoped.count() == 1


def test_months_without_school_or_pupil_have_no_sheet(village, supervisor, school, settings):
    assert refusal(actions.open_sheet, by=supervisor, school=school, month=201810) == "no_pupil"
    assert refusal(actions.open_sheet, by=supervisor, school=school, month=201807) == "month"
    assert refusal(actions.open_sheet, by=supervisor, school=school, month=203001) == "not_begun"


def test_pupils_of_a_month_are_those_who_were_there_then(village, sheet, school):
    came, left, withdrawn = village.family("1AP", "2AP", "3AP")
    for row, columns in ((came, {"enrolled_from": 201811}), (left, {"enrolled_until": 201809})):
        type(row).unscoped.filter(pk=row.pk).update(**columns)
    type(withdrawn).unscoped.filter(pk=withdrawn.pk).update(state="WITHDRAWN")
    assert set(pupils_of(school, 201810)) == set(village.pupils)
    assert came in pupils_of(school, 201811)
    assert left in pupils_of(school, 201809)


def test_only_exceptions_are_kept(village, sheet, supervisor):
    absent, present = village.pupils
    rows = [Row(absent.uuid, Counts(5, 1, 2, 0)), Row(present.uuid, NONE)]
    assert actions.save_absences(by=supervisor, sheet=sheet, rows=rows) == 1
    kept = MonthAbsence.unscoped.get()
    assert (kept.registration, kept.unexcused_days, kept.excused_days, kept.unexcused_hours) == (absent, 5, 1, 2)
    assert enter(supervisor, sheet, absent, version=kept.version) == 1  # four zeros
    assert not MonthAbsence.unscoped.exists()


def test_impossible_counts_and_pupils_of_elsewhere_write_nothing(village, sheet, supervisor, other_school):
    absent, present = village.pupils
    (stranger,) = village.family("5AP", school=other_school)
    for bad, code in ((Counts(20, 8), "days"), (Counts(0, 0, 217), "hours"), (Counts(-1), "negative")):
        rows = [Row(present.uuid, Counts(1)), Row(absent.uuid, bad)]
        with pytest.raises(SheetRefused) as caught:
            actions.save_absences(by=supervisor, sheet=sheet, rows=rows)
        assert (caught.value.code, caught.value.rows) == (code, [absent.uuid])
    assert refusal(enter, supervisor, sheet, stranger, 1) == "other_school"
    assert not MonthAbsence.unscoped.exists()


def test_two_who_type_the_same_pupil_are_told(village, sheet, supervisor, head):
    absent, other = village.pupils
    enter(supervisor, sheet, absent, 2)
    assert refusal(enter, head, sheet, absent, 3) == "changed"
    enter(head, sheet, other, 1)  # another pupil of the sheet is nobody's conflict
    assert sorted(MonthAbsence.unscoped.values_list("unexcused_days", flat=True)) == [1, 2]


def test_a_row_taken_away_and_typed_again_is_not_the_row_that_was_read(village, sheet, supervisor, head):
    absent, _ = village.pupils
    enter(supervisor, sheet, absent, 2)
    read = MonthAbsence.unscoped.get().version
    enter(supervisor, sheet, absent, version=read)
    enter(supervisor, sheet, absent, 9)
    assert refusal(enter, head, sheet, absent, 3, version=read) == "changed"


def test_a_month_without_absence_is_handed_over_in_one_act(village, sheet, supervisor):
    actions.no_absence(by=supervisor, sheet=sheet)
    assert (sheet.state, sheet.entered_by) == ("ENTERED", supervisor)


def test_no_absence_is_not_said_of_a_sheet_with_absences(village, sheet, supervisor):
    enter(supervisor, sheet, village.pupils[0], 1)
    assert refusal(actions.no_absence, by=supervisor, sheet=sheet) == "has_absences"


def test_a_month_is_handed_over_when_it_is_over(village, sheet, supervisor, settings):
    import datetime as dt

    settings.PINNED_TODAY = dt.date(2018, 10, 31)
    assert refusal(actions.hand_over, by=supervisor, sheet=sheet) == "not_over"
    settings.PINNED_TODAY = dt.date(2018, 11, 1)
    actions.hand_over(by=supervisor, sheet=sheet)
    assert sheet.state == "ENTERED"


def test_whoever_entered_does_not_validate(village, sheet, supervisor, head, make_user, school):
    enter(head, sheet, village.pupils[0], 1)
    actions.hand_over(by=supervisor, sheet=sheet)
    assert has_entered(head, sheet)
    assert refusal(actions.validate, by=head, sheet=sheet) == "entered_it"
    assert refusal(actions.validate, by=supervisor, sheet=sheet) == "entered_it"
    second = make_user(SchoolHead, school)
    actions.validate(by=second, sheet=sheet)
    assert (sheet.state, sheet.validated_by) == ("VALIDATED", second)
    with pytest.raises(MoveRefused):
        actions.validate(by=second, sheet=sheet)


def test_a_returned_sheet_is_entered_anew(village, sheet, supervisor, head):
    enter(head, sheet, village.pupils[0], 1)
    actions.hand_over(by=supervisor, sheet=sheet)
    with pytest.raises(ReasonMissing):
        actions.return_with_remark(by=head, sheet=sheet, reason=" ")
    actions.return_with_remark(by=head, sheet=sheet, reason="ينقص قسم")
    assert (sheet.state, sheet.entered_by) == ("OPEN", None)
    actions.hand_over(by=supervisor, sheet=sheet)
    actions.validate(by=head, sheet=sheet)
    assert sheet.state == "VALIDATED"


def test_a_validated_sheet_takes_corrections_alone_and_keeps_what_was(village, sheet, supervisor, head):
    absent, other = village.pupils
    enter(supervisor, sheet, absent, 6)
    actions.hand_over(by=supervisor, sheet=sheet)
    assert refusal(enter, supervisor, sheet, other, 1) == "handed_over"
    actions.validate(by=head, sheet=sheet)
    assert refusal(enter, supervisor, sheet, other, 1) == "validated"
    version = MonthAbsence.unscoped.get().version
    same = {"by": head, "sheet": sheet, "registration": absent, "version": version}
    with pytest.raises(ReasonMissing):
        actions.correct(**same, counts=Counts(2), reason="")
    assert actions.correct(**same, counts=Counts(2, 4), reason="شهادة طبية")
    assert refusal(actions.correct, **same, counts=Counts(3), reason="خطأ") == "changed"
    line = history.of_threads([absent.person]).filter(verb="correct_absences").get()
    assert (line.details["before"], line.details["after"]) == ([6, 0, 0, 0], [2, 4, 0, 0])
    assert (line.reason, line.by) == ("شهادة طبية", head)


def test_a_correction_that_changes_nothing_writes_nothing(village, sheet, supervisor, head):
    actions.no_absence(by=supervisor, sheet=sheet)
    actions.validate(by=head, sheet=sheet)
    before = History.objects.count()
    pupil = village.pupils[0]
    assert not actions.correct(by=head, sheet=sheet, registration=pupil, counts=NONE, reason="…", version=0)
    assert History.objects.count() == before


def test_a_sheet_being_entered_is_not_corrected(village, sheet, head):
    refused = refusal(
        actions.correct,
        by=head,
        sheet=sheet,
        registration=village.pupils[0],
        counts=Counts(1),
        reason="…",
        version=0,
    )
    assert refused == "not_validated"
