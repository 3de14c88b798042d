import datetime as dt
import uuid

import pytest

from istidrak.accounts.models import Assignment
from istidrak.accounts.roles import InsertionOfficer
from istidrak.base.models import Parameter
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.organisations.models import Organisation
from istidrak.people.actions import SubmissionReused
from istidrak.training import actions, queries
from istidrak.training.models import Confirmation, ConfirmationDraw, FollowUpContact, Insertion
from istidrak.training.rules import confirmation as rules_of_confirmation

from .conftest import PDF

CALL = {"kind": "CALL", "result": "REACHED", "date": dt.date(2025, 11, 20)}
STILL_THERE = actions.Answer("CONFIRMED")


@pytest.fixture
def insertion_officer(make_user, centre):
    return make_user(InsertionOfficer, centre)


@pytest.fixture
def verified(declared, centre_director, officer):
    def make(**more):
        insertion = declared(**more)
        actions.prove_insertion(by=centre_director, insertion=insertion, data=PDF, name="preuve.pdf")
        actions.verify_insertion(by=officer, insertion=insertion)
        return insertion

    return make


@pytest.fixture
def first_step(verified):
    """The confirmation after three months of a verified insertion, due on 3 February 2026."""

    def make(**more):
        return Confirmation.unscoped.get(insertion=verified(**more), months=3)

    return make


@pytest.fixture
def share_of(db):
    def put(percent):
        Parameter.objects.filter(name="training.confirmation_share").update(value=percent)

    return put


def follow_up(by, confirmation, **more):
    facts = {**CALL, "submission": uuid.uuid4(), **more}
    return actions.record_follow_up(by=by, confirmation=confirmation, **facts)


def states_of(insertion):
    return list(Confirmation.unscoped.filter(insertion=insertion).order_by("months").values_list("months", "state"))


def test_a_verified_insertion_is_confirmed_at_the_intervals_of_the_parameter(verified):
    rows = Confirmation.unscoped.filter(insertion=verified()).order_by("months")
    assert [(c.months, c.due_date, c.is_drawn) for c in rows] == [
        (3, dt.date(2026, 2, 3), True),
        (6, dt.date(2026, 5, 3), True),
        (12, dt.date(2026, 11, 3), True),
    ]


def test_who_completes_without_insertion_is_asked_for_too_until_one_is_verified(enrolled, centre_director, verified):
    """Whoever finds nothing would otherwise disappear from every rate."""
    learner = enrolled()
    actions.complete(by=centre_director, enrolment=learner, on=dt.date(2025, 11, 1))
    rows = Confirmation.unscoped.filter(enrolment=learner, insertion=None)
    assert [c.due_date for c in rows.order_by("months")] == [
        dt.date(2026, 2, 1),
        dt.date(2026, 5, 1),
        dt.date(2026, 11, 1),
    ]
    insertion = verified(enrolment=learner)
    assert set(rows.values_list("state", flat=True)) == {"SET_ASIDE"}
    assert [state for _, state in states_of(insertion)] == ["DUE", "DUE", "DUE"]


def test_who_brought_the_proof_never_verifies(declared, educator, officer, directorate):
    """An officer who also works in the centre brings the proof of a colleague's declaration, then verifies it."""
    insertion = declared()
    Assignment.objects.create(
        user=educator, role="DIRECTORATE_OFFICER", organisation=directorate, since=dt.date(2025, 9, 1)
    )
    actions.prove_insertion(by=educator, insertion=insertion, data=PDF, name="p.pdf")
    stale = Insertion.unscoped.get(pk=insertion.pk)
    stale.proved_by = None  # as a page opened before the proof would have it
    for row in (insertion, stale):
        with pytest.raises(actions.SameVerifier):
            actions.verify_insertion(by=educator, insertion=row)
        with pytest.raises(actions.SameVerifier):
            actions.not_confirm_insertion(by=educator, insertion=row, reason="x")
    actions.verify_insertion(by=officer, insertion=insertion)
    insertion.refresh_from_db()
    assert (insertion.state, insertion.proved_by) == ("VERIFIED", educator)


