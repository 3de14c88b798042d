import uuid

import pytest
from django.urls import reverse

from istidrak.accounts.models import User
from istidrak.base import history, workflow
from istidrak.help import actions, queries
from istidrak.help.models import Answer, Note, Question

WORDS = {"title_ar": "سؤال", "text_ar": "جواب", "title_fr": "Question", "text_fr": "Réponse"}


def test_a_question_goes_to_the_coordinator(ask, educator, officer, other_officer, academy_officer):
    """It must wait where somebody looks, and nowhere else."""
    question = ask(educator)
    assert (question.level, question.state, question.role) == (2, "SENT", "EDUCATOR")
    assert queries.questions_waiting(officer) == 1
    assert queries.questions_waiting(other_officer) == queries.questions_waiting(academy_officer) == 0


def test_the_same_form_twice_is_one_question(educator, db):
    """A double click on a slow line must not make two."""
    submission = uuid.uuid4()
    first, second = (actions.ask(by=educator, page="", path="", body="سؤال", submission=submission) for _ in range(2))
    assert first == second and Question.unscoped.count() == 1


def test_a_submission_of_somebody_else_shows_nothing_and_loses_nothing(educator, other_officer, db):
    """Guessing a submission number must not give a stranger's question, nor an error to whoever finds a form that
    a colleague left open on a shared computer."""
    submission = uuid.uuid4()
    theirs = actions.ask(by=educator, page="", path="", body="سؤال", submission=submission)
    mine = actions.ask(by=other_officer, page="", path="", body="سؤال آخر", submission=submission)
    assert (mine.asked_by, mine.body) == (other_officer, "سؤال آخر")
    assert Question.unscoped.get(pk=theirs.pk).body == "سؤال"


def test_a_code_is_refused_everywhere(ask, educator, officer):
    """Code of a child in a question, an answer, a reason or a help text: nothing is written."""
    with pytest.raises(actions.HoldsACode):
        ask(educator, body="G123456789")
    question = ask(educator)
    with pytest.raises(actions.HoldsACode):
        actions.answer(by=officer, question=question, text="G123456789", seen_level=2)
    with pytest.raises(actions.HoldsACode):
        actions.pass_up(by=officer, question=question, reason="G123456789", seen_level=2)
    question.refresh_from_db()
    assert question.state == "SENT"


@pytest.mark.parametrize(
    "path", ["//evil.example/groups/", "javascript:alert(1)", "/todo/", "/groups/../todo/", "x" * 5000, "\n"]
)
def test_a_path_that_is_not_the_page_is_dropped(ask, educator, path):
    """What a browser sends as address must never become a link for the coordinator."""
    assert ask(educator, path=path).path == ""


def test_the_query_of_an_address_is_not_kept(ask, educator):
    """A search holds names of children."""
    assert ask(educator, path="/groups/?q=سعاد#x").path == "/groups/"


def test_a_page_that_the_asker_does_not_open_is_dropped(ask, educator):
    """The page field is not a way to list pages of others."""
    assert ask(educator, page="people:pairs", path="/pairs/").page == ""
    assert ask(educator, page="'; drop table", path="").page == ""


def test_the_row_is_kept_only_when_the_coordinator_may_open_the_page(ask, make_user, centre):
    """The address of a psychosocial file tells who is followed; it stays where it is."""
    from istidrak.accounts.roles import SocialWorker

    worker = make_user(SocialWorker, centre)
    path = reverse("psychosocial:accompaniment", args=[uuid.uuid4()])
    question = ask(worker, page="psychosocial:accompaniment", path=path)
    assert (question.page, question.path) == ("psychosocial:accompaniment", "")


def test_up_to_the_national_unit_and_no_further(ask, educator, officer, academy_officer, national_officer):
    """Directorate, academy, national unit; each adds what it knows."""
    question = ask(educator)
    actions.pass_up(by=officer, question=question, reason="لا أعرف", seen_level=2)
    question.refresh_from_db()
    assert (question.level, question.state) == (3, "PASSED_UP")
    with pytest.raises(actions.NotYours):
        actions.answer(by=officer, question=question, text="جواب", seen_level=3)
    actions.pass_up(by=academy_officer, question=question, reason="سؤال وطني", seen_level=3)
    question.refresh_from_db()
    with pytest.raises(actions.NotYours):
        actions.pass_up(by=national_officer, question=question, reason="؟", seen_level=4)
    actions.answer(by=national_officer, question=question, text="جواب", seen_level=4)
    assert [row.verb for row in history.of_threads([question]).order_by("pk")] == [
        "ask",
        "pass_up",
        "pass_up",
        "answer",
    ]


def test_an_officer_asks_the_academy_and_an_academy_the_national_unit(
    ask, officer, academy_officer, national_officer
):
    """Who answers others does not answer themselves."""
    assert ask(officer, page="", path="").level == 3
    assert ask(academy_officer, page="", path="").level == 4
    own = ask(national_officer, page="", path="")
    with pytest.raises(actions.NotYours):
        actions.answer(by=national_officer, question=own, text="جواب", seen_level=4)


def test_two_officers_at_once(ask, educator, officer, make_user, directorate):
    """The second is told; the asker does not get two answers that contradict each other."""
    from istidrak.accounts.roles import DirectorateOfficer

    colleague, question = make_user(DirectorateOfficer, directorate), ask(educator)
    actions.answer(by=officer, question=question, text="جواب", seen_level=2)
    with pytest.raises(workflow.MoveRefused):
        actions.answer(by=colleague, question=question, text="جواب آخر", seen_level=2)
    assert Answer.unscoped.filter(question=question).count() == 1


