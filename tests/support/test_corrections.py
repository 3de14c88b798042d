"""Facts that change after a saving: what a family is owed, or received too much, and nothing else moves."""

import pytest

from istidrak.base import workflow
from istidrak.base.models import History, Parameter
from istidrak.support.actions import corrections
from istidrak.support.actions import instalments as actions
from istidrak.support.actions.corrections import CorrectionRefused
from istidrak.support.correcting import JOINED, WAITS, WITHDRAWN, NothingFrozen, differences, superseded
from istidrak.support.models import Adjustment, AdjustmentUse, Line, MonthAbsence, MonthSheet, Payment, Registration
from istidrak.support.replaying import replay
from tests.support.conftest import compute_again

pytestmark = pytest.mark.django_db
FIFTH_YEAR, THIRD_YEAR = 100_00, 80_00
CAUSE = "تصحيح غياب شهر أكتوبر"


@pytest.fixture
def saved(computed, signers):
    """Saves instalment 1 of the village."""
    return lambda: actions.save(by=signers["SUPPORT_COORDINATOR"], instalment=computed())


def changes(found):
    return [(d.month, d.person, d.change) for d in found]


def test_nothing_differs_right_after_a_saving(village, saved):
    village.family("5AP", "1AC", "TC", cover=None)
    village.family("5AP", with_guardian=False)
    village.sheets(months=(201809, 201810))
    assert differences(saved()) == []


def test_only_a_saved_instalment_has_differences(village, computed):
    with pytest.raises(NothingFrozen):
        differences(computed())


def test_a_corrected_absence_gives_the_month_back_once(village, saved, signers):
    (pupil,) = village.family("5AP")
    village.sheets()
    absence = village.absent(pupil, 201810, unexcused_days=9)
    instalment, by = saved(), signers["SUPPORT_COORDINATOR"]
    MonthAbsence.unscoped.filter(pk=absence.pk).update(unexcused_days=1)
    (found,) = differences(instalment)
    assert (found.month, found.was_outcome, found.outcome, found.change) == (201810, 0, 1, FIFTH_YEAR)
    (row,) = corrections.adjust(by=by, instalment=instalment, differences=[found], cause=CAUSE)
    assert (row.amount, row.number, row.household) == (FIFTH_YEAR, 1, pupil.household_id)
    assert corrections.adjust(by=by, instalment=instalment, differences=[found], cause=CAUSE) == []
    assert differences(instalment) == []
    assert Line.unscoped.get(month=201810).amount == 0
    assert replay(instalment).is_same
    assert History.objects.get(verb="adjust").thread == f"people.person:{pupil.person_id}"


def test_a_second_correction_counts_from_the_first(village, saved, signers):
    (pupil,) = village.family("5AP")
    village.sheets()
    absence = village.absent(pupil, 201810, unexcused_days=9)
    instalment, by = saved(), signers["SUPPORT_COORDINATOR"]
    amounts = []
    for missed in (0, 8, 2):
        MonthAbsence.unscoped.filter(pk=absence.pk).update(unexcused_days=missed)
        rows = corrections.adjust(by=by, instalment=instalment, differences=differences(instalment), cause=CAUSE)
        amounts += [(row.number, row.amount) for row in rows]
    assert amounts == [(1, FIFTH_YEAR), (2, -FIFTH_YEAR), (3, FIFTH_YEAR)]


def test_a_pupil_withdrawn_since_received_too_much_and_one_checked_again_did_not(village, saved, signers):
    (gone,), (waits,) = village.family("5AP"), village.family("5AP")
    village.sheets()
    instalment = saved()
    Registration.unscoped.filter(pk=gone.pk).update(state="WITHDRAWN")
    Registration.unscoped.filter(pk=waits.pk).update(state="RETURNED")
    found = {(d.person, d.why, d.outcome, d.is_settled) for d in differences(instalment)}
    assert found == {(gone.person_id, WITHDRAWN, 0, True), (waits.person_id, WAITS, -1, False)}
    rows = corrections.adjust(
        by=signers["SUPPORT_COORDINATOR"], instalment=instalment, differences=differences(instalment), cause=CAUSE
    )
    assert {(row.child, row.amount) for row in rows} == {(gone.person_id, -FIFTH_YEAR)}
    assert len(rows) == 4


