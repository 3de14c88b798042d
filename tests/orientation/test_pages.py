import datetime as dt

import pytest

from istidrak.orientation import actions
from istidrak.orientation.models import Decision
from istidrak.outreach import actions as outreach
from istidrak.outreach.models import Referral
from istidrak.programmes.actions import load_programmes
from istidrak.programmes.models import Programme

PAGE = 19  # queries of the page of a case, whatever the number of bodies and of stays


def address(case):
    return f"/cases/{case.uuid}/orientation/"


@pytest.fixture
def proposed(known_case, officer, centre):
    return actions.propose(by=officer, case=known_case(), exit="FULL_TRAINING", receiver=centre)


def test_the_four_exits_stand_side_by_side(known_case, officer, client_of):
    answer = client_of(officer).get(address(known_case()))
    outcomes = {row["exit"]: row["outcome"] for row in answer.context["exits"]}
    assert outcomes == {
        "FULL_TRAINING": "MET",
        "SHORT_TRAINING": "MET",
        "OTHER_PROGRAMME": "NOT_MET",
        "FORMAL_SCHOOL": "NOT_MET",  # sixteen, and she wishes a trade
    }
    page = answer.content.decode()
    assert "العيون، انطلاق الموسم، 16 شتنبر 2025" in page  # each criterion with the text it comes from, in words
    assert "launch of the season" not in page


def test_propose_then_decide(known_case, officer, centre, programme, client_of):
    case, client = known_case(), client_of(officer)
    typed = {"exit": "FULL_TRAINING", "receiver": centre.pk, "programme": programme.pk}
    assert client.post(address(case), typed).status_code == 302
    decision = Decision.unscoped.get()
    assert client.get(address(case)).context["form"] is None
    assert client.post(f"/orientation/{decision.uuid}/decide/").status_code == 302
    assert client.post(f"/orientation/{decision.uuid}/decide/").status_code == 302  # stale: told, not an error
    assert Referral.unscoped.get().receiver == centre
    client.post(f"/orientation/{decision.uuid}/withdraw/", {"reason": ""})
    decision.refresh_from_db()
    assert decision.state == "DECIDED"
    client.post(f"/orientation/{decision.uuid}/withdraw/", {"reason": "x"})
    decision.refresh_from_db()
    assert decision.state == "WITHDRAWN"


def test_a_departure_without_its_reason_is_refused_and_nothing_typed_is_lost(known_case, officer, centre, client_of):
    case = known_case(birth_date=dt.date(2006, 1, 1))
    typed = {"exit": "FULL_TRAINING", "receiver": centre.pk, "departure_reason": "  "}
    answer = client_of(officer).post(address(case), typed)
    assert answer.status_code == 200
    assert answer.context["form"].errors["departure_reason"]
    assert f'value="{centre.pk}" selected' in answer.content.decode()
    assert not Decision.unscoped.exists()


@pytest.mark.parametrize(
    ("exit", "receiver", "field"),
    [
        ("FORMAL_SCHOOL", "centre", "receiver"),
        ("FULL_TRAINING", "school", "receiver"),
        ("FULL_TRAINING", "other_centre", "receiver"),
        ("FULL_TRAINING", "directorate", "receiver"),
        ("ANYTHING", "centre", "exit"),
        ("", "centre", "exit"),
    ],
)
def test_forged_answers_are_refused(exit, receiver, field, known_case, officer, client_of, request):
    typed = {"exit": exit, "receiver": request.getfixturevalue(receiver).pk}
    answer = client_of(officer).post(address(known_case()), typed)
    assert answer.status_code == 200
    assert answer.context["form"].errors[field]
    assert not Decision.unscoped.exists()