def test_who_declared_is_told_beforehand_that_another_answers(
    first_step, centre_director, insertion_officer, client_of
):
    """Nobody types a whole answer to learn at the end that it is not theirs to give; tries stay theirs to write."""
    step, said = first_step(), "يكتب ما عُرف شخص آخر"
    address = f"/insertions/confirmations/{step.uuid}/"
    own = client_of(centre_director).get(address).content.decode()
    assert said in own and 'value="follow_up"' in own and 'value="lose"' not in own
    other = client_of(insertion_officer).get(address).content.decode()
    assert said not in other and 'value="lose"' in other
    with pytest.raises(actions.AnswerBySameHand):
        follow_up(centre_director, step, answer=STILL_THERE)
    follow_up(centre_director, step, result="NO_ANSWER")
    follow_up(insertion_officer, step, answer=STILL_THERE)
    step.refresh_from_db()
    assert (step.state, step.answered_by) == ("CONFIRMED", insertion_officer)


def test_where_nobody_else_is_there_who_declared_answers(first_step, centre_director, officer, client_of):
    """A centre alone in a directorate without an officer would otherwise never know where its learners stand."""
    step = first_step()
    assert actions.is_for_another(centre_director, step)
    Assignment.objects.filter(user=officer).update(until=dt.date(2025, 11, 19))
    page = client_of(centre_director).get(f"/insertions/confirmations/{step.uuid}/").content.decode()
    assert 'value="lose"' in page and "يكتب ما عُرف شخص آخر" not in page
    follow_up(centre_director, step, answer=STILL_THERE)
    step.refresh_from_db()
    assert step.answered_by == centre_director


def test_a_try_without_news_stays_due_and_says_when_to_try_again(first_step, insertion_officer):
    step = first_step()
    follow_up(insertion_officer, step, result="NO_ANSWER")
    step.refresh_from_db()
    assert (step.state, step.next_try_date) == ("DUE", dt.date(2025, 11, 27))
    with pytest.raises(actions.NothingTold):
        follow_up(insertion_officer, step, result="NO_ANSWER", answer=STILL_THERE)
    assert FollowUpContact.unscoped.count() == 1


def test_still_there_is_confirmed_by_whom_and_a_form_sent_twice_writes_once(first_step, insertion_officer):
    step, number = first_step(), uuid.uuid4()
    one = follow_up(insertion_officer, step, submission=number, answer=STILL_THERE)
    two = follow_up(insertion_officer, step, submission=number, answer=STILL_THERE)
    assert one == two
    with pytest.raises(SubmissionReused):
        follow_up(insertion_officer, step, submission=number, result="NO_ANSWER")
    step.refresh_from_db()
    assert (step.state, step.answered_by, step.next_try_date) == ("CONFIRMED", insertion_officer, None)


def test_the_second_of_two_who_answer_is_refused(first_step, insertion_officer, officer):
    step = first_step()
    other = Confirmation.unscoped.get(pk=step.pk)
    follow_up(insertion_officer, step, answer=STILL_THERE)
    with pytest.raises(MoveRefused):
        follow_up(officer, other, answer=actions.Answer("NOT_INSERTED", standing="LOOKING"))
    assert Confirmation.unscoped.get(pk=step.pk).state == "CONFIRMED"
    assert FollowUpContact.unscoped.count() == 1


def test_another_insertion_is_declared_and_once_verified_replaces_the_first(
    first_step, insertion_officer, centre_director, officer
):
    step = first_step()
    elsewhere = actions.Answer("CHANGED", kind="JOB", where="ورشة", since_date=dt.date(2025, 11, 15))
    follow_up(insertion_officer, step, answer=elsewhere)
    step.refresh_from_db()
    other = step.successor
    assert (step.state, other.state, other.declared_by) == ("CHANGED", "DECLARED", insertion_officer)
    assert [s for _, s in states_of(step.insertion)] == ["CHANGED", "DUE", "DUE"]  # not verified: still asked
    actions.prove_insertion(by=centre_director, insertion=other, data=PDF, name="p.pdf")
    actions.verify_insertion(by=officer, insertion=other)
    assert [s for _, s in states_of(step.insertion)] == ["CHANGED", "SET_ASIDE", "SET_ASIDE"]
    assert [s for _, s in states_of(other)] == ["DUE", "DUE", "DUE"]