def test_passed_up_twice_is_passed_up_once(ask, educator, officer, academy_officer):
    """A double click by the academy must not land beyond it without being read."""
    question = ask(educator)
    actions.pass_up(by=officer, question=question, reason="؟", seen_level=2)
    question.refresh_from_db()
    actions.pass_up(by=academy_officer, question=question, reason="؟", seen_level=3)
    with pytest.raises(workflow.MoveRefused):
        actions.pass_up(by=academy_officer, question=question, reason="؟", seen_level=3)
    question.refresh_from_db()
    assert question.level == 4


def test_the_asker_says_solved_or_sends_it_back(ask, educator, officer):
    """An answer that does not help is no end."""
    question = ask(educator)
    with pytest.raises(workflow.MoveRefused):
        actions.say(by=educator, question=question, verb="solved")
    actions.answer(by=officer, question=question, text="جواب", seen_level=2)
    question.refresh_from_db()
    with pytest.raises(actions.NotYours):
        actions.say(by=officer, question=question, verb="solved")
    with pytest.raises(workflow.ReasonMissing):
        actions.say(by=educator, question=question, verb="not_solved")
    actions.say(by=educator, question=question, verb="not_solved", reason="لم أجد الزر")
    assert queries.questions_waiting(User.objects.get(pk=officer.pk)) == 1
    actions.answer(by=officer, question=question, text="الزر أسفل الصفحة", seen_level=2)
    question.refresh_from_db()
    assert queries.answers_to_read(educator) == 1
    actions.say(by=educator, question=question, verb="solved")
    assert question.state == "CLOSED" and Answer.unscoped.filter(question=question).count() == 2


@pytest.fixture
def answered(ask, educator, officer):
    question = ask(educator, page="training:groups")
    actions.answer(by=officer, question=question, text="جواب", seen_level=2)
    return question


def test_help_is_for_the_territory_that_published_it(
    answered, officer, educator, other_centre_director, national_officer
):
    """A directorate's arrangement is not the rule of another."""
    note = actions.make_help(by=officer, question=answered, **WORDS)
    assert list(queries.notes_for(educator, "training:groups")) == [note]
    assert not queries.notes_for(other_centre_director, "training:groups")
    assert list(queries.notes_published_in(national_officer)) == [note]
    with pytest.raises(actions.NotYours):
        actions.reword(by=national_officer, note=note, version=1, **WORDS)


def test_the_national_unit_publishes_for_the_country(ask, educator, officer, national_officer, other_centre_director):
    """One good answer serves every centre."""
    question = ask(educator, page="training:groups")
    actions.pass_up(by=officer, question=question, reason="؟", seen_level=2)
    actions.answer(by=national_officer, question=question, text="جواب", seen_level=3)
    actions.make_help(by=national_officer, question=question, **WORDS)
    assert queries.notes_for(other_centre_director, "training:groups").count() == 1


def test_one_language_is_for_its_readers_only(answered, officer, educator):
    """A reader of French must not meet an Arabic text under a French title."""
    from django.utils import translation

    actions.make_help(by=officer, question=answered, title_ar="سؤال", text_ar="جواب")
    with translation.override("ar"):
        assert queries.notes_for(educator, "training:groups").count() == 1
    with translation.override("fr"):
        assert queries.notes_for(educator, "training:groups").count() == 0


def test_refusals_of_making_help(answered, ask, officer, educator, other_officer):
    """No help without an answer, without words, with a code, or by a stranger; twice is once."""
    with pytest.raises(actions.NotYours):
        actions.make_help(by=educator, question=answered, **WORDS)
    with pytest.raises(actions.NotYours):
        actions.make_help(by=other_officer, question=answered, **WORDS)
    with pytest.raises(actions.NeedsWords):
        actions.make_help(by=officer, question=answered, title_ar="سؤال")
    with pytest.raises(actions.HoldsACode):
        actions.make_help(by=officer, question=answered, **{**WORDS, "text_fr": "G123456789"})
    with pytest.raises(actions.NotAnswered):
        actions.make_help(by=officer, question=ask(educator), **WORDS)
    for _ in range(2):
        actions.make_help(by=officer, question=answered, **WORDS)
    assert Note.unscoped.count() == 1


def test_two_editors_of_a_help(answered, officer):
    """The second is told that the words changed."""
    note = actions.make_help(by=officer, question=answered, **WORDS)
    actions.reword(by=officer, note=note, version=1, **{**WORDS, "text_ar": "جواب أدق"})
    with pytest.raises(actions.StaleNote):
        actions.reword(by=officer, note=note, version=1, **WORDS)
    note.refresh_from_db()
    assert note.text_ar == "جواب أدق"


def test_withdrawn_help_is_no_longer_shown(answered, officer, educator):
    """A wrong answer must leave the pages at once, and may come back."""
    note = actions.make_help(by=officer, question=answered, **WORDS)
    with pytest.raises(workflow.ReasonMissing):
        actions.move_note(by=officer, note=note, verb="withdraw")
    actions.move_note(by=officer, note=note, verb="withdraw", reason="تغيرت المسطرة")
    assert not queries.notes_for(educator, "training:groups")
    actions.move_note(by=officer, note=note, verb="publish_again")
    assert queries.notes_for(educator, "training:groups")