def test_a_proposal_on_criteria_to_complete_is_allowed_and_said(make_case, officer, centre, programme, client_of):
    client, case = client_of(officer), make_case()
    client.cookies["django_language"] = "fr"
    assert "(à compléter" in client.get(address(case)).content.decode().lower()
    typed = {"exit": "FULL_TRAINING", "receiver": centre.pk, "programme": programme.pk}
    answer = client.post(address(case), typed, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["warning", "success"]
    assert answer.context["decision"].is_unclear
    assert "badge-orange" in answer.content.decode()


@pytest.mark.parametrize(
    ("exit", "receiver", "code", "accepted"),
    [
        ("FULL_TRAINING", "centre", "", False),
        ("FULL_TRAINING", "centre", "BASIC", False),
        ("SHORT_TRAINING", "centre", "NEW_GENERATION", True),
        ("OTHER_PROGRAMME", "school", "NEW_GENERATION", False),
        ("OTHER_PROGRAMME", "school", "BASIC", True),
        ("FORMAL_SCHOOL", "school", "", True),
        ("FORMAL_SCHOOL", "school", "ACCOMPANIMENT", True),
        ("FORMAL_SCHOOL", "school", "BASIC", False),
    ],
)
def test_exit_and_programme_go_together(exit, receiver, code, accepted, known_case, officer, client_of, request):
    load_programmes()
    chosen = Programme.objects.filter(code=code).first()
    typed = {
        "exit": exit,
        "receiver": request.getfixturevalue(receiver).pk,
        "programme": chosen.pk if chosen else "",
        "departure_reason": "دراسة الحالة",
    }
    answer = client_of(officer).post(address(known_case()), typed)
    assert answer.status_code == (302 if accepted else 200)
    assert Decision.unscoped.exists() is accepted
    if not accepted:
        assert list(answer.context["form"].errors) == ["programme"]


def test_who_reads_proposes_nothing(known_case, academy_officer, centre, client_of):
    client, case = client_of(academy_officer), known_case()
    answer = client.get(address(case))
    assert answer.context["form"] is None
    assert client.post(address(case), {"exit": "FULL_TRAINING", "receiver": centre.pk}).status_code == 403
    assert not Decision.unscoped.exists()


def test_the_centre_proposes_and_does_not_decide(known_case, officer, centre, programme, centre_director, client_of):
    case = known_case()
    assert client_of(centre_director).get(address(case)).status_code == 404  # not yet sent to the centre
    outreach.refer(by=officer, case=case, receiver=centre)
    client = client_of(centre_director)
    typed = {"exit": "FULL_TRAINING", "receiver": centre.pk, "programme": programme.pk}
    assert client.post(address(case), typed).status_code == 302
    decision = Decision.unscoped.get()
    assert client.post(f"/orientation/{decision.uuid}/decide/").status_code == 403
    assert client_of(officer).post(f"/orientation/{decision.uuid}/decide/").status_code == 302
    assert Referral.unscoped.filter(case=case).count() == 1  # the centre was awaited already


def test_another_receiver_awaited_is_told(proposed, officer, school, client_of):
    outreach.refer(by=officer, case=proposed.case, receiver=school)
    client = client_of(officer)
    answer = client.post(f"/orientation/{proposed.uuid}/decide/", follow=True)
    assert str(school) in str(next(iter(answer.context["messages"])))
    proposed.refresh_from_db()
    assert proposed.state == "PROPOSED"


def test_outside_nothing_exists(proposed, other_officer, client_of):
    client = client_of(other_officer)
    assert client.get(address(proposed.case)).status_code == 404
    assert client.post(address(proposed.case), {}).status_code == 404
    assert client.post(f"/orientation/{proposed.uuid}/decide/").status_code == 404
    assert client.post(f"/orientation/{proposed.uuid}/withdraw/", {"reason": "x"}).status_code == 404
    proposed.refresh_from_db()
    assert proposed.state == "PROPOSED"


@pytest.mark.parametrize("stays", [1, 3])
def test_queries_of_the_page(stays, known_case, officer, school, centre, client_of, django_assert_num_queries):
    from istidrak.schooling import actions as schooling

    case = known_case()
    for year in range(2025 - stays, 2025):
        schooling.record_stay(by=officer, person=case.person, school_year=year, organisation=school)
    client = client_of(officer)
    with django_assert_num_queries(PAGE):
        assert client.get(address(case)).status_code == 200