def test_not_inserted_is_known_and_is_not_lost(first_step, insertion_officer):
    step = first_step()
    follow_up(insertion_officer, step, answer=actions.Answer("NOT_INSERTED", standing="LOOKING"))
    step.refresh_from_db()
    assert (step.state, step.standing) == ("NOT_INSERTED", "LOOKING")
    assert [s for _, s in states_of(step.insertion)] == ["NOT_INSERTED", "DUE", "DUE"]


def test_lost_only_after_tries_on_different_days_and_found_again(first_step, insertion_officer):
    step = first_step()
    days = [dt.date(2025, 11, day) for day in (10, 10, 12)]
    for day in days:
        follow_up(insertion_officer, step, result="NO_ANSWER", date=day)
    with pytest.raises(actions.TooFewTries) as few:
        actions.lose(by=insertion_officer, confirmation=step, reason="x")
    assert (few.value.tried, few.value.needed) == (2, 3)  # twice on one day is one try
    follow_up(insertion_officer, step, result="WRONG_NUMBER", date=dt.date(2025, 11, 18))
    with pytest.raises(ReasonMissing):
        actions.lose(by=insertion_officer, confirmation=step, reason=" ")
    actions.lose(by=insertion_officer, confirmation=step, reason="لا أحد يعرف العنوان")
    actions.ask_again(by=insertion_officer, confirmation=step)
    step.refresh_from_db()
    assert (step.state, step.answered_by) == ("DUE", None)
    follow_up(insertion_officer, step, answer=STILL_THERE)
    with pytest.raises(ReasonMissing):  # an answer is taken back with a reason only
        actions.ask_again(by=insertion_officer, confirmation=step)


def test_a_sample_is_drawn_once_at_least_one_of_each_centre_and_anybody_can_draw_it_again(
    first_step, share_of, officer, directorate, season, enrolled, make_group, centre, settings
):
    share_of(20)
    for _ in range(6):
        first_step()
    second = Organisation.objects.create(
        kind="CENTRE", code="C9", name_fr="x", place=centre.place, place_number=centre.place_number
    )
    group = make_group("9")
    type(group).unscoped.filter(pk=group.pk).update(centre=second)
    group.refresh_from_db()
    first_step(enrolment=enrolled(of=group))
    assert set(Confirmation.unscoped.values_list("is_drawn", flat=True)) == {None}
    with pytest.raises(actions.NothingToDraw):  # nothing falls due within a month yet
        actions.draw_sample(by=officer, season=season, directorate=directorate, months=3)
    settings.PINNED_TODAY = dt.date(2026, 1, 20)
    draw = actions.draw_sample(by=officer, season=season, directorate=directorate, months=3)
    assert (draw.population, draw.drawn, draw.seed) == (7, 3, "2025|321|3|1")
    assert draw.by_centre == {"C1": [6, 2], "C9": [1, 1]}
    drawn = Confirmation.unscoped.filter(draw=draw, is_drawn=True)
    ids = {
        code: [str(c.uuid) for c in Confirmation.unscoped.filter(draw=draw, enrolment__group__centre__code=code)]
        for code in draw.by_centre
    }
    assert rules_of_confirmation.chosen(draw.seed, draw.share, ids) == {str(c.uuid) for c in drawn}
    with pytest.raises(actions.NothingToDraw):  # an unwelcome sample is not drawn again
        actions.draw_sample(by=officer, season=season, directorate=directorate, months=3)
    assert Confirmation.unscoped.filter(draw=draw, is_drawn=True).count() == 3
    left_out = Confirmation.unscoped.filter(draw=draw, is_drawn=False).first()
    with pytest.raises(actions.NotAsked):
        follow_up(officer, left_out, answer=STILL_THERE)


