"""Two cases of one person become one: nothing written is lost, nobody is followed twice, nobody falls out."""

import datetime as dt

import pytest
from django.urls import reverse

from istidrak.accounts.roles import DirectorateOfficer, FieldAgent
from istidrak.base import days, history
from istidrak.orientation.models import Decision
from istidrak.outreach import actions
from istidrak.outreach.actions.joining import JoinBlocked
from istidrak.outreach.models import Case, Contact, Referral, Sorting
from istidrak.outreach.queries import cases as queries
from istidrak.outreach.queries import todo
from istidrak.outreach.rules.joining import how_far
from istidrak.people.actions.merging import merge, undo_merge
from istidrak.people.models import Person, SourceFile, SourceRecord
from istidrak.programmes.models import Season

from ..conftest import TODAY

CASE_QUERIES = 12
SOON, LATER = TODAY + dt.timedelta(days=2), TODAY + dt.timedelta(days=9)
pytestmark = pytest.mark.django_db


@pytest.fixture
def open_case(officer, season, directorate, make_person):
    def make(**columns):
        return actions.open_case(by=officer, person=make_person(), season=season, directorate=directorate, **columns)

    return make


@pytest.fixture
def two(officer, open_case):
    """Two open cases, the older first, whose persons were then held to be one; to look for, nothing done yet."""

    def make(older=None, newer=None):
        one, other = open_case(**(older or {})), open_case(**(newer or {}))
        merge(by=officer, one=one.person, two=other.person)
        return Case.unscoped.get(pk=one.pk), Case.unscoped.get(pk=other.pk)

    return make


def visit(by, case, step="", step_date=None, date=TODAY):
    return actions.make_contact(
        by=by, case=case, kind="VISIT", result="MET", date=date, next_step=step, next_step_date=step_date
    )


def decide(by, case, receiver, state="PROPOSED"):
    return Decision.unscoped.create(
        person_id=case.person_id,
        case=case,
        season_id=case.season_id,
        exit="FORMAL_SCHOOL",
        receiver=receiver,
        state=state,
        proposed_by=by,
        proposed_at=days.now(),
    )


def everything(*cases):
    """What a refused joining must leave as it was."""
    return [
        *Case.unscoped.filter(pk__in=[case.pk for case in cases]).order_by("pk").values(),
        *Contact.unscoped.order_by("pk").values_list("pk", "case"),
        *Referral.unscoped.order_by("pk").values_list("pk", "case", "state"),
        *Decision.unscoped.order_by("pk").values_list("pk", "case"),
    ]


def test_an_awaited_arrival_goes_before_every_state_and_the_order_is_that_of_the_work():
    farthest_first = ["REFERRED", "FOLLOWED", "TO_VISIT", "NAMED", "CLOSED"]
    assert sorted(farthest_first, key=lambda state: how_far(state, False), reverse=True) == farthest_first
    assert how_far("FOLLOWED", True) > how_far("REFERRED", False)


def test_of_two_equal_cases_the_older_goes_on(officer, two):
    older, newer = two()
    assert actions.join_cases(by=officer, case=newer, other=older) == older
    assert (older.state, newer.state, newer.joined_into) == ("TO_VISIT", "CLOSED", older)


def test_the_case_that_is_further_along_goes_on_and_everything_hangs_on_it(officer, two, school):
    older, newer = two({"school": school})
    first = visit(officer, newer, date=TODAY - dt.timedelta(days=1))
    assert (older.state, newer.state) == ("NAMED", "FOLLOWED")
    concern = actions.raise_concern(by=officer, case=older, text="x")
    sorting = actions.sort_case(by=officer, case=older, wish="TRADE")
    decision = decide(officer, older, school)
    assert actions.join_cases(by=officer, case=older, other=newer) == newer
    for row in (first, concern, sorting, decision):
        row.refresh_from_db()
        assert row.case == newer
    assert (older.state, newer.state, newer.school) == ("CLOSED", "FOLLOWED", school)


