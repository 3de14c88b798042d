"""Lists that schools owe, and the marks of school heads: what the verbs do."""

import datetime as dt

import pytest

from istidrak.base.exchange.reading import read_tables
from istidrak.base.models import History
from istidrak.base.workflow import MoveRefused, ReasonMissing
from istidrak.organisations.models import Organisation
from istidrak.outreach.actions import expect_lists, mark, nothing_to_report, open_case, receive_list, save_marks
from istidrak.outreach.actions.lists import MarkedMeanwhile
from istidrak.outreach.models import Case, ExpectedList
from istidrak.outreach.rules.lists import days_late, is_late

from ..conftest import TODAY

DUE = dt.date(2025, 9, 20)
LISTS_QUERIES, MARKS_QUERIES = 7, 10


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


# Pages


@pytest.fixture
def make_school(directorate):
    def make(code):
        return Organisation.objects.create(
            kind="SCHOOL",
            code=code,
            name_fr=f"École {code}",
            parent=directorate,
            place_number=directorate.place_number,
        )

    return make


@pytest.fixture
def ask(season, directorate, officer):
    def ask_(due=DUE):
        return expect_lists(by=officer, season=season, directorate=directorate, due_date=due)

    return ask_


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_the_table_of_schools_in_a_known_number_of_queries(
    client_of, officer, school, make_school, ask, rows, django_assert_num_queries
):
    for number in range(1, rows):
        make_school(f"9010{number}D")
    ask()
    client = client_of(officer)
    with django_assert_num_queries(LISTS_QUERIES):
        response = client.get("/lists/")
    assert len(response.context["rows"]) == rows


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_the_sheet_of_marks_in_a_known_number_of_queries(
    client_of, school_head, named, rows, django_assert_num_queries
):
    for _ in range(rows):
        named()
    client = client_of(school_head)
    with django_assert_num_queries(MARKS_QUERIES):
        response = client.get("/marks/")
    assert len(response.context["sheet"].rows) == rows


@pytest.mark.django_db
def test_the_counts_and_each_filter_agree(client_of, officer, season, school, make_school, ask):
    early, silent = make_school("90101A"), make_school("90102B")
    ask()
    receive_list(by=officer, season=season, school=early, on=dt.date(2025, 9, 15))
    nothing_to_report(by=officer, expected=ExpectedList.unscoped.get(school=silent), reason="téléphone")
    client = client_of(officer)
    counts = client.get("/lists/").context["counts"]
    assert counts == {"all": 3, "late": 1, "waiting": 0, "received": 1, "nothing": 1}
    for show, code in (("late", school.code), ("received", "90101A"), ("nothing", "90102B")):
        rows = client.get(f"/lists/?show={show}").context["rows"]
        assert [owed.school.code for owed, _ in rows] == [code]
    assert client.get("/lists/?show=late").context["rows"][0][1] == (TODAY - DUE).days


@pytest.mark.django_db
def test_a_head_sees_the_own_school_and_says_nothing_in_one_click(client_of, school_head, school, make_school, ask):
    make_school("90101A")
    ask()
    client = client_of(school_head)
    rows = client.get("/lists/").context["rows"]
    assert [owed.school for owed, _ in rows] == [school]
    response = client.post(f"/lists/{rows[0][0].uuid}/nothing/")
    assert response.status_code == 302
    assert ExpectedList.unscoped.get(school=school).state == "NOTHING"
    other = ExpectedList.unscoped.get(school__code="90101A")
    assert client.post(f"/lists/{other.uuid}/nothing/").status_code == 404


@pytest.mark.django_db
def test_an_officer_who_says_it_for_a_school_says_how_it_is_known(client_of, officer, school, ask):
    ask()
    owed = ExpectedList.unscoped.get(school=school)
    client = client_of(officer)
    assert client.post(f"/lists/{owed.uuid}/nothing/", {"reason": ""}).context["form"].errors["reason"]
    assert ExpectedList.unscoped.get(pk=owed.pk).state == "EXPECTED"
    client.post(f"/lists/{owed.uuid}/nothing/", {"reason": "Appel du directeur, 18 septembre"})
    assert ExpectedList.unscoped.get(pk=owed.pk).state == "NOTHING"


@pytest.mark.django_db
def test_the_round_is_opened_from_the_page_with_a_day_of_the_season(client_of, officer, school, directorate, season):
    client = client_of(officer)
    wrong = {"directorate": directorate.uuid, "due_date": "2205-09-20"}
    response = client.post("/lists/ask/", wrong)
    assert response.status_code == 422
    assert response.context["form"].errors["due_date"]
    assert b"2205-09-20" in response.content  # what was typed is still there
    client.post("/lists/ask/", {**wrong, "due_date": "2025-09-20"})
    assert ExpectedList.unscoped.get(school=school).due_date == DUE