def test_what_a_sample_says_is_never_more_than_it_knows():
    by_centre = {"A": (10, 2), "B": (1, 1)}
    estimate = rules_of_confirmation.estimate
    unanswered = estimate(by_centre, {})
    assert (unanswered.low, unanswered.high, unanswered.answered) == (0, 100, 0)
    half = estimate(by_centre, {"A": (1, 1), "B": (1, 0)})
    assert (half.low, half.high, half.confirmed, half.drawn) == (45, 91, 1, 3)  # 5 of 11 to 10 of 11
    full = estimate(by_centre, {"A": (2, 1), "B": (1, 1)})
    assert (full.low, full.high) == (55, 55)  # weighed by centre: not two of three
    assert estimate({}, {}) is None


@pytest.mark.parametrize(
    ("since", "months", "due"),
    [("2025-11-30", 3, "2026-02-28"), ("2025-12-31", 6, "2026-06-30"), ("2024-02-29", 12, "2025-02-28")],
)
def test_the_end_of_a_short_month(since, months, due):
    assert rules_of_confirmation.due_date(dt.date.fromisoformat(since), months) == dt.date.fromisoformat(due)


def test_who_is_to_confirm_this_month_or_late(first_step, insertion_officer, other_officer, settings):
    step, scope = first_step(), insertion_officer.scope_as(InsertionOfficer)
    for day, count in ((dt.date(2026, 1, 31), 0), (dt.date(2026, 2, 1), 1), (dt.date(2026, 4, 1), 1)):
        assert queries.confirmations_due_count(scope, day) == count
    elsewhere = other_officer.scope_as(*other_officer.roles)
    assert queries.confirmations_due_count(elsewhere, dt.date(2026, 4, 1)) == 0
    follow_up(insertion_officer, step, answer=STILL_THERE)
    assert queries.confirmations_due_count(scope, dt.date(2026, 4, 1)) == 0


def test_the_insertion_officer_answers_on_the_page(first_step, insertion_officer, client_of):
    step = first_step()
    client, address = client_of(insertion_officer), f"/insertions/confirmations/{step.uuid}/"
    typed = {"do": "follow_up", "submission": uuid.uuid4(), "date": "2025-11-20", "kind": "CALL"}
    wrong = {**typed, "result": "NO_ANSWER", "answer": "CONFIRMED", "note": "قالت الجارة"}
    answer = client.post(address, wrong)
    assert answer.context["form"].errors["answer"]
    assert "قالت الجارة" in answer.content.decode()
    early = client.post(address, {**typed, "result": "REACHED", "date": "2025-11-01"})
    assert early.context["form"].errors["date"]  # before the insertion began
    changed = client.post(address, {**typed, "result": "REACHED", "answer": "CHANGED"})
    assert {"changed_kind", "changed_where", "changed_since"} <= set(changed.context["form"].errors)
    looking = client.post(address, {**typed, "result": "REACHED", "answer": "NOT_INSERTED"})
    assert looking.context["form"].errors["standing"]
    assert client.post(address, {"do": "lose", "reason": "x"}).context["lose_form"].errors
    assert client.post(address, {**typed, "result": "REACHED", "answer": "CONFIRMED"}).status_code == 302
    step.refresh_from_db()
    assert step.state == "CONFIRMED"
    late = client.post(address, {**typed, "submission": uuid.uuid4(), "result": "TOLD", "answer": "CONFIRMED"})
    assert late.status_code == 200  # told, with what was typed
    assert client.get(f"/insertions/{step.insertion.uuid}/").context["line"][0].state == "CONFIRMED"
    assert client.get(f"/people/{step.person.uuid}/").status_code in {200, 403}