def test_what_is_known_is_not_replaced_and_what_is_not_known_is_learned(officer, two, school):
    older, newer = two(
        {"quarter": "حي الوحدة"},
        {"quarter": "حي آخر", "address": "الزنقة 4", "wish": "النجارة", "found_on": TODAY - dt.timedelta(days=3)},
    )
    newer.school, newer.mark, newer.marked_by, newer.marked_at = school, "STILL_ABSENT", officer, days.now()
    newer.save()
    kept = actions.join_cases(by=officer, case=older, other=newer)
    kept.refresh_from_db()
    assert (kept.pk, kept.quarter, kept.address, kept.wish) == (older.pk, "حي الوحدة", "الزنقة 4", "النجارة")
    assert (kept.school, kept.mark, kept.marked_by) == (school, "STILL_ABSENT", officer)
    assert (kept.is_found, kept.found_at) == (True, TODAY - dt.timedelta(days=3))


def test_the_mark_of_another_school_is_not_put_under_this_one(officer, two, school, make_user, directorate):
    from istidrak.organisations.models import Organisation

    second = Organisation.objects.create(
        kind="SCHOOL", code="83110L", name_ar="ثانوية", parent=directorate, place_number=directorate.place.low
    )
    older, newer = two({"school": school, "found_on": TODAY}, {"school": second, "found_on": TODAY})
    actions.mark(by=officer, case=newer, mark="UNKNOWN")
    kept = actions.join_cases(by=officer, case=older, other=newer)
    assert (kept, kept.school, kept.mark) == (older, school, None)


@pytest.mark.parametrize("is_older_first", [True, False])
def test_the_earliest_next_step_is_kept(officer, two, is_older_first):
    older, newer = two()
    days_of = (SOON, LATER) if is_older_first else (LATER, SOON)
    for case, day in zip((older, newer), days_of, strict=True):
        visit(officer, case, f"زيارة {day}", day)
    kept = actions.join_cases(by=officer, case=older, other=newer)
    kept.refresh_from_db()
    newer.refresh_from_db()
    assert (kept.next_step_date, kept.next_step) == (SOON, f"زيارة {SOON}")
    assert (newer.next_step, newer.next_step_date) == ("", None)


def test_a_referral_awaited_stays_with_its_case(officer, two, school):
    older, newer = two()
    visit(officer, older)
    referral = actions.refer(by=officer, case=newer, receiver=school)
    kept = actions.join_cases(by=officer, case=older, other=newer)
    referral.refresh_from_db()
    assert (kept, kept.state, referral.case, referral.state) == (newer, "REFERRED", newer, "SENT")
    assert Contact.unscoped.get().case == newer


def test_two_arrivals_awaited_are_refused_and_nothing_changes(officer, two, school, centre):
    older, newer = two()
    visit(officer, newer)
    for case, receiver in ((older, school), (newer, centre)):
        actions.refer(by=officer, case=case, receiver=receiver)
    before = everything(older, newer)
    with pytest.raises(JoinBlocked) as blocked:
        actions.join_cases(by=officer, case=older, other=newer)
    assert (blocked.value.problem, blocked.value.model) == ("TWO_REFERRALS", Referral)
    assert everything(older, newer) == before


def test_two_standing_decisions_are_refused_until_one_is_withdrawn(officer, two, school):
    older, newer = two()
    visit(officer, newer)
    standing = [decide(officer, case, school) for case in (older, newer)]
    before = everything(older, newer)
    with pytest.raises(JoinBlocked) as blocked:
        actions.join_cases(by=officer, case=older, other=newer)
    assert (blocked.value.problem, blocked.value.model) == ("ROWS", Decision)
    assert everything(older, newer) == before
    Decision.unscoped.filter(pk=standing[0].pk).update(state="WITHDRAWN")
    kept = actions.join_cases(by=officer, case=older, other=newer)
    assert set(Decision.unscoped.values_list("case", flat=True)) == {kept.pk}