@pytest.mark.django_db
def test_an_officer_asks_no_school_of_another_directorate(
    client_of, officer, season, other_directorate, other_school
):
    data = {"directorate": other_directorate.uuid, "due_date": "2025-09-20"}
    assert client_of(officer).post("/lists/ask/", data).status_code == 422
    assert not ExpectedList.unscoped.exists()


@pytest.mark.django_db
def test_the_schools_to_remind_on_paper_and_in_a_workbook(client_of, officer, school, ask):
    ask()
    client = client_of(officer)
    assert school.code in client.get("/lists/late/").content.decode()
    answer = client.get("/lists/?show=late&format=xlsx")
    (table,) = read_tables(answer.content, "lists.xlsx")
    assert table.rows[1][0] == school.code
    assert table.rows[1][-1] == (TODAY - DUE).days


@pytest.mark.django_db
def test_a_head_marks_a_page_and_only_what_changed_is_written(client_of, school_head, named):
    came, moved, left = named(), named(), named()
    client = client_of(school_head)
    page = client.get("/marks/")
    assert page.context["counts"]["unmarked"] == 3
    response = client.post(
        "/marks/",
        {
            f"mark-{came.uuid}": "CAME_BACK",
            f"seen-{came.uuid}": "",
            f"mark-{moved.uuid}": "MOVED",
            f"seen-{moved.uuid}": "",
            f"seen-{left.uuid}": "",
        },
    )
    assert response.status_code == 302
    states = {case.pk: (case.state, case.mark) for case in Case.unscoped.all()}
    assert states[came.pk] == ("STRUCK_OUT", "CAME_BACK")
    assert states[moved.pk] == ("TO_VISIT", "MOVED")
    assert states[left.pk] == ("NAMED", None)
    assert [row.case.pk for row in client.get("/marks/").context["sheet"].rows] == [left.pk]
    marked = client.get("/marks/?show=marked").context["sheet"].rows
    assert {row.case.pk for row in marked} == {came.pk, moved.pk}


@pytest.mark.django_db
def test_the_second_head_sees_what_changed_and_keeps_the_choice_made(client_of, school_head, officer, named):
    case, other = named(), named()
    mark(by=officer, case=case, mark="CAME_BACK")
    client = client_of(school_head)
    data = {
        f"mark-{case.uuid}": "UNKNOWN",
        f"seen-{case.uuid}": "",
        f"mark-{other.uuid}": "MOVED",
        f"seen-{other.uuid}": "",
    }
    response = client.post("/marks/", data)
    assert response.status_code == 409
    (row,) = response.context["sheet"].rows
    assert (row.case.pk, row.chosen, row.case.mark, row.case.marked_by) == (case.pk, "UNKNOWN", "CAME_BACK", officer)
    assert Case.unscoped.get(pk=other.pk).mark == "MOVED"
    client.post("/marks/", {f"mark-{case.uuid}": "UNKNOWN", f"seen-{case.uuid}": "CAME_BACK"})
    assert Case.unscoped.get(pk=case.pk).mark == "UNKNOWN"


@pytest.mark.django_db
def test_a_head_cannot_mark_a_pupil_of_another_school(
    client_of, other_school_head, named, other_directorate, make_person, season, other_school
):
    case = named()
    data = {f"mark-{case.uuid}": "CAME_BACK", f"seen-{case.uuid}": ""}
    client_of(other_school_head).post("/marks/", data)
    assert Case.unscoped.get(pk=case.pk).mark is None


@pytest.mark.django_db
def test_an_officer_marks_for_a_school_inside_the_territory_only(client_of, officer, named, school, other_school):
    case = named()
    client = client_of(officer)
    data = {f"mark-{case.uuid}": "TRANSFERRED", f"seen-{case.uuid}": ""}
    assert client.post(f"/marks/{school.uuid}/", data).status_code == 302
    assert Case.unscoped.get(pk=case.pk).marked_by == officer
    assert client.get(f"/marks/{other_school.uuid}/").status_code == 404


@pytest.mark.django_db
def test_a_mark_that_does_not_exist_writes_nothing(client_of, school_head, named):
    case = named()
    client_of(school_head).post("/marks/", {f"mark-{case.uuid}": "ARRIVED", f"seen-{case.uuid}": "", "seen-x": ""})
    assert Case.unscoped.get(pk=case.pk).mark is None
