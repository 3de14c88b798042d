"""What waits for the officer: nobody who was sent somewhere, refused or was found is lost."""

import datetime as dt

import pytest
from django.urls import reverse

from istidrak.accounts.roles import CentreDirector, DirectorateOfficer, FieldAgent, SchoolHead
from istidrak.outreach import actions
from istidrak.outreach.models import Case
from istidrak.outreach.queries import todo
from istidrak.programmes.models import Season

TODAY = dt.date(2025, 11, 20)
DUE = dt.date(2025, 12, 5)
pytestmark = pytest.mark.django_db


@pytest.fixture
def make_case(officer, season, directorate, make_person):
    def make(step="", step_date=None, **facts):
        case = actions.open_case(by=officer, person=make_person(**facts), season=season, directorate=directorate)
        actions.make_contact(
            by=officer, case=case, kind="CALL", result="MET", date=TODAY, next_step=step, next_step_date=step_date
        )
        return case

    return make


@pytest.fixture
def kinds(officer):
    def kinds(as_of, user=officer, role=DirectorateOfficer):
        steps = todo.todo_of(user.scope_as(role), as_of)
        return [(step.kind, step.case.pk) for step in steps]

    return kinds


def test_a_fourteen_year_old_who_never_arrives_is_back_on_the_list(
    officer, client_of, make_case, school, kinds, settings
):
    """Sent to a school, awaited by a day; from the day after the officer is asked, and asked what comes next."""
    case = make_case(first_name_ar="يوسف", last_name_ar="العلوي", birth_date=dt.date(2011, 3, 4))
    referral = actions.refer(by=officer, case=case, receiver=school, due_date=DUE)
    assert kinds(DUE) == []
    day_after = DUE + dt.timedelta(days=1)
    assert kinds(day_after) == [(todo.OVERDUE, case.pk)]

    settings.PINNED_TODAY = day_after
    client, url = client_of(officer), reverse("outreach:referral", kwargs={"referral": referral.uuid})
    assert url in client.get(reverse("outreach:todo")).content.decode()
    answer = client.post(url, {"verb": "give_up"})
    referral.refresh_from_db()
    assert (answer.status_code, referral.state) == (200, "SENT")

    answer = client.post(
        url, {"verb": "give_up", "next_step": "زيارة", "next_step_date": "2025-12-10", "reason": "قال المدير"}
    )
    referral.refresh_from_db()
    case.refresh_from_db()
    assert (answer.status_code, referral.state, case.state) == (302, "NEVER_CAME", "FOLLOWED")
    assert case.next_step_date == dt.date(2025, 12, 10)
    assert kinds(day_after) == [(todo.STEP, case.pk)]


def test_never_came_without_a_next_step_is_still_on_the_list(officer, make_case, school, kinds):
    case = make_case()
    actions.answer_referral(
        by=officer, referral=actions.refer(by=officer, case=case, receiver=school), verb="give_up"
    )
    assert kinds(TODAY) == [(todo.NO_STEP, case.pk)]


def test_steps_are_grouped_by_how_they_press(officer, make_case):
    late = make_case("a", TODAY)
    Case.unscoped.filter(pk=late.pk).update(next_step_date=TODAY - dt.timedelta(days=3))
    today, week, later, none = (
        make_case("b", TODAY),
        make_case("c", TODAY + dt.timedelta(days=7)),
        make_case("d", TODAY + dt.timedelta(days=8)),
        make_case(),
    )
    groups = todo.groups_of(todo.todo_of(officer.scope_as(DirectorateOfficer), TODAY), TODAY)
    shown = {group.code: [step.case.pk for step in group.steps] for group in groups}
    assert shown == {"LATE": [late.pk], "TODAY": [today.pk], "WEEK": [week.pk], "NO_STEP": [none.pk]}
    assert groups[0].steps[0].late_days == 3
    assert later.pk not in {pk for pks in shown.values() for pk in pks}


def test_more_than_the_most_is_said(officer, make_case):
    cases = [make_case() for _n in range(3)]
    steps = todo.todo_of(officer.scope_as(DirectorateOfficer), TODAY, most=2)
    (group,) = todo.groups_of(steps, TODAY, most=2)
    assert (len(group.steps), group.is_cut) == (2, True)
    assert [step.case.pk for step in group.steps] == [case.pk for case in cases[:2]]


def test_one_who_refused_is_on_the_list_from_the_day_in_january(officer, make_case, kinds):
    case = make_case()
    actions.refuse_case(by=officer, case=case)
    assert kinds(dt.date(2026, 1, 11)) == []
    assert kinds(dt.date(2026, 1, 12)) == [(todo.COMES_BACK, case.pk)]


def test_one_whom_the_next_season_follows_is_not_asked_twice(officer, make_case, directorate, kinds):
    case = make_case()
    actions.refuse_case(by=officer, case=case)
    following = Season.objects.create(year=2026, state="OPEN")
    anew = actions.open_case(by=officer, person=case.person, season=following, directorate=directorate)
    assert kinds(dt.date(2026, 9, 20)) == [(todo.NO_STEP, anew.pk)]


def test_one_who_came_once_and_was_never_confirmed_is_on_the_list(officer, make_case, school, kinds):
    case = make_case()
    referral = actions.refer(by=officer, case=case, receiver=school)
    actions.answer_referral(by=officer, referral=referral, verb="arrive", on=TODAY)
    assert kinds(TODAY + dt.timedelta(days=45)) == []
    assert kinds(TODAY + dt.timedelta(days=46)) == [(todo.UNCONFIRMED, case.pk)]