def test_whoever_declared_an_insertion_does_not_confirm_it(
    first_step, insertion_officer, centre_director, officer, client_of
):
    """The centre that says "placed" would itself say "still placed", and no second pair of eyes ever look."""
    step = first_step()
    own = step.insertion.declared_by
    client, address = client_of(own), f"/insertions/confirmations/{step.uuid}/"
    typed = {"do": "follow_up", "submission": uuid.uuid4(), "date": "2025-11-20", "kind": "CALL", "result": "REACHED"}
    refused = client.post(address, {**typed, "answer": "CONFIRMED", "note": "ما زال هناك"})
    assert refused.context["form"].errors["answer"] and "ما زال هناك" in refused.content.decode()
    follow_up(own, step, result="NO_ANSWER")  # a try is nobody's answer
    assert states_of(step.insertion)[0] == (3, "DUE")
    follow_up(insertion_officer, step, answer=STILL_THERE)
    assert states_of(step.insertion)[0] == (3, "CONFIRMED")


def test_where_nobody_else_is_there_the_declarer_answers(first_step, officer, insertion_officer, centre_director):
    step = first_step()
    own = step.insertion.declared_by
    Assignment.objects.exclude(user=own).delete()
    follow_up(own, step, answer=STILL_THERE)
    assert states_of(step.insertion)[0] == (3, "CONFIRMED")


def test_who_may_answer(first_step, educator, officer, other_officer, centre_director, client_of):
    step = first_step()
    address = f"/insertions/confirmations/{step.uuid}/"
    typed = {"do": "follow_up", "submission": uuid.uuid4(), "date": "2025-11-20", "kind": "CALL", "result": "REACHED"}
    assert client_of(educator).post(address, typed).status_code == 403
    assert client_of(other_officer).post(address, typed).status_code == 404
    assert client_of(officer).post(address, {**typed, "answer": "CONFIRMED"}).status_code == 302
    assert client_of(centre_director).get(address).context["form"] is None


def test_a_proof_of_another_person_is_not_reached(declared, educator, make_user, other_centre, client_of):
    """The address of a proof, copied from one file to another, opens nothing outside one's learners."""
    insertion = declared()
    stranger = client_of(make_user(InsertionOfficer, other_centre))
    assert stranger.get(f"/insertions/{insertion.uuid}/").status_code == 404
    assert stranger.post(f"/insertions/{insertion.uuid}/proof/").status_code == 404
    assert stranger.post(f"/insertions/{insertion.uuid}/", {"do": "prove"}).status_code == 404


def test_the_directorate_draws_on_its_page_and_nobody_else(
    first_step, share_of, officer, other_officer, other_directorate, directorate, client_of, settings
):
    share_of(50)
    first_step()
    settings.PINNED_TODAY = dt.date(2026, 1, 20)
    typed = {"directorate": directorate.uuid, "months": 3}
    client_of(other_officer).post("/insertions/draws/", typed)
    assert not ConfirmationDraw.unscoped.exists()
    client = client_of(officer)
    assert client.get("/insertions/draws/").context["waiting"] == [(3, 1)]
    client.post("/insertions/draws/", typed)
    client.post("/insertions/draws/", typed)  # double click: told, not drawn again
    assert ConfirmationDraw.unscoped.count() == 1
    page = client.get("/insertions/draws/")
    assert page.context["rows"][0]["estimate"].high == 100
    assert "2025|321|3|1" in page.content.decode()
    assert client_of(other_officer).get("/insertions/draws/").context["rows"] == []
    assert client.get("/insertions/draws/?format=xlsx").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_lists(
    count,
    first_step,
    share_of,
    insertion_officer,
    officer,
    directorate,
    season,
    client_of,
    settings,
    django_assert_num_queries,
):
    steps = [first_step() for _ in range(count)]
    follow_up(insertion_officer, steps[0], result="NO_ANSWER")
    client = client_of(insertion_officer)
    client.get("/")
    with django_assert_num_queries(CONFIRMATIONS):
        assert len(client.get("/insertions/confirmations/?what=later").context["page"].rows) == 3 * count
    with django_assert_num_queries(CONFIRMATION):
        client.get(f"/insertions/confirmations/{steps[0].uuid}/")
    with django_assert_num_queries(INSERTION):
        client.get(f"/insertions/{steps[0].insertion.uuid}/")
    assert client.post("/insertions/confirmations/?what=all&format=xlsx").status_code == 200


CONFIRMATIONS, CONFIRMATION, INSERTION = 9, 8, 9
