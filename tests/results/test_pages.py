import datetime as dt
import io
import uuid

import pytest
from python_calamine import CalamineWorkbook

from istidrak.results import actions
from istidrak.results.actions import MarkGiven
from istidrak.results.models import Evaluation, Mark
from istidrak.results.queries import to_validate_count
from istidrak.training import actions as training

from .conftest import TEST_DAY


def sheet(rows, **more):
    """The fields of an entry sheet: {enrolment: (was, score, given)}."""
    fields = {"do": "save", **more}
    for one, (was, score, given) in rows.items():
        fields |= {f"was-{one.uuid}": was, f"score-{one.uuid}": score, f"given-{one.uuid}": given}
    return fields


def workbook(answer):
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_an_educator_makes_an_evaluation_and_enters_its_marks(group, enrolled, educator, client_of, pole_of):
    one, two = enrolled(), enrolled()
    client, typed = client_of(educator), {"title": "فرض", "date": "2025-11-10", "kind": "SUMMATIVE"}
    typed |= {"scale": "OUT_OF_20", "subject": f"pole-{pole_of('EDUCATIONAL').uuid}", "submission": uuid.uuid4()}
    for wrong in (
        {"date": "2025-11-21"},
        {"date": "2019-11-10"},
        {"subject": "pole-x"},
        {"subject": ""},
        {"scale": "x"},
    ):
        answer = client.post(f"/groups/{group.uuid}/evaluations/", {**typed, **wrong})
        assert answer.status_code == 200
        assert "فرض" in answer.content.decode()  # what was typed is kept
    answer = client.post(f"/groups/{group.uuid}/evaluations/", typed)
    again = client.post(f"/groups/{group.uuid}/evaluations/", typed)
    assert answer["Location"] == again["Location"]
    address = answer["Location"]
    assert client.post(address, sheet({one: ("", "12,5", ""), two: ("", "", "ABSENT")})).status_code == 302
    assert [(m.given, m.hundredths) for m in Mark.unscoped.order_by("enrolment")] == [
        ("SCORE", 1250),
        ("ABSENT", None),
    ]
    page = client.get(address)
    assert page.context["missing"] == 0
    assert 'value="12.5"' in page.content.decode()


def test_wrong_rows_are_told_and_nothing_typed_is_lost(make_evaluation, enrolled, educator, client_of):
    evaluation, one, two = make_evaluation(), enrolled(), enrolled()
    client, address = client_of(educator), f"/evaluations/{evaluation.uuid}/"
    answer = client.post(address, sheet({one: ("", "21", ""), two: ("", "14", "")}))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="21"' in page
    assert 'value="14"' in page
    assert "aria-invalid" in page
    assert not Mark.unscoped.exists()
    assert client.post(address, sheet({one: ("", "12", "ABSENT")})).status_code == 200
    assert client.post(address, sheet({one: ("", "", ["ABSENT", "EXEMPT"])})).status_code == 200
    assert client.post(address, sheet({one: ("", "", "ACQUIRED")})).status_code == 200
    assert not Mark.unscoped.exists()


def test_the_second_editor_sees_what_the_first_entered(make_evaluation, enrolled, educator, trainer, client_of):
    evaluation, one, two = make_evaluation(), enrolled(), enrolled()
    address = f"/evaluations/{evaluation.uuid}/"
    client_of(educator).post(address, sheet({one: ("", "12", ""), two: ("", "", "")}))
    second = client_of(trainer)
    answer = second.post(address, sheet({one: ("", "15", ""), two: ("", "9", "")}))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="15"' in page  # typed, not lost
    assert f'name="was-{one.uuid}" value="1200"' in page  # and the sheet now knows what stands
    assert Mark.unscoped.get().hundredths == 1200
    second.post(address, sheet({one: ("1200", "15", ""), two: ("", "9", "")}))
    assert sorted(m.hundredths for m in Mark.unscoped.all()) == [900, 1500]


def test_a_learner_of_another_group_is_never_marked_by_a_form(
    make_evaluation, enrolled, educator, client_of, season, centre, programme, centre_director
):
    other = training.create_group(by=centre_director, season=season, centre=centre, programme=programme, name="2")
    evaluation, stranger = make_evaluation(), enrolled(of=other)
    answer = client_of(educator).post(f"/evaluations/{evaluation.uuid}/", sheet({stranger: ("", "12", "")}))
    assert answer.status_code == 200
    assert not Mark.unscoped.exists()
    junk = {"do": "save", "was-x": "", "score-x": "1", "was-": "", "given-'": "ABSENT"}
    assert client_of(educator).post(f"/evaluations/{evaluation.uuid}/", junk).status_code == 302


def test_only_the_director_validates_and_only_they_open_again(
    make_evaluation, enrolled, educator, centre_director, officer, client_of
):
    evaluation, one = make_evaluation(), enrolled()
    address, rows = f"/evaluations/{evaluation.uuid}/", {one: ("", "12", "")}
    assert client_of(educator).post(address, sheet(rows, do="close")).status_code == 403
    assert client_of(officer).post(address, sheet(rows)).status_code == 403  # the directorate reads
    director = client_of(centre_director)
    assert director.post(address, sheet(rows, do="close")).status_code == 302
    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.closed_by, Mark.unscoped.get().hundredths) == (
        "CLOSED",
        centre_director,
        1200,
    )
    assert 'name="do" value="save"' not in client_of(educator).get(address).content.decode()
    client_of(educator).post(address, sheet({one: ("1200", "19", "")}))
    assert Mark.unscoped.get().hundredths == 1200
    assert client_of(educator).post(address, {"do": "reopen", "reason": "x"}).status_code == 403
    assert director.post(address, {"do": "reopen"}).context["reopen_form"].errors
    director.post(address, {"do": "reopen", "reason": "خطأ"})
    evaluation.refresh_from_db()
    assert evaluation.state == "OPEN"