def test_a_concern_is_on_top_for_the_officer_and_not_for_who_wrote_it(officer, field_agent, make_case, kinds):
    case = make_case()
    concern = actions.raise_concern(by=field_agent, case=case, text="x")
    assert kinds(TODAY) == [(todo.PROTECTION, case.pk), (todo.NO_STEP, case.pk)]
    assert kinds(TODAY, field_agent, FieldAgent) == []
    actions.hand_over_concern(by=officer, concern=concern, service="x", reason="y")
    assert kinds(TODAY) == [(todo.NO_STEP, case.pk)]


def test_another_province_sees_none_of_it(other_officer, field_agent, make_case, kinds):
    actions.raise_concern(by=field_agent, case=make_case(), text="x")
    assert kinds(TODAY, other_officer) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_questions_to_the_database_is_known(
    officer, make_case, school, count, django_assert_num_queries
):
    for _n in range(count):
        make_case()
        actions.refer(by=officer, case=make_case(), receiver=school, due_date=TODAY)
        actions.raise_concern(by=officer, case=make_case("x", TODAY), text="x")
    scope = officer.scope_as(DirectorateOfficer)
    with django_assert_num_queries(8):
        todo.todo_of(scope, TODAY + dt.timedelta(days=1))


def test_an_arrival_nobody_confirmed_is_late_since_it_could_have_been(officer, make_case, school):
    """Not since the day they came: nobody was late before the month and the delay of an answer were over."""
    referral = actions.refer(by=officer, case=make_case(), receiver=school)
    actions.answer_referral(by=officer, referral=referral, verb="arrive", on=TODAY)
    (step,) = todo.todo_of(officer.scope_as(DirectorateOfficer), TODAY + dt.timedelta(days=47))
    assert (step.due, step.late_days) == (TODAY + dt.timedelta(days=45), 2)


@pytest.fixture
def everything(officer, make_case, school, centre):
    """One of each kind on the sixth of December."""
    actions.raise_concern(by=officer, case=make_case("x", DUE), text="x")  # a step due, and a concern
    actions.refuse_case(by=officer, case=make_case())
    actions.refer(by=officer, case=make_case(), receiver=school, due_date=DUE)
    arrived = actions.refer(by=officer, case=make_case(), receiver=school)
    actions.answer_referral(by=officer, referral=arrived, verb="arrive", on=dt.date(2025, 9, 1))
    make_case()


def test_counts_say_what_waits_for_the_officer(officer, everything, django_assert_num_queries):
    scope = officer.scope_as(DirectorateOfficer)
    with django_assert_num_queries(5):
        counts = todo.todo_counts(scope, DUE + dt.timedelta(days=1))
    assert counts == {
        todo.PROTECTION: 1,
        todo.TWO_CASES: 0,
        todo.OVERDUE: 1,
        todo.UNCONFIRMED: 1,
        todo.COMES_BACK: 0,
        todo.STEP: 1,
        todo.NO_STEP: 1,
        todo.ANSWER: 0,
        todo.CONFIRM: 0,
    }
    assert todo.todo_counts(scope, dt.date(2026, 1, 12))[todo.COMES_BACK] == 1


def test_counts_say_what_waits_for_a_receiver_and_no_case_of_others(school_head, centre_director, everything):
    waiting = todo.todo_counts(school_head.scope_as(SchoolHead), DUE)
    assert {kind: n for kind, n in waiting.items() if n} == {todo.ANSWER: 1, todo.CONFIRM: 1}
    assert not any(todo.todo_counts(centre_director.scope_as(CentreDirector), DUE).values())


def test_counts_of_another_province_are_nothing(other_officer, everything):
    assert not any(todo.todo_counts(other_officer.scope_as(DirectorateOfficer), dt.date(2026, 1, 12)).values())


def test_the_next_season_is_offered_what_came_to_nothing_until_it_is_taken(
    officer, field_agent, make_case, client_of, season, settings
):
    """On the to-do list: the list of cases shows the new season, where nobody would look for the old one."""
    actions.refuse_case(by=officer, case=make_case())
    following = Season.objects.create(year=2026, state="OPEN")
    client, url = client_of(officer), reverse("outreach:todo")
    assert client.get(url).context["left_behind"] is None  # the season to come has not begun
    settings.PINNED_TODAY = dt.date(2026, 9, 16)
    left = client.get(url).context["left_behind"]
    assert (left.season, left.count) == (season, 1)
    assert client_of(field_agent).get(url).context["left_behind"] is None
    client.post(f"{reverse('outreach:carry_over')}?season=2025")
    assert client.get(url).context["left_behind"] is None
    assert Case.unscoped.filter(season=following).count() == 1


@pytest.mark.django_db
def test_the_list_to_take_along_holds_the_steps_and_no_confidential_referral(
    officer, make_person, season, directorate, client_of
):
    """An officer without a network on the road needs the list; a concern on a lost paper would be a leak."""
    import io

    from python_calamine import CalamineWorkbook

    from istidrak.outreach import actions

    case = actions.open_case(by=officer, person=make_person(), season=season, directorate=directorate)
    actions.raise_concern(by=officer, case=case, text="سر")
    answer = client_of(officer).post("/todo/?format=xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    found = [row for row in rows if case.person.file_number in row]
    assert len(found) == 1  # without a next step; the concern is not a second line
