"""Lists that schools owe, and the marks of school heads: what the verbs do."""

import datetime as dt

import pytest

from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.outreach.actions import expect_lists, mark, nothing_to_report, open_case, receive_list, save_marks
from istidrak.outreach.actions.lists import MarkedMeanwhile
from istidrak.outreach.models import Case, ExpectedList
from istidrak.outreach.rules.lists import days_late, is_late

from ..conftest import TODAY

DUE = dt.date(2025, 9, 20)


@pytest.fixture
def owed(season, directorate, school, officer):
    expect_lists(by=officer, season=season, directorate=directorate, due_date=DUE)
    return ExpectedList.unscoped.get(school=school)


@pytest.fixture
def named(season, directorate, school, officer, make_person):
    def make():
        return open_case(by=officer, person=make_person(), season=season, directorate=directorate, school=school)

    return make


@pytest.mark.parametrize(
    ("state", "day", "expected"),
    [
        ("EXPECTED", DUE, 0),  # the due day itself is still in time
        ("EXPECTED", DUE + dt.timedelta(days=1), 1),
        ("EXPECTED", DUE + dt.timedelta(days=30), 30),
        ("RECEIVED", DUE + dt.timedelta(days=30), 0),
        ("NOTHING", DUE + dt.timedelta(days=30), 0),
    ],
)
def test_a_list_is_late_from_the_day_after(state, day, expected):
    assert days_late(state, DUE, day) == expected
    assert is_late(state, DUE, day) is bool(expected)


@pytest.mark.django_db
def test_a_round_asks_every_school_of_the_directorate_and_no_other(owed, season, other_school):
    assert owed.state == "EXPECTED"
    assert owed.due_date == DUE
    assert not ExpectedList.unscoped.filter(school=other_school).exists()


@pytest.mark.django_db
def test_a_round_opened_again_moves_the_day_of_those_who_still_owe(owed, season, directorate, officer, school):
    """A day put off must not bring back to the list a school that sent its own."""
    from istidrak.organisations.models import Organisation

    newcomer = Organisation.objects.create(
        kind="SCHOOL", code="90104D", name_fr="École neuve", parent=directorate, place_number=directorate.place_number
    )
    receive_list(by=officer, season=season, school=school, on=dt.date(2025, 9, 15))
    outcome = expect_lists(by=officer, season=season, directorate=directorate, due_date=dt.date(2025, 9, 30))
    assert (outcome.added, outcome.known, outcome.received) == (1, 1, 0)
    owed.refresh_from_db()
    assert (owed.state, owed.received_date, owed.due_date) == ("RECEIVED", dt.date(2025, 9, 15), DUE)
    assert ExpectedList.unscoped.get(school=newcomer).due_date == dt.date(2025, 9, 30)


@pytest.mark.django_db
def test_a_list_that_came_before_the_round_counts(season, directorate, school, officer, named):
    """The officer who opens the round late must not remind a school that has sent its list."""
    named()
    outcome = expect_lists(by=officer, season=season, directorate=directorate, due_date=DUE)
    assert outcome.received == 1
    owed = ExpectedList.unscoped.get(school=school)
    assert (owed.state, owed.received_date) == ("RECEIVED", TODAY)


@pytest.mark.django_db
def test_a_second_list_keeps_the_day_of_the_first(owed, season, school, officer):
    receive_list(by=officer, season=season, school=school, on=dt.date(2025, 9, 15))
    receive_list(by=officer, season=season, school=school, on=dt.date(2025, 10, 2))
    owed.refresh_from_db()
    assert owed.received_date == dt.date(2025, 9, 15)
    assert History.objects.filter(subject=f"outreach.expectedlist:{owed.pk}", verb="receive").count() == 2


@pytest.mark.django_db
def test_a_list_of_a_school_that_no_round_asks_is_no_error(season, school, officer):
    assert receive_list(by=officer, season=season, school=school, on=TODAY) is None