def test_a_pupil_found_not_entitled_has_the_condition_that_refuses(village, saved):
    (pupil,) = village.family("5AP")
    village.sheets()
    instalment = saved()
    Registration.unscoped.filter(pk=pupil.pk).update(cover="NONE")
    from istidrak.support.models import CoveredCommune

    assert CoveredCommune.unscoped.exists()  # the list is known, and this commune is not on it
    found = differences(instalment)
    assert changes(found) == [(m, pupil.person_id, -FIFTH_YEAR) for m in village.MONTHS]
    cover, entitled = 1 << 3, 1 << 4
    assert found[0].not_met == cover | entitled
    assert found[0].was_met & (cover | entitled) == cover | entitled


def test_a_card_that_is_no_longer_known_takes_nothing_back(village, saved, signers):
    (pupil,) = village.family("5AP")
    village.sheets()
    instalment = saved()
    MonthSheet.unscoped.filter(month=201811).update(state="ENTERED")
    (found,) = differences(instalment)
    assert (found.outcome, found.is_settled) == (-1, False)
    by = signers["SUPPORT_COORDINATOR"]
    assert corrections.adjust(by=by, instalment=instalment, differences=[found], cause=CAUSE) == []
    assert pupil.person_id == found.person


def test_a_pupil_validated_after_the_saving_is_owed_every_month(village, saved, signers):
    (pupil,) = village.family("3AP")
    village.sheets()
    Registration.unscoped.update(state="SUBMITTED")
    instalment = saved()
    assert instalment.lines == 0
    Registration.unscoped.update(state="VALIDATED")
    found = differences(instalment)
    assert changes(found) == [(m, pupil.person_id, THIRD_YEAR) for m in village.MONTHS]
    assert {d.was_outcome for d in found} == {None}
    corrections.adjust(by=signers["SUPPORT_COORDINATOR"], instalment=instalment, differences=found, cause=CAUSE)
    assert differences(instalment) == []
    Registration.unscoped.update(level_code="5AP")
    assert {d.change for d in differences(instalment)} == {FIFTH_YEAR - THIRD_YEAR}


def test_the_fourth_pupil_of_a_household_found_later_moves_the_right_of_another(village, saved):
    first, *_others = village.family("1AP", "3AP", "5AP")
    village.sheets()
    instalment = saved()
    fourth = village.pupil("1AC", first.household, first.guardian)
    month = [d for d in differences(instalment) if d.month == 201809]
    assert {(d.person, d.change) for d in month} == {(first.person_id, -60_00), (fourth.person_id, 140_00)}


def test_a_pupil_who_is_elsewhere_now_keeps_the_line_and_is_not_new_there(
    village, saved, signers, other_school, other_directorate
):
    type(other_school).objects.filter(pk=other_school.pk).update(milieu="RURAL")
    (pupil,) = village.family("5AP")
    village.sheets()
    instalment = saved()
    Registration.unscoped.filter(pk=pupil.pk).update(school=other_school)
    village.sheets(school=other_school)
    assert differences(instalment) == []
    by = signers["SUPPORT_COORDINATOR"]
    there = actions.open_instalment(by=by, body=other_directorate, school_year=2018, number=1)
    (other,) = village.family("5AP", school=other_school)
    Registration.unscoped.filter(pk=pupil.pk).update(state="WITHDRAWN")  # else the saving there is stopped
    there = actions.save(by=by, instalment=compute_again(there, by))
    Registration.unscoped.filter(pk=pupil.pk).update(state="VALIDATED")
    assert differences(there) == []
    assert set(Line.unscoped.filter(instalment=there).values_list("child", flat=True)) == {other.person_id}


