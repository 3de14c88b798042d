import datetime as dt
import uuid

import pytest

from istidrak.accounts.roles import CentreDirector, Psychologist, SocialWorker
from istidrak.base.models import AuditRecord, History
from istidrak.base.workflow import ReasonMissing
from istidrak.psychosocial import actions, queries
from istidrak.psychosocial.models import Accompaniment, Note
from istidrak.psychosocial.rules import date_problem, is_overdue

from .conftest import CANARY

TODAY = dt.date(2025, 11, 20)
EARLY = dt.date(2023, 1, 1)


def test_days_of_a_note():
    assert date_problem(TODAY, None, TODAY, EARLY) is None
    assert date_problem(TODAY + dt.timedelta(days=1), None, TODAY, EARLY) == "TO_COME"
    assert date_problem(EARLY - dt.timedelta(days=1), None, TODAY, EARLY) == "TOO_OLD"
    assert date_problem(TODAY, TODAY - dt.timedelta(days=1), TODAY, EARLY) == "NEXT_PAST"
    assert date_problem(TODAY, TODAY + dt.timedelta(days=366), TODAY, EARLY) == "NEXT_TOO_FAR"
    assert not is_overdue(None, TODAY)
    assert not is_overdue(TODAY, TODAY)
    assert is_overdue(TODAY - dt.timedelta(days=1), TODAY)


def test_a_note_begins_the_accompaniment_and_says_the_next_day(write, learner, centre):
    write(learner, next_date=dt.date(2025, 11, 27))
    note = write(learner, text="…", kind="CALL")
    accompaniment = Accompaniment.unscoped.get()
    assert (accompaniment.person, accompaniment.centre, accompaniment.next_date) == (learner, centre, None)
    assert (note.written_role, Note.unscoped.count()) == ("SOCIAL_WORKER", 2)


def test_sent_twice_is_written_once_and_other_words_are_told(write, learner):
    form = uuid.uuid4()
    assert write(learner, submission=form) == write(learner, submission=form)
    with pytest.raises(actions.OtherNote):
        write(learner, text="other", submission=form)
    assert Note.unscoped.count() == 1


def test_what_cannot_be_written(write, learner, make_person, centre_director, neighbour, make_user):
    with pytest.raises(actions.EmptyNote):
        write(learner, text="  ")
    with pytest.raises(actions.BadNoteDay):
        write(learner, date=dt.date(2025, 11, 21))
    with pytest.raises(actions.NotALearner):
        write(make_person())
    with pytest.raises(actions.NotTheirs):
        write(learner, by=centre_director)
    with pytest.raises(actions.NotTheirs):
        write(learner, by=make_user(SocialWorker, neighbour))
    assert not Note.unscoped.exists()
    assert not Accompaniment.unscoped.exists()


def test_a_note_is_corrected_by_another_and_never_changed(write, learner, make_learner):
    first = write(learner)
    second = write(learner, text="…", corrects=first)
    assert second.corrects == first
    assert Note.unscoped.get(pk=first.pk).text == CANARY
    elsewhere = write(make_learner().person, text="…")
    with pytest.raises(actions.OtherNote):
        write(learner, text="x", corrects=elsewhere)


def test_opening_needs_a_reason_and_is_recorded_before_anything_is_read(write, learner, social_worker, psychologist):
    note = write(learner)
    with pytest.raises(ReasonMissing):
        actions.open_notes(by=psychologist, accompaniment=note.accompaniment, reason=" ")
    assert not AuditRecord.objects.exists()
    opened = actions.open_notes(by=psychologist, accompaniment=note.accompaniment, reason="متابعة")
    assert [n.text for n in opened] == [CANARY]
    record = AuditRecord.objects.get()
    assert (record.by, record.reason, record.verb) == (psychologist, "متابعة", "open_notes")
    assert record.details["role"] == "PSYCHOLOGIST"


def test_nobody_else_opens(
    write, learner, centre_director, officer, educator, system_administrator, make_user, neighbour
):
    accompaniment = write(learner).accompaniment
    others = [centre_director, officer, educator, system_administrator, make_user(Psychologist, neighbour)]
    for user in others:
        with pytest.raises(actions.NotTheirs):
            actions.open_notes(by=user, accompaniment=accompaniment, reason="x")
    assert not AuditRecord.objects.exists()


def test_history_and_audit_hold_no_word_of_it(write, learner, psychologist):
    note = write(learner)
    actions.open_notes(by=psychologist, accompaniment=note.accompaniment, reason="متابعة")
    for model in (History, AuditRecord):
        for row in model.objects.values():
            assert CANARY not in str(row)
    assert not History.objects.filter(verb="write_note", thread=f"people.person:{learner.pk}").exists()
    assert CANARY not in str(note)


def test_another_centre_that_knows_the_learner_learns_nothing(write, learner, neighbour, make_user, share_with):
    """A transfer carries the file; what a girl told the social worker stays where she told it."""
    write(learner)
    share_with(learner, neighbour)
    for role in (SocialWorker, Psychologist, CentreDirector):
        user = make_user(role, neighbour)
        scope = user.scope_as(role)
        assert queries.standing(scope, learner) == []
        assert not queries.accompaniments(scope).exists()
        assert not Note.objects.visible_to(scope).exists()


def test_the_centre_keeps_the_notes_of_who_left(write, learner, centre, social_worker, centre_director):
    from istidrak.people import actions as people

    note = write(learner)
    people.untie(by=centre_director, person=learner, reason="ENROLLED", organisation=centre)
    scope = social_worker.scope_as(SocialWorker)
    assert queries.accompaniments(scope).get() == note.accompaniment
    assert queries.standing(centre_director.scope_as(CentreDirector), learner) == []


def test_a_shared_file_does_not_say_that_a_follow_up_exists(
    write, learner, other_directorate, other_officer, officer, centre_director
):
    from istidrak.people import actions as people

    write(learner)
    people.tie(by=officer, person=learner, reason="SHARED", place_number=other_directorate.place.low)
    assert queries.standing(other_officer.scope_as(*other_officer.roles), learner) == []
    assert len(queries.standing(officer.scope_as(*officer.roles), learner)) == 1


def test_lists(write, make_learner, social_worker):
    late, planned, without = (make_learner() for _ in range(3))
    with_none = make_learner()
    note = write(late.person, next_date=TODAY)
    Accompaniment.unscoped.filter(pk=note.accompaniment_id).update(next_date=dt.date(2025, 11, 1))
    write(planned.person, next_date=dt.date(2025, 12, 1))
    write(with_none.person)
    scope = social_worker.scope_as(SocialWorker)
    assert [a.person for a in queries.overdue_first(scope)] == [late.person, planned.person, with_none.person]
    assert queries.count_overdue(scope, TODAY) == 1
    assert list(queries.learners_without(scope)) == [without]


def test_openings_are_counted_by_user_without_persons(write, learner, social_worker, officer, other_officer):
    accompaniment = write(learner).accompaniment
    for _ in range(2):
        actions.open_notes(by=social_worker, accompaniment=accompaniment, reason="متابعة")
    (line,) = queries.openings_by_user(officer.scope_as(*officer.roles))
    assert (line["user"], line["number"], line["files"]) == (social_worker, 2, 1)
    assert queries.openings_by_user(other_officer.scope_as(*other_officer.roles)) == []