def test_an_arrival_is_a_result_and_is_not_closed_away(officer, two):
    older, newer = two()
    Case.unscoped.filter(pk=older.pk).update(state="ARRIVED")
    with pytest.raises(JoinBlocked, match="ARRIVED"):
        actions.join_cases(by=officer, case=older, other=newer)
    Case.unscoped.filter(pk=newer.pk).update(state="CLOSED")
    with pytest.raises(JoinBlocked, match="NOT_OPEN"):
        actions.join_cases(by=officer, case=older, other=newer)


def test_one_that_ended_gives_what_it_holds_to_the_open_one(officer, two):
    older, newer = two()
    visit(officer, older)
    actions.lose_case(by=officer, case=older)
    assert actions.join_cases(by=officer, case=older, other=newer) == newer
    assert (older.state, older.comes_back_date) == ("CLOSED", None)
    assert Contact.unscoped.get().case == newer


def test_cases_of_two_persons_or_two_seasons_are_not_joined(officer, open_case, two, directorate):
    with pytest.raises(JoinBlocked, match="OTHER_PERSON"):
        actions.join_cases(by=officer, case=open_case(), other=open_case())
    older, newer = two()
    Case.unscoped.filter(pk=newer.pk).update(season=Season.objects.create(year=2026, state="OPEN"))
    with pytest.raises(JoinBlocked, match="OTHER_SEASON"):
        actions.join_cases(by=officer, case=older, other=newer)


def test_a_button_pressed_twice_writes_once(officer, two):
    older, newer = two()
    actions.join_cases(by=officer, case=older, other=newer)
    before, lines = everything(older, newer), history.of_threads([older.person]).count()
    assert actions.join_cases(by=officer, case=newer, other=older) == older
    assert (everything(older, newer), history.of_threads([older.person]).count()) == (before, lines)


def test_the_time_line_of_the_person_says_both(officer, two):
    older, newer = two()
    visit(officer, newer)
    actions.join_cases(by=officer, case=older, other=newer)
    rows = {row.verb: row for row in history.of_threads([older.person])}
    assert (rows["join"].before, rows["join"].after, rows["join"].by) == ("TO_VISIT", "CLOSED", officer)
    assert rows["join"].reason
    assert rows["join_cases"].subject == f"outreach.case:{newer.pk}"
    assert rows["join_cases"].details["rows"] == {}
    assert rows["join_cases"].details["joined"] == str(older.uuid)


class TestTakenBack:
    """The merge is taken back after the cases were joined."""

    def test_each_row_goes_back_and_the_case_that_went_on_stays(self, officer, open_case):
        one, other = open_case(), open_case()
        survivor, absorbed = one.person, other.person
        visit(officer, other)
        visit(officer, one)
        contact = Contact.unscoped.get(case=other)
        row = merge(by=officer, one=survivor, two=absorbed)
        kept = actions.join_cases(by=officer, case=one, other=other)
        undone = undo_merge(by=officer, row=row)
        assert (undone.stayed, undone.elsewhere) == ([], [])
        for case in (one, other, contact):
            case.refresh_from_db()
        assert (kept, one.person, other.person) == (one, survivor, absorbed)
        assert (one.state, other.state) == ("FOLLOWED", "CLOSED")
        # The contact is of the person again; it stays on the case that went on.
        assert (contact.person, contact.case) == (absorbed, one)
        with pytest.raises(JoinBlocked, match="OTHER_PERSON"):
            actions.join_cases(by=officer, case=one, other=other)

    def test_who_was_separated_is_not_forgotten(self, officer, open_case, season, directorate):
        one, other = open_case(), open_case()
        row = merge(by=officer, one=one.person, two=other.person)
        actions.join_cases(by=officer, case=one, other=other)
        scope = officer.scope_as(DirectorateOfficer)
        assert [(step.kind, step.case) for step in todo.todo_of(scope, TODAY)] == [(todo.NO_STEP, one)]
        undo_merge(by=officer, row=row)
        assert [(step.kind, step.case) for step in todo.todo_of(scope, TODAY)] == [
            (todo.NO_STEP, one),
            (todo.NO_STEP, other),
        ]
        assert todo.todo_counts(scope, TODAY)[todo.NO_STEP] == 2
        assert other in queries.cases_of(scope, season, queries.Asked())
        other.refresh_from_db()
        actions.reopen_case(by=officer, case=other, reason="x")
        assert (other.state, other.joined_into) == ("TO_VISIT", None)
        actions.close_case(by=officer, case=other, reason="x")
        assert [step.case for step in todo.todo_of(scope, TODAY)] == [one]

    def test_a_list_that_names_them_again_opens_a_case(self, officer, open_case, season, directorate):
        """Named while joined: the case that goes on. Named after the separation: their own, which is closed."""
        one, other = open_case(), open_case()
        row = merge(by=officer, one=one.person, two=other.person)
        actions.join_cases(by=officer, case=one, other=other)
        naming = {"by": officer, "season": season, "directorate": directorate}
        assert actions.open_case(person=Person.unscoped.get(pk=other.person_id), **naming) == one
        undo_merge(by=officer, row=row)
        other.refresh_from_db()
        assert actions.open_case(person=other.person, **naming) == other