@pytest.mark.django_db
def test_nothing_to_report_by_the_head_or_by_the_officer_with_a_reason(owed, officer, school_head, season, school):
    with pytest.raises(ReasonMissing):
        nothing_to_report(by=officer, expected=owed, reason=" ")
    nothing_to_report(by=school_head, expected=owed)
    assert ExpectedList.unscoped.get(pk=owed.pk).state == "NOTHING"
    with pytest.raises(MoveRefused):
        nothing_to_report(by=officer, expected=owed, reason="Appel du directeur")
    receive_list(by=officer, season=season, school=school, on=TODAY)  # the school found somebody after all
    assert ExpectedList.unscoped.get(pk=owed.pk).state == "RECEIVED"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("STILL_ABSENT", "TO_VISIT"),
        ("CAME_BACK", "STRUCK_OUT"),
        ("TRANSFERRED", "STRUCK_OUT"),
        ("MOVED", "TO_VISIT"),
        ("UNKNOWN", "TO_VISIT"),
    ],
)
def test_what_a_mark_does_to_a_case(named, school_head, word, state):
    case = named()
    assert mark(by=school_head, case=case, mark=word) is True
    assert (case.state, case.mark, case.marked_by) == (state, word, school_head)
    assert case.marked_at is not None
    assert mark(by=school_head, case=case, mark=word) is False  # a second click writes nothing
    assert History.objects.filter(subject=f"outreach.case:{case.pk}", verb="mark").count() == 1


@pytest.mark.django_db
def test_a_mark_is_changed_later_and_both_stay_in_the_history(named, school_head):
    """The child came back in September and left again in October: the visits must get the name."""
    case = named()
    mark(by=school_head, case=case, mark="CAME_BACK")
    mark(by=school_head, case=case, mark="STILL_ABSENT")
    assert (case.state, case.mark) == ("TO_VISIT", "STILL_ABSENT")
    mark(by=school_head, case=case, mark="CAME_BACK")
    assert case.state == "STRUCK_OUT"
    lines = History.objects.filter(subject=f"outreach.case:{case.pk}", verb="mark").order_by("pk")
    assert [(line.before, line.after) for line in lines] == [
        ("", "CAME_BACK"),
        ("CAME_BACK", "STILL_ABSENT"),
        ("STILL_ABSENT", "CAME_BACK"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["FOLLOWED", "REFERRED", "ARRIVED", "CLOSED", "REFUSED", "NOT_FOUND"])
def test_a_mark_does_not_pull_somebody_out_of_the_hands_of_who_follows(named, school_head, state):
    case = named()
    Case.unscoped.filter(pk=case.pk).update(state=state)
    mark(by=school_head, case=case, mark="CAME_BACK")
    assert (case.state, case.mark) == (state, "CAME_BACK")


@pytest.mark.django_db
def test_two_heads_the_second_is_told(named, school_head, officer):
    """Without this the deputy's page of this morning would undo what the head wrote at noon."""
    case = named()
    mark(by=school_head, case=case, mark="CAME_BACK", seen=None)
    with pytest.raises(MarkedMeanwhile) as told:
        mark(by=officer, case=case, mark="STILL_ABSENT", seen=None)
    assert told.value.case.marked_by == school_head
    assert mark(by=officer, case=case, mark="STILL_ABSENT", seen="CAME_BACK") is True


@pytest.mark.django_db
def test_saving_a_page_writes_only_what_changed(named, school_head, officer):
    cases = [named() for _ in range(4)]
    mark(by=officer, case=cases[1], mark="MOVED")
    mark(by=officer, case=cases[2], mark="CAME_BACK")
    ids = [case.uuid for case in cases]
    outcome = save_marks(
        by=school_head,
        cases=cases,
        marks={ids[0]: "CAME_BACK", ids[1]: "MOVED", ids[2]: "UNKNOWN", ids[3]: ""},
        seen={ids[0]: None, ids[1]: "MOVED", ids[2]: None, ids[3]: None},
    )
    assert outcome.written == 1
    assert [(case.pk, wanted) for case, wanted in outcome.meanwhile] == [(cases[2].pk, "UNKNOWN")]
    assert Case.unscoped.get(pk=cases[3].pk).mark is None
    assert Case.unscoped.get(pk=cases[2].pk).mark == "CAME_BACK"
    assert History.objects.filter(verb="mark", by=school_head).count() == 1
