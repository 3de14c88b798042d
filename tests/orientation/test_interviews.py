"""Interviews, tests and life projects: nothing written is lost, unknown is not nought."""

import datetime as dt
import uuid

import pytest

from istidrak.orientation import actions, queries
from istidrak.orientation.actions import Score
from istidrak.orientation.facts import facts_of
from istidrak.orientation.models import Interview, LifeProject, PlacementTest, TestDomain
from istidrak.orientation.queries.known import compared, interviews_of
from istidrak.orientation.queries.known import tests_of as every_test_of
from istidrak.people.models import Tie
from istidrak.programmes.actions import load_trades
from istidrak.programmes.models import Trade

DAY = dt.date(2025, 11, 10)


@pytest.fixture
def domains(db):
    actions.load_test_domains()
    return {domain.code: domain for domain in TestDomain.objects.all()}


@pytest.fixture
def interview(make_case, officer):
    def write(case=None, **more):
        given = {"held_date": DAY, "interviewer": "المستشار", "submission": uuid.uuid4(), **more}
        return actions.write_interview(by=officer, case=case or make_case(), **given)

    return write


def test_a_correction_keeps_the_former_version_and_tells_the_second_editor(interview, officer, make_case):
    case = make_case()
    first = interview(case, motivation=2, summary="أولى")
    second = interview(case, motivation=4, corrects=first)
    with pytest.raises(actions.CorrectedMeanwhile):
        interview(case, motivation=1, corrects=first)
    assert [row.pk for row in interviews_of(case)] == [second.pk, first.pk]
    assert facts_of(case)["motivation"] == 4
    first.refresh_from_db()
    assert (first.motivation, first.summary) == (2, "أولى")


def test_the_same_form_twice_is_one_interview(interview, make_case):
    case, same = make_case(), uuid.uuid4()
    assert interview(case, submission=same).pk == interview(case, submission=same).pk
    assert Interview.unscoped.count() == 1


def test_not_asked_is_not_nought(interview, make_case):
    asked, silent = make_case(), make_case()
    interview(asked, readiness=0)
    interview(silent)
    said = {
        case.pk: queries.kept_for(case, DAY)["INDICATIONS"]["FULL_TRAINING"]["findings"][0]
        for case in (asked, silent)
    }
    assert (said[asked.pk]["outcome"], said[silent.pk]["outcome"]) == ("NOT_MET", "UNKNOWN")
    assert facts_of(silent)["readiness"] is None


def test_an_unknown_trade_stays_in_words(interview, make_case, officer, client_of):
    load_trades()
    case, sewing = make_case(), Trade.objects.get(code="SEWING")
    typed = {
        "held_date": "2025-11-10",
        "interviewer": "x",
        "submission": str(uuid.uuid4()),
        "trade_1": sewing.pk,
        "words_2": "تربية النحل",
        "why_2": "مع عمي",
        "readiness": "0",
    }
    client = client_of(officer)
    both = client.post(f"/cases/{case.uuid}/interview/", {**typed, "words_1": "الخياطة"})
    assert both.context["form"].errors["words_1"]
    assert client.post(f"/cases/{case.uuid}/interview/", typed).status_code == 302
    row = Interview.unscoped.get()
    assert [(wish.rank, wish.trade, wish.trade_words) for wish in row.wishes.all()] == [
        (1, sewing, ""),
        (2, None, "تربية النحل"),
    ]
    assert (row.readiness, row.motivation) == (0, None)
    again = client.get(f"/cases/{case.uuid}/interview/").context["form"]
    assert (again.initial["corrects"], again.initial["words_2"]) == (row.uuid, "تربية النحل")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"held_date": "2099-01-01"}, "held_date"),
        ({"held_date": "1999-01-01"}, "held_date"),
        ({"motivation": "6"}, "motivation"),
        ({"why_1": "لأنني أحبها"}, "trade_1"),
        ({"words_2": "النحل"}, "trade_1"),
        ({"trade_1": "99999"}, "trade_1"),
    ],
)
def test_a_wrong_answer_is_said_beside_its_field(typed, field, make_case, officer, client_of):
    good = {"held_date": "2025-11-10", "interviewer": "x", "submission": str(uuid.uuid4())}
    answer = client_of(officer).post(f"/cases/{make_case().uuid}/interview/", {**good, **typed})
    assert answer.context["form"].errors[field]
    assert not Interview.unscoped.exists()


def test_what_was_told_completes_what_no_list_says(interview, make_case):
    case = make_case()
    interview(case, last_level="2AC", is_in_school=False)
    facts = facts_of(case)
    assert (facts["last_level"], facts["is_in_school"], facts["was_ever_in_school"]) == ("2AC", False, True)


def test_a_later_test_never_erases_the_earlier(domains, make_case, officer):
    case = make_case()
    for day, score in ((DAY, 30), (DAY + dt.timedelta(days=5), 55)):
        scores = [Score(domains["ARABIC"], score), Score(domains["MATHEMATICS"], None)]
        actions.write_tests(
            by=officer, case=case, taken_date=day, examiner="x", scores=scores, submission=uuid.uuid4()
        )
    assert [row.score for row in every_test_of(case) if row.domain.code == "ARABIC"] == [55, 30]
    facts = facts_of(case)
    assert (facts["arabic_score"], facts["mathematics_score"]) == (55, None)  # not taken is not nought


