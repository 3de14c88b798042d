import datetime as dt
import uuid

import pytest

from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.people.actions import SubmissionReused
from istidrak.programmes import actions as programmes
from istidrak.programmes.models import CurriculumVersion, Programme
from istidrak.results import actions
from istidrak.results.actions import MarkGiven
from istidrak.results.facts import completion_of, curriculum_of
from istidrak.results.models import Evaluation, GroupCurriculum, Mark
from istidrak.training import actions as training

from .conftest import FIRST, TEST_DAY

ABSENT = MarkGiven("ABSENT")


def test_a_form_sent_twice_makes_one_evaluation(make_evaluation):
    number = uuid.uuid4()
    assert make_evaluation(submission=number) == make_evaluation(submission=number)
    assert Evaluation.unscoped.count() == 1
    with pytest.raises(SubmissionReused):  # another evaluation under the same form is said, not dropped
        make_evaluation(submission=number, scale="ACQUIRED")


def test_the_first_evaluation_fixes_the_curriculum(group, make_evaluation, centre_director):
    """A version added later, or chosen by a slip, would leave results under poles that the group does not follow."""
    old, new = (CurriculumVersion.objects.get(code=code) for code in ("2020", "2025"))
    assert curriculum_of(group) == new
    actions.choose_curriculum(by=centre_director, group=group, version=old)
    assert curriculum_of(group) == old
    actions.choose_curriculum(by=centre_director, group=group, version=new)
    make_evaluation()
    with pytest.raises(actions.CurriculumFixed):
        actions.choose_curriculum(by=centre_director, group=group, version=old)
    actions.choose_curriculum(by=centre_director, group=group, version=new)  # as it is: nothing to refuse
    assert GroupCurriculum.unscoped.get(group=group).version == new


def test_a_pole_of_another_version_or_superseded_is_refused(group, pole_of, make_evaluation, national_officer):
    with pytest.raises(actions.OtherCurriculum):
        actions.create_evaluation(
            by=national_officer,
            group=group,
            submission=uuid.uuid4(),
            kind="PROJECT",
            scale="ACQUIRED",
            title="x",
            date=TEST_DAY,
            pole=pole_of("PERSONAL", "2020"),
        )
    old = pole_of("EDUCATIONAL")
    programmes.supersede(by=national_officer, row=old, name_ar="تربوي", name_fr="", hours=200)
    with pytest.raises(actions.OtherCurriculum):
        actions.create_evaluation(
            by=national_officer,
            group=group,
            submission=uuid.uuid4(),
            kind="PROJECT",
            scale="ACQUIRED",
            title="x",
            date=TEST_DAY,
            pole=old,
        )
    with pytest.raises(actions.OtherCurriculum):
        actions.choose_curriculum(
            by=national_officer,
            group=group,
            version=CurriculumVersion.objects.create(
                programme=Programme.objects.get(code="BASIC"), code="X", name_fr="x", since_year=2025, source="x"
            ),
        )


def test_marks_are_saved_once_and_not_entered_is_not_zero(make_evaluation, enrolled, educator, score):
    evaluation, one, two = make_evaluation(), enrolled(), enrolled()
    typed = {one.uuid: score(0), two.uuid: MarkGiven()}
    assert actions.save_marks(by=educator, evaluation=evaluation, marks=typed) == 1
    assert actions.save_marks(by=educator, evaluation=evaluation, marks=typed) == 0  # sent again
    row = Mark.unscoped.get()
    assert (row.enrolment, row.hundredths, row.person) == (one, 0, one.person)
    assert History.objects.filter(verb="save_marks").count() == 1


def test_an_empty_mark_takes_back_what_was_entered(make_evaluation, enrolled, educator, score):
    evaluation, one = make_evaluation(), enrolled()
    actions.save_marks(by=educator, evaluation=evaluation, marks={one.uuid: score(12)})
    seen = {one.uuid: score(12)}
    actions.save_marks(by=educator, evaluation=evaluation, marks={one.uuid: MarkGiven()}, seen=seen)
    assert not Mark.unscoped.exists()
    history = History.objects.filter(verb="save_marks").order_by("pk").last()
    assert history.details["marks"][str(one.uuid)] == ["SCORE 1200", ""]  # what was there is still known


def test_two_editors_of_one_mark_the_second_is_told_and_nothing_is_overwritten(
    make_evaluation, enrolled, educator, trainer, score
):
    evaluation, one, two = make_evaluation(), enrolled(), enrolled()
    seen = {one.uuid: MarkGiven(), two.uuid: MarkGiven()}
    actions.save_marks(by=educator, evaluation=evaluation, marks={one.uuid: score(12)}, seen=seen)
    with pytest.raises(actions.StaleMarks) as stale:
        actions.save_marks(
            by=trainer, evaluation=evaluation, marks={one.uuid: score(15), two.uuid: score(9)}, seen=seen
        )
    assert stale.value.changed == {one.uuid: score(12)}
    assert [m.hundredths for m in Mark.unscoped.all()] == [1200]
    # Different learners: both keep their work.
    sheet = {one.uuid: MarkGiven(), two.uuid: score(9)}
    assert actions.save_marks(by=trainer, evaluation=evaluation, marks=sheet, seen=seen) == 1
    assert sorted(m.hundredths for m in Mark.unscoped.all()) == [900, 1200]