def url_of(name, case):
    return reverse(f"outreach:{name}", kwargs={"case": case.uuid})


class TestPages:
    def test_the_officer_is_shown_both_states_and_joins_them(self, officer, client_of, two):
        older, newer = two()
        visit(officer, newer)
        client = client_of(officer)
        page = client.get(url_of("case", older)).content.decode()
        assert url_of("join_cases", older) in page and str(newer.uuid) in page
        assert str(newer.get_state_display()) in page
        for _twice in range(2):
            answer = client.post(url_of("join_cases", older), {"other": str(newer.uuid)})
            assert (answer.status_code, answer["Location"]) == (302, url_of("case", newer))
        assert url_of("join_cases", newer) not in client.get(url_of("case", newer)).content.decode()
        assert url_of("case", newer) in client.get(url_of("case", older)).content.decode()
        assert [case.pk for case in client.get(reverse("outreach:cases")).context["page"].rows] == [newer.pk]

    def test_the_reason_of_a_refusal_is_said(self, officer, client_of, two, school, centre):
        older, newer = two()
        for case, receiver in ((older, school), (newer, centre)):
            actions.refer(by=officer, case=case, receiver=receiver)
        url = url_of("join_cases", older)
        answer = client_of(officer).post(
            url, {"other": str(newer.uuid)}, follow=True, headers={"accept-language": "fr"}
        )
        assert [message.level_tag for message in answer.context["messages"]] == ["error"]
        assert Case.unscoped.filter(state="REFERRED").count() == 2

    @pytest.mark.parametrize("other", ["", "x", "SAME", "00000000-0000-0000-0000-000000000000"])
    def test_an_answer_that_names_no_other_case_is_not_found(self, officer, client_of, two, other):
        older, _newer = two()
        answer = client_of(officer).post(
            url_of("join_cases", older), {"other": str(older.uuid).upper() if other == "SAME" else other}
        )
        assert answer.status_code == 404

    def test_a_case_of_another_province_cannot_be_named(
        self, officer, other_officer, client_of, two, make_person, other_directorate, season
    ):
        older, _newer = two()
        far = actions.open_case(
            by=other_officer, person=make_person(of=other_directorate), season=season, directorate=other_directorate
        )
        answer = client_of(officer).post(url_of("join_cases", older), {"other": str(far.uuid)})
        assert answer.status_code == 404
        assert client_of(other_officer).post(url_of("join_cases", older)).status_code == 404

    @pytest.mark.parametrize("twins", [0, 1, 3])
    def test_the_page_of_a_case_asks_the_database_a_known_number_of_times(
        self, officer, client_of, open_case, twins, django_assert_num_queries
    ):
        case = open_case()
        for _n in range(twins):
            merge(by=officer, one=case.person, two=open_case().person)
        client = client_of(officer)
        client.get(url_of("case", case))
        with django_assert_num_queries(CASE_QUERIES):
            page = client.get(url_of("case", case)).content.decode()
        assert page.count(url_of("join_cases", case)) == twins