def test_scores_are_bounded_and_a_form_twice_is_one(domains, make_case, officer, client_of):
    case, client = make_case(), client_of(officer)
    typed = {"taken_date": "2025-11-10", "examiner": "x", "submission": str(uuid.uuid4())}
    for wrong in ({}, {"score_ARABIC": "101"}, {"score_ARABIC": "40", "not_ARABIC": "on"}, {"score_ARABIC": "x"}):
        assert client.post(f"/cases/{case.uuid}/tests/", {**typed, **wrong}).status_code == 200
    assert not PlacementTest.unscoped.exists()
    for _ in range(2):
        assert (
            client.post(f"/cases/{case.uuid}/tests/", {**typed, "score_ARABIC": "0", "not_FRENCH": "on"}).status_code
            == 302
        )
    assert sorted(PlacementTest.unscoped.values_list("domain__code", "score")) == [("ARABIC", 0), ("FRENCH", None)]


def test_who_interviews(make_case, make_user, centre, academy_officer, school_head, other_officer, client_of):
    from istidrak.accounts.roles import SocialWorker

    case = make_case()
    worker = make_user(SocialWorker, centre)
    address = f"/cases/{case.uuid}/interview/"
    assert client_of(worker).get(address).status_code == 404
    Tie.objects.create(person=case.person, organisation=centre, reason="REFERRED", since=DAY)
    assert client_of(worker).get(address).status_code == 200
    assert client_of(academy_officer).get(address).status_code == 403
    assert client_of(school_head).get(address).status_code == 403
    assert client_of(other_officer).get(address).status_code == 404


def test_a_director_signs_and_does_not_read_what_families_said(
    interview, make_case, provincial_director, officer, client_of
):
    case = make_case()
    interview(case, summary="الأب عاطل", situation="ضيق")
    page = f"/cases/{case.uuid}/orientation/"
    assert "الأب عاطل" in client_of(officer).get(page).content.decode()
    assert "الأب عاطل" not in client_of(provincial_director).get(page).content.decode()


def goal(key, text):
    return {"key": key, "text": text}


def step(key, what, state="PLANNED"):
    return {"key": key, "what": what, "who": "", "by_date": None, "state": state}


def project(officer, person, follows=None, goals=("a",), steps=(), **more):
    return actions.write_life_project(
        by=officer,
        person=person,
        written_date=DAY,
        goals=[goal(key, key) for key in goals],
        steps=list(steps),
        follows=follows,
        submission=more.pop("submission", uuid.uuid4()),
        **more,
    )


def test_a_new_version_keeps_the_former_and_tells_the_second_editor(make_person, officer):
    person = make_person()
    first = project(officer, person, steps=[step("s", "x")])
    second = project(officer, person, first, steps=[step("s", "x", "DONE"), step("t", "y")])
    with pytest.raises(actions.VersionMeanwhile):
        project(officer, person, first)
    with pytest.raises(actions.VersionMeanwhile):
        project(officer, person)  # a first version where one stands
    assert second.number == 2
    assert [change.kind for change in compared(first.steps, second.steps)] == ["CHANGED", "ADDED"]
    assert [change.kind for change in compared(second.steps, first.steps)] == ["CHANGED", "REMOVED"]
    first.refresh_from_db()
    assert first.steps[0]["state"] == "PLANNED"


def test_the_form_writes_versions_and_the_page_compares_them(make_case, officer, client_of):
    person, client = make_case().person, client_of(officer)
    write = f"/people/{person.uuid}/life-project/write/"
    typed = {
        "written_date": "2025-11-10",
        "submission": str(uuid.uuid4()),
        "goal_0": "أن أصير كهربائيا",
        "what_0": "تكوين",
    }
    assert client.post(write, {**typed, "goal_0": ""}).context["form"].errors["goal_0"]
    assert client.post(write, {**typed, "person_agrees": "yes"}).status_code == 302
    client.post(write, typed)  # sent twice
    (first,) = LifeProject.unscoped.all()
    assert (first.person_agrees, first.guardian_agrees) == (True, None)
    form = client.get(write).context["form"]
    later = {
        **typed,
        "submission": str(uuid.uuid4()),
        "follows": str(first.uuid),
        "goal_0_key": form["goal_0_key"].value(),
        "step_key_0": form["step_key_0"].value(),
        "state_0": "DONE",
    }
    assert client.post(write, later).status_code == 302
    second = LifeProject.unscoped.get(number=2)
    page = client.get(f"/people/{person.uuid}/life-project/?former={first.uuid}&later={second.uuid}")
    assert [change.kind for change in page.context["steps"]] == ["CHANGED"]
    stale = client.post(write, {**later, "submission": str(uuid.uuid4())})
    assert stale.status_code == 200
    assert "أن أصير كهربائيا" in stale.content.decode()


def test_an_educator_reads_the_project_of_own_learners_only(make_case, officer, educator, centre, client_of):
    person = make_case().person
    project(officer, person)
    page, client = f"/people/{person.uuid}/life-project/", client_of(educator)
    assert client.get(page).status_code == 404
    Tie.objects.create(person=person, organisation=centre, reason="ENROLLED", since=DAY)
    Tie.objects.create(person=person, user=educator, reason="TAUGHT", since=DAY)
    assert client_of(educator).get(page).status_code == 200
    assert client_of(educator).get(f"{page}write/").status_code == 403