def test_two_files_of_one_child_joined_after_both_were_paid(village, saved):
    (first,), (second,) = village.family("5AP"), village.family("5AP")
    village.sheets()
    instalment = saved()
    type(first.person).unscoped.filter(pk=second.person_id).update(merged_into=first.person)
    found = differences(instalment)
    assert {(d.child, d.person, d.why, d.change) for d in found} == {
        (second.person_id, first.person_id, JOINED, -FIFTH_YEAR)
    }
    assert len(found) == 4


def test_a_file_that_was_joined_and_had_the_only_line_changes_nothing(village, saved):
    (pupil,) = village.family("5AP")
    village.sheets()
    instalment = saved()
    kept = type(pupil.person).unscoped.create(last_name_ar="المنصوري", first_name_ar="سعاد", sex="F")
    type(kept).unscoped.filter(pk=pupil.person_id).update(merged_into=kept)
    assert differences(instalment) == []
    assert differences(instalment, family=pupil) == []


def test_a_value_of_a_text_found_since_counts_and_is_said(village, saved):
    (pupil,) = village.family("5AP")
    village.sheets()
    village.absent(pupil, 201810, unexcused_days=6)
    instalment = saved()
    assert superseded(instalment) == []
    Parameter.objects.filter(name="support.tayssir_absences", keys={"cycle": "PRIMARY"}).update(
        value={"unit": "DAY", "limit": 6, "is_limit_allowed": True, "counts_excused": False, "effect": "FORFEIT"}
    )
    (found,) = differences(instalment)
    assert (found.month, found.change) == (201810, FIFTH_YEAR)
    (value,) = superseded(instalment)
    assert (value.name, value.was.value["limit"], value.now.value["limit"]) == ("support.tayssir_absences", 4, 6)
    assert value.months == village.MONTHS


def test_one_family_gives_the_same_differences_as_the_whole(village, saved):
    first, second = village.family("5AP", "1AC")
    (other,) = village.family("5AP")
    village.sheets()
    for pupil in (first, second, other):
        village.absent(pupil, 201811, unexcused_days=12)
    instalment = saved()
    MonthAbsence.unscoped.update(unexcused_days=0)
    whole = differences(instalment)
    assert len(whole) == 3
    of_family = differences(instalment, family=second)
    assert of_family == [d for d in whole if d.household == first.household_id]
    assert len(of_family) == 2


def test_a_cause_is_asked_and_lines_not_saved_take_no_adjustment(village, computed, signers, saved):
    (pupil,) = village.family("5AP")
    village.sheets()
    by = signers["SUPPORT_COORDINATOR"]
    instalment = computed()
    with pytest.raises(CorrectionRefused, match="not_saved"):
        corrections.adjust(by=by, instalment=instalment, differences=[], cause=CAUSE)
    saved_one = actions.save(by=by, instalment=instalment)
    Registration.unscoped.filter(pk=pupil.pk).update(state="WITHDRAWN")
    with pytest.raises(workflow.ReasonMissing):
        corrections.adjust(by=by, instalment=saved_one, differences=differences(saved_one), cause="  ")
    assert not Adjustment.unscoped.exists()


def test_the_next_instalment_carries_what_was_owed_and_the_first_still_replays(village, saved, signers, directorate):
    (pupil,) = village.family("5AP")
    village.sheets()
    absence = village.absent(pupil, 201810, unexcused_days=9)
    by = signers["SUPPORT_COORDINATOR"]
    first = saved()
    MonthAbsence.unscoped.filter(pk=absence.pk).update(unexcused_days=1)
    corrections.adjust(by=by, instalment=first, differences=differences(first), cause=CAUSE)
    village.sheets(months=(201901, 201902, 201903))
    second = actions.open_instalment(by=by, body=directorate, school_year=2018, number=2)
    second = actions.save(by=by, instalment=compute_again(second, by))
    payment = Payment.unscoped.get(instalment=second)
    assert (payment.lines_amount, payment.adjusted_amount) == (3 * FIFTH_YEAR, FIFTH_YEAR)
    assert AdjustmentUse.unscoped.get().payment == payment
    assert replay(first).is_same
    assert replay(second).is_same
    assert differences(first) == differences(second) == []