class TestToDo:
    def test_two_cases_are_one_step_for_the_officer_and_none_for_an_agent(
        self, officer, field_agent, other_officer, two, client_of
    ):
        _older, newer = two()
        scope = officer.scope_as(DirectorateOfficer)

        def found(scope):
            return [step.case for step in todo.todo_of(scope, TODAY) if step.kind == todo.TWO_CASES]

        assert found(scope) == [newer] and todo.todo_counts(scope, TODAY)[todo.TWO_CASES] == 1
        groups = todo.groups_of(todo.todo_of(scope, TODAY), TODAY)
        assert [group.code for group in groups] == ["TWO_CASES", "NO_STEP"] and not groups[0].has_days
        assert url_of("case", newer) in client_of(officer).get(reverse("outreach:todo")).content.decode()
        from istidrak.people import actions as people

        people.tie(by=officer, person=newer.person, reason="HANDED", user=field_agent)
        agent = field_agent.scope_as(FieldAgent)
        assert found(agent) == [] and todo.todo_counts(agent, TODAY)[todo.TWO_CASES] == 0
        assert found(other_officer.scope_as(DirectorateOfficer)) == []
        actions.join_cases(by=officer, case=_older, other=newer)
        assert found(scope) == [] and todo.todo_counts(scope, TODAY)[todo.TWO_CASES] == 0

    def test_cases_of_two_seasons_are_no_such_step(self, officer, two):
        _older, newer = two()
        Case.unscoped.filter(pk=newer.pk).update(season=Season.objects.create(year=2026, state="OPEN"))
        steps = todo.todo_of(officer.scope_as(DirectorateOfficer), TODAY)
        assert todo.TWO_CASES not in {step.kind for step in steps}


def test_many_are_joined_at_once_and_what_cannot_be_stays_for_the_officer(
    officer, two, open_case, season, school, centre
):
    older, newer = two()
    third = open_case()
    merge(by=officer, one=older.person, two=third.person)
    blocked = two()
    for case, receiver in zip(blocked, (school, centre), strict=True):
        actions.refer(by=officer, case=case, receiver=receiver)
    alone = open_case()
    persons = [older.person_id, blocked[0].person_id, alone.person_id]
    assert actions.join_cases_of(by=officer, persons=persons, season=season) == [older]
    states = dict(Case.unscoped.values_list("pk", "state"))
    assert [states[case.pk] for case in (older, newer, third)] == ["TO_VISIT", "CLOSED", "CLOSED"]
    assert [states[case.pk] for case in blocked] == ["REFERRED", "REFERRED"]
    assert actions.join_cases_of(by=officer, persons=persons, season=season) == []


def test_one_entered_on_the_spot_whom_the_code_links_has_one_case(officer, season, directorate, school):
    """The caravan types the code of a pupil whom the school's list named: one case, found, to contact."""
    import uuid

    from istidrak.people.actions import record_rows
    from tests.people.conftest import SOUAD, Row

    file = SourceFile.objects.create(
        name="a.xlsx", digest="0" * 64, sheet="1", layout="SCHOOL_LIST", season=season, directorate=directorate,
        organisation=school, state="APPLIED", received_by=officer, received_at=days.now(),
    )  # fmt: skip
    records = record_rows(by=officer, file=file, rows=[Row(2, SOUAD)])
    (named,) = actions.open_cases(
        by=officer, records=records, season=season, directorate=directorate, origin="SCHOOL_LIST"
    )
    facts = {name: SOUAD[name] for name in ("massar_code", "first_name_ar", "last_name_ar", "birth_year")}
    given = {"facts": facts, "quarter": "حي الوحدة", "met_on": TODAY, "submission": uuid.uuid4()}
    case = actions.capture(by=officer, season=season, directorate=directorate, **given)
    assert SourceRecord.unscoped.values("person").distinct().count() == 1
    (kept,) = Case.unscoped.filter(person=named.person, state__in=Case.OPEN_STATES)
    assert (kept, kept.state, kept.school, kept.is_found) == (case, "TO_VISIT", school, True)
    assert actions.capture(by=officer, season=season, directorate=directorate, **given) == case
    assert Sorting.unscoped.count() == 0