def test_who_misses_what(make_evaluation, enrolled, educator, officer, client_of, group, score):
    one, later = enrolled(), enrolled(on=dt.date(2025, 11, 12))
    first, second = make_evaluation(), make_evaluation(date=dt.date(2025, 11, 14))
    actions.save_marks(by=educator, evaluation=first, marks={one.uuid: score(12)})
    lines = {
        line.enrolment: line for line in client_of(officer).get(f"/groups/{group.uuid}/results/").context["lines"]
    }
    assert lines[one].missing == 1
    assert [cell.is_missing for cell in lines[later].cells] == [False, True]  # not in the group on the first day
    rows = workbook(client_of(officer).post(f"/groups/{group.uuid}/results/?format=xlsx"))
    assert rows[1][3:] == ["12", "", 1]
    assert second.pk


def test_a_trainer_of_no_group_sees_no_result(make_evaluation, enrolled, make_user, centre, client_of):
    from istidrak.accounts.roles import VocationalTrainer

    evaluation, one = make_evaluation(), enrolled()
    client = client_of(make_user(VocationalTrainer, centre))
    for address in (f"/evaluations/{evaluation.uuid}/", f"/enrolments/{one.uuid}/results/"):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in {404, 405}


def test_the_statement_says_pole_by_pole(make_evaluation, enrolled, educator, centre_director, client_of, score):
    one, evaluation = enrolled(), make_evaluation()
    actions.save_marks(by=educator, evaluation=evaluation, marks={one.uuid: score(12.25)})
    page = client_of(centre_director).get(f"/enrolments/{one.uuid}/results/")
    poles = [(entry["row"].pole.code, [text for _, text in entry["marks"]]) for entry in page.context["poles"]]
    assert poles == [("EDUCATIONAL", ["12.25"]), ("VOCATIONAL", []), ("PERSONAL", []), ("OPENING", [])]
    rows = workbook(client_of(centre_director).post(f"/enrolments/{one.uuid}/results/?format=xlsx"))
    assert rows[1][5] == "12.25"


def test_completing_says_what_is_missing_and_asks_for_a_reason(enrolled, centre_director, educator, client_of):
    one = enrolled()
    client, address = client_of(centre_director), f"/enrolments/{one.uuid}/completing/"
    assert {f["outcome"] for f in client.get(address).context["findings"]} == {"UNKNOWN", "NOT_MET", "MET"}
    assert client.post(address, {"on": "2025-11-10"}).context["form"].errors["reason"]
    assert client.post(address, {"on": "2025-09-10", "reason": "x"}).context["form"].errors["on"]
    assert client_of(educator).post(address, {"on": "2025-11-10", "reason": "x"}).status_code == 403
    assert client.post(address, {"on": "2025-11-10", "reason": "انتقال الأسرة"}).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.left_date) == ("COMPLETED", TEST_DAY)
    assert client.post(address, {"on": "2025-11-10", "reason": "x"}).status_code == 302  # stale: told, not an error
    assert client_of(centre_director).get(f"/people/{one.person.uuid}/").status_code == 200  # every verb has words


def test_the_group_chooses_its_version_until_the_first_evaluation(
    group, make_evaluation, centre_director, educator, client_of
):
    from istidrak.programmes.models import CurriculumVersion

    old = CurriculumVersion.objects.get(code="2020")
    client, address = client_of(centre_director), f"/groups/{group.uuid}/curriculum/"
    assert client_of(educator).post(address, {"version": old.uuid}).status_code == 403
    assert client.post(address, {"version": uuid.uuid4()}).status_code == 200
    client.post(address, {"version": old.uuid})
    assert client.get(f"/groups/{group.uuid}/results/").context["version"] == old
    make_evaluation(pole=None)
    assert client.get(f"/groups/{group.uuid}/results/").context["curriculum_form"] is None
    client.post(address, {"version": CurriculumVersion.objects.get(code="2025").uuid})
    assert client.get(f"/groups/{group.uuid}/results/").context["version"] == old


def test_what_waits_for_validation_is_counted(make_evaluation, enrolled, educator, centre_director, score):
    make_evaluation()
    evaluation, one = make_evaluation(), enrolled()
    scope = centre_director.scope_as(*centre_director.roles)
    assert to_validate_count(scope) == 0
    actions.save_marks(by=educator, evaluation=evaluation, marks={one.uuid: score(12)})
    assert to_validate_count(scope) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_grid_and_the_sheet(
    count, make_evaluation, enrolled, educator, centre_director, group, client_of, django_assert_num_queries
):
    learners = [enrolled() for _ in range(count)]
    for _ in range(count):
        evaluation = make_evaluation(scale="ACQUIRED")
        marks = {one.uuid: MarkGiven("ACQUIRED") for one in learners}
        actions.save_marks(by=educator, evaluation=evaluation, marks=marks)
    client = client_of(centre_director)
    client.get("/groups/")
    with django_assert_num_queries(GRID):
        client.get(f"/groups/{group.uuid}/results/")
    with django_assert_num_queries(SHEET):
        client.get(f"/evaluations/{evaluation.uuid}/")
    with django_assert_num_queries(STATEMENT):
        client.get(f"/enrolments/{learners[0].uuid}/results/")
    with django_assert_num_queries(CURRICULA):
        client.get("/curricula/")
    assert Evaluation.unscoped.count() == count


GRID, SHEET, STATEMENT, CURRICULA = 12, 8, 10, 8