def test_no_mark_outside_the_group_nor_outside_the_scale(
    group, make_evaluation, enrolled, educator, centre_director, season, centre, programme, score
):
    evaluation, one = make_evaluation(), enrolled()
    other_group = training.create_group(
        by=centre_director, season=season, centre=centre, programme=programme, name="2"
    )
    stranger, later = enrolled(of=other_group), enrolled(on=dt.date(2025, 11, 12))
    for learner in (stranger, later):
        with pytest.raises(actions.NotALearner):
            actions.save_marks(by=educator, evaluation=evaluation, marks={learner.uuid: score(10)})
    for mark in (score(20.01), MarkGiven("ACQUIRED"), MarkGiven("SCORE"), MarkGiven("ABSENT", 0), MarkGiven("x")):
        with pytest.raises(actions.WrongScale):
            actions.save_marks(by=educator, evaluation=evaluation, marks={one.uuid: mark})
    levels = make_evaluation(scale="ACQUIRED")
    with pytest.raises(actions.WrongScale):
        actions.save_marks(by=educator, evaluation=levels, marks={one.uuid: score(1)})
    assert not Mark.unscoped.exists()


def test_validated_marks_stand_until_reopened_with_a_reason(
    make_evaluation, enrolled, educator, centre_director, score
):
    evaluation, one = make_evaluation(), enrolled()
    actions.save_marks(by=educator, evaluation=evaluation, marks={one.uuid: score(12)})
    actions.close_evaluation(by=centre_director, evaluation=evaluation)
    assert History.objects.filter(verb="validate_mark", thread=f"people.person:{one.person_id}").exists()
    with pytest.raises(MoveRefused):
        actions.save_marks(by=educator, evaluation=evaluation, marks={one.uuid: ABSENT}, seen={one.uuid: score(12)})
    same = {one.uuid: score(12)}
    assert actions.save_marks(by=educator, evaluation=evaluation, marks=same) == 0  # sent again after validation
    with pytest.raises(ReasonMissing):
        actions.reopen_evaluation(by=centre_director, evaluation=evaluation, reason=" ")
    actions.reopen_evaluation(by=centre_director, evaluation=evaluation, reason="خطأ في التنقيط")
    actions.save_marks(by=educator, evaluation=evaluation, marks={one.uuid: ABSENT}, seen={one.uuid: score(12)})
    assert Mark.unscoped.get().given == "ABSENT"
    evaluation.refresh_from_db()
    assert (evaluation.closed_by, evaluation.closed_at) == (None, None)


@pytest.fixture
def everything_there(make_evaluation, enrolled, educator, centre_director, group):
    """A learner present in a roll-call and evaluated in every pole but those of `without`."""

    def make(without=(), given="ACQUIRED"):
        one = enrolled()
        session = training.plan_session(by=educator, group=group, date=FIRST, title="")
        training.open_session(by=educator, session=session)
        training.close_session(by=educator, session=session)
        for pole in {"EDUCATIONAL", "VOCATIONAL", "PERSONAL", "OPENING"} - set(without):
            evaluation = make_evaluation(scale="ACQUIRED", pole=pole)
            actions.save_marks(by=educator, evaluation=evaluation, marks={one.uuid: MarkGiven(given)})
            actions.close_evaluation(by=centre_director, evaluation=evaluation)
        return one

    return make


def _outcomes(enrolment):
    return {f.code: f.outcome.value for f in completion_of(enrolment, as_of=TEST_DAY).findings}


def test_everything_there_completes_without_a_reason(everything_there, centre_director):
    one = everything_there()
    assert set(_outcomes(one).values()) == {"MET"}
    actions.complete(by=centre_director, enrolment=one, on=TEST_DAY)
    one.refresh_from_db()
    assert one.state == "COMPLETED"


def test_against_a_condition_a_reason_is_kept_with_the_conditions_as_they_stood(everything_there, centre_director):
    one = everything_there(without=["OPENING"])
    assert _outcomes(one) == {"attendance": "MET", "every_pole": "NOT_MET", "nothing_open": "MET"}
    with pytest.raises(ReasonMissing):
        actions.complete(by=centre_director, enrolment=one, on=TEST_DAY)
    one.refresh_from_db()
    assert one.state == "ENROLLED"
    actions.complete(by=centre_director, enrolment=one, on=TEST_DAY, reason="لا ورشة تفتح هذا الموسم")
    kept = History.objects.get(verb="weigh_completion")
    assert kept.reason == "لا ورشة تفتح هذا الموسم"
    assert {f["code"]: f["outcome"] for f in kept.details["findings"]}["every_pole"] == "NOT_MET"
    assert kept.thread == f"people.person:{one.person_id}"


def test_an_absence_evaluates_nothing_and_no_roll_call_is_not_known(
    everything_there, enrolled, make_evaluation, educator
):
    assert _outcomes(everything_there(given="ABSENT"))["every_pole"] == "NOT_MET"
    one = enrolled(on=dt.date(2025, 11, 3))
    assert _outcomes(one)["attendance"] == "UNKNOWN"
    evaluation = make_evaluation()
    actions.save_marks(by=educator, evaluation=evaluation, marks={one.uuid: ABSENT})
    assert _outcomes(one)["nothing_open"] == "NOT_MET"


def test_a_superseded_pole_keeps_its_results_and_its_evaluation_counts(everything_there, pole_of, national_officer):
    one = everything_there()
    programmes.supersede(by=national_officer, row=pole_of("OPENING"), name_ar="التفتح", name_fr="Ouverture", hours=60)
    assert _outcomes(one)["every_pole"] == "MET"
